//! Which coverage does an address ask for, and which table is it? For the API, the page and the command alike.

use crate::fault::Fault;
use crate::params::Params;
use crate::service::Service;
use kiemtin_deliver::formats::{Cell, Column, Table};
use kiemtin_model::Sight;
use kiemtin_store::IndexError;
use kiemtin_store::coverage::{Coverage, CoverageRequest, NamedQuery, Point, coverage};
use kiemtin_store::found::FindError;
use kiemtin_store::trend::{Dimension, Span};
use kiemtin_text::query::parse;

/// Names of the parameters of the API.
pub const TREND_PARAMETERS: &[&str] = &["q", "by", "group", "from", "to", "previous", "spelling", "format"];
/// What documents may be told apart by.
pub const GROUPS: [Dimension; 5] = [Dimension::Source, Dimension::Group, Dimension::Topic, Dimension::Kind, Dimension::Stance];
/// Documents that are read for top words: a page is to come at once.
const READ: usize = 1_000;

/// A length of periods by its name.
///
/// # Errors
/// Another word.
pub fn span(word: &str) -> Result<Span, Fault> {
    word.parse().map_err(|_| Fault::parameter("by", word, "hour, day, week hoặc month"))
}

/// What to tell documents apart by.
///
/// # Errors
/// Another word.
pub fn group(word: &str) -> Result<Dimension, Fault> {
    let found = GROUPS.into_iter().find(|by| by.as_str() == word);
    found.ok_or_else(|| Fault::parameter("group", word, &GROUPS.map(Dimension::as_str).join(", ")))
}

/// The request of an address. `to` given as a date takes that whole day in.
///
/// # Errors
/// A parameter that cannot be read; a query that cannot, as [`Fault::query`].
pub fn request(params: &Params, service: &Service, sight: &Sight) -> Result<CoverageRequest, Fault> {
    let named = |name: &str| Ok(NamedQuery { name: name.to_owned(), query: Some(parse(name).map_err(|e| Fault::query(&e))?) });
    let as_typed = match params.get("spelling") {
        None => false,
        Some("typed") => true,
        Some(other) => return Err(Fault::parameter("spelling", other, "typed")),
    };
    let previous = match params.get("previous") {
        None | Some("1" | "true") => true,
        Some("0" | "false") => false,
        Some(other) => return Err(Fault::parameter("previous", other, "true hoặc false")),
    };
    Ok(CoverageRequest {
        queries: params.each("q").map(named).collect::<Result<_, Fault>>()?,
        from: params.time("from", false)?,
        to: params.time("to", true)?,
        span: params.get("by").map(span).transpose()?,
        by: params.get("group").map(group).transpose()?,
        now: service.now(),
        previous,
        read: READ,
        lexicon: service.lexicon.clone(),
        as_typed,
        sight: sight.clone(),
    })
}

/// Counts, with the errors of the web.
pub async fn run(service: &Service, request: &CoverageRequest) -> Result<Coverage, Fault> {
    coverage(&*service.store, &*service.index, request).await.map_err(|error| match error {
        FindError::Query(reason) => IndexError::Query(reason).into(),
        FindError::Index(error) => error.into(),
        FindError::Store(error) => error.into(),
    })
}

/// One row per query and period, or per query, period and value where documents are told apart. The columns of the contract come
/// first; `query` is there when there are several.
pub fn table(coverage: &Coverage, name_of: impl Fn(&str) -> String) -> Table {
    let grouped = coverage.group.is_some();
    let before = coverage.series.iter().any(|series| series.previous.is_some());
    let several = coverage.series.len() > 1;
    let column = |key, head| Column { key, head };
    let mut columns = vec![
        column("date", "Kỳ"),
        column("count", "Số bài"),
        column("total_count", "Tổng số bài"),
        column("ratio", "Tỷ lệ"),
        column("stories", "Luồng tin"),
    ];
    if grouped {
        columns.push(column("value", "Giá trị"));
    }
    columns.push(column("missing", "Thiếu dữ liệu nguồn"));
    if !grouped {
        columns.push(column("steady_ratio", "Tỷ lệ (nguồn đủ dữ liệu)"));
    }
    if before && !grouped {
        columns.push(column("previous_count", "Số bài kỳ trước"));
        columns.push(column("previous_ratio", "Tỷ lệ kỳ trước"));
    }
    if several {
        columns.push(column("query", "Câu tìm"));
    }
    let part = |value: Option<f64>| value.map_or(Cell::Empty, Cell::Part);
    let missing = |point: &Point| {
        let names: Vec<&str> = point.missing.iter().map(|missing| missing.source.as_str()).collect();
        if names.is_empty() { Cell::Empty } else { Cell::Text(names.join("; ")) }
    };
    let mut rows = vec![];
    for series in &coverage.series {
        let query = several.then(|| Cell::Text(series.query.clone()));
        for (place, point) in series.points.iter().enumerate() {
            let date = || Cell::Text(point.date.clone());
            if grouped {
                for group in &series.groups {
                    let (count, stories) = group.points.get(place).copied().unwrap_or_default();
                    let ratio = (point.total_count > 0).then(|| count as f64 / point.total_count as f64);
                    let mut row = vec![date(), Cell::Count(count), Cell::Count(point.total_count), part(ratio), Cell::Count(stories)];
                    row.extend([Cell::Text(name_of(&group.value)), missing(point)]);
                    row.extend(query.clone());
                    rows.push(row);
                }
                continue;
            }
            let mut row =
                vec![date(), Cell::Count(point.count), Cell::Count(point.total_count), part(point.ratio), Cell::Count(point.stories)];
            row.extend([missing(point), part(point.steady_ratio)]);
            if before {
                row.extend([point.previous_count.map_or(Cell::Empty, Cell::Count), part(point.previous_ratio)]);
            }
            row.extend(query.clone());
            rows.push(row);
        }
    }
    Table { title: "Xu hướng".into(), columns, rows }
}
