//! Is robots.txt asked once, understood, and obeyed on every hop?

use crate::server::{Reply, Server};
use crate::{crawler, fetch, refused};
use kiemtin_model::{Failure, Outcome, Refusal};

#[tokio::test]
async fn robots_by_status() {
    for (status, expected) in [
        (200, Err(refused(Refusal::Robots))),
        (401, Ok(())),
        (403, Ok(())),
        (404, Ok(())),
        (410, Ok(())),
        (429, Err(refused(Refusal::Robots))),
        (500, Err(refused(Refusal::Robots))),
        (503, Err(refused(Refusal::Robots))),
    ] {
        let server = Server::start("127.0.10.1", move |seen, _| match seen.path.as_str() {
            "/robots.txt" => Reply::Http(status, Vec::new(), b"User-agent: *\nDisallow: /".to_vec()),
            _ => Reply::html("trang"),
        })
        .await;
        // After 429 and 503 the host would be left alone; here only the answer to the lead counts.
        let crawler = crawler(|s| s.max_wait_s = 0);
        assert_eq!(fetch(&crawler, &server.url("/a")).await.map(|_| ()), expected, "{status}");
        assert_eq!(fetch(&crawler, &server.url("/b")).await.map(|_| ()), expected, "{status}");
        assert_eq!(server.paths().iter().filter(|p| *p == "/robots.txt").count(), 1, "{status}: asked once");
        assert_eq!(server.paths().first().map(String::as_str), Some("/robots.txt"));
    }
}

#[tokio::test]
async fn robots_rules_are_for_us_and_redirects_of_robots_are_followed() {
    let server = Server::start("127.0.10.2", |seen, _| match seen.path.as_str() {
        "/robots.txt" => Reply::redirect(302, "/r2"),
        "/r2" => Reply::redirect(301, "/r3"),
        "/r3" => Reply::html("User-agent: *\nDisallow: /\n\nUser-agent: KiemTin\nSitemap: x\nDisallow: /kin"),
        _ => Reply::html("trang"),
    })
    .await;
    let crawler = crawler(|_| {});
    assert!(fetch(&crawler, &server.url("/mo")).await.is_ok());
    assert_eq!(fetch(&crawler, &server.url("/kin/a")).await.unwrap_err(), refused(Refusal::Robots));
    assert!(!server.paths().contains(&"/kin/a".to_owned()));
    let endless = Server::start("127.0.10.3", |seen, n| {
        if seen.path == "/trang" { Reply::html("x") } else { Reply::redirect(302, &format!("/robots.txt?{n}")) }
    })
    .await;
    assert!(fetch(&crawler, &endless.url("/trang")).await.is_ok(), "after five redirects it counts as missing");
}

#[tokio::test]
async fn an_unreachable_site_fails_and_is_not_asked_again() {
    let listener = tokio::net::TcpListener::bind("127.0.10.4:0").await.unwrap();
    let url = format!("http://{}/a", listener.local_addr().unwrap());
    drop(listener);
    let outcome = fetch(&crawler(|_| {}), &url).await.unwrap_err();
    assert!(matches!(&outcome, Outcome::Failed(Failure::Network(cause)) if cause.contains("refused")), "{outcome:?}");
}

#[tokio::test]
async fn a_redirect_is_checked_against_the_rules_of_its_target() {
    let target = Server::start("127.0.10.5", |seen, _| {
        if seen.path == "/robots.txt" { Reply::html("User-agent: *\nDisallow: /kin") } else { Reply::html("đích") }
    })
    .await;
    let (closed, open) = (target.url("/kin/1"), target.url("/mo/1"));
    let server = Server::site("127.0.10.6", move |seen, _| Reply::redirect(302, if seen.path == "/a" { &closed } else { &open })).await;
    let crawler = crawler(|_| {});
    assert_eq!(fetch(&crawler, &server.url("/a")).await.unwrap_err(), refused(Refusal::Robots));
    let page = fetch(&crawler, &server.url("/b")).await.unwrap();
    assert_eq!((page.final_url, page.html.as_str(), page.lead.url), (target.url("/mo/1"), "đích", server.url("/b")));
    assert_eq!(target.paths(), ["/robots.txt", "/mo/1"]);
}
