//! Rà soát: what waits for a reviewer, and how much is missed?

use crate::briefing::AlertItem;
use crate::catalogue::Catalogue;
use crate::params::Params;
use crate::review::{Missed, ReviewItem, WeekLine};
use crate::view::chrome::{Choice, Chrome};
use crate::view::desk;
use crate::view::texts::TextRow;
use crate::view::words::{address, count, percent};
use askama::Template;
use kiemtin_model::{FlagKind, ReviewAnswer, Time, Week};

/// Documents of samples on one page.
pub const PAGE: usize = 20;

/// The queue.
#[derive(Template)]
#[template(path = "review.html")]
pub struct ReviewPage {
    /// Around it.
    pub chrome: Chrome,
    /// Alerts that wait for a second reviewer.
    pub pending: Vec<Pending>,
    /// What is missed over all weeks, in words.
    pub overall: String,
    /// Week by week.
    pub weeks: Vec<WeekRow>,
    /// How far documents are that are shown.
    pub states: Vec<Choice>,
    /// Name of the week that is shown alone; empty: all.
    pub week: String,
    /// Documents of samples.
    pub items: Vec<ItemView>,
    /// No sample was ever drawn.
    pub none_drawn: bool,
    /// Who looks at it may answer.
    pub may_answer: bool,
    /// Address of the next page.
    pub next: Option<String>,
    /// Address of the first page, when this is another one.
    pub first: Option<String>,
}

/// An alert that waits for a second reviewer.
pub struct Pending {
    /// Its file.
    pub row: desk::Row,
    /// What the first reviewer concluded.
    pub finding: &'static str,
    /// Who that was.
    pub by: String,
    /// It is who looks at it: somebody else is needed.
    pub own: bool,
}

impl Pending {
    /// Of an alert, as seen by who has this name.
    pub fn new(alert: AlertItem, name: &str, catalogue: &Catalogue, now: Time) -> Self {
        let by = alert.decision.proposed_by.clone().unwrap_or_default();
        Self { finding: alert.decision.finding.map_or("", |f| f.vi()), own: by == name, by, row: desk::Row::new(alert, catalogue, now) }
    }
}

/// What the sample of a week says.
pub struct WeekRow {
    /// `Tuần 47 (16–22/11/2026)`.
    pub name: String,
    /// Its documents here.
    pub href: String,
    /// Documents of the week.
    pub documents: String,
    /// Reviewed and drawn: `12 / 20`.
    pub answered: String,
    /// Missed ones.
    pub missed: String,
    /// `5,0 % (95 %: 0,9–23,6 %)`.
    pub rate: String,
}

impl WeekRow {
    /// In words.
    pub fn new(line: &WeekLine) -> Self {
        let m = &line.missed;
        Self {
            name: line.week.vi(),
            href: address("/review", &[("week", &line.week.to_string()), ("state", "all")]),
            documents: count(line.documents),
            answered: format!("{} / {}", count(m.answered), count(m.sampled)),
            missed: count(m.missed),
            rate: rate(m),
        }
    }
}

/// `5,0 % (95 %: 0,9–23,6 %)`.
fn rate(m: &Missed) -> String {
    m.miss_rate.map_or_else(|| "chưa có".to_owned(), |r| format!("{} (95 %: {} – {})", percent(r.share), percent(r.low), percent(r.high)))
}

/// All weeks taken together, in a sentence.
pub fn overall(m: &Missed) -> String {
    match m.answered {
        0 => "Chưa rà soát bài nào nên chưa biết tỷ lệ bỏ sót.".to_owned(),
        n => format!("Tỷ lệ bỏ sót đo được: {}; bỏ sót {} trong {} bài đã rà soát.", rate(m), count(m.missed), count(n)),
    }
}

/// A document of a sample.
pub struct ItemView {
    /// Its number.
    pub id: i64,
    /// Its own page.
    pub href: String,
    /// Whose sample it is of.
    pub week: String,
    /// The document.
    pub text: TextRow,
    /// Topics.
    pub topics: String,
    /// Number of answers so far.
    pub revision: i64,
    /// What was found; empty before anybody answered.
    pub answer: &'static str,
    /// Something was missed: which kind.
    pub missed: String,
    /// The note.
    pub note: String,
    /// Who answered, and when.
    pub by: String,
    /// It has been flagged since it was drawn.
    pub flagged_since: bool,
    /// Kinds of flags to choose from: (word, in Vietnamese, chosen).
    pub kinds: Vec<(&'static str, &'static str, bool)>,
}

impl ItemView {
    /// In words.
    pub fn new(item: &ReviewItem, catalogue: &Catalogue) -> Self {
        let finding = item.finding.as_ref();
        let chosen = finding.and_then(|f| f.kind);
        Self {
            id: item.id,
            href: format!("/review/{}", item.id),
            week: item.week.vi(),
            text: TextRow::new(&item.document),
            topics: item.document.topics.iter().map(|t| catalogue.topic(t)).collect::<Vec<_>>().join(" · "),
            revision: item.revision,
            answer: finding.map_or("", |f| f.answer.vi()),
            missed: chosen.map_or(String::new(), |k| k.vi().to_owned()),
            note: finding.map_or(String::new(), |f| f.note.clone()),
            by: finding.map_or(String::new(), |f| format!("{}, {}", f.by, f.at.vi())),
            flagged_since: item.document.flag,
            kinds: FlagKind::ALL.iter().map(|k| (k.as_str(), k.vi(), chosen == Some(*k))).collect(),
        }
    }
}

/// One document of a sample.
#[derive(Template)]
#[template(path = "review_one.html")]
pub struct ItemPage {
    /// Around it.
    pub chrome: Chrome,
    /// The document.
    pub item: ItemView,
    /// Its paragraphs; none where its publisher does not want its text shown.
    pub paragraphs: Vec<String>,
    /// Why the answer was not kept.
    pub wrong: Option<String>,
    /// Who looks at it may answer.
    pub may_answer: bool,
}

/// How far documents are, as links that keep the week.
pub fn states(params: &Params) -> Vec<Choice> {
    let (week, now) = (params.get("week").unwrap_or(""), params.get("state").unwrap_or("open"));
    let choice = |word: &str, name: &str| Choice {
        name: name.to_owned(),
        href: address("/review", &[("week", week), ("state", if word == "open" { "" } else { word })]),
        on: now == word,
    };
    vec![
        choice("open", "Chờ rà soát"),
        choice(ReviewAnswer::Missed.as_str(), "Bỏ sót"),
        choice(ReviewAnswer::NoFlag.as_str(), "Không cần cờ"),
        choice("all", "Tất cả"),
    ]
}

/// The week in force, in words.
pub fn week_name(week: Option<Week>) -> String {
    week.map_or(String::new(), Week::vi)
}
