//! Are sitemaps read as the protocol means them, and hostile ones within bounds?

use super::*;
use crate::sources::tests::read_as;
use kiemtin_model::{FeedKind, SourceGroup};

fn read_text(text: &str) -> Result<Listing, Outcome> {
    read_as(FeedKind::NewsSitemap, SourceGroup::Press, text, |_| {})
}

#[test]
fn news_entries() {
    let listing = read_text(
        r#"<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="x" xmlns:image="y">
        <url><loc> https://bao.vn/a.html?id=1&amp;p=2 </loc><lastmod>2025-05-12T09:00:00+07:00</lastmod>
          <image:image><image:loc>https://anh.vn/a.jpg</image:loc><image:title>Ảnh</image:title></image:image>
          <news:news><news:publication><news:name>Báo</news:name></news:publication><news:publication_date>2025-05-12T08:30:00+07:00</news:publication_date>
          <news:title><![CDATA[Giá xăng & dầu]]></news:title></news:news></url>
        <url><loc>https://bao.vn/b.html</loc><lastmod>hôm qua</lastmod></url>
        <url><loc>https://bao.vn/c.html</loc><news:publication_date>2031-01-01</news:publication_date></url>
        <url><lastmod>2025-05-12</lastmod></url><url><loc>ftp://bao.vn/d</loc></url></urlset>"#,
    )
    .unwrap();
    assert_eq!(listing.leads.len(), 3);
    let first = &listing.leads[0];
    assert_eq!((first.url.as_str(), first.title.as_str()), ("https://bao.vn/a.html?id=1&p=2", "Giá xăng & dầu"));
    assert_eq!(first.published_at.unwrap().to_string(), "2025-05-12T08:30:00+07:00");
    assert_eq!(first.updated_at.unwrap().to_string(), "2025-05-12T09:00:00+07:00");
    assert_eq!(listing.leads[2].published_at, None, "in the future");
    assert_eq!(listing.notes.len(), 3, "{:?}", listing.notes);
}

#[test]
fn an_index_names_its_newest_sitemaps() {
    let entry = |n: usize| format!("<sitemap><loc>https://bao.vn/s{n}.xml</loc><lastmod>2025-05-{n:02}</lastmod></sitemap>");
    let listing = read_text(&format!("<sitemapindex>{}</sitemapindex>", (1..=15).map(entry).collect::<String>())).unwrap();
    assert_eq!(listing.more.len(), MAX_SITEMAPS);
    assert_eq!(listing.more[0], "https://bao.vn/s15.xml");
    assert!(listing.leads.is_empty() && listing.notes.len() == 1);
}

#[test]
fn broken_and_large() {
    assert!(read_text("<html><body>404</body></html>").is_err());
    assert_eq!(read_text("<urlset></urlset>").unwrap().notes.len(), 1);
    assert_eq!(read_text("<urlset><url><loc>https://bao.vn/a").unwrap().leads.len(), 1);
    let many: String =
        (0..5_000).map(|n| format!("<url><loc>https://bao.vn/{n}</loc><lastmod>2025-01-{:02}</lastmod></url>", n % 28 + 1)).collect();
    let listing = read_text(&format!("<urlset>{many}</urlset>")).unwrap();
    assert_eq!(listing.leads.len(), MAX_LEADS);
    assert!(listing.leads[0].url.ends_with("/27"));
}

const NOW: &str = "2025-05-12T12:00:00+07:00";

/// Entries of a sitemap: address, time of the last change, publication time; empty ones are left out.
fn sitemap(rows: &[(&str, &str, &str)]) -> String {
    let tag = |name: &str, value: &str| if value.is_empty() { String::new() } else { format!("<{name}>{value}</{name}>") };
    let rows = rows.iter().map(|(loc, changed, published)| {
        let news = tag("news:news", &tag("news:publication_date", published));
        format!("<url>{}{}{news}</url>", tag("loc", loc), tag("lastmod", changed))
    });
    format!("<urlset>{}</urlset>", rows.collect::<String>())
}

#[test]
fn a_news_sitemap_tells_of_two_days() {
    let check = |rows: &[(&str, &str, &str)], expected: &[&str], notes: usize| {
        let listing = read_text(&sitemap(rows)).unwrap();
        let paths: Vec<&str> = listing.leads.iter().filter_map(|l| l.url.strip_prefix("https://bao.vn")).collect();
        assert_eq!((paths.as_slice(), listing.notes.len()), (expected, notes), "{rows:?} {:?}", listing.notes);
    };
    let (old, border, new) = ("2025-05-10T11:59:59+07:00", "2025-05-10T12:00:00+07:00", "2025-05-12T11:00:00+07:00");
    check(&[("/a", "", old), ("/b", "", border), ("/c", "", new)], &["/b", "/c"], 1);
    check(&[("/a", "", "2025-05-01"), ("/b", "", "2024-05-01")], &[], 1);
    // The publication counts, not a later edit; without one the time of the last change stands in.
    check(&[("/a", new, old), ("/b", old, ""), ("/c", new, ""), ("/d", "", ""), ("/e", "", new)], &["/c", "/d", "/e"], 1);
    // A sitemap without news is an archive: everything in it counts.
    check(&[("/a", old, ""), ("/b", "2019-01-01", "")], &["/a", "/b"], 0);
    let many: Vec<(String, String)> =
        (0..1_500).map(|n| (format!("/{n}"), format!("2025-05-12T{:02}:{:02}:00+07:00", n / 150, n % 60))).collect();
    let rows: Vec<(&str, &str, &str)> = many.iter().map(|(url, at)| (url.as_str(), "", at.as_str())).collect();
    let listing = read_text(&sitemap(&rows)).unwrap();
    assert_eq!((listing.leads.len(), listing.notes.len()), (MAX_NEWS, 1));
    assert!(listing.leads[0].published_at >= listing.leads[999].published_at, "the youngest are kept");
}

#[test]
fn a_change_that_is_always_now_is_not_believed() {
    let check = |changes: &[&str], believed: bool| {
        let rows: Vec<(&str, &str, &str)> = changes.iter().zip(["/a", "/b", "/c"]).map(|(at, url)| (url, *at, "")).collect();
        let listing = read_text(&sitemap(&rows)).unwrap();
        assert_eq!(listing.leads.iter().any(|l| l.updated_at.is_some()), believed, "{changes:?}");
        assert_eq!(listing.notes.iter().any(|n| n.contains("say \"now\"")), !believed, "{changes:?} {:?}", listing.notes);
    };
    check(&[NOW, NOW, NOW], false);
    check(&["2025-05-12T11:59:01+07:00", "2025-05-12T12:00:59+07:00"], false);
    check(&[NOW, "2025-05-12T11:58:59+07:00"], true);
    check(&[NOW, "", NOW], false);
    check(&[NOW, "", ""], true);
    check(&["2025-05-12", "2025-05-12"], true);
}

#[test]
fn an_index_does_not_lead_back_to_itself() {
    let check = |locs: &[&str], expected: &[&str], notes: usize| {
        let entries: String = locs.iter().map(|loc| format!("<sitemap><loc>{loc}</loc></sitemap>")).collect();
        let listing = read_text(&format!("<sitemapindex>{entries}</sitemapindex>")).unwrap();
        assert_eq!(
            (listing.more.as_slice(), listing.notes.len()),
            (&expected.iter().map(|e| (*e).to_owned()).collect::<Vec<_>>()[..], notes),
            "{locs:?} {:?}",
            listing.notes
        );
    };
    check(&["/a.xml", "https://bao.vn/muc/#x", "/a.xml"], &["https://bao.vn/a.xml"], 1);
    check(&["https://bao.vn/muc/"], &[], 1);
    check(&["ftp://bao.vn/a.xml", "/b.xml.gz"], &["https://bao.vn/b.xml.gz"], 1);
    let always_now = format!("<sitemap><loc>/a.xml</loc><lastmod>{NOW}</lastmod></sitemap>").repeat(3);
    assert_eq!(read_text(&format!("<sitemapindex>{always_now}</sitemapindex>")).unwrap().notes.len(), 1);
}

#[test]
fn an_endless_sitemap_ends_at_the_protocols_limit() {
    let listing = read_text(&format!("<urlset>{}</urlset>", "<url><loc>/a</loc></url>".repeat(MAX_ENTRIES + 10))).unwrap();
    assert!(listing.leads.len() == 1 && listing.notes.iter().any(|n| n.contains("first 50000 entries")), "{:?}", listing.notes);
}
