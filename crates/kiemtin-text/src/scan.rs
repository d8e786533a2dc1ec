//! Where are the syllables, sentences and paragraphs of a text? One pass, offsets into the text as it was given.

use crate::key::{Key, KeyBuilder, Letter, letter};

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
        tokens: Vec::with_capacity(text.len() / 5),
        keys: KeyBuilder::default(),
        open: None,
        end: 0,
        sentence: 0,
        paragraph: 0,
        broken: false,
    };
    let mut previous = ' ';
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if at > u32::MAX as usize - 4 {
            break;
        }
        match letter(c) {
            Letter::Break => {
                s.close();
                let next = chars.peek().map_or('\n', |(_, n)| *n);
                s.punctuation(c, previous, next);
            }
            Letter::Ignored => {}
            Letter::Tone(_) | Letter::Shape(_) if s.open.is_none() => {}
            part => s.push(at, c, part),
        }
        previous = c;
    }
    s.close();
    let marked = s.tokens.iter().filter(|t| t.marked).count();
    Scanned { text, marked, tokens: s.tokens }
}

struct Scanner<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    keys: KeyBuilder,
    open: Option<usize>,
    end: usize,
    sentence: u32,
    paragraph: u32,
    broken: bool,
}

impl Scanner<'_> {
    fn push(&mut self, at: usize, c: char, part: Letter) {
        self.open.get_or_insert(at);
        self.end = at + c.len_utf8();
        self.keys.push(part);
    }

    fn close(&mut self) {
        let Some(start) = self.open.take() else { return };
        let keys = self.keys.finish(self.text.get(start..self.end).unwrap_or(""));
        self.tokens.push(Token {
            key: keys.exact,
            fold: keys.fold,
            start: start as u32,
            end: self.end as u32,
            sentence: self.sentence,
            paragraph: self.paragraph,
            marked: keys.marked,
            after_break: std::mem::take(&mut self.broken),
        });
    }

    fn punctuation(&mut self, c: char, previous: char, next: char) {
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
        let ends = match c {
            '!' | '?' | '…' | ';' => next.is_whitespace() || !next.is_alphanumeric(),
            // A dot inside a number or an abbreviation ("TP.HCM", "2.204") is followed by a letter or digit.
            '.' => next.is_whitespace() && previous.is_alphanumeric() && !self.abbreviation(),
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
