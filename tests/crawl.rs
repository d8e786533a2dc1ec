//! Does a crawl of the bundled web take in exactly what is there, politely, once, and edits as versions?
#![allow(clippy::unwrap_used, reason = "a test that panics fails, as it should")]

mod support;

use crate::support::nfc;
use kiemtin_miniweb::{Expected, MiniWeb, PageInfo, Request};
use serde_json::Value;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use support::web::write_profile;
use support::{Installation, NOW, adds_up, counts, finish, minutes_after, now_ms};

/// The bundled web and an installation that reads it.
struct World {
    web: MiniWeb,
    here: Installation,
    /// Crawls so far, each a minute after the one before.
    crawls: Cell<i64>,
}

impl World {
    async fn new(delay_ms: u64) -> Self {
        let web = MiniWeb::start(now_ms()).await.unwrap();
        let here = Installation::shipped();
        let config = here.folder.path().join("config");
        write_profile(&config, &web.sources(), delay_ms);
        Self { web, here: Installation { config, folder: here.folder }, crawls: Cell::new(0) }
    }

    fn crawl(&self) -> Value {
        let now = minutes_after(NOW, self.crawls.replace(self.crawls.get() + 1));
        let ran = finish(self.here.command_at(&now, &["crawl", "--once", "--json"]), &[]);
        println!("{}", ran.stderr);
        let tally = ran.json();
        adds_up(&tally);
        println!("{tally}");
        tally
    }
}

fn with(pages: &[PageInfo], expected: Expected) -> impl Iterator<Item = &PageInfo> {
    pages.iter().filter(move |p| p.expected == expected)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_is_taken_in_once() {
    let world = World::new(20).await;
    let pages = world.web.pages();
    let first = world.crawl();
    let count = |expected| with(&pages, expected).count() as u64;
    let ended = [("refused", count(Expected::Robots)), ("failed", count(Expected::Gone)), ("unchanged", 0), ("new_version", 0)];
    counts(&first, &ended);
    counts(&first, &[("read", pages.len() as u64)]);
    let stored = first["new"].as_u64().unwrap() + first["duplicate"].as_u64().unwrap();
    assert_eq!(stored, count(Expected::New) + count(Expected::Copy), "{first}");
    assert!(first["duplicate"].as_u64() > Some(0), "{first}");
    assert!(first["alerts"].as_u64() > Some(0) && first["flagged"].as_u64() > Some(0), "{first}");

    let second = world.crawl();
    counts(&second, &[("new", 0), ("new_version", 0), ("duplicate", 0), ("flagged", 0), ("alerts", 0)]);

    world.web.publish_edits();
    let edited: Vec<&PageInfo> = pages.iter().filter(|p| p.edited_title.is_some()).collect();
    let third = world.crawl();
    counts(&third, &[("new", 0), ("new_version", edited.len() as u64), ("duplicate", 0)]);
    assert!(!edited.is_empty());
    for page in edited {
        let new = world.here.search(&format!("title:\"{}\"", page.edited_title.as_deref().unwrap()));
        assert_eq!(new["hits"][0]["url"].as_str(), Some(page.url.as_str()), "{new}");
    }
    counts(&world.crawl(), &[("new", 0), ("new_version", 0), ("duplicate", 0), ("alerts", 0)]);
    world.web.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_is_found_as_people_write_it() {
    let world = World::new(10).await;
    world.crawl();
    for site in world.web.sites() {
        let found = world.here.search(&format!("source:{}", site.id));
        let by_url: BTreeMap<&str, &Value> = found["hits"].as_array().unwrap().iter().map(|h| (h["url"].as_str().unwrap(), h)).collect();
        let pages: Vec<PageInfo> =
            world.web.pages().into_iter().filter(|p| p.site == site.id && matches!(p.expected, Expected::New | Expected::Copy)).collect();
        assert_eq!(found["total"].as_u64(), Some(pages.len() as u64), "{}", site.id);
        for page in pages.iter().filter(|p| p.expected == Expected::New) {
            let hit = by_url.get(page.url.as_str()).unwrap_or_else(|| panic!("{} is not found", page.url));
            assert_eq!(hit["title"].as_str(), Some(nfc(&page.title).as_str()), "{}", page.url);
            assert_eq!(hit["published_at"].as_str(), Some(kiemtin_model::Time(page.published_ms).to_string().as_str()), "{}", page.url);
        }
    }
    // Sent in windows-1258, sent with letters taken apart: found by words typed as everybody types them.
    for site in ["bao-mien-nui", "bao-bien"] {
        let pages: Vec<PageInfo> = world.web.pages().into_iter().filter(|p| p.site == site && p.expected == Expected::New).collect();
        assert!(pages.len() >= 3, "{site}");
        for page in pages {
            let found = world.here.search(&format!("title:\"{}\" AND source:{site}", nfc(&page.title).replace('"', " ")));
            assert_eq!((found["total"].as_u64(), found["hits"][0]["url"].as_str()), (Some(1), Some(page.url.as_str())), "{found}");
            let shown = found["hits"][0]["snippet"].as_str().unwrap();
            assert!(shown == nfc(shown) && !shown.contains('\u{fffd}'), "{shown}");
        }
    }
    world.web.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_that_others_took_over_is_one_story() {
    let world = World::new(10).await;
    world.crawl();
    let pages = world.web.pages();
    let store = world.here.store().await;
    let documents = kiemtin_store::Store::changes_since(&store, 0, 10_000).await.unwrap();
    store.close().await;
    let story_of: BTreeMap<&str, &str> =
        documents.iter().map(|d| (d.assessed.document.url.as_deref().unwrap(), d.story.0.as_str())).collect();
    let by_slug: BTreeMap<&str, &PageInfo> = pages.iter().map(|p| (p.slug.as_str(), p)).collect();
    let mut apart = vec![];
    for page in &pages {
        let Some(original) = page.copy_of.as_deref().map(|slug| by_slug[slug]) else { continue };
        if story_of[page.url.as_str()] != story_of[original.url.as_str()] {
            apart.push(format!("{} was taken over from {}", page.url, original.url));
        }
    }
    let stories: BTreeSet<&str> = story_of.values().copied().collect();
    let different = pages.iter().filter(|p| !p.is_copy && story_of.contains_key(p.url.as_str())).count();
    let copies = pages.iter().filter(|p| p.is_copy).count();
    assert!(apart.is_empty(), "{} of {copies} copies stand alone:\n{}", apart.len(), apart.join("\n"));
    assert_eq!(stories.len(), different, "texts that differ share a story");
    world.web.stop().await;
}

/// By-lines of the bundled pages, from the files that they are made from.
fn bylines() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for file in std::fs::read_dir(support::repo().join("crates/kiemtin-miniweb/web")).unwrap() {
        let table: toml::Table = std::fs::read_to_string(file.unwrap().path()).unwrap().parse().unwrap();
        let pages = table["page"].as_array().unwrap().iter();
        names.extend(pages.filter_map(|p| p.get("byline")?.as_str()).map(str::to_owned));
    }
    assert!(names.len() >= 10, "{names:?}");
    names
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_stands_around_an_article_is_not_kept() {
    let world = World::new(10).await;
    world.crawl();
    let store = world.here.store().await;
    let documents = kiemtin_store::Store::changes_since(&store, 0, 10_000).await.unwrap();
    store.close().await;
    let bylines = bylines();
    let mut kept = vec![];
    for document in documents.iter().map(|d| &d.assessed.document) {
        let around =
            |line: &&str| ["QUẢNG CÁO", "THỜI TIẾT", "TIN MỚI", "CÁC TIN KHÁC", "Ý KIẾN BẠN ĐỌC"].contains(line) || bylines.contains(*line);
        let lines: Vec<&str> = document.text.lines().map(str::trim).filter(around).collect();
        if !lines.is_empty() {
            kept.push(format!("{}: {}", document.url.as_deref().unwrap(), lines.join(", ")));
        }
    }
    assert!(kept.is_empty(), "{} of {} documents:\n{}", kept.len(), documents.len(), kept.join("\n"));
    world.web.stop().await;
}

/// Requests by site, in the order in which they came.
fn by_site(log: Vec<Request>) -> BTreeMap<&'static str, Vec<Request>> {
    let mut sites: BTreeMap<_, Vec<Request>> = BTreeMap::new();
    for request in log {
        sites.entry(request.site).or_default().push(request);
    }
    sites
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn publishers_are_asked_politely() {
    const DELAY: u64 = 40;
    let world = World::new(DELAY).await;
    world.crawl();
    let sites = by_site(world.web.log());
    assert_eq!(sites.len(), world.web.sites().len(), "every site was asked");
    for (site, requests) in &sites {
        assert_eq!(requests[0].path, "/robots.txt", "{site} was asked for {} before its rules", requests[0].path);
        assert_eq!(requests.iter().filter(|r| r.path == "/robots.txt").count(), 1, "{site}: its rules are asked for once");
        for pair in requests.windows(2) {
            assert!(pair[1].at_ms >= pair[0].done_ms, "{site} was asked for {} while it answered {}", pair[1].path, pair[0].path);
        }
        // Single pauses are blurred by the machine, their sum is not. The aggregator asks for a tenth of a second.
        let pause = if *site == "tin-tong-hop" { 100 } else { DELAY * 8 / 10 };
        let span = requests.last().unwrap().at_ms - requests[0].at_ms;
        let least = pause * (requests.len() as u64 - 2);
        assert!(span >= least, "{site}: {} requests within {span} ms, at least {least} ms were due", requests.len());
        assert!(requests.iter().all(|r| r.user_agent.starts_with("kiemtin")), "{site}");
        assert!(requests.iter().all(|r| !r.path.starts_with("/noi-bo/")), "{site}: its rules forbid this");
        let mut paths: Vec<&str> = requests.iter().filter(|r| r.status == 200).map(|r| r.path.as_str()).collect();
        paths.sort_unstable();
        assert!(paths.windows(2).all(|p| p[0] != p[1]), "{site}: asked twice for one address: {paths:?}");
    }
    // "Too many requests, come back in a second" is obeyed.
    let young = &sites["ban-doc-tre"];
    let told = young.iter().position(|r| r.status == 429).unwrap();
    assert!(young[told + 1].at_ms - young[told].at_ms >= 1_000, "{young:?}");

    // Named sources only: nobody else hears of it.
    let before = by_site(world.web.log());
    world.here.run(&["crawl", "--once", "--source", "bao-bien"]).ok();
    let asked: Vec<&str> =
        by_site(world.web.log()).into_iter().filter(|(site, r)| r.len() > before[site].len()).map(|(site, _)| site).collect();
    assert_eq!(asked, ["bao-bien"]);
    let unknown = world.here.run(&["crawl", "--once", "--source", "khong-co"]);
    assert!(unknown.code == Some(1) && unknown.stderr.contains("khong-co"), "{unknown:?}");
    world.web.stop().await;
}

#[tokio::test]
async fn the_bundled_web_has_every_kind_of_listing() {
    let web = MiniWeb::start(now_ms()).await.unwrap();
    let networks = kiemtin_miniweb::networks::Bundled::start(now_ms()).await.unwrap();
    let all: String = web.sources().into_iter().chain(networks.sources()).map(|(_, text)| text).collect();
    for kind in kiemtin_model::FeedKind::ALL {
        assert!(all.contains(&format!("kind = \"{kind}\"")), "no bundled site lists as {kind}: no test crawls it");
    }
    web.stop().await;
}
