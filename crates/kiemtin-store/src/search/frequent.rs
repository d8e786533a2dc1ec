//! Which words of two to four syllables do these texts have, and how many texts have each?
//!
//! Syllables that stand side by side far more often than by chance are one word ([`Readings::affinity`]), as where a search looks
//! for what was meant. Words that begin or end with a syllable that only joins others are left out.

use super::plan::TOGETHER;
use kiemtin_text::readings::Readings;
use kiemtin_text::{Key, Token, scan};
use std::collections::{HashMap, HashSet};

/// Bytes of a text that are read, some 350 syllables: the beginning of a long one says what it is about.
const READ: usize = 2_000;
/// Longest word in syllables.
const LONGEST: usize = 4;
/// Syllables that join others and say nothing of what a text is about.
const JOINING: [&str; 66] = [
    "và", "của", "là", "các", "những", "được", "cho", "với", "trong", "có", "đã", "sẽ", "này", "đó", "một", "về", "tại", "từ", "đến",
    "khi", "để", "theo", "như", "cũng", "không", "ở", "do", "bị", "vào", "ra", "trên", "dưới", "sau", "trước", "nhiều", "rất", "còn", "mà",
    "thì", "hay", "hoặc", "nên", "vì", "nếu", "tuy", "nhưng", "đang", "lại", "hơn", "nhất", "bằng", "qua", "cùng", "mỗi", "mọi", "đây",
    "kia", "ấy", "gì", "nào", "ai", "sao", "nhau", "thêm", "cả", "chỉ",
];

type Word = [Option<Key>; LONGEST];

fn beginning(text: &str) -> &str {
    text.get(..text.floor_char_boundary(READ)).unwrap_or_default()
}

/// Words with the number of texts that have them, of those in several texts; in no firm order.
pub(super) fn frequent(readings: &Readings, texts: &[(String, String)]) -> Vec<(String, u32)> {
    let joining: HashSet<Key> = JOINING.iter().flat_map(|word| scan(word).tokens).map(|token| token.key).collect();
    let mut found: HashMap<Word, (u32, String)> = HashMap::new();
    let mut here: HashSet<Word> = HashSet::new();
    for (title, text) in texts {
        here.clear();
        for part in [title, text] {
            let scanned = scan(beginning(part));
            let together = |pair: &[Token]| match pair {
                [a, b] => !b.after_break && a.sentence == b.sentence && readings.affinity(a.key, b.key).is_some_and(|of| of > TOGETHER),
                _ => false,
            };
            let bound: Vec<bool> = scanned.tokens.windows(2).map(together).collect();
            let ends = |token: &Token| !joining.contains(&token.key) && scanned.word(token).chars().all(char::is_alphabetic);
            for (at, first) in scanned.tokens.iter().enumerate() {
                let run = bound.iter().skip(at).take(LONGEST - 1).take_while(|bound| **bound).count();
                if run == 0 || !ends(first) {
                    continue;
                }
                let mut word: Word = [None; LONGEST];
                for length in 1..=run + 1 {
                    let Some(tokens) = scanned.tokens.get(at..at + length) else { break };
                    let (Some(last), Some(place)) = (tokens.last(), word.get_mut(length - 1)) else { break };
                    *place = Some(last.key);
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
