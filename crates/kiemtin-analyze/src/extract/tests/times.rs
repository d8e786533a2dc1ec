use super::*;
use kiemtin_model::DateRefusal;

/// A page with `head` and, under its title, `under`; a header clock and a © year stand on it.
fn page(head: &str, under: &str, url: Option<&str>) -> Extracted {
    let [a, b, c, d] = PARTS;
    let html = format!(
        "<html><head>{head}</head><body><div class='top header'><span class='date'>Thứ bảy, 22/11/2025</span></div><h1>Giá xăng</h1>{under}\
         <div class='entry-content'><p>{a}</p><p>{b} Ngày 30/4/2025 là ngày lễ.</p><p>{c}</p><p>{d}</p></div>\
         <div class='footer'>© 2019 <span class='date'>ngày 01/02/2018</span></div></body></html>"
    );
    let url = url.map(str::to_owned);
    on_big_stack(move || extract(&html, url.as_deref(), &ArticleVersions::default(), NOW)).unwrap()
}

fn dated(head: &str, under: &str, url: Option<&str>) -> Option<(String, PublishedFrom)> {
    let read = page(head, under, url);
    read.published_at.map(|at| (at.to_string(), read.published_from))
}

fn meta(name: &str, value: &str) -> String {
    format!("<meta property='{name}' content='{value}'>")
}

#[test]
fn dates_of_pages() {
    use PublishedFrom::{Element, JsonLd, Meta};
    let json = |body: &str| format!("<script type='application/ld+json'>{{{body}}}</script>");
    let published = "article:published_time";
    let heads = [
        (json(r#""datePublished":"2025-05-12T08:30:00+07:00""#), JsonLd),
        (json(r#""dateModified":"2025-05-13T08:30:00+07:00","datePublished":"2025-05-12T08:30:00+07:00""#), JsonLd),
        (json("\"headline\":\"a\nb\",\"datePublished\" : \"2025-05-12T08:30:00+07:00\","), JsonLd),
        (json(r#""datePublished":"2025-05-12T00:10:00+07:00""#), JsonLd),
        (meta(published, "2025-05-12T08:30:00+07:00"), Meta),
        (meta(published, "5/12/2025 8:30:00 AM"), Meta),
        (meta(published, "12/05/2025 08:30:00"), Meta),
        (meta(published, "Mon, 12 May 2025 08:30:00 GMT+7"), Meta),
        (meta(published, "2025-05-12 08:30"), Meta),
        ("<meta name='pubdate' content='2025-05-12T08:30:00+07:00'>".into(), Meta),
        ("<meta itemprop='datePublished' content='2025-05-12T08:30:00+07:00'>".into(), Meta),
    ];
    for (head, from) in heads {
        let (at, found) = dated(&head, "", None).unwrap_or_else(|| panic!("no date: {head}"));
        assert!(at.contains("2025-05-12T") && found == from, "{head}: {at} {found:?}");
    }
    for under in [
        "<time datetime='2025-05-12T08:30:00+07:00'>hôm qua</time>",
        "<time>12/05/2025 08:30</time>",
        "<span class='date'>Thứ hai, 12/5/2025, 08:30 (GMT+7)</span>",
        "<span class='date'>Ngày 12 tháng 5 năm 2025</span>",
        "<div class='post-date'>12 Tháng Năm, 2025</div>",
        "<div class='detail-time'><div data-role='publishdate'>12/05/2025 08:30 GMT+7</div></div>",
        "<div class='bread-crumb-detail__time'>Thứ Hai 08:30 12/05/2025</div>",
        "<div class='ngaydang'>Đăng ngày 12/05/2025</div>",
        "<span class='submitted'>T2, 12/05/2025 - 08:30</span>",
        "<span class='author-time'>Thứ hai, 12/05/2025 - 08:30</span>",
        "<p class='newsTime'>08:30 | 12/05/2025</p>",
        "<span id='lblDate' class='lbldate'>12.05.2025</span>",
    ] {
        let (at, found) = dated("", under, None).unwrap_or_else(|| panic!("no date: {under}"));
        assert!(at.contains("2025-05-12T") && found == Element, "{under}: {at} {found:?}");
    }
    let (at, found) = dated("", "", Some("https://baolang.example/gia-xang-20250512083000123.htm")).unwrap();
    assert!(at.contains("2025-05-12T08:30:00") && found == PublishedFrom::Address, "{at}");
    assert_eq!(dated("", "", None), None, "a date is invented");
    assert_eq!(dated(&meta(published, "2031-01-01T00:00:00+07:00"), "", None), None, "a future date is believed");
    assert_eq!(dated(&meta(published, "31/02/2025"), "", None), None, "a day that is not is believed");
}

#[test]
fn modified_time_is_told_apart() {
    let head = "<meta property='article:modified_time' content='2025-05-13T09:00:00+07:00'>";
    let dom = Dom::parse(head);
    assert_eq!(dates::read(&dom, &Head::of(&dom), None, None, NOW).modified, Time::local(2025, 5, 13, 9, 0, 0));
}

/// Date lines above articles on sites of newspapers, ministries and provinces, each in an element without a telling name.
#[test]
fn date_lines_of_vietnamese_sites() {
    let check = |under: &str, expected: &str| {
        let read = page("", under, None);
        assert_eq!(read.published_at.map(|t| t.to_string()).unwrap_or_default(), expected, "{under} {:?}", read.date_note);
    };
    const AT: &str = "2025-05-12T08:30:00+07:00";
    const DAY: &str = "2025-05-12T00:00:00+07:00";
    for line in [
        "08:30 | 12/05/2025",
        "Thứ Hai, ngày 12/05/2025 - 08:30",
        "12/05/2025 | 08:30 (GMT+7)",
        "Đăng lúc: 08:30 12/05/2025",
        "Xuất bản 08:30 12/05/2025",
        "12-05-2025 08:30:00 SA",
        "Thứ 2, 12/05/2025, 8h30",
        "T2, 12.05.2025 - 08:30'",
        "8 giờ 30 phút, ngày 12 tháng 5 năm 2025",
        "Thứ Hai 12-05-2025 08:30 AM",
        "Tháng Năm 12, 2025 8:30 sáng",
        "Ngày đăng: 12/05/2025 08:30 - Lượt xem: 1.234",
        "Đăng lúc 08:30 12/05/2025 - Cập nhật lúc 09:00 13/05/2025",
        "Cập nhật: 13/05/2025 09:00 | Ngày đăng: 12/05/2025 08:30",
    ] {
        check(&format!("<span class='date'>{line}</span>"), AT);
        check(&format!("<div class='bai-time'><i>{line}</i></div>"), AT);
    }
    for line in ["12/05/2025", "Ngày 12 tháng 5 năm 2025", "Đăng ngày 12 Th5 2025", "Hà Nội, ngày 12/5/2025", "(12/05/2025)"] {
        check(&format!("<p class='ngay-dang'>{line}</p>"), DAY);
    }
    // The clock of the page, beside the date of the article.
    check("<span class='date'>Hôm nay, Thứ bảy 22/11/2025</span><span class='date'>12/05/2025 08:30</span>", AT);
}

/// What is not the publication, or not a date that can be believed, is marked and never invented.
#[test]
fn what_is_refused_is_marked() {
    let check = |head: &str, under: &str, from: PublishedFrom, note: Option<(&str, DateRefusal)>| {
        let read = page(head, under, None);
        assert_eq!((read.published_at, read.published_from), (None, from), "{head}{under}");
        assert_eq!(read.date_note.as_ref().map(|n| (n.text.as_str(), n.why)), note, "{head}{under}");
    };
    use DateRefusal::{Future, Relative, TooOld, Unreadable};
    let published = "article:published_time";
    check("", "", PublishedFrom::Missing, None);
    let rejected = PublishedFrom::Rejected;
    check(&meta(published, "2031-01-01T00:00:00+07:00"), "", rejected, Some(("2031-01-01T00:00:00+07:00", Future)));
    check(&meta(published, "1970-01-01T00:00:00Z"), "", rejected, Some(("1970-01-01T00:00:00Z", TooOld)));
    check(&meta(published, "31/02/2025"), "", rejected, Some(("31/02/2025", Unreadable)));
    check(&meta(published, "2 giờ trước"), "", rejected, Some(("2 giờ trước", Relative)));
    check(&meta(published, " "), "", PublishedFrom::Missing, None);
    let json = "<script type='application/ld+json'>{\"datePublished\":\"chưa rõ\"}</script>";
    check(json, "", rejected, Some(("chưa rõ", Unreadable)));
    check("", "<time datetime='hôm kia'>x</time>", rejected, Some(("hôm kia", Relative)));
    check("", "<span class='date'>2 giờ trước</span>", rejected, Some(("2 gio truoc", Relative)));
    check("", "<span class='date'>Hôm nay 08:30</span>", rejected, Some(("hom nay", Relative)));
    check("", "<span class='date'>Hôm qua</span>", rejected, Some(("hom qua", Relative)));
    // Of running text the date alone is kept: a name may stand beside it.
    check("", "<span class='date'>Người Viết, 12/05/2031</span>", rejected, Some(("2031-05-12T00:00:00+07:00", Future)));
    // A change is no publication.
    for under in [
        "<span class='date'>Cập nhật lúc 08:30, 12/05/2025</span>",
        "<time class='ngay-cap capnhat' datetime='2025-05-12T08:30:00+07:00'>12/05</time>",
        "<time itemprop='dateModified' datetime='2025-05-12T08:30:00+07:00'>12/05</time>",
        "<span class='last-update-date'>12/05/2025 08:30</span>",
    ] {
        check("", under, PublishedFrom::Missing, None);
        assert_eq!(page("", under, None).modified_at, Time::local(2025, 5, 12, 8, 30, 0), "{under}");
    }
    let hatom = "<time class='updated' datetime='2025-05-13T08:30:00+07:00'>13/05</time>";
    assert_eq!(page("", hatom, None).published_at, Time::local(2025, 5, 13, 8, 30, 0), "the only date of the page");
    let beside = format!("{hatom}<span class='date'>12/05/2025 08:30</span>");
    assert_eq!(page("", &beside, None).published_at, Time::local(2025, 5, 12, 8, 30, 0), "another one is told");
    let both = "<time class='entry-date published updated' datetime='2025-05-12T08:30:00+07:00'>12/05</time>";
    assert_eq!(page("", both, None).published_at, Time::local(2025, 5, 12, 8, 30, 0), "what is marked as both is the publication");
}

/// A refused date is told even when another one was believed.
#[test]
fn a_refused_date_stays_marked_beside_a_good_one() {
    let head = meta("article:published_time", "2031-01-01T00:00:00+07:00");
    let read = page(&head, "<span class='date'>12/05/2025 08:30</span>", None);
    assert_eq!((read.published_at, read.published_from), (Time::local(2025, 5, 12, 8, 30, 0), PublishedFrom::Element));
    assert_eq!(read.date_note.map(|n| n.why), Some(DateRefusal::Future));
}

#[test]
fn ld_json_is_found_whatever_its_type_is_called() {
    let script = r#"{"datePublished":"2025-05-12T08:30:00+07:00","dateModified":"2025-05-13T08:30:00+07:00"}"#;
    for kind in [
        "type='application/ld+json'",
        "type='application/ld+json; charset=utf-8'",
        "type='application/ld+json;charset=UTF-8'",
        "type='APPLICATION/LD+JSON'",
        "type='Application/LD+JSON; Charset=\"utf-8\"'",
        "type=\"'application/ld+json'\"",
        "type=' application/ld+json '",
    ] {
        let read = page(&format!("<script {kind}>{script}</script>"), "", None);
        assert_eq!((read.published_at, read.published_from), (Time::local(2025, 5, 12, 8, 30, 0), PublishedFrom::JsonLd), "{kind}");
        assert_eq!(read.modified_at, Time::local(2025, 5, 13, 8, 30, 0), "{kind}");
    }
    let read = page(&format!("<script type='text/javascript'>{script}</script>"), "", None);
    assert_eq!(read.published_at, None, "a program is no statement");
}

#[test]
fn addresses_tell_the_day() {
    let check = |url: &str, expected: &str| {
        let read = page("", "", Some(url));
        assert_eq!(read.published_at.map(|t| t.to_string()).unwrap_or_default(), expected, "{url}");
    };
    check("https://bao.vn/gia-xang-20250512083000123.htm", "2025-05-12T08:30:00+07:00");
    check("https://bao.vn/2025/05/12/gia-xang.html", "2025-05-12T00:00:00+07:00");
    check("https://bao.vn/2025/5/2/gia-xang", "2025-05-02T00:00:00+07:00");
    for url in
        ["https://bao.vn/2031/05/12/a.html", "https://bao.vn/2025/13/12/a.html", "https://bao.vn/2025/02/30/a", "https://bao.vn/2025/05/a"]
    {
        check(url, "");
    }
}

#[test]
fn what_may_be_shown() {
    let read = |head: &str| {
        let read = page(head, "", None).restrictions;
        (read.no_archive, read.no_snippet)
    };
    assert_eq!(read(""), (false, false));
    assert_eq!(read("<meta name='robots' content='index,follow,noarchive'>"), (true, false));
    assert_eq!(read("<META NAME='ROBOTS' CONTENT='NOSNIPPET'>"), (false, true));
    assert_eq!(read("<meta name='robots' content='noarchive'><meta name='kiemtin' content='max-snippet:0'>"), (true, true));
    assert_eq!(read("<meta name='otherbot' content='noarchive,nosnippet'>"), (false, false));
}
