//! How does a query of ours become a query of the engine?
//!
//! | ours | engine |
//! | --- | --- |
//! | a syllable with accents | its exact term; in documents typed without accents its folded one, ranked lower |
//! | a syllable without | its folded term; texts with exactly this spelling rank higher |
//! | syllables in a row | a phrase with the positions of the analyzer, so `2.204` finds `2.204` |
//! | `NEAR`, `ONEAR` | both sides in the same field: a superset, since the index does not know paragraphs and its positions jump at punctuation; rules judge distances exactly, searches do not |
//! | `lead:`, `quote:` | anywhere: a superset too |
//! | `NOT` | an exclusion, wherever it stands; a query that only excludes is refused |
//!
//! A match in the title counts three times one in the text.

use super::analyzer;
use super::schema::{BARE, Fields};
use crate::index::{IndexError, SearchRequest};
use kiemtin_model::Time;
use kiemtin_text::query::{Filter, Part, Phrase, Query as Ours, Spelling};
use kiemtin_text::scan;
use std::ops::Bound;
use tantivy::Term;
use tantivy::query::{AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, Occur, PhraseQuery, Query, RangeQuery, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};

pub(super) const TITLE_BOOST: f32 = 3.0;
/// How much more the spelling as typed counts, when a bare word also finds accented ones.
const SPELLING_BOOST: f32 = 2.0;
/// How much a document typed without accents counts, when the query has them.
const BARE_BOOST: f32 = 0.5;
/// Deepest nesting of a query.
const DEEPEST: usize = 64;

pub(super) type Boxed = Box<dyn Query>;

/// How a request is answered.
pub(super) struct Plan {
    /// Exactly what matches.
    pub(super) matching: Boxed,
    /// Where the best are found fast: each finds only what matches. Empty: only `matching` does.
    pub(super) candidates: Vec<Boxed>,
    /// What has most of the words, for when few have all; within the filters.
    pub(super) relaxed: Vec<Boxed>,
    /// Rows of words by which the best are put in order; none: by BM25 of `matching`.
    pub(super) rows: Vec<LookedFor>,
}

/// A row of words, as terms of the two fields, with the probability that it is meant, against the best one.
pub(super) struct LookedFor {
    pub(super) text: Vec<Term>,
    pub(super) title: Vec<Term>,
    pub(super) share: f32,
}

/// What a part of a query says: what must be there, or what must not.
enum Clause {
    Has(Boxed),
    HasNot(Boxed),
}

/// Where words are looked for.
#[derive(Clone, Copy, PartialEq)]
enum Scope {
    Anywhere,
    Title,
    Text,
}

/// What the compiler knows beside the query.
pub(super) struct Compiler<'a> {
    pub(super) fields: &'a Fields,
    /// Some documents were typed without accents.
    pub(super) bare_documents: bool,
}

impl Compiler<'_> {
    /// Exactly what the request matches.
    pub(super) fn matching(&self, request: &SearchRequest) -> Result<Boxed, IndexError> {
        let mut must = vec![];
        if let Some(query) = &request.query {
            match self.clause(query, Scope::Anywhere, 0)? {
                Clause::Has(query) => must.push((Occur::Must, query)),
                Clause::HasNot(_) => {
                    return Err(IndexError::Query(
                        "câu tìm chỉ có điều kiện loại trừ; hãy thêm ít nhất một từ cần có, ví dụ: xăng -dầu".into(),
                    ));
                }
            }
        }
        must.extend(self.filters(request).into_iter().map(|filter| (Occur::Must, filter)));
        if must.is_empty() {
            return Ok(Box::new(AllQuery));
        }
        Ok(boolean(must))
    }

    /// What the request asks beside its query.
    pub(super) fn filters(&self, request: &SearchRequest) -> Vec<Boxed> {
        let values = [(self.fields.source, &request.source), (self.fields.topic, &request.topic)];
        let values = values.into_iter().filter_map(|(field, value)| value.as_ref().map(|value| filter(field, value)));
        values.chain(published(self.fields.published, request.from, request.to)).collect()
    }

    fn clause(&self, query: &Ours, scope: Scope, depth: usize) -> Result<Clause, IndexError> {
        if depth > DEEPEST {
            return Err(IndexError::Query(format!("câu tìm lồng nhau quá {DEEPEST} tầng ngoặc")));
        }
        let inner = |query: &Ours, scope| self.clause(query, scope, depth + 1);
        let all = |of: &[Ours]| of.iter().map(|q| inner(q, scope)).collect::<Result<Vec<_>, _>>();
        Ok(match query {
            Ours::Phrase(phrase) => Clause::Has(self.phrase_in(phrase, scope)),
            Ours::And(of) => and(all(of)?),
            // a OR b = NOT (NOT a AND NOT b): one rule for all mixtures with exclusions.
            Ours::Or(of) => {
                let clauses = all(of)?;
                if clauses.iter().all(|c| matches!(c, Clause::Has(_))) {
                    Clause::Has(any(clauses.into_iter().map(has).collect()))
                } else {
                    not(and(clauses.into_iter().map(not).collect()))
                }
            }
            Ours::Not(query) => not(inner(query, scope)?),
            Ours::AtLeast(least, of) => Clause::Has(at_least(*least, all(of)?)),
            Ours::Near { sides, .. } => {
                let places = if scope == Scope::Anywhere { vec![Scope::Title, Scope::Text] } else { vec![scope] };
                let both = |place| Ok(has(and(vec![inner(&sides.0, place)?, inner(&sides.1, place)?])));
                Clause::Has(any(places.into_iter().map(both).collect::<Result<_, IndexError>>()?))
            }
            Ours::In(Part::Title, query) => inner(query, Scope::Title)?,
            // The lead and quotations are no fields of the index: a superset, as with NEAR.
            Ours::In(Part::Text, query) => inner(query, Scope::Text)?,
            Ours::In(Part::Lead | Part::Quote, query) => inner(query, scope)?,
            Ours::Named(name, _) => return Err(IndexError::Query(format!("@{name} chỉ dùng trong quy tắc; hãy viết các từ cần tìm"))),
            Ours::Entity(test) => return Err(IndexError::Query(format!("{test} chỉ dùng trong quy tắc; hãy viết các từ cần tìm"))),
            Ours::Filter(Filter::Source(value)) => Clause::Has(filter(self.fields.source, value)),
            Ours::Filter(Filter::Kind(value)) => Clause::Has(filter(self.fields.kind, value)),
            Ours::Filter(Filter::Topic(value)) => Clause::Has(filter(self.fields.topic, value)),
        })
    }
    fn phrase_in(&self, phrase: &Phrase, scope: Scope) -> Boxed {
        let title = || Box::new(BoostQuery::new(self.phrase_of(self.fields.title, phrase), TITLE_BOOST)) as Boxed;
        match scope {
            Scope::Title => title(),
            Scope::Text => self.phrase_of(self.fields.text, phrase),
            Scope::Anywhere => any(vec![title(), self.phrase_of(self.fields.text, phrase)]),
        }
    }

    /// The phrase in one field.
    fn phrase_of(&self, field: Field, phrase: &Phrase) -> Boxed {
        let terms = Terms::new(field, &phrase.text);
        let loose = phrase.spelling == Spelling::Loose;
        let found = if terms.bare || loose {
            let as_typed = Box::new(BoostQuery::new(in_a_row(terms.exact), SPELLING_BOOST));
            let lenient = if loose { terms.folded.clone() } else { terms.lenient };
            Box::new(BooleanQuery::new(vec![(Occur::Must, in_a_row(lenient)), (Occur::Should, as_typed)]))
        } else {
            in_a_row(terms.exact)
        };
        if !terms.marked || !self.bare_documents {
            return found;
        }
        any(vec![found, Box::new(BoostQuery::new(self.typed_bare(in_a_row(terms.folded)), BARE_BOOST))])
    }

    /// Only in documents that were typed without accents.
    pub(super) fn typed_bare(&self, query: Boxed) -> Boxed {
        boolean(vec![(Occur::Must, query), (Occur::Must, filter(self.fields.marks, BARE))])
    }
}

/// The terms of a phrase in one field, at the positions that the analyzer would give them.
pub(super) struct Terms {
    pub(super) exact: Vec<(usize, Term)>,
    /// Exact for a syllable with accents, folded for one without.
    pub(super) lenient: Vec<(usize, Term)>,
    pub(super) folded: Vec<(usize, Term)>,
    /// Some syllable has accents.
    pub(super) marked: bool,
    /// Some syllable has none.
    pub(super) bare: bool,
}

impl Terms {
    pub(super) fn new(field: Field, text: &str) -> Self {
        let scanned = scan(text);
        let mut terms = Self { exact: vec![], lenient: vec![], folded: vec![], marked: false, bare: false };
        let (mut before, mut term) = (None, String::new());
        for token in &scanned.tokens {
            let at = analyzer::position(before, token);
            before = Some((token, at));
            term.clear();
            analyzer::exact(token, scanned.word(token), &mut term);
            let exact = Term::from_field_text(field, &term);
            term.clear();
            analyzer::folded(token, scanned.word(token), &mut term);
            let folded = Term::from_field_text(field, &term);
            terms.marked |= token.marked;
            terms.bare |= !token.marked;
            terms.lenient.push((at, if token.marked { exact.clone() } else { folded.clone() }));
            terms.exact.push((at, exact));
            terms.folded.push((at, folded));
        }
        terms
    }
}

/// Published at or after `from` and before `to`. Documents without a date are in no range.
fn published(field: Field, from: Option<Time>, to: Option<Time>) -> Option<Boxed> {
    if from.is_none() && to.is_none() {
        return None;
    }
    let term = |at: Time| Term::from_field_i64(field, at.0);
    let lower = from.map_or(Bound::Unbounded, |at| Bound::Included(term(at)));
    let upper = to.map_or(Bound::Unbounded, |at| Bound::Excluded(term(at)));
    Some(unscored(Box::new(RangeQuery::new(lower, upper))))
}

fn not(clause: Clause) -> Clause {
    match clause {
        Clause::Has(query) => Clause::HasNot(query),
        Clause::HasNot(query) => Clause::Has(query),
    }
}

/// All of them. Exclusions alone stay one exclusion.
fn and(clauses: Vec<Clause>) -> Clause {
    let (mut must, mut must_not) = (vec![], vec![]);
    for clause in clauses {
        match clause {
            Clause::Has(query) => must.push(query),
            Clause::HasNot(query) => must_not.push(query),
        }
    }
    if must.is_empty() && !must_not.is_empty() {
        return Clause::HasNot(any(must_not));
    }
    let must = must.into_iter().map(|q| (Occur::Must, q));
    Clause::Has(boolean(must.chain(must_not.into_iter().map(|q| (Occur::MustNot, q))).collect()))
}

fn at_least(least: usize, clauses: Vec<Clause>) -> Boxed {
    if least > clauses.len() {
        return Box::new(EmptyQuery);
    }
    if least == 0 {
        return unscored(Box::new(AllQuery));
    }
    let should = clauses.into_iter().map(|c| (Occur::Should, has(c))).collect();
    Box::new(BooleanQuery::with_minimum_required_clauses(should, least))
}

/// As something to be found; an exclusion becomes all documents but these.
fn has(clause: Clause) -> Boxed {
    match clause {
        Clause::Has(query) => query,
        Clause::HasNot(query) => boolean(vec![(Occur::Must, unscored(Box::new(AllQuery))), (Occur::MustNot, query)]),
    }
}

pub(super) fn any(queries: Vec<Boxed>) -> Boxed {
    boolean(queries.into_iter().map(|q| (Occur::Should, q)).collect())
}

pub(super) fn boolean(mut clauses: Vec<(Occur, Boxed)>) -> Boxed {
    match clauses.pop() {
        None => Box::new(EmptyQuery),
        Some((Occur::Must | Occur::Should, only)) if clauses.is_empty() => only,
        Some(last) => {
            clauses.push(last);
            Box::new(BooleanQuery::new(clauses))
        }
    }
}

/// Found or not, without a say in the order.
pub(super) fn unscored(query: Boxed) -> Boxed {
    Box::new(ConstScoreQuery::new(query, 0.0))
}

pub(super) fn filter(field: Field, value: &str) -> Boxed {
    unscored(Box::new(TermQuery::new(Term::from_field_text(field, value), IndexRecordOption::Basic)))
}

pub(super) fn in_a_row(mut terms: Vec<(usize, Term)>) -> Boxed {
    if terms.len() > 1 {
        return Box::new(PhraseQuery::new_with_offset(terms));
    }
    match terms.pop() {
        Some((_, term)) => Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)),
        None => Box::new(EmptyQuery),
    }
}
