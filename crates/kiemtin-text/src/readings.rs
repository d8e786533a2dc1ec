//! What did somebody mean who typed this? Accents that were left out, wrong accents and slips of the finger, by what the
//! collected texts say themselves.
//!
//! A noisy channel over a model of two syllables in a row (Kernighan, Church, Gale 1990; bigrams smoothed with the single
//! syllables): every typed syllable may stand for others that look like it, at a price, and the cheapest way through is the
//! best reading. The model is counted from the texts of this store alone, so it knows the words of its own time.

mod kept;
mod mixed;
mod near;
mod sound;
mod telex;

use crate::key::Key;
use crate::scan::{Scanned, scan};
use mixed::Table;
use near::Near;

/// Most pairs that are remembered; the rarest are forgotten beyond.
const MOST_PAIRS: usize = 400_000;
/// Most syllables that are remembered.
const MOST_SYLLABLES: usize = 60_000;
/// Longest query that is read, in syllables.
const LONGEST: usize = 16;
/// Ways that are followed at one time.
const WAYS: usize = 12;
/// Most syllables that one typed syllable may stand for.
const MOST_MEANT: usize = 40;
/// A pair counts against what its syllables alone would make of it as if the first had been seen so often more.
const SMOOTHING: f32 = 20.0;
/// What was never seen counts as seen so often.
const UNSEEN: f32 = 0.0005;
/// Prices, in nats: an accent that was left out beside typed ones; a wrong accent; a letter too many, too few, wrong or swapped.
const LEFT_OUT: f32 = 1.5;
const WRONG_ACCENT: f32 = 5.0;
const SLIP: f32 = 7.5;
/// A slip that changes the tone as well.
const OTHER_TONE: f32 = 3.0;
/// Prices of mistakes that are common in Vietnamese: hỏi for ngã; an onset or ending that sounds the same in some region; keys
/// of the Telex method that stand as letters.
const HOI_NGA: f32 = 2.5;
const SOUND: f32 = 4.5;
const TELEX: f32 = 2.0;

/// What was counted.
#[derive(Clone, Debug, Default)]
pub struct Readings {
    syllables: Vec<Syllable>,
    numbers: Table<Key, u32>,
    /// Folded key → syllables with these letters.
    of_fold: Table<Key, Vec<u32>>,
    pairs: Table<u64, u32>,
    near: Near,
    total: u64,
    texts: u64,
}

#[derive(Clone, Debug)]
struct Syllable {
    /// In lower case, composed.
    text: Box<str>,
    marked: bool,
    count: u32,
}

/// A way to read what was typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// In lower case, composed, with a space between syllables.
    pub text: String,
    /// Price in nats: only differences between the readings of one query mean something.
    pub price: f32,
    /// What it assumes of the typing.
    pub assumes: Assumes,
}

/// What a reading assumes of the typing; the gravest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assumes {
    /// Nothing: as typed.
    Nothing,
    /// Accents were left out.
    NoAccents,
    /// Accents are wrong.
    WrongAccents,
    /// Letters are wrong.
    Slips,
}

impl Readings {
    /// Counts a text.
    pub fn learn(&mut self, scanned: &Scanned<'_>) {
        self.texts += 1;
        let mut before: Option<(u32, u32)> = None;
        for token in &scanned.tokens {
            let number = self.number(token.key, token.fold, token.marked, || scanned.composed(token).to_lowercase());
            let Some(number) = number else {
                before = None;
                continue;
            };
            if let Some(syllable) = self.syllables.get_mut(number as usize) {
                syllable.count = syllable.count.saturating_add(1);
            }
            self.total += 1;
            if let Some((first, sentence)) = before
                && sentence == token.sentence
                && !token.after_break
            {
                *self.pairs.entry(pair(first, number)).or_default() += 1;
            }
            before = Some((number, token.sentence));
        }
        if self.pairs.len() > MOST_PAIRS * 2 {
            self.forget();
        }
        if self.syllables.len() >= MOST_SYLLABLES {
            self.forget_syllables();
        }
    }

    /// Number of texts counted.
    pub fn texts(&self) -> u64 {
        self.texts
    }

    fn number(&mut self, key: Key, fold: Key, marked: bool, text: impl FnOnce() -> String) -> Option<u32> {
        if let Some(number) = self.numbers.get(&key) {
            return Some(*number);
        }
        if self.syllables.len() >= MOST_SYLLABLES {
            return None;
        }
        let text = text();
        // Numbers say nothing of what is meant; very long words are no words.
        if text.len() > 40 || !text.chars().any(char::is_alphabetic) {
            return None;
        }
        let number = u32::try_from(self.syllables.len()).ok()?;
        let same = self.of_fold.entry(fold).or_default();
        if same.is_empty() {
            self.near.add(&crate::key::folded(&text), fold);
        }
        same.push(number);
        self.syllables.push(Syllable { text: text.into(), marked, count: 0 });
        self.numbers.insert(key, number);
        Some(number)
    }

    /// Keeps the pairs that were seen most.
    fn forget(&mut self) {
        let mut least = 1;
        while self.pairs.len() > MOST_PAIRS {
            self.pairs.retain(|_, seen| *seen > least);
            least += 1;
        }
    }

    /// Keeps the syllables that were seen most, at most three quarters of what fits: new words find room.
    fn forget_syllables(&mut self) {
        let old = std::mem::take(self);
        let mut least = 1;
        while old.syllables.iter().filter(|s| s.count > least).count() > MOST_SYLLABLES / 4 * 3 {
            least += 1;
        }
        (self.total, self.texts) = (old.total, old.texts);
        let keep = |s: &Syllable| if s.count > least { self.put_back(&s.text, s.count) } else { None };
        let numbers: Vec<Option<u32>> = old.syllables.iter().map(keep).collect();
        let number = |n: u64| usize::try_from(n).ok().and_then(|n| numbers.get(n).copied().flatten());
        self.pairs =
            old.pairs.into_iter().filter_map(|(p, seen)| Some((pair(number(p >> 32)?, number(p & u64::from(u32::MAX))?), seen))).collect();
    }

    /// The best readings of what was typed, cheapest first, at most `most`; the first one may be what was typed itself. None
    /// when nothing was counted or the words are too many.
    pub fn of(&self, typed: &str, most: usize) -> Vec<Reading> {
        let scanned = scan(typed);
        if scanned.tokens.is_empty() || scanned.tokens.len() > LONGEST || self.total == 0 {
            return vec![];
        }
        let bare = scanned.marked == 0;
        let mut ways = vec![Way { price: 0.0, assumes: Assumes::Nothing, last: None, syllables: vec![] }];
        for token in &scanned.tokens {
            let word = scanned.composed(token).to_lowercase();
            let meant = self.meant(token.key, token.fold, token.marked, &word, bare);
            let mut next: Vec<Way> = vec![];
            for way in &ways {
                for choice in &meant {
                    let price = way.price + choice.price + self.price_of(way.last, choice.number);
                    let mut syllables = way.syllables.clone();
                    syllables.push(choice.number.map_or(Spelt::Typed(word.clone()), Spelt::Known));
                    next.push(Way { price, assumes: way.assumes.max(choice.assumes), last: choice.number, syllables });
                }
            }
            next.sort_by(|a, b| a.price.total_cmp(&b.price));
            next.truncate(WAYS);
            ways = next;
        }
        let told = |way: Way| Reading { text: self.text(&way.syllables), price: way.price, assumes: way.assumes };
        ways.into_iter().take(most).map(told).collect()
    }

    /// What a typed syllable may stand for.
    fn meant(&self, key: Key, fold: Key, marked: bool, word: &str, bare: bool) -> Vec<Choice> {
        let mut meant = vec![];
        let typed = self.numbers.get(&key).copied();
        meant.push(Choice { number: typed, price: 0.0, assumes: Assumes::Nothing });
        let left_out = if bare { 0.0 } else { LEFT_OUT };
        for number in self.of_fold.get(&fold).into_iter().flatten() {
            let Some(syllable) = self.syllables.get(*number as usize).filter(|_| Some(*number) != typed) else { continue };
            let (price, assumes) = match () {
                () if !marked && syllable.marked => (left_out, Assumes::NoAccents),
                () if sound::hoi_for_nga(word, &syllable.text) => (HOI_NGA, Assumes::WrongAccents),
                () => (WRONG_ACCENT, Assumes::WrongAccents),
            };
            meant.push(Choice { number: Some(*number), price, assumes });
        }
        if let Some(number) = telex::decoded(word).and_then(|word| self.known(&word)) {
            meant.push(Choice { number: Some(number), price: TELEX, assumes: Assumes::Slips });
        }
        for alike in sound::alike(word) {
            if let Some(number) = self.known(&alike) {
                meant.push(Choice { number: Some(number), price: SOUND, assumes: Assumes::Slips });
            }
        }
        let folded = crate::key::folded(word);
        let alike = sound::alike(&folded).into_iter().filter_map(|word| scan(&word).tokens.first().map(|t| (t.fold, SOUND)));
        let slips = self.near.of(&folded).into_iter().map(|near| (near, SLIP));
        for (near, slip) in alike.chain(slips) {
            if near == fold {
                continue;
            }
            for number in self.of_fold.get(&near).into_iter().flatten() {
                let syllable = self.syllables.get(*number as usize);
                let Some(syllable) = syllable.filter(|s| s.count > 2 && (s.marked || !marked)) else { continue };
                let price = if bare || sound::same_tone(word, &syllable.text) { slip } else { slip + OTHER_TONE };
                meant.push(Choice { number: Some(*number), price, assumes: Assumes::Slips });
            }
        }
        meant.sort_by(|a, b| a.number.cmp(&b.number).then_with(|| a.price.total_cmp(&b.price)));
        meant.dedup_by_key(|choice| choice.number);
        if let Some(at) = meant.iter().position(|c| c.assumes == Assumes::Nothing) {
            meant.swap(0, at);
        }
        let alone = |choice: &Choice| choice.price + self.price_of(None, choice.number);
        if let Some(others) = meant.get_mut(1..) {
            others.sort_by(|a, b| alone(a).total_cmp(&alone(b)));
        }
        meant.truncate(MOST_MEANT);
        meant
    }

    fn known(&self, word: &str) -> Option<u32> {
        let scanned = scan(word);
        let [token] = scanned.tokens.as_slice() else { return None };
        self.numbers.get(&token.key).copied()
    }

    /// −ln of the share of this syllable after the one before.
    fn price_of(&self, before: Option<u32>, syllable: Option<u32>) -> f32 {
        let total = self.total as f32 + 1.0;
        let seen = syllable.and_then(|s| self.syllables.get(s as usize)).map_or(0.0, |s| s.count as f32);
        // One that was never seen is rarer than one that was seen once.
        let alone = (seen + UNSEEN) / total;
        let Some(before) = before else { return -alone.ln() };
        let of_before = self.syllables.get(before as usize).map_or(0.0, |s| s.count as f32);
        let both = syllable.and_then(|s| self.pairs.get(&pair(before, s))).copied().unwrap_or(0) as f32;
        -((both + SMOOTHING * alone) / (of_before + SMOOTHING)).ln()
    }

    fn text(&self, syllables: &[Spelt]) -> String {
        let mut text = String::new();
        for syllable in syllables {
            if !text.is_empty() {
                text.push(' ');
            }
            match syllable {
                Spelt::Typed(word) => text.push_str(word),
                Spelt::Known(number) => text.push_str(self.syllables.get(*number as usize).map_or("", |s| &s.text)),
            }
        }
        text
    }

    /// How often these two stood side by side, for words that belong together. 0 when one is unknown.
    pub fn together(&self, first: Key, second: Key) -> u32 {
        let number = |key| self.numbers.get(&key).copied();
        let (Some(first), Some(second)) = (number(first), number(second)) else { return 0 };
        self.pairs.get(&pair(first, second)).copied().unwrap_or(0)
    }

    /// How much more often the two stand side by side than chance would have it (pointwise mutual information, nats).
    pub fn affinity(&self, first: Key, second: Key) -> Option<f32> {
        let number = |key| self.numbers.get(&key).copied();
        let (first, second) = (number(first)?, number(second)?);
        let both = *self.pairs.get(&pair(first, second))? as f32;
        let count = |n: u32| self.syllables.get(n as usize).map_or(1.0, |s| s.count as f32);
        Some((both * self.total as f32 / (count(first) * count(second))).ln())
    }
}

struct Way {
    price: f32,
    assumes: Assumes,
    last: Option<u32>,
    syllables: Vec<Spelt>,
}

#[derive(Clone)]
enum Spelt {
    Typed(String),
    Known(u32),
}

struct Choice {
    number: Option<u32>,
    price: f32,
    assumes: Assumes,
}

fn pair(first: u32, second: u32) -> u64 {
    u64::from(first) << 32 | u64::from(second)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taught() -> Readings {
        let mut readings = Readings::default();
        for _ in 0..5 {
            for text in [
                "Giá xăng dầu tăng. Bộ Công Thương điều hành giá xăng dầu.",
                "Xuất khẩu gạo đạt kỷ lục, quản lý thị trường kiểm tra cửa hàng xăng dầu.",
                "Dương và đường là hai từ khác nhau: đường mía, đường phố, đang đương đầu.",
            ] {
                readings.learn(&scan(text));
            }
        }
        readings
    }

    #[test]
    fn reads_what_was_meant() {
        let readings = taught();
        for (typed, expected, assumes) in [
            ("giá xăng dầu", "giá xăng dầu", Assumes::Nothing),
            ("gia xang dau", "giá xăng dầu", Assumes::NoAccents),
            ("giá xang dầu", "giá xăng dầu", Assumes::NoAccents),
            ("giá xàng dầu", "giá xăng dầu", Assumes::WrongAccents),
            ("xuất khâu gạo", "xuất khẩu gạo", Assumes::WrongAccents),
            ("xuat khua gao", "xuất khẩu gạo", Assumes::Slips),
            ("quản lý thị trờng", "quản lý thị trường", Assumes::Slips),
            ("quan ly thi truong", "quản lý thị trường", Assumes::NoAccents),
            ("quãn lý thị trường", "quản lý thị trường", Assumes::WrongAccents),
            ("giá săng dầu", "giá xăng dầu", Assumes::Slips),
            ("quản ný thị trường", "quản lý thị trường", Assumes::Slips),
            ("gias xawng daauf", "giá xăng dầu", Assumes::Slips),
        ] {
            let found = readings.of(typed, 1);
            assert_eq!(
                found.first().map(|r| (r.text.as_str(), r.assumes)),
                Some((expected, assumes)),
                "{typed}: {:?}",
                readings.of(typed, 4)
            );
        }
    }

    #[test]
    fn rare_syllables_make_room_for_new_words() {
        let mut readings = taught();
        let word = |n: usize| -> String { [n / 676 / 26, n / 676, n / 26, n].map(|n| (b'a' + (n % 26) as u8) as char).iter().collect() };
        for chunk in (0..MOST_SYLLABLES).collect::<Vec<_>>().chunks(1_000) {
            readings.learn(&scan(&chunk.iter().map(|n| format!("q{}", word(*n))).collect::<Vec<_>>().join(" ")));
        }
        assert!(readings.syllables.len() < MOST_SYLLABLES && readings.pairs.len() <= 2 * MOST_PAIRS);
        assert_eq!(readings.of("gia xang dau", 1).first().map(|r| r.text.as_str()), Some("giá xăng dầu"), "what is frequent stays");
        readings.learn(&scan("tín chỉ các-bon"));
        assert!(readings.together(scan("tín").tokens[0].key, scan("chỉ").tokens[0].key) > 0);
    }

    #[test]
    fn says_nothing_without_texts_and_bounds_itself() {
        assert!(Readings::default().of("gia xang", 3).is_empty());
        let readings = taught();
        assert!(readings.of(&"xang ".repeat(40), 3).is_empty() && readings.of("!?", 3).is_empty());
        assert_eq!(readings.of("wxyz 2026", 1).first().map(|r| r.text.as_str()), Some("wxyz 2026"), "what nobody wrote stays");
        assert!(readings.of(&"x".repeat(10_000), 3).len() <= 3);
    }
}
