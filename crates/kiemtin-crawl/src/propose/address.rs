//! What does an address tell before it is asked: an article, a feed, a page of the same site?

use kiemtin_model::canonical::site_host;
use url::Url;

/// Where feeds stand that no page names, most usual first.
pub(super) const FEED_PATHS: [&str; 5] = ["/rss", "/feed", "/rss.xml", "/rss/home.rss", "/rss/trang-chu.rss"];
/// Where sitemaps stand that no robots.txt names.
pub(super) const SITEMAP_PATHS: [&str; 3] = ["/sitemap.xml", "/news-sitemap.xml", "/sitemap-news.xml"];

/// Files that are no pages.
const NO_PAGES: [&str; 21] = [
    "jpg", "jpeg", "png", "gif", "webp", "svg", "ico", "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "zip", "rar", "mp3", "mp4",
    "xml", "rss", "json",
];
/// Parts of a path that lead to lists and forms.
const NO_ARTICLES: [&str; 22] = [
    "tag",
    "tags",
    "tu-khoa",
    "chu-de",
    "topic",
    "topics",
    "author",
    "tac-gia",
    "category",
    "chuyen-muc",
    "danh-muc",
    "search",
    "tim-kiem",
    "page",
    "trang",
    "login",
    "dang-nhap",
    "dang-ky",
    "lien-he",
    "gioi-thieu",
    "rss",
    "feed",
];
/// Beginnings of parameters that number sections, not articles.
const SECTION_IDS: [&str; 12] = ["cat", "cid", "zone", "group", "menu", "parent", "page", "site", "portal", "tab", "lang", "user"];
/// Least words of a slug that names an article without a number.
const LONG_SLUG: usize = 6;
/// Least digits of the number of an article.
const LONG_NUMBER: usize = 4;

/// Whether two addresses belong to one publisher: the same host but for `www.`, or one below the other.
pub(super) fn same_site(a: &Url, b: &Url) -> bool {
    let (Some(a), Some(b)) = (site_host(a.as_str()), site_host(b.as_str())) else { return false };
    let below = |low: &str, high: &str| low.strip_suffix(high).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    below(&a, &b) || below(&b, &a)
}

/// Whether an address looks like that of one article: a long slug, a number, a date in the path.
pub(super) fn is_article(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    let segments: Vec<&str> = path.split('/').filter(|s| !s.is_empty()).collect();
    if segments.iter().any(|s| NO_ARTICLES.contains(s)) {
        return false;
    }
    let (stem, extension) = segments.last().map_or(("", None), |last| split_extension(last));
    if extension.is_some_and(|e| NO_PAGES.contains(&e)) {
        return false;
    }
    let number_in_query = url.query_pairs().any(|(name, value)| is_article_id(&name.to_ascii_lowercase(), &value));
    if number_in_query && (extension.is_some() || segments.is_empty()) {
        return true;
    }
    let slug = segments.iter().rev().take(2).map(|s| slug_words(split_extension(s).0)).max().unwrap_or(0);
    let numbered = digits(stem) >= LONG_NUMBER || segments.iter().any(|s| s.len() >= LONG_NUMBER && digits(s) == s.len());
    let in_own_word = slug_words(stem);
    (in_own_word >= LONG_SLUG)
        || (extension.is_some() && in_own_word + 1 >= LONG_SLUG)
        || (numbered && slug >= 2)
        || (extension.is_some() && digits(stem) > LONG_NUMBER)
        || (dated(&segments) && in_own_word >= 2)
}

/// Whether an address looks like that of a feed, or of a page that lists feeds.
pub(super) fn is_feed(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    let segments: Vec<&str> = path.split('/').filter(|s| !s.is_empty()).collect();
    if segments.iter().any(|s| matches!(*s, "comments" | "binh-luan")) {
        return false;
    }
    let (stem, extension) = segments.last().map_or(("", None), |last| split_extension(last));
    let by_name = matches!(extension, Some("rss" | "rdf" | "atom")) || matches!(stem, "rss" | "rss2" | "feed" | "feeds" | "atom" | "rdf");
    let by_folder = segments.iter().any(|s| matches!(*s, "rss" | "feed" | "feeds"));
    let by_word = stem.split(['-', '_']).any(|word| word == "rss") && slug_words(stem) < LONG_SLUG;
    let by_query = url.query_pairs().any(|(name, value)| {
        matches!(name.to_ascii_lowercase().as_str(), "feed" | "format" | "type" | "alt")
            && matches!(value.to_ascii_lowercase().as_str(), "rss" | "rss2" | "atom" | "feed")
    });
    by_name || by_folder || by_word || by_query
}

/// Whether an address looks like that of a sitemap.
pub(super) fn is_sitemap(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    path.contains("sitemap") && (path.ends_with(".xml") || path.ends_with(".xml.gz"))
}

/// How early a feed is worth a request: the feed of everything, then the economy, then the rest.
pub(super) fn urgency(url: &str) -> u8 {
    const EVERYTHING: [&str; 8] = ["home", "trang-chu", "trangchu", "tin-moi", "moi-nhat", "latest", "tat-ca", "index"];
    const ECONOMY: [&str; 8] = ["kinh-te", "cong-thuong", "kinh-doanh", "thi-truong", "thoi-su", "nang-luong", "cong-nghiep", "thuong-mai"];
    let url = url.to_ascii_lowercase();
    let names = |words: &[&str]| words.iter().any(|word| url.contains(word));
    if names(&EVERYTHING) { 0 } else { 2 - u8::from(names(&ECONOMY)) }
}

/// The id of a source by its host: `baotinh` of `www.baotinh.com.vn`. Lower-case letters, digits and hyphens.
pub(super) fn source_id(site: &Url) -> String {
    const KINDS: [&str; 9] = ["com", "net", "org", "gov", "edu", "info", "name", "ac", "vn"];
    let host = site_host(site.as_str()).unwrap_or_default();
    let mut labels: Vec<&str> = host.split('.').collect();
    let by_name = matches!(site.host(), Some(url::Host::Domain(_)));
    if by_name && labels.len() > 1 {
        labels.pop();
        while labels.len() > 1 && labels.last().is_some_and(|l| KINDS.contains(l)) {
            labels.pop();
        }
    }
    let id: String = labels.join("-").chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    id.trim_matches('-').to_owned()
}

/// `gia-xang-tang` and `html` of `gia-xang-tang.html`.
fn split_extension(segment: &str) -> (&str, Option<&str>) {
    match segment.rsplit_once('.') {
        Some((stem, end)) if (2..=5).contains(&end.len()) && end.bytes().all(|b| b.is_ascii_alphanumeric()) => (stem, Some(end)),
        _ => (segment, None),
    }
}

/// Words of a slug that have letters.
fn slug_words(stem: &str) -> usize {
    stem.split(['-', '_']).filter(|word| word.chars().any(char::is_alphabetic)).count()
}

/// The longest run of digits.
fn digits(text: &str) -> usize {
    text.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0)
}

/// Whether a path holds a year and a month.
fn dated(segments: &[&str]) -> bool {
    let number = |s: &str, from: u32, to: u32| s.parse::<u32>().is_ok_and(|n| (from..=to).contains(&n));
    segments.windows(2).any(|pair| matches!(pair, [year, month] if year.len() == 4 && number(year, 1995, 2199) && number(month, 1, 12)))
}

fn is_article_id(name: &str, value: &str) -> bool {
    let numbers = name == "p" || (name.ends_with("id") && !SECTION_IDS.iter().any(|no| name.starts_with(no)));
    numbers && value.len() >= 2 && value.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(path: &str) -> Url {
        Url::parse("https://www.bao.vn/").unwrap().join(path).unwrap()
    }

    #[test]
    fn articles() {
        for (path, expected) in [
            ("/gia-xang-tang-manh-tu-chieu-nay-20250512083000123.htm", true),
            ("/kinh-te/gia-dien-tang-4821345.html", true),
            ("/post123456.vnp", true),
            ("/20250512/gia-xang.chn", true),
            ("/2025/05/12/gia-xang/", true),
            ("/gia-xang-tang-manh-tu-chieu-nay/", true),
            ("/tin-tuc/12345/gia-xang-tang.html", true),
            ("/TinTuc/ChiTiet.aspx?ItemID=1234", true),
            ("/?p=512", true),
            ("/portal/xem.aspx?CatID=12", false),
            ("/", false),
            ("/kinh-te", false),
            ("/kinh-te-c12.html", false),
            ("/doanh-nghiep-doanh-nhan.htm", false),
            ("/tag/gia-xang-tang-manh-tu-chieu-nay", false),
            ("/anh/gia-xang-tang-manh-tu-chieu-nay-12345.jpg", false),
            ("/rss/kinh-te-12345.html", false),
        ] {
            assert_eq!(is_article(&url(path)), expected, "{path}");
        }
    }

    #[test]
    fn feeds_and_sitemaps() {
        for (path, expected) in [
            ("/rss", true),
            ("/rss/kinh-te.html", true),
            ("/kinh-te.rss", true),
            ("/feed/", true),
            ("/kinh-te/feed", true),
            ("/kenh-rss.html", true),
            ("/?feed=rss2", true),
            ("/atom.xml", true),
            ("/comments/feed/", false),
            ("/kinh-te", false),
            ("/rss-la-gi-va-cach-dung-tren-dien-thoai", false),
        ] {
            assert_eq!(is_feed(&url(path)), expected, "{path}");
        }
        assert!(is_sitemap(&url("/sitemap-news.xml.gz")) && !is_sitemap(&url("/sitemap.html")));
        assert!(urgency("/rss/home.rss") < urgency("/rss/kinh-te.rss") && urgency("/rss/kinh-te.rss") < urgency("/rss/the-thao.rss"));
    }

    #[test]
    fn sites_and_ids() {
        let at = |host: &str| Url::parse(&format!("https://{host}/")).unwrap();
        for (host, id, same) in [
            ("bao.vn", "bao", true),
            ("rss.bao.vn", "rss-bao", true),
            ("www.bao.com.vn", "bao", false),
            ("xbao.vn", "xbao", false),
            ("sct.tinh.gov.vn", "sct-tinh", false),
            ("127.0.0.1:8080", "127-0-0-1", false),
            ("báo.vn", "xn--bo-mia", false),
        ] {
            assert_eq!((source_id(&at(host)).as_str(), same_site(&at(host), &url("/"))), (id, same), "{host}");
        }
    }
}
