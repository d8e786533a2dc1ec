//! Which words stand side by side in a document, as something the index can look up?
//!
//! A phrase is found by the places of its words, and in Vietnamese these are syllables that half of all documents have: most of the
//! places that are read lead to nothing. So the index also has, for every document, which of 16,384 classes of neighbours occur in
//! it. A phrase asks for the classes of its neighbours first, and reads places only in documents that have them all: those that have
//! the phrase, and one in some fifty others. Classes are of syllables without accents, so that they serve every way of writing.

use super::analyzer::position;
use kiemtin_text::{Scanned, Token};
use tantivy::tokenizer as engine;

/// Name under which the analyzer of classes is registered.
pub(super) const NAME: &str = "kiemtin_pairs";
/// A class is a term of one character: the first of so many. More classes would let fewer documents pass in vain, and make every
/// segment's dictionary longer: with 65,536 of them indexing cost a fifth more.
const FIRST: u32 = 0x1_0000;
const CLASS_BITS: u32 = 14;

/// The class of two words, if the second one follows the first with nothing between them.
pub(super) fn class(before: &Token, next: &Token) -> Option<char> {
    if position(Some((before, 0)), next) != 1 {
        return None;
    }
    // Multiplicative hashing (Knuth 1998, 6.4) of both keys; the constants are those of splitmix64 and of the golden ratio.
    let mixed = before.fold.0.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(32) ^ next.fold.0.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    char::from_u32(FIRST + (mixed.wrapping_mul(0x94D0_49BB_1331_11EB) >> (64 - CLASS_BITS)) as u32)
}

/// The classes of these texts, each once.
pub(super) fn of(texts: [&Scanned<'_>; 2]) -> String {
    let mut classes = vec![];
    for scanned in texts {
        classes.extend(scanned.tokens.windows(2).filter_map(|two| if let [a, b] = two { class(a, b) } else { None }));
    }
    classes.sort_unstable();
    classes.dedup();
    classes.into_iter().collect()
}

/// The analyzer of what [`of`] gives: every character is a term.
#[derive(Clone)]
pub(super) struct Classes;

impl engine::Tokenizer for Classes {
    type TokenStream<'a> = ClassStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> ClassStream<'a> {
        ClassStream { left: text.chars(), token: engine::Token { position: 0, ..engine::Token::default() } }
    }
}

/// The classes of one document.
pub(super) struct ClassStream<'a> {
    left: std::str::Chars<'a>,
    token: engine::Token,
}

impl engine::TokenStream for ClassStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(class) = self.left.next() else { return false };
        self.token.text.clear();
        self.token.text.push(class);
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
    use kiemtin_text::scan;

    fn of(texts: [&str; 2]) -> String {
        super::of([&scan(texts[0]), &scan(texts[1])])
    }

    #[test]
    fn neighbours_have_a_class_whatever_their_accents() {
        let one = of(["giá điện", ""]);
        assert_eq!(one.chars().count(), 1);
        assert_eq!(of(["", "GIA DIEN"]), one);
        assert_eq!(of(["Giá điện, giá điện.", "gía điên"]).chars().filter(|c| one.contains(*c)).count(), 1);
        assert_ne!(of(["điện giá", ""]), one);
        assert_eq!(of(["giá, điện. Giá", "điện"]), "", "a phrase crosses neither punctuation nor the end of a field");
    }
}
