//! `POST /api/v1/documents`: document lines (NDJSON) are pushed in, and each line is answered.

use crate::asker::Asker;
use crate::fault::Fault;
use crate::intake::{IntakeError, Push, PushEnd, PushedLine, Remember};
use crate::limits::{owner, rates::ONE_CALL};
use crate::params::Params;
use crate::service::Service;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};
use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

/// Largest body in bytes, as sent and unpacked.
pub const MAX_BODY: usize = 10 << 20;
/// Longest line in bytes.
pub const MAX_LINE: usize = 1 << 20;
/// Longest idempotency key.
const MAX_KEY: usize = 200;
/// Longest time for the body to arrive.
const BODY_TIME: Duration = Duration::from_secs(30);
/// Says that the answer is the one that was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// Takes documents in.
pub async fn push(State(service): State<Arc<Service>>, asker: Asker, request: Request) -> Result<Response, Fault> {
    let (head, body) = request.into_parts();
    Params::read(&head.uri)?.only(&[])?;
    let packed = packed(&head.headers)?;
    let key = key(&head.headers)?;
    let place = service.limits.push_place()?;
    let body = read(body, packed).await?;
    let hash: String = Sha256::digest(&body).iter().map(|byte| format!("{byte:02x}")).collect();
    let remember = key.map(|key| Remember { owner: owner(&asker.actor), key, body_hash: hash });
    if let Some(Remember { owner, key, body_hash }) = &remember
        && let Some(before) = service.store.push_answer(owner, key, service.now()).await?
    {
        return if before.body_hash == *body_hash { Ok(answer(before.answer, true)) } else { Err(Fault::other_body()) };
    }
    let lines = lines(&body)?;
    drop(body);
    service.limits.take_lines(&service, &asker.actor, lines.len())?;
    let ended = service.intake.push(Push { lines, by: asker.actor, remember }).await;
    drop(place);
    match ended {
        Ok(PushEnd::Taken(text)) => Ok(answer(text, false)),
        Ok(PushEnd::Replayed(text)) => Ok(answer(text, true)),
        Ok(PushEnd::OtherBody) => Err(Fault::other_body()),
        Err(IntakeError::Busy) => Err(Fault::busy()),
        Err(error) => Err(Fault::ours("a push failed", &error)),
    }
}

fn answer(text: String, replayed: bool) -> Response {
    let mut response = ([(CONTENT_TYPE, "application/json")], text).into_response();
    if replayed {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

/// Whether the body is gzip.
fn packed(headers: &HeaderMap) -> Result<bool, Fault> {
    let word = |name: HeaderName| headers.get_all(name).iter().map(|v| v.to_str().unwrap_or("?").trim().to_lowercase()).collect::<Vec<_>>();
    if let Some(kind) = word(CONTENT_TYPE).iter().find(|kind| kind.starts_with("multipart/")) {
        return Err(Fault::media(format!("«{kind}» không được nhận; hãy gửi các dòng NDJSON (application/x-ndjson).")));
    }
    match word(CONTENT_ENCODING).as_slice() {
        [] => Ok(false),
        [one] if one == "identity" => Ok(false),
        [one] if one == "gzip" || one == "x-gzip" => Ok(true),
        other => Err(Fault::media(format!("Kiểu nén «{}» không được nhận; chỉ nhận gzip.", other.join(", ")))),
    }
}

/// 1 to 200 visible ASCII characters.
fn key(headers: &HeaderMap) -> Result<Option<String>, Fault> {
    let mut given = headers.get_all("idempotency-key").iter();
    let (Some(one), more) = (given.next(), given.next()) else { return Ok(None) };
    let sound = (1..=MAX_KEY).contains(&one.len()) && one.as_bytes().iter().all(u8::is_ascii_graphic) && more.is_none();
    let key = one.to_str().ok().filter(|_| sound).map(str::to_owned);
    key.map(Some).ok_or_else(|| Fault::body(format!("Tiêu đề «Idempotency-Key» cần 1 đến {MAX_KEY} ký tự ASCII in được, không dấu cách.")))
}

async fn read(body: Body, packed: bool) -> Result<Vec<u8>, Fault> {
    let arrived = tokio::time::timeout(BODY_TIME, to_bytes(body, MAX_BODY)).await.map_err(|_| Fault::timeout())?;
    let body = arrived.map_err(|error| Fault::cut_body(&error, MAX_BODY))?;
    if !packed {
        return Ok(body.into());
    }
    let unpacked = tokio::task::spawn_blocking(move || {
        let mut bytes = vec![];
        // One more than is allowed: what would unpack to gigabytes is never unpacked.
        let read = MultiGzDecoder::new(&*body).take(MAX_BODY as u64 + 1).read_to_end(&mut bytes);
        read.map(|_| bytes)
    });
    match unpacked.await {
        Ok(Ok(bytes)) if bytes.len() > MAX_BODY => Err(Fault::too_large(MAX_BODY)),
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => Err(Fault::body("Nội dung không phải gzip, hoặc bị ngắt giữa chừng.")),
        Err(error) => Err(Fault::ours("a body could not be unpacked", &error)),
    }
}

/// The lines that are not blank.
fn lines(body: &[u8]) -> Result<Vec<PushedLine>, Fault> {
    let body = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
    let mut lines = vec![];
    for (number, line) in (1..).zip(body.split(|byte| *byte == b'\n')) {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        if lines.len() >= ONE_CALL as usize {
            return Err(Fault::too_many_lines(ONE_CALL));
        }
        let text = match std::str::from_utf8(line) {
            _ if line.len() > MAX_LINE => Err(format!("the line has {} bytes, at most {MAX_LINE} are read", line.len())),
            Ok(text) => Ok(text.trim().to_owned()),
            Err(error) => Err(format!("not UTF-8 at byte {}", error.valid_up_to() + 1)),
        };
        lines.push(PushedLine { number, text });
    }
    if lines.is_empty() {
        Err(Fault::body("Không có dòng nào. Mỗi dòng là một đối tượng JSON có «text» hoặc «title»."))
    } else {
        Ok(lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_numbered_and_bounded() {
        let text = format!("\u{feff}{{}}\r\n\n  \n{}\n\u{0}", "x".repeat(MAX_LINE + 1));
        let mut bytes = text.into_bytes();
        bytes.extend(b"\n\xff\n");
        let read = lines(&bytes).unwrap();
        let told: Vec<_> = read.iter().map(|l| (l.number, l.text.is_ok())).collect();
        assert_eq!(told, [(1, true), (4, false), (5, true), (6, false)]);
        assert_eq!(read[0].text.as_deref(), Ok("{}"));
        assert!(lines(b" \n\n").is_err() && lines(b"").is_err());
        assert!(lines("a\n".repeat(ONE_CALL as usize).as_bytes()).is_ok());
        assert_eq!(lines("a\n".repeat(ONE_CALL as usize + 1).as_bytes()).unwrap_err().status.as_u16(), 413);
    }

    #[test]
    fn keys_are_visible_ascii() {
        let of = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("idempotency-key", HeaderValue::from_str(value).unwrap());
            key(&headers).ok().flatten()
        };
        assert_eq!(of("a-1"), Some("a-1".into()));
        assert!(of(&"k".repeat(MAX_KEY)).is_some());
        for wrong in ["", "a b", &"k".repeat(MAX_KEY + 1)] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
        assert!(key(&HeaderMap::new()).unwrap().is_none());
    }
}
