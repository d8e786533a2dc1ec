//! Where are the syllables, sentences and paragraphs of a text? One pass, offsets into the text as it was given.

use crate::alphabet::{Alphabet, Class, alphabet};
use crate::capitals::capitals;
use crate::compose::compose;
use crate::key::{Key, KeyBuilder, Keys};
use crate::mask::Personal;
use crate::spelt::{Spelling, SpeltWords};
use std::borrow::Cow;
use std::cell::RefCell;

/// One syllable (or foreign word, or run of digits) of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// With accents; tone placement, case and Unicode form do not matter.
    pub key: Key,
    /// Without accents.
    pub fold: Key,
    /// First byte in the original text.
    pub start: u32,
    /// Byte after the last one in the original text.
    pub end: u32,
    /// Number of the sentence, from 0, counted through the whole text.
    pub sentence: u32,
    /// Number of the paragraph (line), from 0.
    pub paragraph: u32,
    /// A bit for each of its first 32 letters and digits, the first one lowest: set where it is a capital. Accents that stand alone
    /// (NFD) are no letters.
    pub capitals: u32,
    /// The word carries an accent.
    pub marked: bool,
    /// Punctuation stands between the word before and this one; phrases do not cross it in the index.
    pub after_break: bool,
}

/// A text and its tokens.
pub struct Scanned<'a> {
    /// The text as it was given.
    pub text: &'a str,
    /// Its syllables in order.
    pub tokens: Vec<Token>,
    /// Number of words that carry an accent.
    pub marked: usize,
}

impl Scanned<'_> {
    /// The spelling of a token in composed form (NFC), to be compared with words written in code.
    pub fn composed(&self, token: &Token) -> Cow<'_, str> {
        compose(Cow::Borrowed(self.word(token)))
    }

    /// Less than one word in twenty carries an accent: typed without accents, or not Vietnamese.
    pub fn unaccented(&self) -> bool {
        self.marked * 20 < self.tokens.len()
    }

    /// The original spelling of a token.
    pub fn word(&self, token: &Token) -> &str {
        self.text.get(token.start as usize..token.end as usize).unwrap_or("")
    }

    /// The byte range of the sentence with this number: from its first to its last word.
    pub fn sentence_span(&self, sentence: u32) -> (usize, usize) {
        let first = self.tokens.partition_point(|t| t.sentence < sentence);
        let last = self.tokens.partition_point(|t| t.sentence <= sentence);
        match (self.tokens.get(first), last.checked_sub(1).and_then(|i| self.tokens.get(i))) {
            (Some(a), Some(b)) if first < last => (a.start as usize, b.end as usize),
            _ => (0, 0),
        }
    }
}

/// Splits a text into syllables. Texts over 4 GiB are cut (offsets have 32 bits).
pub fn scan(text: &str) -> Scanned<'_> {
    let mut s = Scanner {
        text,
        alphabet: alphabet(),
        // Vietnamese has about six bytes a syllable, the space included.
        tokens: Vec::with_capacity(text.len().min(u32::MAX as usize) / 6 + 8),
        sentence: 0,
        paragraph: 0,
        marked: 0,
        broken: false,
    };
    SPELT.with_borrow_mut(|spelt| s.run(spelt));
    Scanned { text, tokens: s.tokens, marked: s.marked }
}

thread_local! {
    static SPELT: RefCell<SpeltWords> = RefCell::new(SpeltWords::new());
}

struct Scanner<'a> {
    text: &'a str,
    alphabet: &'static Alphabet,
    tokens: Vec<Token>,
    sentence: u32,
    paragraph: u32,
    marked: usize,
    broken: bool,
}

impl Scanner<'_> {
    fn run(&mut self, spelt: &mut SpeltWords) {
        let bytes = self.text.as_bytes();
        let alphabet = self.alphabet;
        // The word that is being read: kept apart from `self`, so that it can stay in registers.
        let (mut keys, mut open, mut end) = (KeyBuilder::default(), None, 0);
        // Where it begins and ends and how it is spelt, if it is one of letters only.
        let mut fresh = None;
        let mut at = 0;
        while let Some((c, len)) = decode(bytes, at) {
            if open.is_none()
                && let Some((spelling, length)) = Spelling::at(bytes, at)
            {
                if let Some((known, capitals)) = spelt.get(spelling).filter(|_| at + length <= u32::MAX as usize - 4) {
                    end = at + length;
                    self.push(at, end, known, capitals);
                    at = end + usize::from(bytes.get(end) == Some(&b' '));
                    continue;
                }
                fresh = Some((at, at + length, spelling));
            }
            let letter = alphabet.of(c);
            match letter.class() {
                Class::Known | Class::Foreign => {
                    open.get_or_insert(at);
                    end = at + len;
                    keys.push(letter, alphabet);
                }
                Class::Break => {
                    // The word ends where this character begins, so that a dot after a word is told from a lone one.
                    let after_word = end == at && at > 0;
                    if let Some(start) = open.take() {
                        if end > u32::MAX as usize - 4 {
                            return;
                        }
                        self.close(start, end, &mut keys, fresh, spelt);
                    }
                    if c == u32::from(b'[')
                        && let Some(after) = self.label(at)
                    {
                        at = after;
                        continue;
                    }
                    if c != u32::from(b' ') {
                        self.punctuation(c, after_word, at + len);
                    }
                }
                // A mark without a letter before it belongs to nothing.
                Class::Tone | Class::Shape if open.is_none() => {}
                Class::Tone | Class::Shape => {
                    end = at + len;
                    keys.push(letter, alphabet);
                }
                Class::Ignored => {}
            }
            at += len;
        }
        if let Some(start) = open.filter(|_| end <= u32::MAX as usize - 4) {
            self.close(start, end, &mut keys, fresh, spelt);
        }
    }

    /// A label that masking left is one word that is no word of the language: what it hides was none either, and its own
    /// words must not count as said. The byte after it, when there is one here.
    fn label(&mut self, at: usize) -> Option<usize> {
        let rest = self.text.get(at..).unwrap_or("");
        let label = LABELS.iter().find(|label| rest.starts_with(**label))?;
        let after = at + label.len();
        let key = Key(u64::MAX - label.len() as u64);
        self.push(at, after, Keys { exact: key, fold: key, marked: false }, 0);
        Some(after)
    }

    fn close(&mut self, start: usize, end: usize, keys: &mut KeyBuilder, fresh: Option<(usize, usize, Spelling)>, spelt: &mut SpeltWords) {
        let word = self.text.get(start..end).unwrap_or("");
        let (keys, capitals) = (keys.finish(word), capitals(word));
        // What begins or ends with something else («“Không”») is no spelling of a word.
        if let Some((_, _, spelling)) = fresh.filter(|(from, to, _)| (*from, *to) == (start, end)) {
            spelt.put(spelling, keys, capitals);
        }
        self.push(start, end, keys, capitals);
    }

    #[inline]
    fn push(&mut self, start: usize, end: usize, keys: Keys, capitals: u32) {
        self.marked += usize::from(keys.marked);
        self.tokens.push(Token {
            key: keys.exact,
            fold: keys.fold,
            start: start as u32,
            end: end as u32,
            sentence: self.sentence,
            paragraph: self.paragraph,
            capitals,
            marked: keys.marked,
            after_break: std::mem::take(&mut self.broken),
        });
    }

    fn punctuation(&mut self, c: u32, after_word: bool, next: usize) {
        let c = char::from_u32(c).unwrap_or(' ');
        if c == '\n' {
            if self.tokens.last().is_some_and(|t| t.paragraph == self.paragraph) {
                self.paragraph += 1;
                self.next_sentence();
            }
            self.broken = true;
            return;
        }
        if !matches!(c, ' ' | '\u{A0}' | '\t' | '-' | '\'' | '/' | '_') {
            self.broken = true;
        }
        let following = || self.text.get(next..).and_then(|rest| rest.chars().next()).unwrap_or('\n');
        let ends = match c {
            '!' | '?' | '…' | ';' => !following().is_alphanumeric(),
            // A dot inside a number or an abbreviation ("TP.HCM", "2.204") is followed by a letter or digit; at the end of a
            // quotation the closing mark stands before the dot or after it.
            '.' => {
                let rest = self.text.get(next..).unwrap_or("").trim_start_matches(CLOSING);
                let before = self.text.get(..next - 1).unwrap_or("");
                let ended = if after_word { !self.abbreviation() } else { before.ends_with(CLOSING) || before.ends_with('%') };
                ended && rest.chars().next().is_none_or(char::is_whitespace)
            }
            _ => false,
        };
        if ends {
            self.next_sentence();
        }
    }

    /// The word before the dot is one capital letter or a common title: "TP. Hồ Chí Minh", "ông A. nói".
    fn abbreviation(&self) -> bool {
        let Some(last) = self.tokens.last() else { return false };
        let word = self.text.get(last.start as usize..last.end as usize).unwrap_or("");
        let mut chars = word.chars();
        let single = matches!((chars.next(), chars.next()), (Some(c), None) if c.is_uppercase());
        single || matches!(word, "TP" | "Tp" | "TS" | "ThS" | "PGS" | "GS" | "Th")
    }

    fn next_sentence(&mut self) {
        if self.tokens.last().is_some_and(|t| t.sentence == self.sentence) {
            self.sentence += 1;
        }
    }
}

/// What stands in the place of personal data.
const LABELS: [&str; 5] =
    [Personal::Phone.label(), Personal::Account.label(), Personal::Identity.label(), Personal::Email.label(), Personal::Handle.label()];

/// Marks that close a quotation or a bracket.
const CLOSING: [char; 6] = ['"', '”', '’', '»', ')', ']'];

/// The character that begins at byte `at` and its length, `None` at the end. The bytes are those of a `str`, so what they
/// say of their length is true.
#[inline]
fn decode(bytes: &[u8], at: usize) -> Option<(u32, usize)> {
    let first = u32::from(*bytes.get(at)?);
    let next = |i: usize| u32::from(bytes.get(at + i).copied().unwrap_or(0)) & 0x3F;
    Some(match first {
        0..0x80 => (first, 1),
        0x80..0xE0 => ((first & 0x1F) << 6 | next(1), 2),
        0xE0..0xF0 => ((first & 0x0F) << 12 | next(1) << 6 | next(2), 3),
        _ => ((first & 0x07) << 18 | next(1) << 12 | next(2) << 6 | next(3), 4),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    fn keys(text: &str) -> Vec<Key> {
        scan(text).tokens.iter().map(|t| t.key).collect()
    }
    fn folds(text: &str) -> Vec<Key> {
        scan(text).tokens.iter().map(|t| t.fold).collect()
    }

    #[test]
    fn spelling_variants_share_a_key() {
        for (a, b) in [("hoà", "hòa"), ("thuỷ", "thủy"), ("kỹ", "kĩ"), ("quy", "qui"), ("Đồng", "đồng"), ("GIÁ", "giá")] {
            assert_eq!(keys(a), keys(b), "{a} {b}");
        }
        for (a, b) in [("hoa", "hòa"), ("da", "đa"), ("cao", "cáo"), ("an", "ân"), ("tay", "tai")] {
            assert_ne!(keys(a), keys(b), "{a} {b}");
        }
        assert_eq!(folds("giá xăng dầu đắt"), keys("gia xang dau dat"));
    }

    #[test]
    fn sentences_and_paragraphs() {
        let masked = scan("gọi [số điện thoại] ngay");
        assert_eq!(masked.tokens.iter().map(|t| masked.word(t)).collect::<Vec<_>>(), ["gọi", "[số điện thoại]", "ngay"]);
        let ends = |text: &str| scan(text).tokens.last().map(|t| t.sentence);
        assert_eq!(ends("Tăng 9%. Ông nói: “Không”. Hết."), Some(2));
        let s = scan("Giá 2.204,07 đồng. TP. Hồ Chí Minh vui! Hết\nĐoạn hai");
        let at = |w: &str| *s.tokens.iter().find(|t| s.word(t) == w).unwrap();
        assert_eq!(at("Giá").sentence, at("đồng").sentence);
        assert_eq!(at("TP").sentence, at("vui").sentence);
        assert_ne!(at("đồng").sentence, at("TP").sentence);
        assert_ne!(at("vui").sentence, at("Hết").sentence);
        assert_ne!(at("Hết").paragraph, at("Đoạn").paragraph);
    }

    proptest! {
        #[test]
        fn spans_stay_inside_and_forms_agree(text in "[a-zA-ZàáảãạăâđêôơưẤệỡựÐöéñ0-9 .,!\n\u{200b}]{0,60}") {
            let nfd: String = text.nfd().collect();
            let nfc: String = text.nfc().collect();
            prop_assert_eq!(keys(&nfd), keys(&nfc));
            prop_assert_eq!(folds(&nfd), folds(&nfc));
            for t in scan(&text).tokens {
                prop_assert!(text.get(t.start as usize..t.end as usize).is_some_and(|w| !w.is_empty()));
            }
        }

        #[test]
        fn any_text_is_scanned(text in any::<String>()) {
            for t in scan(&text).tokens {
                prop_assert!(text.get(t.start as usize..t.end as usize).is_some());
            }
        }
    }
}
