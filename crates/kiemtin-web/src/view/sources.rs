//! Nguồn: do we see everything that we should?

use crate::briefing::HourCount;
use crate::catalogue::CatalogueSource;
use crate::view::chart::Chart;
use crate::view::chrome::{Choice, Chrome};
use crate::view::words::{address, ago, count, link};
use askama::Template;
use kiemtin_model::canonical::site_host;
use kiemtin_model::time::{DAY_MS, HOUR_MS};
use kiemtin_model::{Level, SubscriptionState, Time, outcome_vi};
use kiemtin_store::health::HEALTH_DAYS;
use kiemtin_store::{Fate, FeedState, FeedSubscription, LeadState, SourceHealth, SourceState};

/// Sources on one page.
pub const PAGE: usize = 100;
/// Addresses shown of a source.
pub const LEADS: usize = 30;
/// The state of a source that is switched off.
const OFF: (&str, &str) = ("off", "đã tắt");

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
    /// Which of how many are on this page; empty when all are.
    pub shown: String,
    /// The state in force.
    pub state: String,
    /// The name looked for.
    pub name: String,
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
    /// New documents per day.
    pub chart: Option<Chart>,
    /// Its listings.
    pub listings: Vec<ListingView>,
    /// What happened to its listings, newest first: when, what, in words.
    pub events: Vec<(String, &'static str, String)>,
    /// What it named last.
    pub leads: Vec<LeadView>,
}

/// A configured source and how it is.
pub struct Seen<'a> {
    /// The source.
    pub source: &'a CatalogueSource,
    /// How it is.
    pub health: SourceHealth,
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
    pub state: String,
    /// Why.
    pub reason: String,
    /// Last poll.
    pub polled: String,
    /// New documents of today.
    pub today: String,
    /// Of the last seven days.
    pub week: String,
    /// Of a usual week.
    pub usual: String,
}

/// An address that lists what the source has.
pub struct ListingView {
    /// The address.
    pub url: String,
    /// Last poll.
    pub polled: String,
    /// What is wrong with it; empty when all is well.
    pub wrong: String,
    /// How it stands with a hub that tells of its news; empty when there is none.
    pub hub: String,
}

/// An address that the source named.
pub struct LeadView {
    /// When it was first named.
    pub at: String,
    /// The address.
    pub url: String,
    /// The address where it may be followed.
    pub href: Option<String>,
    /// How it ended.
    pub outcome: String,
}

/// What became of an address: a line each.
pub struct FateView {
    /// What was asked about, in its canonical form.
    pub url: String,
    /// In words.
    pub lines: Vec<String>,
}

impl Seen<'_> {
    /// Word and name of its state.
    fn state(&self) -> (&'static str, &'static str) {
        if self.source.enabled { (self.health.state.as_str(), self.health.state.vi()) } else { OFF }
    }

    /// What needs somebody comes first; what is switched off last.
    pub fn rank(&self) -> (bool, SourceState, bool) {
        (!self.source.enabled, self.health.state, self.health.volume.is_none())
    }

    /// Whether somebody should look at it.
    fn troubled(&self) -> bool {
        self.source.enabled && (self.health.state < SourceState::Waiting || self.health.volume.is_some())
    }

    /// Whether it belongs to a filter: a state, `trouble`, or all.
    pub fn is(&self, filter: &str) -> bool {
        match filter {
            "" => true,
            "trouble" => self.troubled(),
            state => self.state().0 == state,
        }
    }

    /// Why it is so.
    fn reason(&self) -> String {
        let h = &self.health;
        let failing = (h.feeds_failing > 0).then(|| {
            let error = h.error.as_deref().map(outcome_vi).unwrap_or_default();
            format!("{} trong {} danh sách không đọc được: {error}", h.feeds_failing, h.feeds)
        });
        let volume = h.volume.map(|v| format!("{} (7 ngày: {}, thường {:.0})", v.vi(), h.new_7_days, h.usual_7_days));
        let gaps = (h.gaps > 0).then(|| format!("{} lần có thể sót tin trong 7 ngày", count(h.gaps)));
        [failing, volume, gaps].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

impl Row {
    /// A source as seen `now`.
    pub fn new(seen: &Seen<'_>, now: Time) -> Self {
        let (h, (word, state)) = (&seen.health, seen.state());
        // A source that is new here has no usual week.
        let old = h.new_per_day.first().is_some_and(|(day, _)| *day <= now.day_number() - 21);
        let today = h.new_per_day.iter().find(|(day, _)| *day == now.day_number()).map_or(0, |(_, n)| *n);
        Self {
            href: format!("/sources/{}", seen.source.id),
            name: seen.source.name.clone(),
            group: seen.source.group.vi(),
            word,
            shape: shape(word),
            state: capital(state),
            reason: seen.reason(),
            polled: h.last_poll.map_or_else(String::new, |at| format!("{} ({})", at.vi(), ago(at, now))),
            today: count(today),
            week: count(h.new_7_days),
            usual: if old { format!("{:.0}", h.usual_7_days) } else { String::new() },
        }
    }
}

/// With a capital letter, as it stands alone.
fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A shape for each state: seen without colour.
fn shape(state: &str) -> &'static str {
    match state {
        "blocked" | "lost" | "closed" | "unauthorised" => "▲",
        "slow" | "silent" | "exhausted" => "◆",
        "active" => "✓",
        _ => "○",
    }
}

/// `82 nguồn · 2 bị chặn · 1 im lặng · 79 hoạt động`.
pub fn summary(all: &[Seen<'_>]) -> String {
    let of = |word: &str| all.iter().filter(|s| s.state().0 == word).count();
    let parts = states().map(|(word, name)| (of(word), name)).filter(|(n, _)| *n > 0);
    let parts = parts.map(|(n, name)| format!("{} {name}", count(n as u64)));
    std::iter::once(format!("{} nguồn", count(all.len() as u64))).chain(parts).collect::<Vec<_>>().join(" · ")
}

/// `101–200 trong 385 nguồn`.
pub fn shown(offset: usize, all: usize) -> String {
    let n = |n: usize| count(n as u64);
    if all <= PAGE || offset >= all {
        String::new()
    } else {
        format!("{}–{} trong {} nguồn", n(offset + 1), n(all.min(offset + PAGE)), n(all))
    }
}

fn states() -> impl Iterator<Item = (&'static str, &'static str)> {
    SourceState::ALL.iter().map(|s| (s.as_str(), s.vi())).chain([OFF])
}

/// The filters: all, those that need somebody, then every state that occurs.
pub fn filters(on: &str, name: &str, all: &[Seen<'_>]) -> Vec<Choice> {
    let href = |filter: &str| address("/sources", &[("state", filter), ("name", name)]);
    let choice = |filter: &str, name: &str| Choice { name: name.to_owned(), href: href(filter), on: on == filter };
    let occurs = |(word, _): &(&str, &str)| all.iter().any(|s| s.state().0 == *word);
    let states = states().filter(occurs).map(|(word, name)| choice(word, &capital(name)));
    [choice("", "Tất cả"), choice("trouble", "Cần xem")].into_iter().chain(states).collect()
}

impl From<LeadState> for LeadView {
    fn from(lead: LeadState) -> Self {
        Self { at: lead.first_seen.vi(), href: link(Some(&lead.url)), outcome: outcome_vi(&lead.outcome), url: lead.url }
    }
}

impl FateView {
    /// In words; `fate` is none for what is no address.
    pub fn new(fate: Option<Fate>, all: &[Seen<'_>]) -> Self {
        let Some(fate) = fate else {
            return Self {
                url: String::new(),
                lines: vec!["Đây không phải địa chỉ http(s) tải được. Hãy dán cả địa chỉ, gồm https://".into()],
            };
        };
        let name = |id: &str| all.iter().find(|s| s.source.id == id).map_or_else(|| id.to_owned(), |s| s.source.name.clone());
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
            None => lines.push(unnamed(&fate.url, all)),
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
fn unnamed(url: &str, all: &[Seen<'_>]) -> String {
    let host = site_host(url);
    match all.iter().find(|s| site_host(&s.source.site) == host) {
        Some(seen) => format!(
            "Chưa danh sách nào nêu địa chỉ này. Trang thuộc nguồn {} (tình trạng: {}): có thể bài nằm ngoài các mục đang theo dõi, hoặc đăng giữa hai lần thu thập.",
            seen.source.name,
            seen.state().1
        ),
        None => "Chưa danh sách nào nêu địa chỉ này, và trang không thuộc nguồn nào đang theo dõi.".into(),
    }
}

/// `Hub hub.vn: đang nhận báo tin mới (đến 12/05/2026 08:00, lần cuối …)`.
fn told_by(subscription: &FeedSubscription, now: Time) -> String {
    let s = subscription;
    let until = s.lease_until.filter(|_| s.state == SubscriptionState::Active).map(|at| format!("đến {}", at.vi()));
    let last = s.pushed_at.map(|at| format!("báo lần cuối {} ({})", at.vi(), ago(at, now)));
    let error = Some(outcome_vi(&s.error)).filter(|_| !s.error.is_empty());
    let more = [until, last, error].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let more = if more.is_empty() { more } else { format!(" ({more})") };
    format!("Hub {}: {}{more}", site_host(&s.hub).unwrap_or_default(), s.state_vi)
}

impl SourcePage {
    /// From what is known.
    pub fn new(chrome: Chrome, seen: &Seen<'_>, listings: &[FeedState], leads: Vec<LeadView>, now: Time) -> Self {
        // The chart counts hours: a day stands at its midnight, seven hours ahead of UTC.
        let midnight = |day: i64| Time(day * DAY_MS - 7 * HOUR_MS);
        let h = &seen.health;
        let of = |day: i64| h.new_per_day.iter().find(|(d, _)| *d == day).map_or(0, |(_, n)| u32::try_from(*n).unwrap_or(u32::MAX));
        let today = now.day_number();
        let days: Vec<HourCount> = (today + 1 - HEALTH_DAYS..=today).map(|d| HourCount { hour: midnight(d), documents: of(d) }).collect();
        let polled = |at: Time| if at.0 > 0 { format!("{} ({})", at.vi(), ago(at, now)) } else { "chưa lần nào".to_owned() };
        let listing = |f: &FeedState| {
            let wrong =
                if f.error.is_empty() { String::new() } else { format!("{} · {} lần liên tiếp", outcome_vi(&f.error), f.failures) };
            let hub = h.subscriptions.iter().find(|s| s.feed == f.url).map_or_else(String::new, |s| told_by(s, now));
            ListingView { url: f.url.clone(), polled: polled(f.polled_at), wrong, hub }
        };
        Self {
            chrome,
            site: link(Some(&seen.source.site)),
            chart: Chart::new(&days).filter(|c| c.total > 0),
            listings: listings.iter().map(listing).collect(),
            events: h
                .events
                .iter()
                .map(|e| (e.at.vi(), e.kind.vi(), if e.detail.is_empty() { String::new() } else { outcome_vi(&e.detail) }))
                .collect(),
            row: Row::new(seen, now),
            leads,
        }
    }
}
