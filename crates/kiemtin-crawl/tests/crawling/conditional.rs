//! Are unchanged documents not read twice?

use crate::server::{Reply, Seen, Server};
use crate::{RSS, crawler, feed, fetch, lead, now, poll, poll_knowing, source};
use kiemtin_crawl::{Fetched, KnownListing};
use kiemtin_model::{Failure, FeedKind, FeedSpec, Outcome, Validators};
use std::time::Duration;

#[tokio::test]
async fn validators_go_back_as_they_came() {
    let answer = |seen: &Seen, _: usize| {
        let same = seen.headers.get("if-none-match").is_some_and(|v| v == "W/\"a b\"")
            && seen.headers.get("if-modified-since").is_some_and(|v| v == "Mon, 12 May 2025 01:00:00 GMT");
        let body = if seen.path == "/rss" { Reply::xml(RSS) } else { Reply::html("trang") };
        if same { Reply::status(304) } else { body.with("ETag", "W/\"a b\"").with("Last-Modified", "Mon, 12 May 2025 01:00:00 GMT") }
    };
    let server = Server::site("127.0.14.1", answer).await;
    let crawler = crawler(|_| {});
    let page = fetch(&crawler, &server.url("/a")).await.unwrap();
    assert_eq!(page.validators, Validators { etag: Some("W/\"a b\"".into()), last_modified: Some("Mon, 12 May 2025 01:00:00 GMT".into()) });
    assert_eq!(page.fetched_at, now());
    let (leads, validators, _) = poll(&crawler, FeedKind::Feed, &server.url("/rss")).await.unwrap();
    assert_eq!((leads.len(), &validators), (1, &page.validators));
    let known = KnownListing { validators, ..KnownListing::default() };
    let again = poll_knowing(&crawler, FeedKind::Feed, &server.url("/rss"), &known).await.unwrap();
    assert!(again.leads.is_none() && again.known.is_none());
    let last = server.seen().pop().unwrap();
    assert_eq!(last.headers.get("user-agent").map(String::as_str), Some("kiemtin/0.1 (+https://kiemtin.example/bot)"));
    assert!(!last.headers.contains_key("referer") && !last.headers.contains_key("cookie"));
}

#[tokio::test]
async fn not_modified() {
    let server = Server::site("127.0.14.2", |_, _| Reply::status(304)).await;
    let crawler = crawler(|_| {});
    let known = Validators { etag: Some("\"1\"".into()), last_modified: None };
    let listing = KnownListing { validators: known.clone(), ..KnownListing::default() };
    assert!(matches!(crawler.fetch(lead(&server.url("/a")), &known).await, Fetched::NotModified));
    assert!(poll_knowing(&crawler, FeedKind::Feed, &server.url("/rss"), &listing).await.unwrap().leads.is_none());
    assert_eq!(fetch(&crawler, &server.url("/a")).await.unwrap_err(), Outcome::Failed(Failure::Status(304)), "without a question");
}

/// The same body is not read again, though the server gives it a new version each time; and a source can say that its
/// server's word is not to be believed.
#[tokio::test]
async fn the_same_body_is_told_by_its_hash() {
    let answer = |_: &Seen, times: usize| Reply::xml(RSS).with("ETag", &format!("\"{times}\""));
    let server = Server::site("127.0.14.3", answer).await;
    let crawler = crawler(|_| {});
    let url = server.url("/rss");
    let first = poll_knowing(&crawler, FeedKind::Feed, &url, &KnownListing::default()).await.unwrap();
    let known = first.known.unwrap();
    assert_eq!((first.leads.unwrap().len(), known.validators.etag.as_deref()), (1, Some("\"0\"")));
    let second = poll_knowing(&crawler, FeedKind::Feed, &url, &known).await.unwrap();
    assert!(second.leads.is_none(), "the same body");
    assert_eq!(second.known.unwrap().validators.etag.as_deref(), Some("\"1\""), "under a new version");
    let other = KnownListing { body_hash: Some("0".into()), ..known };
    assert!(poll_knowing(&crawler, FeedKind::Feed, &url, &other).await.unwrap().leads.is_some());
    assert!(server.seen().pop().unwrap().headers.contains_key("if-none-match"));
    let never = FeedSpec { conditional_get: false, ..feed(FeedKind::Feed, &url) };
    crawler.poll(&source(), &never, &url, &other, 0).await.unwrap();
    assert!(!server.seen().pop().unwrap().headers.contains_key("if-none-match"));
}

#[tokio::test]
async fn feed_and_server_say_how_soon_and_where() {
    let with_ttl = RSS.replacen("<channel>", "<channel><ttl>30</ttl>", 1);
    let answer = move |seen: &Seen, _: usize| match seen.path.as_str() {
        "/cu" => Reply::redirect(301, "/cu2"),
        "/cu2" => Reply::redirect(308, "/rss"),
        "/tam" => Reply::redirect(302, "/cu2"),
        "/rss" => Reply::xml(&with_ttl).with("Cache-Control", "public, max-age=60"),
        _ => Reply::xml(RSS).with("Cache-Control", "max-age=99999"),
    };
    let server = Server::site("127.0.14.4", answer).await;
    let crawler = crawler(|_| {});
    let ask = async |path: &str| {
        let polled = poll_knowing(&crawler, FeedKind::Feed, &server.url(path), &KnownListing::default()).await.unwrap();
        (polled.moved_to, polled.pause)
    };
    let minutes = |n: u64| Some(Duration::from_secs(60 * n));
    assert_eq!(ask("/cu").await, (Some(server.url("/rss")), minutes(30)));
    assert_eq!(ask("/tam").await, (None, minutes(30)), "one of the redirects is for now only");
    assert_eq!(ask("/rss").await, (None, minutes(30)));
    assert_eq!(ask("/khac").await, (None, minutes(60)), "an hour at most");
}
