//! How many independent stories are there in every period, and which are the largest?
//!
//! A story (all copies of one text) counts once: where its first matching document of the whole time asked for stands. Periods
//! come newest first, so whatever is seen of a story replaces what was seen before. Most stories have one document, which is counted
//! where it stands; the others take an entry each, whatever the number of their copies.

use super::counter::Counter;
use super::gather::engine;
use super::schema::{self, Fields};
use super::values::Numbers;
use crate::index::IndexError;
use crate::trend::{LargeStory, Trend};
use kiemtin_model::DocId as Id;
use std::cmp::Reverse;
use std::collections::hash_map::Entry;
use std::collections::{BinaryHeap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;
use tantivy::columnar::Column;
use tantivy::schema::{IndexRecordOption, Value};
use tantivy::{COLLECT_BLOCK_BUFFER_LEN, DocAddress, DocId, DocSet, Searcher, SegmentReader, TERMINATED, TantivyDocument, Term};

/// Most stories that are named.
const MOST_NAMED: usize = 100;

/// Spreads numbers that are hashes already, or packed (Fibonacci hashing, Knuth 6.4).
#[derive(Default)]
struct Spread(u64);

impl Spread {
    fn of(number: u64) -> u64 {
        let spread = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        spread ^ (spread >> 32)
    }
}

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(self.0 ^ u64::from(*byte)));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = Self::of(number);
    }
}

type Map<V> = HashMap<u64, V, BuildHasherDefault<Spread>>;

/// What the documents of one segment tell of their stories.
pub(super) struct StoryKeys {
    column: Column<u64>,
    /// When they were published, where it matters which copy of a period is the first.
    published: Option<Column<i64>>,
    keys: Vec<u64>,
    times: Vec<i64>,
}

impl StoryKeys {
    pub(super) fn open(segment: &SegmentReader, published: &Column<i64>, told_apart: bool) -> Result<Self, IndexError> {
        let column = segment.fast_fields().u64(schema::STORY).map_err(engine)?;
        Ok(Self { column, published: told_apart.then(|| published.clone()), keys: vec![], times: vec![] })
    }

    /// Reads those of these documents, which ascend.
    pub(super) fn read(&mut self, docs: &[DocId]) {
        self.keys.resize(docs.len(), 0);
        match (docs.first(), docs.last()) {
            // Every document has one: rows are documents.
            (Some(first), Some(last)) if (last - first) as usize + 1 == docs.len() => {
                self.column.values.get_range(u64::from(*first), &mut self.keys);
            }
            _ => self.column.values.get_vals(docs, &mut self.keys),
        }
        if let Some(published) = &self.published {
            // Documents without a date are the last of a segment.
            let dated = published.values.num_vals();
            let with = docs.partition_point(|doc| *doc < dated);
            self.times.resize(docs.len(), i64::MAX);
            if let (Some(docs), Some(times)) = (docs.get(..with), self.times.get_mut(..with)) {
                published.values.get_vals(docs, times);
            }
            self.times.iter_mut().skip(with).for_each(|time| *time = i64::MAX);
        }
    }
}

/// The first matching document of a story, as far as was seen.
struct First {
    period: u32,
    /// Documents of the story that match.
    documents: u32,
    /// Its time; not kept where nothing is told apart.
    at: i64,
    /// Its combinations of values: one combination, or beyond their number a place in `lists`.
    combinations: u32,
}

/// Which stories may have copies? A Bloom filter of one bit a story (Bloom 1970): for one in thirty-two of the others it says so
/// as well, which costs an entry.
struct Copied {
    bits: Vec<u64>,
}

impl Copied {
    fn of(searcher: &Searcher) -> Result<Self, IndexError> {
        let columns: Vec<Column<u64>> =
            searcher.segment_readers().iter().map(|s| s.fast_fields().u64(schema::COPIED)).collect::<Result<_, _>>().map_err(engine)?;
        let copies: u64 = columns.iter().map(|column| u64::from(column.values.num_vals())).sum();
        let mut copied = Self { bits: vec![0; (copies as usize / 2).next_power_of_two()] };
        let mut read = [0; COLLECT_BLOCK_BUFFER_LEN];
        for column in &columns {
            let mut left = 0..u64::from(column.values.num_vals());
            while !left.is_empty() {
                let number = read.len().min((left.end - left.start) as usize);
                let Some(stories) = read.get_mut(..number) else { break };
                column.values.get_range(left.start, stories);
                stories.iter().for_each(|story| copied.set(*story));
                left.start += number as u64;
            }
        }
        Ok(copied)
    }

    fn place(&self, story: u64) -> (usize, u64) {
        // The numbers are hashes.
        ((story >> 6) as usize & (self.bits.len() - 1), 1 << (story & 63))
    }

    fn set(&mut self, story: u64) {
        let (word, bit) = self.place(story);
        if let Some(word) = self.bits.get_mut(word) {
            *word |= bit;
        }
    }

    fn may_be(&self, story: u64) -> bool {
        let (word, bit) = self.place(story);
        self.bits.get(word).is_some_and(|word| word & bit != 0)
    }
}

/// Stories that match.
pub(super) struct Stories {
    copied: Copied,
    /// By period: stories of one document.
    alone: Vec<u64>,
    firsts: Map<First>,
    period: u32,
    dated: bool,
    /// How many things documents are told apart by.
    fields: usize,
    /// Values of the second field; number of all combinations.
    second: u32,
    singles: u32,
    /// Combinations of documents with several values.
    lists: Vec<Vec<u32>>,
    places: HashMap<Vec<u32>, u32>,
}

impl Stories {
    pub(super) fn new(searcher: &Searcher, counter: &Counter, fields: usize) -> Result<Self, IndexError> {
        let (second, singles) = (counter.second(), counter.combinations());
        let (copied, alone, firsts, lists, places) = (Copied::of(searcher)?, vec![], Map::default(), vec![], HashMap::new());
        Ok(Self { copied, alone, firsts, period: 0, dated: true, fields, second, singles, lists, places })
    }

    /// What follows is of this period, which has a date or not.
    pub(super) fn at(&mut self, period: u32, dated: bool) {
        (self.period, self.dated) = (period, dated);
        self.alone.resize(period as usize + 1, 0);
    }

    /// Adds the documents at these places, which were counted.
    pub(super) fn add(&mut self, places: Range<usize>, keys: &StoryKeys, numbers: &[Numbers; 2], counter: &mut Counter) {
        let of = keys.keys.get(places.clone()).unwrap_or_default();
        let mut alone = 0;
        for (at, key) in places.zip(of) {
            if !self.copied.may_be(*key) {
                alone += 1;
                counter.add_alone(at, self.fields, numbers);
            } else {
                self.add_copied(at, *key, keys, numbers);
            }
        }
        if let Some(of_period) = self.alone.get_mut(self.period as usize) {
            *of_period += alone;
        }
    }

    /// Adds a document whose story may have others.
    fn add_copied(&mut self, at: usize, key: u64, keys: &StoryKeys, numbers: &[Numbers; 2]) {
        if self.fields == 0 {
            let first = self.firsts.entry(key).or_insert(First { period: self.period, documents: 0, at: 0, combinations: 0 });
            first.documents += 1;
            // A copy without a date is no earlier than one that has it.
            if self.dated {
                first.period = self.period;
            }
            return;
        }
        let combinations = self.combinations(at, numbers);
        let new = First { period: self.period, documents: 1, at: keys.times.get(at).copied().unwrap_or(i64::MAX), combinations };
        match self.firsts.entry(key) {
            Entry::Vacant(place) => {
                place.insert(new);
            }
            Entry::Occupied(mut place) => {
                let known = place.get_mut();
                let documents = known.documents.saturating_add(1);
                let (new_list, old_list) = (&new.combinations, &known.combinations);
                let (new_list, old_list) = (list(&self.lists, self.singles, new_list), list(&self.lists, self.singles, old_list));
                if (new.at, new_list) < (known.at, old_list) {
                    *known = new;
                }
                known.documents = documents;
            }
        }
    }

    /// Number of the combinations of values of the document at this place.
    fn combinations(&mut self, at: usize, [first, second]: &[Numbers; 2]) -> u32 {
        let (none, width) = ([0], self.second);
        let second = if self.fields > 1 { second.of(at) } else { &none };
        match (first.of(at), second) {
            ([a], [b]) => a * width + b,
            (first, second) => {
                let list: Vec<u32> = first.iter().flat_map(|a| second.iter().map(move |b| a * width + b)).collect();
                if let Some(known) = self.places.get(&list) {
                    return *known;
                }
                let place = self.singles + self.lists.len() as u32;
                self.lists.push(list.clone());
                self.places.insert(list, place);
                place
            }
        }
    }

    /// Puts the numbers of stories beside those of documents.
    pub(super) fn count(self, trend: &mut Trend) {
        let mut periods = self.alone;
        periods.resize(trend.periods.len(), 0);
        trend.stories = periods.iter().sum::<u64>() + self.firsts.len() as u64;
        let mut cells: Map<u32> = Map::default();
        for first in self.firsts.values() {
            if let Some(count) = periods.get_mut(first.period as usize) {
                *count += 1;
            }
            for combination in list(&self.lists, self.singles, &first.combinations) {
                *cells.entry(packed(first.period, *combination)).or_default() += 1;
            }
        }
        for cell in &mut trend.cells {
            let [a, b] = cell.values;
            cell.stories += cells.get(&packed(cell.period, a * self.second + b)).copied().unwrap_or(0);
        }
        for (period, stories) in trend.periods.iter_mut().zip(periods) {
            period.stories = stories;
        }
    }

    /// Those with most documents, most first, of those with several.
    pub(super) fn largest(&self, searcher: &Searcher, fields: &Fields, most: usize) -> Result<Vec<LargeStory>, IndexError> {
        let most = most.min(MOST_NAMED);
        if most == 0 {
            return Ok(vec![]);
        }
        // The largest so far, the smallest of them on top.
        let mut large = BinaryHeap::with_capacity(most + 1);
        for (key, first) in self.firsts.iter().filter(|(_, first)| first.documents > 1) {
            large.push((Reverse(first.documents), *key));
            if large.len() > most {
                large.pop();
            }
        }
        let mut named = vec![];
        for (Reverse(documents), key) in large.into_sorted_vec() {
            if let Some(story) = story_of(searcher, fields, key)? {
                named.push(LargeStory { story, documents });
            }
        }
        Ok(named)
    }
}

/// The combinations that this number stands for.
fn list<'a>(lists: &'a [Vec<u32>], singles: u32, number: &'a u32) -> &'a [u32] {
    match number.checked_sub(singles) {
        None => std::slice::from_ref(number),
        Some(place) => lists.get(place as usize).map_or(&[], Vec::as_slice),
    }
}

fn packed(period: u32, combination: u32) -> u64 {
    u64::from(period) << 32 | u64::from(combination)
}

/// The story that has this number.
fn story_of(searcher: &Searcher, fields: &Fields, key: u64) -> Result<Option<Id>, IndexError> {
    let term = Term::from_field_u64(fields.story_key, key);
    for (ord, segment) in (0u32..).zip(searcher.segment_readers()) {
        let index = segment.inverted_index(fields.story_key).map_err(engine)?;
        let Some(mut docs) = index.read_postings(&term, IndexRecordOption::Basic).map_err(engine)? else { continue };
        while docs.doc() != TERMINATED {
            if segment.alive_bitset().is_none_or(|alive| alive.is_alive(docs.doc())) {
                let document: TantivyDocument = searcher.doc(DocAddress::new(ord, docs.doc())).map_err(engine)?;
                return Ok(document.get_first(fields.story).and_then(|v| v.as_str()).map(|id| Id(id.to_owned())));
            }
            docs.advance();
        }
    }
    Ok(None)
}
