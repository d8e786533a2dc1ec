//! What did the large segments answer before?
//!
//! A segment never changes, new documents come into new ones, and the large ones are merged seldom. So what a large one answered
//! is kept: for the next page, another order, the second person who asks and the page that asks again by itself. A
//! document that was removed or replaced, and a segment that was merged, make it another question.

use super::best::Best;
use super::closely::Answer as Closely;
use super::facets::SegmentCounts;
use super::gather::engine;
use super::generation::lock;
use crate::index::IndexError;
use std::collections::HashMap;
use std::fmt::{self, Write};
use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::sync::{Arc, Mutex};
use tantivy::index::SegmentId;
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

/// Segments with fewer documents answer fast, and are soon merged.
const LARGE: u32 = 20_000;
/// Memory of all answers, in bytes: those that were not asked for again go first.
const MOST_BYTES: usize = 32 << 20;
/// Scores count how many documents have a word. They are used until the index has grown or shrunk by one part in so many.
const GROWN: u64 = 16;

/// What one segment answered.
#[derive(Default)]
pub(super) struct Answer {
    /// How many match, and of which sort.
    pub(super) counted: SegmentCounts,
    /// The best of them, if they were asked for.
    pub(super) best: Vec<(Score, DocId)>,
    /// What scores no more than this was passed over.
    pub(super) above: Score,
    /// How well those that were looked at closely answer, in the order of the documents.
    pub(super) closely: Vec<(DocId, Closely)>,
}

impl Answer {
    /// So many match.
    pub(super) fn of_total(total: u64) -> Self {
        Self { counted: SegmentCounts { total, by_sort: vec![] }, ..Self::default() }
    }

    /// Offers the best of this segment.
    pub(super) fn offer_to(&self, best: &mut Best, segment_ord: SegmentOrdinal) {
        self.best.iter().for_each(|(score, doc_id)| best.offer(*score, DocAddress { segment_ord, doc_id: *doc_id }));
    }

    /// How well a document answers that was looked at closely.
    pub(super) fn of(&self, doc: DocId) -> Option<Closely> {
        let at = self.closely.binary_search_by_key(&doc, |(doc, _)| *doc).ok()?;
        self.closely.get(at).map(|(_, closely)| *closely)
    }

    /// Memory that it takes with its entry, about.
    fn bytes(&self) -> usize {
        let lists = size_of_val(self.best.as_slice()) + size_of_val(self.closely.as_slice());
        size_of::<(Key, Entry, Self)>() + lists + size_of_val(self.counted.by_sort.as_slice())
    }
}

/// What is asked of a segment.
#[derive(Clone, Copy, Hash)]
pub(super) enum What {
    /// So many of the best.
    Best(usize),
    /// How many there are; and of which sort.
    Count { sorts: bool },
    /// How many there are, as far as this.
    CountTo(u64),
    /// Both, in one pass.
    Both { most: usize, sorts: bool },
    /// How well some answer: those that have all the words, or those that have some.
    Closely { partial: bool },
}

/// A question, for every segment: by a hash of the query in words, seeded anew in each process.
#[derive(Clone, Copy)]
pub(super) struct Question {
    hash: u64,
    /// Documents of the index.
    documents: u64,
}

#[derive(PartialEq, Eq, Hash)]
struct Key {
    segment: SegmentId,
    removed: u32,
    question: u64,
}

impl Key {
    fn of(question: Question, segment: &SegmentReader) -> Self {
        Self { segment: segment.segment_id(), removed: segment.num_deleted_docs(), question: question.hash }
    }
}

/// Whether it is worth while to keep what the segment answers, or to ask it beside another one.
pub(super) fn is_large(segment: &SegmentReader) -> bool {
    segment.max_doc() >= LARGE
}

/// An answer, and how many documents the index had.
#[derive(Clone)]
struct Entry {
    answer: Arc<Answer>,
    documents: u64,
}

/// Answers that were asked for lately, and those before.
#[derive(Default)]
struct Answers {
    late: HashMap<Key, Entry>,
    before: HashMap<Key, Entry>,
    /// Memory of the late ones.
    bytes: usize,
}

/// The answers that are kept.
#[derive(Default)]
pub(super) struct Kept {
    random: RandomState,
    answers: Mutex<Answers>,
}

impl Kept {
    /// The question what of this query, or of these words; the index has so many documents.
    pub(super) fn question(&self, query: &(impl fmt::Debug + ?Sized), what: What, documents: u64) -> Result<Question, IndexError> {
        let mut hashed = Hashed(self.random.build_hasher());
        what.hash(&mut hashed.0);
        write!(hashed, "{query:?}").map_err(engine)?;
        Ok(Question { hash: hashed.0.finish(), documents })
    }

    /// What the segment answered before, if that serves.
    pub(super) fn known(&self, question: Question, segment: &SegmentReader, serves: impl FnOnce(&Answer) -> bool) -> Option<Arc<Answer>> {
        if !is_large(segment) {
            return None;
        }
        let known = lock(&self.answers).known(&Key::of(question, segment))?;
        let present = known.documents.abs_diff(question.documents) * GROWN <= question.documents;
        (present && serves(&known.answer)).then_some(known.answer)
    }

    /// What the segment answers, as it is found now.
    pub(super) fn find(
        &self,
        question: Question,
        segment: &SegmentReader,
        find: impl FnOnce() -> Result<Answer, IndexError>,
    ) -> Result<Arc<Answer>, IndexError> {
        let answer = Arc::new(find()?);
        if is_large(segment) {
            lock(&self.answers).keep(Key::of(question, segment), Entry { answer: Arc::clone(&answer), documents: question.documents });
        }
        Ok(answer)
    }

    /// Forgets all.
    pub(super) fn forget(&self) {
        *lock(&self.answers) = Answers::default();
    }
}

impl Answers {
    fn known(&mut self, key: &Key) -> Option<Entry> {
        if let Some(known) = self.late.get(key) {
            return Some(known.clone());
        }
        let (key, known) = self.before.remove_entry(key)?;
        self.keep(key, known.clone());
        Some(known)
    }

    fn keep(&mut self, key: Key, entry: Entry) {
        if self.bytes >= MOST_BYTES / 2 {
            self.before = std::mem::take(&mut self.late);
            self.bytes = 0;
        }
        self.bytes += entry.answer.bytes();
        self.late.insert(key, entry);
    }
}

/// Hashes what is written into it.
struct Hashed<H>(H);

impl<H: Hasher> Write for Hashed<H> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.write(text.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_bounded_and_what_is_asked_for_stays() {
        let mut answers = Answers::default();
        let segment = SegmentId::generate_random();
        let key = |question| Key { segment, removed: 0, question };
        let large = || Answer { best: vec![(1.0, 0); 10_000], ..Answer::default() };
        for question in 0..5_000 {
            answers.keep(key(question), Entry { answer: Arc::new(large()), documents: 1 });
            assert!(answers.known(&key(0)).is_some(), "asked for all the time: {question}");
        }
        assert!(answers.known(&key(1)).is_none() && answers.known(&key(4_999)).is_some());
        let bytes: usize = answers.late.values().chain(answers.before.values()).map(|entry| entry.answer.bytes()).sum();
        assert!(bytes <= MOST_BYTES + 2 * large().bytes(), "{bytes}");
    }
}
