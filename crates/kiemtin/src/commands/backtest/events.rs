//! How well would the warnings have told of events that are known: how many, how late, with how many false ones?

use super::Given;
use crate::out;
use crate::typed::day;
use anyhow::Context;
use kiemtin_model::Time;
use kiemtin_model::time::HOUR_MS;
use serde::Serialize;
use std::path::Path;

/// A warning tells of an event when it is given so long after its start, or so long before (who enters it may be late).
const AFTER_MS: i64 = 72 * HOUR_MS;
const BEFORE_MS: i64 = 2 * HOUR_MS;

/// Something that is known to have begun.
pub struct Event {
    start: Time,
    title: String,
}

/// An event with what told of it.
#[derive(Serialize)]
struct Told {
    start: Time,
    title: String,
    /// The first warning that tells of it.
    warned_at: Option<Time>,
    /// Minutes from its start to that warning.
    delay_minutes: Option<i64>,
}

/// All events with their figures.
#[derive(Serialize)]
pub struct Scored {
    events: Vec<Told>,
    /// Share of the events that were told of, 0 to 1.
    recall: f64,
    /// Warnings a month that tell of none.
    false_alarms_per_month: f64,
}

/// Reads lines `start, title`: a time (RFC 3339) or a day.
pub fn read_events(path: &Path) -> anyhow::Result<Vec<Event>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    lines
        .map(|(number, line)| {
            let at = || format!("{}:{}", path.display(), number + 1);
            let (start, title) = line.split_once(',').with_context(|| format!("{}: expected \"start, title\"", at()))?;
            Ok(Event { start: day(start.trim(), false).with_context(at)?, title: title.trim().to_owned() })
        })
        .collect()
}

/// Holds warnings against events.
pub fn score(events: &[Event], given: &[Given], months: f64) -> Scored {
    let tells = |event: &Event, at: Time| (event.start.0 - BEFORE_MS..=event.start.0 + AFTER_MS).contains(&at.0);
    let told = |event: &Event| {
        let warned_at = given.iter().map(|g| g.warning.at).find(|at| tells(event, *at));
        let delay_minutes = warned_at.map(|at| (at.0 - event.start.0) / 60_000);
        Told { start: event.start, title: event.title.clone(), warned_at, delay_minutes }
    };
    let told: Vec<Told> = events.iter().map(told).collect();
    let found = told.iter().filter(|t| t.warned_at.is_some()).count();
    let others = given.iter().filter(|g| !events.iter().any(|e| tells(e, g.warning.at))).count();
    Scored { recall: found as f64 / told.len().max(1) as f64, events: told, false_alarms_per_month: others as f64 / months.max(1.0 / 30.0) }
}

impl Scored {
    /// For people.
    pub fn print(&self) -> anyhow::Result<()> {
        out::line("\nSự kiện đã biết:")?;
        for event in &self.events {
            let told = event.delay_minutes.map_or("không có cảnh báo".into(), |m| format!("cảnh báo sau {m} phút"));
            out::line(format_args!("  {} · {} · {told}", event.start.vi(), event.title))?;
        }
        out::line(format_args!(
            "Nhận ra {:.0} % sự kiện; {:.1} cảnh báo ngoài sự kiện mỗi tháng",
            self.recall * 100.0,
            self.false_alarms_per_month
        ))?;
        Ok(())
    }
}
