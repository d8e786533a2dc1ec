//! What does a page say that has nothing to show? Words, and a way on.

use super::html;
use crate::fault::Fault;
use crate::view::chrome::Chrome;
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "notice.html")]
struct Notice<'a> {
    chrome: Chrome,
    title: &'a str,
    paragraphs: &'a [&'a str],
    way: (&'a str, &'a str),
}

/// A fault in words.
pub fn fault(fault: &Fault) -> Response {
    let paragraphs = [fault.detail.as_str()];
    notice(fault.status, fault.title, &paragraphs, ("/", "Về Bàn cảnh báo"), true)
}

fn notice(status: StatusCode, title: &str, paragraphs: &[&str], way: (&str, &str), nav: bool) -> Response {
    html(status, &Notice { chrome: Chrome { nav, ..Chrome::bare() }, title, paragraphs, way })
}
