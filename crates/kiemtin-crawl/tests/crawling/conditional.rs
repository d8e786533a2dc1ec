//! Are unchanged documents not read twice?

use crate::server::{Reply, Seen, Server};
use crate::{RSS, crawler, feed, fetch, lead, now, poll, source};
use kiemtin_crawl::{Fetched, Polled};
use kiemtin_model::{Failure, FeedKind, Outcome, Validators};

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
    let again = crawler.poll(&source(), &feed(FeedKind::Feed, &server.url("/rss")), &validators).await;
    assert!(matches!(again, Ok(Polled::Unchanged)));
    let last = server.seen().pop().unwrap();
    assert_eq!(last.headers.get("user-agent").map(String::as_str), Some("kiemtin/0.1 (+https://kiemtin.example/bot)"));
    assert!(!last.headers.contains_key("referer") && !last.headers.contains_key("cookie"));
}

#[tokio::test]
async fn not_modified() {
    let server = Server::site("127.0.14.2", |_, _| Reply::status(304)).await;
    let crawler = crawler(|_| {});
    let known = Validators { etag: Some("\"1\"".into()), last_modified: None };
    assert!(matches!(crawler.fetch(lead(&server.url("/a")), &known).await, Fetched::NotModified));
    assert!(matches!(crawler.poll(&source(), &feed(FeedKind::Feed, &server.url("/rss")), &known).await, Ok(Polled::Unchanged)));
    assert_eq!(fetch(&crawler, &server.url("/a")).await.unwrap_err(), Outcome::Failed(Failure::Status(304)), "without a question");
}
