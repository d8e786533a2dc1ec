//! Is there a way into a private network?

use crate::server::{Reply, Server};
use crate::{crawler, fetch, now, poll, refused};
use kiemtin_crawl::{CrawlSettings, Crawler};
use kiemtin_model::{Failure, FeedKind, Outcome, Refusal};
use std::sync::Arc;

#[tokio::test]
async fn private_addresses_are_not_reached_by_any_way() {
    let private = Server::site("127.1.0.1", |_, _| Reply::html("riêng")).await;
    let port = private.address.port();
    let ways: Vec<String> = [
        "127.1.0.1",
        "127.1.1",
        "2130771969",
        "0x7f.1.1",
        "0x7f010001",
        "0177.1.0.1",
        "017700200001",
        "127.1.0.1.",
        "①②⑦.1.0.1",
        "１２７.1.0.1",
        "127。1。0。1",
        "[::ffff:127.1.0.1]",
        "[::ffff:7f01:1]",
        "[0:0:0:0:0:ffff:127.1.0.1]",
        "[::127.1.0.1]",
        "[64:ff9b::7f01:1]",
        "[2002:7f01:1::]",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fd00::1]",
        "0",
        "10.0.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.0.1",
        "255.255.255.255",
    ]
    .iter()
    .map(|host| format!("http://{host}:{port}/x"))
    .collect();
    let targets = ways.clone();
    let server = Server::site("127.0.15.1", move |seen, _| {
        let n: usize = seen.path.trim_start_matches('/').parse().unwrap_or(0);
        Reply::redirect([301, 302, 303, 307, 308][n % 5], &targets[n])
    })
    .await;
    let crawler = crawler(|_| {});
    for (n, way) in ways.iter().enumerate() {
        assert_eq!(fetch(&crawler, way).await.unwrap_err(), refused(Refusal::PrivateAddress), "{way}");
        assert_eq!(fetch(&crawler, &server.url(&format!("/{n}"))).await.unwrap_err(), refused(Refusal::PrivateAddress), "{way}");
        assert_eq!(poll(&crawler, FeedKind::Feed, way).await.unwrap_err(), refused(Refusal::PrivateAddress));
    }
    // A name is judged by where it leads.
    let by_name = format!("http://localhost:{port}/x");
    let open_port = Crawler::new(
        CrawlSettings { allow_networks: vec!["10.0.0.0/8".into()], allow_ports: Vec::new(), ..CrawlSettings::default() },
        Arc::new(now),
    )
    .unwrap();
    assert_eq!(fetch(&open_port, &by_name).await.unwrap_err(), refused(Refusal::PrivateAddress));
    assert!(private.seen().is_empty(), "{:?}", private.paths());
}

#[tokio::test]
async fn robots_txt_does_not_lead_into_a_private_network() {
    let private = Server::site("127.1.0.2", |_, _| Reply::html("riêng")).await;
    let to = private.url("/robots.txt");
    let server = Server::start("127.0.15.2", move |_, _| Reply::redirect(302, &to)).await;
    assert_eq!(fetch(&crawler(|_| {}), &server.url("/a")).await.unwrap_err(), refused(Refusal::Robots));
    assert!(private.seen().is_empty());
}

#[tokio::test]
async fn odd_redirects_end() {
    let server = Server::site("127.0.15.3", |seen, _| match seen.path.as_str() {
        "/vong" => Reply::redirect(302, "/vong2"),
        "/vong2" => Reply::redirect(302, "/vong"),
        "/tep" => Reply::redirect(302, "file:///etc/passwd"),
        "/data" => Reply::redirect(302, "data:text/html,x"),
        "/khong" => Reply::status(302),
        "/viet" => Reply::redirect(302, "/tiếng-việt"),
        path if path.starts_with("/n") => Reply::redirect(302, &format!("{path}n")),
        _ => Reply::html("x"),
    })
    .await;
    let crawler = crawler(|_| {});
    for path in ["/vong", "/nn", "/khong"] {
        assert!(matches!(fetch(&crawler, &server.url(path)).await.unwrap_err(), Outcome::Failed(Failure::Network(_))), "{path}");
    }
    assert_eq!(server.paths().iter().filter(|p| p.starts_with("/nn")).count(), 6, "five redirects");
    for path in ["/tep", "/data"] {
        assert_eq!(fetch(&crawler, &server.url(path)).await.unwrap_err(), refused(Refusal::Address), "{path}");
    }
    assert!(fetch(&crawler, &server.url("/viet")).await.unwrap().final_url.ends_with("/ti%E1%BA%BFng-vi%E1%BB%87t"));
    for address in ["ftp://127.0.15.3/", "khong phai dia chi", "http://a:b@127.0.15.3/"] {
        assert_eq!(fetch(&crawler, address).await.unwrap_err(), refused(Refusal::Address), "{address}");
    }
}
