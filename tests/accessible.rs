//! Can everybody use the pages? axe-core looks at every page that a reader gets, in a real browser, wide and light, narrow and dark.
//!
//! Left out unless asked for: `scripts/axe` fetches axe-core and runs this. Pages of one item are found by the links of the others,
//! so that a new page is looked at as soon as it stands in the route table.
#![allow(clippy::unwrap_used, reason = "a test that panics fails, as it should")]

mod support;

use kiemtin_model::StaffRole;
use kiemtin_web::routes::{Door, ROUTES};
use serde_json::{Value, json};
use std::collections::{BTreeSet, VecDeque};
use support::chromium::Chromium;
use support::demo::Demo;

/// The file of axe-core.
const AXE: &str = "KIEMTIN_AXE";
/// What is looked for: rules of WCAG 2.2 A and AA, and what axe-core calls best practice.
const RUN: &str = "axe.run(document, { resultTypes: ['violations'] }).then(r => r.violations.map(v => \
    ({ id: v.id, impact: v.impact, help: v.help, nodes: v.nodes.slice(0, 5).map(n => n.html.slice(0, 200) + ' :: ' + n.failureSummary) })))";
/// Impacts that fail.
const SERIOUS: [&str; 2] = ["serious", "critical"];
/// Pages beside those of the table: states that look different.
const MORE: [&str; 6] = [
    "/?status=all",
    "/?status=done&topic=hoa-chat",
    "/search?q=gi%C3%A1+x%C4%83ng",
    "/search?q=%29",
    "/trends?q=%C4%91i%E1%BB%87n",
    "/nowhere",
];

/// Pages that a reader may open, as the table has them.
fn pages() -> Vec<&'static str> {
    let gets = |door: &Door| matches!(door, Door::Page(read, _) if StaffRole::Reader.rights().contains(read));
    // Where forms are sent to, no page is.
    let form = |path: &str| path == "/sign-out" || path.ends_with("/draft");
    ROUTES.iter().filter(|r| gets(&r.door) && !form(r.path)).map(|r| r.path).collect()
}

/// Whether an address is one of a page of the table.
fn is_of(page: &str, path: &str) -> bool {
    let (pattern, path): (Vec<_>, Vec<_>) = (page.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len() && pattern.iter().zip(&path).all(|(p, a)| p.starts_with('{') && !a.is_empty() || p == a)
}

/// Opens an address and tells what is wrong with it.
fn look(browser: &mut Chromium, axe: &str, address: &str) -> Vec<String> {
    browser.go(address);
    browser.eval(axe);
    let found = browser.eval(RUN);
    let found = found.as_array().unwrap_or_else(|| panic!("axe-core did not run on {address}: {found}"));
    let words = |of: &Value| of.as_str().unwrap_or("").to_owned();
    let lines =
        found.iter().map(|v| format!("{} {} ({}) on {address}: {}", words(&v["impact"]), words(&v["id"]), words(&v["help"]), v["nodes"]));
    lines.collect()
}

fn links(browser: &mut Chromium) -> Vec<String> {
    let found = browser.eval("[...document.querySelectorAll('a[href]')].filter(a => a.origin === location.origin).map(a => a.pathname)");
    found.as_array().unwrap().iter().map(|path| path.as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "scripts/axe fetches axe-core and runs it"]
async fn nothing_serious_is_found_on_any_page_of_a_reader() {
    let axe = std::env::var(AXE).unwrap_or_else(|_| panic!("{AXE} names no file; run scripts/axe"));
    let axe = std::fs::read_to_string(&axe).unwrap();
    let mut browser = Chromium::start(1280, 900).expect("Chromium is not installed; scripts/test installs it");
    let demo = Demo::start().await;

    let sizes = [(1280, "light"), (390, "dark")];
    let mut found = vec![];
    let mut looked = 0;
    let mut at = |browser: &mut Chromium, path: &str| {
        for (width, scheme) in sizes {
            browser.size(width, 900);
            browser.call("Emulation.setEmulatedMedia", json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] }));
            found.extend(
                look(browser, &axe, &format!("{}{path}", demo.base)).into_iter().map(|line| format!("{width} px, {scheme}: {line}")),
            );
            looked += 1;
        }
        links(browser)
    };
    at(&mut browser, "/sign-in");
    browser.go(&demo.open);
    let pages = pages();
    let mut queue: VecDeque<String> = pages.iter().filter(|p| !p.contains('{')).chain(&MORE).map(|p| (*p).to_owned()).collect();
    let mut done: BTreeSet<&str> = BTreeSet::new();
    while let Some(path) = queue.pop_front() {
        let bare = path.split('?').next().unwrap();
        done.extend(pages.iter().filter(|page| is_of(page, bare)));
        for link in at(&mut browser, &path) {
            let new = |page: &&&str| page.contains('{') && is_of(page, &link) && !done.contains(**page);
            if let Some(page) = pages.iter().find(new) {
                done.insert(page);
                queue.push_back(link);
            }
        }
    }
    let missing: Vec<_> = pages.iter().filter(|page| !done.contains(**page)).collect();
    println!("axe-core looked {looked} times at {} pages; {} findings", pages.len() + MORE.len() + 1, found.len());
    found.iter().for_each(|line| println!("{line}"));
    assert!(missing.is_empty(), "no link leads to {missing:?}: they could not be looked at");
    let serious: Vec<_> = found.iter().filter(|line| SERIOUS.iter().any(|impact| line.contains(&format!(": {impact} ")))).collect();
    assert!(serious.is_empty(), "{} serious findings", serious.len());
}

#[test]
fn addresses_are_held_against_the_table() {
    assert!(is_of("/alerts/{id}", "/alerts/12") && is_of("/", "/") && !is_of("/alerts/{id}", "/alerts/") && !is_of("/alerts/{id}", "/a/1"));
    assert!(pages().contains(&"/search") && !pages().contains(&"/admin"));
}
