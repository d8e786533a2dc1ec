//! What did somebody mean who typed this? Accents that were left out, wrong accents and slips of the finger, by what the
//! collected texts say themselves.
//!
//! A noisy channel over a model of two syllables in a row (Kernighan, Church, Gale 1990; bigrams smoothed with the single
//! syllables): every typed syllable may stand for others that look like it, at a price, and the cheapest way through is the
//! best reading. The model is counted from the texts of this store alone, so it knows the words of its own time.

mod kept;
mod mixed;
mod near;
mod short;
mod sound;
mod telex;
#[cfg(test)]
mod tests;

use crate::key::Key;
use crate::scan::{Scanned, Token, scan};
use mixed::Table;
use near::Near;
use short::Shorts;
use std::collections::HashSet;

/// Most pairs that are remembered; the rarest are forgotten beyond.
const MOST_PAIRS: usize = 400_000;
/// Most syllables that are remembered.
const MOST_SYLLABLES: usize = 60_000;
/// Longest query that is read, in syllables.
const LONGEST: usize = 16;
/// Ways that are followed at one time.
const WAYS: usize = 40;
/// Most syllables that one typed syllable may stand for.
const MOST_MEANT: usize = 40;
/// Readings that mend nothing and are always told, if there are so many.
const UNMENDED: usize = 4;
/// A pair counts against what its syllables alone would make of it as if the first had been seen so often more: often enough that
/// words side by side in a query which a sentence joins by others are no mistake.
const SMOOTHING: f32 = 100.0;
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
    shorts: Shorts,
    total: u64,
    texts: u64,
}

#[derive(Clone, Debug)]
struct Syllable {
    /// In lower case, composed.
    text: Box<str>,
    marked: bool,
    /// Its tone mark.
    tone: Option<char>,
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assumes {
    /// Nothing: as typed.
    #[default]
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
        for (at, token) in scanned.tokens.iter().enumerate() {
            self.shorts.learn(scanned, at);
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

    /// What a word is short for, by the texts, the commonest first: `TNLĐ` is short for `tai nạn lao động`.
    pub fn short_for(&self, word: &str) -> Vec<String> {
        self.shorts.of(word)
    }

    /// Number of texts counted.
    pub fn texts(&self) -> u64 {
        self.texts
    }

    /// How often a syllable was counted, and how many syllables were in all.
    pub fn seen(&self, key: Key) -> (u32, u64) {
        let syllable = self.numbers.get(&key).and_then(|number| self.syllables.get(*number as usize));
        (syllable.map_or(0, |syllable| syllable.count), self.total)
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
        self.syllables.push(Syllable { tone: sound::tone(&text), text: text.into(), marked, count: 0 });
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
        (self.total, self.texts, self.shorts) = (old.total, old.texts, old.shorts);
        let keep = |s: &Syllable| if s.count > least { self.put_back(&s.text, s.count) } else { None };
        let numbers: Vec<Option<u32>> = old.syllables.iter().map(keep).collect();
        let number = |n: u64| usize::try_from(n).ok().and_then(|n| numbers.get(n).copied().flatten());
        self.pairs =
            old.pairs.into_iter().filter_map(|(p, seen)| Some((pair(number(p >> 32)?, number(p & u64::from(u32::MAX))?), seen))).collect();
    }

    /// The best readings of what was typed, cheapest first, at most `most`; the first one may be what was typed itself. Where hardly any
    /// of these mends nothing and only puts accents in, the best that do come on top: mended ones may be cheaper and many. None when
    /// nothing was counted or the words are too many.
    pub fn of(&self, typed: &str, most: usize) -> Vec<Reading> {
        let scanned = scan(typed);
        if scanned.tokens.is_empty() || scanned.tokens.len() > LONGEST || self.total == 0 {
            return vec![];
        }
        let mut choices = self.choices(&scanned);
        let mut found = self.ways(&scanned, &choices, most);
        let unmended = found.iter().filter(|reading| reading.assumes <= Assumes::NoAccents).count();
        if unmended < UNMENDED.min(found.len()) {
            choices.iter_mut().for_each(|choices| choices.retain(|choice| choice.assumes <= Assumes::NoAccents));
            let others = self.ways(&scanned, &choices, UNMENDED);
            let known: HashSet<String> = found.iter().map(|reading| reading.text.clone()).collect();
            found.extend(others.into_iter().filter(|reading| !known.contains(&reading.text)));
            found.sort_by(|a, b| a.price.total_cmp(&b.price));
        }
        found
    }

    /// What each syllable may stand for.
    fn choices(&self, scanned: &Scanned<'_>) -> Vec<Vec<Choice>> {
        let bare = scanned.marked == 0;
        let shouted = scanned.tokens.iter().all(|token| is_short_form(scanned.word(token)));
        let meant = |token: &Token| {
            // A short form among other words is meant as it stands: `XK` is no slip of an ordinary word.
            if !shouted && is_short_form(scanned.word(token)) {
                return vec![self.choice(self.numbers.get(&token.key).copied(), 0.0, Assumes::Nothing)];
            }
            self.meant(token.key, token.fold, token.marked, &scanned.composed(token).to_lowercase(), bare)
        };
        scanned.tokens.iter().map(meant).collect()
    }

    /// The cheapest ways through these choices, as readings.
    fn ways(&self, scanned: &Scanned<'_>, choices: &[Vec<Choice>], most: usize) -> Vec<Reading> {
        let mut steps: Vec<Vec<Way>> = Vec::with_capacity(choices.len());
        for choices in choices {
            let first = [Way::default()];
            let before = steps.last().map_or(first.as_slice(), Vec::as_slice);
            let mut next = Vec::with_capacity(before.len() * choices.len());
            for (from, way) in (0u32..).zip(before) {
                for (chosen, choice) in (0u32..).zip(choices) {
                    let price = way.price + choice.price + self.price_of(way.last, choice);
                    next.push(Way { price, assumes: way.assumes.max(choice.assumes), last: choice.number, from, chosen });
                }
            }
            if next.len() > WAYS {
                next.select_nth_unstable_by(WAYS, |a, b| a.price.total_cmp(&b.price));
                next.truncate(WAYS);
            }
            steps.push(next);
        }
        let mut last = steps.last().cloned().unwrap_or_default();
        last.sort_by(|a, b| a.price.total_cmp(&b.price));
        let told = |way: &Way| Reading { text: self.text(scanned, &steps, choices, way), price: way.price, assumes: way.assumes };
        last.iter().take(most).map(told).collect()
    }

    /// What a typed syllable may stand for.
    fn meant(&self, key: Key, fold: Key, marked: bool, word: &str, bare: bool) -> Vec<Choice> {
        let mut meant = vec![];
        let tone = sound::tone(word);
        let typed = self.numbers.get(&key).copied();
        meant.push(self.choice(typed, 0.0, Assumes::Nothing));
        let left_out = if bare { 0.0 } else { LEFT_OUT };
        for number in self.of_fold.get(&fold).into_iter().flatten() {
            let Some(syllable) = self.syllables.get(*number as usize).filter(|_| Some(*number) != typed) else { continue };
            let (price, assumes) = match () {
                () if !marked && syllable.marked => (left_out, Assumes::NoAccents),
                () if sound::hoi_for_nga(word, &syllable.text) => (HOI_NGA, Assumes::WrongAccents),
                () => (WRONG_ACCENT, Assumes::WrongAccents),
            };
            meant.push(self.choice(Some(*number), price, assumes));
        }
        if let Some(number) = telex::decoded(word).and_then(|word| self.known(&word)) {
            meant.push(self.choice(Some(number), TELEX, Assumes::Slips));
        }
        for alike in sound::alike(word) {
            if let Some(number) = self.known(&alike) {
                meant.push(self.choice(Some(number), SOUND, Assumes::Slips));
            }
        }
        // Figures and codes are written as they are meant: `S-400`, `Covid-19`, `500kV`.
        let folded = if word.contains(|c: char| c.is_ascii_digit()) { String::new() } else { crate::key::folded(word) };
        let alike = sound::alike(&folded).into_iter().filter_map(|word| scan(&word).tokens.first().map(|t| (t.fold, SOUND)));
        let slips = self.near.of(&folded).into_iter().map(|near| (near, SLIP));
        for (near, slip) in alike.chain(slips) {
            if near == fold {
                continue;
            }
            // `d` sounds like `gi`, `r` and `v`; `đ` is another letter and sounds like none of them.
            let no_bar = slip == SOUND && !folded.starts_with('d');
            for number in self.of_fold.get(&near).into_iter().flatten() {
                let syllable = self.syllables.get(*number as usize).filter(|s| !(no_bar && s.text.starts_with('đ')));
                let Some(syllable) = syllable.filter(|s| s.count > 2 && (s.marked || !marked)) else { continue };
                let price = if bare || tone == syllable.tone { slip } else { slip + OTHER_TONE };
                meant.push(self.choice(Some(*number), price, Assumes::Slips));
            }
        }
        meant.sort_by(|a, b| a.number.cmp(&b.number).then_with(|| a.price.total_cmp(&b.price)));
        meant.dedup_by_key(|choice| choice.number);
        if let Some(at) = meant.iter().position(|c| c.assumes == Assumes::Nothing) {
            meant.swap(0, at);
        }
        let alone = |choice: &Choice| choice.price + self.price_of(None, choice);
        if let Some(others) = meant.get_mut(1..) {
            others.sort_by(|a, b| alone(a).total_cmp(&alone(b)));
        }
        meant.truncate(MOST_MEANT);
        meant
    }

    fn choice(&self, number: Option<u32>, price: f32, assumes: Assumes) -> Choice {
        Choice { number, price, assumes, share: self.share(number) }
    }

    fn known(&self, word: &str) -> Option<u32> {
        let scanned = scan(word);
        let [token] = scanned.tokens.as_slice() else { return None };
        self.numbers.get(&token.key).copied()
    }

    /// Share of a syllable among all; one that was never seen is rarer than one that was seen once.
    fn share(&self, number: Option<u32>) -> f32 {
        let seen = number.and_then(|s| self.syllables.get(s as usize)).map_or(0.0, |s| s.count as f32);
        (seen + UNSEEN) / (self.total as f32 + 1.0)
    }

    /// −ln of the share of this syllable after the one before.
    fn price_of(&self, before: Option<u32>, choice: &Choice) -> f32 {
        let Some(before) = before else { return -choice.share.ln() };
        let of_before = self.syllables.get(before as usize).map_or(0.0, |s| s.count as f32);
        let both = choice.number.and_then(|s| self.pairs.get(&pair(before, s))).copied().unwrap_or(0) as f32;
        -((both + SMOOTHING * choice.share) / (of_before + SMOOTHING)).ln()
    }

    /// The words of a way, found from its end.
    fn text(&self, scanned: &Scanned<'_>, steps: &[Vec<Way>], choices: &[Vec<Choice>], end: &Way) -> String {
        let (mut words, mut way) = (vec![], *end);
        for at in (0..choices.len()).rev() {
            let number = choices.get(at).and_then(|c| c.get(way.chosen as usize)).and_then(|c| c.number);
            let known = number.and_then(|n| self.syllables.get(n as usize)).map(|s| s.text.to_string());
            let typed = || scanned.tokens.get(at).map(|t| scanned.composed(t).to_lowercase()).unwrap_or_default();
            words.push(known.unwrap_or_else(typed));
            let before = at.checked_sub(1).and_then(|at| steps.get(at)).and_then(|ways| ways.get(way.from as usize));
            way = before.copied().unwrap_or_default();
        }
        words.reverse();
        words.join(" ")
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
        self.affinity_of(number(first)?, number(second)?)
    }

    /// The affinity of each word of a text with the next one, as many as there are words but for the last; none where punctuation or
    /// the end of a sentence parts them.
    pub fn affinities<'t>(&'t self, tokens: &'t [Token]) -> impl Iterator<Item = Option<f32>> + 't {
        let mut before: Option<(u32, &'t Token)> = None;
        let of = move |token: &'t Token| {
            let this = self.numbers.get(&token.key).map(|number| (*number, token));
            let last = std::mem::replace(&mut before, this);
            let ((first, a), (second, b)) = last.zip(this)?;
            if b.after_break || a.sentence != b.sentence { None } else { self.affinity_of(first, second) }
        };
        tokens.iter().map(of).skip(1)
    }

    fn affinity_of(&self, first: u32, second: u32) -> Option<f32> {
        let both = *self.pairs.get(&pair(first, second))? as f32;
        let count = |n: u32| self.syllables.get(n as usize).map_or(1.0, |s| s.count as f32);
        Some((both * self.total as f32 / (count(first) * count(second))).ln())
    }
}

/// Whether a word is written in capitals, as short forms are.
fn is_short_form(word: &str) -> bool {
    let mut letters = word.chars().filter(|c| c.is_alphabetic());
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_uppercase) && letters.all(char::is_uppercase)
}

/// A way up to one syllable.
#[derive(Clone, Copy, Default)]
struct Way {
    price: f32,
    assumes: Assumes,
    last: Option<u32>,
    /// The way up to the syllable before, and what was chosen for this one.
    from: u32,
    chosen: u32,
}

struct Choice {
    number: Option<u32>,
    price: f32,
    assumes: Assumes,
    /// Share of the syllable among all.
    share: f32,
}

fn pair(first: u32, second: u32) -> u64 {
    u64::from(first) << 32 | u64::from(second)
}
