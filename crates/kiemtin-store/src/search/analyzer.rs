//! Which terms does a text have in the index, and at which positions?
//!
//! Every word gives two terms at one position: the exact one, and the folded one marked with `~`. Positions jump by 1
//! more after punctuation and by 8 more at a new sentence, so that phrases cross neither. In the field of all words, marks
//! ([`super::marks`]) stand beside the word that follows a break, begins a quotation or follows one: by them a search counts the
//! words between two places.
//!
//! A Vietnamese document that was typed without accents is marked as such: only there a word with accents is looked for by
//! its folded term, so that the rumour in bare letters is found with the others.

use super::marks::Mark;
use kiemtin_text::query::quotes;
use kiemtin_text::{Scanned, Token, key};
use tantivy::tokenizer as engine;

/// Name under which the analyzer with marks is registered.
pub(super) const NAME: &str = "kiemtin";
/// The same without marks.
pub(super) const UNMARKED: &str = "kiemtin_unmarked";
/// More positions after punctuation.
pub(super) const BREAK_GAP: usize = 1;
/// More positions at a new sentence.
pub(super) const SENTENCE_GAP: usize = 8;
/// Longest term in bytes; the rest of a longer word does not count. (The longest Vietnamese syllable has 7 letters.)
const LONGEST: usize = 100;

/// Position of `next`, given the word before it and its position. Never decreases.
pub(super) fn position(before: Option<(&Token, usize)>, next: &Token) -> usize {
    let Some((before, at)) = before else { return 0 };
    at + FOLLOWS.get(usize::from(follows(Some(before), next, false, false))).map_or(1, |(step, _)| *step)
}

/// Adds the exact term of a word to `out`, UTF-8.
pub(super) fn exact(token: &Token, word: &str, out: &mut Vec<u8>) {
    let from = out.len();
    key::exact_term(token.key, word, out);
    shorten(out, from);
}

/// Adds the folded term of a word to `out`, UTF-8.
pub(super) fn folded(token: &Token, word: &str, out: &mut Vec<u8>) {
    let from = out.len();
    out.push(b'~');
    key::fold_term(token.fold, word, out);
    shorten(out, from);
}

/// Whether a Vietnamese document was typed without accents: less than one in twenty of its words carries one.
pub(crate) fn typed_bare(read: [&Scanned<'_>; 2]) -> bool {
    let marked: usize = read.iter().map(|scanned| scanned.marked).sum();
    marked * 20 < read.iter().map(|scanned| scanned.tokens.len()).sum()
}

/// Shortens the term that begins at `from`, to whole characters.
fn shorten(out: &mut Vec<u8>, from: usize) {
    if out.len() - from > LONGEST {
        let continues = |byte: &u8| byte & 0xC0 == 0x80;
        let end = (from..=from + LONGEST).rev().find(|end| !out.get(*end).is_some_and(continues));
        out.truncate(end.unwrap_or(from));
    }
}

/// How a word follows the one before it: what is written for it, how far it is from there, and its mark. The last one: the
/// first word of a text that has no title.
const FOLLOWS: [(usize, Option<Mark>); 7] = [
    (0, None),
    (1, None),
    (1 + BREAK_GAP, Some(Mark::Break)),
    (1 + SENTENCE_GAP, Some(Mark::Sentence)),
    (1 + SENTENCE_GAP, Some(Mark::Paragraph)),
    (1 + SENTENCE_GAP, Some(Mark::Text)),
    (0, Some(Mark::Text)),
];

/// The number in [`FOLLOWS`] of a word; `is_text`: of the text, not the title. `is_first`: no word at all was before it.
fn follows(before: Option<&Token>, next: &Token, is_text: bool, is_first: bool) -> u8 {
    match before {
        None if is_text => 5 + u8::from(is_first),
        None => 0,
        Some(before) if next.paragraph > before.paragraph => 4,
        Some(before) if next.sentence > before.sentence => 3,
        Some(_) => 1 + u8::from(next.after_break),
    }
}

/// The words of one of the texts of a document, each with its number in [`FOLLOWS`].
fn followed<'t>(texts: &[&Scanned<'_>], scanned: &'t Scanned<'_>, which: usize) -> impl Iterator<Item = (u8, &'t Token)> {
    let is_first = texts.iter().take(which).all(|before| before.tokens.is_empty());
    let before = [None].into_iter().chain(scanned.tokens.iter().map(Some));
    before.zip(&scanned.tokens).map(move |(before, token)| (follows(before, token, which > 0, is_first), token))
}

/// The words of scanned texts, a title and the text under it, each with its position.
pub(super) fn positions<'t>(texts: &'t [&'t Scanned<'_>]) -> impl Iterator<Item = (u32, &'t Token)> {
    let words = texts.iter().enumerate().flat_map(|(which, scanned)| followed(texts, scanned, which));
    words.scan(0, |position, (follows, token)| {
        *position += FOLLOWS.get(usize::from(follows)).map_or(1, |(step, _)| *step as u32);
        Some((*position, token))
    })
}

/// Writes the terms of scanned texts, a title and the text under it, as [`Analyzer`] reads them: so a text is scanned once for all
/// that the index takes of it, and not by the one thread that writes. A text begins as a new sentence does.
///
/// For every word: a character for how it follows the word before, from [`FIRST`] on; its exact term; and [`SAME`] if that
/// is the folded one as well, else [`OTHER`], the folded one and [`END`]. No term has a control character.
pub(super) fn written(texts: &[&Scanned<'_>]) -> String {
    let mut out = Vec::with_capacity(texts.iter().map(|scanned| scanned.tokens.len() * 16).sum());
    // A quotation that ends with its text ends before the next word.
    let mut closes_next = false;
    for (which, scanned) in texts.iter().enumerate() {
        let quotes = quotes(scanned);
        let mut opening = quotes.iter().map(|(from, _)| *from as usize).peekable();
        let mut closing = quotes.iter().map(|(_, after)| *after as usize).peekable();
        for (at, (follows, token)) in followed(texts, scanned, which).enumerate() {
            let word = scanned.word(token);
            let opens = opening.next_if_eq(&at).is_some();
            let closes = closing.next_if_eq(&at).is_some() | std::mem::take(&mut closes_next);
            out.push(FIRST + follows + if opens { OPENS } else { 0 } + if closes { CLOSES } else { 0 });
            exact(token, word, &mut out);
            // A word that is no syllable may be written in two ways though it carries no accent: a label that masking left.
            if token.marked || token.key.is_foreign() {
                out.push(OTHER);
                folded(token, word, &mut out);
                out.push(END);
            } else {
                out.push(SAME);
            }
        }
        closes_next = closing.next().is_some();
    }
    // UTF-8 by construction: looked at once for all terms.
    String::from_utf8(out).unwrap_or_else(|wrong| String::from_utf8_lossy(wrong.as_bytes()).into_owned())
}

/// What is written for the first word of a title.
const FIRST: u8 = b'0';
/// Added for a word that begins a quotation, and for one that follows its end.
const OPENS: u8 = 8;
const CLOSES: u8 = 16;
const SAME: u8 = 1;
const OTHER: u8 = 2;
const END: u8 = 3;

/// The analyzer of titles and texts, of what [`written`] gives.
#[derive(Clone)]
pub(super) struct Analyzer {
    /// Gives marks as well.
    pub(super) marks: bool,
}

impl engine::Tokenizer for Analyzer {
    type TokenStream<'a> = Terms<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Terms<'a> {
        let token = engine::Token { position: 0, ..engine::Token::default() };
        Terms { left: text, marked: self.marks, folded: None, marks: [None; 3], token }
    }
}

/// The terms of one text.
pub(super) struct Terms<'a> {
    left: &'a str,
    marked: bool,
    /// How the folded term is written that belongs to the exact one given last, if it is still to be given.
    folded: Option<u8>,
    /// Marks at this position that are still to be given.
    marks: [Option<Mark>; 3],
    token: engine::Token,
}

impl Terms<'_> {
    /// Puts what stands before the next control character into the token; gives that character.
    fn take(&mut self) -> Option<u8> {
        let (at, ends) = self.left.bytes().enumerate().find(|(_, byte)| *byte < b' ')?;
        self.token.text.push_str(self.left.get(..at)?);
        self.left = self.left.get(at + 1..)?;
        Some(ends)
    }
}

impl engine::TokenStream for Terms<'_> {
    fn advance(&mut self) -> bool {
        match self.folded.take() {
            Some(SAME) => {
                // A packed key: short.
                self.token.text.insert(0, '~');
                return true;
            }
            Some(_) => {
                self.token.text.clear();
                return self.take().is_some();
            }
            None => {}
        }
        if let Some(mark) = self.marks.iter_mut().find_map(Option::take) {
            self.token.text.clear();
            self.token.text.push_str(mark.term());
            return true;
        }
        let Some((how, left)) = self.left.split_at_checked(1) else { return false };
        let how = how.bytes().next().map_or(0, |how| how.saturating_sub(FIRST));
        self.left = left;
        let (step, mark) = FOLLOWS.get(usize::from(how % OPENS)).copied().unwrap_or_default();
        self.token.position += step;
        if self.marked {
            self.marks = [mark, (how & OPENS != 0).then_some(Mark::Opens), (how & CLOSES != 0).then_some(Mark::Closes)];
        }
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
        Analyzer { marks: false }.token_stream(&written(&[&scan(text)])).process(&mut |t| found.push((t.position, t.text.clone())));
        found
    }

    #[test]
    fn marks_stand_beside_the_word_that_follows() {
        let marks = |title: &str, text: &str| {
            let mut found = vec![];
            let written = written(&[&scan(title), &scan(text)]);
            Analyzer { marks: true }.token_stream(&written).process(&mut |t| found.push((t.position, t.text.clone())));
            found.retain(|(_, term)| term.starts_with('¶'));
            found.iter().map(|(at, term)| format!("{at}{}", term.strip_prefix('¶').unwrap_or_default())).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(marks("Giá xăng, dầu", "Hôm nay. Giá\nxăng"), "3, 12| 22. 31¶");
        assert_eq!(marks("", "Giá “xăng dầu” giảm"), "0| 2, 2« 5, 5»");
        assert_eq!(marks("Ông nói: “giá tăng”", "Hết"), "3, 3« 13| 13»");
        assert_eq!(marks("Giá", "“tăng” “giảm”"), "9| 9« 11, 11« 11»");
        assert_eq!(marks("Giá tăng", ""), "");
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
            let (mut with, mut without) = (vec![], vec![]);
            exact(token, scanned.word(token), &mut with);
            folded(token, scanned.word(token), &mut without);
            expected.extend([with, without].map(|term| String::from_utf8(term).unwrap()));
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
