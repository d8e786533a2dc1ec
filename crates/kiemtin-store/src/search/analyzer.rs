//! Which terms does a text have in the index, and at which positions?
//!
//! Every word gives two terms at one position: the exact one, and the folded one marked with `~`. Positions jump by 1
//! more after punctuation and by 8 more at a new sentence, so that phrases cross neither.
//!
//! A Vietnamese document that was typed without accents is marked as such: only there a word with accents is looked for by
//! its folded term, so that the rumour in bare letters is found with the others.

use kiemtin_text::{Scanned, Token, key, scan};
use tantivy::tokenizer as engine;

/// Name under which the analyzer is registered.
pub(super) const NAME: &str = "kiemtin";
/// More positions after punctuation.
const BREAK_GAP: usize = 1;
/// More positions at a new sentence.
const SENTENCE_GAP: usize = 8;
/// Longest term in bytes; the rest of a longer word does not count. (The longest Vietnamese syllable has 7 letters.)
const LONGEST: usize = 100;
/// Characters that show whether a document was typed without accents.
const SAMPLE_CHARS: usize = 2_000;

/// Position of `next`, given the word before it and its position. Never decreases.
pub(super) fn position(before: Option<(&Token, usize)>, next: &Token) -> usize {
    let Some((before, at)) = before else { return 0 };
    let gap = match () {
        () if next.sentence > before.sentence => SENTENCE_GAP,
        () if next.after_break => BREAK_GAP,
        () => 0,
    };
    at + 1 + gap
}

/// Writes the exact term of a word into `out`.
pub(super) fn exact(token: &Token, word: &str, out: &mut String) {
    key::exact_term(token.key, word, out);
    shorten(out);
}

/// Writes the folded term of a word into `out`.
pub(super) fn folded(token: &Token, word: &str, out: &mut String) {
    out.push('~');
    key::fold_term(token.fold, word, out);
    shorten(out);
}

/// Whether a Vietnamese document was typed without accents: less than one in twenty of its words carries one.
pub(crate) fn typed_bare(title: &str, text: &str) -> bool {
    let (mut accents, mut spaces) = (0, 0);
    for c in title.chars().chain([' ']).chain(text.chars()).take(SAMPLE_CHARS) {
        match c {
            ..'À' => spaces += usize::from(c.is_whitespace()),
            // Latin letters with marks, without the table of all alphabets.
            '\u{C0}'..='\u{24F}' => accents += usize::from(!matches!(c, '×' | '÷')),
            '\u{1E00}'..='\u{1EFF}' => accents += 1,
            _ => {
                accents += usize::from(c.is_alphabetic());
                spaces += usize::from(c.is_whitespace());
            }
        }
    }
    accents * 20 < spaces.max(1)
}

fn shorten(term: &mut String) {
    if term.len() > LONGEST {
        term.truncate(term.floor_char_boundary(LONGEST));
    }
}

/// The analyzer of titles and texts.
#[derive(Clone)]
pub(super) struct Analyzer;

impl engine::Tokenizer for Analyzer {
    type TokenStream<'a> = Terms<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Terms<'a> {
        Terms { scanned: scan(text), next: 0, folded: false, token: engine::Token::default() }
    }
}

/// The terms of one text, read from one scan.
pub(super) struct Terms<'a> {
    scanned: Scanned<'a>,
    /// Index of the next word.
    next: usize,
    /// The exact term of the word before `next` was given, its folded one was not.
    folded: bool,
    token: engine::Token,
}

impl engine::TokenStream for Terms<'_> {
    fn advance(&mut self) -> bool {
        if self.folded {
            self.folded = false;
            if let Some(token) = self.scanned.tokens.get(self.next - 1) {
                self.token.text.clear();
                folded(token, self.scanned.word(token), &mut self.token.text);
                return true;
            }
        }
        let Some(token) = self.scanned.tokens.get(self.next) else { return false };
        let before = self.next.checked_sub(1).and_then(|i| self.scanned.tokens.get(i));
        self.token.position = position(before.map(|b| (b, self.token.position)), token);
        self.token.offset_from = token.start as usize;
        self.token.offset_to = token.end as usize;
        self.token.text.clear();
        exact(token, self.scanned.word(token), &mut self.token.text);
        self.folded = true;
        self.next += 1;
        true
    }

    fn token(&self) -> &engine::Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut engine::Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tantivy::tokenizer::{TokenStream, Tokenizer};

    fn terms(text: &str) -> Vec<(usize, String)> {
        let mut found = vec![];
        Analyzer.token_stream(text).process(&mut |t| found.push((t.position, t.text.clone())));
        found
    }

    #[test]
    fn two_terms_at_one_position() {
        let expect = [(0, "gia'"), (0, "~gia"), (1, "xAng"), (1, "~xang"), (3, "dBu`"), (3, "~dau"), (12, "het'"), (12, "~het")];
        let found = terms("Giá xăng, dầu. Hét");
        assert_eq!(found.iter().map(|(p, t)| (*p, t.as_str())).collect::<Vec<_>>(), expect);
        assert!(terms(" .,! ").is_empty());
    }

    #[test]
    fn letters_with_marks_are_told_by_their_range() {
        for c in ('\u{C0}'..='\u{24F}').chain('\u{1E00}'..='\u{1EFF}') {
            assert_eq!(c.is_alphabetic(), !matches!(c, '×' | '÷'), "{c}");
        }
        assert!(typed_bare("Gia dien tang", "tu ngay mai, moi nguoi noi vay") && !typed_bare("Giá điện", "tăng từ ngày mai"));
    }

    #[test]
    fn spellings_share_terms() {
        let nfd: String = "hoa\u{300} thuy\u{309}".into();
        assert_eq!(terms("hoà thuỷ"), terms("Hòa THỦY"));
        assert_eq!(terms("hoà thuỷ"), terms(&nfd));
    }

    proptest! {
        /// A bad position would panic in the engine's thread and lose the whole batch.
        #[test]
        fn positions_never_decrease(text in any::<String>(), vi in "[a-zàệđơ0-9 .,;!\n\u{300}\u{310}\u{200b}]{0,80}") {
            for text in [text, vi] {
                let found = terms(&text);
                prop_assert!(found.is_sorted_by_key(|(p, _)| *p));
                prop_assert!(found.iter().all(|(_, t)| !t.is_empty() && t.len() <= LONGEST));
                prop_assert!(found.chunks(2).all(|two| matches!(two, [a, b] if a.0 == b.0 && b.1.starts_with('~'))));
            }
        }
    }

    #[test]
    fn hostile_words_stay_in_bounds() {
        let long = "ệ".repeat(100_000);
        let marks = "a\u{300}\u{301}\u{302}".repeat(50_000);
        for text in [long.as_str(), &marks, "a. ".repeat(10_000).as_str(), "\u{300}\n\u{300}"] {
            let found = terms(text);
            assert!(found.iter().all(|(_, t)| !t.is_empty() && t.len() <= LONGEST));
            assert!(found.is_sorted_by_key(|(p, _)| *p));
        }
    }
}
