//! Which words of two to four syllables do these texts have, and how many texts have each?
//!
//! Syllables that stand side by side far more often than by chance are one word ([`Readings::affinity`]), as where a search looks
//! for what was meant. Words that begin or end with a syllable that only joins others are left out.

use super::plan::TOGETHER;
use kiemtin_text::readings::Readings;
use kiemtin_text::{Key, scan};
use std::collections::{HashMap, HashSet};

/// Syllables of a text that are read: the beginning of a long one says what it is about.
const READ: usize = 400;
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

/// Words with the number of texts that have them, of those in several texts; in no firm order.
pub(super) fn frequent(readings: &Readings, texts: &[(String, String)]) -> Vec<(String, u32)> {
    let joining: HashSet<&str> = JOINING.into_iter().collect();
    let mut found: HashMap<Word, (u32, String)> = HashMap::new();
    let mut here: HashSet<Word> = HashSet::new();
    for (title, text) in texts {
        here.clear();
        for part in [title, text] {
            let scanned = scan(part);
            let tokens = scanned.tokens.get(..READ.min(scanned.tokens.len())).unwrap_or_default();
            let lowered: Vec<String> = tokens.iter().map(|token| scanned.composed(token).to_lowercase()).collect();
            let together = |pair: &[kiemtin_text::Token]| match pair {
                [a, b] => !b.after_break && a.sentence == b.sentence && readings.affinity(a.key, b.key).is_some_and(|of| of > TOGETHER),
                _ => false,
            };
            let bound: Vec<bool> = tokens.windows(2).map(together).collect();
            for at in 0..bound.len() {
                let mut word: Word = [None; LONGEST];
                for length in 1..=LONGEST {
                    let (Some(token), Some(syllable)) = (tokens.get(at + length - 1), lowered.get(at + length - 1)) else { break };
                    if length > 1 && !bound.get(at + length - 2).is_some_and(|bound| *bound) {
                        break;
                    }
                    if let Some(place) = word.get_mut(length - 1) {
                        *place = Some(token.key);
                    }
                    let joins = joining.contains(syllable.as_str()) || !syllable.chars().all(char::is_alphabetic);
                    if length == 1 && joins {
                        break;
                    }
                    if length > 1 && !joins && here.insert(word) {
                        let syllables = || lowered.get(at..at + length).unwrap_or_default().join(" ");
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
            readings.learn(&scan(&format!("nguồn cung xăng dầu tốt, mục số {n} của bài viết a{n} b{n} c{n} d{n}")));
        }
        let texts = ["Nguồn cung xăng dầu", "nguồn cung xăng dầu. Nguồn cung", "của bài viết"].map(|t| (t.to_owned(), t.to_owned()));
        let mut words = frequent(&readings, &texts);
        words.sort();
        assert!(words.contains(&("nguồn cung".into(), 2)), "{words:?}");
        assert!(words.contains(&("nguồn cung xăng dầu".into(), 2)), "{words:?}");
        assert!(words.iter().all(|(word, count)| !word.starts_with("của ") && *count == 2), "{words:?}");
    }
}
