//! What do the pages load? Our own style sheet and script, embedded; the address changes with the content.

use crate::fault::Fault;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// (name, content type, content).
const ASSETS: &[(&str, &str, &str)] = &[
    ("kiemtin.css", "text/css; charset=utf-8", include_str!("../../assets/kiemtin.css")),
    ("kiemtin.js", "text/javascript; charset=utf-8", include_str!("../../assets/kiemtin.js")),
    ("live.js", "text/javascript; charset=utf-8", include_str!("../../assets/live.js")),
    ("trends.js", "text/javascript; charset=utf-8", include_str!("../../assets/trends.js")),
    // Named by the other scripts, and so without the version.
    ("words.js", "text/javascript; charset=utf-8", include_str!("../../assets/words.js")),
    ("icon.svg", "image/svg+xml", include_str!("../../assets/icon.svg")),
];

static CSS: LazyLock<String> = LazyLock::new(|| versioned("kiemtin.css"));
static JS: LazyLock<String> = LazyLock::new(|| versioned("kiemtin.js"));
static LIVE: LazyLock<String> = LazyLock::new(|| versioned("live.js"));
static TRENDS: LazyLock<String> = LazyLock::new(|| versioned("trends.js"));

/// Address of the style sheet.
pub fn css_address() -> &'static str {
    &CSS
}

/// Address of the script.
pub fn js_address() -> &'static str {
    &JS
}

/// Address of the script that tells on the desk what happens.
pub fn live_address() -> &'static str {
    &LIVE
}

/// Address of the script of charts that tell what the pointer is at.
pub fn trends_address() -> &'static str {
    &TRENDS
}

fn versioned(name: &str) -> String {
    let content = ASSETS.iter().find(|a| a.0 == name).map_or("", |a| a.2);
    let version: String = Sha256::digest(content.as_bytes()).iter().take(6).map(|b| format!("{b:02x}")).collect();
    format!("/assets/{name}?v={version}")
}

/// One of them.
pub async fn asset(Path(name): Path<String>) -> Result<Response, Fault> {
    let (_, kind, content) = ASSETS.iter().find(|a| a.0 == name).ok_or_else(|| Fault::not_found("tệp này"))?;
    Ok(([(CONTENT_TYPE, *kind), (CACHE_CONTROL, "public, max-age=86400")], *content).into_response())
}
