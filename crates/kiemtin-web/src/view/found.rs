//! Tìm kiếm: what has been written about this?

use crate::catalogue::Catalogue;
use crate::params::Params;
use crate::view::chrome::{Choice, Chrome};
use crate::view::document::page_address;
use crate::view::lines::Lines;
use crate::view::marked::Marked;
use crate::view::saved::SaveForm;
use crate::view::story::story_link;
use crate::view::words::{address, count, link};
use askama::Template;
use kiemtin_model::Time;
use kiemtin_store::found::{FacetCount, FoundHit, FoundPage};
use kiemtin_text::query::{GROUPS, HELP, KINDS, LEVELS, QueryError, STANCES, Words};

/// Hits of one page.
pub const PAGE: usize = 20;
/// Values of a facet that are offered.
const FACET_VALUES: usize = 10;

/// The page.
#[derive(Template)]
#[template(path = "search.html")]
pub struct SearchPage {
    /// Around it.
    pub chrome: Chrome,
    /// What is in the form.
    pub form: Form,
    /// What is wrong with the request.
    pub wrong: Option<Wrong>,
    /// What was found; none before anything was asked.
    pub found: Option<Found>,
    /// For saving it under a name.
    pub save: Option<SaveForm>,
    /// How coverage of the same moves, and the address of that page.
    pub trend: Option<(Option<Lines>, String)>,
}

/// What is in the form.
#[derive(Default)]
pub struct Form {
    /// The query as typed.
    pub q: String,
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Order in force: empty for the best first.
    pub order: String,
    /// Document that others like it are looked for.
    pub like: String,
    /// Source in force.
    pub source: String,
    /// Its name.
    pub source_name: String,
    /// Topic in force.
    pub topic: String,
    /// Its name.
    pub topic_name: String,
    /// Address without the source.
    pub drop_source: String,
    /// Address without the topic.
    pub drop_topic: String,
    /// What can be asked, by examples.
    pub help: &'static [(&'static str, &'static str)],
}

/// A request that cannot be answered.
pub struct Wrong {
    /// Why, and what to do.
    pub reason: String,
    /// The query with the place marked.
    pub shown: Option<Marked>,
    /// How the query could be written, and the address of that search.
    pub proposal: Option<(String, String)>,
}

/// What was found.
pub struct Found {
    /// Documents, in words.
    pub total: String,
    /// Some hits have only some of the words.
    pub partial: bool,
    /// Nothing was found at all.
    pub none: bool,
    /// What was looked for in the place of what was typed, and the address of the search for what was typed.
    pub instead: Option<(String, String)>,
    /// What was looked for beside what was typed: (typed, others in words).
    pub expanded: Vec<(String, String)>,
    /// Address of the search without these.
    pub as_typed: String,
    /// Documents like this one: (title, its page, the search that finds them, its address).
    pub like: Option<(String, String, String, String)>,
    /// Other wordings that were probably meant, as searches.
    pub meant: Vec<(String, String)>,
    /// Conditions that no document fulfils.
    pub unknown: String,
    /// One per story.
    pub hits: Vec<HitView>,
    /// Counts by field.
    pub facets: Vec<FacetView>,
    /// Address of the page before.
    pub before: Option<String>,
    /// Address of the next page.
    pub next: Option<String>,
}

/// A hit.
pub struct HitView {
    /// Title with the words marked, or the beginning.
    pub title: Marked,
    /// Its address.
    pub link: Option<String>,
    /// Name of its source.
    pub source: String,
    /// Kind of document.
    pub kind: &'static str,
    /// When it was published.
    pub at: String,
    /// A piece with the words marked; empty when the title is that piece.
    pub snippet: Marked,
    /// Number of copies, in words; empty without any.
    pub copies: String,
    /// Its event, when that has several reports: (address, how far it spread).
    pub story: Option<(String, String)>,
    /// It has only some of the words.
    pub partial: bool,
    /// Its page here.
    pub page: String,
    /// Address of the search for others like it.
    pub like: String,
    /// Number of its present version.
    pub version: u32,
}

/// Counts by one field.
pub struct FacetView {
    /// What the field is called.
    pub name: &'static str,
    /// (choice, documents); an empty address where the field is no filter.
    pub values: Vec<(Choice, String)>,
}

impl Form {
    /// From an address.
    pub fn new(params: &Params, catalogue: &Catalogue) -> Self {
        let of = |name: &str| params.get(name).unwrap_or("").to_owned();
        let (source, topic) = (of("source"), of("topic"));
        Self {
            q: of("q"),
            from: of("from"),
            to: of("to"),
            order: params.get("order").filter(|order| *order != "best").unwrap_or("").to_owned(),
            like: of("like"),
            source_name: catalogue.source(&source).to_owned(),
            topic_name: catalogue.topic(&topic).to_owned(),
            drop_source: search_address(params, &[("source", "")]),
            drop_topic: search_address(params, &[("topic", "")]),
            source,
            topic,
            help: &HELP,
        }
    }
}

impl Wrong {
    /// A query that cannot be read, with the place.
    pub fn query(q: &str, error: &QueryError, params: &Params) -> Self {
        let length = q.chars().count();
        // At the very end there is nothing to mark: a sign stands for it.
        let text = if error.at >= length { format!("{q}␣") } else { q.to_owned() };
        let at = error.at.min(length);
        let proposal = error.proposal.clone().map(|q| {
            let href = search_address(params, &[("q", &q)]);
            (q, href)
        });
        Self { reason: error.to_string(), shown: Some(Marked::chars(&text, &[(at, at + 1)])), proposal }
    }
}

impl Found {
    /// From an answer of the store.
    pub fn new(page: FoundPage, params: &Params, offset: usize, catalogue: &Catalogue) -> Self {
        let more = page.hits.len() == PAGE;
        let at = |offset: usize| search_address(params, &[("offset", &if offset == 0 { String::new() } else { offset.to_string() })]);
        let facets = [
            ("source", "Nguồn"),
            ("topic", "Chủ đề"),
            ("group", "Nhóm nguồn"),
            ("kind", "Loại"),
            ("stance", "Thái độ của bài"),
            ("level", "Mức của cờ"),
        ];
        let facet = |(field, name): &(&str, &'static str)| {
            let values = page.facets.get(*field).filter(|v| !v.is_empty())?;
            let values = values.iter().take(FACET_VALUES).map(|v| (choice(field, v, params, catalogue), count(v.count))).collect();
            Some(FacetView { name, values })
        };
        Self {
            total: count(page.total),
            partial: page.hits.iter().any(|hit| hit.partial),
            none: page.total == 0 && page.hits.is_empty(),
            expanded: page.expanded.into_iter().map(|e| (e.typed, e.into.join(", "))).collect(),
            as_typed: search_address(params, &[("spelling", "typed")]),
            instead: page.instead.map(|words| (words, search_address(params, &[("spelling", "typed")]))),
            like: page.like.map(|like| {
                let href = search_address(params, &[("q", &like.query), ("like", "")]);
                (like.title, page_address(&like.id.0), like.query, href)
            }),
            meant: page.meant.into_iter().map(|m| (m.text.clone(), search_address(params, &[("q", &m.text)]))).collect(),
            unknown: page.unknown.join(", "),
            facets: facets.iter().filter_map(facet).collect(),
            hits: page.hits.into_iter().map(|h| hit(h, catalogue)).collect(),
            before: (offset > 0).then(|| at(offset.saturating_sub(PAGE))),
            next: more.then(|| at(offset + PAGE)),
        }
    }
}

/// Address of the same search with some parameters changed; another filter starts at the first page.
fn search_address(params: &Params, changed: &[(&str, &str)]) -> String {
    let of = |name: &'static str| {
        let new = changed.iter().find(|(n, _)| *n == name).map(|(_, v)| *v);
        (name, new.unwrap_or_else(|| if name == "offset" { "" } else { params.get(name).unwrap_or("") }))
    };
    address("/search", &["q", "from", "to", "source", "topic", "order", "spelling", "like", "offset"].map(of))
}

fn choice(field: &str, value: &FacetCount, params: &Params, catalogue: &Catalogue) -> Choice {
    let v = value.value.as_str();
    let q = params.get("q").unwrap_or("");
    match field {
        "source" => Choice {
            name: catalogue.source(v).to_owned(),
            href: search_address(params, &[("source", v)]),
            on: params.get("source") == Some(v),
        },
        "topic" => Choice {
            name: catalogue.topic(v).to_owned(),
            href: search_address(params, &[("topic", v)]),
            on: params.get("topic") == Some(v),
        },
        _ => {
            // What has no parameter of its own is a part of the query.
            let part = format!("{field}:{v}");
            let on = q.split_whitespace().any(|word| word == part);
            let with = if q.is_empty() { part } else { format!("({q}) {part}") };
            let name = match field {
                "level" if v == "none" => "Không có cờ",
                "level" => label(LEVELS, v),
                "stance" => label(STANCES, v),
                "group" => label(GROUPS, v),
                _ => label(KINDS, v),
            };
            Choice { name: name.to_owned(), href: search_address(params, &[("q", &with)]), on }
        }
    }
}

fn label(words: Words, value: &str) -> &str {
    words.iter().find(|(id, _)| *id == value).map_or(value, |(_, label)| *label)
}

fn hit(hit: FoundHit, catalogue: &Catalogue) -> HitView {
    let snippet = Marked::chars(&hit.snippet, &hit.highlights);
    let (title, snippet) = if hit.title.is_empty() || hit.title == hit.snippet {
        (snippet, Marked { pieces: vec![] })
    } else {
        (Marked::chars(&hit.title, &hit.title_highlights), snippet)
    };
    // A post without a title of which no excerpt may be shown: its source is its name.
    let title = if title.pieces.is_empty() { Marked::bytes(catalogue.source(&hit.source), &[]) } else { title };
    HitView {
        title,
        snippet,
        link: link(hit.url.as_deref()),
        source: catalogue.source(&hit.source).to_owned(),
        kind: hit.kind.vi(),
        at: hit.published_at.map_or_else(|| "không rõ ngày đăng".to_owned(), Time::vi),
        page: page_address(&hit.id.0),
        like: address("/search", &[("like", hit.id.0.as_str())]),
        version: hit.version,
        story: story_link(&hit.spread),
        partial: hit.partial,
        copies: if hit.copies == 0 { String::new() } else { count(hit.copies.into()) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiemtin_text::query::parse;

    #[test]
    fn the_wrong_place_is_marked() {
        let shown = |q: &str| {
            Wrong::query(q, &parse(q).unwrap_err(), &Params::read(&"/search".parse().unwrap()).unwrap()).shown.unwrap().to_string()
        };
        assert!(shown("giá )điện").contains("<mark>)</mark>"), "{}", shown("giá )điện"));
        assert!(shown("(giá").contains("<mark>"), "{}", shown("(giá"));
    }

    #[test]
    fn facets_keep_the_rest_of_the_search() {
        let params = Params::read(&"/search?q=gi%C3%A1&from=2026-01-01&offset=40".parse().unwrap()).unwrap();
        let value = FacetCount { value: "gia-dien".into(), count: 3 };
        let c = choice("topic", &value, &params, &Catalogue::default());
        assert_eq!(c.href, "/search?q=gi%C3%A1&from=2026-01-01&topic=gia-dien");
        let value = FacetCount { value: "social".into(), count: 3 };
        assert!(choice("kind", &value, &params, &Catalogue::default()).href.contains("q=%28gi%C3%A1%29%20kind%3Asocial"));
    }
}
