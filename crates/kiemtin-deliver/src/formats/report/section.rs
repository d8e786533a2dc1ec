//! What are the parts of a report, whatever file it becomes?

use super::{coverage, desk, english, method};
use crate::formats::paper::ChartKind;
use crate::formats::{Cell, Column, Sheet, SheetChart, Table};
use kiemtin_model::lang::Lang;
use kiemtin_model::report::Report;

/// A part: a table with what is said of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Section {
    /// What programs call it.
    pub key: &'static str,
    /// Its heading.
    pub heading: String,
    /// Sentences before the table.
    pub says: Vec<String>,
    /// The table; the sheet of this part.
    pub sheet: Sheet,
    /// Width of each column in documents, only comparable within the table; 0: the column stands in the sheet alone.
    pub widths: Vec<u16>,
    /// Rows that stand in documents, at most; the sheet has all.
    pub most: usize,
}

/// All parts of a report in their order, in a language. One without rows stays: that there was nothing is told too.
pub fn sections(report: &Report, lang: Lang) -> Vec<Section> {
    let told = english::told(report, lang);
    let report = &*told;
    let mut sections = vec![
        coverage::summary(report, lang),
        coverage::course(report, lang),
        coverage::stories(report, lang),
        coverage::topics(report, lang),
        coverage::groups(report, lang),
        coverage::policies(report, lang),
        coverage::feedback(report, lang),
        coverage::excerpts(report, lang),
        desk::alerts(report, lang),
        desk::findings(report, lang),
        desk::bursts(report, lang),
        method::gaps(report, lang),
        method::sources(report, lang),
        method::method(report, lang),
    ];
    for section in &mut sections {
        section.sheet.above = [section.heading.clone(), format!("{} · {}", report.scope.name, report.period_vi)].into();
        section.sheet.above.extend(section.says.iter().cloned());
    }
    sections
}

/// Words in Vietnamese and in English.
pub(super) type Pair = [&'static str; 2];
/// A column: what programs call it, what people call it, its width in documents.
pub(super) type Head = (&'static str, Pair, u16);

impl Section {
    /// A part whose sheet has this name.
    pub(super) fn new(lang: Lang, key: &'static str, sheet: Pair, heading: Pair, heads: &[Head], rows: Vec<Vec<Cell>>) -> Self {
        let columns = heads.iter().map(|(key, head, _)| Column { key, head: lang.of(*head) }).collect();
        let table = Table { title: lang.of(sheet).to_owned(), columns, rows };
        Self {
            key,
            heading: lang.of(heading).to_owned(),
            says: vec![],
            sheet: Sheet { above: vec![], table, charts: vec![] },
            widths: heads.iter().map(|(.., width)| *width).collect(),
            most: usize::MAX,
        }
    }

    pub(super) fn saying(mut self, words: impl Into<String>) -> Self {
        self.says.push(words.into());
        self
    }

    pub(super) fn at_most(self, most: usize) -> Self {
        Self { most, ..self }
    }

    /// With a chart of the named columns over the first one.
    pub(super) fn charted(mut self, title: &str, kind: ChartKind, keys: &[&str], rows: usize) -> Self {
        let place = |key: &&str| self.sheet.table.columns.iter().position(|column| column.key == *key);
        let values: Vec<usize> = keys.iter().filter_map(place).collect();
        self.sheet.charts.push(SheetChart { title: title.to_owned(), kind, labels: 0, values, rows });
        self
    }
}

pub(super) fn text(words: impl Into<String>) -> Cell {
    Cell::Text(words.into())
}

/// Words that lead to their address, where there is one.
pub(super) fn linked(words: &str, url: Option<&String>) -> Cell {
    url.map_or_else(|| text(words), |url| Cell::Link(words.to_owned(), url.clone()))
}

pub(super) fn maybe<T>(value: Option<T>, cell: impl Fn(T) -> Cell) -> Cell {
    value.map_or(Cell::Empty, cell)
}

/// What is more than before.
pub(super) fn more(now: u64, before: u64) -> Cell {
    maybe((before > 0).then(|| (now as f64 - before as f64) / before as f64), Cell::Part)
}

/// `, tăng 12,5 % so với kỳ trước`, or nothing where nothing can be said.
pub(super) fn against(lang: Lang, now: u64, before: u64) -> String {
    match lang.change(now, before) {
        None => String::new(),
        Some(_) if now == before => lang.of([", bằng kỳ trước", ", as many as in the period before"]).to_owned(),
        Some(change) => match change.strip_prefix('-') {
            Some(less) => lang.of([format!(", giảm {less} so với kỳ trước"), format!(", {less} fewer than in the period before")]),
            None => {
                let more = change.trim_start_matches('+');
                lang.of([format!(", tăng {more} so với kỳ trước"), format!(", {more} more than in the period before")])
            }
        },
    }
}
