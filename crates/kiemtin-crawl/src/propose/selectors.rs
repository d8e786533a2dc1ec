//! Which CSS selector finds the links to articles of a list page, and little else?
//!
//! Every link is put under the selectors that would find it: its own class, and each of its near ancestors by class, id
//! or kind of heading. What is under most articles, few other links and mostly links with a title, wins; of those about as
//! good, the shortest.

use super::address::{is_article, same_site};
use kiemtin_model::canonical::canonical_url;
use scraper::{ElementRef, Html, Selector};
use std::collections::{HashMap, HashSet};
use url::Url;

/// Most links of a page that are looked at.
const MAX_LINKS: usize = 5_000;
/// Ancestors of a link that may name it.
const LEVELS: usize = 5;
/// Classes of one element that are tried.
const CLASSES: usize = 3;
/// Fewest articles that make a list.
const FEWEST: usize = 5;
/// Least share of articles among what a selector finds.
const LEAST_SHARE: f64 = 0.7;
/// Least share of its articles whose link has a title.
const LEAST_TITLED: f64 = 0.6;
/// Fewest words of a title.
const TITLE_WORDS: usize = 3;
/// Selectors this close to the best are as good, and the shortest of them is taken.
const AS_GOOD: f64 = 0.9;
/// A second selector is added when it brings this share of articles on top.
const WORTH_ADDING: f64 = 0.3;

/// What a selector would find: numbers of addresses.
#[derive(Default)]
struct Under {
    articles: HashSet<usize>,
    titled: usize,
    others: HashSet<usize>,
}

impl Under {
    fn share(&self) -> f64 {
        self.articles.len() as f64 / (self.articles.len() + self.others.len()).max(1) as f64
    }

    fn is_list(&self) -> bool {
        let articles = self.articles.len();
        articles >= FEWEST && self.share() >= LEAST_SHARE && self.titled as f64 >= LEAST_TITLED * articles as f64
    }

    /// Titled articles, fewer for what else is found.
    fn worth(&self) -> f64 {
        self.titled as f64 * self.share() * self.share()
    }
}

/// The best selector of the page at `url`; `None` where no structure of links repeats.
pub(super) fn link_selector(page: &Html, url: &Url) -> Option<String> {
    let found = under_selectors(page, url);
    let lists: Vec<(&String, &Under)> = found.iter().filter(|(_, under)| under.is_list()).collect();
    let (first, under) = best(&lists)?;
    let rest: Vec<(&String, &Under)> = lists
        .iter()
        .copied()
        .filter(|(_, other)| other.articles.difference(&under.articles).count() as f64 >= WORTH_ADDING * under.articles.len() as f64)
        .collect();
    // What nearly holds the first one as well would make it needless, and was not chosen: only a list of its own is added.
    let apart: Vec<_> = rest.into_iter().filter(|(_, other)| other.articles.is_disjoint(&under.articles)).collect();
    Some(best(&apart).map_or_else(|| first.clone(), |(second, _)| format!("{first}, {second}")))
}

fn best<'a>(lists: &[(&'a String, &'a Under)]) -> Option<(&'a String, &'a Under)> {
    let most = lists.iter().map(|(_, under)| under.worth()).fold(0.0, f64::max);
    let good = lists.iter().filter(|(_, under)| under.worth() >= AS_GOOD * most);
    // A bare tag may be anything tomorrow; a heading is what editors keep when they change the design.
    good.min_by_key(|(css, _)| (css.matches(' ').count(), !css.contains(['.', '#']), !is_heading(css), css.len(), (*css).clone())).copied()
}

fn is_heading(css: &str) -> bool {
    css.split(' ').any(|part| matches!(part.as_bytes(), [b'h', b'1'..=b'6', ..]))
}

fn under_selectors(page: &Html, url: &Url) -> HashMap<String, Under> {
    let mut found: HashMap<String, Under> = HashMap::new();
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let Ok(anchors) = Selector::parse("a[href]") else { return found };
    for anchor in page.select(&anchors).take(MAX_LINKS) {
        let href = anchor.attr("href").unwrap_or_default();
        let Some(address) = canonical_url(url.as_str(), href).filter(|_| !href.starts_with(['#', '?'])) else { continue };
        let Ok(target) = Url::parse(&address) else { continue };
        let article = same_site(&target, url) && is_article(&target);
        let next = numbers.len();
        let number = *numbers.entry(address).or_insert(next);
        let titled = has_title(anchor);
        for css in selectors_of(anchor) {
            let under = found.entry(css).or_default();
            if !article {
                under.others.insert(number);
            } else if under.articles.insert(number) {
                // The first link to an address gives the title.
                under.titled += usize::from(titled);
            }
        }
    }
    found
}

fn has_title(anchor: ElementRef<'_>) -> bool {
    let words = |text: &str| text.split_whitespace().take(TITLE_WORDS).count();
    let text = anchor.text().map(words).sum::<usize>();
    text >= TITLE_WORDS || (text == 0 && words(anchor.attr("title").unwrap_or_default()) >= TITLE_WORDS)
}

/// The selectors that find this link.
fn selectors_of(anchor: ElementRef<'_>) -> HashSet<String> {
    let mut selectors: HashSet<String> = classes(anchor).map(|class| format!("a.{class}")).collect();
    let ancestors: Vec<ElementRef<'_>> = anchor.ancestors().filter_map(ElementRef::wrap).take(LEVELS).collect();
    let mut heading = None;
    for (level, ancestor) in ancestors.iter().enumerate() {
        let tag = ancestor.value().name();
        let names: Vec<String> = classes(*ancestor)
            .map(|class| if is_heading(tag) { format!("{tag}.{class}") } else { format!(".{class}") })
            .chain(ancestor.value().id().filter(|id| is_lasting_id(id)).map(|id| format!("#{id}")))
            .collect();
        if let Some(heading) = heading {
            selectors.extend(names.iter().map(|name| format!("{name} {heading} a")));
        }
        selectors.extend(names.iter().map(|name| format!("{name} a")));
        if is_heading(tag) || (level == 0 && matches!(tag, "li" | "td" | "p" | "dt")) || tag == "article" {
            selectors.insert(format!("{tag} a"));
        }
        if is_heading(tag) {
            heading = Some(tag);
        }
    }
    selectors
}

/// Classes that say what an element is, and will still say so next year.
pub(super) fn classes(element: ElementRef<'_>) -> impl Iterator<Item = &str> {
    element.value().classes().filter(|class| is_lasting(class)).take(CLASSES)
}

/// Whether a name was given by a person for a meaning: no state, no grid, no number, no hash of a build tool.
pub(super) fn is_lasting(name: &str) -> bool {
    const STATES: [&str; 22] = [
        "active",
        "first",
        "last",
        "odd",
        "even",
        "hidden",
        "show",
        "current",
        "row",
        "container",
        "wrapper",
        "clearfix",
        "clear",
        "left",
        "right",
        "fl",
        "fr",
        "lazy",
        "main",
        "content",
        "block",
        "flex",
    ];
    const PREFIXES: [&str; 14] = ["col-", "mt-", "mb-", "ml-", "mr-", "pt-", "pb-", "px-", "py-", "d-", "post-id", "js-", "w-", "text-"];
    let plain = name.len() >= 2 && name.len() <= 40 && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic());
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    // `a9Xk2` and `_3hTz1`: a digit between letters of both cases is no word.
    let mixed = digits > 0 && name.bytes().any(|b| b.is_ascii_uppercase()) && name.bytes().any(|b| b.is_ascii_lowercase());
    plain
        && starts_well
        && digits < 3
        && !mixed
        && !is_scrambled(name)
        && !STATES.contains(&name)
        && !PREFIXES.iter().any(|p| name.starts_with(p))
}

/// Whether an id was given by a person for a meaning; a number in it counts pieces of the page.
pub(super) fn is_lasting_id(id: &str) -> bool {
    is_lasting(id) && !id.bytes().any(|b| b.is_ascii_digit())
}

/// `iorIHl`: no word ends one small letter after several capitals.
fn is_scrambled(name: &str) -> bool {
    name.as_bytes().windows(3).enumerate().any(|(at, three)| {
        let ends = !name.as_bytes().get(at + 3).is_some_and(u8::is_ascii_lowercase);
        ends && matches!(three, [b'A'..=b'Z', b'A'..=b'Z', b'a'..=b'z'])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expected: Option<&str>) {
        let found = link_selector(&Html::parse_document(html), &Url::parse("https://bao.vn/").unwrap());
        assert_eq!(found.as_deref(), expected, "{html:.300}");
    }

    fn items(n: std::ops::Range<usize>, one: impl Fn(usize) -> String) -> String {
        n.map(one).collect()
    }

    const MENU: &str = "<ul class=menu><li><a href=/kinh-te>Kinh tế trong nước</a></li><li><a href=/xa-hoi>Xã hội</a></li>\
        <li><a href=/the-thao>Thể thao</a></li><li><a href=/phap-luat>Pháp luật</a></li></ul>";

    #[test]
    fn the_structure_that_repeats() {
        let news = items(1..13, |n| {
            format!(
                "<div class='item-news item-{n}000'><a href=/gia-xang-{n}00123.html><img></a><h3 class=title-news><a href=/gia-xang-{n}00123.html>Giá xăng tăng {n}</a></h3></div>"
            )
        });
        check(&format!("<body>{MENU}<div class=list>{news}</div></body>"), Some("h3.title-news a"));
        let plain = items(1..10, |n| format!("<tr><td><a href=/xem.aspx?ItemID={n}11>Thông báo số {n}</a></td></tr>"));
        check(&format!("{MENU}<table>{plain}</table>"), Some("td a"));
        let own = items(1..10, |n| format!("<div><a class='x_9Kd tin-bai' href=/thong-bao-{n}0001.html>Thông báo số {n}</a></div>"));
        check(&format!("{MENU}{own}"), Some("a.tin-bai"));
        let inside = items(1..10, |n| format!("<div><div><h3><a href=/thong-bao-{n}0001.html>Thông báo số {n}</a></h3></div></div>"));
        check(&format!("{MENU}<h3><a href=/kinh-te>Kinh tế</a></h3>{inside}"), Some("h3 a"));
    }

    #[test]
    fn two_lists_of_their_own() {
        let top = items(1..7, |n| format!("<h2 class=tieu-de><a href=/noi-bat-{n}0001.html>Tin nổi bật {n}</a></h2>"));
        let rest = items(7..20, |n| format!("<p class=dong><a href=/tin-thuong-{n}0001.html>Tin thường ngày {n}</a></p>"));
        check(&format!("{MENU}{top}{rest}"), Some(".dong a, h2.tieu-de a"));
    }

    #[test]
    fn where_nothing_repeats() {
        check(MENU, None);
        check("", None);
        let few = items(1..4, |n| format!("<p class=dong><a href=/tin-thuong-{n}0001.html>Tin thường ngày {n}</a></p>"));
        check(&few, None);
        let pictures = items(1..9, |n| format!("<p class=anh><a href=/tin-thuong-{n}0001.html><img></a></p>"));
        check(&pictures, None);
        let others = items(1..9, |n| format!("<p class=dong><a href=https://khac.vn/tin-thuong-{n}0001.html>Tin thường ngày</a></p>"));
        check(&others, None);
    }

    #[test]
    fn names_that_last() {
        for (name, lasting) in [
            ("title-news", true),
            ("box2", true),
            ("VCSortableInPreviewMode", true),
            ("newsItem", true),
            ("iorIHl", false),
            ("item-1024", false),
            ("x_9Kd", false),
            ("active", false),
            ("col-md-6", false),
            ("md:flex", false),
            ("a", false),
            ("2tin", false),
        ] {
            assert_eq!(is_lasting(name), lasting, "{name}");
        }
    }
}
