//! Do texts from outside stay texts, in a real browser?
//!
//! Titles, texts, addresses and source names are written to break out of the page; every page is then opened, with everything that
//! an alert, a story or a search shows of them. Nothing may run, and the content security policy may have nothing to refuse.
#![allow(clippy::unwrap_used, reason = "a test that panics fails, as it should")]

mod support;

use kiemtin_web::routes::{Door, ROUTES};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use support::chromium::Chromium;
use support::served::Served;
use support::{Installation, NOW, alerting_posts, ndjson};

/// Each would set `window.owned`, or leave the page, where it is not taken for text.
const PROBES: [&str; 12] = [
    "<script>window.owned=1</script>",
    "\"><script>window.owned=2</script>",
    "'><img src=x onerror=window.owned=3>",
    "<svg/onload=window.owned=4>",
    "</title></textarea></style><script>window.owned=5</script>",
    "<iframe srcdoc=\"<script>parent.owned=6</script>\"></iframe>",
    "<meta http-equiv=refresh content=\"0;url=javascript:window.owned=7\">",
    "<base href=\"http://127.0.0.1:1/\"><form action=\"http://127.0.0.1:1/\"><input name=q>",
    "{{constructor.constructor('window.owned=8')()}}",
    "<a href=\"javascript:window.owned=9\">bấm</a>",
    "&lt;script&gt;window.owned=10&lt;/script&gt;<!--",
    "<mark>\u{202e}window.owned=11</mark><style>@import 'http://127.0.0.1:1/';*{display:none}</style>",
];

/// Addresses that documents claim to have.
const ADDRESSES: [&str; 6] = [
    "javascript:window.owned=20",
    "data:text/html,<script>window.owned=21</script>",
    "https://bao.example/\"onmouseover=\"window.owned=22",
    "https://bao.example/<script>window.owned=23</script>",
    "https://bao.example/'><img src=x onerror=window.owned=24>",
    "vbscript:window.owned=25",
];

fn lines() -> Vec<Value> {
    let posts = alerting_posts();
    let mut lines = vec![];
    for (i, probe) in PROBES.iter().enumerate() {
        let claim = &posts[i % posts.len()];
        lines.push(json!({
            "url": format!("https://bao-{i}.example/bai-{i}"), "title": format!("{probe} Tin về xăng dầu"), "source": format!("bao-{i}"),
            "text": format!("{claim}\n\n{probe} Giá xăng dầu và giá điện được nhắc lại ở đây. {probe}"), "kind": "social",
            "published_at": "2026-11-23T08:00:00+07:00",
        }));
        lines.push(json!({
            "url": ADDRESSES[i % ADDRESSES.len()], "title": format!("Tin số {i} {probe}"), "source": probe,
            "text": format!("{probe} {claim} {probe}"), "published_at": "2026-11-23T09:00:00+07:00",
        }));
    }
    lines
}

/// What a page holds that a text may never become.
const FOREIGN: &str = "(() => {
    const own = location.origin + '/';
    const bad = [];
    for (const e of document.querySelectorAll('*')) {
        for (const a of e.attributes) {
            if (a.name.startsWith('on')) bad.push(e.tagName + ' ' + a.name);
            if (['href', 'src', 'action', 'formaction', 'xlink:href'].includes(a.name) && /^\\s*(javascript|vbscript|data:text)/i.test(a.value))
                bad.push(e.tagName + ' ' + a.value);
        }
        if (['IFRAME', 'OBJECT', 'EMBED', 'BASE', 'STYLE'].includes(e.tagName)) bad.push(e.tagName);
        if (e.tagName === 'SCRIPT' && !e.src.startsWith(own)) bad.push('SCRIPT ' + e.textContent);
        // Not e.action: a field of that name takes its place.
        const to = e.tagName === 'FORM' ? new URL(e.getAttribute('action') || '', location.href).href : own;
        if (!to.startsWith(own)) bad.push('FORM ' + to);
    }
    return JSON.stringify([window.owned === undefined, bad]);
})()";

/// Addresses on this site that a page leads to.
const LINKS: &str =
    "JSON.stringify([...document.querySelectorAll('a[href]')].map(a => a.href).filter(h => h.startsWith(location.origin + '/')))";

#[test]
fn texts_from_outside_stay_texts() {
    let Some(mut browser) = Chromium::start(1280, 900) else { return };
    let here = Installation::shipped();
    let tally = here.ingest(&here.file("hostile.ndjson", ndjson(&lines())));
    assert!(tally["alerts"].as_u64().unwrap() >= 5, "{tally}");
    let search = here.run(&["saved", "add", PROBES[0], "\"window owned\"", "--json"]);
    assert_eq!(search.code, Some(0), "{search:?}");
    let served = Served::start(&here, NOW);
    served.sign_in(&mut browser);

    let mut open: Vec<String> = ROUTES
        .iter()
        .filter(|r| matches!(r.door, Door::Page(..)) && !r.path.contains('{'))
        .map(|r| format!("{}{}", served.base, r.path))
        .collect();
    for probe in PROBES {
        let typed: String = url::form_urlencoded::byte_serialize(probe.as_bytes()).collect();
        open.extend(["search?q", "trends?q", "sources?url", "saved?name", "?topic"].map(|page| format!("{}/{page}={typed}", served.base)));
    }
    let (mut seen, mut shown) = (BTreeSet::new(), BTreeSet::new());
    while let Some(address) = open.pop() {
        // One page of each list is enough: cursors and sign-out are no pages of their own.
        if seen.len() >= 400 || address.contains("sign-out") || address.contains("#") || !seen.insert(address.clone()) {
            continue;
        }
        browser.go(&address);
        let complaints = browser.complaints();
        let refused: Vec<&String> = complaints.iter().filter(|c| !c.contains("Failed to load resource")).collect();
        assert!(refused.is_empty(), "{address}: {refused:?}");
        let state = browser.eval(FOREIGN);
        assert_eq!(state, "[true,[]]", "{address}");
        let words = browser.words();
        shown.extend(PROBES.iter().filter(|probe| words.contains(&probe.replace('\u{202e}', ""))).copied());
        let links: Vec<String> = serde_json::from_str(browser.eval(LINKS).as_str().unwrap()).unwrap();
        // What is downloaded is no page.
        let page = |l: &String| !l.contains("/api/") && ["/alerts/", "/documents/", "/stories/", "/saved/"].iter().any(|p| l.contains(p));
        open.extend(links.into_iter().filter(page));
    }
    // The test is not deaf: what the policy refuses is heard.
    browser.eval("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=window.owned=30>')");
    let refusal = |c: &String| c.contains("unsafe-inline") || c.contains("kInlineViolation");
    let until = Instant::now() + Duration::from_secs(10);
    // It is told a moment after it is done.
    while !browser.complaints().iter().any(refusal) {
        assert!(Instant::now() < until, "a refusal was not heard");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(browser.eval("window.owned === undefined"), true);
    assert!(seen.len() > 60, "only {} pages were seen", seen.len());
    assert!(shown.len() >= PROBES.len() - 2, "texts that are shown nowhere: {:?}", PROBES.iter().filter(|p| !shown.contains(*p)));
}
