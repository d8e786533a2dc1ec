//! Is a host asked one thing at a time, with pauses, and left alone when it asks for that?

use crate::server::{Reply, Seen, Server};
use crate::{crawler, fetch};
use kiemtin_model::{Failure, Outcome};
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

#[tokio::test]
async fn one_request_at_a_time_and_a_pause_between_starts() {
    let answer = |seen: &Seen, _: usize| {
        let robots = if seen.path == "/robots.txt" { "" } else { "trang" };
        Reply::Late(Duration::from_millis(30), Box::new(Reply::html(robots)))
    };
    let (a, b) = (Server::start("127.0.11.1", answer).await, Server::start("127.0.11.2", answer).await);
    let crawler = Arc::new(crawler(|s| s.delay_ms = 200));
    let began = Instant::now();
    let tasks: Vec<_> = (0..8)
        .map(|n| {
            let url = if n % 2 == 0 { a.url(&format!("/{n}")) } else { b.url(&format!("/{n}")) };
            let crawler = Arc::clone(&crawler);
            tokio::spawn(async move { fetch(&crawler, &url).await.is_ok() })
        })
        .collect();
    for task in tasks {
        assert!(task.await.unwrap());
    }
    for server in [&a, &b] {
        let seen = server.seen();
        assert_eq!(seen.len(), 5);
        assert!(seen.iter().all(|s| s.beside == 0), "two requests at one time");
        for pair in seen.windows(2) {
            let pause = pair[1].at - pair[0].at;
            assert!(pause >= Duration::from_millis(150), "{pause:?}");
        }
    }
    assert!(began.elapsed() < Duration::from_millis(1_600), "the hosts wait for each other: {:?}", began.elapsed());
}

/// Twenty hosts, six pages each, all asked for at once: one of them forbidden, one refused with `Retry-After` at first.
#[tokio::test]
async fn twenty_hosts_are_never_hurried() {
    let mut servers = Vec::new();
    for n in 1..=20 {
        let answer = |seen: &Seen, times: usize| match seen.path.as_str() {
            "/robots.txt" => Reply::html("User-agent: *\nDisallow: /cam"),
            "/2" if times == 0 => Reply::status(429).with("Retry-After", "1"),
            _ => Reply::Late(Duration::from_millis(10), Box::new(Reply::html("trang"))),
        };
        servers.push(Server::start(&format!("127.0.14.{n}"), answer).await);
    }
    let crawler = Arc::new(crawler(|s| s.delay_ms = 300));
    let paths = ["/0", "/1", "/2", "/3", "/4", "/cam"];
    let tasks: Vec<_> = paths
        .iter()
        .flat_map(|path| servers.iter().map(|s| s.url(path)))
        .map(|url| {
            let crawler = Arc::clone(&crawler);
            tokio::spawn(async move { fetch(&crawler, &url).await.is_ok() })
        })
        .collect();
    let mut taken = 0;
    for task in tasks {
        taken += usize::from(task.await.unwrap());
    }
    assert!(taken >= 20 * 4, "{taken} pages of 100 that are allowed");
    for server in &servers {
        let seen = server.seen();
        assert!(seen.iter().all(|s| s.path != "/cam"), "robots.txt forbids it");
        assert!(seen.iter().all(|s| s.beside == 0), "two requests at one time");
        for pair in seen.windows(2) {
            let pause = pair[1].at - pair[0].at;
            // The pause is 240 ms at least; a loaded machine notes the earlier arrival some milliseconds late.
            let refused = pair[0].path == "/2" && seen.iter().filter(|s| s.at <= pair[0].at && s.path == "/2").count() == 1;
            let least = if refused { 950 } else { 190 };
            assert!(pause >= Duration::from_millis(least), "{pause:?} after {}", pair[0].path);
        }
    }
}

#[tokio::test]
async fn crawl_delay_is_kept() {
    let server = Server::start("127.0.11.3", |seen, _| {
        if seen.path == "/robots.txt" { Reply::html("User-agent: *\nCrawl-delay: 0.4") } else { Reply::html("x") }
    })
    .await;
    let crawler = crawler(|_| {});
    for path in ["/a", "/b", "/c"] {
        fetch(&crawler, &server.url(path)).await.unwrap();
    }
    for pair in server.seen().windows(2) {
        assert!(pair[1].at - pair[0].at >= Duration::from_millis(395), "{:?}", pair[1].at - pair[0].at);
    }
}

#[tokio::test]
async fn the_whole_crawler_has_a_limit() {
    let mut servers = Vec::new();
    for n in 1..=6 {
        servers
            .push(Server::site(&format!("127.0.12.{n}"), |_, _| Reply::Late(Duration::from_millis(100), Box::new(Reply::html("x")))).await);
    }
    let crawler = Arc::new(crawler(|s| s.parallel = 2));
    let began = Instant::now();
    let tasks: Vec<_> = servers
        .iter()
        .map(|s| {
            let (url, crawler) = (s.url("/"), Arc::clone(&crawler));
            tokio::spawn(async move { fetch(&crawler, &url).await.is_ok() })
        })
        .collect();
    for task in tasks {
        assert!(task.await.unwrap());
    }
    assert!(began.elapsed() >= Duration::from_millis(290), "six pages of 100 ms, two at a time: {:?}", began.elapsed());
}

#[tokio::test]
async fn retry_after_in_seconds_and_as_a_date_is_waited_for() {
    for (status, wait) in [(429, "1".to_owned()), (503, "Mon, 12 May 2025 01:30:01 GMT".to_owned())] {
        let server =
            Server::site(
                "127.0.13.1",
                move |_, times| if times == 0 { Reply::status(status).with("Retry-After", &wait) } else { Reply::html("x") },
            )
            .await;
        assert!(fetch(&crawler(|_| {}), &server.url("/a")).await.is_ok(), "{status}");
        let seen = server.seen();
        assert_eq!(seen.len(), 3);
        assert!(seen[2].at - seen[1].at >= Duration::from_millis(990), "{status}: {:?}", seen[2].at - seen[1].at);
    }
}

#[tokio::test]
async fn longer_waits_end_the_lead_and_silence_the_host() {
    for wait in ["3600", "Mon, 12 May 2025 02:30:00 GMT"] {
        let server = Server::site("127.0.13.2", move |_, _| Reply::status(429).with("Retry-After", wait)).await;
        let crawler = crawler(|_| {});
        let began = Instant::now();
        assert_eq!(fetch(&crawler, &server.url("/a")).await.unwrap_err(), Outcome::Failed(Failure::RetryLater));
        assert_eq!(fetch(&crawler, &server.url("/b")).await.unwrap_err(), Outcome::Failed(Failure::RetryLater));
        assert!(began.elapsed() < Duration::from_secs(2));
        assert_eq!(server.paths(), ["/robots.txt", "/a"], "the whole host is left alone");
    }
}

#[tokio::test]
async fn a_host_that_keeps_refusing_is_given_up() {
    let server = Server::site("127.0.13.3", |_, _| Reply::status(503).with("Retry-After", "0")).await;
    assert_eq!(fetch(&crawler(|_| {}), &server.url("/a")).await.unwrap_err(), Outcome::Failed(Failure::RetryLater));
    assert_eq!(server.paths().len(), 4);
    let server = Server::site("127.0.13.4", |_, _| Reply::status(503)).await;
    assert_eq!(fetch(&crawler(|_| {}), &server.url("/a")).await.unwrap_err(), Outcome::Failed(Failure::Status(503)));
}

/// A firewall's test for machines is told apart from a refusal, and not repeated.
#[tokio::test]
async fn a_challenge_is_no_page() {
    let answer = |seen: &Seen, _: usize| match seen.path.as_str() {
        "/cf" => Reply::status(403).with("cf-mitigated", "challenge"),
        "/aws" => Reply::status(202).with("x-amzn-waf-action", "challenge"),
        _ => Reply::status(403),
    };
    let server = Server::site("127.0.15.1", answer).await;
    let crawler = crawler(|_| {});
    let challenge = Outcome::Refused(kiemtin_model::Refusal::Challenge);
    assert_eq!(fetch(&crawler, &server.url("/cf")).await.unwrap_err(), challenge);
    assert_eq!(fetch(&crawler, &server.url("/aws")).await.unwrap_err(), challenge);
    assert_eq!(fetch(&crawler, &server.url("/x")).await.unwrap_err(), Outcome::Failed(Failure::Status(403)));
}

/// "Come back in an hour" holds for the crawler that is started a moment later, too.
#[tokio::test]
async fn a_restart_keeps_the_pause_of_a_host() {
    let server = Server::site("127.0.15.2", |_, _| Reply::status(429).with("Retry-After", "3600")).await;
    let before = crawler(|_| {});
    assert_eq!(fetch(&before, &server.url("/a")).await.unwrap_err(), Outcome::Failed(Failure::RetryLater));
    let pauses = before.take_pauses();
    assert_eq!(pauses.iter().map(|p| (p.host.as_str(), p.until)).collect::<Vec<_>>(), [("127.0.15.2", crate::now().plus(3_600_000))]);
    let asked = server.seen().len();
    let after = crawler(|_| {});
    after.resume(&pauses);
    assert_eq!(fetch(&after, &server.url("/b")).await.unwrap_err(), Outcome::Failed(Failure::RetryLater));
    assert_eq!(server.seen().len(), asked, "not even its robots.txt");
}
