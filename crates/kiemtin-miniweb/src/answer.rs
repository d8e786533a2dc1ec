//! How does a body become an answer: validators, conditional requests, headers?

use crate::calendar::{self, Moment};
use crate::markup::number_of;
use crate::sites::Validators;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};

/// What a site has to say to a request, before the conditions of the request are looked at.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
    /// When the body last changed; only then are validators given.
    pub(crate) changed: Option<Moment>,
    pub(crate) headers: Vec<(header::HeaderName, String)>,
}

impl Reply {
    /// A page or feed that exists.
    pub(crate) fn ok(content_type: String, body: Vec<u8>, changed: Moment) -> Self {
        Self { status: StatusCode::OK, content_type, body, changed: Some(changed), headers: Vec::new() }
    }

    /// An answer that nobody should keep.
    pub(crate) fn passing(status: StatusCode, content_type: String, body: Vec<u8>) -> Self {
        Self { status, content_type, body, changed: None, headers: Vec::new() }
    }

    /// With one more header.
    pub(crate) fn with(mut self, name: header::HeaderName, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The answer to a request with these headers.
    pub(crate) fn answer(self, request: &HeaderMap, offered: Validators) -> Response<Body> {
        let mut status = self.status;
        let mut headers = self.headers;
        let mut body = self.body;
        if let Some(changed) = self.changed {
            let tag = match offered {
                Validators::Both => Some(format!("\"{:016x}\"", number_of(&body))),
                Validators::Weak => Some(format!("W/\"{:016x}\"", number_of(&body))),
                Validators::LastModified => None,
            };
            if unchanged(request, tag.as_deref(), changed) {
                status = StatusCode::NOT_MODIFIED;
                body.clear();
            }
            headers.extend(tag.map(|tag| (header::ETAG, tag)));
            headers.push((header::LAST_MODIFIED, changed.http()));
        }
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        if status != StatusCode::NOT_MODIFIED {
            headers.push((header::CONTENT_TYPE, self.content_type));
        }
        for (name, value) in headers {
            // All values are ASCII by construction; one that is not would be a fault of this crate that the tests see.
            if let Ok(value) = HeaderValue::try_from(value) {
                response.headers_mut().append(name, value);
            }
        }
        response
    }
}

/// Whether the client has this very version (RFC 9110 §13.1: entity tags win over dates).
fn unchanged(request: &HeaderMap, tag: Option<&str>, changed: Moment) -> bool {
    let text = |name| request.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    if let Some(known) = text(header::IF_NONE_MATCH) {
        let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
        return tag.is_some_and(|tag| known.split(',').any(|one| one.trim() == "*" || opaque(one) == opaque(tag)));
    }
    text(header::IF_MODIFIED_SINCE).and_then(calendar::read_http_date).is_some_and(|known| known >= changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANGED: Moment = Moment(1_795_446_000_000);

    fn answer(offered: Validators, conditions: &[(header::HeaderName, &str)]) -> Response<Body> {
        let mut request = HeaderMap::new();
        for (name, value) in conditions {
            request.insert(name, HeaderValue::try_from(*value).unwrap());
        }
        Reply::ok("text/html".into(), b"body".to_vec(), CHANGED).answer(&request, offered)
    }

    #[test]
    fn conditions_are_honoured() {
        let first = answer(Validators::Weak, &[]);
        let tag = first.headers()[header::ETAG].to_str().unwrap().to_owned();
        assert!(tag.starts_with("W/\""));
        let same = answer(Validators::Weak, &[(header::IF_NONE_MATCH, &tag)]);
        assert_eq!(same.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(same.headers()[header::ETAG].to_str().unwrap(), tag);
        assert_eq!(answer(Validators::Both, &[(header::IF_NONE_MATCH, "\"x\", *")]).status(), StatusCode::NOT_MODIFIED);
        let (at, before) = (CHANGED.http(), Moment(CHANGED.0 - 1000).http());
        assert_eq!(answer(Validators::LastModified, &[(header::IF_MODIFIED_SINCE, &at)]).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(answer(Validators::LastModified, &[(header::IF_MODIFIED_SINCE, &before)]).status(), StatusCode::OK);
        assert_eq!(answer(Validators::LastModified, &[]).headers().get(header::ETAG), None);
        let stale = answer(Validators::Both, &[(header::IF_NONE_MATCH, "\"old\""), (header::IF_MODIFIED_SINCE, &at)]);
        assert_eq!(stale.status(), StatusCode::OK, "a tag that differs wins over a date that fits");
    }
}
