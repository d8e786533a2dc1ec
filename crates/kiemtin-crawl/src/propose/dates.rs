//! Where may the date of an article stand when nothing on its page says so in a known way?

use super::selectors::{classes, is_lasting_id};
use crate::sources::parse_page;
use kiemtin_text::date::parse_when;
use scraper::{ElementRef, Selector};

/// Longest text of an element that is a date and not a paragraph with one, in bytes.
const LONGEST: usize = 120;
/// Most selectors that are worth trying.
const MOST: usize = 8;
/// Most elements that are looked at.
const MAX_ELEMENTS: usize = 5_000;

/// Selectors of elements behind the headline whose text is little more than a date, in the order of the page.
pub fn date_selectors(html: &str) -> Vec<String> {
    let mut selectors: Vec<String> = vec![];
    let (Ok(page), Ok(all)) = (parse_page(html), Selector::parse("body *")) else { return selectors };
    let elements: Vec<ElementRef<'_>> = page.select(&all).collect();
    // What stands before the headline is the clock of the page.
    let from = elements.iter().position(|e| e.value().name() == "h1").map_or(0, |at| at + 1);
    for element in elements.into_iter().skip(from).take(MAX_ELEMENTS) {
        if selectors.len() >= MOST {
            break;
        }
        if names_a_day(element)
            && let Some(selector) = selector(element)
            && !selectors.contains(&selector)
        {
            selectors.push(selector);
        }
    }
    selectors
}

/// Whether an element has a date, and no child of it alone has.
fn names_a_day(element: ElementRef<'_>) -> bool {
    let text = |e: ElementRef<'_>| e.text().take(50).collect::<Vec<_>>().join(" ");
    let has_day = |e: ElementRef<'_>| {
        let text = text(e);
        text.len() <= LONGEST && parse_when(text.trim()).is_some()
    };
    !matches!(element.value().name(), "a" | "script" | "style" | "h1")
        && element.descendants().take(40).count() < 40
        && has_day(element)
        && !element.children().filter_map(ElementRef::wrap).any(has_day)
}

/// By its own class or id, else by the nearest ancestor that has one.
fn selector(element: ElementRef<'_>) -> Option<String> {
    let own = |e: ElementRef<'_>| {
        let tag = e.value().name();
        let class = classes(e).next().map(|class| format!("{tag}.{class}"));
        class.or_else(|| e.value().id().filter(|id| is_lasting_id(id)).map(|id| format!("#{id}")))
    };
    own(element).or_else(|| {
        let above = element.ancestors().filter_map(ElementRef::wrap).take(3).find_map(own)?;
        Some(format!("{above} {}", element.value().name()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_behind_the_headline() {
        let check = |html: &str, expected: &[&str]| assert_eq!(date_selectors(html), expected, "{html}");
        check("<div class=dongho>Thứ hai, 12/5/2025</div><h1>Giá xăng</h1><p class=luc>10/5/2025 08:30</p>", &["p.luc"]);
        check("<h1>Giá xăng</h1><div class=dong><span>Hà Nội</span><span>10/5/2025</span></div>", &["div.dong span"]);
        check("<h1>Giá xăng</h1><div class=dong><b class=luc>10/5/2025</b></div>", &["b.luc"]);
        check("<h1>Giá xăng</h1><span id=LabelNgay>Ngày 10 tháng 5 năm 2025</span>", &["#LabelNgay"]);
        check(&format!("<h1>Giá xăng</h1><p class=doan>Ngày 10/5/2025, {}</p>", "giá xăng ".repeat(30)), &[]);
        check("<h1>Giá xăng</h1><p>10/5/2025</p>", &[]);
        check("", &[]);
        assert_eq!(date_selectors(&"<div>".repeat(5_000)), Vec::<String>::new());
        assert_eq!(
            date_selectors(&(0..50).map(|n| format!("<p id=n{}>10/5/2025</p>", (b'a' + n % 26) as char)).collect::<String>()).len(),
            MOST
        );
    }
}
