//! What is a short form short for? Texts say so themselves: `tai nạn lao động (TNLĐ)`.
//!
//! A short form in brackets after as many syllables as it has letters, which begin with its letters, is taken to stand for them
//! (Schwartz and Hearst 2003, "A simple algorithm for identifying abbreviation definitions in biomedical text", in the strict form
//! that Vietnamese allows: one letter for one syllable).

use crate::scan::{Scanned, Token};
use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization;

/// Letters of a short form.
const LETTERS: std::ops::RangeInclusive<usize> = 2..=8;
/// Most short forms, and most long forms of each, that are remembered.
const MOST: usize = 4_000;
const MOST_LONG: usize = 8;
/// Fewest times that a long form must have been named, and its least share of the commonest one's.
const FEWEST: u32 = 2;
const SHARE: u32 = 5;
/// Most long forms that are told.
const TOLD: usize = 2;

/// Short forms with the long ones that texts gave for them.
#[derive(Clone, Debug, Default)]
pub(super) struct Shorts {
    /// In capital letters → (in small letters, how often).
    long: HashMap<Box<str>, Vec<(Box<str>, u32)>>,
}

impl Shorts {
    /// Notes a short form when the word at this place is one that was just explained.
    pub(super) fn learn(&mut self, scanned: &Scanned<'_>, at: usize) {
        let Some(token) = scanned.tokens.get(at).filter(|token| in_brackets(scanned, token)) else { return };
        let short = scanned.composed(token);
        let letters: Vec<char> = short.chars().collect();
        if !LETTERS.contains(&letters.len()) || !letters.iter().all(|c| c.is_uppercase()) || at < letters.len() {
            return;
        }
        let long = scanned.tokens.get(at - letters.len()..at).unwrap_or_default();
        let together = long.iter().skip(1).all(|t| !t.after_break) && long.first().is_some_and(|t| t.sentence == token.sentence);
        if !together || !long.iter().zip(&letters).all(|(t, letter)| initial(scanned.word(t)) == Some(*letter)) {
            return;
        }
        let long = long.iter().map(|t| scanned.composed(t).to_lowercase()).collect::<Vec<_>>().join(" ");
        self.put_back(&short, &long, 1);
    }

    /// Counts a long form of a short one, when there is room.
    pub(super) fn put_back(&mut self, short: &str, long: &str, times: u32) {
        if self.long.len() >= MOST && !self.long.contains_key(short) {
            return;
        }
        let known = self.long.entry(short.into()).or_default();
        if let Some((_, seen)) = known.iter_mut().find(|(text, _)| **text == *long) {
            *seen = seen.saturating_add(times);
        } else if known.len() < MOST_LONG {
            known.push((long.into(), times));
        }
    }

    /// All of them in order: short form, long form, how often.
    pub(super) fn all(&self) -> Vec<(&str, &str, u32)> {
        let mut all: Vec<_> =
            self.long.iter().flat_map(|(short, known)| known.iter().map(move |(long, seen)| (&**short, &**long, *seen))).collect();
        all.sort_unstable();
        all
    }

    /// What a word is short for, the commonest first. Small letters only count where they cannot be read as a syllable.
    pub(super) fn of(&self, word: &str) -> Vec<String> {
        let vowels = word.nfd().any(|c| "aeiouy".contains(c.to_ascii_lowercase()));
        if vowels && word.chars().any(char::is_lowercase) {
            return vec![];
        }
        let mut known: Vec<_> = self.long.get(word.to_uppercase().as_str()).into_iter().flatten().collect();
        known.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let most = known.first().map_or(0, |(_, seen)| *seen);
        let told = known.into_iter().filter(|(_, seen)| *seen >= FEWEST && seen * SHARE >= most);
        told.take(TOLD).map(|(text, _)| text.to_string()).collect()
    }
}

fn in_brackets(scanned: &Scanned<'_>, token: &Token) -> bool {
    let around = (token.start.checked_sub(1), token.end as usize);
    let byte = |at: usize| scanned.text.as_bytes().get(at).copied();
    matches!(around, (Some(before), after) if byte(before as usize) == Some(b'(') && byte(after) == Some(b')'))
}

/// The first letter of a syllable as a short form has it: a capital, with its hook or bar but without a tone.
fn initial(word: &str) -> Option<char> {
    const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];
    let first = word.nfd().take_while({
        let mut letters = 0;
        move |c| {
            letters += usize::from(c.is_alphabetic() && !('\u{300}'..='\u{36f}').contains(c));
            letters < 2
        }
    });
    first.filter(|c| !TONES.contains(c)).nfc().next()?.to_uppercase().next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::scan;

    fn taught(texts: &[&str]) -> Shorts {
        let mut shorts = Shorts::default();
        for text in texts {
            let scanned = scan(text);
            (0..scanned.tokens.len()).for_each(|at| shorts.learn(&scanned, at));
        }
        shorts
    }

    #[test]
    fn texts_explain_their_short_forms() {
        let text =
            "Nhiều vụ tai nạn lao động (TNLĐ), nhà ở xã hội (NƠXH) và Tập đoàn Điện lực Việt Nam (EVN). Thuế (GTGT), xe (ĐL), A. B (AB).";
        let shorts = taught(&[text, text]);
        for (word, expected) in [
            ("TNLĐ", "tai nạn lao động"),
            ("tnlđ", "tai nạn lao động"),
            ("NƠXH", "nhà ở xã hội"),
            ("nơxh", ""),
            ("EVN", ""),
            ("GTGT", ""),
            ("AB", ""),
            ("", ""),
        ] {
            assert_eq!(shorts.of(word).join("; "), expected, "{word}");
        }
    }

    #[test]
    fn what_was_said_once_or_seldom_is_not_told() {
        let (gas, other) = ("khí dầu mỏ (KDM)", "kho dữ mật (KDM)");
        assert!(taught(&[gas]).of("KDM").is_empty());
        assert_eq!(taught(&[gas, gas, other, other]).of("KDM").len(), 2);
        assert_eq!(taught(&[vec![gas; 11], vec![other; 2]].concat()).of("KDM"), ["khí dầu mỏ"]);
    }
}
