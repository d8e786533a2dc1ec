//! Which words stand for the same thing? Abbreviations and synonyms, put into a search beside what was typed.

mod expand;

pub use expand::{Expansion, MOST_ALTERNATIVES, expand};

use crate::compose;
use crate::key::Key;
use crate::query::Syllable;
use crate::scan::scan;
use std::borrow::Cow;
use std::collections::HashMap;

/// Words that stand for the same thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A short form and what it may be short for.
    Abbreviation {
        /// As it is written, `BCT`.
        short: String,
        /// Its readings, the usual one first. Who types the long form finds the short one too, where that has no other reading.
        long: Vec<String>,
        /// An ordinary word when it is written in small letters (`CO`, `NAM`): meant only where it is typed exactly so.
        cased: bool,
        /// The long form is an everyday word that is not looked for by its short form.
        one_way: bool,
    },
    /// Any of them stands for all others.
    Synonyms(Vec<String>),
}

/// Abbreviations and synonyms, looked up by their syllables: the cost does not depend on how many there are.
#[derive(Clone, Debug, Default)]
pub struct Lexicon {
    /// Syllables without accents → what is written so.
    forms: HashMap<Box<[Key]>, Vec<Form>>,
    /// Most syllables of a form.
    longest: usize,
}

/// A way to write something, and the other ways.
#[derive(Clone, Debug)]
struct Form {
    word: String,
    syllables: Vec<Syllable>,
    /// Only where it is typed with the same capital letters.
    cased: bool,
    others: Vec<String>,
}

/// The syllables of a word or phrase.
fn syllables(text: &str) -> Vec<Syllable> {
    scan(text).tokens.iter().map(|t| Syllable { key: t.key, fold: t.fold, marked: t.marked }).collect()
}

/// What tells forms apart: syllables with accents, and the punctuation between them, which an index heeds.
fn written(text: &str) -> Vec<(Key, bool)> {
    scan(text).tokens.iter().map(|t| (t.key, t.after_break)).collect()
}

fn composed(text: &str) -> String {
    compose(Cow::Borrowed(text.trim())).into_owned()
}

impl Lexicon {
    /// From entries that were checked; a form without any word is left out.
    pub fn new(entries: impl IntoIterator<Item = Entry>) -> Self {
        let mut lexicon = Self::default();
        for entry in entries {
            match entry {
                Entry::Abbreviation { short, long, cased, one_way } => {
                    if let ([only], false) = (long.as_slice(), cased || one_way) {
                        lexicon.add(only, false, vec![composed(&short)]);
                    }
                    lexicon.add(&short, cased, long.iter().map(|l| composed(l)).collect());
                }
                Entry::Synonyms(words) => {
                    for word in &words {
                        lexicon.add(word, false, words.iter().filter(|w| *w != word).map(|w| composed(w)).collect());
                    }
                }
            }
        }
        lexicon
    }

    fn add(&mut self, word: &str, cased: bool, others: Vec<String>) {
        let syllables = syllables(word);
        if syllables.is_empty() {
            return;
        }
        self.longest = self.longest.max(syllables.len());
        let folds = syllables.iter().map(|s| s.fold).collect();
        self.forms.entry(folds).or_default().push(Form { word: composed(word), syllables, cased, others });
    }

    /// Number of different forms that are looked up.
    pub fn len(&self) -> usize {
        self.forms.len()
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.forms.is_empty()
    }

    /// Other ways to write what was typed, each once: a syllable typed with an accent has that accent, one without may have any.
    fn others(&self, typed: &[Syllable], text: &str) -> Vec<&str> {
        let folds: Box<[Key]> = typed.iter().map(|s| s.fold).collect();
        let forms = self.forms.get(&folds).into_iter().flatten();
        let meant = forms.filter(|form| {
            let same = typed.iter().zip(&form.syllables).all(|(t, s)| !t.marked || t.key == s.key);
            same && (!form.cased || form.word == composed(text))
        });
        let mut others: Vec<&str> = vec![];
        for other in meant.flat_map(|form| &form.others) {
            if !others.contains(&other.as_str()) {
                others.push(other);
            }
        }
        others
    }
}
