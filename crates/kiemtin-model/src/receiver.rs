//! Who outside the pages is told of what, and when?

use crate::alert::Notice;
use crate::assess::Level;
use crate::staff::Sight;
use crate::time::{DAY_MS, HOUR_MS, Time};
use crate::warning::SubjectKind;
use crate::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Channel of the outbox under which a notice waits to be given to the receivers it is for.
pub const RECEIVERS: &str = "receivers";
/// Vietnam is seven hours ahead of UTC.
const AHEAD_MS: i64 = 7 * HOUR_MS;
/// 1970-01-01 was a Thursday: so many days after it came the first Monday.
const FIRST_MONDAY: i64 = 4;

words! {
    /// What a notice is about.
    NoticeSort {
        /// Something happened to an alert.
        Alert = "alert" / "cảnh báo",
        /// A saved search has new documents.
        SavedSearch = "saved_search" / "tìm kiếm đã lưu",
        /// A subject is written about far more than usual.
        Warning = "warning" / "cảnh báo sớm",
        /// A report was made, or is to be.
        Report = "report" / "báo cáo",
    }
}

words! {
    /// When a receiver is told.
    Pace {
        /// At once, of each notice.
        Each = "each" / "báo ngay từng thông báo",
        /// In a digest every hour.
        Hourly = "hourly" / "bản tin mỗi giờ",
        /// In a digest every day.
        Daily = "daily" / "bản tin hằng ngày",
        /// In a digest every week.
        Weekly = "weekly" / "bản tin hằng tuần",
    }
}

words! {
    /// What became of a notice for one receiver.
    DeliveryState {
        /// For the next digest.
        Waiting = "waiting" / "chờ bản tin",
        /// To be sent.
        Due = "due" / "chờ gửi",
        /// Being sent; the attempt is noted before it begins.
        Sending = "sending" / "đang gửi",
        /// The receiver has it.
        Done = "done" / "đã gửi",
        /// It went into a digest.
        Digested = "digested" / "đã vào bản tin",
        /// A newer one of the same alert goes in its place.
        Superseded = "superseded" / "thay bằng thông báo mới hơn",
        /// Restricted since it was made: not for this receiver.
        Withheld = "withheld" / "không thuộc phạm vi được xem",
        /// It was refused for good, or could not be sent for too long.
        Dead = "dead" / "không gửi được",
        /// A person gave it up, or the receiver was removed.
        GivenUp = "given_up" / "đã bỏ",
    }
}

/// When a receiver is told. `hour` (of the Vietnamese day) counts for daily and weekly digests, `weekday` (0 is Monday) for weekly
/// ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ReceiverSchedule")]
pub struct Schedule {
    /// How often.
    pub pace: Pace,
    /// Hour of the day, 0 to 23.
    #[serde(default = "morning")]
    #[schemars(range(max = 23))]
    pub hour: u8,
    /// Day of the week, 0 (Monday) to 6.
    #[serde(default)]
    #[schemars(range(max = 6))]
    pub weekday: u8,
}

fn morning() -> u8 {
    7
}

impl Default for Schedule {
    fn default() -> Self {
        Self { pace: Pace::Each, hour: morning(), weekday: 0 }
    }
}

impl Schedule {
    /// The moment after `now` at which the next digest is made; `None` for who is told at once.
    pub fn next_digest(&self, now: Time) -> Option<Time> {
        let hour = i64::from(self.hour) * HOUR_MS - AHEAD_MS;
        let (length, first) = match self.pace {
            Pace::Each => return None,
            Pace::Hourly => (HOUR_MS, 0),
            Pace::Daily => (DAY_MS, hour),
            Pace::Weekly => (7 * DAY_MS, (FIRST_MONDAY + i64::from(self.weekday)) * DAY_MS + hour),
        };
        Some(Time(now.0 + length - (now.0 - first).rem_euclid(length)))
    }
}

/// Hours of the Vietnamese day in which only urgent notices are sent: from and before; `22, 6` passes midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// First quiet hour, 0 to 23.
    #[schemars(range(max = 23))]
    pub from: u8,
    /// First hour that is not quiet any more, 0 to 23.
    #[schemars(range(max = 23))]
    pub to: u8,
}

impl QuietHours {
    /// Whether it is quiet at `now`. The same hour twice means never.
    pub fn holds(&self, now: Time) -> bool {
        let hour = ((now.0 + AHEAD_MS).rem_euclid(DAY_MS) / HOUR_MS) as u8;
        if self.from <= self.to { (self.from..self.to).contains(&hour) } else { hour >= self.from || hour < self.to }
    }
}

/// Which notices a receiver wants. An empty list sets no condition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReceiverFilter {
    /// Alerts that concern one of these units.
    pub units: Vec<String>,
    /// Alerts of one of these topics, warnings about one of them.
    pub topics: Vec<String>,
    /// Alerts of this level or above.
    pub least: Level,
    /// Sorts of notices.
    pub notices: Vec<NoticeSort>,
    /// Only alerts that people have reviewed, and no early warnings: for receivers outside of the house.
    pub reviewed: bool,
}

impl Default for ReceiverFilter {
    fn default() -> Self {
        Self { units: vec![], topics: vec![], least: Level::Alert, notices: vec![NoticeSort::Alert], reviewed: false }
    }
}

impl ReceiverFilter {
    /// Whether the notice is wanted.
    pub fn wants(&self, notice: &Notice) -> bool {
        let sort = notice.sort();
        if !self.notices.is_empty() && !self.notices.contains(&sort) {
            return false;
        }
        let meets = |wanted: &[String], has: &[String]| wanted.is_empty() || has.iter().any(|h| wanted.contains(h));
        match notice {
            Notice::Alert { alert, .. } => {
                alert.level >= self.least
                    && (!self.reviewed || alert.decision.is_review(alert.status))
                    && meets(&self.units, &alert.units)
                    && meets(&self.topics, &alert.topics)
            }
            Notice::Warning(warning) => {
                !self.reviewed
                    && (self.topics.is_empty() || warning.subject.kind != SubjectKind::Topic || self.topics.contains(&warning.subject.id))
            }
            Notice::SavedSearch(_) => true,
            // The report of a unit is for who follows that unit; that of the ministry for who follows none.
            Notice::Report(told) => {
                !self.reviewed
                    && match &told.unit {
                        Some(unit) => self.units.contains(unit),
                        None => self.units.is_empty(),
                    }
            }
        }
    }
}

/// One place outside the pages that is told of notices. Its secret stands in the store beside it, never in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Receiver {
    /// Store id: never given twice.
    pub id: i64,
    /// Id of the channel.
    pub channel: String,
    /// What people call it.
    pub name: String,
    /// Address, chat or mailbox, as the channel reads it; of an address that is a secret itself, the host alone.
    pub target: String,
    /// What it wants.
    #[serde(default)]
    pub filter: ReceiverFilter,
    /// When it is told.
    #[serde(default)]
    pub schedule: Schedule,
    /// When it is told of urgent notices only.
    #[serde(default)]
    pub quiet: Option<QuietHours>,
    /// No digest without anything in it.
    pub skip_if_empty: bool,
    /// Whether it is told at all.
    pub enabled: bool,
    /// Units whose restricted alerts it may be told of; none: those of all units.
    pub units: Option<Vec<String>>,
    /// Sign-in name of the staff member who added it; empty for the command line.
    pub created_by: String,
    /// When it was added.
    pub created_at: Time,
}

impl Receiver {
    /// Which restricted alerts it may be told of.
    pub fn sight(&self) -> Sight {
        self.units.clone().map_or(Sight::All, Sight::Units)
    }

    /// Whether it wants to be told. Whether it may be is known by the store, which knows what is restricted now.
    pub fn takes(&self, notice: &Notice) -> bool {
        self.enabled && self.filter.wants(notice)
    }
}

/// What is told.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// One notice.
    One(Box<Notice>),
    /// Several, oldest first.
    Digest(Vec<Notice>),
    /// That telling works.
    Test,
}

/// A key or token of a receiver. Shown by nothing but [`Secret::reveal`].
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Holds it.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself: for signing and for the receiver's own service.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// There is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "none" } else { "(hidden)" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i8, hour: i8, minute: i8) -> Time {
        Time::local(2026, 11, day, hour, minute, 0).unwrap()
    }

    #[test]
    fn digests_come_at_their_hour() {
        // 23 November 2026 is a Monday.
        for (pace, hour, weekday, now, expected) in [
            (Pace::Each, 7, 0, (23, 8, 0), None),
            (Pace::Hourly, 7, 0, (23, 8, 5), Some((23, 9, 0))),
            (Pace::Daily, 17, 0, (23, 8, 0), Some((23, 17, 0))),
            (Pace::Daily, 0, 0, (23, 0, 0), Some((24, 0, 0))),
            (Pace::Weekly, 8, 4, (23, 8, 0), Some((27, 8, 0))),
            (Pace::Weekly, 8, 0, (23, 8, 0), Some((30, 8, 0))),
        ] {
            let next = Schedule { pace, hour, weekday }.next_digest(at(now.0, now.1, now.2));
            assert_eq!(next, expected.map(|(d, h, m)| at(d, h, m)), "{pace} {now:?}");
        }
    }

    #[test]
    fn quiet_hours_pass_midnight() {
        for (from, to, hour, quiet) in [(22, 6, 23, true), (22, 6, 5, true), (22, 6, 6, false), (12, 14, 13, true), (9, 9, 9, false)] {
            assert_eq!(QuietHours { from, to }.holds(at(23, hour, 30)), quiet, "{from}-{to} at {hour}");
        }
    }

    #[test]
    fn a_secret_is_not_shown() {
        assert_eq!(format!("{:?}", Secret::new("khoa-bi-mat")), "(hidden)");
        assert_eq!(Secret::new("khoa-bi-mat").reveal(), "khoa-bi-mat");
    }
}
