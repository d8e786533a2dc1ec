//! Which articles does a page of links name?

use super::{Item, Listed, Listing, unreadable};
use kiemtin_model::{Outcome, Refusal};
use kiemtin_text::markup::{prescan, strip_tags};
use scraper::{ElementRef, Html, Selector};

/// Builds the tree of a page, after looking whether that is safe.
pub(crate) fn parse_page(html: &str) -> Result<Html, Outcome> {
    prescan(html).map_err(|_| Outcome::Refused(Refusal::HostileMarkup))?;
    Ok(Html::parse_document(html))
}

/// Whether a selector of a source's file can be used; the error says why not.
pub fn check_selector(css: &str) -> Result<(), String> {
    // The parser's own words run over several lines and ask for a report to its developer.
    let place = |at: usize| css.get(at..).filter(|rest| !rest.is_empty()).map_or("its end".into(), |rest| format!("\"{rest}\""));
    if Selector::parse(css).is_ok() {
        return Ok(());
    }
    // The longest beginning that is one: what follows it is at fault.
    let ends = css.char_indices().map(|(at, _)| at).skip(1).filter(|at| Selector::parse(css.get(..*at).unwrap_or("")).is_ok());
    Err(format!("it cannot be read from {} on", place(ends.last().unwrap_or(0))))
}

pub(super) fn read(listed: &Listed<'_>) -> Result<Listing, Outcome> {
    let selector = |css: &str| Selector::parse(css).map_err(|e| unreadable(format!("selector \"{css}\": {e}")));
    let links = listed.feed.link_selector.as_deref().ok_or_else(|| unreadable("a listing needs link_selector"))?;
    let (links, anchors) = (selector(links)?, selector("a[href]")?);
    let titles = listed.feed.title_selector.as_deref().map(selector).transpose()?;
    let page = parse_page(listed.text)?;
    let mut listing = Listing::default();
    let mut found = 0;
    for element in page.select(&links) {
        // The selector may name the link itself or something around it.
        let anchor = if element.attr("href").is_some() { Some(element) } else { element.select(&anchors).next() };
        let Some(anchor) = anchor else { continue };
        found += 1;
        let link = anchor.attr("href").unwrap_or_default();
        // Menus and buttons; not worth a note each.
        if link.is_empty() || link.starts_with(['#', '?']) || link.starts_with("javascript:") || link.starts_with("mailto:") {
            continue;
        }
        let item = Item { link: link.to_owned(), title: title(element, anchor, titles.as_ref()), ..Item::default() };
        listing.add(listed, &format!("link {found}"), item);
    }
    if found == 0 {
        listing.note("link_selector finds nothing on the page".into());
    }
    Ok(listing)
}

/// The text of the title element, else of the link, else the link's `title` (pictures have no text).
fn title(element: ElementRef<'_>, anchor: ElementRef<'_>, titles: Option<&Selector>) -> String {
    let inside = titles.and_then(|t| element.select(t).next()).map(|t| t.inner_html()).unwrap_or_else(|| anchor.inner_html());
    let text = strip_tags(&inside).replace('\n', " ");
    if text.is_empty() { strip_tags(anchor.attr("title").unwrap_or_default()) } else { text }
}

#[cfg(test)]
mod tests {
    use super::super::tests::read_as;
    use super::super::{Listing, MAX_LEADS};
    use kiemtin_model::{FeedKind, Outcome, Refusal, SourceGroup};

    fn read(html: &str, links: &str, titles: Option<&str>) -> Result<Listing, Outcome> {
        read_as(FeedKind::Listing, SourceGroup::Press, html, |feed| {
            feed.link_selector = Some(links.into());
            feed.title_selector = titles.map(str::to_owned);
        })
    }

    #[test]
    fn a_selector_that_cannot_be_read_is_shown_from_its_fault_on() {
        let check = |css: &str, expected: &str| assert_eq!(super::check_selector(css).err().unwrap_or_default(), expected, "{css}");
        check("h3.title a", "");
        check("div..x", "it cannot be read from \"..x\" on");
        check("h3 > > a", "it cannot be read from \"> > a\" on");
        check("", "it cannot be read from its end on");
    }

    #[test]
    fn links_with_titles() {
        let html = r##"<ul class="tin"><li><a href="/a.html?utm_source=x"><img src=i> Giá <b>xăng</b></a></li><li><a href="b.html" title="Chỉ có ảnh"><img></a></li>
            <li><a href="/a.html#x">lặp</a></li><li><a href="#">đầu trang</a></li><li><a href="javascript:void(0)">x</a></li></ul><a href="/menu">Menu</a>"##;
        let listing = read(html, ".tin a", None).unwrap();
        let found: Vec<_> = listing.leads.iter().map(|l| (l.url.as_str(), l.title.as_str())).collect();
        assert_eq!(found, [("https://bao.vn/a.html", "Giá xăng"), ("https://bao.vn/muc/b.html", "Chỉ có ảnh")]);
        let listing = read("<article><h3>Tiêu đề</h3><a href=/c>Xem tiếp</a></article>", "article", Some("h3")).unwrap();
        assert_eq!((listing.leads[0].url.as_str(), listing.leads[0].title.as_str()), ("https://bao.vn/c", "Tiêu đề"));
        assert_eq!(read("<p>x</p>", "a", None).unwrap().notes.len(), 1);
    }

    #[test]
    fn what_cannot_be_read() {
        assert_eq!(read(&"<div>".repeat(5_000), "a", None).unwrap_err(), Outcome::Refused(Refusal::HostileMarkup));
        assert!(matches!(read("<a href=x>", ":::", None).unwrap_err(), Outcome::Failed(_)));
        assert!(read_as(FeedKind::Listing, SourceGroup::Press, "", |_| {}).is_err());
        let many: String = (0..3_000).map(|n| format!("<a href=/{n}>x</a>")).collect();
        let listing = read(&many, "a", None).unwrap();
        assert_eq!(listing.leads.len(), MAX_LEADS);
        assert!(listing.notes.len() <= 51 && listing.notes.last().unwrap().contains("more notes"));
    }
}
