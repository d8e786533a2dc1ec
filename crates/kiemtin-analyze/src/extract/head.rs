//! What does a page say of itself in its `meta`, `link` and ld+json elements?
//!
//! Read once: each question after that is a walk over a short list and not over the page.

use super::ld_json;
use kiemtin_model::Restrictions;
use trafilatura::dom::Document as Dom;

/// All elements that are looked at, in one walk.
const SELECTOR: &str = "meta[content], script[type*='ld+json' i], link[rel~='canonical' i][href]";
/// Names of the `meta` elements that speak to crawlers: to all, and to this one.
const ROBOTS: [&str; 2] = ["robots", "kiemtin"];
/// Most elements that are kept; pages have some dozens.
const MOST: usize = 1_000;

/// The statements of a page about itself.
#[derive(Default)]
pub(super) struct Head {
    /// `property`, `name` or `itemprop` in small letters, and content.
    metas: Vec<(String, String)>,
    /// Texts of the ld+json scripts.
    scripts: Vec<String>,
    /// The address that the page names as its own, as written.
    pub(super) canonical: Option<String>,
}

impl Head {
    /// Reads a page.
    pub(super) fn of(dom: &Dom) -> Self {
        let mut head = Self::default();
        for node in dom.query_selector_all(dom.root(), SELECTOR).into_iter().take(MOST) {
            match dom.tag_name(node) {
                "meta" => {
                    let content = dom.get_attribute(node, "content").unwrap_or_default();
                    let names = ["property", "name", "itemprop"].iter().filter_map(|a| dom.get_attribute(node, a));
                    head.metas.extend(names.map(|name| (name.trim().to_ascii_lowercase(), content.clone())));
                }
                "script" => head.scripts.push(dom.iter_text(node, "")),
                _ => head.canonical = head.canonical.or_else(|| dom.get_attribute(node, "href")),
            }
        }
        head
    }

    /// Contents of the `meta` elements with this name, in the order of the page.
    pub(super) fn metas<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.metas.iter().filter(move |(n, _)| n == name).map(|(_, content)| content.as_str())
    }

    /// The first of these names that has a content.
    pub(super) fn first(&self, names: &[&str]) -> String {
        names.iter().find_map(|name| self.metas(name).find(|c| !c.trim().is_empty())).unwrap_or_default().to_owned()
    }

    /// The values of a property of the ld+json scripts, see [`ld_json::values`].
    pub(super) fn json(&self, property: ld_json::Property) -> impl Iterator<Item = String> {
        self.scripts.iter().flat_map(move |text| ld_json::values(text, property))
    }

    /// What may not be shown of the page.
    pub(super) fn restrictions(&self) -> Restrictions {
        let rules = ROBOTS.iter().flat_map(|name| self.metas(name));
        rules.fold(Restrictions::default(), |all, rule| all.and(Restrictions::read(rule)))
    }
}
