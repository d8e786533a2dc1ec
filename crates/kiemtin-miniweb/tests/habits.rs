//! Does every site have the bad habits that it is there for?

mod client;

use client::{NOW, get, site};
use encoding_rs::WINDOWS_1258;
use kiemtin_miniweb::{Expected, MiniWeb, PageInfo};
use std::time::{Duration, Instant};
use unicode_normalization::{UnicodeNormalization, is_nfc};

async fn start() -> (MiniWeb, Vec<PageInfo>) {
    let web = MiniWeb::start(NOW).await.unwrap();
    let pages = web.pages();
    (web, pages)
}

fn first<'a>(pages: &'a [PageInfo], site: &str) -> &'a PageInfo {
    pages.iter().find(|page| page.site == site).unwrap()
}

#[tokio::test]
async fn bytes_are_what_they_claim() {
    let (web, pages) = start().await;
    for url in [&site(&web, "bao-mien-nui").feed, &first(&pages, "bao-mien-nui").listed, &site(&web, "bao-mien-nui").home] {
        let answer = get(url, &[]).await;
        assert!(std::str::from_utf8(&answer.body).is_err(), "{url} is UTF-8");
        let (text, _, bad) = WINDOWS_1258.decode(&answer.body);
        assert!(!bad && text.nfc().any(|c| c == 'ế' || c == 'ộ'), "{url}");
        assert!(text.contains("windows-1258"), "{url} does not say so");
        assert!(!answer.header("content-type").unwrap().contains("charset"), "{url}");
    }
    for url in [&site(&web, "bao-bien").feed, &first(&pages, "bao-bien").listed] {
        let text = String::from_utf8(get(url, &[]).await.body).unwrap();
        assert!(!is_nfc(&text) && text.nfd().eq(text.chars()), "{url} is not decomposed");
    }
    web.stop().await;
}

#[tokio::test]
async fn what_is_known_is_not_sent_again() {
    let (web, pages) = start().await;
    for site in web.sites() {
        // The slow and the grumpy site are asked for their feeds only.
        let pages =
            pages.iter().filter(|page| page.site == site.id && page.expected != Expected::Gone && page.expected != Expected::Robots);
        let page = pages.filter(|_| !matches!(site.id, "doi-song-pho" | "ban-doc-tre")).map(|page| page.listed.clone()).next();
        for url in [site.feed.clone(), site.home.clone()].into_iter().chain(page) {
            let answer = get(&url, &[]).await;
            assert_eq!(answer.status, 200, "{url}");
            let modified = answer.header("last-modified").unwrap();
            assert_eq!(get(&url, &[&format!("If-Modified-Since: {modified}")]).await.status, 304, "{url}");
            match answer.header("etag") {
                Some(tag) => {
                    assert_eq!(tag.starts_with("W/"), site.id == "kinh-te-24h");
                    let again = get(&url, &[&format!("If-None-Match: {tag}")]).await;
                    assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, Some(tag)), "{url}");
                    assert_eq!(get(&url, &["If-None-Match: \"x\""]).await.status, 200, "{url}");
                }
                None => assert_eq!(site.id, "bao-nganh"),
            }
        }
    }
    web.stop().await;
}

#[tokio::test]
async fn the_youth_paper_is_grumpy() {
    let (web, pages) = start().await;
    let of = |expected| pages.iter().filter(move |page| page.site == "ban-doc-tre" && page.expected == expected);
    let page = of(Expected::New).find(|page| page.url == page.listed).unwrap();
    let refused = get(&page.url, &[]).await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("1")));
    assert_eq!(get(&page.url, &[]).await.status, 200);
    for gone in of(Expected::Gone) {
        assert_eq!(get(&gone.listed, &[]).await.status, 404);
    }
    let moved: Vec<&PageInfo> = pages.iter().filter(|page| page.site == "ban-doc-tre" && page.url != page.listed).collect();
    assert_eq!(moved.len(), 1);
    let answer = get(&moved[0].listed, &[]).await;
    assert_eq!(answer.status, 301);
    assert!(moved[0].url.ends_with(answer.header("location").unwrap()));
    let statuses: Vec<u16> = web.log().iter().map(|request| request.status).collect();
    assert_eq!(statuses, [429, 200, 404, 404, 301]);
    web.stop().await;
}

#[tokio::test]
async fn robots_and_tracking_and_slowness() {
    let (web, pages) = start().await;
    let digest = site(&web, "tin-tong-hop");
    let robots = get(&format!("{}robots.txt", digest.home), &[]).await.text();
    assert!(robots.contains("Disallow: /noi-bo/") && robots.contains("Crawl-delay: 0.1"));
    let feed = get(&digest.feed, &[]).await.text();
    assert_eq!(feed.matches("<link>").count() - 1, pages.iter().filter(|page| page.site == "tin-tong-hop").count());
    assert!(pages.iter().filter(|page| page.is_copy && page.site == "tin-tong-hop").all(|page| page.listed.contains("utm_source=")));
    for site in web.sites() {
        assert!(get(&format!("{}robots.txt", site.home), &[]).await.text().starts_with("User-agent: *\n"));
    }
    let before = Instant::now();
    assert_eq!(get(&first(&pages, "doi-song-pho").listed, &[]).await.status, 200);
    assert!(before.elapsed() >= Duration::from_millis(390));
    web.stop().await;
}

#[tokio::test]
async fn dates_are_written_as_told() {
    let (web, pages) = start().await;
    let feed = async |id: &str| get(&site(&web, id).feed, &[]).await.text();
    assert!(feed("nhip-song-moi").await.contains(":00 GMT+7</pubDate>"));
    assert!(feed("kinh-te-24h").await.contains("<dc:date>2026-1"));
    assert!(feed("thoi-bao-viet").await.contains(":00+07:00</updated>"));
    assert!(feed("doanh-thuong").await.contains("\"version\":\"https://jsonfeed.org/version/1.1\""));
    assert!(feed("cong-bct").await.contains("/2026 08:45</pubDate>"));
    assert!(feed("doi-song-pho").await.contains(":00</pubDate>"));
    let article = get(&first(&pages, "thi-truong-online").url, &[]).await.text();
    assert!(article.contains("(GMT+7)</span>") && article.contains(">Thứ hai, 23/11/2026</div>"));
    assert!(!article.contains("published_time") && !article.contains("datePublished"));
    let portal = get(&first(&pages, "cong-bct").url, &[]).await.text();
    assert!(portal.contains("__VIEWSTATE") && portal.contains("class=\"ngay-dang\">"));
    web.stop().await;
}

#[tokio::test]
async fn edits_appear_when_published() {
    let (web, pages) = start().await;
    let page = pages.iter().find(|page| page.edited_title.is_some()).unwrap();
    let (old, new) = (&page.title, page.edited_title.as_ref().unwrap());
    let feed = &site(&web, page.site).feed;
    let (article, listed) = (get(&page.url, &[]).await, get(feed, &[]).await);
    assert!(article.text().contains(old) && listed.text().contains(old) && !listed.text().contains(new.as_str()));
    web.publish_edits();
    let known = format!("If-None-Match: {}", listed.header("etag").unwrap());
    let listed = get(feed, &[&known]).await;
    assert_eq!(listed.status, 200);
    assert!(listed.text().contains(new.as_str()) && listed.text().contains("<updated>2026-11-23T22:00:00+07:00</updated>"));
    let known = format!("If-None-Match: {}", article.header("etag").unwrap());
    let since = format!("If-Modified-Since: {}", article.header("last-modified").unwrap());
    assert_eq!(get(&page.url, &[&since]).await.status, 200);
    let article = get(&page.url, &[&known]).await;
    assert_eq!(article.status, 200);
    assert!(article.text().contains(new.as_str()) && article.text().contains("\"dateModified\":\"2026-11-23T22:00:00+07:00\""));
    assert_eq!(web.pages(), pages, "the list of pages speaks of both versions");
    web.stop().await;
}

#[tokio::test]
async fn the_network_pages_without_gaps() {
    let (web, pages) = start().await;
    let base = format!("{}api/v1/timelines/public", site(&web, "mang-xa-hoi-viet").home);
    let ids = async |query: &str| -> Vec<u64> {
        let body = get(&format!("{base}?{query}"), &[]).await.body;
        let statuses: Vec<serde_json::Value> = serde_json::from_slice(&body).unwrap();
        statuses.iter().map(|status| status["id"].as_str().unwrap().parse().unwrap()).collect()
    };
    let newest = ids("limit=40").await;
    assert!(newest.len() == 40.min(pages.iter().filter(|page| page.site == "mang-xa-hoi-viet").count()));
    assert!(newest.is_sorted_by(|a, b| a > b));
    assert_eq!(ids("").await, newest[..20]);
    assert_eq!(ids(&format!("limit=5&max_id={}", newest[9])).await, newest[10..15]);
    assert_eq!(ids(&format!("limit=5&min_id={}", newest[9])).await, newest[4..9], "the oldest of the newer ones");
    assert_eq!(ids(&format!("limit=5&since_id={}", newest[9])).await, newest[..5], "the newest of the newer ones");
    assert_eq!(ids("limit=0&max_id=x").await.len(), 1);
    web.stop().await;
}
