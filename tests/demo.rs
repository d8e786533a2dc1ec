//! Does the demo show, offline and within a minute, what the service is for?
//!
//! The alerts are joined with the labels of the bundled pages: a claim must raise an alert, and nothing that is true,
//! asked, denied or merely angry may stand among the documents that assert it.
#![allow(clippy::unwrap_used, reason = "a test that panics fails, as it should")]

mod support;

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use support::chromium::Chromium;
use support::demo::Demo;
use support::now_ms;
use support::web::{labels, portless, text};

/// All alerts as briefings, most pressing first.
async fn briefings(demo: &Demo) -> Vec<Value> {
    let (mut briefings, mut cursor) = (vec![], String::new());
    loop {
        let page = demo.api(&format!("/api/v1/alerts?limit=20{cursor}")).await;
        for item in page["items"].as_array().unwrap() {
            briefings.push(demo.api(&format!("/api/v1/alerts/{}", item["id"])).await);
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return briefings,
        }
    }
}

/// Documents of a briefing's appearances.
fn asserting(briefing: &Value) -> impl Iterator<Item = &Value> {
    briefing["appearances"].as_array().unwrap().iter().flat_map(|story| story["documents"].as_array().unwrap())
}

fn briefings_are_whole(briefings: &[Value]) {
    let kinds: BTreeSet<&str> = briefings.iter().flat_map(|b| b["kinds"].as_array().unwrap()).map(|k| k.as_str().unwrap()).collect();
    assert!(briefings.len() >= 5 && kinds.len() >= 4, "{} alerts of the kinds {kinds:?}", briefings.len());
    for b in briefings {
        for key in [
            "id",
            "number",
            "claim",
            "status",
            "level",
            "kinds",
            "topics",
            "units",
            "documents",
            "stories",
            "sources",
            "first_seen",
            "last_seen",
            "deadline",
            "assignee",
        ] {
            assert!(b.get(key).is_some(), "{key} is missing in {b}");
        }
        let why = b["why"].as_array().unwrap();
        assert!(!why.is_empty(), "no reason for «{}»", b["claim"]);
        for reason in why {
            let evidence = reason["evidence"].as_array().unwrap();
            assert!(!evidence.is_empty() && evidence.iter().all(|e| e["text"].as_str().is_some_and(|t| !t.is_empty())), "{reason}");
        }
        let (documents, stories) = (asserting(b).count() as u64, b["appearances"].as_array().unwrap().len() as u64);
        assert!(documents >= b["documents"].as_u64().unwrap() && stories <= documents, "{b}");
        assert!(!b["spread"]["per_hour"].as_array().unwrap().is_empty() && !b["history"].as_array().unwrap().is_empty(), "{b}");
    }
    let grouped = |b: &Value| b["appearances"].as_array().unwrap().iter().any(|s| s["copies"].as_u64() > Some(0));
    assert!(briefings.iter().any(grouped), "no alert groups copies of one text");
}

/// The networks tell what the pages tell, but are no pages.
fn of_a_network(document: &Value) -> bool {
    kiemtin_miniweb::networks::BUNDLED_SOURCES.iter().any(|source| document["source"] == *source)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_claim_is_flagged_and_nothing_else() {
    let demo = Demo::start().await;
    // The same web once more, for what its pages are: only the port differs.
    let web = kiemtin_miniweb::MiniWeb::start(now_ms()).await.unwrap();
    let labels = labels(&web.pages());
    let briefings = briefings(&demo).await;
    briefings_are_whole(&briefings);
    let mut wrong = vec![];
    let mut alerted = BTreeSet::new();
    for b in &briefings {
        for document in asserting(b).filter(|document| !of_a_network(document)) {
            let url = document["url"].as_str().unwrap();
            let (label, narrative) = labels.get(&portless(url)).unwrap_or_else(|| panic!("{url} is no page of the bundled web"));
            alerted.extend(narrative.clone());
            if label != "claim" {
                wrong.push(format!("{label}: {url} asserts «{}» ({})", b["claim"].as_str().unwrap(), document["title"]));
            }
        }
    }
    let mut claims: BTreeMap<&str, u32> = BTreeMap::new();
    for narrative in labels.values().filter(|(label, _)| label == "claim").filter_map(|(_, narrative)| narrative.as_deref()) {
        *claims.entry(narrative).or_default() += 1;
    }
    let missing: Vec<_> = claims.keys().filter(|n| !alerted.contains(**n)).collect();
    println!(
        "{} alerts; {} of {} false claims raised one; missing: {missing:?}",
        briefings.len(),
        claims.len() - missing.len(),
        claims.len()
    );
    assert!(wrong.is_empty(), "{} document(s) wrongly asserting:\n{}", wrong.len(), wrong.join("\n"));
    assert!(missing.is_empty(), "no alert for {missing:?}");
    warned_before_refutations(&demo, &briefings, &web.pages()).await;
    web.stop().await;
}

/// Some claims spread so fast that an early warning is given; each carries what it rests on, and comes before the refutation.
async fn warned_before_refutations(demo: &Demo, briefings: &[Value], pages: &[kiemtin_miniweb::PageInfo]) {
    let labels = labels(pages);
    let warnings = demo.api("/api/v1/warnings?limit=200").await["items"].as_array().unwrap().clone();
    let mut before = 0;
    for warning in &warnings {
        assert!(warning["count"].as_u64() >= Some(3) && warning["sources"].as_u64() >= Some(3), "{warning}");
        assert!(!warning["top_sources"].as_array().unwrap().is_empty() && warning["usual"].is_number(), "{warning}");
        let Some(claim) = warning["cause"]["claim"].as_str() else { continue };
        let briefing = briefings.iter().find(|b| b["claim"] == claim).unwrap_or_else(|| panic!("no alert of «{claim}»"));
        let time = |value: &Value| kiemtin_model::Time::parse(value.as_str().unwrap()).unwrap();
        // A claim of a general kind is told in several ways: what counts is what the warned-of documents tell.
        let counted = |d: &&Value| (time(&warning["since"])..=time(&warning["at"])).contains(&time(&d["published_at"]));
        let told = |d: &Value| labels.get(&portless(d["url"].as_str().unwrap()))?.1.clone();
        let narrative = asserting(briefing).filter(|d| !of_a_network(d)).filter(counted).find_map(told).unwrap();
        let refutations = pages.iter().filter(|p| p.narrative.as_deref() == Some(&narrative) && p.label == "refutation");
        let Some(refuted) = refutations.map(|p| p.published_ms).min() else { continue };
        let at = time(&warning["at"]);
        println!("{narrative}: {} at {at}, refuted {}", warning["text"], kiemtin_model::Time(refuted));
        assert!(!warning["top_words"].as_array().unwrap().is_empty(), "{warning}");
        before += u32::from(at.0 < refuted);
    }
    assert!(before >= 1, "no warning came before a refutation: {warnings:?}");
    // The demo's scams tell several claims in one text: one of them is warned of.
    let claims: Vec<_> = warnings.iter().filter(|w| w["subject"]["kind"] == "narrative").map(|w| (&w["at"], &w["top_words"])).collect();
    let different: BTreeSet<String> = claims.iter().map(|claim| format!("{claim:?}")).collect();
    assert_eq!(different.len(), claims.len(), "the same documents are warned of twice: {claims:?}");
    let shown = demo.answer("/", Some(("cookie", &demo.sign_in().await))).await;
    assert!(text(shown).await.contains("Cảnh báo sớm"), "the desk shows early warnings");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_who_may_comes_in_and_finds_every_page() {
    let demo = Demo::start().await;
    for path in ["/api/v1/alerts", "/api/v1/alerts/1", "/api/v1/search?q=xăng"] {
        for header in [None, Some(("authorization", "Bearer wrong")), Some(("cookie", "kiemtin_session=wrong"))] {
            let refused = demo.answer(path, header).await;
            let media_type = refused.headers()["content-type"].to_str().unwrap().to_owned();
            assert_eq!((refused.status().as_u16(), media_type.as_str()), (401, "application/problem+json"), "{path}");
            let problem: Value = serde_json::from_str(&text(refused).await).unwrap();
            assert!(problem["status"] == 401 && problem["title"].is_string() && problem["detail"].is_string(), "{problem}");
        }
    }
    let desk = demo.answer("/", None).await;
    assert!(desk.status() == 303 && desk.headers()["location"] == "/sign-in?next=%2F", "{desk:?}");
    assert!(!text(desk).await.contains("CB-20"));
    assert_eq!(demo.get("/sign-in?next=%2F").await.0, 200);

    let (status, metrics) = demo.get("/metrics").await;
    assert!(status == 200 && metrics.contains("kiemtin_alerts ") && metrics.contains("kiemtin_index_behind 0"), "{metrics}");
    let (status, description) = demo.get("/openapi.json").await;
    let description: Value = serde_json::from_str(&description).unwrap();
    assert!(status == 200 && description["openapi"].as_str().unwrap().starts_with("3.1"), "{description}");
    assert_eq!(demo.get("/healthz").await.0, 200);

    let cookie = demo.sign_in().await;
    let (again, words) = demo.get(&demo.open).await;
    assert!(again == 410 && words.contains("một lần"), "{again}");

    let first = &demo.api("/api/v1/alerts?limit=1").await["items"][0];
    let claim = first["claim"].as_str().unwrap();
    for path in ["/".to_owned(), format!("/alerts/{}", first["id"]), "/search".into(), "/search?q=gi%C3%A1%20x%C4%83ng".into()] {
        let page = demo.answer(&path, Some(("cookie", &cookie))).await;
        assert_eq!(page.status(), 200, "{path}");
        assert!(page.headers()["content-security-policy"].to_str().unwrap().contains("default-src 'none'"), "{path}");
        let html = scraper::Html::parse_document(&text(page).await);
        let shown: String = html.root_element().text().collect();
        assert!(path.starts_with("/search") || shown.contains(claim), "{path} does not show «{claim}»");
    }
    let sources = text(demo.answer("/sources", Some(("cookie", &cookie))).await).await;
    assert!(sources.contains("24 nguồn · 24 hoạt động") && sources.contains("hỏi lần cuối"), "{sources}");
    assert_eq!(demo.answer("/alerts/999999", Some(("cookie", &cookie))).await.status(), 404);
    // On a screen and on a phone.
    let Some(mut browser) = Chromium::start(1280, 900) else { return };
    let (name, value) = cookie.split_once('=').unwrap();
    browser.call("Network.setCookie", serde_json::json!({ "name": name, "value": value, "url": demo.base }));
    for width in [1280, 390] {
        browser.size(width, 900);
        browser.go(&format!("{}/", demo.base));
        let shown = browser.words();
        assert!(shown.contains(claim), "{width} px: «{claim}» is not shown: {shown}");
        assert_eq!(browser.eval("document.documentElement.scrollWidth <= innerWidth"), true, "{width} px: wider than the window");
    }
}
