//! Which words of a text mean something to the claims? `config/claims/words.toml` and the phrasings decide.

use crate::faults::{ConfigFile, Fault};
use crate::rules::View;
use kiemtin_model::Field;
use kiemtin_text::query::PhraseTrie;
use kiemtin_text::{Key, scan};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

/// Number of a word: a group of phrases that mean the same, or a syllable of a phrasing.
pub type Word = u16;
/// Most words of a library: a [`Word`] numbers them.
const MOST_WORDS: usize = 60_000;
/// The group that denies: its words have no weight.
pub const DENY: &str = "phu-dinh";

/// The file `words.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordsFile {
    /// Syllables without a meaning of their own.
    stop: Vec<String>,
    /// Words so common that finding them says little.
    light: Vec<String>,
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
}

/// What is known of words: built once, never changed.
#[derive(Clone, Debug, Default)]
pub struct Words {
    groups: HashMap<String, Word>,
    /// Number of words.
    pub count: usize,
    /// Words that weigh little.
    pub light: Vec<Word>,
    exact: PhraseTrie,
    fold: PhraseTrie,
    /// Phrase of the tries → its word.
    of_phrase: Vec<Word>,
}

/// Collects groups and the syllables of phrasings.
#[derive(Default)]
pub struct WordsBuilder {
    groups: HashMap<String, Word>,
    count: usize,
    phrases: Vec<(Vec<Key>, Vec<Key>, Word)>,
    stop: Vec<Key>,
    light: Vec<Vec<Key>>,
}

impl WordsBuilder {
    /// Reads one `words.toml`. Several may stand in the folder; a phrase belongs to one group.
    pub fn read(&mut self, file: &ConfigFile, faults: &mut Vec<Fault>) {
        let Some(read) = file.read::<WordsFile>(faults) else { return };
        self.stop.extend(read.stop.iter().flat_map(|s| exact(s)));
        self.light.extend(read.light.iter().map(|s| exact(s)));
        for (name, phrases) in read.groups {
            let key = format!("groups.{name}");
            let word = self.fresh();
            if self.groups.insert(name, word).is_some() {
                faults.push(file.fault(0, &key, "this name is already taken, expected a new one"));
            }
            for phrase in phrases {
                let keys = exact(&phrase);
                let at = file.text.find(&format!("\"{phrase}\"")).unwrap_or(0);
                if keys.is_empty() {
                    faults.push(file.fault(at, &key, format!("got \"{phrase}\", expected a phrase with words")));
                } else if self.phrases.iter().any(|(k, ..)| *k == keys) {
                    faults.push(file.fault(at, &key, format!("\"{phrase}\" stands in another group or twice, expected it once")));
                } else {
                    self.phrases.push((keys, folds(&phrase), word));
                }
            }
        }
    }

    /// Makes every syllable of these texts a word, unless a group or the stop list holds it.
    pub fn build<'t>(mut self, texts: impl Iterator<Item = &'t str>) -> Words {
        for text in texts {
            let known = self.words();
            let scanned = scan(text);
            let hits = known.hits_in(&scanned.tokens, Field::Text, 0, false);
            for (at, token) in scanned.tokens.iter().enumerate() {
                let held = hits.iter().any(|h| (h.first as usize..h.next as usize).contains(&at));
                if !held && !self.stop.contains(&token.key) && self.count < MOST_WORDS {
                    let word = self.fresh();
                    self.phrases.push((vec![token.key], vec![token.fold], word));
                }
            }
        }
        self.words()
    }

    fn fresh(&mut self) -> Word {
        self.count += 1;
        (self.count - 1) as Word
    }

    fn words(&self) -> Words {
        let light = self.phrases.iter().filter(|(k, ..)| self.light.contains(k)).map(|(_, _, w)| *w).collect();
        Words {
            groups: self.groups.clone(),
            count: self.count,
            light,
            exact: PhraseTrie::new(self.phrases.iter().map(|(k, ..)| k.as_slice())),
            fold: PhraseTrie::new(self.phrases.iter().map(|(_, k, _)| k.as_slice())),
            of_phrase: self.phrases.iter().map(|(_, _, w)| *w).collect(),
        }
    }
}

fn exact(phrase: &str) -> Vec<Key> {
    scan(phrase).tokens.iter().map(|t| t.key).collect()
}

fn folds(phrase: &str) -> Vec<Key> {
    scan(phrase).tokens.iter().map(|t| t.fold).collect()
}

impl Words {
    /// The word of a group.
    pub fn group(&self, name: &str) -> Option<Word> {
        self.groups.get(name).copied()
    }

    /// The words of a document in order: title, then text. The longest phrase from each place counts; what begins inside it does not.
    pub fn hits(&self, view: &View<'_>) -> Vec<Hit> {
        let mut hits = self.hits_in(&view.scanned(Field::Title).tokens, Field::Title, 0, view.unaccented());
        hits.extend(self.hits_in(&view.scanned(Field::Text).tokens, Field::Text, view.title_sentences(), view.unaccented()));
        hits
    }

    /// The distinct words of a phrasing, in order.
    pub fn of_phrasing(&self, text: &str) -> Vec<Word> {
        let mut words: Vec<Word> = vec![];
        for hit in self.hits_in(&scan(text).tokens, Field::Text, 0, false) {
            if !words.contains(&hit.word) {
                words.push(hit.word);
            }
        }
        words
    }

    fn hits_in(&self, tokens: &[kiemtin_text::Token], field: Field, before: u32, unaccented: bool) -> Vec<Hit> {
        let mut hits: Vec<Hit> = vec![];
        // Where the last hit that stands begins: of phrases from one place the longer comes later.
        let mut open = 0;
        let found = |phrase: u32, first: u32, next: u32| {
            let Some(word) = self.of_phrase.get(phrase as usize) else { return };
            match hits.last() {
                Some(last) if last.first == first && last.next < next => hits.truncate(open),
                Some(last) if last.first == first => {}
                Some(last) if last.next > first => return,
                _ => open = hits.len(),
            }
            let sentence = tokens.get(first as usize).map_or(0, |t| t.sentence) + before;
            hits.push(Hit { word: *word, field, first, next, sentence });
        };
        if unaccented {
            self.fold.find(tokens, |t| t.fold, found)
        } else {
            self.exact.find(tokens, |t| t.key, found)
        }
        hits
    }
}
