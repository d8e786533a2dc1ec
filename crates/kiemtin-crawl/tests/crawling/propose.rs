//! Is found how a site can be collected, on sites of every build, and nothing that was not read?

use crate::server::{Reply, Seen, Server};
use crate::{crawler, gzip};
use kiemtin_crawl::{Crawler, End, Found, Known, MAX_ADDRESSES, Proposal};
use kiemtin_model::FeedKind;

/// Articles of an invented site: address, then title.
fn articles(n: std::ops::Range<usize>) -> Vec<(String, String)> {
    n.map(|n| (format!("/gia-xang-lan-thu-{n}-12345{n:02}.html"), format!("Giá xăng lần thứ {n}"))).collect()
}

fn rss(n: std::ops::Range<usize>) -> String {
    let items = articles(n.clone()).into_iter().map(|(link, title)| {
        format!("<item><title>{title}</title><link>{link}</link><pubDate>Mon, 12 May 2025 08:00:00 +07</pubDate></item>")
    });
    format!("<rss version=\"2.0\"><channel><title>Báo</title>{}</channel></rss>", items.collect::<String>())
}

fn news_sitemap(n: std::ops::Range<usize>) -> String {
    let urls = articles(n).into_iter().map(|(link, title)| {
        format!("<url><loc>{link}</loc><news:news><news:publication_date>2025-05-12T07:00:00+07:00</news:publication_date><news:title>{title}</news:title></news:news></url>")
    });
    format!("<urlset>{}</urlset>", urls.collect::<String>())
}

/// A page with a menu and this list of articles.
fn page(head: &str, list: &str) -> Reply {
    Reply::html(&format!(
        "<html><head><title>Báo Thử - Tin mới</title>{head}</head><body><ul class=menu><li><a href=/kinh-te>Kinh tế</a><li><a href=/xa-hoi>Xã hội</a>\
         <li><a href=/the-thao>Thể thao</a></ul>{list}<a href=/lien-he>Liên hệ tòa soạn báo</a></body></html>"
    ))
}

fn list(n: std::ops::Range<usize>) -> String {
    articles(n)
        .into_iter()
        .map(|(link, title)| format!("<div class=item><h3 class=title-news><a href=\"{link}\">{title}</a></h3></div>"))
        .collect()
}

/// Proposes for `path` of the server, and checks what holds for every proposal.
async fn propose(server: &Server, path: &str) -> Proposal {
    propose_with(&crawler(|_| {}), server, path).await
}

async fn propose_with(crawler: &Crawler, server: &Server, path: &str) -> Proposal {
    let proposal = crawler.propose(&server.url(path)).await.unwrap();
    let mut paths = server.paths();
    assert!(paths.len() <= MAX_ADDRESSES + 1, "{paths:?}");
    assert!(proposal.tried.len() <= MAX_ADDRESSES);
    paths.sort();
    let asked = paths.len();
    paths.dedup();
    assert_eq!(paths.len(), asked, "an address was asked twice");
    assert!(proposal.found.iter().all(|f| f.entries > 0), "{:?}", proposal.found);
    proposal
}

fn used(proposal: &Proposal) -> Vec<&Found> {
    proposal.found.iter().filter(|f| f.recommended).collect()
}

#[tokio::test]
async fn a_blog_engine_names_its_feed() {
    let server = Server::site("127.0.30.1", |seen, _| match seen.path.as_str() {
        "/" => page(
            "<meta property=og:site_name content='Báo Blog'><link rel=alternate type=application/rss+xml href=/feed/><link rel=alternate type=application/rss+xml href=/comments/feed/>",
            &list(1..15),
        ),
        "/feed/" => Reply::xml(&rss(1..11)),
        "/sitemap.xml" => Reply::xml("<sitemapindex><sitemap><loc>/bai.xml</loc></sitemap></sitemapindex>"),
        "/bai.xml" => Reply::xml(&news_sitemap(1..30).replace("news:", "x:").replace("publication_date", "ngay")),
        path if path.ends_with(".html") => Reply::html("<h1>Bài</h1>"),
        _ => Reply::status(404),
    })
    .await;
    let proposal = propose(&server, "/").await;
    assert_eq!((proposal.name.as_str(), proposal.id.as_str()), ("Báo Blog", "127-0-30-1"));
    let [feed] = used(&proposal)[..] else { panic!("{:?}", proposal.found) };
    assert_eq!((feed.feed.url.as_str(), feed.known, feed.entries), (server.url("/feed/").as_str(), Known::Named, 10));
    assert_eq!(feed.newest.unwrap().to_string(), "2025-05-12T08:00:00+07:00");
    let other: Vec<_> = proposal.found.iter().filter(|f| !f.recommended).collect();
    let listing = other.iter().find(|f| f.feed.kind == FeedKind::Listing).unwrap();
    assert_eq!((listing.feed.link_selector.as_deref(), listing.entries), (Some("h3.title-news a"), 14));
    let archive = other.iter().find(|f| f.feed.kind == FeedKind::NewsSitemap).unwrap();
    assert_eq!(archive.feed.url, server.url("/sitemap.xml"), "the index stays, its parts come and go");
    assert!(proposal.article.unwrap().html.contains("Bài"));
    assert!(!server.paths().iter().any(|p| p.contains("comments")));
}

#[tokio::test]
async fn a_paper_with_a_page_of_feeds() {
    let server = Server::site("127.0.30.2", |seen, _| match seen.path.as_str() {
        "/" => page("", &format!("{}<a href=/rss>RSS</a>", list(1..20))),
        "/rss" => {
            let feeds: String = (1..40).map(|n| format!("<li><a href=/rss/muc-{n}.rss>Mục {n}</a>")).collect();
            page("", &format!("<h1>Kênh RSS</h1>{feeds}<li><a href=/rss/kinh-te.rss>Kinh tế</a><li><a href=/rss/home.rss>Trang chủ</a>"))
        }
        "/rss/kinh-te.rss" => Reply::xml(&rss(1..9)),
        "/rss/muc-1.rss" => Reply::xml("<rss version=\"2.0\"><channel></channel></rss>"),
        "/rss/muc-2.rss" => Reply::html("<p>Lỗi"),
        path if path.ends_with(".rss") => Reply::xml(&rss(1..31)),
        _ => Reply::status(404),
    })
    .await;
    let proposal = propose(&server, "/").await;
    let feeds: Vec<&str> = used(&proposal).iter().map(|f| f.feed.url.as_str()).collect();
    assert_eq!(feeds[..2], [server.url("/rss/home.rss"), server.url("/rss/kinh-te.rss")], "{feeds:?}");
    assert!(used(&proposal).iter().all(|f| f.known == Known::Directory));
    let end = |path: &str| proposal.tried.iter().find(|t| t.url == server.url(path)).map(|t| t.end);
    assert_eq!((end("/rss"), end("/rss/muc-1.rss"), end("/rss/muc-2.rss")), (Some(End::Page), Some(End::Empty), Some(End::Page)));
    assert!(
        !proposal.not_asked.is_empty() && proposal.not_asked.iter().all(|url| !server.paths().iter().any(|p| url.ends_with(p.as_str())))
    );
}

#[tokio::test]
async fn a_portal_without_any_feed() {
    let server = Server::site("127.0.30.3", |seen, _| match seen.path.as_str() {
        "/TinTuc.aspx" => {
            let rows: String = (1..16)
                .map(|n| format!("<tr><td class=ms-vb><a href='/TinTuc/Xem.aspx?ItemID={n}05'>Thông báo về giá xăng số {n}</a></td></tr>"))
                .collect();
            page("", &format!("<table>{rows}</table>"))
        }
        path if path.starts_with("/TinTuc/Xem.aspx") => {
            Reply::html("<h1>Thông báo</h1><div id=NoiDung><span id=LblLuc>12/05/2025 08:00</span></div>")
        }
        _ => Reply::html("<h1>Không tìm thấy trang</h1>"),
    })
    .await;
    let proposal = propose(&server, "/TinTuc.aspx").await;
    let [listing] = used(&proposal)[..] else { panic!("{:?}", proposal.found) };
    assert_eq!((listing.feed.kind, listing.feed.link_selector.as_deref()), (FeedKind::Listing, Some(".ms-vb a")));
    assert_eq!((listing.entries, listing.articles), (15, 1.0));
    let article = proposal.article.unwrap();
    assert_eq!(kiemtin_crawl::date_selectors(&article.html), ["#LblLuc"]);
}

#[tokio::test]
async fn a_news_sitemap_that_only_robots_txt_names() {
    let packed = gzip(news_sitemap(1..40).as_bytes());
    let server = Server::start("127.0.30.4", move |seen, _| match seen.path.as_str() {
        "/robots.txt" => Reply::Http(200, vec![], b"User-agent: *\nDisallow: /quan-tri\nSitemap: /so-do/tin.xml.gz\n".to_vec()),
        "/so-do/tin.xml.gz" => Reply::Http(200, vec![("Content-Type", "application/x-gzip".into())], packed.clone()),
        "/" => page("", "<p>Chỉ có chữ"),
        _ => Reply::status(404),
    })
    .await;
    let proposal = propose(&server, "/").await;
    let [sitemap] = used(&proposal)[..] else { panic!("{:?}", proposal.found) };
    assert_eq!((sitemap.feed.kind, sitemap.known, sitemap.entries, sitemap.news), (FeedKind::NewsSitemap, Known::Robots, 39, true));
    assert!(proposal.tried.iter().any(|t| t.known == Known::Usual && t.end == End::Failed && t.detail == "failed: HTTP 404"));
}

#[tokio::test]
async fn a_site_that_forbids_everything_is_left_alone() {
    let server = Server::start("127.0.30.5", |seen, _| match seen.path.as_str() {
        "/robots.txt" => Reply::Http(200, vec![], b"User-agent: *\nDisallow: /\nSitemap: /s.xml".to_vec()),
        _ => Reply::xml(&rss(1..5)),
    })
    .await;
    let proposal = propose(&server, "/").await;
    assert!(proposal.found.is_empty() && proposal.article.is_none());
    assert_eq!(server.paths(), ["/robots.txt"]);
    assert!(!proposal.tried.is_empty() && proposal.tried.iter().all(|t| t.detail.contains("robots.txt")), "{:?}", proposal.tried);
}

#[tokio::test]
async fn a_hostile_site_is_outlasted() {
    let many: String = (0..100_000).map(|n| format!("<a href=/rss/{n}.rss>RSS</a>")).collect();
    let fewer: String = (0..40_000).map(|n| format!("<a class=c{n} href=/rss/{n}.rss>RSS</a>")).collect();
    let answer = move |seen: &Seen, _: usize| match seen.path.as_str() {
        "/" => Reply::html(&many),
        "/vua" => Reply::html(&fewer),
        "/rss" | "/rss/0.rss" => Reply::redirect(302, "http://10.0.0.1/rss"),
        "/feed" | "/rss/1.rss" => Reply::redirect(301, "/rss.xml"),
        "/rss.xml" => Reply::redirect(301, "/feed"),
        "/rss/2.rss" => Reply::xml(&format!("<rss><channel><item>{}", "<media:group>".repeat(1_000))),
        "/rss/3.rss" => Reply::Http(200, vec![], gzip(&vec![b' '; 60 << 20])),
        "/sitemap.xml" => Reply::xml(
            "<sitemapindex><sitemap><loc>/sitemap.xml</loc></sitemap><sitemap><loc>http://169.254.169.254/s.xml</loc></sitemap></sitemapindex>",
        ),
        _ => Reply::status(500),
    };
    let server = Server::site("127.0.30.6", answer).await;
    let crawler = crawler(|_| {});
    for path in ["/", "/vua"] {
        let started = std::time::Instant::now();
        let proposal = crawler.propose(&server.url(path)).await.unwrap();
        assert!(proposal.found.is_empty(), "{:?}", proposal.found);
        assert!(proposal.tried.iter().any(|t| t.detail == "refused: private network address"), "{:?}", proposal.tried);
        assert!(proposal.tried.len() <= MAX_ADDRESSES && proposal.not_asked.len() <= 40);
        assert!(started.elapsed().as_secs() < 8, "{:?}", started.elapsed());
    }
    assert!(crawler.propose("http://10.0.0.1/").await.unwrap().found.is_empty());
    for address in ["ftp://bao.vn/", "bao", "", "https://a:b@bao.vn/"] {
        assert!(crawler.propose(address).await.is_err(), "{address}");
    }
}

#[tokio::test]
async fn a_feed_or_an_article_leads_to_the_home_page() {
    let server = Server::site("127.0.30.7", |seen, _| match seen.path.as_str() {
        "/" => page("<meta property=og:site_name content='Báo Thử'>", &format!("{}<a href=/tin.rss>RSS</a>", list(1..15))),
        "/tin.rss" => Reply::xml(&rss(1..5)),
        "/gia-xang-tang-manh-tu-chieu-nay-1234567.html" => {
            Reply::html("<title>Giá xăng - Báo</title><h1>Giá xăng</h1><p class=luc>12/05/2025</p>")
        }
        _ => Reply::status(404),
    })
    .await;
    for path in ["/tin.rss", "/gia-xang-tang-manh-tu-chieu-nay-1234567.html"] {
        let proposal = crawler(|_| {}).propose(&server.url(path)).await.unwrap();
        assert_eq!((proposal.name.as_str(), proposal.site), ("Báo Thử", server.url("/")), "{path}");
        assert_eq!(used_urls(&proposal.found), [server.url("/tin.rss")], "{path}");
        let article = proposal.article.map(|a| a.html).unwrap_or_default();
        assert_eq!(article.contains("class=luc"), path.ends_with("html"), "{path}");
    }
}

fn used_urls(found: &[Found]) -> Vec<String> {
    found.iter().filter(|f| f.recommended).map(|f| f.feed.url.clone()).collect()
}

#[tokio::test]
async fn a_site_that_falls_silent_is_given_up() {
    let server = Server::site("127.0.30.8", |seen, _| if seen.path == "/" { page("", "") } else { Reply::Silence }).await;
    let proposal = propose_with(&crawler(|settings| settings.request_timeout_s = 1), &server, "/").await;
    assert_eq!(proposal.tried.iter().filter(|t| t.end == End::Failed).count(), 3, "{:?}", proposal.tried);
    assert!(proposal.found.is_empty());
}
