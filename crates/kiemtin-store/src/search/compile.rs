//! How does a query of ours become a query of the engine?
//!
//! | ours | engine |
//! | --- | --- |
//! | a syllable with accents | its exact term; in documents typed without accents its folded one, ranked lower |
//! | a syllable without | its folded term; texts with exactly this spelling rank higher |
//! | syllables in a row | a phrase with the positions of the analyzer, so `2.204` finds `2.204` |
//! | `NEAR`, `ONEAR`, `lead:`, `quote:`, `text:`, `=Word` | what has the words; each such document is looked at, see [`super::spans`] |
//! | `word*` | the words of the index that begin so, see [`super::begun`] |
//! | `NOT` | an exclusion, wherever it stands; a query that only excludes is refused |
//!
//! A match in the title counts three times one in the text, where the score of the whole query decides.

use super::any_of::AnyOf;
use super::favoured::Favoured;
use super::limit::Limit;
use super::pieces::{Boxed, Terms, any, boolean, in_a_row, term, unscored};
use super::schema::{BARE, Fields};
use super::spans::Spans;
use crate::index::{IndexError, SearchRequest};
use kiemtin_model::Time;
use kiemtin_text::query::{Part, Phrase, Query as Ours, Spelling};
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
    pub(super) relaxed: Vec<Relaxed>,
    /// What has some of the words is looked for however many have all: there are many words.
    pub(super) wide: bool,
    /// Rows of words by which the best are put in order; none: by BM25 of `matching`.
    pub(super) rows: Vec<LookedFor>,
}

/// What has some of the words of one reading.
pub(super) struct Relaxed {
    pub(super) query: Boxed,
    /// Not looked for if these candidates are enough: they have all the words of this reading.
    pub(super) unless: Option<usize>,
}

/// A row of words, as terms of the field of all words, with what it counts against the best one.
#[derive(Debug)]
pub(super) struct LookedFor {
    pub(super) words: Vec<Term>,
    pub(super) share: f32,
}

/// What a part of a query says: what must be there, or what must not.
enum Clause {
    Has(Boxed),
    HasNot(Boxed),
}

/// Where words are looked for.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Scope {
    Anywhere,
    /// Anywhere, and what has them in the title counts more.
    TitleMore,
    Title,
    /// In another part of the document.
    Part(Part),
}

impl Scope {
    /// The part of the document.
    pub(super) fn part(self) -> Option<Part> {
        match self {
            Self::Anywhere | Self::TitleMore => None,
            Self::Title => Some(Part::Title),
            Self::Part(part) => Some(part),
        }
    }
}

/// How words are looked for.
#[derive(Clone, Copy)]
pub(super) struct Way {
    pub(super) scope: Scope,
    /// As a document typed without accents has them.
    pub(super) bare: bool,
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
    /// Exactly what the request matches, as cheaply as it can be found.
    pub(super) fn matching(&self, request: &SearchRequest) -> Result<Boxed, IndexError> {
        self.compiled(request, Scope::Anywhere)
    }

    /// The same, where what has the words in its title scores more.
    pub(super) fn ranked(&self, request: &SearchRequest) -> Result<Boxed, IndexError> {
        self.compiled(request, Scope::TitleMore)
    }

    /// A document was typed with accents or without, so these are two searches, and lists of words need not be joined one by one.
    fn compiled(&self, request: &SearchRequest, scope: Scope) -> Result<Boxed, IndexError> {
        let accented = self.all_of(request, Way { scope, bare: false })?;
        let Some(query) = request.query.as_ref().filter(|query| self.bare_documents && query.minds_accents()) else { return Ok(accented) };
        let bare = self.typed_bare(self.all_of(request, Way { scope, bare: true })?);
        let bare = Box::new(BoostQuery::new(bare, BARE_BOOST));
        // What is excluded is not found by its accented words in a document that has none.
        let excluding = query.excludes().then(|| (Occur::MustNot, term(self.fields.marks, BARE)));
        Ok(any(vec![boolean([(Occur::Must, accented)].into_iter().chain(excluding).collect()), bare]))
    }

    fn all_of(&self, request: &SearchRequest, way: Way) -> Result<Boxed, IndexError> {
        let mut must = vec![];
        if let Some(query) = &request.query {
            match self.clause(query, way, 0)? {
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

    fn clause(&self, query: &Ours, way: Way, depth: usize) -> Result<Clause, IndexError> {
        if depth > DEEPEST {
            return Err(IndexError::Query(format!("câu tìm lồng nhau quá {DEEPEST} tầng ngoặc")));
        }
        let inner = |query: &Ours, scope| self.clause(query, Way { scope, ..way }, depth + 1);
        let all = |of: &[Ours]| of.iter().map(|q| inner(q, way.scope)).collect::<Result<Vec<_>, _>>();
        Ok(match query {
            Ours::Phrase(phrase) => Clause::Has(self.in_scope(way, |way| Ok(self.phrase_of(phrase, way)))?),
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
            Ours::Not(query) => not(inner(query, if way.scope == Scope::TitleMore { Scope::Anywhere } else { way.scope })?),
            Ours::AtLeast(least, of) => Clause::Has(at_least(*least, all(of)?)),
            Ours::Near { sides, .. } => {
                // What is looked at need not be looked for in one part alone, unless something must not stand there.
                let scope = if let (Scope::Part(_), false) = (way.scope, query.excludes()) { Scope::Anywhere } else { way.scope };
                let both = has(and(vec![inner(&sides.0, scope)?, inner(&sides.1, scope)?]));
                Clause::Has(self.looked_at(both, self.spans_of(query, way)?))
            }
            Ours::In(Part::Title, query) => inner(query, Scope::Title)?,
            Ours::In(part, query) => inner(query, Scope::Part(*part))?,
            Ours::Named(..) | Ours::Entity(_) => return Err(only_in_rules(query)),
            Ours::Filter(filter) => Clause::Has(self.filter(filter)?),
            Ours::Prefix(prefix) => Clause::Has(self.in_scope(way, |way| self.begun_of(prefix, way))?),
        })
    }

    /// What is found so, with what a title counts.
    fn in_scope(&self, way: Way, find: impl Fn(Way) -> Result<Boxed, IndexError>) -> Result<Boxed, IndexError> {
        let titled =
            || -> Result<Boxed, IndexError> { Ok(Box::new(BoostQuery::new(find(Way { scope: Scope::Title, ..way })?, TITLE_BOOST))) };
        match way.scope {
            Scope::Title => titled(),
            Scope::TitleMore => Ok(Box::new(Favoured { found: find(Way { scope: Scope::Anywhere, ..way })?, better: titled()? })),
            Scope::Anywhere | Scope::Part(_) => find(way),
        }
    }

    pub(super) fn field(&self, scope: Scope) -> Field {
        if scope == Scope::Title { self.fields.title } else { self.fields.all }
    }

    fn phrase_of(&self, phrase: &Phrase, way: Way) -> Boxed {
        let terms = Terms::new(self.fields, self.field(way.scope), &phrase.text);
        if phrase.spelling == Spelling::Cased {
            let row = Terms::new(self.fields, self.fields.all, &phrase.text).row(phrase, way);
            return self.looked_at(in_a_row(terms.of(phrase, way).to_vec(), &terms.pairs), Spans::Rows(vec![row], way.scope.part()));
        }
        let row = |words: &[(usize, Term)]| self.in_a_row(words.to_vec(), &terms.pairs, way.scope);
        let found = row(terms.of(phrase, way));
        if way.bare || !(terms.bare || phrase.spelling == Spelling::Loose) {
            return found;
        }
        // Texts with exactly this spelling rank higher.
        let as_typed = Box::new(BoostQuery::new(row(&terms.exact), SPELLING_BOOST));
        Box::new(Favoured { found, better: as_typed })
    }

    /// The terms at these places, in documents that have all `pairs`.
    pub(super) fn in_a_row(&self, words: Vec<(usize, Term)>, pairs: &[Term], scope: Scope) -> Boxed {
        let Scope::Part(part) = scope else { return in_a_row(words, pairs) };
        self.looked_at(in_a_row(words.clone(), pairs), Spans::Rows(vec![words.into()], Some(part)))
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

pub(super) fn only_in_rules(query: &Ours) -> IndexError {
    IndexError::Query(format!("{query} chỉ dùng trong quy tắc; hãy viết các từ cần tìm"))
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
    let mut clauses: Vec<(Occur, Boxed)> = must.into_iter().map(|q| (Occur::Must, q)).collect();
    if !must_not.is_empty() {
        clauses.push(excluded(must_not));
    }
    Clause::Has(boolean(clauses))
}

/// The engine asks what it excludes for documents in an order that its own phrases do not expect; a union of ours keeps their order.
fn excluded(queries: Vec<Boxed>) -> (Occur, Boxed) {
    (Occur::MustNot, Box::new(AnyOf(queries)))
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
        Clause::HasNot(query) => boolean(vec![(Occur::Must, unscored(Box::new(AllQuery))), excluded(vec![query])]),
    }
}
