//! Which words do the titles of a burst have that others do not?

use kiemtin_text::scan;
use std::collections::{HashMap, HashSet};

/// Titles of each side that are read.
const MOST_TITLES: usize = 400;
/// Longest run of syllables that is taken for a word.
const LONGEST: usize = 4;

/// Runs of two to four syllables that most tell the titles of a burst from other titles, each with the number of the burst's
/// titles that have it; most telling first, at most `most`. A run inside another one that is as frequent is left out.
pub fn telling_words(burst: &[&str], others: &[&str], most: usize) -> Vec<(String, u32)> {
    let (inside, outside) = (count(burst), count(others));
    let (of, beside) = (burst.len().clamp(1, MOST_TITLES) as f64, others.len().clamp(1, MOST_TITLES) as f64);
    let mut weighed: Vec<(f64, &String, u32)> = inside
        .iter()
        .filter(|(_, n)| **n >= 2 || burst.len() < 3)
        .map(|(run, n)| {
            // Log of the ratio of the two shares, with half a title more on the other side (Haldane 1956).
            let share = f64::from(*n) / of;
            let other = (f64::from(outside.get(run).copied().unwrap_or_default()) + 0.5) / (beside + 1.0);
            (share * (share / other).ln() * (run.split(' ').count() as f64).sqrt(), run, *n)
        })
        .filter(|(weight, _, _)| *weight > 0.0)
        .collect();
    weighed.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    let mut told: Vec<(String, u32)> = vec![];
    for (_, run, n) in weighed {
        let syllables: HashSet<&str> = run.split(' ').collect();
        let overlaps = told.iter().any(|(other, _)| other.split(' ').filter(|s| syllables.contains(s)).count() * 2 >= syllables.len());
        if !overlaps {
            told.push((run.clone(), n));
        }
        if told.len() == most {
            break;
        }
    }
    told
}

/// Titles that have each run.
fn count(titles: &[&str]) -> HashMap<String, u32> {
    let mut counts: HashMap<String, u32> = HashMap::new();
    for title in titles.iter().take(MOST_TITLES) {
        let scanned = scan(title);
        let words: Vec<String> = scanned.tokens.iter().map(|t| scanned.word(t).to_lowercase()).collect();
        let mut seen = HashSet::new();
        for length in 2..=LONGEST {
            for (at, run) in words.windows(length).enumerate() {
                let broken = scanned.tokens.get(at + 1..at + length).is_some_and(|rest| rest.iter().any(|t| t.after_break));
                let edge = |word: Option<&String>| word.is_some_and(|w| STOP.contains(&w.as_str()) || w.chars().all(char::is_numeric));
                if !broken && !edge(run.first()) && !edge(run.last()) {
                    seen.insert(run.join(" "));
                }
            }
        }
        seen.into_iter().for_each(|run| *counts.entry(run).or_default() += 1);
    }
    counts
}

/// Syllables that no telling run begins or ends with.
const STOP: &[&str] = &[
    "ai", "bị", "bởi", "các", "cái", "cho", "chỉ", "chưa", "có", "còn", "của", "cùng", "cũng", "dù", "do", "đã", "đang", "đây", "đến",
    "đều", "để", "đó", "được", "gì", "hay", "hơn", "không", "khi", "là", "lại", "lên", "mà", "mỗi", "một", "này", "nào", "nên", "nếu",
    "ngay", "nhiều", "như", "nhưng", "những", "nói", "ở", "phải", "qua", "ra", "rằng", "rất", "rồi", "sau", "sẽ", "sự", "tại", "theo",
    "thì", "trên", "trong", "trước", "từ", "tới", "và", "vẫn", "vào", "về", "vì", "việc", "với", "vừa", "xuống",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_is_new() {
        let burst = ["Tin đồn hết xăng lan ở nhiều nơi", "Người dân xếp hàng vì tin đồn hết xăng", "Cây xăng đóng cửa: tin đồn hết xăng?"];
        let others = ["Giá xăng giảm nhẹ", "Cây xăng mới khai trương", "Người dân mua sắm cuối tuần", "Xăng E10 lên kệ"];
        let words = telling_words(&burst, &others, 3);
        assert_eq!(words.first().map(|w| (w.0.as_str(), w.1)), Some(("tin đồn hết xăng", 3)), "{words:?}");
        assert!(words.iter().all(|w| w.0 != "người dân"), "{words:?}");
        assert_eq!(telling_words(&[], &others, 3), []);
        assert_eq!(telling_words(&["", "…"], &[], 3), []);
    }
}
