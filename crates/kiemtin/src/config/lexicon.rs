//! `lexicon/*.toml`: which words stand for the same thing in searches? Abbreviations and synonyms, checked one by one.

use kiemtin_analyze::{ConfigFile, Fault};
use kiemtin_text::lexicon::{Entry, Lexicon, MOST_ALTERNATIVES};
use kiemtin_text::{Key, scan};
use serde::Deserialize;
use std::collections::HashMap;
use toml::Spanned;

/// Longest short form, and longest word or phrase, in characters.
const LONGEST_SHORT: usize = 20;
const LONGEST_WORDS: usize = 120;
/// Most syllables of a word or phrase: a search is looked up in runs of that length.
const MOST_SYLLABLES: usize = 16;
/// Signs that mean something in a search.
const SIGNS: [char; 8] = ['"', '“', '”', '*', '(', ')', '~', '='];

/// `[[abbreviation]]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Abbreviation {
    short: Spanned<String>,
    long: Spanned<Vec<Spanned<String>>>,
    #[serde(default)]
    cased: bool,
    #[serde(default)]
    one_way: bool,
}

/// `[[synonyms]]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Synonyms {
    words: Spanned<Vec<Spanned<String>>>,
}

/// Where something was read first.
type Places<K> = HashMap<K, String>;

/// Reads the lexicon; what is wrong is added to `faults`.
pub fn load(files: &[ConfigFile], faults: &mut Vec<Fault>) -> Lexicon {
    let (mut shorts, mut grouped) = (Places::new(), Places::new());
    let mut entries = vec![];
    for file in files {
        for (_, item) in file.items_among::<Abbreviation>("abbreviation", &["abbreviation", "synonyms"], faults) {
            entries.extend(abbreviation(file, item, &mut shorts, faults));
        }
        for (_, item) in file.items_among::<Synonyms>("synonyms", &["abbreviation", "synonyms"], faults) {
            entries.extend(synonyms(file, &item, &mut grouped, faults));
        }
    }
    Lexicon::new(entries)
}

fn abbreviation(
    file: &ConfigFile,
    item: Abbreviation,
    known: &mut Places<(Vec<(Key, bool)>, bool)>,
    faults: &mut Vec<Fault>,
) -> Option<Entry> {
    let before = faults.len();
    let (at, short) = (item.short.span().start, item.short.into_inner());
    let key = "abbreviation.short";
    if short.chars().count() > LONGEST_SHORT || short.split_whitespace().count() != 1 {
        faults.push(file.fault(at, key, format!("got \"{short}\", expected one word of 1 to {LONGEST_SHORT} characters")));
    }
    words_faults(file, at, key, &short, faults);
    if item.cased && !short.chars().any(char::is_uppercase) {
        faults.push(file.fault(
            at,
            key,
            format!("got \"{short}\" with cased = true, expected capital letters: it is found only as written"),
        ));
    }
    once(file, at, key, (keys(&short), item.cased), &short, known, faults);
    let key = "abbreviation.long";
    let (at, long) = (item.long.span().start, item.long.into_inner());
    if !(1..=MOST_ALTERNATIVES).contains(&long.len()) {
        faults.push(file.fault(at, key, format!("got {} readings, expected 1 to {MOST_ALTERNATIVES}", long.len())));
    }
    let mut seen = HashMap::from([(keys(&short), "its short form".to_owned())]);
    let long = long.into_iter().map(|word| each(file, key, word, &mut seen, faults)).collect();
    (faults.len() == before).then_some(Entry::Abbreviation { short, long, cased: item.cased, one_way: item.one_way })
}

fn synonyms(file: &ConfigFile, item: &Synonyms, known: &mut Places<Vec<(Key, bool)>>, faults: &mut Vec<Fault>) -> Option<Entry> {
    let (before, key) = (faults.len(), "synonyms.words");
    let words = item.words.get_ref();
    let most = MOST_ALTERNATIVES + 1;
    if !(2..=most).contains(&words.len()) {
        faults.push(file.fault(item.words.span().start, key, format!("got {} words, expected 2 to {most}", words.len())));
    }
    let words = words.iter().map(|word| each(file, key, word.clone(), known, faults)).collect();
    (faults.len() == before).then_some(Entry::Synonyms(words))
}

/// One word of a list, checked.
fn each(file: &ConfigFile, key: &str, word: Spanned<String>, known: &mut Places<Vec<(Key, bool)>>, faults: &mut Vec<Fault>) -> String {
    let (at, word) = (word.span().start, word.into_inner());
    words_faults(file, at, key, &word, faults);
    once(file, at, key, keys(&word), &word, known, faults);
    word
}

/// Tells of a word that stands somewhere already.
fn once<K: std::hash::Hash + Eq>(
    file: &ConfigFile,
    at: usize,
    key: &str,
    word: K,
    shown: &str,
    known: &mut Places<K>,
    faults: &mut Vec<Fault>,
) {
    let here = format!("{}:{}", file.path, file.line(at));
    match known.entry(word) {
        std::collections::hash_map::Entry::Occupied(first) => {
            faults.push(file.fault(
                at,
                key,
                format!("got \"{shown}\" a second time, expected it once: it stands at {} already", first.get()),
            ));
        }
        std::collections::hash_map::Entry::Vacant(free) => {
            free.insert(here);
        }
    }
}

fn words_faults(file: &ConfigFile, at: usize, key: &str, word: &str, faults: &mut Vec<Fault>) {
    let (length, syllables) = (word.chars().count(), scan(word).tokens.len());
    if syllables == 0 || word.trim() != word {
        faults.push(file.fault(at, key, format!("got \"{word}\", expected words without blanks around them")));
    } else if length > LONGEST_WORDS || syllables > MOST_SYLLABLES {
        let got = format!("got {length} characters and {syllables} syllables");
        faults.push(file.fault(at, key, format!("{got}, expected at most {LONGEST_WORDS} and {MOST_SYLLABLES}")));
    } else if word.contains(SIGNS) {
        faults.push(file.fault(at, key, format!("got \"{word}\", expected words without signs of the query language: {SIGNS:?}")));
    }
}

/// What tells words apart: their syllables with accents, and the punctuation between them.
fn keys(word: &str) -> Vec<(Key, bool)> {
    scan(word).tokens.iter().map(|t| (t.key, t.after_break)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{folder, told};
    use kiemtin_text::lexicon::expand;
    use kiemtin_text::query::parse;
    use std::path::Path;

    fn read(text: &str) -> (Lexicon, Vec<String>) {
        let mut faults = vec![];
        let lexicon = load(&[ConfigFile { path: "lexicon/a.toml".into(), text: text.into() }], &mut faults);
        faults.sort();
        (lexicon, faults.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn entries_are_read() {
        let (lexicon, faults) =
            read("[[abbreviation]]\nshort = \"BCT\"\nlong = [\"Bộ Công Thương\"]\n[[synonyms]]\nwords = [\"xăng dầu\", \"nhiên liệu\"]\n");
        assert_eq!(faults, Vec::<String>::new());
        let (_, made) = expand(&parse("bct \"xăng dầu\"").unwrap(), &lexicon, &|_| vec![]);
        assert_eq!(made.len(), 2);
    }

    #[test]
    fn faults_are_told_with_their_place() {
        for (text, line, said) in [
            ("[[abbreviation]]\nshort = \"B C\"\nlong = [\"x\"]", 2, "one word"),
            ("[[abbreviation]]\nshort = \"?\"\nlong = [\"x\"]", 2, "without blanks"),
            ("[[abbreviation]]\nshort = \"BC\"\nlong = []", 3, "0 readings"),
            ("[[abbreviation]]\nshort = \"co\"\nlong = [\"x\"]\ncased = true", 2, "capital"),
            ("[[abbreviation]]\nshort = \"BC\"\nlong = [\"bc\"]", 3, "second time"),
            ("[[abbreviation]]\nshort = \"BC\"\nlong = [\"báo cáo\",\n\"BÁO CÁO\"]", 4, "second time"),
            ("[[abbreviation]]\nshort = \"A1\"\nlong = [\"x\"]\n[[abbreviation]]\nshort = \"a1\"\nlong = [\"y\"]", 5, "a.toml:2 already"),
            ("[[synonyms]]\nwords = [\"một\"]", 2, "1 words, expected 2 to 9"),
            ("[[synonyms]]\nwords = [\"a\", \"b\"]\n[[synonyms]]\nwords = [\"c\", \"b\"]", 4, "a.toml:2 already"),
            ("[[synonyms]]\nwords = [\"a\", \"b*\"]", 2, "signs"),
            ("[[synonyms]]\nwords = [\"a\", \"một hai ba bốn năm sáu bảy tám chín mười một hai ba bốn năm sáu bảy\"]", 2, "at most"),
            ("[[synonym]]\nwords = [\"a\", \"b\"]", 1, "unknown key"),
            ("[[synonyms]]\nword = [\"a\", \"b\"]", 2, "word"),
        ] {
            let (lexicon, faults) = read(text);
            let start = format!("lexicon/a.toml:{line}: ");
            assert!(faults.iter().any(|f| f.starts_with(&start) && f.contains(said)), "{text}: {faults:?}");
            assert!(lexicon.len() <= 2, "an entry with a fault is left out");
        }
    }

    #[test]
    fn the_lexicon_of_the_project_is_valid_and_large_enough() {
        let files = folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config"), "lexicon").unwrap();
        let mut faults = vec![];
        load(&files, &mut faults);
        assert!(faults.is_empty(), "{}", told(&faults));
        let count = |table: &str| files.iter().map(|f| f.text.matches(&format!("[[{table}]]")).count()).sum::<usize>();
        assert!(count("abbreviation") >= 150, "{}", count("abbreviation"));
        assert!(count("synonyms") >= 60, "{}", count("synonyms"));
    }
}
