//! Does every hostile server end in its named outcome, within its cap, and without slowing others?

use crate::server::{Reply, Server};
use crate::{crawler, fetch, gzip, poll, refused};
use kiemtin_model::{Failure, FeedKind, Outcome, Refusal};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Longest that any of them may take: the cap of a request here is one second.
const WITHIN: Duration = Duration::from_millis(1_900);

fn raw(head: &str, body: &[u8]) -> Reply {
    Reply::Raw([format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{head}\r\n").as_bytes(), body].concat())
}

/// Half a gigabyte of zeros, packed in many small members, so that the test itself stays small.
fn bomb() -> Vec<u8> {
    gzip(&vec![0; 8 << 20]).repeat(64)
}

fn hostile(path: &str, bomb: &[u8]) -> Reply {
    match path {
        "/nho-giot-than" => Reply::Drip(Duration::from_millis(50)),
        "/nho-giot-dau" => Reply::DripHead(Duration::from_millis(50)),
        "/im" => Reply::Silence,
        "/bat-tan" => Reply::EndlessChunks,
        "/bom" => raw("Content-Encoding: gzip\r\nConnection: close\r\n", bomb),
        "/bom-kep" => raw("Content-Encoding: gzip\r\nConnection: close\r\n", &gzip(&gzip(b"<p>x</p>"))),
        "/hai-lop" => raw("Content-Encoding: gzip, gzip\r\nConnection: close\r\n", &gzip(&gzip(b"<p>x</p>"))),
        "/dau-lon" => raw(&format!("X: {}\r\n", "a".repeat(2 << 20)), b"x"),
        "/nhieu-dau" => raw(&(0..500).map(|n| format!("X-{n}: a\r\n")).collect::<String>(), b"x"),
        "/dai-hon" => raw("Content-Length: 100\r\nConnection: close\r\n", b"abc"),
        "/rat-dai" => raw("Content-Length: 99999999999\r\n", b"abc"),
        "/hai-do-dai" => raw("Content-Length: 3\r\nContent-Length: 5\r\n", b"abcde"),
        "/gzip-hong" => raw("Content-Encoding: gzip\r\nConnection: close\r\n", &[&[0x1f, 0x8b][..], &[7; 40]].concat()),
        "/rac" => Reply::Raw(b"\x00\x01\x02 khong phai http\r\n\r\n".to_vec()),
        "/quay" => Reply::redirect(302, "/quay"),
        "/khac-giao-thuc" => Reply::redirect(302, "gopher://127.0.0.1/x"),
        path if path.starts_with("/mai") => Reply::redirect(302, &format!("{path}i")),
        _ => Reply::html("<p>lành</p>"),
    }
}

enum Named {
    Network,
    Parse,
    Refused(Refusal),
}

#[tokio::test]
async fn each_ends_in_its_outcome_within_its_cap() {
    let packed = bomb();
    let server = Server::site("127.0.18.1", move |seen, _| hostile(&seen.path, &packed)).await;
    let crawler = crawler(|s| {
        s.request_timeout_s = 1;
        s.max_page_bytes = 2 << 20;
    });
    for (path, named) in [
        ("/nho-giot-than", Named::Network),
        ("/nho-giot-dau", Named::Network),
        ("/im", Named::Network),
        ("/bat-tan", Named::Refused(Refusal::TooLarge)),
        ("/bom", Named::Refused(Refusal::TooLarge)),
        ("/bom-kep", Named::Refused(Refusal::ContentType)),
        ("/hai-lop", Named::Parse),
        ("/dau-lon", Named::Network),
        ("/nhieu-dau", Named::Network),
        ("/dai-hon", Named::Network),
        ("/rat-dai", Named::Refused(Refusal::TooLarge)),
        ("/hai-do-dai", Named::Network),
        ("/gzip-hong", Named::Parse),
        ("/rac", Named::Network),
        ("/quay", Named::Network),
        ("/khac-giao-thuc", Named::Refused(Refusal::Address)),
        ("/mai", Named::Network),
    ] {
        let began = Instant::now();
        let outcome = fetch(&crawler, &server.url(path)).await.map(|page| page.html).unwrap_err();
        assert!(began.elapsed() < WITHIN, "{path}: {:?}", began.elapsed());
        let expected = match named {
            Named::Network => matches!(outcome, Outcome::Failed(Failure::Network(_))),
            Named::Parse => matches!(outcome, Outcome::Failed(Failure::Parse(_))),
            Named::Refused(refusal) => outcome == refused(refusal),
        };
        assert!(expected, "{path}: {outcome:?}");
        assert!(fetch(&crawler, &server.url("/lanh")).await.is_ok(), "after {path} the host is asked as before");
    }
}

#[tokio::test]
async fn tls_errors_are_network_failures() {
    // A server that speaks no TLS, one that hangs up, and one that sends an alert (handshake_failure).
    for answer in [b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(), Vec::new(), vec![0x15, 3, 3, 0, 2, 2, 40]] {
        let listener = tokio::net::TcpListener::bind("127.0.18.2:0").await.unwrap();
        let url = format!("https://{}/a", listener.local_addr().unwrap());
        tokio::spawn(async move {
            use tokio::io::{AsyncReadExt, AsyncWriteExt};
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut hello = [0; 512];
                let _ = stream.read(&mut hello).await;
                let _ = stream.write_all(&answer).await;
            }
        });
        let began = Instant::now();
        let outcome = fetch(&crawler(|s| s.request_timeout_s = 1), &url).await.unwrap_err();
        assert!(matches!(outcome, Outcome::Failed(Failure::Network(_))), "{outcome:?}");
        assert!(began.elapsed() < WITHIN, "{:?}", began.elapsed());
    }
}

#[tokio::test]
async fn hostile_feeds_end_too() {
    let laughs: String = (1..10).map(|n| format!("<!ENTITY l{n} \"&l{0};&l{0};&l{0};&l{0};&l{0};\">", n - 1)).collect();
    let laughs =
        format!("<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY l0 \"lol\">{laughs}]><rss><channel><title>&l9;</title></channel></rss>");
    let quadratic = format!(
        "<!DOCTYPE x [<!ENTITY a \"{}\">]><rss><channel><item><title>{}</title><link>/a</link></item></channel></rss>",
        "a".repeat(50_000),
        "&a;".repeat(50_000)
    );
    let server = Server::site("127.0.18.3", move |seen, _| match seen.path.as_str() {
        "/cuoi" => Reply::xml(&laughs),
        "/binh-phuong" => Reply::xml(&quadratic),
        "/tep" => Reply::xml(
            "<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><rss><channel><item><title>&f;</title></item></channel></rss>",
        ),
        _ => Reply::xml(&format!("<rss><channel><item>{}", "<media:group>".repeat(100_000))),
    })
    .await;
    let crawler = crawler(|_| {});
    for path in ["/cuoi", "/tep", "/sau"] {
        let began = Instant::now();
        let outcome = poll(&crawler, FeedKind::Feed, &server.url(path)).await.unwrap_err();
        assert!(matches!(outcome, Outcome::Failed(Failure::Parse(_))), "{path}: {outcome:?}");
        assert!(began.elapsed() < WITHIN, "{path}: {:?}", began.elapsed());
    }
    let (leads, ..) = poll(&crawler, FeedKind::Feed, &server.url("/binh-phuong")).await.unwrap();
    assert!(leads[0].title.len() <= 4 * 50_000, "the entity is not expanded: {} bytes", leads[0].title.len());
}

#[tokio::test]
async fn other_hosts_keep_their_pace() {
    let packed = bomb();
    let crawler = Arc::new(crawler(|s| {
        s.request_timeout_s = 1;
        s.max_page_bytes = 2 << 20;
    }));
    let good = Server::site("127.0.19.1", |_, _| Reply::html("<p>lành</p>")).await;
    let pages = |from: usize| {
        let (crawler, good) = (Arc::clone(&crawler), (0..20).map(|n| good.url(&format!("/{from}-{n}"))).collect::<Vec<_>>());
        async move {
            let began = Instant::now();
            for url in good {
                assert!(fetch(&crawler, &url).await.is_ok());
            }
            began.elapsed()
        }
    };
    let alone = pages(0).await;
    let mut hostiles = Vec::new();
    for (n, path) in ["/nho-giot-than", "/nho-giot-dau", "/im", "/bat-tan", "/bom", "/dau-lon", "/mai"].iter().enumerate() {
        let packed = packed.clone();
        let server = Server::site(&format!("127.0.19.{}", n + 2), move |seen, _| hostile(&seen.path, &packed)).await;
        let (crawler, url) = (Arc::clone(&crawler), server.url(path));
        hostiles.push(tokio::spawn(async move { fetch(&crawler, &url).await.is_err() }));
    }
    let beside = pages(1).await;
    for hostile in hostiles {
        assert!(hostile.await.unwrap());
    }
    assert!(beside < alone * 5 + Duration::from_millis(500), "alone {alone:?}, beside hostile hosts {beside:?}");
}
