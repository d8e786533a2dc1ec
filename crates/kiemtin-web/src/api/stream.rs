//! `GET /api/v1/alerts/stream`: what happens to alerts, as server-sent events.

use crate::ask;
use crate::asker::Asker;
use crate::fault::Fault;
use crate::limits::{owner, streams::Full};
use crate::live::Wanted;
use crate::live::stream::Stream;
use crate::params::Params;
use crate::service::Service;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, Uri};
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;
use std::convert::Infallible;
use std::sync::Arc;

/// Names of the parameters. `last_event_id` is for clients that can set no header.
const PARAMETERS: &[&str] = &["unit", "topic", "level", "assignee", "last_event_id"];
/// Tells proxies (nginx) to hand on each part as it comes.
const UNBUFFERED: HeaderName = HeaderName::from_static("x-accel-buffering");
/// What a browser sends when it comes back.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// When one asker with too many streams may try again.
const WAIT_S: u64 = 30;

/// Begins a stream.
pub async fn stream(State(service): State<Arc<Service>>, asker: Asker, headers: HeaderMap, uri: Uri) -> Result<Response, Fault> {
    let params = Params::read(&uri)?;
    params.only(PARAMETERS)?;
    let wanted = wanted(&params)?;
    let after = after(&headers, &params)?;
    if service.live.is_ended() {
        return Err(Fault::busy());
    }
    let place = service.limits.streams.place(owner(&asker.actor)).map_err(|full| match full {
        Full::Asker => Fault::too_many_streams(WAIT_S),
        Full::All => Fault::busy(),
    })?;
    let stream = Stream::open(service, (asker, headers), wanted, after, place).await?;
    let parts = unfold(stream, async |mut stream| stream.next().await.map(|text| (Ok::<_, Infallible>(text), stream)));
    let told = [(CONTENT_TYPE, "text/event-stream; charset=utf-8"), (CACHE_CONTROL, "no-cache"), (UNBUFFERED, "no")];
    Ok((told, Body::from_stream(parts)).into_response())
}

/// The filters of the list that hold for a stream.
fn wanted(params: &Params) -> Result<Wanted, Fault> {
    Ok(Wanted {
        level: ask::level(params)?,
        topic: params.get("topic").map(str::to_owned),
        units: params.each("unit").map(str::to_owned).collect(),
        assignee: params.get("assignee").map(str::to_owned),
    })
}

/// The number that the client has come to; the header, which a browser sends when it comes back, is newer than the address.
fn after(headers: &HeaderMap, params: &Params) -> Result<Option<i64>, Fault> {
    let header = headers.get(LAST_EVENT_ID).map(|value| value.to_str().unwrap_or("?"));
    let Some(text) = header.filter(|text| !text.is_empty()).or_else(|| params.get("last_event_id")) else { return Ok(None) };
    let number = text.parse().ok().filter(|number: &i64| *number >= 0);
    number.map(Some).ok_or_else(|| Fault::parameter("Last-Event-ID", text, "số của sự kiện nhận sau cùng (trường id)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_newer_than_the_address() {
        let params = |query: &str| Params::read(&format!("/x?{query}").parse().unwrap()).unwrap();
        let of = |header: &str, query: &str| {
            let headers = HeaderMap::from_iter([(LAST_EVENT_ID, header.parse().unwrap())]);
            after(&headers, &params(query))
        };
        assert_eq!(of("7", "last_event_id=3").ok(), Some(Some(7)));
        assert_eq!(of("", "last_event_id=3").ok(), Some(Some(3)));
        assert_eq!(of("", "").ok(), Some(None));
        assert!(of("-1", "").is_err() && of("x", "last_event_id=3").is_err() && of("", "last_event_id=1.5").is_err());
    }
}
