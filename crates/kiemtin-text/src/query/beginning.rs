//! Does a word begin with these letters? What `word*` asks.
//!
//! Letters typed without any accent begin words whatever their accents; letters typed with one begin words with these very
//! letters, and a tone counts only where it was typed: `đươ*` finds `đường`, `được` and `đương`, `đườ*` finds `đường` only.
//! Where the tone stands in the word does not matter.

use crate::alphabet::{code_of, ignored};
use crate::key::{self, Key, folded};
use crate::scan::{Token, scan};
use unicode_normalization::UnicodeNormalization;

/// Fewest letters or digits before the star of a word that stands alone: with one, a tenth of all words would be asked for.
pub(super) const FEWEST_LETTERS: usize = 2;
/// Letters that fit into a packed key of letters.
pub(super) const HEAD: usize = 10;
/// Combining marks of the tones: huyền, sắc, ngã, hỏi, nặng.
const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];

/// How a word begins.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Beginning {
    /// In lower case, composed, without the tone.
    pub letters: String,
    /// Without any accent.
    pub bare: String,
    /// The combining mark of the tone that was typed.
    pub tone: Option<char>,
    /// It was typed with an accent.
    pub marked: bool,
    /// Key of what was typed as a whole word: other spellings of it (`kỹ`, `kĩ`) are found as well.
    pub key: Key,
    /// The same without accents.
    pub fold: Key,
}

impl Beginning {
    /// From one word; `None` when it does not begin with so many Latin letters or digits (at least one).
    pub(super) fn new(word: &str, fewest: usize) -> Option<Self> {
        let token = *scan(word).tokens.first()?;
        let ((letters, tone), bare) = (parted(word), folded(word));
        (head(&bare).1 >= fewest.max(1)).then_some(Self { letters, bare, tone, marked: token.marked, key: token.key, fold: token.fold })
    }

    /// How the terms of an index begin whose words begin so, with these accents: as a key is written, and as a longer word is.
    /// A tone is not told by the beginning of a term, see [`Beginning::has_tone`].
    pub fn exact_terms(&self) -> Vec<String> {
        let mut coded = String::new();
        let short = self.letters.chars().count() <= HEAD && key::term_letters(&self.letters, &mut coded);
        let mut terms = if short { vec![coded] } else { vec![] };
        if self.tone.is_none() && !terms.contains(&self.letters) {
            terms.push(self.letters.clone());
        }
        terms
    }

    /// Whether a term as a key is written, which begins so, has the tone that was typed.
    pub fn has_tone(&self, term: &str) -> bool {
        self.tone.is_none_or(|tone| term.ends_with(key::term_tone(tone)))
    }

    /// Whether a word begins so. `loose`: whatever its accents, as in a text that was typed without them.
    pub fn holds(&self, token: &Token, word: &str, loose: bool) -> bool {
        if loose || !self.marked {
            return token.fold == self.fold || folded(word).starts_with(&self.bare);
        }
        if token.key == self.key {
            return true;
        }
        let (letters, tone) = parted(word);
        letters.starts_with(&self.letters) && (self.tone.is_none() || self.tone == tone)
    }
}

/// Letters in lower case without the tone, and the tone.
fn parted(word: &str) -> (String, Option<char>) {
    let mut tone = None;
    let lower = word.chars().filter(|c| !ignored(*c)).flat_map(char::to_lowercase).nfd();
    let letters = lower.filter(|c| {
        let is_tone = TONES.contains(c);
        tone = if is_tone { Some(*c) } else { tone };
        !is_tone
    });
    (letters.map(|c| if c == 'ð' { 'đ' } else { c }).nfc().collect(), tone)
}

/// The first letters of a word without accents, packed as in a [`Key`], and their number: [`HEAD`] at the most, and only up to
/// the first letter that is no Latin one.
pub(super) fn head(bare: &str) -> (u64, usize) {
    let codes = bare.chars().take(HEAD).map_while(code_of);
    codes.fold((0, 0), |(packed, count), code| (packed << 6 | u64::from(code), count + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_begin_with_what_was_typed() {
        for (start, word, expected) in [
            ("xan", "xăng", true),
            ("xan", "xanh", true),
            ("xăn", "xăng", true),
            ("xăn", "xanh", false),
            ("đươ", "đường", true),
            ("đườ", "đường", true),
            ("đườ", "đương", false),
            ("hoà", "hòan", true),
            ("ky", "kỹ", true),
            ("ky", "kinh", false),
            ("ki", "kỹ", true),
            ("ki", "kinh", true),
            ("GI", "giá", true),
            ("livestrea", "livestreams", true),
            ("thuongmaidientu", "thươngmạiđiệntửviệtnam", true),
            ("thươngmạiđ", "thươngmaiđiệntử", false),
            ("20", "2026", true),
        ] {
            let begins = Beginning::new(start, 2).unwrap();
            let scanned = scan(word);
            assert_eq!(begins.holds(&scanned.tokens[0], word, false), expected, "{start}* {word}");
        }
        assert!(Beginning::new("đườ", 2).unwrap().holds(&scan("duong").tokens[0], "duong", true), "in a text without accents");
        assert!(Beginning::new("x", 2).is_none() && Beginning::new("при", 1).is_none() && Beginning::new("x", 1).is_some());
    }

    #[test]
    fn terms_begin_as_words_do() {
        for (start, word, expected) in [
            ("đươ", "đường", true),
            ("đườ", "đường", true),
            ("đườ", "đượng", false),
            ("xă", "xăngdầuthếgiới", true),
            ("xă", "xanh", false),
            ("giá", "giáo", true),
            ("giá", "giào", false),
        ] {
            let begins = Beginning::new(start, 2).unwrap();
            let scanned = scan(word);
            let mut term = vec![];
            key::exact_term(scanned.tokens[0].key, word, &mut term);
            let term = String::from_utf8(term).unwrap();
            let found = begins.exact_terms().iter().any(|t| term.starts_with(t)) && begins.has_tone(&term);
            assert_eq!(found, expected, "{start}* {word} {term}");
        }
    }

    #[test]
    fn heads_are_packed_as_keys() {
        assert_eq!(head("xang").0, scan("xang").tokens[0].key.0);
        assert_eq!(head("livestreaming").1, HEAD);
    }
}
