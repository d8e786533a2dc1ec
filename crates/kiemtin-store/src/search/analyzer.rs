//! Which terms does a text have in the index, and at which positions?
//!
//! Every word gives two terms at one position: the exact one, and the folded one marked with `~`. Positions jump by 1
//! more after punctuation and by 8 more at a new sentence, so that phrases cross neither.
//!
//! A Vietnamese document that was typed without accents is marked as such: only there a word with accents is looked for by
//! its folded term, so that the rumour in bare letters is found with the others.

use kiemtin_text::{Scanned, Token, key};
use tantivy::tokenizer as engine;

/// Name under which the analyzer is registered.
pub(super) const NAME: &str = "kiemtin";
/// More positions after punctuation.
const BREAK_GAP: usize = 1;
/// More positions at a new sentence.
const SENTENCE_GAP: usize = 8;
/// Longest term in bytes; the rest of a longer word does not count. (The longest Vietnamese syllable has 7 letters.)
const LONGEST: usize = 100;

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
pub(crate) fn typed_bare(read: [&Scanned<'_>; 2]) -> bool {
    let marked: usize = read.iter().map(|scanned| scanned.marked).sum();
    marked * 20 < read.iter().map(|scanned| scanned.tokens.len()).sum()
}

fn shorten(term: &mut String) {
    if term.len() > LONGEST {
        term.truncate(term.floor_char_boundary(LONGEST));
    }
}

/// Writes the terms of scanned texts, one after another, as [`Analyzer`] reads them: so a text is scanned once for all that the index
/// takes of it, and not by the one thread that writes. A text begins as a new sentence does.
///
/// For every word: a character for how far it is from the word before, from [`FIRST_STEP`] on; its exact term; and [`SAME`] if that
/// is the folded one as well, else [`OTHER`], the folded one and [`END`]. No term has a control character.
pub(super) fn written(texts: &[&Scanned<'_>]) -> String {
    let mut out = String::with_capacity(texts.iter().map(|scanned| scanned.tokens.len() * 12).sum());
    let mut term = String::new();
    for (scanned, before, token) in texts.iter().flat_map(|scanned| with_before(scanned)) {
        let word = scanned.word(token);
        let step = match before {
            Some(before) => position(Some((before, 0)), token),
            None if out.is_empty() => 0,
            None => 1 + SENTENCE_GAP,
        };
        out.push(char::from(FIRST_STEP + step as u8));
        term.clear();
        exact(token, word, &mut term);
        out.push_str(&term);
        // A word that is no syllable may be written in two ways though it carries no accent: a label that masking left.
        if token.marked || token.key.is_foreign() {
            out.push(OTHER);
            term.clear();
            folded(token, word, &mut term);
            out.push_str(&term);
            out.push(END);
        } else {
            out.push(SAME);
        }
    }
    out
}

/// The words of a text, each with the one before it.
fn with_before<'s, 't>(scanned: &'s Scanned<'t>) -> impl Iterator<Item = (&'s Scanned<'t>, Option<&'s Token>, &'s Token)> {
    let before = [None].into_iter().chain(scanned.tokens.iter().map(Some));
    before.zip(&scanned.tokens).map(move |(before, token)| (scanned, before, token))
}

/// The step of the first word.
const FIRST_STEP: u8 = b'0';
const SAME: char = '\u{1}';
const OTHER: char = '\u{2}';
const END: char = '\u{3}';

/// The analyzer of titles and texts, of what [`written`] gives.
#[derive(Clone)]
pub(super) struct Analyzer;

impl engine::Tokenizer for Analyzer {
    type TokenStream<'a> = Terms<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Terms<'a> {
        Terms { left: text, folded: None, token: engine::Token { position: 0, ..engine::Token::default() } }
    }
}

/// The terms of one text.
pub(super) struct Terms<'a> {
    left: &'a str,
    /// How the folded term is written that belongs to the exact one given last, if it is still to be given.
    folded: Option<char>,
    token: engine::Token,
}

impl Terms<'_> {
    /// Puts what stands before the next control character into the token; gives that character.
    fn take(&mut self) -> Option<char> {
        let at = self.left.bytes().position(|byte| byte < b' ')?;
        let (term, rest) = self.left.split_at_checked(at)?;
        self.token.text.push_str(term);
        let ends = rest.chars().next();
        self.left = rest.get(1..)?;
        ends
    }
}

impl engine::TokenStream for Terms<'_> {
    fn advance(&mut self) -> bool {
        match self.folded.take() {
            Some(SAME) => {
                self.token.text.insert(0, '~');
                shorten(&mut self.token.text);
                return true;
            }
            Some(_) => {
                self.token.text.clear();
                return self.take().is_some();
            }
            None => {}
        }
        let Some((step, left)) = self.left.split_at_checked(1) else { return false };
        let step = step.bytes().next().map_or(0, |step| step.saturating_sub(FIRST_STEP));
        self.left = left;
        self.token.position += usize::from(step);
        self.token.text.clear();
        self.folded = self.take();
        self.folded.is_some()
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
    use kiemtin_text::scan;
    use proptest::prelude::*;
    use tantivy::tokenizer::{TokenStream, Tokenizer};

    fn terms(text: &str) -> Vec<(usize, String)> {
        let mut found = vec![];
        Analyzer.token_stream(&written(&[&scan(text)])).process(&mut |t| found.push((t.position, t.text.clone())));
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
    fn terms_are_those_that_queries_look_for() {
        let text = "Gọi [số điện thoại] ngay, naïve livestreamíng khongcodaunaocadaudai Ñandú 2.204 kỹ";
        let scanned = scan(text);
        let mut expected = vec![];
        for token in &scanned.tokens {
            let (mut with, mut without) = (String::new(), String::new());
            exact(token, scanned.word(token), &mut with);
            folded(token, scanned.word(token), &mut without);
            expected.extend([with, without]);
        }
        assert_eq!(terms(text).into_iter().map(|(_, term)| term).collect::<Vec<_>>(), expected);
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
