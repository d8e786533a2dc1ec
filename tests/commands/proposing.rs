//! `sources propose`: what it prints is a source that the service takes and collects from; nothing found is said.

use crate::support::Installation;
use crate::support::web::{TinyServer, write_profile};
use std::collections::HashMap;

/// An installation that may ask loopback, without a source.
fn installation() -> Installation {
    let here = Installation::on("unset");
    let config = here.folder.path().join("config");
    write_profile(&config, &[], 0);
    Installation { config, folder: here.folder }
}

/// An invented portal: a list page, articles whose date stands where no rule of ours looks.
fn portal(origin: &str, feed: bool) -> HashMap<String, (&'static str, Vec<u8>)> {
    let link = |n: usize| format!("/tin/gia-gao-ngay-thu-{n}-88{n:03}.html");
    let list: String = (1..9).map(|n| format!("<li class=muc><a href='{}'>Giá gạo ngày thứ {n}</a>", link(n))).collect();
    let head = "<meta property='og:site_name' content='Cổng “Thử” &amp; Nghiệm'>";
    let head = if feed { format!("{head}<link rel=alternate type='application/rss+xml' href='/tin.rss'>") } else { head.into() };
    let mut answers = HashMap::from([("/".to_owned(), ("text/html; charset=utf-8", format!("{head}<ul>{list}</ul>").into_bytes()))]);
    for n in 1..9 {
        let text =
            format!("Ngày thứ {n}, gạo ở chợ quê giữ giá như mọi năm, người mua kẻ bán đều vui vẻ và hẹn nhau phiên sau. ").repeat(5);
        let page = format!(
            "<title>Giá gạo {n}</title><h1>Giá gạo ngày thứ {n}</h1><div class=luc-dang><b>Đăng: 22/11/2026 - 09:1{n}</b></div><article><p>{text}</p></article>"
        );
        answers.insert(link(n), ("text/html; charset=utf-8", page.into_bytes()));
    }
    let items: String = (1..9).map(|n| format!("<item><title>Giá gạo {n}</title><link>{origin}{}</link></item>", link(n))).collect();
    if feed {
        answers.insert(
            "/tin.rss".into(),
            ("application/rss+xml", format!("<rss version='2.0'><channel>{items}</channel></rss>").into_bytes()),
        );
    }
    answers
}

#[test]
fn what_is_proposed_can_be_collected() {
    for feed in [false, true] {
        let here = installation();
        let server = TinyServer::start(|origin| portal(origin, feed));
        let ran = here.run(&["sources", "propose", &format!("http://{}/", server.address)]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert!(ran.stderr.contains("đã hỏi") && ran.stderr.contains("HTTP 404"), "{}", ran.stderr);
        assert!(ran.stdout.contains("date_selector = \"div.luc-dang b\""), "{}", ran.stdout);
        let listing = "link_selector = \".muc a\"";
        assert!(ran.stdout.lines().any(|l| l == if feed { format!("# {listing}") } else { listing.into() }), "{}", ran.stdout);
        std::fs::write(here.config.join("sources/127-0-72-1.toml"), &ran.stdout).unwrap();
        assert_eq!(here.run(&["check"]).ok(), "");
        let listed = here.run(&["sources", "list", "--json"]).json();
        assert_eq!(listed["sources"][0]["name"], "Cổng “Thử” & Nghiệm", "{listed}");
        let crawled = here.run(&["crawl", "--once", "--source", "127-0-72-1", "--json"]).json();
        assert_eq!((&crawled["read"], &crawled["failed"]), (&8.into(), &0.into()), "{crawled}");
        let found = here.search("\"giá gạo\"");
        assert!(
            found["hits"].as_array().unwrap().iter().all(|h| h["published_at"].as_str().unwrap().starts_with("2026-11-22T09:1")),
            "{found}"
        );
        let again = here.run(&["sources", "propose", &format!("http://{}/", server.address), "--json"]).json();
        assert!(again["toml"].as_str().unwrap().contains("[[feeds]]") && again["date"]["selector"] == "div.luc-dang b", "{again}");
        assert_eq!(again["found"].as_array().unwrap().iter().filter(|f| f["recommended"] == true).count(), 1, "{again}");
    }
}

#[test]
fn nothing_found_is_said_with_all_that_was_tried() {
    let here = installation();
    let server = TinyServer::start(|_| HashMap::from([("/".to_owned(), ("text/html", b"<p>x</p>".to_vec()))]));
    let address = format!("http://{}/", server.address);
    let ran = here.run(&["sources", "propose", &address]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
    for words in ["không tìm thấy", &format!("{address}rss.xml: không tải được: HTTP 404"), "sitemap.xml"] {
        assert!(ran.stderr.contains(words), "{words}: {}", ran.stderr);
    }
    let object = here.run(&["sources", "propose", &address, "--json"]);
    let object: serde_json::Value = serde_json::from_str(&object.stdout).unwrap();
    assert!(object["toml"].is_null() && object["found"].as_array().unwrap().is_empty(), "{object}");
    let private = here.run(&["sources", "propose", "http://10.0.0.1/"]);
    assert!(private.code == Some(1) && private.stderr.contains("mạng nội bộ"), "{private:?}");
    assert_eq!(here.run(&["sources", "propose", "ftp://bao.vn/"]).code, Some(2));
}

#[test]
fn a_missing_address_leads_to_proposing() {
    let here = installation();
    let ran = here.run(&["sources", "why", "https://bao.example/a.html"]).ok();
    assert!(ran.contains("sources propose"), "{ran}");
}
