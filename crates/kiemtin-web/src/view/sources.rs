//! Nguồn: do we see everything that we should?

use crate::api::sources::SourceItem;
use crate::briefing::HourCount;
use crate::view::chart::Chart;
use crate::view::chrome::{Choice, Chrome};
use crate::view::words::{address, ago, count, link};
use askama::Template;
use kiemtin_model::time::{DAY_MS, HOUR_MS};
use kiemtin_model::{HealthState, Level, SourceHealth, Time, outcome_vi};
use kiemtin_store::{Fate, LeadState};

/// Sources on one page.
pub const PAGE: usize = 100;
/// Events shown of a source.
pub const EVENTS: usize = 30;

/// The list.
#[derive(Template)]
#[template(path = "sources.html")]
pub struct SourcesPage {
    /// Around it.
    pub chrome: Chrome,
    /// How many there are in each state, in words.
    pub summary: String,
    /// Filters by state.
    pub filters: Vec<Choice>,
    /// Sources, what needs somebody first.
    pub rows: Vec<Row>,
    /// Address of the page before.
    pub before: Option<String>,
    /// Address of the next page.
    pub next: Option<String>,
    /// There is at least one source.
    pub configured: bool,
    /// The address asked about.
    pub address: String,
    /// What became of it.
    pub fate: Option<FateView>,
}

/// One source.
#[derive(Template)]
#[template(path = "source.html")]
pub struct SourcePage {
    /// Around it.
    pub chrome: Chrome,
    /// The source as in the list.
    pub row: Row,
    /// Home page.
    pub site: Option<String>,
    /// Addresses named first, per day.
    pub chart: Option<Chart>,
    /// Its listings: address, last poll, what is wrong with it.
    pub listings: Vec<(String, String, String)>,
    /// What it named last.
    pub events: Vec<Event>,
}

/// A source in the list.
pub struct Row {
    /// Where its page is.
    pub href: String,
    /// As people call it.
    pub name: String,
    /// Its group.
    pub group: &'static str,
    /// Word of its state, for the style.
    pub word: &'static str,
    /// Shape of its state: seen without colour.
    pub shape: &'static str,
    /// Its state in words.
    pub state: &'static str,
    /// Why.
    pub reason: String,
    /// Last poll.
    pub polled: String,
    /// Addresses named first today.
    pub today: String,
    /// In the last seven days.
    pub week: String,
    /// In a usual week; empty while nobody knows.
    pub usual: String,
}

/// An address that a source named.
pub struct Event {
    /// When it was first named.
    pub at: String,
    /// The address.
    pub url: String,
    /// The address where it may be followed.
    pub href: Option<String>,
    /// How it ended.
    pub outcome: String,
    /// It became a document.
    pub kept: bool,
}

/// What became of an address: a line each.
pub struct FateView {
    /// What was asked about, in its canonical form.
    pub url: String,
    /// In words.
    pub lines: Vec<String>,
}

impl Row {
    /// A source as seen `now`.
    pub fn new(item: &SourceItem, now: Time) -> Self {
        let health = &item.health;
        Self {
            href: format!("/sources/{}", item.id),
            name: item.name.clone(),
            group: item.group.vi(),
            word: health.state.as_str(),
            shape: shape(health.state),
            state: health.state.vi(),
            reason: health.reason.clone(),
            polled: health.polled_at.map_or_else(String::new, |at| format!("{} ({})", at.vi(), ago(at, now))),
            today: count(health.today().into()),
            week: count(health.last_week.into()),
            usual: health.usual_week.map_or_else(String::new, |usual| format!("{usual:.0}")),
        }
    }
}

fn shape(state: HealthState) -> &'static str {
    match state {
        HealthState::Blocked | HealthState::Failing => "▲",
        HealthState::Silent | HealthState::Partly => "◆",
        HealthState::Fewer | HealthState::More => "●",
        HealthState::Working => "✓",
        HealthState::Never | HealthState::Off => "○",
    }
}

/// `82 nguồn · 2 bị chặn · 1 im lặng · 79 hoạt động`.
pub fn summary(items: &[SourceItem]) -> String {
    let of = |state: &HealthState| items.iter().filter(|i| i.health.state == *state).count();
    let parts = HealthState::ALL.iter().map(|s| (of(s), s.vi().to_lowercase())).filter(|(n, _)| *n > 0);
    let parts = parts.map(|(n, word)| format!("{} {word}", count(n as u64)));
    std::iter::once(format!("{} nguồn", count(items.len() as u64))).chain(parts).collect::<Vec<_>>().join(" · ")
}

/// Whether a source belongs to a filter: a state, `trouble`, or all.
pub fn of_state(filter: &str, health: &SourceHealth) -> bool {
    match filter {
        "" => true,
        "trouble" => health.troubled(),
        state => health.state.as_str() == state,
    }
}

/// The filters: all, those that need somebody, then every state that occurs.
pub fn filters(on: &str, items: &[SourceItem]) -> Vec<Choice> {
    let choice =
        |filter: &str, name: &str| Choice { name: name.to_owned(), href: address("/sources", &[("state", filter)]), on: on == filter };
    let occurs = |state: &&HealthState| items.iter().any(|i| i.health.state == **state);
    let states = HealthState::ALL.iter().filter(occurs).map(|s| choice(s.as_str(), s.vi()));
    [choice("", "Tất cả"), choice("trouble", "Cần xem")].into_iter().chain(states).collect()
}

impl From<LeadState> for Event {
    fn from(lead: LeadState) -> Self {
        Self {
            at: lead.first_seen.vi(),
            href: link(Some(&lead.url)),
            outcome: outcome_vi(&lead.outcome),
            kept: lead.document.is_some(),
            url: lead.url,
        }
    }
}

impl FateView {
    /// In words; `fate` is none for what is no address.
    pub fn new(fate: Option<Fate>, items: &[SourceItem]) -> Self {
        let Some(fate) = fate else {
            return Self {
                url: String::new(),
                lines: vec!["Đây không phải địa chỉ http(s) tải được. Hãy dán cả địa chỉ, gồm https://".into()],
            };
        };
        let name = |id: &str| items.iter().find(|i| i.id == id).map_or_else(|| id.to_owned(), |i| i.name.clone());
        let mut lines = vec![];
        match &fate.lead {
            Some(lead) => {
                lines.push(format!("Được nguồn {} nêu lần đầu lúc {}.", name(&lead.source), lead.first_seen.vi()));
                let when = lead.fetched_at.map_or_else(String::new, |at| format!(" ({})", at.vi()));
                lines.push(format!("Kết quả: {}{when}.", outcome_vi(&lead.outcome)));
                if lead.failures > 0 {
                    lines.push(format!(
                        "Đã thất bại {} lần liên tiếp; sẽ thử lại khi nguồn còn nêu địa chỉ này.",
                        count(lead.failures.into())
                    ));
                }
            }
            None => lines.push(unnamed(&fate.url, items)),
        }
        if let Some(stored) = fate.document {
            let (document, level) = (&stored.assessed.document, stored.assessed.assessment.level);
            let level = if level == Level::None { "không có cờ".to_owned() } else { format!("mức {}", level.vi().to_lowercase()) };
            lines.push(format!("Đang lưu: «{}», bản {}, {level}.", document.title, stored.version));
            if stored.story != document.id {
                lines.push("Nội dung trùng một bài đã có: được xếp chung luồng tin với bài ấy.".into());
            }
        }
        Self { url: fate.url, lines }
    }
}

/// No listing named it: is its site one of ours at all?
fn unnamed(url: &str, items: &[SourceItem]) -> String {
    let host = |text: &str| {
        let rest = text.split_once("://").map_or("", |(_, rest)| rest);
        let host = rest.split(['/', '?', '#']).next().unwrap_or("");
        host.trim_start_matches("www.").to_owned()
    };
    match items.iter().find(|i| host(&i.site) == host(url)) {
        Some(item) => format!(
            "Chưa danh sách nào nêu địa chỉ này. Trang thuộc nguồn {} (trạng thái: {}): có thể bài nằm ngoài các mục đang theo dõi, hoặc đăng giữa hai lần thu thập.",
            item.name,
            item.health.state.vi().to_lowercase()
        ),
        None => "Chưa danh sách nào nêu địa chỉ này, và trang không thuộc nguồn nào đang theo dõi.".into(),
    }
}

impl SourcePage {
    /// From what is known.
    pub fn new(chrome: Chrome, item: SourceItem, events: Vec<Event>, now: Time) -> Self {
        // The chart counts hours: a day stands at its midnight, seven hours ahead of UTC.
        let midnight = |day: i64| Time(day * DAY_MS - 7 * HOUR_MS);
        let days: Vec<HourCount> = item.health.days.iter().map(|d| HourCount { hour: midnight(d.day), documents: d.named }).collect();
        let polled = |at: Option<Time>| at.map_or_else(|| "chưa lần nào".to_owned(), |at| format!("{} ({})", at.vi(), ago(at, now)));
        let listing = |l: &kiemtin_model::ListingHealth| {
            let wrong =
                if l.error.is_empty() { String::new() } else { format!("{} · {} lần liên tiếp", outcome_vi(&l.error), l.failures) };
            (l.url.clone(), polled(l.polled_at), wrong)
        };
        Self {
            chrome,
            site: link(Some(&item.site)),
            chart: Chart::new(&days).filter(|c| c.total > 0),
            listings: item.health.listings.iter().map(listing).collect(),
            row: Row::new(&item, now),
            events,
        }
    }
}
