//! By which names is an item of a feed known again when its address changed?

use crate::canonical::{MAX_URL_BYTES, canonical_url};
use crate::ids::hex128;
use kiemtin_text::{Key, scan};
use std::collections::HashSet;

/// The id that a feed gives an item (RSS `guid`, Atom `id`, JSON Feed `id`), as keys that may be looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guid {
    /// Hash of the whole id.
    pub whole: String,
    /// Hash of what is left of an address without scheme and host: it stays when a site moves to https or another host.
    /// None for ids that are no address.
    pub path: Option<String>,
    /// It is unique everywhere by its form (an address, `tag:`, `urn:`, a UUID), where a bare number is only unique within
    /// its feed.
    pub global: bool,
}

/// Shortest id without a scheme that counts as unique everywhere: a UUID without its signs has 32 digits.
const GLOBAL_CHARS: usize = 24;

impl Guid {
    /// The keys of an id; `None` for what names no item: nothing, a home page, or more than [`MAX_URL_BYTES`].
    pub fn new(id: &str) -> Option<Self> {
        let id = id.trim();
        if id.is_empty() || id.len() > MAX_URL_BYTES {
            return None;
        }
        let Some(url) = canonical_url("", id) else {
            let global = id.starts_with("tag:") || id.starts_with("urn:") || id.len() >= GLOBAL_CHARS;
            return Some(Self { whole: hex128(&["guid", id]), path: None, global });
        };
        let (_, place) = url.split_once("://")?;
        let (_, path) = place.split_once('/')?;
        if path.is_empty() {
            return None;
        }
        Some(Self { whole: hex128(&["guid", &url]), path: Some(hex128(&["path", path])), global: true })
    }
}

/// Whether two titles may be those of one article, edited: half of the syllables of the shorter one stand in the other
/// (whatever their accents). A title that is not known speaks for nothing and against nothing.
pub fn titles_agree(one: &str, other: &str) -> bool {
    let (one, other) = (syllables(one), syllables(other));
    let shared = one.intersection(&other).count();
    one.is_empty() || other.is_empty() || 2 * shared >= one.len().min(other.len())
}

fn syllables(title: &str) -> HashSet<Key> {
    scan(title).tokens.iter().map(|t| t.fold).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moved_site_keeps_the_path() {
        let check = |one: &str, other: &str, whole: bool, path: bool| {
            let (a, b) = (Guid::new(one).unwrap(), Guid::new(other).unwrap());
            assert_eq!((a.whole == b.whole, a.path.is_some() && a.path == b.path), (whole, path), "{one} {other}");
        };
        check("http://bao.vn/?p=12", "http://bao.vn/?p=12", true, true);
        check("http://bao.vn/?p=12", "https://bao.vn/?p=12", false, true);
        check("https://bao.vn/a-12.html", "https://www.bao.com.vn/a-12.html", false, true);
        check("https://bao.vn/a-12.html?utm_source=rss", "https://bao.vn/a-12.html", true, true);
        check("https://bao.vn/a-12.html", "https://bao.vn/a-13.html", false, false);
        check(" 4512 ", "4512", true, false);
        check("4512", "4513", false, false);
    }

    #[test]
    fn what_names_no_item_is_left_out() {
        for none in ["", "  ", "https://bao.vn", "https://bao.vn/", "http://bao.vn/?utm_source=rss", &"a".repeat(3_000)] {
            assert_eq!(Guid::new(none), None, "{none}");
        }
        let global = |id: &str| Guid::new(id).unwrap().global;
        assert!(global("https://bao.vn/a") && global("tag:bao.vn,2026:1") && global("1b4e28ba-2fa1-11d2-883f-0016d3cca427"));
        assert!(!global("4512") && !global("tin-moi-4512"));
    }

    #[test]
    fn edited_titles_agree() {
        let check = |one: &str, other: &str, expected: bool| assert_eq!(titles_agree(one, other), expected, "{one} / {other}");
        check("Giá xăng tăng", "Giá xăng tăng", true);
        check("Giá xăng tăng 500 đồng", "Giá xăng tăng 600 đồng từ 15 giờ", true);
        check("GIA XANG TANG", "Giá xăng tăng", true);
        check("Giá xăng tăng", "Bộ Công Thương họp báo thường kỳ", false);
        check("", "Bộ Công Thương họp báo thường kỳ", true);
    }
}
