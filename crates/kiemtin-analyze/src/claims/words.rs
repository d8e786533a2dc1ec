//! Which words of a text mean something to the claims? Those of `config/claims/words*.toml`.

use crate::faults::{ConfigFile, Fault};
use crate::rules::View;
use kiemtin_model::Field;
use kiemtin_text::query::{PhraseTrie, QuerySetBuilder};
use kiemtin_text::{Key, Token, scan};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

/// Number of a word: a group of phrases that mean the same.
pub type Word = u16;
/// Most groups of a library: a [`Word`] numbers them.
const MOST_WORDS: usize = 60_000;
/// The group that denies: it has no weight.
pub const DENY: &str = "phu-dinh";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordsFile {
    /// Phrases that mean the same.
    groups: BTreeMap<String, Vec<String>>,
}

/// A word found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Which.
    pub word: Word,
    /// Title or text.
    pub field: Field,
    /// First token.
    pub first: u32,
    /// Token after the last one.
    pub next: u32,
    /// Number of its sentence, those of the text after those of the title.
    pub sentence: u32,
    /// Punctuation stands before it.
    pub after_break: bool,
}

/// What is known of words: built once, never changed.
#[derive(Clone, Debug, Default)]
pub struct Words {
    groups: HashMap<String, Word>,
    exact: PhraseTrie,
    fold: PhraseTrie,
    /// Phrase of the tries → its word.
    of_phrase: Vec<Word>,
}

impl Words {
    /// Reads the groups of these files; a phrase belongs to one group.
    pub fn load<'f>(files: impl Iterator<Item = &'f ConfigFile>, queries: &mut QuerySetBuilder, faults: &mut Vec<Fault>) -> Self {
        let mut words = Self::default();
        let mut phrases: Vec<(Vec<u32>, Vec<u32>)> = vec![];
        let mut known: HashMap<Vec<Key>, String> = HashMap::new();
        for file in files {
            let Some(read) = file.read::<WordsFile>(faults) else { continue };
            for (name, list) in read.groups {
                let key = format!("groups.{name}");
                if words.groups.contains_key(&name) || words.groups.len() == MOST_WORDS {
                    faults.push(file.fault(0, &key, format!("expected a new name, and at most {MOST_WORDS} of them")));
                    continue;
                }
                let word = words.groups.len() as Word;
                words.groups.insert(name.clone(), word);
                for phrase in list {
                    let tokens = scan(&phrase).tokens;
                    let exact: Vec<Key> = tokens.iter().map(|t| t.key).collect();
                    let at = file.text.find(&format!("\"{phrase}\"")).unwrap_or(0);
                    if exact.is_empty() {
                        faults.push(file.fault(at, &key, format!("got \"{phrase}\", expected a phrase with words")));
                    } else if let Some(other) = known.insert(exact.clone(), name.clone()) {
                        faults.push(file.fault(at, &key, format!("\"{phrase}\" stands in {other} already, expected it once")));
                    } else {
                        phrases.push(queries.number(&tokens));
                        words.of_phrase.push(word);
                    }
                }
            }
        }
        words.exact = PhraseTrie::new(phrases.iter().map(|(exact, _)| exact));
        words.fold = PhraseTrie::new(phrases.iter().map(|(_, fold)| fold));
        words
    }

    /// The word of a group.
    pub fn group(&self, name: &str) -> Option<Word> {
        self.groups.get(name).copied()
    }

    /// Number of words.
    pub fn count(&self) -> usize {
        self.groups.len()
    }

    /// The words of a document in order: title, then text. The longest phrase from a place counts; what lies inside it does not.
    pub fn hits(&self, view: &View<'_>) -> Vec<Hit> {
        let mut hits = vec![];
        let trie = if view.unaccented() { &self.fold } else { &self.exact };
        for (field, before) in [(Field::Title, 0), (Field::Text, view.title_sentences())] {
            self.find(trie, &view.scanned(field).tokens, view.numbers(field), field, before, &mut hits);
        }
        hits
    }

    /// The distinct words of a phrasing, in order. `queries`: what they were numbered with.
    pub fn of_phrasing(&self, text: &str, queries: &QuerySetBuilder) -> Vec<Word> {
        let (mut hits, mut words) = (vec![], vec![]);
        let scanned = scan(text);
        self.find(&self.exact, &scanned.tokens, &queries.numbers_of(&scanned.tokens), Field::Text, 0, &mut hits);
        for hit in hits {
            if !words.contains(&hit.word) {
                words.push(hit.word);
            }
        }
        words
    }

    fn find(&self, trie: &PhraseTrie, tokens: &[Token], numbers: &[u32], field: Field, before: u32, hits: &mut Vec<Hit>) {
        // Where the hits from the last place begin: phrases from one place come shortest first, the longest stand.
        let mut open = hits.len();
        let floor = open;
        let found = |phrase: u32, first: u32, next: u32| {
            let (Some(word), Some(token)) = (self.of_phrase.get(phrase as usize), tokens.get(first as usize)) else { return };
            match hits.get(floor..).and_then(<[Hit]>::last) {
                Some(last) if last.first == first && last.next < next => hits.truncate(open),
                Some(last) if last.first == first => {}
                Some(last) if last.next >= next => return,
                _ => open = hits.len(),
            }
            let (sentence, after_break) = (token.sentence + before, token.after_break);
            hits.push(Hit { word: *word, field, first, next, sentence, after_break });
        };
        trie.find(tokens, |i| numbers.get(i).copied().unwrap_or(0), found);
    }
}
