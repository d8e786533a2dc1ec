use super::*;
use kiemtin_model::source::ArticleHints;

/// A page on which the general way takes another title, lead, body and date than its source would.
fn odd_page() -> String {
    let [a, b, c, d] = PARTS;
    format!(
        "<html><head><script type='application/ld+json'>{{\"datePublished\":\"2025-05-13T09:00:00+07:00\"}}</script></head><body>\
         <h1>Báo Làng</h1><div class='ten-bai'>Giá xăng giảm nhẹ</div><div class='tom-tat'>{SAPO}</div>\
         <div class='khac'><p>{c}</p><p>{d}</p><p>{c} Lần nữa.</p></div><div class='w1'><p>{a}</p><div class='qc'>Mua ngay</div></div>\
         <div class='w1'><p>{b}</p></div><i class='luc'>05.12.2025, 8h30</i></body></html>"
    )
}

fn read(hints: Vec<ArticleHints>) -> Extracted {
    let html = odd_page();
    on_big_stack(move || extract(&html, None, &ArticleVersions(hints), NOW)).unwrap()
}

fn hints() -> ArticleHints {
    ArticleHints {
        title_selector: Some(".ten-bai".into()),
        lead_selector: Some(".tom-tat".into()),
        body_selector: Some(".w1".into()),
        remove: vec![".qc".into(), ".nothing-here".into()],
        date_selector: Some("i.luc".into()),
        date_format: Some("%m.%d.%Y, %Hh%M".into()),
        ..ArticleHints::default()
    }
}

#[test]
fn the_elements_that_a_source_names_are_read() {
    let read = read(vec![hints()]);
    assert_eq!(read.title, "Giá xăng giảm nhẹ");
    assert_eq!(read.text, format!("{SAPO}\n{}\n{}", PARTS[0], PARTS[1]));
    assert_eq!((read.published_at, read.published_from), (Time::local(2025, 5, 12, 8, 30, 0), PublishedFrom::Selector));
    assert_eq!(read.notes, Vec::<String>::new(), "what is cut may be missing");
}

#[test]
fn without_a_format_the_selector_of_a_date_is_asked_last() {
    let read = read(vec![ArticleHints { date_format: None, ..hints() }]);
    assert_eq!((read.published_at, read.published_from), (Time::local(2025, 5, 13, 9, 0, 0), PublishedFrom::JsonLd));
}

#[test]
fn what_finds_nothing_is_told_and_read_in_the_general_way() {
    let general = read(vec![]);
    assert_eq!((general.title.as_str(), general.notes.len()), ("Báo Làng", 0));
    let gone = |s: &str| Some(format!("{s}.gone"));
    let lost = read(vec![ArticleHints {
        title_selector: gone("h2"),
        lead_selector: gone("p"),
        body_selector: gone("div"),
        date_selector: gone("i"),
        date_format: Some("%d/%m/%Y".into()),
        ..ArticleHints::default()
    }]);
    for (key, selector) in
        [("title_selector", "h2.gone"), ("lead_selector", "p.gone"), ("body_selector", "div.gone"), ("date_selector", "i.gone")]
    {
        assert_eq!(lost.notes.iter().filter(|n| n.starts_with(&format!("{key} \"{selector}\""))).count(), 1, "{:?}", lost.notes);
    }
    assert_eq!(lost.notes.len(), 4);
    assert_eq!(Extracted { notes: vec![], ..lost }, general);
}

#[test]
fn the_version_in_force_at_the_fetch_is_used() {
    let version = |from: &str, until: &str, title: &str| {
        let day = |s: &str| (!s.is_empty()).then(|| s.parse().unwrap());
        ArticleHints { from: day(from), until: day(until), title_selector: Some(title.into()), ..ArticleHints::default() }
    };
    // NOW is 24 November 2025, 23:00 in Vietnam.
    let old = version("", "2025-11-23", ".tom-tat");
    let new = version("2025-11-24", "", ".ten-bai");
    assert_eq!(read(vec![old.clone(), new.clone()]).title, "Giá xăng giảm nhẹ");
    let expired = read(vec![old]);
    assert_eq!(expired.title, "Báo Làng");
    assert_eq!(expired.notes, ["the hints for this source ended on 2025-11-23"]);
    let to_come = read(vec![version("2025-11-25", "", ".tom-tat")]);
    assert_eq!((to_come.title.as_str(), to_come.notes.len()), ("Báo Làng", 0));
}
