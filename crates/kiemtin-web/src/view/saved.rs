//! Tìm kiếm đã lưu: what is watched, and what came of it?

use crate::api::saved::SavedLine;
use crate::fault::Fault;
use crate::params::Params;
use crate::view::chrome::Chrome;
use crate::view::words::{address, ago, count};
use askama::Template;
use kiemtin_model::{Notify, Time};

/// The page.
#[derive(Template)]
#[template(path = "saved.html")]
pub struct SavedPage {
    /// Around it.
    pub chrome: Chrome,
    /// Every saved search.
    pub rows: Vec<Row>,
    /// What is in the form.
    pub form: SaveForm,
    /// What is wrong with it.
    pub wrong: Option<String>,
}

/// The page that asks once more.
#[derive(Template)]
#[template(path = "saved_one.html")]
pub struct RemovePage {
    /// Around it.
    pub chrome: Chrome,
    /// The search.
    pub row: Row,
}

/// A saved search.
pub struct Row {
    /// Its name.
    pub name: String,
    /// Its query.
    pub query: String,
    /// The unit that sees it; empty: all.
    pub unit: String,
    /// When somebody is told.
    pub notify: &'static str,
    /// Documents, in words.
    pub matches: String,
    /// Those of the last week.
    pub recent: String,
    /// When the newest one was taken in; empty without any.
    pub newest: String,
    /// How far what was there before is compared; empty when all is.
    pub compared: String,
    /// Address of its results.
    pub found: String,
    /// Address of the page that removes it.
    pub page: String,
}

impl Row {
    /// From a line of the API.
    pub fn new(line: SavedLine, now: Time) -> Self {
        let newest = line.newest_match.map(|at| format!("{} ({})", at.vi(), ago(at, now)));
        Self {
            matches: count(line.matches),
            recent: count(line.matches_7_days),
            newest: newest.unwrap_or_default(),
            compared: if line.complete { String::new() } else { format!("{:.0}", line.compared * 100.0) },
            notify: line.search.notify.vi(),
            found: address("/search", &[("q", &format!("search:\"{}\"", line.search.name))]),
            page: format!("/saved/{}", line.search.id),
            unit: line.search.unit.unwrap_or_default(),
            name: line.search.name,
            query: line.search.query,
        }
    }
}

/// What is in the form that saves a search.
pub struct SaveForm {
    /// The name.
    pub name: String,
    /// The query.
    pub query: String,
    /// (word, in Vietnamese, chosen).
    pub notify: Vec<(&'static str, &'static str, bool)>,
    /// Units for whose people alone it may be saved.
    pub units: Vec<String>,
    /// The one that is chosen; empty: for all.
    pub unit: String,
}

impl Default for SaveForm {
    fn default() -> Self {
        Self::new("", "", Notify::Daily)
    }
}

impl SaveForm {
    /// As it was filled in.
    pub fn new(name: &str, query: &str, chosen: Notify) -> Self {
        let notify = Notify::ALL.iter().map(|n| (n.as_str(), n.vi(), *n == chosen)).collect();
        Self { name: name.to_owned(), query: query.to_owned(), notify, units: vec![], unit: String::new() }
    }

    /// For what was just searched, with its filters and days put into words of the query; none for a search without any.
    pub fn of_search(params: &Params) -> Result<Option<Self>, Fault> {
        let mut filters: Vec<String> = vec![];
        for (field, name) in [("source", "source"), ("topic", "topic")] {
            filters.extend(params.get(name).map(|value| format!("{field}:\"{value}\"")));
        }
        let (from, to) = (params.time("from", false)?, params.time("to", true)?);
        let day = |at: Option<Time>| at.map_or(String::new(), Time::day);
        if from.is_some() || to.is_some() {
            filters.push(format!("date:{}..{}", day(from), day(to.map(|t| t.plus(-1)))));
        }
        let q = params.get("q").unwrap_or("");
        let query = match (q.is_empty(), filters.is_empty()) {
            (true, true) => return Ok(None),
            (true, false) => filters.join(" "),
            (false, true) => q.to_owned(),
            (false, false) => format!("({q}) {}", filters.join(" ")),
        };
        Ok(Some(Self::new("", &query, Notify::Daily)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiemtin_text::query::parse;

    #[test]
    fn a_search_is_saved_with_its_filters() {
        for (asked, expected) in [
            ("/search", None),
            ("/search?q=gi%C3%A1", Some("giá")),
            ("/search?q=a%20OR%20b&topic=gia-dien", Some("(a OR b) topic:\"gia-dien\"")),
            ("/search?source=bao-a", Some("source:\"bao-a\"")),
            ("/search?q=a&from=2026-11-01&to=7/11/2026", Some("(a) date:2026-11-01..2026-11-07")),
            ("/search?q=a&to=2026-11-07", Some("(a) date:..2026-11-07")),
        ] {
            let form = SaveForm::of_search(&Params::read(&asked.parse().unwrap()).unwrap()).unwrap();
            let query = form.map(|f| f.query);
            assert_eq!(query.as_deref(), expected, "{asked}");
            assert!(query.is_none_or(|q| parse(&q).is_ok()), "{asked}");
        }
    }
}
