//! Chính sách, Góp ý: how does a policy fare at its stage, and what do people ask for?

use crate::catalogue::Catalogue;
use crate::feedback::{Excerpt, Theme, is_feedback};
use crate::policies::{Counts, Expected, PolicyFile, PolicyLine};
use crate::service::Service;
use crate::view::chrome::Chrome;
use crate::view::words::{address, count, link};
use askama::Template;
use kiemtin_model::{Day, Time};
use kiemtin_store::found::FoundHit;

/// Days of the calendar that are shown ahead.
const AHEAD_DAYS: i64 = 60;

/// All policies.
#[derive(Template)]
#[template(path = "policies.html")]
pub struct PoliciesPage {
    /// Around it.
    pub chrome: Chrome,
    /// One per policy.
    pub rows: Vec<Row>,
    /// What is expected in the next two months: (day, what).
    pub dates: Vec<(String, String)>,
}

/// A policy in the list.
pub struct Row {
    /// Its page.
    pub href: String,
    /// Its name.
    pub title: String,
    /// Its topic and unit.
    pub about: String,
    /// Where it stands.
    pub stage: &'static str,
    /// Since when.
    pub since: String,
    /// What is expected next; empty without anything.
    pub next: String,
    /// Coverage of the last 30 days against those before.
    pub recent: String,
    /// Feedback among it.
    pub feedback: String,
}

impl Row {
    /// From a line of the API.
    pub fn new(line: &PolicyLine, catalogue: &Catalogue) -> Self {
        let stage = line.stage.as_ref();
        Self {
            href: address_of(&line.policy.id),
            title: line.policy.title.clone(),
            about: format!("{} · {}", catalogue.topic(&line.policy.topic), line.policy.unit),
            stage: stage.map_or("Chưa bắt đầu", |s| s.stage.vi()),
            since: stage.map_or(String::new(), |s| format!("từ {}", s.from.vi())),
            next: line.next.as_ref().map_or(String::new(), |e| format!("{}: {}", e.day.vi(), e.title)),
            recent: against(line.recent.documents, line.before.documents),
            feedback: count(line.recent.feedback),
        }
    }
}

/// `120 bài (+20 so với 30 ngày trước)`.
fn against(now: u64, before: u64) -> String {
    let difference = match now.cmp(&before) {
        std::cmp::Ordering::Less => format!("−{}", count(before - now)),
        std::cmp::Ordering::Equal => "bằng".to_owned(),
        std::cmp::Ordering::Greater => format!("+{}", count(now - before)),
    };
    format!("{} bài trong 30 ngày ({difference} so với 30 ngày trước đó)", count(now))
}

fn address_of(policy: &str) -> String {
    format!("/policies/{policy}")
}

/// What is expected in the next two months; what comes every week, once.
pub fn dates(service: &Service) -> Vec<(String, String)> {
    let today = Day::of(service.now());
    let mut seen = vec![];
    let occurrences = service.policies.calendar.occurrences(today.0, today.0 + AHEAD_DAYS);
    let first = occurrences.into_iter().filter(|o| {
        let new = o.nth == 1 && !seen.contains(&o.event);
        seen.push(o.event.clone());
        new
    });
    first.map(|o| (Day(o.day).vi(), o.title)).collect()
}

/// One policy.
#[derive(Template)]
#[template(path = "policy.html")]
pub struct PolicyPage {
    /// Around it.
    pub chrome: Chrome,
    /// As in the list.
    pub row: Row,
    /// What it is about.
    pub summary: String,
    /// Its stages.
    pub stages: Vec<StageView>,
    /// Its documents: (number, day, title, address of the search for it).
    pub documents: Vec<(String, String, String, String)>,
    /// What is expected: (day, what).
    pub expected: Vec<(String, String)>,
    /// What is looked for.
    pub query: String,
    /// The search for its coverage.
    pub found: String,
    /// Its coverage over time.
    pub trends: String,
    /// What is written, newest first.
    pub newest: Vec<Item>,
    /// What is to be verified.
    pub flagged: Vec<Item>,
    /// Address of all that is to be verified.
    pub all_flagged: String,
    /// Proposals, criticism and questions.
    pub proposals: Vec<Item>,
    /// Address of all of them.
    pub all_proposals: String,
}

/// A stage.
pub struct StageView {
    /// Its name.
    pub name: &'static str,
    /// From and to, in words.
    pub time: String,
    /// What happens in it.
    pub note: String,
    /// The policy is in it.
    pub here: bool,
    /// It has not begun.
    pub ahead: bool,
    /// Documents.
    pub documents: String,
    /// Share of all coverage, in percent.
    pub share: String,
    /// Documents that are feedback.
    pub feedback: String,
    /// Documents to be verified.
    pub flagged: String,
}

/// A document.
pub struct Item {
    /// Its title.
    pub title: String,
    /// Its own address.
    pub link: Option<String>,
    /// Its page here.
    pub page: String,
    /// Source and day.
    pub about: String,
    /// A piece of it.
    pub excerpt: String,
}

impl PolicyPage {
    /// From an answer of the API.
    pub fn new(chrome: Chrome, file: PolicyFile, service: &Service) -> Self {
        let (catalogue, today) = (&service.catalogue, Day::of(service.now()));
        let policy = &file.line.policy;
        let search = |part: &str| {
            let query = if part.is_empty() { policy.query.clone() } else { format!("({}) ({part})", policy.query) };
            address("/search", &[("q", &query), ("order", "newest")])
        };
        let stage = |s: &crate::policies::StageCounts| {
            let until = s.until.map_or("nay".to_owned(), |day| Day(day.0 - 1).vi());
            let ahead = s.span.from > today;
            let planned = if s.span.planned { " (dự kiến)" } else { "" };
            let time = if ahead { format!("từ {}{planned}", s.span.from.vi()) } else { format!("{} – {until}", s.span.from.vi()) };
            StageView {
                name: s.stage_vi,
                time,
                note: s.span.note.clone(),
                here: !ahead && s.until.is_none_or(|day| today < day),
                ahead,
                documents: count(s.counts.documents),
                share: share(s.counts),
                feedback: count(s.counts.feedback),
                flagged: count(s.counts.flagged),
            }
        };
        let quoted = |number: &str| address("/search", &[("q", &format!("\"{number}\""))]);
        Self {
            chrome,
            row: Row::new(&file.line, catalogue),
            summary: policy.summary.clone(),
            stages: file.by_stage.iter().map(stage).collect(),
            documents: policy.documents.iter().map(|d| (d.number.clone(), d.date.vi(), d.title.clone(), quoted(&d.number))).collect(),
            expected: once(file.expected),
            query: policy.query.clone(),
            found: search(""),
            trends: address("/trends", &[("q", &policy.query)]),
            newest: file.newest.into_iter().map(|hit| Item::hit(hit, catalogue)).collect(),
            flagged: file.flagged.into_iter().map(|hit| Item::hit(hit, catalogue)).collect(),
            all_flagged: search("level:watch OR level:alert"),
            proposals: file.proposals.into_iter().map(|e| Item::excerpt(e, catalogue)).collect(),
            all_proposals: search(&is_feedback().to_string()),
        }
    }
}

/// What is expected, each thing with the next day on which it comes.
fn once(expected: Vec<Expected>) -> Vec<(String, String)> {
    let mut shown: Vec<(String, String)> = vec![];
    for e in expected {
        if shown.iter().all(|(_, title)| *title != e.title) {
            shown.push((e.day.vi(), e.title));
        }
    }
    shown
}

/// `1,25 %`; empty without coverage.
fn share(counts: Counts) -> String {
    if counts.all == 0 {
        return String::new();
    }
    format!("{:.2} %", counts.documents as f64 / counts.all as f64 * 100.0).replace('.', ",")
}

impl Item {
    fn hit(hit: FoundHit, catalogue: &Catalogue) -> Self {
        let copies = if hit.copies == 0 { String::new() } else { format!(" · {} bản đăng lại", count(hit.copies.into())) };
        let about = about(&hit.source, hit.published_at, catalogue) + &copies;
        let title = if hit.title.is_empty() { hit.snippet.clone() } else { hit.title };
        Self { title, link: link(hit.url.as_deref()), page: page(&hit.id.0), about, excerpt: String::new() }
    }

    /// With a piece of what is asked for.
    pub fn excerpt(e: Excerpt, catalogue: &Catalogue) -> Self {
        let about = format!("{} · {}", about(&e.source, e.published_at, catalogue), e.stance.vi());
        // A post has no title: its excerpt stands for it.
        let (title, excerpt) = if e.title.is_empty() { (e.excerpt, String::new()) } else { (e.title, e.excerpt) };
        Self { title, link: link(e.url.as_deref()), page: page(&e.id.0), about, excerpt }
    }
}

fn about(source: &str, at: Option<Time>, catalogue: &Catalogue) -> String {
    format!("{} · {}", catalogue.source(source), at.map_or_else(|| "không rõ ngày đăng".to_owned(), Time::vi))
}

fn page(id: &str) -> String {
    format!("/documents/{id}")
}

/// What people ask for and propose.
#[derive(Template)]
#[template(path = "feedback.html")]
pub struct FeedbackPage {
    /// Around it.
    pub chrome: Chrome,
    /// By topic, most first.
    pub themes: Vec<ThemeView>,
}

/// Feedback on a topic.
pub struct ThemeView {
    /// Its name.
    pub name: String,
    /// How much, in words.
    pub amount: String,
    /// By week, oldest first: (week in words, number, upper edge, height) of a drawing 40 high.
    pub bars: Vec<(String, u64, u64, u64)>,
    /// What is written.
    pub excerpts: Vec<Item>,
    /// Address of all of it.
    pub found: String,
}

impl ThemeView {
    /// From an answer of the API.
    pub fn new(theme: Theme, weeks: &[Time], service: &Service) -> Self {
        let most = theme.weeks.iter().copied().max().unwrap_or(0).max(1);
        let bar = |(start, n): (&Time, &u64)| {
            let height = if *n == 0 { 0 } else { (n * 40 / most).max(2) };
            (Day::of(*start).vi(), *n, 40 - height, height)
        };
        let part = (theme.criticises + theme.asks) as f64 / theme.all.max(1) as f64 * 100.0;
        let amount = format!(
            "{} phê bình, góp ý · {} hỏi · {part:.0} % trong {} bài của chủ đề",
            count(theme.criticises),
            count(theme.asks),
            count(theme.all)
        );
        let query = format!("topic:{} ({})", theme.topic, is_feedback());
        Self {
            name: theme.name,
            amount,
            bars: weeks.iter().zip(&theme.weeks).map(bar).collect(),
            excerpts: theme.excerpts.into_iter().map(|e| Item::excerpt(e, &service.catalogue)).collect(),
            found: address("/search", &[("q", &query), ("order", "newest")]),
        }
    }
}
