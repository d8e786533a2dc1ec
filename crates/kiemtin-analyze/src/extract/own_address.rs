//! Which address does a page have by its own word?

use kiemtin_model::canonical::{canonical_url, same_site};
use url::Url;

/// Paths that show the front page.
const HOME: [&str; 12] = [
    "",
    "index.html",
    "index.htm",
    "index.php",
    "index.aspx",
    "default.aspx",
    "default.htm",
    "home",
    "home.html",
    "trang-chu",
    "trang-chu.html",
    "trangchu",
];

/// The canonical address of a page that was asked for at `url` and names `href` as its own. The named one counts only on
/// the same site (registrable domain) and when it is no front page, so that `m.` and `amp.` variants become one document
/// and two articles never do.
pub(super) fn canonical(href: Option<&str>, url: Option<&str>) -> Option<String> {
    let asked = url.and_then(|u| canonical_url(u, u));
    let named = href.and_then(|h| canonical_url(url.unwrap_or(h), h));
    match (named, asked) {
        (Some(named), Some(asked)) if same_site(&named, &asked) && (!is_home(&named) || named == asked) => Some(named),
        (Some(named), None) if !is_home(&named) => Some(named),
        (_, asked) => asked,
    }
}

/// Whether an address shows the front page. `/?p=123` is how some systems name an article.
fn is_home(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return true };
    let path = url.path().trim_matches('/').to_ascii_lowercase();
    let numbered = url.query_pairs().any(|(_, value)| !value.is_empty() && value.chars().all(|c| c.is_ascii_digit()));
    // The mobile and AMP editions have front pages of their own.
    let path = ["amp/", "m/", "vi/"].iter().find_map(|p| path.strip_prefix(p)).unwrap_or(&path);
    (HOME.contains(&path) || matches!(path, "amp" | "m" | "vi")) && !numbered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_addresses() {
        let check = |asked: &str, href: &str, expected: &str| {
            let own = canonical(Some(href).filter(|h| !h.is_empty()), Some(asked).filter(|a| !a.is_empty()));
            assert_eq!(own.unwrap_or_default(), expected, "{asked} names {href}");
        };
        const ARTICLE: &str = "https://bao.com.vn/gia-xang.html";
        // Variants of one page.
        for asked in [
            "https://bao.com.vn/gia-xang.html?utm_source=x",
            "https://www.bao.com.vn/gia-xang.html",
            "https://m.bao.com.vn/gia-xang.html",
            "https://amp.bao.com.vn/gia-xang.html",
            "https://mobile.bao.com.vn/bai/gia-xang.amp",
            "http://bao.com.vn/gia-xang.html",
            "https://kinhte.bao.com.vn/gia-xang.html",
        ] {
            check(asked, ARTICLE, ARTICLE);
        }
        check("https://m.bao.com.vn/a.html", "//bao.com.vn/b.html", "https://bao.com.vn/b.html");
        check("https://m.bao.com.vn/a.html", "/b.html?utm_source=x#y", "https://m.bao.com.vn/b.html");
        check("https://bao.vn/?p=12&fbclid=z", "https://bao.vn/?p=12", "https://bao.vn/?p=12");
        check("", ARTICLE, ARTICLE);
        // Another publisher: a copy of its article, or one of many under a public suffix.
        check("https://trangb.vn/gia-xang.html", ARTICLE, "https://trangb.vn/gia-xang.html");
        check("https://khac.com.vn/a.html", ARTICLE, "https://khac.com.vn/a.html");
        check("https://mot.blogspot.com/a.html", "https://hai.blogspot.com/b.html", "https://mot.blogspot.com/a.html");
        check("https://bao.vn:8443/a.html", "https://bao.vn/b.html", "https://bao.vn:8443/a.html");
        // The front page.
        for home in [
            "https://bao.com.vn/",
            "https://bao.com.vn",
            "https://bao.com.vn/index.html",
            "https://bao.com.vn/Default.aspx",
            "https://bao.com.vn/trang-chu",
            "https://m.bao.com.vn/?lang=vi",
            "https://bao.com.vn/amp/",
            "/",
        ] {
            check("https://m.bao.com.vn/gia-xang.html", home, "https://m.bao.com.vn/gia-xang.html");
        }
        // No address at all.
        for wrong in ["", "javascript:void(0)", "mailto:a@b.vn", "https://user:pass@bao.com.vn/x"] {
            check("https://m.bao.com.vn/gia-xang.html", wrong, "https://m.bao.com.vn/gia-xang.html");
        }
        check("", "https://bao.com.vn/", "");
        check("", "", "");
    }
}
