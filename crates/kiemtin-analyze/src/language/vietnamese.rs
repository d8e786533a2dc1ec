//! Is it Vietnamese, also when the accents were left out?
//!
//! Every word speaks for or against, as a naive Bayes classifier would weigh it (logarithm of how much likelier the word is in
//! Vietnamese than in another language), against two rivals at once: languages with long words, and pinyin, whose syllables look
//! like Vietnamese ones. Vietnamese must win against both, and most words must be its own, so that a page in two languages
//! is what most of it is. Names (words with a capital among small ones) count half: they travel through all languages. A text that is
//! all in capitals tells no names apart: it is judged as the same text in small letters.

use super::weights::{ENOUGH, NOT_LATIN, WEIGHTS, Weight};
use kiemtin_text::{Scanned, Token};

/// Share of words that must be Vietnamese: half, and more where names have to be counted with the words.
const MAJORITY: (i32, i32) = (1, 2);
const MAJORITY_WITH_NAMES: (i32, i32) = (3, 5);
/// From so many words in small letters the share is that of them alone.
const ENOUGH_SMALL: i32 = 2;
/// Scripts that write no spaces make few words: so many bytes of them are one.
const BYTES_A_WORD: usize = 6;

/// What a text says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Vietnamese,
    /// It could be, but the words are too few.
    Perhaps,
    No,
}

#[derive(Clone, Copy, Default)]
struct Sum {
    latin: i32,
    pinyin: i32,
    words: i32,
    vietnamese: i32,
}

impl Sum {
    fn add(&mut self, weight: Weight, times: i32) {
        self.latin += i32::from(weight.latin) * times;
        self.pinyin += i32::from(weight.pinyin) * times;
        self.words += times;
        self.vietnamese += i32::from(weight.counts) * times;
    }

    fn is_mostly_vietnamese(&self, (part, whole): (i32, i32)) -> bool {
        self.vietnamese * whole >= self.words * part
    }
}

/// Words counted so far, those in small letters and those with a capital apart.
#[derive(Default)]
pub(super) struct Evidence {
    small: Sum,
    capital: Sum,
    /// Some letter is no capital.
    lowered: bool,
}

impl Evidence {
    /// Counts the words of a piece of text.
    pub fn add(&mut self, piece: &Scanned<'_>) {
        for token in &piece.tokens {
            let word = piece.word(token);
            let Some(first) = word.chars().next().filter(|c| c.is_alphabetic()) else { continue };
            let times = if token.key.is_foreign() && first >= '\u{370}' { word.len().div_ceil(BYTES_A_WORD) } else { 1 };
            self.lowered |= word.chars().any(|c| c.is_alphabetic() && !c.is_uppercase());
            if let Some(weight) = weigh(token, word, first) {
                let sum = if first.is_uppercase() { &mut self.capital } else { &mut self.small };
                sum.add(weight, times as i32);
            }
        }
    }

    pub fn verdict(&self) -> Verdict {
        let (small, capital) = if self.lowered { (self.small, self.capital) } else { (self.capital, Sum::default()) };
        let all = Sum {
            latin: small.latin + capital.latin,
            pinyin: small.pinyin + capital.pinyin,
            words: small.words + capital.words,
            vietnamese: small.vietnamese + capital.vietnamese,
        };
        // Headlines and shouting: the capitals say nothing then.
        let shouted = small.words * 2 < capital.words;
        let (latin, pinyin) =
            if shouted { (all.latin, all.pinyin) } else { (small.latin + capital.latin / 2, small.pinyin + capital.pinyin / 2) };
        let mostly =
            if small.words >= ENOUGH_SMALL { small.is_mostly_vietnamese(MAJORITY) } else { all.is_mostly_vietnamese(MAJORITY_WITH_NAMES) };
        if all.words == 0 {
            Verdict::Perhaps
        } else if !mostly || small.latin < 0 || latin.min(pinyin) <= 0 {
            Verdict::No
        } else if latin.min(pinyin) >= ENOUGH {
            Verdict::Vietnamese
        } else {
            Verdict::Perhaps
        }
    }
}

/// What one word says; nothing if it is at home everywhere. So are words without vowels: `TTCK`, `PDF`, `dc`.
fn weigh(token: &Token, word: &str, first: char) -> Option<Weight> {
    if token.key.is_foreign() {
        return Some(if first.is_ascii() && !token.marked { WEIGHTS.no_syllable() } else { NOT_LATIN });
    }
    let letters = token.key.toneless();
    if token.key == token.fold && !word.bytes().any(|b| matches!(b | 0x20, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')) {
        return None;
    }
    WEIGHTS.of(letters, (letters != token.key).then_some(token.key))
}
