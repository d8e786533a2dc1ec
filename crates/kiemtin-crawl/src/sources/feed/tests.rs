use super::*;
use std::time::Instant;

fn feed(text: &str) -> ParsedFeed {
    parse_feed(text.as_bytes(), "https://bao.vn/rss/").unwrap_or_else(|e| panic!("{e}\n{text}"))
}

/// `title|link|published` of each entry.
fn entries(text: &str) -> Vec<String> {
    let line =
        |e: FeedEntry| format!("{}|{}|{}", e.title, e.link, e.published_at.or(e.updated_at).map(|t| t.to_string()).unwrap_or_default());
    feed(text).entries.into_iter().map(line).collect()
}

fn rss(items: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\"><channel><title>Báo</title>{items}</channel></rss>")
}

const ITEM: &str =
    "<item><title>Giá xăng</title><link>https://bao.vn/a.html</link><pubDate>Mon, 12 May 2025 08:30:00 +0700</pubDate></item>";
const EXPECTED: &str = "Giá xăng|https://bao.vn/a.html|2025-05-12T08:30:00+07:00";

#[test]
fn all_formats() {
    let atom_entry = "<entry><id>tag:1</id><title type=\"html\">Giá &lt;b&gt;xăng&lt;/b&gt;</title><link rel=\"self\" href=\"x\"/><link href=\"a.html\"/><published>2025-05-12T08:30:00+07:00</published><summary>s</summary></entry>";
    for text in [
        rss(ITEM),
        format!("<rss version=\"0.91\"><channel>{ITEM}</channel></rss>"),
        "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>B</title></channel><item rdf:about=\"u\"><title>Giá xăng</title><link>https://bao.vn/a.html</link><dc:date>2025-05-12T08:30:00+07:00</dc:date></item></rdf:RDF>".into(),
        format!("<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:base=\"https://bao.vn/\"><title>B</title>{atom_entry}</feed>"),
        format!("<atom:feed xmlns:atom=\"http://www.w3.org/2005/Atom\" xml:base=\"https://bao.vn/\">{}</atom:feed>", atom_entry.replace("</", "</atom:").replace('<', "<atom:").replace("<atom:/atom:", "</atom:")),
        "<feed version=\"0.3\" xmlns=\"http://purl.org/atom/ns#\"><title>B</title><entry><title mode=\"escaped\">Giá xăng</title><link rel=\"alternate\" href=\"https://bao.vn/a.html\"/><issued>2025-05-12T08:30:00+07:00</issued><modified>2025-05-13T08:30:00+07:00</modified><content type=\"text/html\" mode=\"escaped\">x</content></entry></feed>".into(),
        "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"B\",\"items\":[{\"id\":1,\"url\":\"/a.html\",\"title\":\"Giá xăng\",\"content_html\":\"<p>x</p>\",\"date_published\":\"2025-05-12T08:30:00+07:00\",\"authors\":[{\"name\":\"A\"}]}]}".into(),
    ] {
        assert_eq!(entries(&text), [EXPECTED], "{text}");
    }
}

#[test]
fn what_newspapers_really_publish() {
    for text in [
        // around the root
        format!("<br />\n<b>Warning</b>: PHP notice\n{}", rss(ITEM)),
        format!("\n\n  {}", rss(ITEM)),
        format!("\u{feff}{}", rss(ITEM)),
        format!("<rss><channel>{ITEM}</channel></rss>"),
        format!("<rss version=\"2.0.1\"><channel>{ITEM}</channel></rss>"),
        format!("<rss version=\"2.0\" xmlns=\"http://backend.userland.com/rss2\"><channel>{ITEM}</channel></rss>"),
        format!(
            "<!DOCTYPE rss PUBLIC \"-//Netscape//DTD RSS 0.91//EN\" \"http://x/rss.dtd\"><rss version=\"0.91\"><channel>{ITEM}</channel></rss>"
        ),
        format!(
            "<!DOCTYPE rss [<!ENTITY nbsp \"&#160;\"> <!ENTITY % l PUBLIC \"a\" \"b\"> ]><rss version=\"2.0\"><channel>{ITEM}</channel></rss>"
        ),
        rss(ITEM).replace("utf-8", "utf-16"),
        rss(ITEM).replace("utf-8", "iso-8859-1"),
        format!("{}<!-- cache 0.1s --> <b>x", rss(ITEM)),
        // structure
        format!("<rss version=\"2.0\"><channel><title>B</title></channel>{ITEM}</rss>"),
        format!("<rss version=\"2.0\">{ITEM}</rss>"),
        format!("<rss version=\"2.0\"><channel>{ITEM}"),
        rss(&ITEM.replace("</item>", "")),
        rss(ITEM).replace("<item>", "<ITEM>").replace("</item>", "</ITEM>").replace("pubDate>", "PUBDATE>").replace("title>", "Title>"),
        rss(&ITEM.replace("</title>", "")),
        rss(&format!("<image><title>I</title><url>u</url><link>l</link></image>{ITEM}")),
        // texts
        rss(&ITEM.replace("Giá xăng", "<![CDATA[ Giá xăng ]]>")),
        rss(&ITEM.replace("Giá xăng", "Gi&aacute; x&abreve;ng")),
        rss(&ITEM.replace("Giá xăng", "Gi&amp;aacute; x&amp;#259;ng")),
        rss(&ITEM.replace("Giá xăng", "Gi\u{301}a xăng").replace("Gi\u{301}a", "Gia\u{301}")),
        rss(&ITEM.replace("Giá", "Giá\u{0}\u{8}")),
        rss(&ITEM.replace("<link>", "<description><p>Một<br>hai &nbsp; <img src=x></description><link>")),
        rss(&ITEM.replace("<link>", "<description><![CDATA[<a href=\"x\"><img></a></br>Chữ</title> & ]]></description><link>")),
        rss(&ITEM.replace("<link>", "<description><![CDATA[<!DOCTYPE html [ <!ENTITY a \"&b;\"> ]><rss>]]></description><link>")),
        rss(&ITEM.replace("<link>", "<link>\n").replace("</link>", "\n</link>")),
        rss(&ITEM.replace("<link>https://bao.vn/a.html</link>", "<link>/a.html</link>")),
        rss(&ITEM.replace("<link>https://bao.vn/a.html</link>", "<link></link><guid isPermaLink=\"true\">https://bao.vn/a.html</guid>")),
        rss(&ITEM.replace(
            "<link>",
            "<media:content url=\"x\" width=\"abc\"/><enclosure length=\"x\"/><media:group><media:content/></media:group><link>",
        )),
        rss(&ITEM.replace("<link>", "<author>ai@do.vn (Ai Đó)</author><dc:creator>Ai & Đó</dc:creator><itunes:author/><link>")),
    ] {
        assert_eq!(entries(&text), [EXPECTED], "{text}");
    }
    assert_eq!(entries(&rss(&ITEM.replace("Giá xăng", "M&A < 5% & R&D"))), [EXPECTED.replace("Giá xăng", "M&A < 5% & R&D")]);
    assert_eq!(entries(&rss(&ITEM.replace("a.html", "a?id=1&cat=2"))), [EXPECTED.replace("a.html", "a?id=1&cat=2")]);
    let two = rss(&format!("{}{}", ITEM.replace("</item>", ""), ITEM.replace("a.html", "b.html")));
    assert_eq!(entries(&two), [EXPECTED, &EXPECTED.replace("a.html", "b.html")]);
}

#[test]
fn dates_as_they_come() {
    for date in [
        "Mon, 12 May 2025 08:30:00 +07",
        "Mon, 12 May 2025 08:30:00 GMT+7",
        "Mon, 12 May 2025 08:30:00 GMT+07:00",
        "Mon, 12 May 2025 01:30:00 GMT",
        "Mon, 12 May 2025 08:30:00",
        "12/05/2025 08:30",
        "2025-05-12 08:30:00",
        "2025-05-12T08:30:00",
        "5/12/2025 8:30:00 AM",
        "Thứ hai, 12/5/2025, 08:30 (GMT+7)",
    ] {
        assert_eq!(entries(&rss(&ITEM.replace("Mon, 12 May 2025 08:30:00 +0700", date))), [EXPECTED], "{date}");
    }
    let bad = feed(&rss(&ITEM.replace("Mon, 12 May 2025 08:30:00 +0700", "hôm qua")));
    assert_eq!(bad.entries[0].published_at, None);
    assert_eq!(bad.entries[0].date_note, Some(DateNote::new("hôm qua", DateRefusal::Relative)));
    assert_eq!(bad.notes, ["the date \"hôm qua\" cannot be read", "1 of 1 entries have no date that can be read"]);
    let old = feed(&rss(&ITEM.replace("12 May 2025", "12 May 1950")));
    assert_eq!(old.entries[0].published_at.unwrap().to_string(), "1950-05-12T08:30:00+07:00");
}

#[test]
fn bytes_in_other_encodings() {
    let text = rss(ITEM);
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let with_mark = [b"\xfe\xff", &utf16[..]].concat();
    let legacy = encoding_rs::WINDOWS_1258.encode(&text.replace("utf-8", "windows-1258")).0.into_owned();
    let mut broken = text.clone().into_bytes();
    let at = text.find("xăng").unwrap();
    broken.splice(at..at, *b"\xe1");
    for bytes in [utf16, with_mark, legacy] {
        assert_eq!(parse_feed(&bytes, "").unwrap().entries[0].title, "Giá xăng");
    }
    let parsed = parse_feed(&broken, "").unwrap();
    assert_eq!(parsed.entries.len(), 1);
    assert_eq!(parsed.notes, ["some bytes are no UTF-8 and stand as U+FFFD"]);
}

#[test]
fn texts_and_summaries() {
    let item = ITEM.replace("</item>", "<description>&lt;p&gt;Tóm tắt&lt;/p&gt;</description><content:encoded><![CDATA[<p>Toàn văn</p><p>dài hơn</p>]]></content:encoded><guid isPermaLink=\"false\">77</guid></item>");
    let entry = feed(&rss(&item)).entries.remove(0);
    assert_eq!((entry.summary.as_str(), entry.content.as_str(), entry.id.as_str()), ("Tóm tắt", "Toàn văn\ndài hơn", "77"));
    let atom = "<feed><entry><title/><summary></summary><content type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\"><p>Một &amp; hai</p></div></content><link href=\"https://bao.vn/a\"></entry><entry><content type=\"image/png\">AAAA</content><content src=\"x\" type=\"a/b\">y</content><link href=\"https://bao.vn/b\"/></entry></feed>";
    let parsed = feed(atom);
    assert_eq!(parsed.entries[0].content, "Một & hai");
    assert_eq!(parsed.entries.len(), 2);
    let video = "<feed xmlns:media=\"http://search.yahoo.com/mrss/\" xmlns=\"http://www.w3.org/2005/Atom\"><entry><title>V</title><link rel=\"alternate\" href=\"https://v.example/1\"/><author><name>Kênh</name></author><media:group><media:title>V</media:title><media:content url=\"u\"/><media:description>Lời tả</media:description></media:group></entry></feed>";
    assert_eq!(feed(video).entries[0].summary, "Lời tả");
}

#[test]
fn no_author_is_kept() {
    let item = ITEM.replace("</item>", "<author>a@b.vn (Tác Giả)</author><dc:creator>Tác Giả</dc:creator></item>");
    assert!(!format!("{:?}", feed(&rss(&item))).contains("Tác Giả"));
}

#[test]
fn hostile_feeds_are_refused_in_words() {
    let laughs: String = (1..10).map(|n| format!("<!ENTITY l{n} \"&l{0};&l{0};&l{0};&l{0};\">", n - 1)).collect();
    let check = |text: &str, word: &str| {
        let error = parse_feed(text.as_bytes(), "").unwrap_err();
        assert!(error.contains(word), "{error}");
    };
    check(
        &format!("<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY l0 \"lol\">{laughs}]><rss><channel><title>&l9;</title></channel></rss>"),
        "entities",
    );
    check("<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><rss><channel><title>&f;</title></channel></rss>", "entities");
    check(&rss(&format!("<item>{}</item>", "<media:group>".repeat(1_000))), "nested");
    check(&rss(&"<x>".repeat(1_000)), "nested");
    check(&format!("<feed><entry>{}", "<a>".repeat(200)), "nested");
    check("<!DOCTYPE html><html><head><title>404</title></head></html>", "HTML");
    check("", "empty");
    check("   \n", "empty");
    check("Không tìm thấy", "Không tìm thấy");
    check("{\"items\":", "JSON");
    check(&"{\"a\":".repeat(10_000), "JSON");
}

#[test]
fn empty_and_overlong_feeds_are_told() {
    assert_eq!(feed(&rss("")).notes, ["the feed has no entries"]);
    assert_eq!(feed("{\"items\":[]}").notes, ["the feed has no entries"]);
    let many = feed(&rss(&ITEM.repeat(3_000)));
    assert_eq!(many.entries.len(), MAX_ENTRIES);
    assert!(many.notes[0].starts_with("only the first 2000"), "{:?}", many.notes);
}

#[test]
fn time_grows_with_length_only() {
    let started = Instant::now();
    for unit in [
        "<title>",
        "<item><title>",
        "<title><![CDATA[",
        "&",
        "<",
        "<link",
        "<!--",
        "<!DOCTYPE",
        "<item>",
        "<x a=\"",
        "</item>",
        "<title>x</link>",
    ] {
        let _ = parse_feed(format!("<rss><channel>{}", unit.repeat(1_000_000 / unit.len())).as_bytes(), "");
        let _ = parse_feed(unit.repeat(1_000_000 / unit.len()).as_bytes(), "");
    }
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

#[test]
fn posts_of_forums_hold_their_text() {
    use crate::sources::tests::read_as;
    use kiemtin_model::{FeedKind, LeadBody};
    let item = "<item><title>Hỏi giá điện</title><link>https://voz.vn/t/1/</link><guid isPermaLink=\"false\">1</guid><author>invalid@example.com (ai đó)</author><content:encoded><![CDATA[<div class=\"bbWrapper\">Sao lại<br/>tăng?</div>]]></content:encoded></item>";
    let forum = read_as(FeedKind::Feed, SourceGroup::Forum, &rss(item), |_| {}).unwrap();
    assert_eq!(forum.leads[0].body, LeadBody::Inline("Sao lại\ntăng?".into()));
    let press =
        read_as(FeedKind::Feed, SourceGroup::Press, &rss(&format!("{item}{ITEM}{ITEM}<item><title>x</title></item>")), |_| {}).unwrap();
    assert_eq!(press.leads.len(), 2);
    assert!(press.leads.iter().all(|l| l.body == LeadBody::Page));
    assert!(press.notes.iter().any(|n| n.starts_with("entry 4")), "{:?}", press.notes);
    let future = read_as(FeedKind::Feed, SourceGroup::Press, &rss(&ITEM.replace("2025", "2029")), |_| {}).unwrap();
    assert_eq!(future.leads[0].published_at, None);
    assert_eq!(future.leads[0].date_note.as_ref().map(|n| n.why), Some(DateRefusal::Future));
}

/// Each bad date is marked on its own lead, whatever the format, and good ones stay.
#[test]
fn bad_dates_are_marked_on_their_own_leads() {
    use crate::sources::tests::read_as;
    use kiemtin_model::FeedKind;
    let dates = [
        "Mon, 12 May 2025 08:30:00 +0700",
        "sáng nay",
        "Mon, 12 May 2031 08:30:00 +0700",
        "31/02/2025",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "",
    ];
    let expected =
        [None, Some(DateRefusal::Unreadable), Some(DateRefusal::Future), Some(DateRefusal::Unreadable), Some(DateRefusal::TooOld), None];
    let items = |item: &dyn Fn(usize, &str) -> String| dates.iter().enumerate().map(|(i, d)| item(i, d)).collect::<Vec<_>>();
    let rss = rss(&items(&|i, d| format!("<item><title>t</title><link>https://bao.vn/{i}</link><pubDate>{d}</pubDate></item>")).concat());
    let atom =
        items(&|i, d| format!("<entry><title>t</title><link href=\"https://bao.vn/{i}\"/><published>{d}</published></entry>")).concat();
    let json = items(&|i, d| format!("{{\"url\":\"https://bao.vn/{i}\",\"title\":\"t\",\"date_published\":\"{d}\"}}")).join(",");
    let sitemap = items(&|i, d| {
        format!(
            "<url><loc>https://bao.vn/{i}</loc><news:news><news:publication_date>{d}</news:publication_date><news:title>t</news:title></news:news></url>"
        )
    });
    let sitemap = format!("<urlset>{}</urlset>", sitemap.concat());
    for (kind, text) in [
        (FeedKind::Feed, rss),
        (FeedKind::Feed, format!("<feed xmlns=\"http://www.w3.org/2005/Atom\">{atom}</feed>")),
        (FeedKind::Feed, format!("{{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{json}]}}")),
        (FeedKind::NewsSitemap, sitemap),
    ] {
        let listing = read_as(kind, SourceGroup::Press, &text, |_| {}).unwrap();
        let told: Vec<_> = listing.leads.iter().map(|l| l.date_note.as_ref().map(|n| n.why)).collect();
        assert_eq!(told, expected, "{text}");
        assert!(listing.leads.iter().enumerate().all(|(i, l)| l.published_at.is_some() == (i == 0)), "{text}");
    }
}
