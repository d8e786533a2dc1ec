//! Bàn cảnh báo: what needs me now?

mod filters;

pub use filters::Filters;

use crate::ask;
use crate::briefing::AlertItem;
use crate::catalogue::Catalogue;
use crate::view::chrome::{Choice, Chrome, LevelBadge};
use crate::view::warnings::WarningRow;
use crate::view::words::{ago, count, left};
use askama::Template;
use kiemtin_model::time::HOUR_MS;
use kiemtin_model::{AlertStatus, Time};

/// An answer presses when it is due within this time, or should have been given.
pub const PRESSING_MS: i64 = 3 * HOUR_MS;
/// For how long back it is told that an alert spread.
pub const GROWN_MS: i64 = 3 * HOUR_MS;

/// The page.
#[derive(Template)]
#[template(path = "desk.html")]
pub struct DeskPage {
    /// Around it.
    pub chrome: Chrome,
    /// What is written about far more than usual.
    pub warnings: Vec<WarningRow>,
    /// What was, in the last days.
    pub past_warnings: Vec<WarningRow>,
    /// Alerts, most pressing first.
    pub rows: Vec<Row>,
    /// Filters by status.
    pub statuses: Vec<Choice>,
    /// Filters by level.
    pub levels: Vec<Choice>,
    /// What is the reader's own, and what presses: each on or off.
    pub scopes: Vec<Choice>,
    /// Filters by topic.
    pub topics: Vec<Choice>,
    /// Name of the topic or unit in force.
    pub within: String,
    /// Filters by unit.
    pub units: Vec<Choice>,
    /// Something narrows the list.
    pub filtered: bool,
    /// Address of the next page.
    pub next: Option<String>,
    /// Address of the first page, when this is another one.
    pub first: Option<String>,
    /// How many were done with today, and where they are; none when there are none.
    pub done_today: Option<(String, String)>,
    /// Address of the live stream of what this list shows.
    pub stream: String,
    /// Address of this list as it is now.
    pub fresh: String,
    /// The reader may decide.
    pub may_review: bool,
    /// The reader, as histories have it.
    pub me: String,
    /// Address of the script.
    pub live: &'static str,
    /// Sources that cannot be read.
    pub failing: Vec<(String, String)>,
}

/// One alert.
pub struct Row {
    /// Store id.
    pub id: i64,
    /// Number of its changes by people.
    pub revision: i64,
    /// Where its file is.
    pub href: String,
    /// What people call it.
    pub number: String,
    /// How pressing.
    pub level: LevelBadge,
    /// The claim.
    pub claim: String,
    /// Kinds of flags.
    pub kinds: String,
    /// Topics and units.
    pub about: String,
    /// Where it stands.
    pub status: String,
    /// Who has it.
    pub assignee: String,
    /// `12 bài · 5 nguồn`.
    pub spread: String,
    /// Documents that appeared in the last three hours.
    pub grown: u64,
    /// Last appearance.
    pub last: String,
    /// The same relative to now.
    pub last_ago: String,
    /// When an answer is due; empty when nobody waits for one.
    pub deadline: String,
    /// `còn 5 giờ`.
    pub left: String,
    /// The deadline has passed or is within three hours.
    pub pressing: bool,
}

impl Row {
    /// `↑ 4 bài trong 3 giờ`; empty when it did not grow.
    pub fn growth(&self) -> String {
        if self.grown == 0 { String::new() } else { format!("↑ {} bài trong 3 giờ", count(self.grown)) }
    }

    /// An alert as seen `now`.
    pub fn new(alert: AlertItem, catalogue: &Catalogue, now: Time) -> Self {
        let open = ask::OPEN.contains(&alert.status);
        Self {
            id: alert.id,
            revision: alert.decision.revision,
            href: format!("/alerts/{}", alert.id),
            level: alert.level.into(),
            kinds: kinds(&alert),
            about: about(&alert, catalogue),
            status: standing(&alert),
            assignee: alert.assignee.clone().unwrap_or_else(|| "Chưa ai nhận".to_owned()),
            spread: spread(&alert),
            grown: 0,
            last: alert.last_seen.vi(),
            last_ago: ago(alert.last_seen, now),
            deadline: if open { alert.deadline.vi() } else { String::new() },
            left: left(alert.deadline, now),
            pressing: open && alert.deadline.0 - now.0 < PRESSING_MS,
            number: alert.number,
            claim: alert.claim,
        }
    }
}

/// `Sai số liệu · Gán sai chủ trương`.
pub fn kinds(alert: &AlertItem) -> String {
    join(alert.kinds.iter().map(|k| k.vi()))
}

/// Topics, then units.
pub fn about(alert: &AlertItem, catalogue: &Catalogue) -> String {
    join(alert.topics.iter().map(|t| catalogue.topic(t)).chain(alert.units.iter().map(String::as_str)))
}

/// `12 bài · 5 nguồn`; stories when they differ from documents.
pub fn spread(alert: &AlertItem) -> String {
    let stories = if alert.stories == alert.documents { String::new() } else { format!(" · {} luồng tin", count(alert.stories.into())) };
    format!("{} bài · {} nguồn{stories}", count(alert.documents.into()), count(alert.sources.into()))
}

/// How many press sources and channels carried a claim: `3 báo, 4 kênh`.
pub fn carried(press_sources: u32, channels: u32) -> String {
    format!("{} báo, {} kênh", count(press_sources.into()), count(channels.into()))
}

/// Where it stands, with what was concluded.
pub fn standing(alert: &AlertItem) -> String {
    if alert.status == AlertStatus::New { status(alert.status).to_owned() } else { alert.decision.standing(alert.status) }
}

/// A new alert is first of all one to be verified.
pub fn status(status: AlertStatus) -> &'static str {
    match status {
        AlertStatus::New => "Mới, cần kiểm chứng",
        other => other.vi(),
    }
}

fn join<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join(" · ")
}
