//! Dates and mistakes of Vietnamese feeds, written for this test: how many come out right, and whether any is silently wrong.

use super::*;

/// Every form says 12 May 2025, 08:30:05 in Vietnam, or the same without seconds, or that day alone.
const DATES: &[&str] = &[
    "Mon, 12 May 2025 08:30:05 +0700",
    "Mon, 12 May 2025 08:30:05 +07:00",
    "Mon, 12 May 2025 08:30:05 +07",
    "Mon, 12 May 2025 08:30:05 GMT+7",
    "Mon, 12 May 2025 08:30:05 GMT+07",
    "Mon, 12 May 2025 08:30:05 GMT+0700",
    "Mon, 12 May 2025 08:30:05 GMT+07:00",
    "Mon, 12 May 2025 08:30:05 UTC+7",
    "Mon, 12 May 2025 08:30:05 ICT",
    "Mon, 12 May 2025 01:30:05 GMT",
    "Mon, 12 May 2025 01:30:05 UTC",
    "Mon, 12 May 2025 01:30:05 Z",
    "Mon, 12 May 2025 01:30:05 +0000",
    "Mon, 12 May 2025 08:30:05",
    "12 May 2025 08:30:05 +0700",
    "Mon,12 May 2025 08:30:05 +0700",
    "Monday, 12 May 2025 08:30:05 +0700",
    "Mon, 12 May 25 08:30:05 +0700",
    "Mon, 12 May 2025 8:30:05 +0700",
    "Mon, 12 May 2025 08:30 +0700",
    "Mon, 12 May 2025 08:30:05 AM +0700",
    "2025-05-12T08:30:05+07:00",
    "2025-05-12T08:30:05+0700",
    "2025-05-12T08:30:05+07",
    "2025-05-12T01:30:05Z",
    "2025-05-12T01:30:05.123Z",
    "2025-05-12T08:30:05.1234567+07:00",
    "2025-05-12T08:30:05",
    "2025-05-12 08:30:05",
    "2025-05-12 08:30",
    "2025/05/12 08:30:05",
    "12/05/2025 08:30:05",
    "12/05/2025 08:30",
    "12-05-2025 08:30:05",
    "12.05.2025 08:30",
    "12/5/2025 8:30",
    "08:30 12/05/2025",
    "08:30, 12/05/2025",
    "5/12/2025 8:30:05 AM",
    "Thứ hai, 12/5/2025, 08:30 (GMT+7)",
    "Thứ 2, 12/05/2025 08:30:05 GMT+7",
    "Thứ Hai, ngày 12 tháng 5 năm 2025 08:30",
    "Ngày 12 tháng 5 năm 2025",
    "12 Tháng Năm, 2025 08:30",
    "2025-05-12",
    "12/05/2025",
];

/// What is no day at all; a feed with one must say so.
const NO_DATES: &[&str] = &["hôm qua", "31/02/2025 08:30", "2025-13-45T00:00:00Z", "vừa xong", "0000-00-00 00:00:00"];

fn with_date(date: &str) -> ParsedFeed {
    let feed = format!(
        "<rss version=\"2.0\"><channel><item><title>A</title><link>https://bao.vn/a</link><pubDate>{date}</pubDate></item></channel></rss>"
    );
    parse_feed(feed.as_bytes(), "https://bao.vn/rss").unwrap()
}

#[test]
fn dates_come_out_right_or_are_told() {
    let (mut wrong, mut missing) = (Vec::new(), Vec::new());
    for date in DATES {
        let parsed = with_date(date);
        match parsed.entries[0].published_at.map(|t| t.to_string()) {
            Some(time) => {
                let right =
                    time.starts_with("2025-05-12T08:30:0") || (!date.contains(":30") && time.starts_with("2025-05-12T00:00:00+07:00"));
                if !right {
                    wrong.push(format!("{date} read as {time}"));
                }
            }
            None => {
                assert!(parsed.notes.iter().any(|n| n.contains("cannot be read")), "{date}: lost in silence");
                missing.push(*date);
            }
        }
    }
    assert!(wrong.is_empty(), "silently wrong: {wrong:#?}");
    assert!(missing.len() * 20 <= DATES.len(), "not read: {missing:#?}");
    for date in NO_DATES {
        let parsed = with_date(date);
        assert_eq!(parsed.entries[0].published_at, None, "{date}");
        assert!(parsed.notes.iter().any(|n| n.contains("cannot be read")), "{date}: {:?}", parsed.notes);
    }
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\"><channel><title>Báo</title>";
const TAIL: &str = "</channel></rss>";

/// An item and what its title and link should be.
const ITEMS: &[(&str, &str, &str)] = &[
    ("<title>M&A tăng</title><link>https://bao.vn/a</link>", "M&A tăng", "https://bao.vn/a"),
    ("<title>A</title><link>https://bao.vn/a?id=1&cat=2</link>", "A", "https://bao.vn/a?id=1&cat=2"),
    ("<title>A</title><link>https://bao.vn/a?id=1&amp;cat=2</link>", "A", "https://bao.vn/a?id=1&cat=2"),
    ("<title>Giá < 20.000</title><link>https://bao.vn/a</link>", "Giá < 20.000", "https://bao.vn/a"),
    ("<title><![CDATA[Giá < 20.000 & tăng]]></title><link><![CDATA[https://bao.vn/a]]></link>", "Giá < 20.000 & tăng", "https://bao.vn/a"),
    ("<title>Gi&aacute; x&#259;ng</title><link>https://bao.vn/a</link>", "Giá xăng", "https://bao.vn/a"),
    ("<title>M&amp;amp;A</title><link>https://bao.vn/a</link>", "M&A", "https://bao.vn/a"),
    ("<title>&lt;b&gt;Giá&lt;/b&gt; xăng</title><link>https://bao.vn/a</link>", "Giá xăng", "https://bao.vn/a"),
    ("<title>  Giá\n  xăng  </title><link>\n https://bao.vn/a \n</link>", "Giá xăng", "https://bao.vn/a"),
    ("<TITLE>A</TITLE><LINK>https://bao.vn/a</LINK>", "A", "https://bao.vn/a"),
    ("<title>A</title><link>/a.htm</link>", "A", "https://bao.vn/a.htm"),
    ("<title>A</title><link>//bao.vn/a</link>", "A", "https://bao.vn/a"),
    ("<title>A</title><link></link><guid>https://bao.vn/a</guid>", "A", "https://bao.vn/a"),
    ("<title>A</title><link/><guid isPermaLink=\"true\">https://bao.vn/a</guid>", "A", "https://bao.vn/a"),
    ("<title>A</title><guid>https://bao.vn/a</guid>", "A", "https://bao.vn/a"),
    ("<title>A</title><link href=\"https://bao.vn/a\"/>", "A", "https://bao.vn/a"),
    ("<title>A</title><link>https://bao.vn/a</link><description><p>Raw <b>HTML</p></description>", "A", "https://bao.vn/a"),
    ("<title>A</title><link>https://bao.vn/a</link><description><img src=x.jpg><br>Chữ</description>", "A", "https://bao.vn/a"),
    ("<title>A</title><link>https://bao.vn/a</link><description><![CDATA[</br>]]></description>", "A", "https://bao.vn/a"),
    ("<title>A\u{0}\u{b}</title><link>https://bao.vn/a</link>", "A", "https://bao.vn/a"),
    ("<title>Gia\u{301} xa\u{306}ng</title><link>https://bao.vn/a</link>", "Giá xăng", "https://bao.vn/a"),
    ("<x:title>B</x:title><title>A</title><link>https://bao.vn/a</link>", "A", "https://bao.vn/a"),
    ("<dc:title>A</dc:title><link>https://bao.vn/a</link>", "A", "https://bao.vn/a"),
    ("<title>A</title><dc:title>B</dc:title><link>https://bao.vn/a</link>", "A", "https://bao.vn/a"),
    ("<title>A</title><media:title>B</media:title><link>https://bao.vn/a</link>", "A", "https://bao.vn/a"),
    ("<title>A</title><link>https://bao.vn/a</link><image><title>B</title><url>x</url></image>", "A", "https://bao.vn/a"),
];

/// A whole feed with one item A at https://bao.vn/a.
fn feeds() -> Vec<String> {
    const ITEM: &str = "<item><title>A</title><link>https://bao.vn/a</link></item>";
    let usual = format!("{HEAD}{ITEM}{TAIL}");
    vec![
        format!("\u{feff}{usual}"),
        format!("\n \t{usual}"),
        format!("<b>Warning</b>: mysql_connect() in /var/www on line 3<br />{usual}"),
        format!("{usual}<!-- 0.2s --><script>x</script>"),
        usual.replace("version=\"2.0\"", ""),
        usual.replace("version=\"2.0\"", "version=\"2.0.1\""),
        usual.replace("<rss version=\"2.0\"", "<rss version=\"2.0\" xmlns=\"http://backend.userland.com/rss2\""),
        usual.replace("utf-8", "utf-16"),
        usual.replace("utf-8", "iso-8859-1"),
        usual.replace("<rss ", "<RSS ").replace("</rss>", "</RSS>"),
        usual.replace("item>", "ITEM>"),
        usual.replace("</channel></rss>", ""),
        usual.replace("</item></channel></rss>", ""),
        format!("{HEAD}</channel>{ITEM}</rss>"),
        format!("<channel><title>B</title>{ITEM}</channel>"),
        format!("<rss>{ITEM}</rss>"),
        format!("<feed xmlns=\"http://purl.org/atom/ns#\" version=\"0.3\">{ITEM}</feed>")
            .replace("<link>https://bao.vn/a</link>", "<link href='https://bao.vn/a'/>"),
        format!(
            "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://my.netscape.com/rdf/simple/0.9/\"><channel><title>B</title></channel>{ITEM}</rdf:RDF>"
        ),
        "<rdf:RDF xmlns=\"http://purl.org/rss/1.0/\"><channel/><item rdf:about=\"https://bao.vn/a\"><title>A</title></item></rdf:RDF>"
            .into(),
        "<CHANNEL HREF=\"https://bao.vn/\"><ITEM HREF=\"https://bao.vn/a\" LASTMOD=\"2025-05-12T08:30\"><TITLE>A</TITLE></ITEM></CHANNEL>"
            .into(),
        "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[{\"title\":\"A\",\"external_url\":\"https://bao.vn/a\"}]}".into(),
    ]
}

#[test]
fn mistakes_cost_no_entry() {
    let items = ITEMS.iter().map(|(item, title, link)| (format!("{HEAD}<item>{item}</item>{TAIL}"), *title, *link));
    let cases: Vec<_> = items.chain(feeds().into_iter().map(|feed| (feed, "A", "https://bao.vn/a"))).collect();
    let mut wrong = Vec::new();
    for (feed, title, link) in &cases {
        let parsed = parse_feed(feed.as_bytes(), "https://bao.vn/rss").unwrap_or_else(|e| panic!("{e}\n{feed}"));
        assert!(!parsed.entries.is_empty() || !parsed.notes.is_empty(), "empty in silence: {feed}");
        let read: Vec<_> = parsed.entries.iter().map(|e| (e.title.as_str(), e.link.as_str())).collect();
        if read != [(*title, *link)] {
            wrong.push(format!("{read:?} of {feed}"));
        }
    }
    assert!(cases.len() >= 40, "{} cases", cases.len());
    assert!(wrong.len() * 20 <= cases.len(), "{} of {}: {wrong:#?}", wrong.len(), cases.len());
}
