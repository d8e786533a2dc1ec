//! Which pieces is a query of the engine made of?

use super::all_of::AllOf;
use super::any_of::AnyOf;
use super::compile::Way;
use super::favoured::Favoured;
use super::schema::Fields;
use super::spans::Row;
use super::{analyzer, pairs};
use kiemtin_text::query::{Phrase, Spelling};
use kiemtin_text::scan;
use tantivy::Term;
use tantivy::query::{BooleanQuery, ConstScoreQuery, EmptyQuery, Occur, PhraseQuery, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};

pub(super) type Boxed = Box<dyn Query>;

/// The terms of a phrase in one field, at the positions that the analyzer would give them.
pub(super) struct Terms {
    pub(super) exact: Vec<(usize, Term)>,
    /// Exact for a syllable with accents, folded for one without.
    pub(super) lenient: Vec<(usize, Term)>,
    pub(super) folded: Vec<(usize, Term)>,
    /// What a document that has them in a row has as well, whatever the accents.
    pub(super) pairs: Vec<Term>,
    /// Some syllable has accents.
    pub(super) marked: bool,
    /// Some syllable has none.
    pub(super) bare: bool,
}

impl Terms {
    pub(super) fn new(fields: &Fields, field: Field, text: &str) -> Self {
        let scanned = scan(text);
        let mut terms = Self { exact: vec![], lenient: vec![], folded: vec![], pairs: vec![], marked: false, bare: false };
        let (mut before, mut term) = (None, vec![]);
        for token in &scanned.tokens {
            let at = analyzer::position(before, token);
            let class = before.and_then(|(before, _)| pairs::class(before, token));
            terms.pairs.extend(class.map(|class| Term::from_field_text(fields.pairs, class.encode_utf8(&mut [0; 4]))));
            before = Some((token, at));
            term.clear();
            analyzer::exact(token, scanned.word(token), &mut term);
            let exact = Term::from_field_text(field, &String::from_utf8_lossy(&term));
            term.clear();
            analyzer::folded(token, scanned.word(token), &mut term);
            let folded = Term::from_field_text(field, &String::from_utf8_lossy(&term));
            terms.marked |= token.marked;
            terms.bare |= !token.marked;
            terms.lenient.push((at, if token.marked { exact.clone() } else { folded.clone() }));
            terms.exact.push((at, exact));
            terms.folded.push((at, folded));
        }
        terms
    }

    /// A phrase as it must stand, of the field of all words: with its capitals, if it minds them.
    pub(super) fn row(&self, phrase: &Phrase, way: Way) -> Row {
        Row { words: self.of(phrase, way).to_vec(), capitals: phrase.capitals() }
    }

    /// Those by which a phrase is found in this way.
    pub(super) fn of(&self, phrase: &Phrase, way: Way) -> &[(usize, Term)] {
        if way.bare || phrase.spelling == Spelling::Loose {
            &self.folded
        } else if self.bare && phrase.spelling != Spelling::Cased {
            &self.lenient
        } else {
            &self.exact
        }
    }
}

/// With more queries the engine's union is faster, however many documents it reads in vain.
const MOST_OF_ANY: usize = 64;

pub(super) fn any(mut queries: Vec<Boxed>) -> Boxed {
    match queries.len() {
        0 => Box::new(EmptyQuery),
        1 => queries.remove(0),
        2..=MOST_OF_ANY => Box::new(AnyOf(queries)),
        _ => Box::new(BooleanQuery::union(queries)),
    }
}

pub(super) fn boolean(mut clauses: Vec<(Occur, Boxed)>) -> Boxed {
    match clauses.pop() {
        None => Box::new(EmptyQuery),
        Some((Occur::Must | Occur::Should, only)) if clauses.is_empty() => only,
        Some(last) => {
            clauses.push(last);
            // What has to look at places finds its first document best when it is told where the others begin.
            if clauses.iter().all(|(occur, query)| *occur == Occur::Must && is_listed(&**query)) {
                return Box::new(AllOf(clauses.into_iter().map(|(_, query)| query).collect()));
            }
            Box::new(BooleanQuery::new(clauses))
        }
    }
}

/// Whether its documents are known without a look at places.
fn is_listed(query: &dyn Query) -> bool {
    match query.downcast_ref::<Favoured>() {
        Some(favoured) => is_listed(&*favoured.found),
        None => query.is::<TermQuery>() || query.is::<ConstScoreQuery>() || query.is::<AllOf>() || query.is::<AnyOf>(),
    }
}

/// Found or not, without a say in the order.
pub(super) fn unscored(query: Boxed) -> Boxed {
    Box::new(ConstScoreQuery::new(query, 0.0))
}

/// The documents that have this value.
pub(super) fn term(field: Field, value: &str) -> Boxed {
    unscored(Box::new(TermQuery::new(Term::from_field_text(field, value), IndexRecordOption::Basic)))
}

/// The terms at these places, in documents that have all `pairs`, which those that have the terms so must have.
pub(super) fn in_a_row(mut terms: Vec<(usize, Term)>, pairs: &[Term]) -> Boxed {
    if terms.len() > 1 {
        let phrase: Boxed = Box::new(PhraseQuery::new_with_offset(terms));
        let has = |pair: &Term| (Occur::Must, unscored(Box::new(TermQuery::new(pair.clone(), IndexRecordOption::Basic))));
        return boolean(pairs.iter().map(has).chain([(Occur::Must, phrase)]).collect());
    }
    match terms.pop() {
        Some((_, term)) => Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)),
        None => Box::new(EmptyQuery),
    }
}
