//! Do large, slow, packed and foreign bodies end in bounds?

use crate::server::{Reply, Server};
use crate::{crawler, fetch, gzip, lead, refused};
use kiemtin_crawl::Fetched;
use kiemtin_model::{Failure, Lead, LeadBody, Outcome, Refusal, Validators};
use std::time::Duration;
use std::time::Instant;

#[tokio::test]
async fn what_a_header_forbids_to_show_is_kept() {
    let server = Server::site("127.0.16.9", |seen, _| match seen.path.as_str() {
        "/a" => Reply::html("x").with("X-Robots-Tag", "noarchive").with("X-Robots-Tag", "otherbot: nosnippet"),
        "/b" => Reply::html("x").with("x-robots-tag", "noindex").with("X-ROBOTS-TAG", "kiemtin: nosnippet"),
        _ => Reply::html("x"),
    })
    .await;
    let crawler = crawler(|_| {});
    for (path, expected) in [("/a", (true, false)), ("/b", (false, true)), ("/c", (false, false))] {
        let page = fetch(&crawler, &server.url(path)).await.unwrap();
        assert_eq!((page.restrictions.no_archive, page.restrictions.no_snippet), expected, "{path}");
    }
}

#[tokio::test]
async fn large_slow_and_packed_bodies_end_in_bounds() {
    let bomb = gzip(&vec![b'a'; 100 << 20]);
    let server = Server::site("127.0.16.1", move |seen, _| match seen.path.as_str() {
        "/200mb" => Reply::Endless(200 << 20),
        "/bom" => Reply::Http(200, vec![("Content-Type", "text/html".into()), ("Content-Encoding", "gzip".into())], bomb.clone()),
        "/goi" => {
            Reply::Http(200, vec![("Content-Type", "text/html".into()), ("Content-Encoding", "gzip".into())], gzip("giá điện".as_bytes()))
        }
        "/br" => Reply::html("x").with("Content-Encoding", "br"),
        "/nho-giot" => Reply::Drip(Duration::from_millis(50)),
        "/im" => Reply::Silence,
        "/cut" => Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nContent-Type: text/html\r\n\r\nabc".to_vec()),
        "/hong" => Reply::Raw(b"khong phai http\r\n\r\n".to_vec()),
        _ => Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9999999999\r\n\r\n".to_vec()),
    })
    .await;
    let crawler = crawler(|s| {
        s.request_timeout_s = 1;
        s.max_page_bytes = 2 << 20;
    });
    for path in ["/200mb", "/bom", "/bao-lon"] {
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
    let legacy =
        encoding_rs::WINDOWS_1258.encode("Bô\u{323} Công Thương điê\u{300}u chi\u{309}nh gia\u{301} xăng dâ\u{300}u").0.into_owned();
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
    let Fetched::Page(page, _) = crawler(|_| {}).fetch(post, &Validators::default()).await else { panic!("no page") };
    assert_eq!(page.html, "<p>giá &lt; 5 &amp; &gt; 3</p>\n<p>hai</p>\n");
}
