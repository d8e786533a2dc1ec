//! `/feeds/alerts.atom` and `/feeds/alerts.json`: alerts for any feed reader.
//!
//! Invariants: whoever reads sees what the same asker sees in the API; what no person has reviewed says so at the start of its
//! title and in its text; a token in the address stands in no answer, no link and no log (the gate takes it out first); what is
//! restricted is noted as read each time it leaves.

mod atom;
mod json;
mod xml;

use crate::ask::alert_filter;
use crate::asker::Asker;
use crate::fault::Fault;
use crate::params::Params;
use crate::service::Service;
use crate::staff::note_feed;
use crate::view::words::address;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HOST, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use kiemtin_model::{Alert, Time};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Names of the parameters; `token` is taken out before.
pub const FEED_PARAMETERS: &[&str] = &["unit", "topic", "level"];
/// Most entries.
const MOST: usize = 100;
/// What the title of an unreviewed alert begins with.
pub const UNREVIEWED: &str = "CHƯA THẨM ĐỊNH – Cần kiểm chứng";
const UNREVIEWED_TEXT: &str = "Cờ này do máy đặt theo quy tắc, chưa có người thẩm định: chỉ dùng nội bộ, cần kiểm chứng trước khi dùng.";

/// A feed as both formats tell it.
struct Feed {
    title: String,
    /// Id of the feed, the same for good.
    id: String,
    /// Address of this feed, without any token.
    own: String,
    /// Address of the page.
    home: String,
    updated: Time,
    entries: Vec<Entry>,
    /// Alerts among them that not everybody may see.
    restricted: Vec<i64>,
}

struct Entry {
    id: String,
    title: String,
    link: String,
    published: Time,
    updated: Time,
    tags: Vec<String>,
    text: String,
}

/// Atom (RFC 4287).
pub async fn atom(State(service): State<Arc<Service>>, asker: Asker, uri: Uri, headers: HeaderMap) -> Result<Response, Fault> {
    let feed = feed(&service, &asker, &uri, &headers).await?;
    let answer = answer(&headers, &feed, "application/atom+xml; charset=utf-8", atom::write(&feed));
    noted(&service, &asker, &feed, answer).await
}

/// JSON Feed 1.1.
pub async fn json(State(service): State<Arc<Service>>, asker: Asker, uri: Uri, headers: HeaderMap) -> Result<Response, Fault> {
    let feed = feed(&service, &asker, &uri, &headers).await?;
    let answer = answer(&headers, &feed, "application/feed+json", json::write(&feed));
    noted(&service, &asker, &feed, answer).await
}

/// The answer, once it is noted who reads what is restricted. That nothing changed tells nothing.
async fn noted(service: &Service, asker: &Asker, feed: &Feed, answer: Response) -> Result<Response, Fault> {
    if answer.status() == StatusCode::OK && !feed.restricted.is_empty() {
        note_feed(service, asker, &feed.restricted).await?;
    }
    Ok(answer)
}

async fn feed(service: &Service, asker: &Asker, uri: &Uri, headers: &HeaderMap) -> Result<Feed, Fault> {
    let params = Params::read(uri)?;
    params.only(FEED_PARAMETERS)?;
    let filter = alert_filter(&params, &asker.sight)?;
    let alerts = service.store.latest_alerts(&filter, MOST).await?;
    let log = service.store.log_id().await?;
    let asked: Vec<(&str, &str)> = FEED_PARAMETERS.iter().filter_map(|name| Some((*name, params.get(name)?))).collect();
    let of: Vec<String> =
        asked.iter().map(|(name, value)| if *name == "topic" { service.catalogue.topic(value) } else { value }.to_owned()).collect();
    let base = base(headers);
    Ok(Feed {
        title: if of.is_empty() { "Cảnh báo · kiemtin".to_owned() } else { format!("Cảnh báo: {} · kiemtin", of.join(", ")) },
        id: format!("{}{}", tag(&log, "alerts"), address("", &asked)),
        own: format!("{base}{}", address(uri.path(), &asked)),
        home: format!("{base}/"),
        updated: alerts.iter().map(|(_, at)| *at).max().unwrap_or(Time(0)),
        restricted: alerts.iter().filter(|(alert, _)| alert.restricted).map(|(alert, _)| alert.id).collect(),
        entries: alerts.iter().map(|(alert, changed)| entry(service, alert, *changed, (&base, &log))).collect(),
    })
}

/// An id for good (RFC 4151), of this installation.
fn tag(log: &str, what: &str) -> String {
    format!("tag:kiemtin.example,2026:{log}/{what}")
}

fn entry(service: &Service, alert: &Alert, changed: Time, (base, log): (&str, &str)) -> Entry {
    let reviewed = alert.decision.is_review(alert.status);
    let standing = alert.decision.standing(alert.status);
    let title = format!("[{}] {}", alert.level.vi(), alert.claim);
    let topics: Vec<&str> = alert.topics.iter().map(|topic| service.catalogue.topic(topic)).collect();
    let mut text = vec![];
    if !reviewed {
        text.push(format!("{UNREVIEWED}. {UNREVIEWED_TEXT}"));
    }
    text.push(format!("Nội dung bị gắn cờ: {}", alert.claim));
    text.push(format!("Số {} · {} · mức {}", alert.number, standing, alert.level.vi()));
    let (documents, stories, sources, answers) = (alert.documents, alert.stories, alert.sources, alert.responses);
    text.push(format!("{documents} bài, {stories} luồng tin, {sources} nguồn, {answers} bài phản hồi"));
    text.push(format!("Từ {} đến {}; hạn phản hồi {}", alert.first_seen.vi(), alert.last_seen.vi(), alert.deadline.vi()));
    if !alert.units.is_empty() {
        text.push(format!("Đơn vị: {}", alert.units.join(", ")));
    }
    if !topics.is_empty() {
        text.push(format!("Chủ đề: {}", topics.join(", ")));
    }
    Entry {
        id: tag(log, &format!("alert/{}/wave/{}", alert.id, alert.wave)),
        title: if reviewed { format!("{standing}: {title}") } else { format!("{UNREVIEWED}: {title}") },
        link: format!("{base}/alerts/{}", alert.id),
        published: alert.opened_at,
        updated: changed,
        tags: topics.iter().copied().chain(alert.units.iter().map(String::as_str)).map(str::to_owned).collect(),
        text: text.join("\n"),
    }
}

/// Where the asker reaches this service, by its own word: links lead there and nothing else follows from it. Empty (links are
/// relative then) when that is no name of a host.
fn base(headers: &HeaderMap) -> String {
    let said = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("");
    let host = said(HOST.as_str());
    let sound = (1..=255).contains(&host.len()) && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".:-[]".contains(&b));
    let scheme = if said("x-forwarded-proto").eq_ignore_ascii_case("https") { "https" } else { "http" };
    if sound { format!("{scheme}://{host}") } else { String::new() }
}

/// The feed, or that nothing changed since the asker read it.
fn answer(asked: &HeaderMap, feed: &Feed, kind: &'static str, body: String) -> Response {
    let digest: String = Sha256::digest(body.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let etag = format!("\"{digest}\"");
    let modified = http_date(feed.updated);
    let said = |name| asked.get_all(name).iter().filter_map(|v: &axum::http::HeaderValue| v.to_str().ok()).collect::<Vec<_>>().join(",");
    let (tags, since) = (said(IF_NONE_MATCH), said(IF_MODIFIED_SINCE));
    // RFC 9110 §13.1: the tag decides where there is one. What we sent as the date comes back as it was.
    let same = if tags.is_empty() {
        !since.is_empty() && Some(since.as_str()) == modified.as_deref()
    } else {
        tags.split(',').map(|tag| tag.trim().trim_start_matches("W/")).any(|tag| tag == etag || tag == "*")
    };
    let mut response = if same { StatusCode::NOT_MODIFIED.into_response() } else { ([(CONTENT_TYPE, kind)], body).into_response() };
    let headers = response.headers_mut();
    let modified = modified.map(|date| (LAST_MODIFIED, date));
    for (name, value) in [(ETAG, etag), (CACHE_CONTROL, "private, no-cache".into())].into_iter().chain(modified) {
        if let Ok(value) = value.parse() {
            headers.insert(name, value);
        }
    }
    response
}

fn http_date(at: Time) -> Option<String> {
    DateTimePrinter::new().timestamp_to_rfc9110_string(&Timestamp::from_millisecond(at.0).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_where_the_asker_came_from() {
        let of = |pairs: &[(&'static str, &str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, value.parse().unwrap());
            }
            base(&headers)
        };
        assert_eq!(of(&[("host", "kiemtin.example:8080")]), "http://kiemtin.example:8080");
        assert_eq!(of(&[("host", "[::1]:80"), ("x-forwarded-proto", "https")]), "https://[::1]:80");
        assert_eq!(of(&[("host", "a\"><script>")]), "");
        assert_eq!(of(&[("host", "a/b"), ("x-forwarded-proto", "javascript")]), "");
        assert_eq!(of(&[]), "");
        assert_eq!(http_date(Time(784_111_777_000)).as_deref(), Some("Sun, 06 Nov 1994 08:49:37 GMT"));
    }
}
