//! How are lists of documents joined where nobody asks for scores?
//!
//! Document by document, which is right where one of them is short, or where the first few documents are enough. Where everything is
//! asked for in one go (how many there are, of which sort) and the lists are long, most of that time goes into finding the next
//! document: they are joined as rows of bits then (Culpepper and Moffat 2010, "Efficient set intersection for inverted indexing").

use super::any_of::AnyScorer;
use super::bits::Bits;
use super::favoured::Favoured;
use tantivy::fastfield::AliveBitSet;
use tantivy::postings::BlockSegmentPostings;
use tantivy::query::{EnableScoring, Query, Scorer, TermQuery, Weight, intersect_scorers};
use tantivy::schema::IndexRecordOption;
use tantivy::{COLLECT_BLOCK_BUFFER_LEN, DocId, DocSet, Score, SeekDangerResult, SegmentReader, TERMINATED, Term};

/// Lists are long that have one document in so many or more: the border from which the engine itself counts in blocks (tantivy 0.27,
/// `Intersection::count_including_deleted`).
const LONG: u64 = 32;
/// To look for a document in a list takes so many times longer than to write one of it as a bit, by a rough estimate.
const LOOKING: u64 = 8;

/// What is joined, in every segment.
pub(super) struct Part {
    pub(super) weight: Box<dyn Weight>,
    /// If it is a word and nothing else.
    term: Option<Term>,
}

impl Part {
    pub(super) fn of(query: &dyn Query, scoring: EnableScoring<'_>) -> tantivy::Result<Self> {
        let found = query.downcast_ref::<Favoured>().map_or(query, |favoured| &*favoured.found);
        Ok(Self { weight: query.weight(scoring)?, term: found.downcast_ref::<TermQuery>().map(|word| word.term().clone()) })
    }

    pub(super) fn list(&self, segment: &SegmentReader) -> tantivy::Result<List> {
        let one_by_one = self.weight.scorer(segment, 1.0)?;
        let long = self.term.as_ref().filter(|_| is_long(one_by_one.cost(), segment.max_doc()));
        let stored = |term: &Term| -> tantivy::Result<_> {
            Ok(segment.inverted_index(term.field())?.read_block_postings(term, IndexRecordOption::Basic)?)
        };
        Ok(List { stored: long.map(stored).transpose()?.flatten(), one_by_one })
    }
}

/// Documents of a part in a segment.
pub(super) struct List {
    pub(super) one_by_one: Box<dyn Scorer>,
    /// The same, block by block as they are stored, of a long list of a word.
    pub(super) stored: Option<BlockSegmentPostings>,
}

/// Documents that all of several lists have, or any of them.
pub(super) struct Joined {
    lists: Vec<List>,
    all: bool,
    max_doc: DocId,
    /// What finds them, once it is known how they are asked for; it has the lists then.
    found: Option<Box<dyn Scorer>>,
}

impl Joined {
    /// What all of these have. They stand at the first such document, in a segment of `max_doc`.
    pub(super) fn all(lists: Vec<List>, max_doc: DocId) -> Self {
        Self { lists, all: true, max_doc, found: None }
    }

    /// What any of these has.
    pub(super) fn any(lists: Vec<List>, max_doc: DocId) -> Self {
        Self { lists, all: false, max_doc, found: None }
    }

    /// What finds the documents: all that are left `in_one_go`, or one by one.
    fn now(&mut self, in_one_go: bool) -> &mut dyn Scorer {
        let (lists, all, max_doc) = (&mut self.lists, self.all, self.max_doc);
        let find = || -> Box<dyn Scorer> {
            let lists = std::mem::take(lists);
            let one_by_one = |lists: Vec<List>| lists.into_iter().map(|list| list.one_by_one).collect();
            match (all, in_one_go) {
                (true, true) if are_long(&lists, max_doc) => Box::new(Bits::of_all(lists, max_doc)),
                (true, _) => intersect_scorers(one_by_one(lists), max_doc),
                (false, true) if lists.len() > 1 => Box::new(Bits::of_any(lists, max_doc)),
                (false, _) => Box::new(AnyScorer::of(one_by_one(lists))),
            }
        };
        &mut **self.found.get_or_insert_with(find)
    }
}

fn is_long(documents: u64, max_doc: DocId) -> bool {
    documents.saturating_mul(LONG) >= u64::from(max_doc)
}

/// The shortest is long, and the others are not so much longer that it is faster to look its documents up in them.
fn are_long(lists: &[List], max_doc: DocId) -> bool {
    let shortest = lists.iter().map(|list| list.one_by_one.cost()).min().unwrap_or(0);
    let all: u64 = lists.iter().map(|list| list.one_by_one.cost()).sum();
    is_long(shortest, max_doc) && all <= shortest.saturating_mul(LOOKING)
}

impl DocSet for Joined {
    fn advance(&mut self) -> DocId {
        self.now(false).advance()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.now(false).seek(target)
    }

    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        self.now(false).seek_danger(target)
    }

    fn fill_buffer(&mut self, buffer: &mut [DocId; COLLECT_BLOCK_BUFFER_LEN]) -> usize {
        self.now(true).fill_buffer(buffer)
    }

    fn doc(&self) -> DocId {
        match &self.found {
            Some(found) => found.doc(),
            None => self.lists.iter().map(|list| list.one_by_one.doc()).min().unwrap_or(TERMINATED),
        }
    }

    fn size_hint(&self) -> u32 {
        let of = self.lists.iter().map(|list| list.one_by_one.size_hint());
        match &self.found {
            Some(found) => found.size_hint(),
            None if self.all => of.min().unwrap_or(0),
            None => of.fold(0, u32::saturating_add),
        }
    }

    fn cost(&self) -> u64 {
        let of = self.lists.iter().map(|list| list.one_by_one.cost());
        match &self.found {
            Some(found) => found.cost(),
            None if self.all => of.min().unwrap_or(0),
            None => of.sum(),
        }
    }

    fn count(&mut self, alive: &AliveBitSet) -> u32 {
        self.now(true).count(alive)
    }

    fn count_including_deleted(&mut self) -> u32 {
        self.now(true).count_including_deleted()
    }
}

impl Scorer for Joined {
    /// Nobody asks.
    fn score(&mut self) -> Score {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use crate::search::all_of::AllOf;
    use crate::search::any_of::AnyOf;
    use crate::search::favoured::Favoured;
    use proptest::prelude::*;
    use tantivy::collector::DocSetCollector;
    use tantivy::query::{BooleanQuery, ConstScoreQuery, EnableScoring, Occur, Query, TermQuery};
    use tantivy::schema::{Field, IndexRecordOption, STRING, Schema};
    use tantivy::{COLLECT_BLOCK_BUFFER_LEN, DocId, Index, Searcher, TERMINATED, TantivyDocument, Term};

    /// A query of words, and what it means.
    #[derive(Clone, Debug)]
    enum Wanted {
        Word(u8),
        All(Vec<Wanted>),
        Any(Vec<Wanted>),
        Favoured(Box<Wanted>),
        Unscored(Box<Wanted>),
    }

    fn wanted() -> impl Strategy<Value = Wanted> {
        (0u8..6).prop_map(Wanted::Word).prop_recursive(3, 12, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 2..4).prop_map(Wanted::All),
                prop::collection::vec(inner.clone(), 2..4).prop_map(Wanted::Any),
                inner.clone().prop_map(|wanted| Wanted::Favoured(Box::new(wanted))),
                inner.prop_map(|wanted| Wanted::Unscored(Box::new(wanted))),
            ]
        })
    }

    fn word(field: Field, word: u8) -> Box<dyn Query> {
        Box::new(TermQuery::new(Term::from_field_text(field, &word.to_string()), IndexRecordOption::Basic))
    }

    fn ours(field: Field, wanted: &Wanted) -> Box<dyn Query> {
        let each = |of: &[Wanted]| of.iter().map(|wanted| ours(field, wanted)).collect();
        match wanted {
            Wanted::Word(number) => word(field, *number),
            Wanted::All(of) => Box::new(AllOf(each(of))),
            Wanted::Any(of) => Box::new(AnyOf(each(of))),
            Wanted::Favoured(of) => Box::new(Favoured { found: ours(field, of), better: word(field, 0) }),
            Wanted::Unscored(of) => Box::new(ConstScoreQuery::new(ours(field, of), 0.0)),
        }
    }

    fn engines(field: Field, wanted: &Wanted) -> Box<dyn Query> {
        let each = |of: &[Wanted], occur| BooleanQuery::new(of.iter().map(|wanted| (occur, engines(field, wanted))).collect());
        match wanted {
            Wanted::Word(number) => word(field, *number),
            Wanted::All(of) => Box::new(each(of, Occur::Must)),
            Wanted::Any(of) => Box::new(each(of, Occur::Should)),
            Wanted::Favoured(of) | Wanted::Unscored(of) => engines(field, of),
        }
    }

    fn index(documents: &[Vec<u8>], removed: &[u8]) -> (Searcher, Field) {
        let mut schema = Schema::builder();
        let field = schema.add_text_field("words", STRING);
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(1, 16_000_000).unwrap();
        for words in documents {
            let mut document = TantivyDocument::new();
            words.iter().for_each(|word| document.add_text(field, word.to_string()));
            writer.add_document(document).unwrap();
        }
        writer.commit().unwrap();
        for word in removed {
            writer.delete_term(Term::from_field_text(field, &word.to_string()));
        }
        writer.commit().unwrap();
        (index.reader().unwrap().searcher(), field)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        /// In one go, one by one, and after a look at the first few: the same documents as the engine's own, those removed left out.
        #[test]
        fn all_ways_find_what_the_engine_finds(
            documents in prop::collection::vec(prop::collection::vec(0u8..8, 0..6), 1..400),
            removed in prop::option::of(6u8..8),
            wanted in wanted(),
            seen in 0usize..5,
        ) {
            let (searcher, field) = index(&documents, removed.as_slice());
            let expected = searcher.search(&*engines(field, &wanted), &DocSetCollector).unwrap();
            let mut expected: Vec<DocId> = expected.into_iter().map(|at| at.doc_id).collect();
            expected.sort_unstable();
            let (mut one_by_one, mut in_one_go, mut count) = (vec![], vec![], 0);
            for segment in searcher.segment_readers() {
                let weight = ours(field, &wanted).weight(EnableScoring::disabled_from_searcher(&searcher)).unwrap();
                let is_alive = |doc: &DocId| segment.alive_bitset().is_none_or(|alive| alive.is_alive(*doc));
                count += weight.count(segment).unwrap() as usize;
                let mut scorer = weight.scorer(segment, 1.0).unwrap();
                while scorer.doc() != TERMINATED {
                    one_by_one.push(scorer.doc());
                    scorer.advance();
                }
                one_by_one.retain(is_alive);
                let mut scorer = weight.scorer(segment, 1.0).unwrap();
                for _ in 0..seen {
                    if scorer.doc() != TERMINATED {
                        in_one_go.push(scorer.doc());
                        scorer.advance();
                    }
                }
                let mut buffer = [0; COLLECT_BLOCK_BUFFER_LEN];
                loop {
                    let filled = scorer.fill_buffer(&mut buffer);
                    in_one_go.extend_from_slice(&buffer[..filled]);
                    if filled < buffer.len() {
                        break;
                    }
                }
                in_one_go.retain(is_alive);
                let scored = ours(field, &wanted).weight(EnableScoring::enabled_from_searcher(&searcher)).unwrap();
                prop_assert_eq!(scored.count(segment).unwrap(), weight.count(segment).unwrap());
            }
            prop_assert_eq!(&one_by_one, &expected);
            prop_assert_eq!(&in_one_go, &expected);
            prop_assert_eq!(count, expected.len());
        }
    }
}
