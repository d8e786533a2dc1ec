//! What happens to alerts is told the moment it does: once to each who may see it, from where they were.

use crate::staff::{send, session, token, user};
use crate::world::World;
use axum::body::{Body, BodyDataStream};
use axum::http::{Method, Request, StatusCode, header};
use futures_util::StreamExt;
use kiemtin_model::{Actor, Right, StaffRole};
use kiemtin_store::staff::change::{By, Change, change_user};
use kiemtin_web::Allowed;
use serde_json::{Value, json};
use std::time::Duration;
use tower::ServiceExt;

const PATH: &str = "/api/v1/alerts/stream";
/// Far longer than anything takes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Somebody who listens.
struct Listener {
    body: BodyDataStream,
    unread: String,
}

/// An event as a browser would hand it over.
#[derive(Debug, PartialEq)]
struct Event {
    id: i64,
    kind: String,
    data: Value,
}

impl Listener {
    async fn open(world: &World, token: &str, query: &str) -> Self {
        let request = Request::get(format!("{PATH}?{query}")).header(header::AUTHORIZATION, format!("Bearer {token}"));
        Self::by(world, request.body(Body::empty()).unwrap()).await
    }

    async fn by(world: &World, request: Request<Body>) -> Self {
        let answer = world.router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let of = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!((of("content-type").as_str(), of("cache-control").as_str()), ("text/event-stream; charset=utf-8", "no-cache"));
        assert_eq!((of("x-accel-buffering").as_str(), of("x-content-type-options").as_str()), ("no", "nosniff"));
        Self { body: answer.into_body().into_data_stream(), unread: String::new() }
    }

    /// The next block between two empty lines; none at the end.
    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.unread.split_once("\n\n") {
                let block = block.to_owned();
                self.unread = rest.to_owned();
                return Some(block);
            }
            let part = tokio::time::timeout(PATIENCE, self.body.next()).await.expect("silent for too long")?;
            self.unread.push_str(std::str::from_utf8(&part.unwrap()).unwrap());
        }
    }

    /// The next event; signs of life are passed over.
    async fn event(&mut self) -> Option<Event> {
        loop {
            let block = self.block().await?;
            let of = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
            if let Some(data) = of("data: ") {
                assert_eq!(block.lines().filter(|l| l.starts_with("data")).count(), 1, "one line of JSON");
                let data = serde_json::from_str(&data).unwrap();
                return Some(Event { id: of("id: ").unwrap().parse().unwrap(), kind: of("event: ").unwrap(), data });
            }
        }
    }

    /// The kinds and alerts of what comes before the next sign of life.
    async fn told(&mut self) -> Vec<(String, i64)> {
        let mut told = vec![];
        loop {
            let block = self.block().await.expect("the stream ended");
            let of = |name: &str| block.lines().find_map(|line| line.strip_prefix(name));
            match of("data: ").map(|data| serde_json::from_str::<Value>(data).unwrap()) {
                Some(data) => told.push((of("event: ").unwrap().to_owned(), data["alert"]["id"].as_i64().unwrap_or(0))),
                None if block.starts_with("retry") => {}
                None => return told,
            }
        }
    }
}

/// A filled world whose history is followed.
async fn followed(allowed: Allowed) -> World {
    let world = World::allowing(allowed).await;
    let (live, store) = (world.live.clone(), world.store.clone());
    tokio::spawn(async move { live.follow(&*store, store.commits()).await });
    world
}

async fn act(world: &World, token: &str, alert: i64, body: Value) {
    let answer = send(world, token, Method::POST, &format!("/api/v1/alerts/{alert}/actions"), &body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
}

#[tokio::test]
async fn it_goes_on_where_it_was() {
    let world = followed(Allowed::default()).await;
    let mut all = Listener::open(&world, &world.secrets.token, "last_event_id=0").await;
    assert_eq!(all.block().await.as_deref(), Some("retry: 3000\nid: 0"));
    let mut seen = vec![];
    for _ in 0..3 {
        seen.push(all.event().await.unwrap());
    }
    assert!(seen.iter().all(|e| e.kind == "opened") && seen.is_sorted_by_key(|e| e.id), "{seen:?}");
    let listed = world.api("/api/v1/alerts").await.json();
    let first = listed["items"].as_array().unwrap().iter().find(|a| a["id"] == seen[0].data["alert"]["id"]).unwrap().clone();
    assert_eq!(seen[0].data["alert"], first, "the alert as it stands in the list");
    assert_eq!(seen[0].data["event"]["kind"], "opened");

    let mut from_now = Listener::open(&world, &world.secrets.token, "").await;
    act(&world, &world.secrets.token, 2, json!({"action": "acknowledge"})).await;
    act(&world, &world.secrets.token, 2, json!({"action": "note", "reason": "Đang hỏi\nCục Điện lực"})).await;
    for listener in [&mut all, &mut from_now] {
        let (taken, noted) = (listener.event().await.unwrap(), listener.event().await.unwrap());
        assert_eq!((taken.kind.as_str(), &taken.data["alert"]["status"]), ("acknowledged", &json!("acknowledged")));
        assert_eq!((noted.kind.as_str(), &noted.data["event"]["reason"]), ("noted", &json!("Đang hỏi\nCục Điện lực")));
        assert!(noted.data["event"].get("change").is_none(), "{noted:?}");
        seen.extend([taken, noted]);
    }
    // The header of a browser that comes back is newer than the address it once asked for.
    let request = Request::get(format!("{PATH}?last_event_id=0")).header("last-event-id", seen[2].id.to_string());
    let request = request.header(header::AUTHORIZATION, format!("Bearer {}", world.secrets.token)).body(Body::empty()).unwrap();
    let mut back = Listener::by(&world, request).await;
    assert_eq!(back.told().await, [("acknowledged".to_owned(), 2), ("noted".to_owned(), 2)]);
    let mut other = Listener::open(&world, &world.secrets.token, "last_event_id=4000").await;
    assert_eq!(other.event().await.unwrap().kind, "reset", "a number of another store");
    for bad in ["last_event_id=x", "last_event_id=-1", "status=new", "level=high"] {
        assert_eq!(world.api(&format!("{PATH}?{bad}")).await.status, StatusCode::BAD_REQUEST, "{bad}");
    }
    let begun = std::time::Instant::now();
    world.live.end();
    assert_eq!((all.event().await, from_now.event().await), (None, None), "at the end of the service all streams end");
    assert!(begun.elapsed() < Duration::from_secs(1));
    assert_eq!(world.api(PATH).await.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn each_hears_what_they_asked_for_and_may_see() {
    let world = followed(Allowed::default()).await;
    let rights = [Right::Read, Right::Review];
    for (name, units) in [("own", "Cục Điện lực"), ("other", "Cục Hóa chất")] {
        let user = user(&world, name, StaffRole::Reviewer, Some(&[units])).await;
        token(&world, &user, &format!("kt_{name}"), &rights, 30).await;
    }
    let operator = &world.secrets.token;
    let mut urgent = Listener::open(&world, operator, "level=urgent").await;
    let mut fuel = Listener::open(&world, operator, "topic=xang-dau").await;
    let mut unit = Listener::open(&world, operator, "unit=C%E1%BB%A5c%20H%C3%B3a%20ch%E1%BA%A5t").await;
    let mut mine = Listener::open(&world, operator, "assignee=own").await;
    let mut other = Listener::open(&world, "kt_other", "").await;
    let mut own = Listener::open(&world, "kt_own", "").await;
    act(&world, "kt_own", 1, json!({"action": "acknowledge"})).await;
    act(&world, "kt_own", 2, json!({"action": "note", "reason": "a"})).await;
    act(&world, "kt_own", 1, json!({"action": "restrict"})).await;
    act(&world, "kt_own", 1, json!({"action": "note", "reason": "chỉ trong đơn vị"})).await;
    act(&world, "kt_own", 2, json!({"action": "note", "reason": "b"})).await;
    let of = |told: &[(&str, i64)]| told.iter().map(|(kind, alert)| ((*kind).to_owned(), *alert)).collect::<Vec<_>>();
    // What comes before the last note of the other alert is all there is of the first.
    let until = async |listener: &mut Listener, least: usize| {
        let mut told = vec![];
        while told.len() < least {
            told.extend(listener.told().await);
        }
        told
    };
    assert_eq!(until(&mut own, 5).await.len(), 5);
    let first = of(&[("acknowledged", 1), ("restricted", 1), ("noted", 1)]);
    assert_eq!(until(&mut urgent, 3).await, first);
    assert_eq!(until(&mut mine, 3).await, first, "who has it");
    assert_eq!(until(&mut fuel, 2).await, of(&[("noted", 2), ("noted", 2)]));
    let heard = until(&mut other, 2).await;
    assert!(heard.iter().filter(|(_, alert)| *alert == 1).all(|(kind, _)| kind == "acknowledged"), "{heard:?}");
    assert!(unit.told().await.is_empty());
    // Later it is as if it had never been.
    let mut again = Listener::open(&world, "kt_other", "last_event_id=0").await;
    let told = until(&mut again, 4).await;
    assert!(told.len() == 4 && told.iter().all(|(_, alert)| *alert != 1), "{told:?}");
}

#[tokio::test]
async fn streams_are_bounded_and_end_with_the_rights() {
    let world = followed(Allowed { streams: 3, streams_of_one: 2, ..Allowed::default() }).await;
    let lan = user(&world, "lan", StaffRole::Reader, None).await;
    token(&world, &lan, "kt_lan", &[Right::Read], 30).await;
    let mut first = Listener::open(&world, "kt_lan", "").await;
    let second = Listener::open(&world, "kt_lan", "").await;
    let full = send(&world, "kt_lan", Method::GET, PATH, &json!(null)).await;
    assert_eq!((full.status, full.header(header::RETRY_AFTER)), (StatusCode::TOO_MANY_REQUESTS, "30"), "{}", full.body);
    let operator = Listener::open(&world, &world.secrets.token, "").await;
    let busy = world.api(PATH).await;
    assert!(busy.status == StatusCode::SERVICE_UNAVAILABLE && busy.header(header::RETRY_AFTER) == "10", "{}", busy.body);
    drop((second, operator));
    assert_eq!(world.api(PATH).await.status, StatusCode::OK, "places are given back");

    assert!(first.told().await.is_empty());
    let by = By { actor: &Actor::user("quan-tri"), at: world.now() };
    change_user(&*world.store, lan.id, Change { disabled: Some(true), ..Change::default() }, by).await.unwrap();
    assert_eq!(first.event().await, None, "who is disabled hears nothing more");
    assert_eq!(send(&world, "kt_lan", Method::GET, PATH, &json!(null)).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_page_that_is_left_open_does_not_keep_its_session() {
    let world = followed(Allowed::default()).await;
    let lan = user(&world, "lan", StaffRole::Reader, None).await;
    let cookie = session(&world, &lan, "a").await;
    let listen = async || {
        let request = Request::get(PATH).header(header::COOKIE, &cookie).body(Body::empty()).unwrap();
        world.ask(request).await.status
    };
    assert_eq!(world.page(&cookie, "/").await.status, StatusCode::OK);
    for _ in 0..5 {
        world.wait(10 * 60_000);
        assert_eq!(listen().await, StatusCode::OK);
    }
    let request = Request::get(PATH).header(header::COOKIE, &cookie).body(Body::empty()).unwrap();
    let mut open = Listener::by(&world, request).await;
    assert!(open.told().await.is_empty());
    world.wait(10 * 60_000);
    assert_eq!(open.event().await, None, "an hour after the last page");
    assert_eq!(listen().await, StatusCode::UNAUTHORIZED);
    assert_eq!(world.page(&cookie, "/").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_scripts_know_every_word() {
    let world = World::empty().await;
    let live = world.bare("/assets/live.js").await.body;
    for kind in kiemtin_model::AlertEventKind::ALL {
        assert!(live.contains(&format!("{kind}: \"")), "a browser is not told of {kind}");
    }
    for status in kiemtin_model::AlertStatus::ALL {
        assert!(live.contains(&format!("{status}: \"{}", status.vi())), "{status}");
    }
    for level in kiemtin_model::Level::ALL {
        assert!(live.contains(&format!("{level}: [")) && live.contains(level.vi()), "{level}");
    }
}
