//! Which phrases does the bench look for? Drawn from the corpus itself, so that many of them occur, as in a real list.

use kiemtin_model::Document;
use kiemtin_text::{Token, scan};
use std::collections::BTreeSet;

/// Of four phrases one is put together from syllables that never stood side by side.
const MADE_UP: u64 = 4;
/// Fewest and most syllables of a phrase.
const SYLLABLES: (u64, u64) = (2, 5);
/// Tries per phrase until the corpus counts as too small for the list.
const TRIES: usize = 50;

/// `count` different phrases of two to five syllables: three of four stand in every second document, the others are made up.
/// The same corpus gives the same phrases.
pub fn draw(documents: &[Document], count: usize) -> Vec<String> {
    let texts: Vec<_> = documents.iter().step_by(2).map(|d| scan(&d.text)).filter(|s| !s.tokens.is_empty()).collect();
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut phrases = BTreeSet::new();
    for _ in 0..count * TRIES {
        if phrases.len() == count || texts.is_empty() {
            break;
        }
        let length = (SYLLABLES.0 + random.below(SYLLABLES.1 - SYLLABLES.0 + 1)) as usize;
        let text = &texts[random.below(texts.len() as u64) as usize];
        let at = random.below(text.tokens.len() as u64) as usize;
        let words: Vec<String> = if random.below(MADE_UP) == 0 {
            let word = |random: &mut Random| {
                let text = &texts[random.below(texts.len() as u64) as usize];
                text.word(&text.tokens[random.below(text.tokens.len() as u64) as usize]).to_lowercase()
            };
            (0..length).map(|_| word(&mut random)).collect()
        } else {
            let window: &[Token] = text.tokens.get(at..at + length).unwrap_or(&[]);
            let together = window.windows(2).all(|pair| pair[0].sentence == pair[1].sentence);
            if together { window.iter().map(|t| text.word(t).to_lowercase()).collect() } else { vec![] }
        };
        if words.len() == length && words.iter().all(|w| w.chars().all(char::is_alphanumeric)) {
            phrases.insert(words.join(" "));
        }
    }
    phrases.into_iter().collect()
}

/// Numbers that look random and are the same every time (xorshift64*, Vigna 2016).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16) % bound.max(1)
    }
}
