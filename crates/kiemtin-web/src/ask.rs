//! Which alerts, which documents does an address ask for? The same reading for the API and the pages.

use crate::fault::Fault;
use crate::params::Params;
use kiemtin_model::{AlertStatus, Level, Sight, Time};
use kiemtin_store::{AlertFilter, Order, SearchRequest};
use kiemtin_text::query::{Query, parse};

/// Names of the parameters of an alert list.
pub const ALERT_PARAMETERS: &[&str] =
    &["status", "level", "topic", "unit", "assignee", "due_before", "done_since", "since", "cursor", "limit"];
/// Names of the parameters of a search.
pub const SEARCH_PARAMETERS: &[&str] = &["q", "from", "to", "source", "topic", "order", "spelling", "like", "limit", "offset"];
/// Most items of one page of a list.
pub const MAX_LIMIT: usize = 200;
/// Most hits that may be skipped; who needs more narrows the search.
const MAX_OFFSET: usize = 10_000;

/// Statuses of alerts that still need somebody.
pub const OPEN: &[AlertStatus] =
    &[AlertStatus::New, AlertStatus::Acknowledged, AlertStatus::Verifying, AlertStatus::ConfirmPending, AlertStatus::Confirmed];
/// Statuses of alerts that are done with.
pub const DONE: &[AlertStatus] = &[AlertStatus::Dismissed, AlertStatus::Responded, AlertStatus::Closed, AlertStatus::Expired];

/// The filter of an alert list. `status` takes words of the contract; `level` is the least level; of several units one suffices.
pub fn alert_filter(params: &Params, sight: &Sight) -> Result<AlertFilter, Fault> {
    let mut status = vec![];
    for word in params.all("status") {
        status.push(word.parse().map_err(|_| Fault::parameter("status", word, &words(AlertStatus::ALL.iter().map(|s| s.as_str()))))?);
    }
    let units: Vec<String> = params.each("unit").map(str::to_owned).collect();
    let (unit, any_unit) = if units.len() > 1 { (None, units) } else { (units.into_iter().next(), vec![]) };
    Ok(AlertFilter {
        status,
        level: level(params)?,
        topic: params.get("topic").map(str::to_owned),
        unit,
        any_unit,
        assignee: params.get("assignee").map(str::to_owned),
        due_before: params.time("due_before", false)?,
        done_since: params.time("done_since", false)?,
        since: params.time("since", false)?,
        sight: sight.clone(),
    })
}

/// The least level that is asked for.
pub fn level(params: &Params) -> Result<Option<Level>, Fault> {
    let read = |word: &str| word.parse().map_err(|_| Fault::parameter("level", word, &words(Level::ALL.iter().map(|l| l.as_str()))));
    params.get("level").map(read).transpose()
}

fn words<'a>(valid: impl Iterator<Item = &'a str>) -> String {
    format!("một trong các từ {}", valid.collect::<Vec<_>>().join(", "))
}

/// The query as typed; `None` without one.
pub fn query(params: &Params) -> Result<Option<Query>, Fault> {
    params.get("q").map(parse).transpose().map_err(|e| Fault::query(&e))
}

/// A search. `to` given as a date takes that whole day in.
pub fn search(params: &Params, query: Option<Query>, limit: usize, now: Time) -> Result<SearchRequest, Fault> {
    let order = match params.get("order") {
        None | Some("best") => Order::Best,
        Some("fresh") => Order::Fresh,
        Some("newest") => Order::Newest,
        Some(other) => return Err(Fault::parameter("order", other, "best, fresh hoặc newest")),
    };
    let as_typed = match params.get("spelling") {
        None => false,
        Some("typed") => true,
        Some(other) => return Err(Fault::parameter("spelling", other, "typed")),
    };
    Ok(SearchRequest {
        query,
        now,
        from: params.time("from", false)?,
        to: params.time("to", true)?,
        source: params.get("source").map(str::to_owned),
        topic: params.get("topic").map(str::to_owned),
        order,
        offset: params.number("offset", 0, 0, MAX_OFFSET)?,
        limit: params.number("limit", limit, 1, MAX_LIMIT)?,
        facets: true,
        as_typed,
        ..SearchRequest::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(query: &str) -> Params {
        Params::read(&format!("/x?{query}").parse().unwrap()).unwrap()
    }

    #[test]
    fn every_status_is_open_or_done() {
        let mut all = [OPEN, DONE].concat();
        all.sort();
        assert_eq!(all, AlertStatus::ALL);
    }

    #[test]
    fn filters_say_what_they_take() {
        let filter = alert_filter(&params("status=new,verifying&status=closed&level=urgent&topic=&since=2026-11-23"), &Sight::All).unwrap();
        assert_eq!((filter.status.len(), filter.level, filter.topic), (3, Some(Level::Urgent), None));
        assert!(alert_filter(&params("status=nope"), &Sight::All).unwrap_err().detail.contains("confirm_pending"));
        assert!(alert_filter(&params("level=high"), &Sight::All).unwrap_err().detail.contains("urgent"));
    }

    #[test]
    fn searches_are_bounded() {
        let p = params("q=gi%C3%A1%20%C4%91i%E1%BB%87n&order=newest&limit=5&offset=10");
        let request = search(&p, query(&p).unwrap(), 20, Time(0)).unwrap();
        assert!(request.query.is_some() && request.order == Order::Newest && (request.limit, request.offset) == (5, 10));
        assert!(search(&params("limit=201"), None, 20, Time(0)).is_err());
        assert!(search(&params("order=rank"), None, 20, Time(0)).is_err());
        assert_eq!(query(&params("q=%22m%E1%BB%9F")).unwrap_err().kind, "wrong-query");
    }
}
