//! Which words of two to four syllables do these texts have, and how many texts have each?
//!
//! Syllables that stand side by side far more often than by chance are one word ([`Readings::affinity`]), as where a search looks
//! for what was meant. Words that begin or end with a syllable that only joins others are left out.

use super::plan::TOGETHER;
use kiemtin_text::readings::Readings;
use kiemtin_text::{Key, Token, scan};
use std::collections::{HashMap, HashSet};

/// Longest word in syllables.
const LONGEST: usize = 4;
/// Syllables that join others and say nothing of what a text is about.
const JOINING: [&str; 66] = [
    "và", "của", "là", "các", "những", "được", "cho", "với", "trong", "có", "đã", "sẽ", "này", "đó", "một", "về", "tại", "từ", "đến",
    "khi", "để", "theo", "như", "cũng", "không", "ở", "do", "bị", "vào", "ra", "trên", "dưới", "sau", "trước", "nhiều", "rất", "còn", "mà",
    "thì", "hay", "hoặc", "nên", "vì", "nếu", "tuy", "nhưng", "đang", "lại", "hơn", "nhất", "bằng", "qua", "cùng", "mỗi", "mọi", "đây",
    "kia", "ấy", "gì", "nào", "ai", "sao", "nhau", "thêm", "cả", "chỉ",
];

/// Words with the number of texts that have them, of those in several texts; in no firm order.
pub(super) fn frequent(readings: &Readings, texts: &[(String, String)]) -> Vec<(String, u32)> {
    let joining: HashSet<Key> = JOINING.iter().flat_map(|word| scan(word).tokens).map(|token| token.key).collect();
    let mut found: HashMap<u64, (u32, String)> = HashMap::new();
    let mut here: HashSet<u64> = HashSet::new();
    for (title, text) in texts {
        here.clear();
        for part in [title, text] {
            let scanned = scan(part);
            let bound: Vec<bool> = readings.affinities(&scanned.tokens).map(|of| of.is_some_and(|of| of > TOGETHER)).collect();
            let ends = |token: &Token| !joining.contains(&token.key) && scanned.word(token).chars().all(char::is_alphabetic);
            for (at, first) in scanned.tokens.iter().enumerate() {
                let run = bound.iter().skip(at).take(LONGEST - 1).take_while(|bound| **bound).count();
                if run == 0 || !ends(first) {
                    continue;
                }
                let mut word = 0;
                for length in 1..=run + 1 {
                    let Some(tokens) = scanned.tokens.get(at..at + length) else { break };
                    let Some(last) = tokens.last() else { break };
                    word = longer(word, last.key);
                    if length > 1 && ends(last) && here.insert(word) {
                        let syllables = || tokens.iter().map(|token| scanned.composed(token).to_lowercase()).collect::<Vec<_>>().join(" ");
                        found.entry(word).or_insert_with(|| (0, syllables())).0 += 1;
                    }
                }
            }
        }
    }
    found.into_values().filter(|(count, _)| *count > 1).map(|(count, word)| (word, count)).collect()
}

/// The number of a word with one syllable more: both are spread over 64 bits by one multiplication (Knuth 1998, 6.4), so that no two
/// words of some thousand texts have one number.
fn longer(word: u64, syllable: Key) -> u64 {
    let product = u128::from(word.rotate_left(23) ^ syllable.0 ^ 0xBF58_476D_1CE4_E5B9) * u128::from(0x9E37_79B9_7F4A_7C15_u64);
    (product as u64) ^ ((product >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_several_syllables_are_counted_once_a_text() {
        let mut readings = Readings::default();
        for n in 0..60 {
            let others: Vec<String> = (0..40).map(|w| format!("lời{n}x{w}")).collect();
            readings.learn(&scan(&format!("nguồn cung xăng dầu và {}", others.join(" "))));
        }
        let texts = ["Nguồn cung xăng dầu", "và nguồn cung xăng dầu. Nguồn cung", "dầu và nguồn"].map(|t| (t.to_owned(), t.to_owned()));
        let mut words = frequent(&readings, &texts);
        words.sort();
        assert!(words.contains(&("nguồn cung".into(), 2)), "{words:?}");
        assert!(words.contains(&("nguồn cung xăng dầu".into(), 2)), "{words:?}");
        assert!(words.iter().all(|(word, count)| !word.contains("và") && *count == 2), "{words:?}");
    }
}
