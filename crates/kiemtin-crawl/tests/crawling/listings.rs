//! Is every kind of listing read, and refused where it must be?

use crate::server::{Reply, Server};
use crate::{RSS, crawler, gzip, poll, refused};
use kiemtin_model::{Failure, FeedKind, LeadBody, Outcome, Refusal, Time, Validators};

#[tokio::test]
async fn every_kind_of_listing() {
    let server = Server::site("127.0.17.1", |seen, _| match seen.path.as_str() {
        "/rss" => Reply::xml(RSS),
        "/rss-html" => Reply::html(RSS),
        "/chuyen" => Reply::redirect(301, "/muc/rss"),
        "/muc/rss" => Reply::xml(&RSS.replace("/a.html", "a.html")),
        "/rong" => Reply::xml("<rss version=\"2.0\"><channel></channel></rss>"),
        "/sau" => Reply::xml(&format!("<rss><channel><item>{}", "<media:group>".repeat(1_000))),
        "/danh-muc" => Reply::html("<a href=/a.html>Giá điện</a>"),
        "/sau.html" => Reply::html(&"<div>".repeat(10_000)),
        _ => Reply::status(404),
    })
    .await;
    let crawler = crawler(|_| {});
    let eight = Some(Time::parse("2025-05-12T08:00:00+07:00").unwrap());
    for (kind, path, published, inline) in
        [(FeedKind::Feed, "/rss", eight, false), (FeedKind::Feed, "/rss-html", eight, false), (FeedKind::Listing, "/danh-muc", None, false)]
    {
        let (leads, _, notes) = poll(&crawler, kind, &server.url(path)).await.unwrap();
        assert_eq!(leads.len(), 1, "{path} {notes:?}");
        assert_eq!((&leads[0].url, leads[0].published_at, leads[0].source.as_str()), (&server.url("/a.html"), published, "bao"), "{path}");
        assert_eq!(leads[0].body != LeadBody::Page, inline, "{path}");
    }
    let (leads, ..) = poll(&crawler, FeedKind::Feed, &server.url("/chuyen")).await.unwrap();
    assert_eq!(leads[0].url, server.url("/muc/a.html"), "links are relative to the address after redirects");
    let (leads, _, notes) = poll(&crawler, FeedKind::Feed, &server.url("/rong")).await.unwrap();
    assert_eq!((leads.len(), notes), (0, vec!["the feed has no entries".to_owned()]));
    let deep = poll(&crawler, FeedKind::Feed, &server.url("/sau")).await.unwrap_err();
    assert!(deep.detail().contains("nested more than 100 deep"), "{deep:?}");
    assert_eq!(poll(&crawler, FeedKind::Listing, &server.url("/sau.html")).await.unwrap_err(), refused(Refusal::HostileMarkup));
    assert_eq!(poll(&crawler, FeedKind::Feed, &server.url("/mat")).await.unwrap_err(), Outcome::Failed(Failure::Status(404)));
}

#[tokio::test]
async fn a_sitemap_index_is_read_one_level_deep() {
    let packed = gzip(b"<urlset><url><loc>/b.html</loc></url></urlset>");
    let bomb = gzip(&vec![b' '; 50 << 20]);
    let server = Server::site("127.0.17.2", move |seen, _| match seen.path.as_str() {
        "/index.xml" => Reply::xml("<sitemapindex><sitemap><loc>/1.xml</loc></sitemap><sitemap><loc>/2.xml.gz</loc></sitemap><sitemap><loc>/bom.gz</loc></sitemap><sitemap><loc>/index.xml</loc></sitemap></sitemapindex>").with("ETag", "\"1\""),
        "/1.xml" => Reply::xml("<urlset><url><loc>/a.html</loc></url><url><loc>/b.html</loc></url></urlset>"),
        "/2.xml.gz" => Reply::Http(200, vec![("Content-Type", "application/gzip".into())], packed.clone()),
        _ => Reply::Http(200, vec![("Content-Type", "application/gzip".into())], bomb.clone()),
    })
    .await;
    let (leads, validators, notes) = poll(&crawler(|_| {}), FeedKind::NewsSitemap, &server.url("/index.xml")).await.unwrap();
    assert_eq!(leads.iter().map(|l| l.url.clone()).collect::<Vec<_>>(), [server.url("/a.html"), server.url("/b.html")]);
    assert_eq!(validators, Validators::default(), "its parts change while the index stays the same");
    assert_eq!(notes.len(), 2, "{notes:?}");
}
