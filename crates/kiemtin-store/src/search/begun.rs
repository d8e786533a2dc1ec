//! How does the beginning of a word (`xăn*`, `"giá xăng d*"`) become a query of the engine?
//!
//! Its words are looked up in the dictionaries of the segments. Letters without accents begin folded terms, so they find words
//! whatever their accents; letters with accents begin exact ones. Of words with more than ten letters the tone is not known from
//! the term: typed with a tone, the beginning does not find them.

use super::compile::{Compiler, Scope, Way};
use super::gather::engine;
use super::pieces::{Boxed, Terms, any};
use crate::index::IndexError;
use kiemtin_text::query::{Prefix, Spelling};
use std::collections::BTreeSet;
use tantivy::Term;
use tantivy::query::{PhrasePrefixQuery, TermSetQuery};
use tantivy::schema::Field;

/// Most different words that a beginning stands for: each costs a list of places to be read.
const MOST_WORDS: usize = 4_000;
/// The same in a row of words, where each is a row of its own or read with its positions.
const MOST_ROWS: usize = 200;
const MOST_IN_ROW: u32 = 2_000;

/// The beginning of a word, as terms of one field.
struct Begun {
    field: Field,
    /// The words before it, each with its place in the row.
    before: Vec<(usize, Term)>,
    /// Its own place.
    at: usize,
    /// What its terms begin with.
    starts: Vec<String>,
    /// Whatever the accents.
    loose: bool,
}

impl Begun {
    fn row(&self, last: Term) -> Vec<(usize, Term)> {
        self.before.iter().cloned().chain([(self.at, last)]).collect()
    }
}

impl Compiler<'_> {
    /// What begins so.
    pub(super) fn begun_of(&self, prefix: &Prefix, way: Way) -> Result<Boxed, IndexError> {
        if let Scope::Part(_) = way.scope {
            let rows = self.rows_begun(prefix, way.bare)?;
            return Ok(any(rows.into_iter().map(|row| self.in_a_row(row, &[], way.scope)).collect()));
        }
        let begun = self.begun(prefix, self.field(way.scope), way.bare);
        if begun.before.is_empty() {
            return Ok(Box::new(TermSetQuery::new(self.words(prefix, &begun, MOST_WORDS)?)));
        }
        if begun.loose || prefix.last.tone.is_none() {
            let begun = begun.starts.iter().map(|start| {
                let mut query = PhrasePrefixQuery::new_with_offset(begun.row(Term::from_field_text(begun.field, start)));
                query.set_max_expansions(MOST_IN_ROW);
                Box::new(query) as Boxed
            });
            return Ok(any(begun.collect()));
        }
        let words = self.words(prefix, &begun, MOST_ROWS)?;
        Ok(any(words.into_iter().map(|last| self.in_a_row(begun.row(last), &[], way.scope)).collect()))
    }

    /// The rows of words, in the field of all, that begin so.
    pub(super) fn rows_begun(&self, prefix: &Prefix, bare: bool) -> Result<Vec<Vec<(usize, Term)>>, IndexError> {
        let begun = self.begun(prefix, self.fields.all, bare);
        let most = if begun.before.is_empty() { MOST_WORDS } else { MOST_ROWS };
        Ok(self.words(prefix, &begun, most)?.into_iter().map(|last| begun.row(last)).collect())
    }

    fn begun(&self, prefix: &Prefix, field: Field, bare: bool) -> Begun {
        // Whatever the accents, of the words before it as well.
        let folded = bare || prefix.spelling == Spelling::Loose;
        let loose = folded || !prefix.last.marked;
        let starts = if loose { vec![format!("~{}", prefix.last.bare)] } else { prefix.last.exact_terms() };
        let terms = Terms::new(self.fields, field, &prefix.text);
        let mut before = if folded { terms.folded } else { terms.lenient };
        let at = before.pop().map_or(0, |(at, _)| at);
        Begun { field, before, at, starts, loose }
    }

    /// The terms of the index that begin so.
    fn words(&self, prefix: &Prefix, begun: &Begun, most: usize) -> Result<Vec<Term>, IndexError> {
        let field = begun.field;
        let mut words = BTreeSet::new();
        for segment in self.searcher.segment_readers() {
            let index = segment.inverted_index(field).map_err(engine)?;
            for start in &begun.starts {
                self.time.check()?;
                let mut stream = index.terms().range().ge(start.as_bytes()).into_stream().map_err(engine)?;
                while let Some((word, _)) = stream.next().filter(|(word, _)| word.starts_with(start.as_bytes())) {
                    let Ok(word) = std::str::from_utf8(word) else { continue };
                    if (begun.loose || prefix.last.has_tone(word)) && !words.contains(word) {
                        words.insert(word.to_owned());
                    }
                    if words.len() > most {
                        return Err(IndexError::Query(format!("có quá {most} từ bắt đầu bằng «{}»; hãy gõ thêm chữ", prefix.text)));
                    }
                }
            }
        }
        // Other spellings of what was typed as a whole word.
        if let Some((_, whole)) = Terms::new(self.fields, field, &prefix.text).lenient.pop() {
            words.extend(whole.value().as_str().map(str::to_owned));
        }
        Ok(words.into_iter().map(|word| Term::from_field_text(field, &word)).collect())
    }
}
