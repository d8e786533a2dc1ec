//! Is the hub of a feed found, and asked as the Recommendation says and no further than we may?

use super::server::{Reply, Server};
use super::{RSS, crawler, poll_knowing};
use kiemtin_crawl::{HubAnswer, HubRequest, KnownListing};
use kiemtin_model::FeedKind;

fn asked<'a>(hub: &'a str) -> HubRequest<'a> {
    HubRequest {
        hub,
        topic: "https://bao.vn/rss?a=1&b=2",
        callback: "https://kiemtin.vn/websub/c0ffee",
        secret: "5ec4e7",
        lease_s: 864_000,
    }
}

#[tokio::test]
async fn a_hub_is_found_in_headers_and_in_the_feed() {
    let server = Server::site("127.0.9.1", |seen, _| {
        let atom = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>B</title><link rel=\"hub\" href=\"http://127.0.9.9/hub\"/><link rel=\"self\" href=\"/own\"/></feed>";
        let json = "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"B\",\"feed_url\":\"https://bao.vn/j\",\"items\":[],\
            \"hubs\":[{\"type\":\"rssCloud\",\"url\":\"http://127.0.9.7/\"},{\"type\":\"WebSub\",\"url\":\"http://127.0.9.8/\"}]}";
        match seen.path.as_str() {
            "/headers" => Reply::xml(RSS).with("Link", "<http://127.0.9.9/hub>; rel=hub, <https://bao.vn/rss>; rel=\"self\""),
            "/both" => Reply::xml(atom).with("Link", "<http://127.0.9.5/>; rel=hub"),
            "/atom" => Reply::xml(atom),
            "/json" => Reply::xml(json),
            "/private" => Reply::xml(RSS).with("Link", "<http://10.0.0.1/hub>; rel=hub"),
            "/moved" => Reply::redirect(302, "/none/hub"),
            "/none/hub" => Reply::xml(RSS).with("Link", "<hub>; rel=hub"),
            _ => Reply::xml(RSS),
        }
    })
    .await;
    let crawler = crawler(|_| ());
    for (path, expected) in [
        ("/headers", Some(("http://127.0.9.9/hub".to_owned(), "https://bao.vn/rss".to_owned()))),
        ("/both", Some(("http://127.0.9.5/".into(), server.url("/own")))),
        ("/atom", Some(("http://127.0.9.9/hub".into(), server.url("/own")))),
        ("/json", Some(("http://127.0.9.8/".into(), "https://bao.vn/j".into()))),
        ("/private", None),
        ("/moved", Some((server.url("/none/hub"), server.url("/moved")))),
        ("/plain", None),
    ] {
        let polled = poll_knowing(&crawler, FeedKind::Feed, &server.url(path), &KnownListing::default()).await.unwrap();
        assert_eq!(polled.hub.map(|offer| (offer.hub, offer.topic)), expected, "{path}");
    }
}

#[tokio::test]
async fn a_hub_is_asked_with_a_form_that_redirects_keep() {
    let hub = Server::start("127.0.9.2", |seen, _| match seen.path.as_str() {
        "/moved" => Reply::redirect(307, "/moved-again"),
        "/moved-again" => Reply::redirect(308, "/hub"),
        "/hub" => Reply::status(202),
        "/old" => Reply::status(204),
        "/seen" => Reply::redirect(303, "/hub"),
        "/private" => Reply::redirect(308, "http://192.168.0.1/hub"),
        "/circle" => Reply::redirect(307, "/circle"),
        "/busy" => Reply::status(500),
        "/talks" => Reply::Endless(10 << 20),
        "/robots.txt" => Reply::html("User-agent: *\nDisallow: /"),
        _ => Reply::status(404),
    })
    .await;
    let crawler = crawler(|_| ());
    let refused = |why: &str| HubAnswer::Refused(why.into());
    for (path, expected) in [
        ("/hub", HubAnswer::Accepted),
        ("/old", HubAnswer::Accepted),
        ("/moved", HubAnswer::Accepted),
        ("/talks", HubAnswer::Accepted),
        ("/seen", refused("failed: HTTP 303")),
        ("/nowhere", refused("failed: HTTP 404")),
        ("/private", refused("refused: private network address")),
        ("/circle", HubAnswer::Failed("failed: too many redirects".into())),
        ("/busy", HubAnswer::Failed("failed: HTTP 500".into())),
    ] {
        let address = hub.url(path);
        assert_eq!(crawler.subscribe(&asked(&address)).await, expected, "{path}");
    }
    let seen = hub.seen();
    let form = "hub.callback=https%3A%2F%2Fkiemtin.vn%2Fwebsub%2Fc0ffee&hub.mode=subscribe&hub.topic=https%3A%2F%2Fbao.vn%2Frss%3Fa%3D1%26b%3D2\
        &hub.secret=5ec4e7&hub.lease_seconds=864000";
    assert!(seen.iter().all(|s| s.body == form && s.headers["content-type"] == "application/x-www-form-urlencoded"), "{seen:?}");
    assert_eq!(seen.iter().filter(|s| s.path == "/circle").count(), 4, "three redirects");
    assert_eq!(crawler.subscribe(&asked("http://10.1.1.1/hub")).await, refused("refused: private network address"));
    assert_eq!(
        crawler.subscribe(&asked("http://127.0.9.2:1/")).await,
        HubAnswer::Failed("failed: Connection refused (os error 111)".into())
    );
}
