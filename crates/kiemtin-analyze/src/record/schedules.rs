//! Does a text say that something recurs on another day, or in another rhythm, than it does?

use super::book::{ExampleFile, Meaning, Role};
use super::facts::{day, vi_day};
use super::names::Named;
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
const WEEKDAYS_ENGLISH: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/// Words that count what follows.
const NUMBERS: [&str; 12] = ["hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười", "lăm", "mươi", "nửa"];
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
        let text = format!("{}: {}, từ {}", self.name, last.vi(), vi_day(last.from));
        Reference { label: last.document.clone(), text, url: None }
    }
}

impl Rhythm {
    /// In words: `7 ngày một lần, vào thứ Năm`.
    pub fn vi(&self) -> String {
        let weekday = self.weekday.map_or(String::new(), |w| format!(", vào {}", weekday_name(w)));
        format!("{} ngày một lần{weekday}", self.days)
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
        let sentence = name.sentence;
        let done = found.iter().any(|f| f.0 == index && reading.token(f.1).map(|t| t.sentence) == Some(sentence));
        if done || reading.asks(sentence) {
            continue;
        }
        // «không đổi thứ Năm nữa mà …»: the verb counts though it is undone.
        let recurs = reading.in_sentence(sentence).iter().any(|n| n.meaning == Meaning::Word(Role::Recurs));
        if !recurs {
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
        // «thay vì thứ Năm», «không còn bảy ngày một lần»: the right one is given up.
        let given_up = |s: &Stated| {
            let near = |n: &Named<Meaning>| n.next <= s.first && s.first - n.next <= 2;
            let word = |n: &&Named<Meaning>| matches!(n.meaning, Meaning::Word(Role::Not | Role::Past | Role::Before)) && near(n);
            reading.in_sentence(sentence).iter().find(word).copied()
        };
        let (known, gone): (Vec<&Stated>, Vec<&Stated>) = all.iter().filter(|s| right(s)).partition(|s| given_up(s).is_none());
        // «rút từ 10 ngày xuống 7 ngày» knows the right one.
        let recurs_wrong = all.iter().any(|s| !right(s) && s.recurring);
        if known.iter().any(|s| s.recurring || !recurs_wrong) {
            continue;
        }
        let left: Vec<Named<Meaning>> = gone.iter().filter_map(|s| given_up(s)).collect();
        // Any other word of the past tells a story.
        if reading.words(sentence, Role::Past).any(|n| left.iter().all(|l| l.first != n.first)) {
            continue;
        }
        let around = [sentence.checked_sub(1), Some(sentence), Some(sentence + 1)];
        let once = around.into_iter().flatten().any(|s| reading.says(s, Role::Once));
        // One day of the week is one week's news unless the text says that it is so each time.
        let always = !once && (!left.is_empty() || reading.says(sentence, Role::Always));
        let supposed = |s: &&Stated| reading.words(sentence, Role::Unsettled).any(|n| n.next <= s.first);
        let wrong = all.iter().find(|s| !right(s) && (s.recurring || always)).filter(|s| !supposed(s));
        found.extend(wrong.map(|s| (index, s.first, s.next)));
    }
    found
}

/// A rhythm as a text states it.
struct Stated {
    first: usize,
    next: usize,
    days: Option<f64>,
    weekday: Option<u8>,
    /// It says that it comes again: `thứ Hai hằng tuần`.
    recurring: bool,
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
            found.push(Stated { first, next, days: Some(length.minutes / DAY), weekday: None, recurring: true });
        }
    }
    for i in from..to {
        let (own, after) = (word(i).to_lowercase(), word(i + 1).to_lowercase());
        if matches!(own.as_str(), "thứ" | "thu" | "chủ" | "chu") {
            let named = WEEKDAYS.iter().zip(1u8..).find(|(words, _)| words.contains(&after.as_str()));
            let sunday = matches!(own.as_str(), "chủ" | "chu");
            if let Some((_, weekday)) = named.filter(|(_, w)| (*w == 7) == sunday) {
                let each =
                    i > from && (every(word(i - 1)) || matches!(word(i - 1), "các" | "cac") && !matches!(word(i + 2), "tới" | "toi"));
                let next = if weekly(i + 2) { i + 4 } else { i + 2 };
                found.push(Stated { first: i, next, days: None, weekday: Some(weekday), recurring: weekly(i + 2) || each });
            }
        }
        // «nửa tháng một lần», «mỗi tháng một lần», «hằng tháng».
        let month = matches!(after.as_str(), "tháng" | "thang");
        if month && matches!(own.as_str(), "nửa" | "nua") && once(i + 2) {
            found.push(Stated { first: i, next: i + 4, days: Some(15.0), weekday: None, recurring: true });
        } else if month && matches!(own.as_str(), "mỗi" | "một" | "moi" | "mot") && once(i + 2) {
            found.push(Stated { first: i, next: i + 4, days: Some(30.0), weekday: None, recurring: true });
        }
        // «every Monday», «on Tuesdays»
        let english =
            WEEKDAYS_ENGLISH.iter().zip(1u8..).find(|(day, _)| own.strip_prefix(**day).is_some_and(|rest| matches!(rest, "" | "s")));
        if let Some((day, weekday)) = english {
            let recurring = own.len() > day.len() || i > from && matches!(word(i - 1), "every" | "each");
            found.push(Stated { first: i, next: i + 1, days: None, weekday: Some(weekday), recurring });
        }
        if let Some((next, count)) = days_of_month(&words, i - from) {
            found.push(Stated { first: i, next: from + next, days: Some((30.0 / count as f64).round()), weekday: None, recurring: true });
        }
        // «mỗi tuần hai lần», «tuần 2 lần», «ngày một lần», «hằng ngày», «daily».
        let (span, skip) = match own.as_str() {
            "tuần" | "tuan" => (7.0, 1),
            "ngày" | "ngay" => (1.0, 1),
            "tháng" | "thang" => (30.0, 1),
            _ => (0.0, 0),
        };
        let times = match word(i + 1) {
            "một" | "1" | "mot" => 1.0,
            "hai" | "2" => 2.0,
            "ba" | "3" => 3.0,
            _ => 0.0,
        };
        let counted =
            i > from && matches!(word(i - 1), w if w.bytes().all(|b| b.is_ascii_digit()) && !w.is_empty() || NUMBERS.contains(&w));
        if skip == 1 && times > 0.0 && matches!(word(i + 2), "lần" | "lan") && !counted {
            found.push(Stated { first: i, next: i + 3, days: Some(span / times), weekday: None, recurring: true });
        }
        if matches!(own.as_str(), "hằng" | "hàng" | "từng" | "mỗi" | "hang")
            && matches!(after.as_str(), "ngày" | "ngay")
            && !matches!(word(i + 2), "một" | "mot" | "1" | "hai" | "2")
        {
            found.push(Stated { first: i, next: i + 2, days: Some(1.0), weekday: None, recurring: false });
        }
    }
    found.retain(|s| s.next <= tokens.len());
    found.sort_by_key(|s| s.first);
    found
}

/// «ngày 1, 11 và 21», «mùng 1 với 15 hằng tháng»: the word after the last day of a month in a row that begins at `i`, and how
/// many days it names. A date («ngày 5 và 12/6») is no such row.
fn days_of_month<S: AsRef<str>>(words: &[S], i: usize) -> Option<(usize, usize)> {
    let word = |i: usize| words.get(i).map_or("", AsRef::as_ref);
    let day = |i: usize| word(i).parse::<u8>().ok().filter(|d| (1..=31).contains(d));
    let begins = matches!(word(i.checked_sub(1)?), "ngày" | "mùng" | "mồng" | "ngay" | "mung");
    let mut last = day(i).filter(|_| begins)?;
    let (mut next, mut count) = (i + 1, 1);
    loop {
        let skip = usize::from(matches!(word(next), "và" | "với" | "rồi" | "ngày" | "va" | "voi" | "and" | "hoặc"));
        match day(next + skip) {
            Some(d) if d > last.saturating_add(4) => (last, next, count) = (d, next + skip + 1, count + 1),
            _ => break,
        }
    }
    let of_month = matches!(word(next), "hằng" | "hàng" | "mỗi" | "hang" | "moi") && matches!(word(next + 1), "tháng" | "thang");
    let several = i.checked_sub(2).is_some_and(|k| matches!(word(k), "các" | "mỗi" | "cac" | "moi"));
    // A month behind it makes it one date.
    let dated = word(next).parse::<u16>().is_ok() || matches!(word(next), "tháng" | "thang") && word(next + 1).parse::<u16>().is_ok();
    (count >= 2 && !dated && (of_month || several || count >= 3)).then_some((next, count))
}
