//! Does a text say that something recurs on another day, or in another rhythm, than it does?

use super::book::{ExampleFile, Meaning, Role};
use super::facts::{day, vi_day};
use super::reading::FieldReading;
use kiemtin_model::{Reference, Time};
use kiemtin_text::calendar::{Duration, durations};
use serde::Deserialize;

/// Something that recurs on a known day.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// Stable id.
    pub id: String,
    /// What it is, in Vietnamese.
    pub name: String,
    /// How it recurs, by validity, oldest first.
    pub values: Vec<Rhythm>,
}

/// How something recurs for a time.
#[derive(Clone, Debug)]
pub struct Rhythm {
    /// Days from one time to the next.
    pub days: u16,
    /// Day of the week, 1 Monday to 7 Sunday, when it is one.
    pub weekday: Option<u8>,
    /// First moment.
    pub from: Time,
    /// Document that set it.
    pub document: String,
}

/// A schedule as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScheduleFile {
    pub id: String,
    name: String,
    pub named: Vec<String>,
    value: Vec<RhythmFile>,
    #[serde(default)]
    pub example: Vec<ExampleFile>,
}

/// A rhythm as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RhythmFile {
    days: u16,
    #[serde(default)]
    weekday: Option<u8>,
    valid_from: String,
    document: String,
}

/// Syllables between the name and the rhythm.
const REACH: usize = 14;
/// Minutes of a day.
const DAY: f64 = 1440.0;
/// Words of the days of the week, Monday first.
const WEEKDAYS: [&[&str]; 7] =
    [&["hai", "2"], &["ba", "3"], &["tư", "4", "tu"], &["năm", "5", "nam"], &["sáu", "6", "sau"], &["bảy", "7", "bay"], &["nhật", "nhat"]];

impl Schedule {
    pub(super) fn compile(file: &ScheduleFile) -> Result<Self, (&'static str, String)> {
        let mut values = vec![];
        for v in &file.value {
            if v.days == 0 || v.weekday.is_some_and(|w| !(1..=7).contains(&w)) {
                return Err((
                    "schedule.value",
                    format!("got {} days, weekday {:?}, expected days from 1 and a weekday from 1 to 7", v.days, v.weekday),
                ));
            }
            let from = day(&v.valid_from).map_err(|e| ("schedule.value.valid_from", e))?;
            values.push(Rhythm { days: v.days, weekday: v.weekday, from, document: v.document.clone() });
        }
        values.sort_by_key(|v| v.from);
        if values.is_empty() || file.named.is_empty() {
            return Err(("schedule", "got no value or no name, expected at least one of each".into()));
        }
        Ok(Self { id: file.id.clone(), name: file.name.clone(), values })
    }

    fn at(&self, time: Time) -> Option<&Rhythm> {
        self.values.iter().rev().find(|v| v.from <= time)
    }

    /// How it is shown next to a claim.
    pub fn reference(&self) -> Reference {
        let Some(last) = self.values.last() else { return Reference { label: self.id.clone(), text: self.name.clone(), url: None } };
        let weekday = last.weekday.map_or(String::new(), |w| format!(", vào {}", weekday_name(w)));
        let text = format!("{}: {} ngày một lần{weekday}, từ {}", self.name, last.days, vi_day(last.from));
        Reference { label: last.document.clone(), text, url: None }
    }
}

fn weekday_name(day: u8) -> &'static str {
    let names = ["thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"];
    names.get(usize::from(day).saturating_sub(1)).copied().unwrap_or("")
}

/// Schedule, first and next token of every other rhythm that a text states for the time it speaks of.
pub(super) fn wrong_rhythms(schedules: &[Schedule], reading: &FieldReading<'_, '_>, time: Option<Time>) -> Vec<(u16, usize, usize)> {
    let Some(time) = time else { return vec![] };
    let mut found: Vec<(u16, usize, usize)> = vec![];
    let mut lengths: Option<Vec<Duration>> = None;
    for name in reading.named {
        let Meaning::Schedule(index) = name.meaning else { continue };
        let (sentence, done) =
            (name.sentence, found.iter().any(|f| f.0 == index && reading.token(f.1).map(|t| t.sentence) == Some(name.sentence)));
        let told = reading.says(sentence, Role::Past) || reading.asks(sentence);
        // «không đổi thứ Năm nữa mà …»: the verb counts though it is undone.
        let recurs = reading.in_sentence(sentence).iter().any(|n| n.meaning == Meaning::Word(Role::Recurs));
        if done || told || !recurs {
            continue;
        }
        let Some(rhythm) = schedules.get(index as usize).and_then(|s| s.at(time)) else { continue };
        // The rhythm of the time that the sentence names is not the present one.
        if reading.periods_of(sentence).any(|p| p.to < rhythm.from) {
            continue;
        }
        let lengths = lengths.get_or_insert_with(|| durations(reading.scanned));
        let near = |first: usize, next: usize| first.saturating_sub(name.next) <= REACH && name.first.saturating_sub(next) <= REACH;
        let all: Vec<Stated> = stated(reading, sentence, lengths).into_iter().filter(|s| near(s.first, s.next)).collect();
        let right = |s: &Stated| s.days.is_none_or(|d| d == f64::from(rhythm.days)) && s.weekday.is_none_or(|w| rhythm.weekday == Some(w));
        // «rút từ 10 ngày xuống 7 ngày» knows the right one.
        if all.iter().any(right) {
            continue;
        }
        let supposed = |s: &&Stated| reading.words(sentence, Role::Unsettled).any(|n| n.next <= s.first);
        found.extend(all.first().filter(|s| !supposed(s)).map(|s| (index, s.first, s.next)));
    }
    found
}

/// A rhythm as a text states it.
struct Stated {
    first: usize,
    next: usize,
    days: Option<f64>,
    weekday: Option<u8>,
}

fn stated(reading: &FieldReading<'_, '_>, sentence: u32, lengths: &[Duration]) -> Vec<Stated> {
    let tokens = &reading.scanned.tokens;
    let (from, to) = (reading.sentence_start(sentence), tokens.partition_point(|t| t.sentence <= sentence));
    // The words of the sentence, composed once.
    let words: Vec<_> = tokens.get(from..to).unwrap_or(&[]).iter().map(|t| reading.scanned.composed(t)).collect();
    let word = |i: usize| i.checked_sub(from).and_then(|i| words.get(i)).map_or("", |w| w.as_ref());
    let one = |w: &str| matches!(w, "một" | "mot" | "1" | "mỗi" | "moi");
    let once = |i: usize| one(word(i)) && matches!(word(i + 1), "lần" | "lan") || matches!(word(i), "lần" | "lan");
    let every = |w: &str| matches!(w.to_lowercase().as_str(), "mỗi" | "cứ" | "every" | "moi" | "cu");
    let weekly = |i: usize| matches!(word(i), "hằng" | "hàng" | "mỗi" | "hang" | "moi") && matches!(word(i + 1), "tuần" | "tuan");
    let mut found = vec![];
    for length in lengths {
        let first = tokens.partition_point(|t| (t.end as usize) <= length.start);
        let next = tokens.partition_point(|t| (t.start as usize) < length.end);
        if first < from || next > to || length.minutes < DAY {
            continue;
        }
        let before = first.checked_sub(1).map_or("", word);
        // «10 ngày điều chỉnh một lần» has the verb between.
        if once(next) || every(before) || once(next + 2) {
            let next = if once(next) { (next + 2).min(to) } else { next };
            found.push(Stated { first, next, days: Some(length.minutes / DAY), weekday: None });
        }
    }
    for i in from..to {
        let (own, after) = (word(i).to_lowercase(), word(i + 1).to_lowercase());
        if matches!(own.as_str(), "thứ" | "thu" | "chủ" | "chu") {
            let named = WEEKDAYS.iter().zip(1u8..).find(|(words, _)| words.contains(&after.as_str()));
            let sunday = matches!(own.as_str(), "chủ" | "chu");
            if let Some((_, weekday)) = named.filter(|(_, w)| (*w == 7) == sunday)
                && (weekly(i + 2)
                    || i > from && (every(word(i - 1)) || matches!(word(i - 1), "các" | "cac") && !matches!(word(i + 2), "tới" | "toi")))
            {
                let next = if weekly(i + 2) { i + 4 } else { i + 2 };
                found.push(Stated { first: i, next, days: None, weekday: Some(weekday) });
            }
        }
        // «nửa tháng một lần», «mỗi tháng một lần», «hằng tháng».
        let month = matches!(after.as_str(), "tháng" | "thang");
        if month && matches!(own.as_str(), "nửa" | "nua") && once(i + 2) {
            found.push(Stated { first: i, next: i + 4, days: Some(15.0), weekday: None });
        } else if month && matches!(own.as_str(), "mỗi" | "một" | "moi" | "mot") && once(i + 2) {
            found.push(Stated { first: i, next: i + 4, days: Some(30.0), weekday: None });
        }
        // «ngày 1, 11 và 21»: every ten days.
        if own == "1" && after == "11" && (word(i + 2) == "21" || word(i + 3) == "21") {
            let next = if word(i + 2) == "21" { i + 3 } else { i + 4 };
            found.push(Stated { first: i, next, days: Some(10.0), weekday: None });
        }
    }
    found.retain(|s| s.next <= tokens.len());
    found.sort_by_key(|s| s.first);
    found
}
