//! Alerts in a feed reader: well formed whatever was crawled, honest about what nobody reviewed, and no way for a token to leak.

use crate::world::{Answer, HOSTILE, World};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use kiemtin_model::{Alert, AlertEventKind, AlertStatus, Level, NarrativeState};
use kiemtin_store::Store;
use serde_json::Value;

const ATOM: &str = "/feeds/alerts.atom";
const JSON: &str = "/feeds/alerts.json";
const BANNER: &str = "CHƯA THẨM ĐỊNH – Cần kiểm chứng";

async fn get(world: &World, path: &str, headers: &[(header::HeaderName, &str)]) -> Answer {
    let mut request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {}", world.secrets.token));
    request = request.header(header::HOST, "kiemtin.example");
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    world.ask(request.body(Body::empty()).unwrap()).await
}

/// One more alert of another narrative, with these words and this status.
async fn open(world: &World, like: i64, claim: &str, status: AlertStatus) -> Alert {
    let mut batch = world.store.begin().await.unwrap();
    let old = batch.alert(like).await.unwrap().unwrap();
    let file = world.store.alert_file(like, &kiemtin_model::Sight::All, 1).await.unwrap().unwrap();
    let key = kiemtin_model::NarrativeKey { key: format!("feed-{claim}"), claim: claim.to_owned() };
    let narrative = batch.put_narrative(&NarrativeState { key, alert: None, ..file.narrative }).await.unwrap();
    let alert = batch.open_alert(&Alert { narrative, claim: claim.into(), status, ..old }).await.unwrap();
    let decided_at = matches!(status, AlertStatus::Dismissed | AlertStatus::Closed).then_some(alert.opened_at);
    let alert = Alert { decision: kiemtin_model::Decision { decided_at, ..alert.decision.clone() }, ..alert };
    batch.put_desk(&alert).await.unwrap();
    batch.commit().await.unwrap();
    alert
}

#[tokio::test]
async fn both_formats_read_back_and_tell_the_same() {
    let world = World::filled().await;
    open(&world, 1, &format!("{HOSTILE} ]]> \u{1b}\u{0} &amp; \u{fffe}"), AlertStatus::New).await;
    let atom = get(&world, ATOM, &[]).await;
    assert_eq!(atom.header(header::CONTENT_TYPE), "application/atom+xml; charset=utf-8");
    let read = feed_rs::parser::parse(atom.body.as_bytes()).unwrap();
    let json = get(&world, JSON, &[]).await;
    assert_eq!(json.header(header::CONTENT_TYPE), "application/feed+json");
    let json: Value = json.json();
    assert_eq!(
        (&json["version"], &json["feed_url"]),
        (&"https://jsonfeed.org/version/1.1".into(), &"http://kiemtin.example/feeds/alerts.json".into())
    );
    let items = json["items"].as_array().unwrap();
    assert_eq!((read.entries.len(), items.len()), (4, 4));
    for (entry, item) in read.entries.iter().zip(items) {
        let title = &entry.title.as_ref().unwrap().content;
        assert_eq!((Some(entry.id.as_str()), item["url"].as_str()), (item["id"].as_str(), Some(entry.links[0].href.as_str())));
        let tidy = |text: &str| text.replace(|c: char| c.is_control() || c == '\u{fffd}' || c == '\u{fffe}', "");
        assert_eq!(tidy(title), tidy(item["title"].as_str().unwrap()));
        assert!(title.starts_with(BANNER) && item["content_text"].as_str().unwrap().starts_with(BANNER), "{title}");
        assert!(entry.updated.is_some() && entry.published.is_some() && !entry.content.as_ref().unwrap().body.as_ref().unwrap().is_empty());
        assert!(entry.id.starts_with("tag:kiemtin.example,2026:") && entry.links[0].href.starts_with("http://kiemtin.example/alerts/"));
    }
    assert!(read.entries.iter().any(|e| e.title.as_ref().unwrap().content.contains(HOSTILE)), "the words stand there as words");
    assert!(!atom.body.contains("<script>") && atom.body.chars().all(|c| !c.is_control() || c == '\n'));
    let times: Vec<_> = read.entries.iter().map(|e| e.updated).collect();
    assert!(times.is_sorted_by(|a, b| a >= b) && read.updated == times[0]);
    let ids: std::collections::BTreeSet<_> = read.entries.iter().map(|e| &e.id).collect();
    assert_eq!(ids.len(), 4);
}

#[tokio::test]
async fn what_a_person_concluded_stands_in_the_place_of_the_banner() {
    let world = World::empty().await;
    assert_eq!(get(&world, JSON, &[]).await.json()["items"], Value::Array(vec![]));
    assert!(feed_rs::parser::parse(get(&world, ATOM, &[]).await.body.as_bytes()).unwrap().entries.is_empty());
    let world = World::filled().await;
    for status in AlertStatus::ALL {
        open(&world, 1, status.as_str(), *status).await;
    }
    let items = get(&world, JSON, &[]).await.json()["items"].clone();
    let reviewed = ["confirmed", "dismissed", "responded", "closed"];
    for item in items.as_array().unwrap() {
        let (title, text) = (item["title"].as_str().unwrap(), item["content_text"].as_str().unwrap());
        let person = reviewed.iter().any(|word| title.ends_with(&format!("] {word}")));
        assert_eq!((title.starts_with(BANNER), text.starts_with(BANNER)), (!person, !person), "{title}");
    }
}

#[tokio::test]
async fn readers_are_told_that_nothing_changed() {
    let world = World::filled().await;
    for path in [ATOM, JSON] {
        let first = get(&world, path, &[]).await;
        let (etag, date) = (first.header(header::ETAG), first.header(header::LAST_MODIFIED));
        assert_eq!(first.header(header::CACHE_CONTROL), "private, no-cache");
        assert!(etag.starts_with('"') && date.ends_with(" GMT"), "{etag} {date}");
        let weak = format!("\"other\", W/{etag}");
        for (headers, status) in [
            (&[(header::IF_NONE_MATCH, etag)][..], 304),
            (&[(header::IF_NONE_MATCH, &weak)], 304),
            (&[(header::IF_NONE_MATCH, "*")], 304),
            (&[(header::IF_NONE_MATCH, "\"other\"")], 200),
            (&[(header::IF_MODIFIED_SINCE, date)], 304),
            (&[(header::IF_MODIFIED_SINCE, "Sun, 06 Nov 1994 08:49:37 GMT")], 200),
            (&[(header::IF_NONE_MATCH, "\"other\""), (header::IF_MODIFIED_SINCE, date)], 200),
        ] {
            let again = get(&world, path, headers).await;
            assert_eq!(
                (again.status.as_u16(), again.body.is_empty(), again.header(header::ETAG)),
                (status, status == 304, etag),
                "{headers:?}"
            );
        }
        let mut batch = world.store.begin().await.unwrap();
        let alert = batch.alert(1).await.unwrap().unwrap();
        let later = alert.last_seen.plus(86_400_000);
        batch.update_alert(&Alert { documents: alert.documents + 1, ..alert.clone() }).await.unwrap();
        batch.put_event(&alert, AlertEventKind::Grew, later).await.unwrap();
        batch.commit().await.unwrap();
        let changed = get(&world, path, &[(header::IF_NONE_MATCH, etag)]).await;
        assert_eq!(changed.status, StatusCode::OK);
        assert!(changed.body.contains(&later.to_string()), "updated is the last change");
    }
}

#[tokio::test]
async fn filters_are_those_of_the_alert_list() {
    let world = World::filled().await;
    let count = async |query: &str| get(&world, &format!("{JSON}?{query}"), &[]).await.json()["items"].as_array().map(Vec::len);
    assert_eq!((count("level=urgent").await, count("topic=xang-dau").await, count("unit=khong-co").await), (Some(1), Some(1), Some(0)));
    let one = get(&world, &format!("{JSON}?level=urgent&topic=&unit="), &[]).await.json();
    assert_eq!(one["feed_url"], "http://kiemtin.example/feeds/alerts.json?level=urgent");
    assert!(one["items"][0]["title"].as_str().unwrap().contains(Level::Urgent.vi()));
    for wrong in ["level=high", "status=new", "x=1"] {
        let answer = get(&world, &format!("{ATOM}?{wrong}"), &[]).await;
        assert_eq!((answer.status, answer.header(header::CONTENT_TYPE)), (StatusCode::BAD_REQUEST, "application/problem+json"), "{wrong}");
    }
}

#[tokio::test]
async fn a_token_in_the_address_opens_feeds_alone_and_is_told_nowhere() {
    let world = World::filled().await;
    let token = &world.secrets.token;
    let before_after =
        [format!("{ATOM}?token={token}&level=alert"), format!("{ATOM}?level=alert&token={token}"), format!("{JSON}?token={token}")];
    for path in &before_after {
        let answer = world.bare(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert!(!answer.body.contains(token.as_str()), "{path}");
        assert!(answer.headers.values().all(|v| !v.to_str().unwrap_or("").contains(token.as_str())));
        assert_eq!(answer.header(header::REFERRER_POLICY), "no-referrer");
    }
    let wrong = world.bare(&format!("{ATOM}?token={token}&x=1&token={token}")).await;
    assert!(wrong.status == StatusCode::BAD_REQUEST && !wrong.body.contains(token.as_str()), "{}", wrong.body);
    for path in [format!("{ATOM}?token=nope"), format!("{ATOM}?token="), ATOM.to_owned(), format!("{ATOM}?Token={token}")] {
        let answer = world.bare(&path).await;
        assert_eq!((answer.status, answer.header(header::CONTENT_TYPE)), (StatusCode::UNAUTHORIZED, "application/problem+json"), "{path}");
    }
    for path in ["/api/v1/alerts", "/api/v1/search", "/api/v1/audit"] {
        assert_eq!(world.bare(&format!("{path}?token={token}")).await.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    for path in ["/", "/alerts/1"] {
        let led = world.bare(&format!("{path}?token={token}")).await;
        assert!(led.status == StatusCode::SEE_OTHER && led.header(header::LOCATION).starts_with("/sign-in?next="), "{path}");
        assert!(!led.header(header::LOCATION).contains(token.as_str()), "{path}");
    }
    let signed_in = world.api(&format!("/api/v1/alerts?token={token}")).await;
    assert!(signed_in.status == StatusCode::BAD_REQUEST && !signed_in.body.contains(token.as_str()), "{}", signed_in.body);
    let cookie = world.sign_in().await;
    assert_eq!(world.page(&cookie, ATOM).await.status, StatusCode::OK, "a browser that is signed in reads it too");
    let post = Request::post(format!("{ATOM}?token={token}")).body(Body::empty()).unwrap();
    assert_eq!(world.ask(post).await.status, StatusCode::METHOD_NOT_ALLOWED);
}
