use super::*;
use std::time::{Duration, Instant};

#[test]
fn ordinary_pages_pass() {
    let list = "<ul>".to_owned() + &"<li><a href='/x'>Giá điện</a><p>đoạn".repeat(3_000) + "</ul>";
    let table = "<table>".to_owned() + &"<tr><td>1<td>2".repeat(3_000) + "</table>";
    let voids = "<br><img src=x><input>".repeat(3_000);
    let script = "<script>if (a < b) { x = '<div><div>' }</script>".repeat(3_000);
    let icons = "<svg><path d='M0'/><g/></svg>".repeat(3_000);
    let comments = "<!-- <div> --><!--> <!--->".repeat(3_000);
    for page in [&list, &table, &voids, &script, &icons, &comments, &"<div>".repeat(400)] {
        assert_eq!(prescan(page), Ok(()));
    }
}

#[test]
fn hostile_pages_are_found() {
    let deep = |inner: &str| matches!(prescan(&inner.repeat(20_000)), Err(MarkupFault::TooDeep { .. }));
    for inner in [
        "<div>",
        "<DIV CLASS=a>",
        "<b>",
        "<a><font><i>",
        "<table><tr><td>",
        "<div><p>",
        "<b id=x><p>",
        "<p><b>x</p>",
        "<svg><g>",
        "<!--><div>",
        "<div title='>'>",
        "<div/>",
        "<div><!--!> </div> -->",
    ] {
        assert!(deep(inner), "{inner}");
    }
    assert!(matches!(prescan(&format!("<svg><style>{}", "<g>".repeat(1_000))), Err(MarkupFault::TooDeep { .. })));
    assert_eq!(prescan(&format!("<p><a {}>", "x ".repeat(1_001))), Err(MarkupFault::TooManyAttributes { at: 3 }));
    assert_eq!(prescan(&"<i></i>".repeat(50_000)), Ok(()));
    assert_eq!(prescan(&"<i></i>".repeat(50_001)), Err(MarkupFault::TooManyElements { at: 350_000 }));
    assert_eq!(prescan(&format!("<a {}>", "x=\"<b>\" ".repeat(1_000))), Ok(()));
}

#[test]
fn time_grows_with_length_only() {
    let started = Instant::now();
    for unit in
        ["<", "</", "<!--", "<!", "<a ", "<a b='", "&", "&am", "<script>", "</script", "<div></div>", "<p>", "--", "<textarea></text"]
    {
        let page = unit.repeat(2_000_000 / unit.len());
        let _ = prescan(&page);
        let _ = strip_tags(&page);
    }
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}

#[test]
fn fragments_become_text() {
    let check = |html: &str, expected: &str| assert_eq!(strip_tags(html), expected, "{html}");
    check("<p>Gi&aacute; xăng&nbsp;<b>giảm</b> 2%.</p><p>M&amp;A, R&D &#272;&#xE0; N&#7861;ng</p>", "Giá xăng giảm 2%.\nM&A, R&D Đà Nẵng");
    check("một<br>hai<br/>ba</br>bốn", "một\nhai\nba\nbốn");
    check("<style>p{}</style>a<script>x('<p>')</script>b<!-- c -->", "ab");
    check("giá < 20.000 và > 3", "giá < 20.000 và > 3");
    check("  nhiều \n\t chỗ   trống ", "nhiều chỗ trống");
    check("<img src='x>y' alt=\"<b>\">chữ", "chữ");
    check("&khong; &#0; &#99999999999; &amp", "&khong; \u{fffd} &#99999999999; &");
    check("", "");
}

#[test]
fn elements_give_way_to_other_words() {
    let check = |html: &str, expected: &str| {
        let text = strip_tags_with(html, |tag| tag.contains("class=\"ai\"").then_some("[ai]"));
        assert_eq!(text, expected, "{html}");
    };
    check("<p>Hỏi <a class=\"ai\" href=\"/@x\">@<span>x</span></a> nhé</p>", "Hỏi [ai] nhé");
    check("a<p class=\"ai\">x<b>y</b></p>b", "a[ai]\nb");
    check("a <a class=\"ai\">x<b>y</b><p>b</a> c</p>", "a [ai]\nb c");
    check("a <a class=\"ai\">x", "a [ai]");
    check("class=\"ai\"", "class=\"ai\"");
}

#[test]
fn entity_names_are_sorted() {
    for (name, expected) in [("agrave", 'à'), ("zwnj", '\u{200c}'), ("AElig", 'Æ'), ("abreve", 'ă'), ("dstrok", 'đ'), ("apos", '\'')] {
        assert_eq!(named_entity(name), Some(expected));
    }
}

proptest::proptest! {
    #[test]
    fn never_panics(text in "[<>/!?a-z\"'= &;#x0-9đ\\-]{0,200}") {
        let _ = prescan(&text);
        let once = strip_tags(&text);
        proptest::prop_assert!(once.len() <= text.len());
    }
}
