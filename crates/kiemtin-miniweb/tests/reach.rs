//! Is every page reached from the feed of its site, and is it what the list of pages says?

mod client;

use client::{Answer, NOW, escape, get, site};
use futures_util::future::join_all;
use kiemtin_miniweb::{Expected, MiniWeb, PageInfo, Site};
use std::collections::{BTreeMap, HashSet};
use unicode_normalization::UnicodeNormalization;

/// Everything that a site lists, as one text: parts and pages of a list are followed.
async fn listing(site: &Site) -> String {
    let first = get(&site.feed, &[]).await;
    assert_eq!(first.status, 200, "{}", site.feed);
    let mut text = first.text();
    let mut next = next_link(&first);
    while let Some(url) = next {
        let page = get(&url, &[]).await;
        text.push_str(&page.text());
        next = next_link(&page);
    }
    if site.id == "ban-tin-nhanh" {
        let parts: Vec<String> =
            text.split("<loc>").skip(1).filter_map(|rest| rest.split_once("</loc>")).map(|(url, _)| url.to_owned()).collect();
        assert_eq!(parts.len(), 2);
        for part in parts {
            text.push_str(&get(&part, &[]).await.text());
        }
    }
    text
}

fn next_link(answer: &Answer) -> Option<String> {
    let link = answer.header("link")?.split(", ").find(|link| link.ends_with("rel=\"next\""))?;
    Some(link.split_once('>')?.0.trim_start_matches('<').to_owned())
}

/// `names`: by slug, the name of the site that a page stands on.
async fn check(site: &Site, pages: Vec<&PageInfo>, names: &BTreeMap<&str, &str>) {
    let list = listing(site).await;
    for page in pages {
        assert!(page.listed.starts_with(site.home.as_str()), "{}", page.listed);
        let path = page.listed.strip_prefix(site.home.trim_end_matches('/')).unwrap();
        let listed = list.contains(&page.listed) || list.contains(&escape(&page.listed)) || list.contains(&format!("href=\"{path}\""));
        assert!(listed, "{} is not listed by {}", page.listed, site.feed);
        if page.inline || page.expected == Expected::Robots {
            continue;
        }
        let mut answer = get(&page.listed, &[]).await;
        if answer.status == 301 {
            answer = get(&format!("{}{}", site.home.trim_end_matches('/'), answer.header("location").unwrap()), &[]).await;
        }
        if answer.status == 429 {
            answer = get(&page.url, &[]).await;
        }
        assert_eq!(answer.status, if page.expected == Expected::Gone { 404 } else { 200 }, "{}", page.listed);
        if page.expected != Expected::Gone {
            let (text, title) = (answer.text(), escape(&page.title.nfc().collect::<String>()));
            assert!(text.contains(&format!(">{title}</")), "{} has no title {title}", page.url);
            assert!(text.contains(&format!("rel=\"canonical\" href=\"{}\"", escape(&page.url))), "{}", page.url);
            if let Some(from) = &page.copy_of {
                let name = names.get(from.as_str()).unwrap();
                assert!(text.contains(&format!(">Theo {name}</")), "{} does not name {name}", page.url);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_is_reached() {
    let web = MiniWeb::start(NOW).await.unwrap();
    let pages = web.pages();
    let names = pages.iter().map(|page| (page.slug.as_str(), site(&web, page.site).name)).collect();
    join_all(web.sites().iter().map(|site| check(site, pages.iter().filter(|page| page.site == site.id).collect(), &names))).await;
    assert!(web.log().iter().all(|request| request.user_agent == "test/1" && request.done_ms >= request.at_ms));
    assert_eq!(web.log().iter().filter(|request| request.path.starts_with("/noi-bo/")).count(), 0);
    web.stop().await;
}

#[tokio::test]
async fn the_collection_is_large_and_sound() {
    let web = MiniWeb::start(NOW).await.unwrap();
    let pages = web.pages();
    let real: Vec<&PageInfo> = pages.iter().filter(|page| matches!(page.expected, Expected::New | Expected::Copy)).collect();
    assert!(web.sites().len() >= 14 && real.len() >= 150, "{} sites, {} pages", web.sites().len(), real.len());
    let mut per_site: BTreeMap<&str, usize> = BTreeMap::new();
    for page in &real {
        *per_site.entry(page.site).or_default() += 1;
        assert!(page.published_ms <= NOW && page.published_ms > NOW - 44 * 86_400_000, "{}", page.url);
        assert_eq!(page.is_copy, page.copy_of.is_some());
    }
    assert_eq!(per_site.len(), web.sites().len(), "every site has pages: {per_site:?}");
    for key in [|page: &PageInfo| page.slug.clone(), |page: &PageInfo| page.url.clone(), |page: &PageInfo| page.listed.clone()] {
        assert_eq!(pages.iter().map(key).collect::<HashSet<_>>().len(), pages.len());
    }
    let count = |expected| pages.iter().filter(|page| page.expected == expected).count();
    assert_eq!((count(Expected::Robots), count(Expected::Gone)), (3, 2));
    assert!(real.iter().any(|page| page.is_copy) && real.iter().filter(|page| page.label == "claim").all(|page| page.narrative.is_some()));
    web.stop().await;
}

#[tokio::test]
async fn sources_are_toml_and_name_the_feeds() {
    let web = MiniWeb::start(NOW).await.unwrap();
    let sources = web.sources();
    assert_eq!(sources.len(), web.sites().len());
    for (name, text) in &sources {
        let source: toml::Table = text.parse().unwrap();
        let site = site(&web, source["id"].as_str().unwrap());
        assert_eq!(*name, format!("{}.toml", site.id));
        assert_eq!((source["site"].as_str(), source["group"].as_str()), (Some(site.home.as_str()), Some(site.group)));
        assert_eq!((source["found_by"].as_str(), source["lang"].as_str()), (Some("channel"), Some("vi")));
        let feeds = source["feeds"].as_array().unwrap();
        assert_eq!(feeds[0]["url"].as_str(), Some(site.feed.as_str()));
        assert_eq!(feeds[0].get("link_selector").is_some(), feeds[0]["kind"].as_str() == Some("listing"));
    }
    web.stop().await;
}

#[tokio::test]
async fn two_webs_live_side_by_side() {
    let (one, two) = (MiniWeb::start(NOW).await.unwrap(), MiniWeb::start(NOW).await.unwrap());
    assert_ne!(one.port(), two.port());
    one.stop().await;
    assert_eq!(get(&two.sites()[0].home, &[]).await.status, 200);
    two.stop().await;
    assert!(matches!(MiniWeb::start(i64::MAX).await, Err(kiemtin_miniweb::MiniWebError::Clock { .. })));
}
