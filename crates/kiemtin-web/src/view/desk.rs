//! Bàn cảnh báo: what needs me now?

use crate::ask;
use crate::briefing::AlertItem;
use crate::catalogue::Catalogue;
use crate::params::Params;
use crate::view::chrome::{Choice, Chrome, LevelBadge};
use crate::view::warnings::WarningRow;
use crate::view::words::{address, ago, count, left};
use askama::Template;
use kiemtin_model::{AlertStatus, Level, Time};

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
    /// Sources that cannot be read.
    pub failing: Vec<(String, String)>,
}

/// One alert.
pub struct Row {
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
    pub status: &'static str,
    /// Who has it.
    pub assignee: String,
    /// `12 bài · 5 nguồn`.
    pub spread: String,
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
    /// An alert as seen `now`.
    pub fn new(alert: AlertItem, catalogue: &Catalogue, now: Time) -> Self {
        let open = ask::OPEN.contains(&alert.status);
        Self {
            href: format!("/alerts/{}", alert.id),
            level: alert.level.into(),
            kinds: kinds(&alert),
            about: about(&alert, catalogue),
            status: status(alert.status),
            assignee: alert.assignee.clone().unwrap_or_else(|| "Chưa ai nhận".to_owned()),
            spread: spread(&alert),
            last: alert.last_seen.vi(),
            last_ago: ago(alert.last_seen, now),
            deadline: if open { alert.deadline.vi() } else { String::new() },
            left: left(alert.deadline, now),
            pressing: open && alert.deadline.0 - now.0 < 3 * kiemtin_model::time::HOUR_MS,
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

/// The filters of the desk as links, each one keeping the others.
pub struct Filters<'a> {
    /// What is in force.
    pub params: &'a Params,
}

impl Filters<'_> {
    /// Address of the desk with one filter changed; the page starts over.
    pub fn with(&self, name: &str, value: &str) -> String {
        let of = |n: &str| if n == name { value.to_owned() } else { self.params.get(n).unwrap_or("").to_owned() };
        let (status, level, topic, unit) = (of("status"), of("level"), of("topic"), of("unit"));
        let cursor = if name == "cursor" { value } else { "" };
        address("/", &[("status", &status), ("level", &level), ("topic", &topic), ("unit", &unit), ("cursor", cursor)])
    }

    /// A choice of one filter.
    pub fn choice(&self, filter: &str, value: &str, name: &str) -> Choice {
        Choice { name: name.to_owned(), href: self.with(filter, value), on: self.params.get(filter).unwrap_or("") == value }
    }

    /// Choices of status.
    pub fn statuses(&self) -> Vec<Choice> {
        [("", "Đang chờ xử lý"), ("done", "Đã xong"), ("all", "Tất cả")].map(|(v, n)| self.choice("status", v, n)).into()
    }

    /// Choices of level.
    pub fn levels(&self) -> Vec<Choice> {
        [("", "Mọi mức"), (Level::Urgent.as_str(), "Chỉ mức Khẩn")].map(|(v, n)| self.choice("level", v, n)).into()
    }
}
