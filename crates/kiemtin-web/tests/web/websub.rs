//! What a hub may tell: only what was asked for is confirmed, only what is signed is believed.

use crate::world::{NOW, World};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use hmac::{Hmac, KeyInit, Mac};
use kiemtin_model::time::{DAY_MS, HOUR_MS};
use kiemtin_model::{FeedStanding, HubOffer, Subscription, SubscriptionState, Time};
use kiemtin_store::{SourceEventKind, Store};
use sha1::Sha1;
use sha2::Sha256;

const NAME: &str = "0123456789abcdef0123456789abcdef";
const FEED: &str = "https://bao-a.vn/rss";
const TOPIC: &str = "https://bao-a.vn/rss?a=1&b=2";
const NEWS: &str = "<rss>một tin giả mạo</rss>";

/// A world with a subscription that the hub was asked for.
async fn asked() -> World {
    let world = World::filled().await;
    world.polled("bao-a", FeedStanding::Live, "").await;
    let offer = HubOffer { hub: "https://hub.vn/".into(), topic: TOPIC.into() };
    let mut one = Subscription::wanted("bao-a", FEED, offer, NAME.into(), "khóa".into(), NOW);
    one.asked(NOW);
    keep(&world, &one).await;
    world
}

async fn keep(world: &World, one: &Subscription) {
    let mut batch = world.store.begin().await.unwrap();
    batch.put_subscription(one).await.unwrap();
    batch.commit().await.unwrap();
}

async fn known(world: &World) -> Subscription {
    world.store.subscription(NAME).await.unwrap().unwrap()
}

fn query(mode: &str, topic: &str, more: &str) -> String {
    let topic = topic.replace('?', "%3F").replace('&', "%26").replace('=', "%3D");
    format!("/websub/{NAME}?hub.mode={mode}&hub.topic={topic}{more}")
}

async fn push(world: &World, name: &str, signature: Option<String>, body: &str) -> StatusCode {
    let request = Request::post(format!("/websub/{name}"));
    let request = if let Some(signature) = signature { request.header("X-Hub-Signature", signature) } else { request };
    world.ask(request.body(Body::from(body.to_owned())).unwrap()).await.status
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn sha256(key: &str, body: &str) -> Option<String> {
    let mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap().chain_update(body.as_bytes());
    Some(format!("sha256={}", hex(&mac.finalize().into_bytes())))
}

fn sha1(key: &str, body: &str) -> Option<String> {
    let mac = Hmac::<Sha1>::new_from_slice(key.as_bytes()).unwrap().chain_update(body.as_bytes());
    Some(format!("sha1={}", hex(&mac.finalize().into_bytes())))
}

#[tokio::test]
async fn only_what_was_asked_for_is_confirmed() {
    let world = asked().await;
    let challenge = "&hub.challenge=a%20b%3Cc&hub.lease_seconds=86400";
    for (path, why) in [
        (query("subscribe", "https://bao-a.vn/khac", challenge), "another topic"),
        (query("subscribe", TOPIC, ""), "no challenge"),
        (query("subscribe", TOPIC, &format!("&hub.challenge={}", "a".repeat(2_000))), "an endless challenge"),
        (query("unsubscribe", TOPIC, challenge), "we want it"),
        (query("publish", TOPIC, challenge), "no such mode"),
        (query("subscribe", TOPIC, challenge).replace(NAME, &NAME.replace('0', "f")), "an unknown name"),
        (query("subscribe", TOPIC, challenge).replace(NAME, "..%2F"), "no name"),
        (query("unsubscribe", TOPIC, challenge).replace(NAME, "anything"), "what never was a name of ours"),
        (format!("/websub/{NAME}"), "nothing"),
    ] {
        assert_eq!(world.bare(&path).await.status, StatusCode::NOT_FOUND, "{why}");
    }
    assert_eq!(known(&world).await.state, SubscriptionState::Asked);
    let answer = world.bare(&query("subscribe", TOPIC, challenge)).await;
    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, "a b<c"));
    assert!(answer.header(axum::http::header::CONTENT_TYPE).starts_with("text/plain"));
    let one = known(&world).await;
    assert_eq!((one.state, one.lease_until, one.due_at), (SubscriptionState::Active, Some(NOW.plus(DAY_MS)), NOW.plus(DAY_MS * 8 / 10)));
    let health = world.store.source_health(&["bao-a".into()], NOW, 5).await.unwrap();
    assert_eq!(health[0].events.iter().map(|e| e.kind).collect::<Vec<_>>(), [SourceEventKind::Subscribed]);
    assert_eq!(world.bare(&query("subscribe", TOPIC, challenge)).await.status, StatusCode::OK, "the answer may have been lost");
    let gone = query("unsubscribe", TOPIC, challenge).replace(NAME, &NAME.replace('0', "f"));
    assert_eq!(world.bare(&gone).await.body, "a b<c", "nobody wants it");

    let cookie = world.sign_in().await;
    let page = world.page(&cookie, "/sources/bao-a").await.body;
    assert!(page.contains("Hub hub.vn: đang nhận báo tin mới (đến 24/11/2026 08:05)"), "{page}");
    let all = world.api("/api/v1/sources").await;
    let shown = all.json()["items"][0]["health"]["subscriptions"][0].clone();
    assert_eq!((shown["state"].as_str(), shown["hub"].as_str()), (Some("active"), Some("https://hub.vn/")));
    assert!(![page, all.body].iter().any(|text| text.contains(NAME) || text.contains("khóa")), "what only the hub may know");
}

#[tokio::test]
async fn a_denial_is_recorded() {
    let world = asked().await;
    assert_eq!(world.bare(&query("denied", "https://khac.vn/", "")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.bare(&query("denied", TOPIC, "&hub.reason=kh%C3%B4ng")).await.status, StatusCode::OK);
    let one = known(&world).await;
    assert_eq!((one.state, one.error.as_str(), one.due_at), (SubscriptionState::Refused, "không", NOW.plus(7 * DAY_MS)));
    assert_eq!(world.bare(&query("subscribe", TOPIC, "&hub.challenge=a")).await.status, StatusCode::NOT_FOUND, "not asked since");
}

#[tokio::test]
async fn only_what_is_signed_is_believed_and_nothing_is_taken_in() {
    let world = asked().await;
    let documents = world.store.counts().await.unwrap().documents;
    let mut batch = world.store.begin().await.unwrap();
    let feed = world.store.feeds_of(&["bao-a".into()]).await.unwrap().remove(0);
    let later = kiemtin_store::FeedState { polled_at: NOW.plus(-HOUR_MS), next_poll_at: Some(NOW.plus(5 * HOUR_MS)), ..feed };
    batch.put_feed(&later).await.unwrap();
    batch.commit().await.unwrap();
    let next = async || world.store.feeds_of(&["bao-a".into()]).await.unwrap()[0].next_poll_at;
    let wrong = [None, sha256("khác", NEWS), sha256("khóa", "khác"), sha1("khóa", NEWS), Some("sha256=00".into())];
    for signature in wrong {
        assert_eq!(push(&world, NAME, signature.clone(), NEWS).await, StatusCode::ACCEPTED, "{signature:?}");
        assert_eq!((next().await, known(&world).await.pushed_at), (Some(NOW.plus(5 * HOUR_MS)), None), "{signature:?}");
    }
    assert_eq!(push(&world, &NAME.replace('0', "f"), sha256("khóa", NEWS), NEWS).await, StatusCode::GONE);
    assert_eq!(push(&world, "x", sha256("khóa", NEWS), NEWS).await, StatusCode::GONE);
    let most = &"a".repeat(2 << 20);
    let large = format!("{most}a");
    assert_eq!(push(&world, NAME, sha256("khóa", &large), &large).await, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(push(&world, NAME, sha256("khóa", most), most).await, StatusCode::ACCEPTED);
    assert_eq!((next().await, known(&world).await.pushed_at), (Some(NOW), Some(NOW)), "polled now");
    assert_eq!(push(&world, NAME, sha256("khóa", ""), "").await, StatusCode::ACCEPTED, "a thin ping is enough");
    let metrics = world.bare("/metrics").await.body;
    for (result, count) in [("accepted", 2), ("bad_signature", 4), ("unknown", 2), ("sha1_refused", 1)] {
        assert!(metrics.contains(&format!("kiemtin_websub_push_total{{result=\"{result}\"}} {count}\n")), "{result} {metrics}");
    }
    assert_eq!(world.store.counts().await.unwrap().documents, documents, "a push is a hint");
    assert_eq!(Time(0).max(known(&world).await.due_at), NOW.plus(DAY_MS), "the subscription itself stays as it was");
}

#[tokio::test]
async fn sha1_is_believed_where_it_is_configured() {
    let world = World::believing_sha1().await;
    world.polled("bao-a", FeedStanding::Live, "").await;
    let offer = HubOffer { hub: "https://hub.vn/".into(), topic: TOPIC.into() };
    keep(&world, &Subscription::wanted("bao-a", FEED, offer, NAME.into(), "khóa".into(), NOW)).await;
    push(&world, NAME, sha1("khóa", "khác"), NEWS).await;
    assert_eq!(known(&world).await.pushed_at, None);
    push(&world, NAME, sha1("khóa", NEWS), NEWS).await;
    assert_eq!(known(&world).await.pushed_at, Some(NOW));
}
