//! How does a page read in English?
//!
//! Templates and views are written in Vietnamese, the language of the people who work here. A page in English is that page with
//! each phrase replaced from the catalogue in `words/` ([`phrases`]) just before it leaves ([`page`]): one place, and no
//! template is written twice. What is quoted (titles, excerpts, claims, names) stands in elements with `lang="vi"` or
//! `translate="no"` and stays as it is. What has no English stays Vietnamese; a test reads every page and allows none.

mod page;
mod phrases;

use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
pub use page::read;
pub use phrases::Phrases;
use serde_json::Value;

/// The parameter that chooses the language of the pages, and the cookie that keeps it: `vi` or `en`.
const NAME: &str = "ui";
/// Largest page that is put into English; a larger one stays Vietnamese.
const MOST: usize = 16 * 1024 * 1024;
/// How long a browser keeps the choice, in seconds.
const KEPT: u32 = 365 * 24 * 3600;

/// That this browser wants pages in English: somebody chose it here. What the browser says of its languages does not count: it is
/// often English by accident.
pub fn wanted(headers: &HeaderMap) -> bool {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
    cookies.filter_map(|cookie| cookie.trim().split_once('=')).any(|cookie| cookie == (NAME, "en"))
}

/// Somebody chooses the language of the pages: `?ui=en` behind any address. The cookie is set, and the address asked for again without it.
pub fn chosen(method: &Method, uri: &Uri) -> Option<Response> {
    let query = uri.query().filter(|_| *method == Method::GET)?;
    let (choice, rest): (Vec<&str>, Vec<&str>) = query.split('&').partition(|part| part.split('=').next() == Some(NAME));
    let language = match choice.last()?.split_once('=')?.1 {
        "en" => "en",
        "vi" => "vi",
        _ => return None,
    };
    let path = format!("/{}", uri.path().trim_start_matches(['/', '\\']));
    let back = if rest.is_empty() { path } else { format!("{path}?{}", rest.join("&")) };
    let mut response = StatusCode::SEE_OTHER.into_response();
    let cookie = format!("{NAME}={language}; Path=/; Max-Age={KEPT}; SameSite=Lax; HttpOnly");
    response.headers_mut().insert(LOCATION, HeaderValue::try_from(back).ok()?);
    response.headers_mut().insert(SET_COOKIE, HeaderValue::try_from(cookie).ok()?);
    Some(response)
}

/// An answer as it reads in English: a page, or why something was refused.
pub async fn reading(response: Response) -> Response {
    let kind = response.headers().get(CONTENT_TYPE).map_or(&b""[..], |kind| kind.as_bytes());
    let (page, problem) = (kind.starts_with(b"text/html"), kind.starts_with(b"application/problem+json"));
    if !page && !problem {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let bytes = match to_bytes(body, MOST).await {
        Ok(bytes) => bytes,
        Err(error) => return crate::fault::Fault::ours("a page could not be put into English", &error).into_response(),
    };
    let body = match std::str::from_utf8(&bytes) {
        Ok(said) if page => Body::from(read(said, Phrases::shipped())),
        Ok(said) => Body::from(refused(said).unwrap_or_else(|| said.to_owned())),
        Err(_) => Body::from(bytes),
    };
    head.headers.remove(CONTENT_LENGTH);
    Response::from_parts(head, body)
}

/// Problem details (RFC 9457) with the words for people in English.
fn refused(problem: &str) -> Option<String> {
    let mut problem: Value = serde_json::from_str(problem).ok()?;
    for name in ["title", "detail"] {
        if let Some(said) = problem.get_mut(name)
            && let Some(words) = said.as_str()
        {
            *said = Phrases::shipped().english(words).into_owned().into();
        }
    }
    serde_json::to_string(&problem).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that panics fails, as it should")]
    use super::*;

    fn asked(uri: &str) -> Option<(String, String)> {
        let response = chosen(&Method::GET, &uri.parse().unwrap())?;
        let said = |name| response.headers()[name].to_str().unwrap().to_owned();
        Some((said(LOCATION), said(SET_COOKIE).split(';').next().unwrap().to_owned()))
    }

    #[test]
    fn the_choice_is_kept_and_leads_back() {
        let to = |back: &str, cookie: &str| Some((back.to_owned(), cookie.to_owned()));
        assert_eq!(asked("/search?ui=en"), to("/search", "ui=en"));
        assert_eq!(asked("/search?q=gi%C3%A1&ui=vi&page=2"), to("/search?q=gi%C3%A1&page=2", "ui=vi"));
        assert_eq!(asked("//evil.example/?ui=en"), to("/evil.example/", "ui=en"), "never to another host");
        for other in ["/search?q=ui", "/search?gui=en", "/search?ui=fr", "/search", "/search?ui"] {
            assert_eq!(asked(other), None, "{other}");
        }
        assert!(chosen(&Method::POST, &"/rules?ui=en".parse().unwrap()).is_none());
    }

    #[test]
    fn only_who_chose_it_reads_english() {
        let wants = |cookie: &'static str| wanted(&HeaderMap::from_iter([(COOKIE, HeaderValue::from_static(cookie))]));
        assert!(wants("ui=en") && wants("session=x; ui=en"));
        assert!(!wants("ui=vi") && !wants("gui=en") && !wants("session=ui=en") && !wanted(&HeaderMap::new()));
    }
}
