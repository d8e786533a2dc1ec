//! Does every spelling of an address become the one that names it?

use super::*;

#[test]
fn one_spelling() {
    let check = |base: &str, href: &str, expected: &str| {
        let read = canonical_url(base, href);
        assert_eq!(read.as_deref().unwrap_or(""), expected, "{href}");
        if let Some(once) = read {
            assert_eq!(canonical_url("", &once).as_deref(), Some(expected), "again: {href}");
        }
    };
    let page = "https://BAO.example.vn/muc/trang.html?x=1";
    check(page, "/tin-1.html", "https://bao.example.vn/tin-1.html");
    check(page, "tin-2.html#binh-luan", "https://bao.example.vn/muc/tin-2.html");
    check(page, "//khac.vn/a", "https://khac.vn/a");
    check(page, "///khac.vn/a", "https://khac.vn/a");
    check(page, " https://Khac.VN:443/a?utm_source=rss&id=5&fbclid=1 ", "https://khac.vn/a?id=5");
    check(page, "http://khac.vn:8080/a?", "http://khac.vn:8080/a");
    check(page, "http://khac.vn/a?&vn_source=rss&", "http://khac.vn/a");
    check(page, "https://khac.vn/a?b=2&a=1&b=2", "https://khac.vn/a?b=2&a=1&b=2");
    check(page, "https://khac.vn/a^b", "https://khac.vn/a%5Eb");
    check(page, "https://báo.vn/tin tức", "https://xn--bo-mia.vn/tin%20t%E1%BB%A9c");
    check("", "http://2130706433/", "http://127.0.0.1/");
    check("", "http://0x7f.1/", "http://127.0.0.1/");
    check("", "/chi-duong-dan", "");
    for refused in [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://a.vn/",
        "mailto:a@b.vn",
        "https://a:b@khac.vn/",
        "https://a@khac.vn/",
        "http://",
    ] {
        check(page, refused, "");
    }
    check(page, &format!("/{}", "a".repeat(3_000)), "");
    check(page, &format!("/{}", "đ".repeat(1_000)), "");
}

#[test]
fn table() {
    let base = "http://example.org/foo/bar?q=1";
    let cases = [
        // Many slashes at the front, which the parser alone drops as an empty host.
        ("///example.org/path", "http://example.org/path"),
        ("///example.org/../path", "http://example.org/path"),
        ("///example.org/../../", "http://example.org/"),
        ("///example.org/../path/../../", "http://example.org/"),
        ("///example.org/../path/../../path", "http://example.org/path"),
        ("/\\/\\//example.org/../path", "http://example.org/path"),
        ("///test", "http://test/"),
        ("\\\\\\test\\a", "http://test/a"),
        ("http://bao.vn/a^b^c", "http://bao.vn/a%5Eb%5Ec"),
        // Resolving.
        ("", "http://example.org/foo/bar?q=1"),
        ("#x", "http://example.org/foo/bar?q=1"),
        ("?p=2", "http://example.org/foo/bar?p=2"),
        ("?", "http://example.org/foo/bar"),
        (".", "http://example.org/foo/"),
        ("..", "http://example.org/"),
        ("../../../a", "http://example.org/a"),
        ("./a/./b/../c", "http://example.org/foo/a/c"),
        ("/a/%2e%2e/b", "http://example.org/b"),
        ("\\a\\b", "http://example.org/a/b"),
        ("a\nb\tc", "http://example.org/foo/abc"),
        ("http:a", "http://example.org/foo/a"),
        ("https:a.vn/b", "https://a.vn/b"),
        ("https:////a.vn/b", "https://a.vn/b"),
        // Host and port.
        ("HTTP://BAO.VN/Tin", "http://bao.vn/Tin"),
        ("http://bao.vn", "http://bao.vn/"),
        ("http://bao.vn:80/", "http://bao.vn/"),
        ("http://bao.vn:/", "http://bao.vn/"),
        ("https://bao.vn:443/", "https://bao.vn/"),
        ("https://bao.vn:80/", "https://bao.vn:80/"),
        ("http://bao.vn:0443/", "http://bao.vn:443/"),
        ("http://bao.vn:65536/", ""),
        ("http://bao.vn:x/", ""),
        ("http://a b.vn/", ""),
        ("http://[::1/", ""),
        ("http://[::FFFF:7f00:1]/", "http://[::ffff:7f00:1]/"),
        ("http://0177.1/", "http://127.0.0.1/"),
        ("http://ｂａｏ。vn/", "http://bao.vn/"),
        // Fragments, empty queries, tracking parameters.
        ("http://bao.vn/a#", "http://bao.vn/a"),
        ("http://bao.vn/a?#x", "http://bao.vn/a"),
        ("http://bao.vn/a?&&", "http://bao.vn/a"),
        ("http://bao.vn/a?utm_medium=x", "http://bao.vn/a"),
        ("http://bao.vn/a?UTM_Source=x&p=1", "http://bao.vn/a?p=1"),
        ("http://bao.vn/a?mtm_campaign=x", "http://bao.vn/a"),
        ("http://bao.vn/a?gclid=x&id=1", "http://bao.vn/a?id=1"),
        ("http://bao.vn/a?dclid=x", "http://bao.vn/a"),
        ("http://bao.vn/a?gbraid=x&wbraid=y", "http://bao.vn/a"),
        ("http://bao.vn/a?yclid=x&msclkid=y&twclid=z", "http://bao.vn/a"),
        ("http://bao.vn/a?mc_cid=x&mc_eid=y", "http://bao.vn/a"),
        ("http://bao.vn/a?_hsenc=x&mkt_tok=y", "http://bao.vn/a"),
        ("http://bao.vn/a?fbclid", "http://bao.vn/a"),
        ("http://bao.vn/a?FbClid=x#c", "http://bao.vn/a"),
        // What names a page stays.
        ("http://bao.vn/a?utm=1", "http://bao.vn/a?utm=1"),
        ("http://bao.vn/a?xutm_source=1", "http://bao.vn/a?xutm_source=1"),
        ("http://bao.vn/a?gclid2=1", "http://bao.vn/a?gclid2=1"),
        ("http://bao.vn/a?vn_id=7", "http://bao.vn/a?vn_id=7"),
        ("http://bao.vn/a?id=", "http://bao.vn/a?id="),
        ("http://bao.vn/a?z=1&a=2", "http://bao.vn/a?z=1&a=2"),
        ("http://bao.vn/a//b/", "http://bao.vn/a//b/"),
        ("http://bao.vn/a%2Fb", "http://bao.vn/a%2Fb"),
        ("http://m.bao.vn/amp/a", "http://m.bao.vn/amp/a"),
        // No page of the web.
        ("tel:19001234", ""),
        ("about:blank", ""),
        ("blob:http://bao.vn/x", ""),
        ("ws://bao.vn/", ""),
        ("http://@bao.vn/", "http://bao.vn/"),
        ("http://:x@bao.vn/", ""),
    ];
    assert!(cases.len() >= 60);
    let mut wrong = Vec::new();
    for (href, expected) in cases {
        let read = canonical_url(base, href).unwrap_or_default();
        if read != expected || (!read.is_empty() && canonical_url("", &read).as_deref() != Some(expected)) {
            wrong.push(format!("{href:?}: got {read:?}, expected {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn one_publisher() {
    let check = |a: &str, b: &str, expected: bool| assert_eq!(same_site(a, b), expected, "{a} {b}");
    check("https://bao.vn/a", "https://m.bao.vn/b", true);
    check("https://amp.bao.com.vn/a", "http://www.bao.com.vn/", true);
    check("https://bao.com.vn/", "https://khac.com.vn/", false);
    check("https://moit.gov.vn/", "https://mof.gov.vn/", false);
    check("https://a.blogspot.com/", "https://b.blogspot.com/", false);
    check("http://127.0.0.1:80/a", "http://127.0.0.1/b", true);
    check("http://127.0.0.1/", "http://126.0.0.1/", false);
    check("http://bao.vn:8080/", "http://bao.vn/", false);
    check("không", "không", false);
    assert_eq!(registrable_domain("com.vn"), "com.vn");
    assert_eq!(registrable_domain("localhost"), "localhost");
    assert_eq!(registrable_domain("[::1]"), "[::1]");
}
