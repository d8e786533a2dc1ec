//! How does a query of ours become a query of the engine?
//!
//! | ours | engine |
//! | --- | --- |
//! | a syllable with accents | its exact term; in documents typed without accents its folded one, ranked lower |
//! | a syllable without | its folded term; texts with exactly this spelling rank higher |
//! | syllables in a row | a phrase with the positions of the analyzer, so `2.204` finds `2.204` |
//! | `NEAR`, `ONEAR` | both sides in the same field: a superset, since the index does not know paragraphs and its positions jump at punctuation; rules judge distances exactly, searches do not |
//! | `lead:`, `quote:` | anywhere: a superset too |
//! | `word*` | the words of the index that begin so, see [`super::begun`] |
//! | `NOT` | an exclusion, wherever it stands; a query that only excludes is refused |
//!
//! A match in the title counts three times one in the text.

use super::limit::Limit;
use super::pieces::{Boxed, Terms, any, boolean, in_a_row, term, unscored};
use super::schema::{BARE, Fields};
use crate::index::{IndexError, SearchRequest};
use kiemtin_model::Time;
use kiemtin_text::query::{Part, Phrase, Prefix, Query as Ours, Spelling};
use tantivy::query::{AllQuery, BooleanQuery, BoostQuery, EmptyQuery, Occur};
use tantivy::schema::Field;
use tantivy::{Searcher, Term};

pub(super) const TITLE_BOOST: f32 = 3.0;
/// How much more the spelling as typed counts, when a bare word also finds accented ones.
const SPELLING_BOOST: f32 = 2.0;
/// How much a document typed without accents counts, when the query has them.
const BARE_BOOST: f32 = 0.5;
/// Deepest nesting of a query.
const DEEPEST: usize = 64;

/// How a request is answered.
pub(super) struct Plan {
    /// Exactly what matches.
    pub(super) matching: Boxed,
    /// Where the best are found fast: each finds only what matches. Empty: only `matching` does.
    pub(super) candidates: Vec<Boxed>,
    /// All that matches is looked at one by one, and the best by the whole query are found on the way: candidates come on top.
    pub(super) once: bool,
    /// What has some of the words, the rarest count most; within the filters, and with all that was quoted.
    pub(super) relaxed: Vec<Boxed>,
    /// What has some of the words is looked for however many have all: accents were left out, and it is not sure which words were
    /// meant; or there are many words.
    pub(super) wide: bool,
    /// Rows of words by which the best are put in order; none: by BM25 of `matching`.
    pub(super) rows: Vec<LookedFor>,
}

/// A row of words, as terms of the two fields, with what it counts against the best one.
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
    pub(super) searcher: &'a Searcher,
    /// What `date:P7D` counts back from.
    pub(super) now: Time,
    /// When the search is given up.
    pub(super) time: Limit,
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
            Ours::Filter(filter) => Clause::Has(self.filter(filter)?),
            Ours::Prefix(prefix) => Clause::Has(self.begun_in(prefix, scope)?),
        })
    }

    fn phrase_in(&self, phrase: &Phrase, scope: Scope) -> Boxed {
        any(self.fields_of(scope).into_iter().map(|field| self.in_title_more(field, self.phrase_of(field, phrase))).collect())
    }

    fn begun_in(&self, prefix: &Prefix, scope: Scope) -> Result<Boxed, IndexError> {
        let fields = self.fields_of(scope).into_iter();
        let found = fields.map(|field| Ok(self.in_title_more(field, self.begun_of(field, prefix)?)));
        Ok(any(found.collect::<Result<_, IndexError>>()?))
    }

    fn fields_of(&self, scope: Scope) -> Vec<Field> {
        match scope {
            Scope::Title => vec![self.fields.title],
            Scope::Text => vec![self.fields.text],
            Scope::Anywhere => vec![self.fields.title, self.fields.text],
        }
    }

    fn in_title_more(&self, field: Field, query: Boxed) -> Boxed {
        if field == self.fields.title { Box::new(BoostQuery::new(query, TITLE_BOOST)) } else { query }
    }

    /// The phrase in one field.
    fn phrase_of(&self, field: Field, phrase: &Phrase) -> Boxed {
        let terms = Terms::new(self.fields, field, &phrase.text);
        let loose = phrase.spelling == Spelling::Loose;
        let found = if terms.bare || loose {
            let as_typed = Box::new(BoostQuery::new(in_a_row(terms.exact, &terms.pairs), SPELLING_BOOST));
            let lenient = if loose { terms.folded.clone() } else { terms.lenient };
            Box::new(BooleanQuery::new(vec![(Occur::Must, in_a_row(lenient, &terms.pairs)), (Occur::Should, as_typed)]))
        } else {
            in_a_row(terms.exact, &terms.pairs)
        };
        if !terms.marked || !self.bare_documents {
            return found;
        }
        any(vec![found, Box::new(BoostQuery::new(self.typed_bare(in_a_row(terms.folded, &terms.pairs)), BARE_BOOST))])
    }

    /// The words in a row in one field, in the spelling that is chosen.
    pub(super) fn row(&self, field: Field, text: &str, choose: fn(&Terms) -> &[(usize, Term)]) -> Boxed {
        let terms = Terms::new(self.fields, field, text);
        in_a_row(choose(&terms).to_vec(), &terms.pairs)
    }

    /// Only in documents that were typed without accents.
    pub(super) fn typed_bare(&self, query: Boxed) -> Boxed {
        boolean(vec![(Occur::Must, query), (Occur::Must, term(self.fields.marks, BARE))])
    }
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
