//! Decisions of our own for every clause of RFC 9309, and for what publishers really write. The name is `kiemtin`.

use super::*;

/// A robots.txt and, per path, whether it may be asked.
type Case = (&'static str, &'static [(&'static str, bool)]);

/// §2.2.1: which group holds.
const GROUPS: &[Case] = &[
    ("", &[("/", true), ("/a", true), ("/robots.txt", true)]),
    ("# nothing but a comment\n", &[("/a", true)]),
    ("User-agent: *\nDisallow: /", &[("/", false), ("/a", false), ("/robots.txt", true)]),
    ("User-agent: *\nDisallow:", &[("/", true), ("/a", true)]),
    ("User-agent: *\nAllow: /", &[("/a", true)]),
    ("User-agent: kiemtin\nDisallow: /", &[("/a", false)]),
    ("User-agent: KIEMTIN\nDisallow: /", &[("/a", false)]),
    ("User-agent: KiemTin\nDisallow: /x", &[("/x", false), ("/a", true)]),
    ("User-agent: other\nDisallow: /", &[("/a", true)]),
    ("User-agent: kiemtinbot\nDisallow: /", &[("/a", true)]),
    ("User-agent: kiem\nDisallow: /", &[("/a", true)]),
    ("User-agent: kiemtin/2.0\nDisallow: /", &[("/a", false)]),
    ("User-agent: kiemtin bot\nDisallow: /", &[("/a", false)]),
    ("User-agent: *\nDisallow: /\n\nUser-agent: kiemtin\nAllow: /", &[("/a", true)]),
    ("User-agent: kiemtin\nAllow: /\n\nUser-agent: *\nDisallow: /", &[("/a", true)]),
    ("User-agent: *\nDisallow: /a\n\nUser-agent: kiemtin\nDisallow: /b", &[("/a", true), ("/b", false)]),
    ("User-agent: *\nDisallow: /\n\nUser-agent: kiemtin\nDisallow:", &[("/a", true)]),
    ("User-agent: *\nDisallow: /\n\nUser-agent: kiemtin\n", &[("/a", true)]),
    ("User-agent: kiemtin\nDisallow: /a\n\nUser-agent: kiemtin\nDisallow: /b", &[("/a", false), ("/b", false), ("/c", true)]),
    (
        "User-agent: kiemtin\nDisallow: /a\n\nUser-agent: x\nDisallow: /c\n\nUser-agent: KIEMTIN\nDisallow: /b",
        &[("/a", false), ("/b", false), ("/c", true)],
    ),
    ("User-agent: *\nDisallow: /a\n\nUser-agent: *\nDisallow: /b", &[("/a", false), ("/b", false)]),
    ("User-agent: x\nUser-agent: kiemtin\nUser-agent: y\nDisallow: /a", &[("/a", false), ("/b", true)]),
    ("User-agent: x\nUser-agent: *\nDisallow: /a", &[("/a", false)]),
    ("User-agent: x\nDisallow: /a\nUser-agent: kiemtin\nDisallow: /b", &[("/a", true), ("/b", false)]),
    ("Disallow: /\nUser-agent: kiemtin\nDisallow: /b", &[("/a", true), ("/b", false)]),
    ("Disallow: /", &[("/a", true)]),
    ("User-agent:\nDisallow: /", &[("/a", true)]),
];

/// §2.2.2: which rule of the group holds.
const RULES: &[Case] = &[
    ("User-agent: *\nDisallow: /a", &[("/a", false), ("/a/", false), ("/abc", false), ("/a?x=1", false), ("/b/a", true), ("/A", true)]),
    ("User-agent: *\nDisallow: /a/", &[("/a", true), ("/a/", false), ("/a/b", false)]),
    ("User-agent: *\nDisallow: /a\nAllow: /a/b", &[("/a/b", true), ("/a/b/c", true), ("/a/c", false)]),
    ("User-agent: *\nAllow: /a/b\nDisallow: /a", &[("/a/b", true), ("/a/c", false)]),
    ("User-agent: *\nDisallow: /a\nAllow: /a", &[("/a", true)]),
    ("User-agent: *\nAllow: /a\nDisallow: /a", &[("/a", true)]),
    ("User-agent: *\nDisallow: /\nAllow: /tin", &[("/tin", true), ("/tin-tuc", true), ("/video", false), ("/", false)]),
    ("User-agent: *\nDisallow: /\nAllow: /$", &[("/", true), ("/a", false)]),
    ("User-agent: *\nAllow: /p\nDisallow: /page", &[("/page", false), ("/p", true)]),
    ("User-agent: *\nDisallow: /tin?", &[("/tin", true), ("/tin?page=2", false)]),
    ("User-agent: *\nDisallow: a", &[("/a", true)]),
    ("User-agent: *\nDisallow: /a\nDisallow:", &[("/a", false), ("/b", true)]),
    ("User-agent: *\nAllow:\nDisallow: /a", &[("/a", false), ("/b", true)]),
];

/// §2.2.3: the special signs.
const SIGNS: &[Case] = &[
    (
        "User-agent: *\nDisallow: /*.php",
        &[("/x.php", false), ("/d/x.php", false), ("/x.php?a=1", false), ("/x.html", true), ("/php", true)],
    ),
    ("User-agent: *\nDisallow: /*.php$", &[("/x.php", false), ("/x.php?a=1", true), ("/x.php5", true)]),
    ("User-agent: *\nDisallow: /a$", &[("/a", false), ("/a/", true), ("/ab", true)]),
    ("User-agent: *\nDisallow: /a*", &[("/a", false), ("/ab", false), ("/b", true)]),
    ("User-agent: *\nDisallow: /a*b", &[("/ab", false), ("/axxb", false), ("/axxbc", false), ("/a", true)]),
    ("User-agent: *\nDisallow: /*/in/", &[("/tin/in/1", false), ("/in/1", true)]),
    ("User-agent: *\nDisallow: *", &[("/a", false)]),
    ("User-agent: *\nDisallow: /**a", &[("/xa", false), ("/b", true)]),
    ("User-agent: *\nDisallow: /*?", &[("/a?b", false), ("/a", true)]),
    ("User-agent: *\nDisallow: /*?*page=", &[("/a?x=1&page=2", false), ("/a?page=2", false), ("/a?x=1", true)]),
    ("User-agent: *\nDisallow: /a$b", &[("/a$b", false), ("/a", true)]),
    ("User-agent: *\nDisallow: / # all of it", &[("/a", false)]),
    ("User-agent: * # all\nDisallow: /a#b", &[("/a", false), ("/b", true)]),
    ("User-agent: *\nDisallow: /\nAllow: /*.html$", &[("/a.html", true), ("/a.html?x", false), ("/a", false)]),
];

/// §2.2.2: letters that are written as octets.
const OCTETS: &[Case] = &[
    ("User-agent: *\nDisallow: /t%C3%ACm", &[("/tìm", false), ("/t%C3%ACm", false), ("/tim", true)]),
    ("User-agent: *\nDisallow: /tìm", &[("/tìm", false), ("/t%C3%ACm?q=1", false), ("/tim", true)]),
    ("User-agent: *\nDisallow: /t%c3%acm", &[("/tìm", false)]),
    ("User-agent: *\nDisallow: /điện/", &[("/điện/1", false), ("/%C4%91i%E1%BB%87n/1", false), ("/dien/1", true)]),
];

/// What publishers write that is not in the standard, or nearly so.
const DIALECTS: &[Case] = &[
    ("\u{feff}User-agent: *\nDisallow: /", &[("/a", false)]),
    ("User-agent: *\r\nDisallow: /a\r\n", &[("/a", false), ("/b", true)]),
    ("User-agent: *\rDisallow: /a\r", &[("/a", false), ("/b", true)]),
    ("   User-agent  :   *   \n\t Disallow\t:\t/a\t\n", &[("/a", false), ("/b", true)]),
    ("USER-AGENT: *\nDISALLOW: /a\nALLOW: /a/b", &[("/a", false), ("/a/b", true)]),
    ("user agent: *\ndissallow: /a", &[("/a", false)]),
    ("useragent: *\ndisalow: /a", &[("/a", false)]),
    ("User-agent *\nDisallow /a", &[("/a", false), ("/b", true)]),
    ("User-agent: kiemtin\nSitemap: https://bao.vn/s.xml\nUser-agent: other\nDisallow: /", &[("/a", false)]),
    ("User-agent: kiemtin\nHost: bao.vn\nUser-agent: other\nDisallow: /", &[("/a", false)]),
    ("User-agent: kiemtin\nCrawl-delay: 5\nDisallow: /a", &[("/a", false), ("/b", true)]),
    (
        "Sitemap: https://bao.vn/s.xml\nUser-agent: *\nDisallow: /a\nSitemap: https://bao.vn/t.xml\nDisallow: /b",
        &[("/a", false), ("/b", false)],
    ),
    ("User-agent: *\n\n\nDisallow: /a\n\nDisallow: /b", &[("/a", false), ("/b", false)]),
    ("User-agent: *\nNoindex: /a\nClean-param: ref /b", &[("/a", true), ("/b", true)]),
    ("<!DOCTYPE html><html><body>Không tìm thấy</body></html>", &[("/a", true)]),
    ("{\"error\": \"User-agent\"}", &[("/a", true)]),
    ("User-agent: *\nDisallow: /\u{0}", &[("/b", true)]),
    ("User-agent: *\nDisallow: https://bao.vn/a", &[("/a", true)]),
    ("User-agent: *\nDisallow: /a /b", &[("/b", true)]),
];

fn allows(robots: &[u8], path: &str) -> bool {
    let url = Url::parse("https://bao.vn").unwrap().join(path).unwrap();
    Rules::parse(robots, "kiemtin/0.1 (+https://kiemtin.example/bot)").allows(&url)
}

#[test]
fn every_decision_is_the_one_expected() {
    let mut decisions = 0;
    for (robots, paths) in [GROUPS, RULES, SIGNS, OCTETS, DIALECTS].concat() {
        for (path, expected) in paths {
            decisions += 1;
            assert_eq!(allows(robots.as_bytes(), path), *expected, "{path} under\n{robots}");
        }
    }
    assert!(decisions >= 140, "{decisions}");
}

/// The reference implementation reads plain files as they are: the filter before it must not change what it says of them.
#[test]
fn plain_files_are_read_as_by_the_reference() {
    let agents = ["*", "kiemtin", "other", "KiemTin"];
    let rules = ["Disallow: /", "Allow: /a", "Disallow: /a", "Disallow:", "Allow: /*b$", "Disallow: /*?", "Allow: /a/b", "Disallow: /a*c"];
    let paths = ["/", "/a", "/a/b", "/ab", "/a?b", "/axc", "/b"];
    let mut number = 0u32;
    for first in agents {
        for second in agents {
            for rule in 0..rules.len() {
                number += 1;
                let pick = |n: u32| rules[(rule + n as usize * 3) % rules.len()];
                let gap = if number.is_multiple_of(3) { "\n" } else { "" };
                let robots = format!(
                    "User-agent: {first}\n{}\n{}\n{gap}User-agent: {second}\n{}\n{}\n",
                    rules[rule],
                    pick(1),
                    pick(2),
                    pick(number)
                );
                for path in paths {
                    let url = format!("https://bao.vn{path}");
                    let reference = DefaultMatcher::default().one_agent_allowed_by_robots(&robots, "kiemtin", &url);
                    assert_eq!(allows(robots.as_bytes(), path), reference, "{path} under\n{robots}");
                }
            }
        }
    }
}

#[test]
fn utf_16_and_the_limit_of_500_kib() {
    for bytes in [
        "\u{feff}User-agent: *\nDisallow: /a".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>(),
        "\u{feff}User-agent: *\nDisallow: /a".encode_utf16().flat_map(u16::to_be_bytes).collect(),
    ] {
        assert!(!allows(&bytes, "/a") && allows(&bytes, "/b"));
    }
    let late = |length: usize| format!("User-agent: *\n{}\nDisallow: /a", "#".repeat(length));
    assert!(!allows(late(MAX_ROBOTS_BYTES - 100).as_bytes(), "/a"));
    assert!(allows(late(MAX_ROBOTS_BYTES).as_bytes(), "/a"));
    assert!(!allows(format!("User-agent: *\nDisallow: /a\n{}", "x".repeat(1 << 20)).as_bytes(), "/a"));
    assert!(!allows(b"User-agent: *\nDisallow: /a\xff\nDisallow: /b", "/b"));
}
