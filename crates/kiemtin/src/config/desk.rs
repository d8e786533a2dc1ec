//! `[desk]`: how long answers may take, who is reminded when, how long alerts wait for somebody.

use super::{ConfigFile, Fault};
use kiemtin_model::Day;
use kiemtin_model::deadline::{AnswerTime, Deadlines, WorkingTime};
use kiemtin_model::time::{DAY_MS, HOUR_MS};
use serde::Deserialize;

/// Longest time for an answer, in hours: four weeks.
const MOST_HOURS: u16 = 672;

/// `[desk]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Desk {
    /// Hours until an answer is due.
    pub answer_hours: u16,
    /// The same for urgent alerts.
    pub urgent_answer_hours: u16,
    /// Whether only working hours count for the first.
    pub answer_in_working_hours: bool,
    /// Whether only working hours count for the second.
    pub urgent_answer_in_working_hours: bool,
    /// From and before.
    pub working_hours: (u8, u8),
    /// Days of the week, 1 (Monday) to 7 (Sunday).
    pub working_days: Vec<u8>,
    /// Days on which nobody works.
    pub holidays: Vec<Day>,
    /// Hours before the deadline at which is reminded.
    pub remind_hours: u16,
    /// Days after which an alert that nobody moved expires.
    pub expire_days: u16,
    /// Documents without a flag that are drawn at random each week for review. 0: none.
    pub sample: u32,
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            answer_hours: 24,
            urgent_answer_hours: 24,
            answer_in_working_hours: false,
            urgent_answer_in_working_hours: false,
            working_hours: (8, 17),
            working_days: vec![1, 2, 3, 4, 5],
            holidays: vec![],
            remind_hours: 3,
            expire_days: 30,
            sample: 20,
        }
    }
}

impl Desk {
    /// When answers are due.
    pub fn deadlines(&self) -> Deadlines {
        let (from, to) = self.working_hours;
        Deadlines {
            urgent: AnswerTime { hours: self.urgent_answer_hours, working: self.urgent_answer_in_working_hours },
            other: AnswerTime { hours: self.answer_hours, working: self.answer_in_working_hours },
            office: WorkingTime {
                from,
                to,
                weekdays: self.working_days.iter().map(|day| day.saturating_sub(1)).collect(),
                holidays: self.holidays.clone(),
            },
        }
    }

    /// How long before a deadline is reminded, in milliseconds.
    pub fn remind_ms(&self) -> i64 {
        i64::from(self.remind_hours) * HOUR_MS
    }

    /// After how long without a person an alert expires, in milliseconds.
    pub fn expire_ms(&self) -> i64 {
        i64::from(self.expire_days) * DAY_MS
    }

    /// Adds what is wrong.
    pub fn check(&self, file: &ConfigFile, faults: &mut Vec<Fault>) {
        let mut wrong = |key: &str, got: String, expected: &str| {
            let table = file.text.find("[desk]").unwrap_or(0);
            let key_at = file.text.get(table..).and_then(|t| t.find(&format!("\n{key}")));
            let at = key_at.map_or(table, |key_at| table + key_at + 1);
            faults.push(file.fault(at, &format!("desk.{key}"), format!("got {got}, expected {expected}")));
        };
        for (key, hours) in [("answer_hours", self.answer_hours), ("urgent_answer_hours", self.urgent_answer_hours)] {
            if !(1..=MOST_HOURS).contains(&hours) {
                wrong(key, hours.to_string(), &format!("1 to {MOST_HOURS} hours"));
            }
        }
        let (from, to) = self.working_hours;
        if from >= to || to > 24 {
            wrong("working_hours", format!("[{from}, {to}]"), "two hours like [8, 17], the first before the second, at most 24");
        }
        if self.working_days.is_empty() || self.working_days.iter().any(|day| !(1..=7).contains(day)) {
            wrong("working_days", format!("{:?}", self.working_days), "days from 1 (Monday) to 7 (Sunday)");
        }
        if self.remind_hours > MOST_HOURS {
            wrong("remind_hours", self.remind_hours.to_string(), &format!("0 to {MOST_HOURS} hours"));
        }
        if self.expire_days == 0 {
            wrong("expire_days", "0".into(), "a number of days from 1");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_name_the_key() {
        let text = "[desk]\nanswer_hours = 0\nworking_hours = [17, 8]\nworking_days = [0]\nexpire_days = 0\n";
        let file = ConfigFile { path: "kiemtin.toml".into(), text: text.into() };
        let desk = Desk { answer_hours: 0, working_hours: (17, 8), working_days: vec![0], expire_days: 0, ..Desk::default() };
        let mut faults = vec![];
        desk.check(&file, &mut faults);
        let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        let keys = ["answer_hours", "working_hours", "working_days", "expire_days"];
        assert_eq!(told.len(), keys.len(), "{told:?}");
        for (line, key) in told.iter().zip(keys) {
            assert!(line.contains(&format!("desk.{key}")), "{line}");
        }
    }
}
