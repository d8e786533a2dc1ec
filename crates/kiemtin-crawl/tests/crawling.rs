//! The crawler against real servers on loopback, friendly and hostile.

mod support;

use flate2::Compression;
use flate2::write::GzEncoder;
use kiemtin_crawl::{Clock, CrawlSettings, Crawler, Fetched, Polled};
use kiemtin_model::{Failure, FeedKind, FeedSpec, FetchedPage, FoundBy, Lead, LeadBody, Outcome, Refusal, Source, SourceGroup, Time, Validators};
use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::{Reply, Seen, Server};

fn now() -> Time {
    Time::parse("2025-05-12T08:30:00+07:00").unwrap()
}

fn crawler(adjust: impl FnOnce(&mut CrawlSettings)) -> Crawler {
    let mut settings = CrawlSettings {
        user_agent: "kiemtin/0.1 (+https://kiemtin.example/bot)".into(),
        allow_networks: vec!["127.0.0.0/16".into()],
        delay_ms: 0,
        request_timeout_s: 10,
        max_wait_s: 3,
        ..CrawlSettings::default()
    };
    adjust(&mut settings);
    let clock: Clock = Arc::new(now);
    Crawler::new(settings, clock).unwrap()
}

fn lead(url: &str) -> Lead {
    Lead { source: "bao".into(), url: url.into(), title: String::new(), published_at: None, updated_at: None, body: LeadBody::Page }
}

async fn fetch(crawler: &Crawler, url: &str) -> Result<FetchedPage, Outcome> {
    match crawler.fetch(lead(url), &Validators::default()).await {
        Fetched::Page(page) => Ok(page),
        Fetched::NotModified => panic!("not modified"),
        Fetched::Ended(outcome) => Err(outcome),
    }
}

async fn poll(crawler: &Crawler, kind: FeedKind, url: &str) -> Result<(Vec<Lead>, Validators, Vec<String>), Outcome> {
    match crawler.poll(&source(), &feed(kind, url), &Validators::default()).await? {
        Polled::Listed { leads, validators, notes } => Ok((leads, validators, notes)),
        Polled::Unchanged => panic!("unchanged"),
    }
}

fn feed(kind: FeedKind, url: &str) -> FeedSpec {
    FeedSpec { url: url.into(), kind, link_selector: Some("a".into()), title_selector: None }
}

fn source() -> Source {
    Source {
        id: "bao".into(),
        name: "Báo".into(),
        site: "http://127.0.0.1/".into(),
        group: SourceGroup::Press,
        found_by: FoundBy::Channel,
        lang: "vi".into(),
        enabled: true,
        feeds: Vec::new(),
        article: Default::default(),
    }
}

fn refused(refusal: Refusal) -> Outcome {
    Outcome::Refused(refusal)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

const RSS: &str = "<rss version=\"2.0\"><channel><item><title>Giá điện</title><link>/a.html</link><pubDate>Mon, 12 May 2025 08:00:00 +07</pubDate></item></channel></rss>";

// ---- robots.txt

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
    let endless = Server::start("127.0.10.3", |seen, n| if seen.path == "/trang" { Reply::html("x") } else { Reply::redirect(302, &format!("/robots.txt?{n}")) }).await;
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
    let target = Server::start("127.0.10.5", |seen, _| if seen.path == "/robots.txt" { Reply::html("User-agent: *\nDisallow: /kin") } else { Reply::html("đích") }).await;
    let (closed, open) = (target.url("/kin/1"), target.url("/mo/1"));
    let server = Server::site("127.0.10.6", move |seen, _| Reply::redirect(302, if seen.path == "/a" { &closed } else { &open })).await;
    let crawler = crawler(|_| {});
    assert_eq!(fetch(&crawler, &server.url("/a")).await.unwrap_err(), refused(Refusal::Robots));
    let page = fetch(&crawler, &server.url("/b")).await.unwrap();
    assert_eq!((page.final_url, page.html.as_str(), page.lead.url), (target.url("/mo/1"), "đích", server.url("/b")));
    assert_eq!(target.paths(), ["/robots.txt", "/mo/1"]);
}

// ---- politeness

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

#[tokio::test]
async fn crawl_delay_is_kept() {
    let server = Server::start("127.0.11.3", |seen, _| if seen.path == "/robots.txt" { Reply::html("User-agent: *\nCrawl-delay: 0.4") } else { Reply::html("x") }).await;
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
    let running = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let mut servers = Vec::new();
    for n in 1..=6 {
        servers.push(Server::site(&format!("127.0.12.{n}"), |_, _| Reply::Late(Duration::from_millis(100), Box::new(Reply::html("x")))).await);
    }
    let crawler = Arc::new(crawler(|s| s.parallel = 2));
    let began = Instant::now();
    let tasks: Vec<_> = servers
        .iter()
        .map(|s| {
            let (url, crawler, running) = (s.url("/"), Arc::clone(&crawler), Arc::clone(&running));
            tokio::spawn(async move {
                let page = fetch(&crawler, &url).await;
                running.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                page.is_ok()
            })
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
        let server = Server::site("127.0.13.1", move |_, times| if times == 0 { Reply::status(status).with("Retry-After", &wait) } else { Reply::html("x") }).await;
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

// ---- conditional requests

#[tokio::test]
async fn validators_go_back_as_they_came() {
    let answer = |seen: &Seen, _: usize| {
        let same = seen.headers.get("if-none-match").is_some_and(|v| v == "W/\"a b\"") && seen.headers.get("if-modified-since").is_some_and(|v| v == "hôm qua");
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
    crawler.poll(&source(), &feed(FeedKind::Feed, &server.url("/rss")), &validators).await.unwrap();
    let last = server.seen().pop().unwrap();
    assert_eq!(last.headers.get("if-none-match").map(String::as_str), Some("W/\"a b\""));
    assert_eq!(last.headers.get("if-modified-since").map(String::as_str), Some("Mon, 12 May 2025 01:00:00 GMT"));
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

// ---- addresses

#[tokio::test]
async fn private_addresses_are_not_reached_by_any_way() {
    let private = Server::site("127.1.0.1", |_, _| Reply::html("riêng")).await;
    let port = private.address.port();
    let ways: Vec<String> = ["127.1.0.1", "2130771969", "0x7f.1.1", "[::ffff:127.1.0.1]", "127.1.0.1.", "①②⑦.1.0.1"].iter().map(|host| format!("http://{host}:{port}/x")).collect();
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
    let open_port = Crawler::new(CrawlSettings { allow_networks: vec!["10.0.0.0/8".into()], allow_ports: Vec::new(), ..CrawlSettings::default() }, Arc::new(now)).unwrap();
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

// ---- bodies

#[tokio::test]
async fn large_slow_and_packed_bodies_end_in_bounds() {
    let bomb = gzip(&vec![b'a'; 100 << 20]);
    let server = Server::site("127.0.16.1", move |seen, _| match seen.path.as_str() {
        "/200mb" => Reply::Endless(200 << 20),
        "/noi-lon" => Reply::html("x").with("X", "1"),
        "/bom" => Reply::Http(200, vec![("Content-Type", "text/html".into()), ("Content-Encoding", "gzip".into())], bomb.clone()),
        "/goi" => Reply::Http(200, vec![("Content-Type", "text/html".into()), ("Content-Encoding", "gzip".into())], gzip("giá điện".as_bytes())),
        "/br" => Reply::html("x").with("Content-Encoding", "br"),
        "/nho-giot" => Reply::Drip(Duration::from_millis(50)),
        "/im" => Reply::Silence,
        "/cut" => Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nContent-Type: text/html\r\n\r\nabc".to_vec()),
        "/hong" => Reply::Raw(b"khong phai http\r\n\r\n".to_vec()),
        _ => Reply::Http(200, vec![("Content-Length", "9999999999".into())], Vec::new()),
    })
    .await;
    let crawler = crawler(|s| {
        s.request_timeout_s = 1;
        s.max_page_bytes = 2 << 20;
    });
    for path in ["/200mb", "/bom"] {
        assert_eq!(fetch(&crawler, &server.url(path)).await.unwrap_err(), refused(Refusal::TooLarge), "{path}");
    }
    for path in ["/nho-giot", "/im", "/cut", "/hong"] {
        let began = Instant::now();
        assert!(matches!(fetch(&crawler, &server.url(path)).await.unwrap_err(), Outcome::Failed(Failure::Network(_))), "{path}");
        assert!(began.elapsed() < Duration::from_secs(2), "{path}: {:?}", began.elapsed());
    }
    assert!(matches!(fetch(&crawler, &server.url("/br")).await.unwrap_err(), Outcome::Failed(Failure::Parse(_))));
    assert_eq!(fetch(&crawler, &server.url("/goi")).await.unwrap().html, "giá điện");
}

#[tokio::test]
async fn only_texts_are_read() {
    let server = Server::site("127.0.16.2", |seen, _| {
        let kind = match seen.path.as_str() {
            "/anh" => "image/png",
            "/pdf" => "application/pdf",
            "/zip" => "application/octet-stream",
            "/gia" => return Reply::html("%PDF-1.7 …"),
            "/404" => return Reply::status(404),
            "/500" => return Reply::status(500),
            "/khong-noi" => return Reply::Http(200, Vec::new(), b"x".to_vec()),
            _ => "Text/HTML;charset=utf-8",
        };
        Reply::Http(200, vec![("Content-Type", kind.into())], b"x".to_vec())
    })
    .await;
    let crawler = crawler(|_| {});
    for path in ["/anh", "/pdf", "/zip", "/gia"] {
        assert_eq!(fetch(&crawler, &server.url(path)).await.unwrap_err(), refused(Refusal::ContentType), "{path}");
    }
    for (path, status) in [("/404", 404), ("/500", 500)] {
        assert_eq!(fetch(&crawler, &server.url(path)).await.unwrap_err(), Outcome::Failed(Failure::Status(status)));
    }
    for path in ["/chu", "/khong-noi"] {
        assert!(fetch(&crawler, &server.url(path)).await.is_ok(), "{path}");
    }
}

#[tokio::test]
async fn pages_come_out_as_composed_unicode() {
    const TEXT: &str = "Bộ Công Thương điều chỉnh giá xăng dầu";
    // windows-1258 as editors wrote it: base letters, then tone marks of their own.
    let legacy = encoding_rs::WINDOWS_1258.encode("Bô\u{323} Công Thương điê\u{300}u chi\u{309}nh gia\u{301} xăng dâ\u{300}u").0.into_owned();
    let declared = [b"<meta charset=windows-1258>".as_slice(), &legacy].concat();
    let apart: String = unicode_normalization::UnicodeNormalization::nfd(TEXT).collect();
    let server = Server::site("127.0.16.3", move |seen, _| match seen.path.as_str() {
        "/http" => Reply::Http(200, vec![("Content-Type", "text/html; charset=windows-1258".into())], legacy.clone()),
        "/meta" => Reply::Http(200, vec![("Content-Type", "text/html".into())], declared.clone()),
        _ => Reply::html(&apart),
    })
    .await;
    let crawler = crawler(|_| {});
    for path in ["/http", "/meta", "/nfd"] {
        let html = fetch(&crawler, &server.url(path)).await.unwrap().html;
        assert_eq!(html.trim_start_matches("<meta charset=windows-1258>"), TEXT, "{path}");
    }
}

#[tokio::test]
async fn inline_leads_need_no_request() {
    let post = Lead { body: LeadBody::Inline("giá < 5 & > 3\nhai".into()), ..lead("http://127.0.99.9:1/post") };
    let Fetched::Page(page) = crawler(|_| {}).fetch(post, &Validators::default()).await else { panic!("no page") };
    assert_eq!(page.html, "<p>giá &lt; 5 &amp; &gt; 3</p>\n<p>hai</p>\n");
}

// ---- listings

#[tokio::test]
async fn every_kind_of_listing() {
    let server = Server::site("127.0.17.1", |seen, _| match seen.path.as_str() {
        "/rss" => Reply::xml(RSS),
        "/rss-html" => Reply::html(RSS),
        "/chuyen" => Reply::redirect(301, "/muc/rss"),
        "/muc/rss" => Reply::xml(&RSS.replace("/a.html", "a.html")),
        "/rong" => Reply::xml("<rss version=\"2.0\"><channel></channel></rss>"),
        "/sau" => Reply::xml(&format!("<rss><channel><item>{}", "<media:group>".repeat(1_000))),
        "/danh-muc" => Reply::html("<a href=/a.html>Giá điện</a>"),
        "/sau.html" => Reply::html(&"<div>".repeat(10_000)),
        "/dong-thoi-gian" => Reply::html("[{\"url\":\"/a.html\",\"content\":\"<p>Giá điện</p>\",\"created_at\":\"2025-05-12T01:00:00Z\"}]"),
        "/kenh" => Reply::html("<div class=tgme_widget_message><div class=tgme_widget_message_text>Giá điện</div><a class=tgme_widget_message_date href=/a.html><time datetime=2025-05-12T01:00:00Z></time></a></div>"),
        _ => Reply::status(404),
    })
    .await;
    let crawler = crawler(|_| {});
    let eight = Some(Time::parse("2025-05-12T08:00:00+07:00").unwrap());
    for (kind, path, published, inline) in [
        (FeedKind::Feed, "/rss", eight, false),
        (FeedKind::Feed, "/rss-html", eight, false),
        (FeedKind::Listing, "/danh-muc", None, false),
        (FeedKind::Mastodon, "/dong-thoi-gian", eight, true),
        (FeedKind::ChannelPreview, "/kenh", eight, true),
    ] {
        let (leads, _, notes) = poll(&crawler, kind, &server.url(path)).await.unwrap();
        assert_eq!(leads.len(), 1, "{path} {notes:?}");
        assert_eq!((&leads[0].url, leads[0].published_at, leads[0].source.as_str()), (&server.url("/a.html"), published, "bao"), "{path}");
        assert_eq!(leads[0].body != LeadBody::Page, inline, "{path}");
    }
    let (leads, ..) = poll(&crawler, FeedKind::Feed, &server.url("/chuyen")).await.unwrap();
    assert_eq!(leads[0].url, server.url("/muc/a.html"), "links are relative to the address after redirects");
    let (leads, _, notes) = poll(&crawler, FeedKind::Feed, &server.url("/rong")).await.unwrap();
    assert_eq!((leads.len(), notes), (0, vec!["the feed has no entries".to_owned()]));
    let deep = poll(&crawler, FeedKind::Feed, &server.url("/sau")).await.unwrap_err();
    assert!(deep.detail().contains("nested more than 100 deep"), "{deep:?}");
    assert_eq!(poll(&crawler, FeedKind::Listing, &server.url("/sau.html")).await.unwrap_err(), refused(Refusal::HostileMarkup));
    assert_eq!(poll(&crawler, FeedKind::Feed, &server.url("/mat")).await.unwrap_err(), Outcome::Failed(Failure::Status(404)));
}

#[tokio::test]
async fn a_sitemap_index_is_read_one_level_deep() {
    let packed = gzip(b"<urlset><url><loc>/b.html</loc></url></urlset>");
    let bomb = gzip(&vec![b' '; 50 << 20]);
    let server = Server::site("127.0.17.2", move |seen, _| match seen.path.as_str() {
        "/index.xml" => Reply::xml("<sitemapindex><sitemap><loc>/1.xml</loc></sitemap><sitemap><loc>/2.xml.gz</loc></sitemap><sitemap><loc>/bom.gz</loc></sitemap><sitemap><loc>/index.xml</loc></sitemap></sitemapindex>").with("ETag", "\"1\""),
        "/1.xml" => Reply::xml("<urlset><url><loc>/a.html</loc></url><url><loc>/b.html</loc></url></urlset>"),
        "/2.xml.gz" => Reply::Http(200, vec![("Content-Type", "application/gzip".into())], packed.clone()),
        _ => Reply::Http(200, vec![("Content-Type", "application/gzip".into())], bomb.clone()),
    })
    .await;
    let (leads, validators, notes) = poll(&crawler(|_| {}), FeedKind::NewsSitemap, &server.url("/index.xml")).await.unwrap();
    assert_eq!(leads.iter().map(|l| l.url.clone()).collect::<Vec<_>>(), [server.url("/a.html"), server.url("/b.html")]);
    assert_eq!(validators, Validators::default(), "its parts change while the index stays the same");
    assert_eq!(notes.len(), 2, "{notes:?}");
}
