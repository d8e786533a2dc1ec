//! Luồng tin: what happened, how did it spread, what came of it?

use crate::catalogue::Catalogue;
use crate::stories::{ReportItem, StoryFile, TimelineEntry};
use crate::view::chart::Chart;
use crate::view::chrome::Chrome;
use crate::view::document::page_address;
use crate::view::words::{address, count};
use askama::Template;
use kiemtin_analyze::events::timeline::Step;
use kiemtin_store::EventSpread;

/// Documents of the list of reports, the earliest.
pub const LISTED: usize = 500;

/// The page.
#[derive(Template)]
#[template(path = "story.html")]
pub struct StoryPage {
    /// Around it.
    pub chrome: Chrome,
    /// Title of the first report, or what stands for one.
    pub title: String,
    /// `12 bài · 5 nguồn`.
    pub spread: String,
    /// First and last time.
    pub span: String,
    /// Topics.
    pub topics: String,
    /// The course of it.
    pub chart: Option<Chart>,
    /// What came when.
    pub timeline: Vec<EntryView>,
    /// Its reports, first one first.
    pub reports: Vec<GroupView>,
    /// Documents that are not listed, in words.
    pub unlisted: String,
    /// The search for all of them.
    pub all: String,
    /// Merges, in words.
    pub merged: Vec<String>,
}

/// An entry of the timeline.
pub struct EntryView {
    /// When.
    pub at: String,
    /// What it is.
    pub what: &'static str,
    /// The word of it, for the style sheet.
    pub class: &'static str,
    /// Reports and copies, in words; empty for a single report.
    pub how_many: String,
    /// The reports.
    pub reports: Vec<ReportView>,
    /// Reports that are not named, in words.
    pub more: String,
}

/// A report with its copies.
pub struct GroupView {
    /// The first one.
    pub first: ReportView,
    /// The others.
    pub copies: Vec<ReportView>,
}

/// A document.
#[derive(Clone)]
pub struct ReportView {
    /// Its title, or its source.
    pub title: String,
    /// Its page.
    pub page: String,
    /// Source, group, time, stance.
    pub about: String,
}

impl StoryPage {
    /// The page of an event.
    pub fn new(chrome: Chrome, file: StoryFile, catalogue: &Catalogue) -> Self {
        let mut reports: Vec<(String, GroupView)> = vec![];
        for item in &file.reports.items {
            match reports.iter_mut().find(|(story, _)| *story == item.copy_of.0) {
                Some((_, group)) => group.copies.push(report(item)),
                None => reports.push((item.copy_of.0.clone(), GroupView { first: report(item), copies: vec![] })),
            }
        }
        let unlisted = u64::from(file.documents).saturating_sub(file.reports.items.len() as u64);
        let (first, last) = (file.first_seen.vi(), file.last_seen.vi());
        let spread = EventSpread { id: file.id.clone(), documents: file.documents, stories: file.stories, sources: file.sources };
        Self {
            chrome,
            title: if file.title.is_empty() { "Luồng tin không có tiêu đề".to_owned() } else { file.title.clone() },
            spread: in_words(&spread),
            span: if first == last { first } else { format!("từ {first} đến {last}") },
            topics: file.topics.iter().map(|t| catalogue.topic(&t.id)).collect::<Vec<_>>().join(" · "),
            chart: Chart::new(&file.per_hour),
            timeline: file.timeline.iter().map(entry).collect(),
            reports: reports.into_iter().map(|(_, group)| group).collect(),
            unlisted: if unlisted == 0 { String::new() } else { count(unlisted) },
            all: address("/search", &[("q", &format!("story:{}", file.id.0))]),
            merged: file
                .merged
                .iter()
                .map(|m| format!("{}: nhập luồng tin {}, giống {} %", m.at.vi(), m.id.0, percent(m.likeness)))
                .collect(),
        }
    }
}

/// Where an event is shown.
pub fn story_address(id: &str) -> String {
    format!("/stories/{id}")
}

/// `12 bài, 5 nguồn`.
pub fn in_words(spread: &EventSpread) -> String {
    format!("{} bài · {} nguồn", count(spread.documents.into()), count(spread.sources.into()))
}

/// The link to an event that has more than one report: (address, `12 bài · 5 nguồn`).
pub fn story_link(spread: &EventSpread) -> Option<(String, String)> {
    (spread.stories > 1).then(|| (story_address(&spread.id.0), in_words(spread)))
}

fn percent(share: f64) -> u32 {
    (share * 100.0).round().clamp(0.0, 100.0) as u32
}

fn entry(e: &TimelineEntry) -> EntryView {
    let named = e.reports.len() as u32;
    let copies = (e.copies > 0).then(|| format!("{} bản đăng lại", count(e.copies.into())));
    let stories = (e.stories > 1).then(|| format!("{} bài", count(e.stories.into())));
    EntryView {
        at: e.at.vi(),
        what: e.what.vi(),
        class: match e.what {
            Step::Refutation | Step::Correction | Step::Official => "answer",
            Step::First | Step::Reports => "told",
        },
        how_many: [stories, copies].into_iter().flatten().collect::<Vec<_>>().join(", "),
        reports: e.reports.iter().map(report).collect(),
        more: if named < e.stories { count((e.stories - named).into()) } else { String::new() },
    }
}

fn report(d: &ReportItem) -> ReportView {
    let at = if d.dated { d.at.vi() } else { format!("không rõ ngày đăng, thu thập {}", d.at.vi()) };
    ReportView {
        title: if d.title.is_empty() { d.source_name.clone() } else { d.title.clone() },
        page: page_address(&d.id.0),
        about: format!("{} · {} · {at} · {}", d.source_name, d.group.vi(), d.stance.vi()),
    }
}
