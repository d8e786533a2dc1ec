//! Which texts share passages? A text is reduced to prints that survive cuts, edits and pasting into another text.
//!
//! Winnowing (Schleimer, Wilkerson, Aiken: *Winnowing: Local Algorithms for Document Fingerprinting*, SIGMOD 2003): of
//! every [`WINDOW`] shingles in a row the smallest hash is kept, the rightmost of equal ones. Two texts that share
//! [`GUARANTEED`] syllables in a row share a print. Shingles are of keys without accents: an unaccented copy has the same
//! prints as its original.

use crate::key::Key;
use crate::scan::Token;

/// Syllables in a shingle.
pub const SHINGLE: usize = 5;
/// Shingles in a row of which one is kept.
pub const WINDOW: usize = 8;
/// A passage of so many syllables in both texts is seen for certain.
pub const GUARANTEED: usize = SHINGLE + WINDOW - 1;
/// Texts with fewer syllables keep every [`Gram`] of theirs: winnowing would leave next to nothing. Posts of up to 30, with ten to
/// spare for what is put before and after them when they are passed on: both sides of a pair must be short.
pub const SHORT: usize = 40;
/// Syllables in a shingle of a short text. A text with fewer has no prints.
pub const SHORT_SHINGLE: usize = 4;
/// Most prints of one text: some 290,000 syllables, a book. The rest of a longer text is not looked at.
pub const MOST_PRINTS: usize = 65_535;

/// Version of what a print is, of long texts and of short ones. Prints of another scheme cannot be compared:
/// [`Prints::from_bytes`] refuses them. Raise one whenever the test `prints_of_a_known_text_stay` has to be changed for it.
const SCHEME: u8 = 1;
const SHORT_SCHEME: u8 = 2;
/// Odd multiplier of the rolling hash (the golden ratio in 64 bits).
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;
/// Keeps shingles of short and of long texts apart.
const SHORT_SEED: u64 = 0x5851_f42d_4c95_7f2d;

/// Half of a shingle's hash; the other half chose it. 32 bits: two texts of 150 prints share one by accident once in
/// 190,000 pairs, and the three that a relation needs once in 10^16.
pub type Print = u32;

/// What a print of a short text stands for: its two lowest bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gram {
    /// Two syllables in a row.
    Pair,
    /// One syllable.
    Word,
    /// [`SHORT_SHINGLE`] syllables in a row.
    Shingle,
    /// One word with a digit: a figure, a date, a number of a document.
    Figure,
}

/// Which part of a short text a print of it is.
pub const fn gram(print: Print) -> Gram {
    match print & 3 {
        0 => Gram::Pair,
        1 => Gram::Word,
        2 => Gram::Shingle,
        _ => Gram::Figure,
    }
}

/// The prints of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prints {
    /// In the order of the text; a repeated one stands where it came first.
    pub list: Vec<Print>,
    /// The text has fewer than [`SHORT`] syllables. Short and long texts share no prints.
    pub short: bool,
}

impl Prints {
    /// As they are stored: the scheme, whether short, then four bytes per print.
    pub fn to_bytes(&self) -> Vec<u8> {
        let head = if self.short { [SHORT_SCHEME, 1] } else { [SCHEME, 0] };
        head.into_iter().chain(self.list.iter().flat_map(|p| p.to_le_bytes())).collect()
    }

    /// Stored prints; `None` when they are of another scheme, or no prints.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (head, rest) = bytes.split_first_chunk::<2>()?;
        let (prints, odd) = rest.as_chunks::<4>();
        let known = *head == [SCHEME, 0] || *head == [SHORT_SCHEME, 1];
        (known && odd.is_empty() && prints.len() <= MOST_PRINTS)
            .then(|| Self { list: prints.iter().map(|p| u32::from_le_bytes(*p)).collect(), short: head[1] == 1 })
    }
}

/// The prints of a text: one pass over its syllables.
pub fn prints(tokens: &[Token]) -> Prints {
    let short = tokens.len() < SHORT;
    let kept = if short { every(tokens) } else { winnowed(tokens) };
    Prints { list: first_of_each(kept), short }
}

/// Of a short text: words, pairs and shingles.
fn every(tokens: &[Token]) -> Vec<Print> {
    if tokens.len() < SHORT_SHINGLE {
        return vec![];
    }
    let hash = |row: &[Token]| row.iter().fold(SHORT_SEED, |h, t| h.wrapping_mul(BASE).wrapping_add(spread(t.fold)));
    let print = |row: &[Token], gram: Gram| {
        let tag = match gram {
            Gram::Pair => 0,
            Gram::Word => 1,
            Gram::Shingle => 2,
            Gram::Figure => 3,
        };
        mixed(hash(row)) as Print & !3 | tag
    };
    let word = |t: &Token| print(&[*t], if t.fold.has_digit() { Gram::Figure } else { Gram::Word });
    let rows = |length: usize, gram: Gram| tokens.windows(length).map(move |row| print(row, gram));
    tokens.iter().map(word).chain(rows(2, Gram::Pair)).chain(rows(SHORT_SHINGLE, Gram::Shingle)).collect()
}

fn winnowed(tokens: &[Token]) -> Vec<Print> {
    let mut kept = Vec::with_capacity(tokens.len() * 2 / (WINDOW + 1) + WINDOW);
    let leaving = BASE.wrapping_pow(SHINGLE as u32);
    let (mut keys, mut window) = ([0u64; SHINGLE], [u64::MAX; WINDOW]);
    let mut hash = 0u64;
    // The smallest shingle of the window, and its number from 1.
    let (mut least, mut smallest) = (u64::MAX, 0usize);
    for (i, token) in tokens.iter().enumerate() {
        let key = spread(token.fold);
        let oldest = std::mem::replace(&mut keys[i % SHINGLE], key);
        hash = hash.wrapping_mul(BASE).wrapping_add(key).wrapping_sub(oldest.wrapping_mul(leaving));
        let Some(number) = (i + 2).checked_sub(SHINGLE).filter(|n| *n > 0) else { continue };
        let (new, before) = (mixed(hash), smallest);
        window[number % WINDOW] = new;
        if new <= least {
            (least, smallest) = (new, number);
        } else if number - smallest >= WINDOW {
            (least, smallest) = (new, number);
            for other in (number + 1 - WINDOW..number).rev() {
                if window[other % WINDOW] < least {
                    (least, smallest) = (window[other % WINDOW], other);
                }
            }
        }
        if number == WINDOW || (number > WINDOW && smallest != before) {
            kept.push(least as Print);
            if kept.len() >= MOST_PRINTS {
                break;
            }
        }
    }
    kept
}

/// Bits of a key over the whole word: the letters of a syllable stand in the lower ones.
fn spread(key: Key) -> u64 {
    let mixed = key.0.wrapping_mul(0xff51_afd7_ed55_8ccd);
    mixed ^ mixed >> 32
}

/// The finished hash: its upper half is compared, its lower half is the print, so that prints are spread evenly.
fn mixed(hash: u64) -> u64 {
    let mixed = (hash ^ hash >> 33).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    mixed ^ mixed >> 32
}

fn first_of_each(prints: Vec<Print>) -> Vec<Print> {
    let mut sorted: Vec<(Print, u32)> = prints.iter().zip(0u32..).map(|(p, i)| (*p, i)).collect();
    sorted.sort_unstable();
    let repeats = sorted.windows(2).any(|pair| matches!(pair, [a, b] if a.0 == b.0));
    if !repeats {
        return prints;
    }
    sorted.dedup_by_key(|(print, _)| *print);
    sorted.sort_unstable_by_key(|(_, at)| *at);
    sorted.into_iter().map(|(print, _)| print).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::scan;
    use proptest::prelude::*;
    use std::collections::HashSet;
    use unicode_normalization::UnicodeNormalization;

    fn of(text: &str) -> Prints {
        prints(&scan(text).tokens)
    }

    fn bare(text: &str) -> String {
        let marks = |c: &char| !('\u{300}'..='\u{36f}').contains(c);
        text.nfd().filter(marks).map(|c| if c == 'đ' { 'd' } else { c }).collect()
    }

    /// What the definition says: of every window the rightmost smallest shingle.
    fn by_definition(tokens: &[Token]) -> Vec<(usize, u64)> {
        let hash = |s: &[Token]| mixed(s.iter().fold(0u64, |h, t| h.wrapping_mul(BASE).wrapping_add(spread(t.fold))));
        let shingles: Vec<u64> = tokens.windows(SHINGLE).map(hash).collect();
        let mut kept: Vec<(usize, u64)> = vec![];
        for (start, window) in shingles.windows(WINDOW).enumerate() {
            let (at, print) = window.iter().enumerate().rev().min_by_key(|(_, p)| **p).unwrap();
            if kept.last().is_none_or(|(last, _)| *last != start + at) {
                kept.push((start + at, *print));
            }
        }
        kept
    }

    #[test]
    fn prints_of_a_known_text_stay() {
        let text = "Giá bán lẻ điện bình quân là 2.204,07 đồng/kWh, theo quyết định của Bộ Công Thương. ".repeat(3);
        let expected = [1_320_680_063, 4_024_602_412, 3_344_770_370, 1_462_108_932, 4_104_921_227];
        assert_eq!(of(&text).list, expected, "stored prints no longer match: raise SCHEME");
        let expected = [
            711_008_297,
            4_287_150_401,
            470_379_691,
            728_571_467,
            3_654_466_113,
            3_807_850_180,
            2_472_047_472,
            1_872_069_216,
            1_971_728_220,
            2_097_796_082,
            371_146_862,
        ];
        assert_eq!(of("Giá điện 2.204 đồng").list, expected, "stored prints no longer match: raise SHORT_SCHEME");
    }

    #[test]
    fn short_texts_keep_words_pairs_and_shingles() {
        for (text, expected) in
            [("", 0), ("sắp hết xăng", 0), ("sắp hết xăng rồi", 4 + 3 + 1), ("mua xăng ngay kẻo hết cả nhà ơi", 8 + 7 + 5)]
        {
            assert_eq!(of(text).list.len(), expected, "{text}");
        }
        let long = "một hai ba bốn năm sáu bảy tám chín mười ".repeat(4);
        assert_eq!(scan(&long).tokens.len(), SHORT);
        assert_eq!(of(&long).list.len(), of(&long).list.iter().collect::<HashSet<_>>().len(), "a repeat counts once");
    }

    #[test]
    fn bytes_come_back() {
        let prints = of(&"xăng dầu tăng giá từ chiều nay theo liên bộ ".repeat(9));
        let mut bytes = prints.to_bytes();
        assert_eq!(Prints::from_bytes(&bytes), Some(prints));
        bytes.pop();
        for bad in [bytes.as_slice(), &[], &[SCHEME], &[SCHEME + 1, 0], &[SCHEME, 2]] {
            assert_eq!(Prints::from_bytes(bad), None);
        }
        assert_eq!(Prints::from_bytes(&[SCHEME, 0]), Some(Prints::default()));
        let short = of("mua xăng ngay kẻo hết cả nhà ơi");
        assert_eq!(Prints::from_bytes(&short.to_bytes()), Some(short));
        assert_eq!(Prints::from_bytes(&[SCHEME, 1]), None, "short prints were shingles only once");
    }

    #[test]
    fn figures_of_short_texts_are_told_from_words() {
        let grams = |text: &str| of(text).list.into_iter().filter(|p| gram(*p) == Gram::Figure).count();
        assert_eq!((grams("giá điện 2.204 đồng từ 10/5"), grams("giá điện hai nghìn đồng")), (4, 0));
        assert_eq!(
            of("một hai ba bốn").list.into_iter().map(gram).collect::<Vec<_>>(),
            [Gram::Word, Gram::Word, Gram::Word, Gram::Word, Gram::Pair, Gram::Pair, Gram::Pair, Gram::Shingle,]
        );
    }

    proptest! {
        #[test]
        fn follows_the_definition(words in prop::collection::vec("[a-dđăêớ]{1,3}", SHORT..160)) {
            let text = words.join(" ");
            let scanned = scan(&text);
            let expected: Vec<Print> = by_definition(&scanned.tokens).into_iter().map(|(_, p)| p as Print).collect();
            prop_assert_eq!(winnowed(&scanned.tokens), expected);
        }

        #[test]
        fn spelling_does_not_matter(words in prop::collection::vec("(quyền|hoà|đầu|Tư|kỹ|thuỷ|ở|nước|năm|2026|dệt|may){1}", 0..120)) {
            let text = words.join(" ");
            let composed = of(&text);
            prop_assert_eq!(&of(&text.nfd().collect::<String>()), &composed);
            prop_assert_eq!(&of(&text.to_uppercase()), &composed);
            prop_assert_eq!(&of(&bare(&text.to_lowercase())), &composed);
        }

        #[test]
        fn a_cut_keeps_the_prints_of_what_is_left(words in prop::collection::vec("[a-zđ]{2,4}", 60..200), from in 0usize..25, cut in 0usize..25) {
            let whole: HashSet<Print> = of(&words.join(" ")).list.into_iter().collect();
            let left = of(&words[from..words.len() - cut.min(25)].join(" "));
            if words.len() - from - cut >= SHORT {
                prop_assert!(left.list.iter().all(|p| whole.contains(p)), "every print of a passage is one of the whole");
            }
        }

        #[test]
        fn a_shared_passage_is_seen(
            before in prop::collection::vec("[a-z]{2,4}", SHORT - GUARANTEED..60),
            passage in prop::collection::vec("[a-zđ]{2,4}", GUARANTEED),
            after in prop::collection::vec("[a-z]{2,4}", SHORT - GUARANTEED..60),
        ) {
            let one: HashSet<Print> = of(&[before.as_slice(), &passage].concat().join(" ")).list.into_iter().collect();
            let other = of(&[passage, after].concat().join(" "));
            prop_assert!(other.list.iter().any(|p| one.contains(p)));
        }
    }
}
