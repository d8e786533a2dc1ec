//! What do people do to a text when they pass it on? Invented edits of real articles, the same in every run.

use unicode_normalization::UnicodeNormalization;

/// An edit of a text. `other` is a text that has nothing to do with it.
pub type Edit = fn(text: &str, other: &str, numbers: &mut Numbers) -> String;

/// All edits by name.
pub const EDITS: &[(&str, Edit)] = &[
    ("lead cut", |text, _, _| paragraphs(text).get(1..).unwrap_or_default().join("\n")),
    ("30 % of the paragraphs cut", |text, _, n| {
        let kept: Vec<String> = paragraphs(text).into_iter().filter(|_| n.share() >= 0.3).collect();
        kept.join("\n")
    }),
    ("first 40 %", |text, _, _| part(text, 0.0, 0.4)),
    ("no accents", |text, _, _| bare(text)),
    ("5 % of the syllables changed", |text, other, n| changed(text, other, 0.05, n)),
    ("10 % changed", |text, other, n| changed(text, other, 0.10, n)),
    ("20 % changed", |text, other, n| changed(text, other, 0.20, n)),
    ("10 % changed, no accents", |text, other, n| bare(&changed(text, other, 0.10, n))),
    ("half pasted into another", |text, other, n| {
        let from = n.share() * 0.5;
        [part(other, 0.0, 0.5), part(text, from, from + 0.5), part(other, 0.5, 1.0)].join("\n")
    }),
    ("quote of 60 syllables", |text, _, n| {
        let words: Vec<&str> = text.split_whitespace().collect();
        let from = (n.share() * words.len().saturating_sub(60) as f64) as usize;
        words.get(from..(from + 60).min(words.len())).unwrap_or_default().join(" ")
    }),
];

/// Numbers that look random and are the same in every run (splitmix64).
pub struct Numbers(pub u64);

impl Numbers {
    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 up to 1.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A place in a list of this length, which is not empty.
    pub fn below(&mut self, length: usize) -> usize {
        (self.next() % length.max(1) as u64) as usize
    }
}

/// The paragraphs of a text; tenths of its words when it has next to none.
fn paragraphs(text: &str) -> Vec<String> {
    let lines: Vec<String> = text.lines().filter(|l| !l.trim().is_empty()).map(str::to_owned).collect();
    if lines.len() >= 4 { lines } else { (0..10).map(|i| part(text, f64::from(i) / 10.0, f64::from(i + 1) / 10.0)).collect() }
}

/// The words between these two shares of a text.
fn part(text: &str, from: f64, to: f64) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let at = |share: f64| ((words.len() as f64 * share) as usize).min(words.len());
    words.get(at(from)..at(to)).unwrap_or_default().join(" ")
}

fn changed(text: &str, other: &str, share: f64, numbers: &mut Numbers) -> String {
    let others: Vec<&str> = other.split_whitespace().collect();
    let mut line = |line: &str| {
        let word = |w| if numbers.share() < share { others.get(numbers.below(others.len())).copied().unwrap_or(w) } else { w };
        line.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
    };
    text.lines().map(&mut line).collect::<Vec<_>>().join("\n")
}

/// Without accents.
pub(super) fn bare(text: &str) -> String {
    let letters = text.nfd().filter(|c| !('\u{300}'..='\u{36f}').contains(c));
    letters
        .map(|c| {
            if c == 'đ' {
                'd'
            } else if c == 'Đ' {
                'D'
            } else {
                c
            }
        })
        .collect()
}
