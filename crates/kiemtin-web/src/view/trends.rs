//! Xu hướng: how is coverage moving, compared with what?

mod drawn;
mod named;
mod tabled;

pub use named::{period_name, value_name};

use crate::catalogue::Catalogue;
use crate::fault::Fault;
use crate::params::Params;
use crate::view::chart::{Mark, MarkKind};
use crate::view::chrome::{Choice, Chrome};
use crate::view::found::Wrong;
use crate::view::lines::Lines;
use crate::view::words::{address, count, percent, points};
use askama::Template;
use kiemtin_model::{Time, words};
use kiemtin_store::coverage::{Coverage, Previous, Series};
use kiemtin_store::trend::{Dimension, Span};

/// Boxes for queries in the form.
const BOXES: usize = kiemtin_store::coverage::MOST_QUERIES;

words! {
    /// What the lines show.
    View {
        /// Share of coverage; of the sources that lack nothing, where some lack something.
        Share = "share" / "Tỷ lệ",
        /// Share of all coverage.
        Whole = "whole" / "Tỷ lệ của mọi nguồn",
        /// Documents.
        Counts = "counts" / "Số bài",
        /// Stories.
        Stories = "stories" / "Luồng tin",
    }
}

impl View {
    /// From an address.
    pub fn read(params: &Params) -> Result<Self, Fault> {
        let Some(word) = params.get("view") else { return Ok(Self::Share) };
        word.parse().map_err(|_| Fault::parameter("view", word, "share, whole, counts hoặc stories"))
    }
}

/// The page.
#[derive(Template)]
#[template(path = "trends.html")]
pub struct TrendsPage {
    /// Around it.
    pub chrome: Chrome,
    /// What is in the form.
    pub form: TrendForm,
    /// What is wrong with the request.
    pub wrong: Option<Wrong>,
    /// What was counted.
    pub shown: Option<Shown>,
    /// Address of the script of the chart.
    pub script: &'static str,
}

/// What is in the form.
pub struct TrendForm {
    /// Queries as typed, the first always there.
    pub queries: Vec<String>,
    /// More than one is filled.
    pub several: bool,
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Lengths of periods: (word, name, in force).
    pub spans: Vec<(&'static str, &'static str, bool)>,
    /// What documents may be told apart by.
    pub groups: Vec<(&'static str, &'static str, bool)>,
    /// What the lines show, where it is not the usual.
    pub view: String,
}

impl TrendForm {
    /// From an address.
    pub fn new(params: &Params) -> Self {
        let of = |name: &str| params.get(name).unwrap_or("").to_owned();
        let mut queries: Vec<String> = params.each("q").take(BOXES).map(str::to_owned).collect();
        let several = queries.len() > 1;
        queries.resize(BOXES, String::new());
        let by = params.get("by").unwrap_or("day");
        let group = params.get("group");
        Self {
            queries,
            several,
            from: of("from"),
            to: of("to"),
            spans: Span::ALL.iter().map(|span| (span.as_str(), span.vi(), span.as_str() == by)).collect(),
            groups: crate::trends::GROUPS.map(|of| (of.as_str(), named::dimension(of), group == Some(of.as_str()))).to_vec(),
            view: params.get("view").filter(|view| *view != "share").unwrap_or("").to_owned(),
        }
    }
}

/// What was counted.
pub struct Shown {
    /// The time, in words.
    pub range: String,
    /// There is no document in the whole time.
    pub nothing: bool,
    /// What the lines may show.
    pub views: Vec<Choice>,
    /// Other times that are often asked for.
    pub ranges: Vec<Choice>,
    /// The lines.
    pub chart: Option<Lines>,
    /// Which share is drawn, in words; empty where there is nothing to say.
    pub steady: String,
    /// What the signs mean that are on the chart.
    pub signs: Vec<(&'static str, &'static str)>,
    /// One per query.
    pub series: Vec<SeriesView>,
    /// The same figures.
    pub table: tabled::TableView,
    /// What is missing: (source, days, what is known).
    pub missing: Vec<(String, String, &'static str)>,
    /// Sources that lack something beyond those that are told.
    pub more_missing: usize,
    /// What is expected in this time: (day, what).
    pub expected: Vec<(String, String)>,
    /// Early warnings of this time: (day, what about).
    pub warned: Vec<(String, String)>,
    /// Addresses of the table as files.
    pub csv: String,
    /// As a sheet.
    pub xlsx: String,
}

/// A query and what was counted of it.
pub struct SeriesView {
    /// Its name.
    pub name: String,
    /// Its line.
    pub class: String,
    /// `1.234 bài, 2,4 % của 51.000 bài; 980 luồng tin`.
    pub sum: String,
    /// Against the time before, in words; empty where it was not counted.
    pub before: String,
    /// What was looked for beside or in the place of what was typed.
    pub note: String,
    /// The search for the same.
    pub search: String,
    /// (title, its page, words).
    pub drivers: Vec<(String, String, String)>,
    /// (name, documents, share).
    pub sources: Vec<(String, String, String)>,
    /// (word, share, usual share, search).
    pub words: Vec<(String, String, String, String)>,
    /// Documents that were read for words.
    pub sample: String,
    /// (name, documents, share of all coverage, stories).
    pub groups: Vec<(String, String, String, String)>,
}

impl Shown {
    /// From an answer of the store.
    pub fn new(coverage: &Coverage, group: Option<Dimension>, view: View, marks: &[Mark], params: &Params, catalogue: &Catalogue) -> Self {
        let views = View::ALL.iter().filter(|v| **v != View::Whole || !coverage.missing_sources.is_empty());
        let choice = |of: &View| Choice {
            name: of.vi().to_owned(),
            href: at(params, &[("view", if *of == View::Share { "" } else { of.as_str() })]),
            on: *of == view,
        };
        let drawing = drawn::draw(coverage, group, view, marks, catalogue);
        let file = |format: &str| {
            let pairs: Vec<(&str, &str)> = pairs(params, &[("view", "")]).into_iter().chain([("format", format)]).collect();
            address("/api/v1/trends", &pairs)
        };
        let (missing, more_missing) = named::missing(coverage, catalogue);
        let of_kind = |kind: MarkKind| {
            let of = marks.iter().filter(|mark| mark.kind == kind);
            of.map(|mark| (named::iso_to_vi(&kiemtin_model::Day(mark.day).to_string()), mark.title.clone())).collect()
        };
        let last = coverage.to.plus(-1);
        Self {
            range: format!("{} – {}, theo {}", named::day(coverage.from), named::day(last), coverage.by.vi()),
            nothing: coverage.series.iter().all(|series| series.total_count == 0),
            views: views.map(choice).collect(),
            ranges: named::ranges(params, last),
            steady: drawing.steady,
            signs: drawing.signs,
            chart: drawing.chart,
            series: coverage.series.iter().enumerate().map(|(place, series)| one(place, series, group, params, catalogue)).collect(),
            table: tabled::table(coverage, marks, catalogue),
            missing,
            more_missing,
            expected: of_kind(MarkKind::Calendar),
            warned: of_kind(MarkKind::Warning),
            csv: file("csv"),
            xlsx: file("xlsx"),
        }
    }
}

fn one(place: usize, series: &Series, group: Option<Dimension>, params: &Params, catalogue: &Catalogue) -> SeriesView {
    let share = |ratio: Option<f64>| ratio.map_or_else(|| "–".to_owned(), percent);
    let mut notes: Vec<String> = series.expanded.iter().map(|(typed, into)| format!("tìm cả {typed} → {}", into.join(", "))).collect();
    notes.extend(series.instead.iter().map(|words| format!("không có bài nào viết như đã gõ, đây là số liệu của «{words}»")));
    if !series.unknown.is_empty() {
        notes.push(format!("không có tài liệu nào có {}", series.unknown.join(", ")));
    }
    if series.undated > 0 {
        notes.push(format!("{} bài khớp nữa không rõ ngày đăng, không nằm trong kỳ nào", count(series.undated)));
    }
    let days = [("from", params.get("from").unwrap_or("")), ("to", params.get("to").unwrap_or(""))];
    let search = |q: &str| address("/search", &[&[("q", q)], days.as_slice()].concat());
    let with = |word: &str| if series.query.is_empty() { format!("\"{word}\"") } else { format!("({}) \"{word}\"", series.query) };
    SeriesView {
        name: named::series(series),
        class: format!("s{}", place + 1),
        sum: format!(
            "{} bài, {} của {} bài trong cùng thời gian; {} luồng tin",
            count(series.count),
            share(series.ratio),
            count(series.total_count),
            count(series.stories)
        ),
        before: series.previous.as_ref().map(before).unwrap_or_default(),
        note: notes.join("; "),
        search: search(&series.query),
        drivers: series
            .drivers
            .iter()
            .map(|d| {
                let first = d.published_at.map_or_else(String::new, |at| format!(" · bài đầu {}", at.vi()));
                let title = if d.title.is_empty() { "(không có tiêu đề)".to_owned() } else { d.title.clone() };
                (title, format!("/stories/{}", d.story.0), format!("{} bài · {} nguồn{first}", count(d.documents.into()), d.sources))
            })
            .collect(),
        sources: series.top_sources.iter().map(|s| (catalogue.source(&s.source).to_owned(), count(s.count), percent(s.ratio))).collect(),
        words: series
            .top_words
            .words
            .iter()
            .map(|w| (w.term.clone(), percent(w.doc_ratio), percent(w.usual_ratio), search(&with(&w.term))))
            .collect(),
        sample: count(series.top_words.sample_size as u64),
        groups: series
            .groups
            .iter()
            .map(|g| (value_name(group, &g.value, catalogue), count(g.count), share(g.ratio), count(g.stories)))
            .collect(),
    }
}

/// `kỳ trước (24/09–23/10/2026): 100 bài, 2,1 %, 90 luồng tin. Chênh lệch so với kỳ trước: +23,4 % số bài, +0,3 điểm tỷ lệ`.
fn before(previous: &Previous) -> String {
    // What has grown tenfold is no matter of percent.
    let signed = |value: f64, words: &str| match value {
        value if value >= 9.0 => format!("{words} gấp {} lần", points(value + 1.0)),
        value => format!("{}{} % {words}", if value < 0.0 { "−" } else { "+" }, points(value.abs() * 100.0)),
    };
    let share = previous.ratio.map_or_else(|| "–".to_owned(), percent);
    let mut text = format!(
        "Kỳ trước ({} – {}): {} bài, {share}, {} luồng tin.",
        named::day(previous.from),
        named::day(previous.to.plus(-1)),
        count(previous.count),
        count(previous.stories)
    );
    let change = previous.change;
    let parts: Vec<String> = [
        change.count.map(|value| signed(value, "số bài")),
        change.ratio.map(|value| {
            let points = format!("{:.2}", value.abs() * 100.0).replace('.', ",");
            format!("{}{points} điểm phần trăm tỷ lệ", if value < 0.0 { "−" } else { "+" })
        }),
        change.stories.map(|value| signed(value, "luồng tin")),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !parts.is_empty() {
        text.push_str(&format!(" Chênh lệch so với kỳ trước: {}.", parts.join(", ")));
    }
    text
}

/// A small chart of the share; none where nothing was found in this time.
pub fn small(coverage: &Coverage) -> Option<Lines> {
    let found = coverage.series.iter().any(|series| series.count > 0);
    found.then(|| drawn::draw(coverage, None, View::Share, &[], &Catalogue::default()).chart).flatten()
}

/// The parameters of the page with some changed.
fn pairs<'a>(params: &'a Params, changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let of = |name: &'static str| {
        let new = changed.iter().find(|(n, _)| *n == name).map(|(_, v)| *v);
        (name, new.unwrap_or_else(|| params.get(name).unwrap_or("")))
    };
    let queries = params.each("q").map(|q| ("q", q));
    queries.chain(["by", "group", "from", "to", "previous", "spelling", "view"].map(of)).collect()
}

/// Address of the page with some parameters changed.
fn at(params: &Params, changed: &[(&str, &str)]) -> String {
    address("/trends", &pairs(params, changed))
}

/// The trends of a search: their address, and its parameters. None for documents that are like another.
pub fn of_search(params: &Params) -> Option<(String, Params)> {
    if params.get("like").is_some() {
        return None;
    }
    let quoted = |name: &str| params.get(name).map(|value| format!("{name}:{value}"));
    let filters: Vec<String> = ["source", "topic"].into_iter().filter_map(quoted).collect();
    let q = params.get("q").unwrap_or("");
    let query = match (q.is_empty(), filters.is_empty()) {
        (_, true) => q.to_owned(),
        (true, false) => filters.join(" "),
        (false, false) => format!("({q}) {}", filters.join(" ")),
    };
    let of = |name: &'static str| (name, params.get(name).unwrap_or(""));
    let pairs = [("q", query.as_str()), of("from"), of("to"), of("spelling")];
    Some((address("/trends", &pairs), Params::of(&pairs)))
}

/// A moment at the beginning of a day `days` before this one, as a day in an address.
fn days_before(last: Time, days: i64) -> String {
    last.plus(-days * kiemtin_model::time::DAY_MS).day()
}
