//! What is restricted to a unit does not show to others: not in lists, not by its address, not beside something else.

use crate::staff::{logged, post, send, session, token, user};
use crate::world::{NOW, PRICE, World};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use kiemtin_model::{AuditAction, Detection, LikelyCause, Right, StaffRole, Subject, Warning};
use kiemtin_store::Store;
use serde_json::{Value, json};

const OWN: &str = "Cục Điện lực";
const OTHER: &str = "Cục Quản lý và Phát triển thị trường trong nước";

/// A reviewer of the unit of all sample alerts, one of another unit, and one who sees all; each with a session and a token.
struct People {
    own: (String, &'static str),
    other: (String, &'static str),
    all: (String, &'static str),
}

async fn people(world: &World) -> People {
    let rights = [Right::Read, Right::Save, Right::Review];
    let one = async |name: &'static str, units: Option<&[&str]>, secret: &'static str| {
        let user = user(world, name, StaffRole::Reviewer, units).await;
        token(world, &user, secret, &rights, 30).await;
        (session(world, &user, name).await, secret)
    };
    People {
        own: one("own", Some(&[OWN]), "kt_own").await,
        other: one("other", Some(&[OTHER]), "kt_other").await,
        all: one("all", None, "kt_all").await,
    }
}

async fn get(world: &World, token: &str, path: &str) -> (StatusCode, Value) {
    let answer = send(world, token, Method::GET, path, &json!(null)).await;
    (answer.status, answer.json())
}

async fn titles(world: &World, token: &str, path: &str, key: &str) -> Vec<String> {
    let (status, list) = get(world, token, path).await;
    assert_eq!(status, StatusCode::OK, "{list}");
    list["items"].as_array().unwrap().iter().map(|i| i[key].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_alert_of_another_unit_is_not_there() {
    let world = World::filled().await;
    let People { own, other, all } = people(&world).await;
    let path = "/api/v1/alerts/1/actions";
    for (body, status) in [(json!({"action": "hide"}), 400), (json!({}), 400), (json!({"action": "restrict", "x": 1}), 400)] {
        let wrong = send(&world, own.1, Method::POST, path, &body).await;
        assert!(wrong.status.as_u16() == status && wrong.body.contains("restrict"), "{}", wrong.body);
    }
    assert_eq!(send(&world, own.1, Method::POST, "/api/v1/alerts/99/actions", &json!({"action": "restrict"})).await.status, 404);
    assert!(world.page(&own.0, "/alerts/1").await.body.contains("Hạn chế cho đơn vị liên quan"));
    let done = send(&world, own.1, Method::POST, path, &json!({"action": "restrict"})).await;
    assert_eq!((done.status, &done.json()["restricted"]), (StatusCode::OK, &json!(true)));

    for (who, seen) in [(&own, true), (&all, true), (&other, false)] {
        let status = if seen { StatusCode::OK } else { StatusCode::NOT_FOUND };
        assert_eq!(get(&world, who.1, "/api/v1/alerts/1").await.0, status);
        assert_eq!(world.page(&who.0, "/alerts/1").await.status, status);
        assert_eq!(titles(&world, who.1, "/api/v1/alerts", "claim").await.contains(&PRICE.to_owned()), seen);
        for page in [
            "/",
            "/?status=all",
            "/?level=urgent",
            "/policies",
            "/policies/gia-ban-le-dien",
            "/feedback",
            "/saved",
            "/sources",
            "/trends",
            "/api/v1/warnings",
        ] {
            let answer = world.page(&who.0, page).await;
            assert_eq!(answer.status, StatusCode::OK, "{page}");
            assert!(seen || !answer.body.contains("2.500 đồng/kWh từ 10/5"), "{page}: {}", answer.body);
        }
    }
    // The documents are public: they stay, and say nothing of the alert.
    let document = world.page(&other.0, "/search?q=2.500").await.body;
    assert!(!document.contains(PRICE) && !document.contains("/alerts/1"), "{document}");
    for action in ["restrict", "unrestrict"] {
        assert_eq!(send(&world, other.1, Method::POST, path, &json!({ "action": action })).await.status, StatusCode::NOT_FOUND);
        assert_eq!(post(&world, &other.0, "/alerts/1", &[("action", action)]).await.status, StatusCode::NOT_FOUND);
    }
    let page = world.page(&own.0, "/alerts/1").await.body;
    assert!(page.contains("chỉ <span lang=\"vi\">Cục Điện lực</span>") && page.contains("Mở cho mọi đơn vị"), "{page}");
    let log = logged(&world, "alert/1").await;
    assert_eq!(log.iter().filter(|e| e.0 == AuditAction::Restrict).count(), 1);
    let mut readers: Vec<_> = log.iter().filter(|e| e.0 == AuditAction::ReadRestricted).map(|e| e.1.as_str()).collect();
    readers.dedup();
    assert_eq!(readers, ["own", "all", "own"], "every reader is noted, and nobody else");
    assert!(logged(&world, "alert/2").await.is_empty(), "what all may read is not noted");

    let open = post(&world, &own.0, "/alerts/1", &[("action", "unrestrict")]).await;
    assert_eq!((open.status, open.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/alerts/1"));
    assert_eq!(world.page(&other.0, "/alerts/1").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_feed_that_holds_restricted_alerts_is_noted_as_read() {
    let world = World::filled().await;
    let (feed, read) = ([Right::Feed], "/feeds/alerts.json");
    for (name, units, secret) in [("own", OWN, "kt_own_feed"), ("other", OTHER, "kt_other_feed")] {
        let user = user(&world, name, StaffRole::Reader, Some(&[units])).await;
        token(&world, &user, secret, &feed, 30).await;
    }
    let ask = async |secret: &str| world.bare(&format!("{read}?token={secret}")).await;
    assert_eq!(ask("kt_own_feed").await.status, StatusCode::OK);
    assert!(logged(&world, "feed/alerts").await.is_empty(), "what all may read is not noted");
    let admin = world.secrets.token.clone();
    let hide = send(&world, &admin, Method::POST, "/api/v1/alerts/1/actions", &json!({"action": "restrict"})).await;
    assert_eq!(hide.status, StatusCode::OK, "{}", hide.body);
    let (own, other) = (ask("kt_own_feed").await, ask("kt_other_feed").await);
    assert!(own.body.contains(PRICE) && !other.body.contains(PRICE));
    let expected = [(AuditAction::ReadRestricted, "own".to_owned(), r#"{"alerts":"1"}"#.to_owned())];
    assert_eq!(logged(&world, "feed/alerts").await, expected, "who got it, and nobody else");
    let request = Request::get(format!("{read}?token=kt_own_feed")).header(header::IF_NONE_MATCH, own.header(header::ETAG));
    assert_eq!(world.ask(request.body(Body::empty()).unwrap()).await.status, StatusCode::NOT_MODIFIED);
    assert_eq!(logged(&world, "feed/alerts").await.len(), 1, "nothing new left");
}

#[tokio::test]
async fn a_reader_cannot_restrict() {
    let world = World::filled().await;
    let lan = user(&world, "lan", StaffRole::Analyst, None).await;
    let cookie = session(&world, &lan, "a").await;
    assert_eq!(post(&world, &cookie, "/alerts/1", &[("action", "restrict")]).await.status, StatusCode::FORBIDDEN);
    let page = world.page(&cookie, "/alerts/1").await.body;
    assert!(!page.contains("Hạn chế cho đơn vị liên quan") && !page.contains("action=\"/alerts/1\""));
}

fn warning(subject: Subject, name: &str, cause: Option<LikelyCause>) -> Warning {
    Warning {
        id: 0,
        subject,
        wave: 1,
        name: name.into(),
        detector: Detection::Fast,
        since: NOW.plus(-7_200_000),
        at: NOW.plus(-3_600_000),
        counted_at: NOW.plus(-60_000),
        ended_at: None,
        count: 20,
        hours: 4,
        usual: 2.0,
        surprise: 8.0,
        highest: 8.0,
        threshold: 5.0,
        share: 0.1,
        sources: 4,
        top_sources: vec![],
        top_words: vec![],
        cause,
        immature: false,
    }
}

#[tokio::test]
async fn warnings_do_not_tell_of_it_either() {
    let world = World::filled().await;
    let People { own, other, .. } = people(&world).await;
    let search = json!({"name": "Riêng tư", "query": "tin nội bộ", "unit": OWN});
    assert_eq!(send(&world, own.1, Method::POST, "/api/v1/saved-searches", &search).await.status, StatusCode::CREATED);
    let cause = LikelyCause::Narrative { id: 1, claim: PRICE.into(), alert: Some(1), documents: 9 };
    let mut batch = world.store.begin().await.unwrap();
    for warning in [
        warning(Subject::narrative(1), PRICE, None),
        warning(Subject::search(1), "Riêng tư", None),
        warning(Subject::topic("gia-dien"), "Giá điện", Some(cause)),
        warning(Subject::narrative(2), "Sắp hết xăng", None),
    ] {
        batch.put_warning(&warning).await.unwrap();
    }
    batch.commit().await.unwrap();
    post(&world, &own.0, "/alerts/1", &[("action", "restrict")]).await;
    let names = async |token: &str| {
        let mut names = titles(&world, token, "/api/v1/warnings", "name").await;
        names.sort();
        names
    };
    assert_eq!(names(own.1).await, ["Giá điện", PRICE, "Riêng tư", "Sắp hết xăng"]);
    assert_eq!(names(other.1).await, ["Giá điện", "Sắp hết xăng"]);
    for path in ["/", "/api/v1/warnings", "/trends?q=2.500", "/trends?q=search%3A%22Ri%C3%AAng%20t%C6%B0%22", "/trends"] {
        let body = world.page(&other.0, path).await.body;
        assert!(!body.contains(PRICE) && !body.contains("nội bộ"), "{path}: {body}");
    }
    assert!(world.page(&own.0, "/").await.body.contains(PRICE));
    assert!(!world.page(&other.0, "/").await.body.contains("Riêng tư"));
    // A claim that returns: its new wave is as restricted as the one before.
    let mut batch = world.store.begin().await.unwrap();
    let again = batch.alert(1).await.unwrap().unwrap();
    let again = batch.open_alert(&kiemtin_model::Alert { wave: 2, restricted: false, ..again }).await.unwrap();
    batch.commit().await.unwrap();
    assert!(again.restricted && again.id > 3);
    assert_eq!(get(&world, other.1, &format!("/api/v1/alerts/{}", again.id)).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_saved_search_of_another_unit_is_not_there() {
    let world = World::filled().await;
    let People { own, other, all } = people(&world).await;
    let path = "/api/v1/saved-searches";
    let save = async |token: &str, body: Value| send(&world, token, Method::POST, path, &body).await;
    let private = save(own.1, json!({"name": "Riêng tư", "query": "xăng dầu", "unit": OWN})).await;
    assert_eq!((private.status, &private.json()["unit"]), (StatusCode::CREATED, &json!(OWN)));
    assert_eq!(save(own.1, json!({"name": "b", "query": "a", "unit": OTHER})).await.status, StatusCode::BAD_REQUEST, "not their unit");
    assert_eq!(save(own.1, json!({"name": "b", "query": "a", "unit": "Cục Lạ"})).await.status, StatusCode::BAD_REQUEST);
    for (who, seen) in [(&own, true), (&all, true), (&other, false)] {
        let status = if seen { StatusCode::OK } else { StatusCode::NOT_FOUND };
        assert_eq!(titles(&world, who.1, path, "name").await.contains(&"Riêng tư".to_owned()), seen);
        assert_eq!(get(&world, who.1, "/api/v1/saved-searches/1").await.0, status);
        assert_eq!(world.page(&who.0, "/saved/1").await.status, status);
        assert_eq!(world.page(&who.0, "/saved").await.body.contains("xăng dầu"), seen);
        // By name it is as unknown as one that was never saved, and not proposed for a name that is nearly the same.
        for name in ["Ri%C3%AAng%20t%C6%B0", "Ri%C3%AAng"] {
            for address in ["search", "trends"] {
                let (status, answer) = get(&world, who.1, &format!("/api/v1/{address}?q=search:%22{name}%22")).await;
                let whole = name.ends_with("B0");
                assert_eq!(status, if seen && whole { StatusCode::OK } else { StatusCode::BAD_REQUEST }, "{address} {name}: {answer}");
                assert!(seen || !answer.to_string().contains("xăng") && !answer.to_string().contains("có phải"), "{answer}");
            }
        }
    }
    assert_eq!(send(&world, other.1, Method::DELETE, "/api/v1/saved-searches/1", &json!(null)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(post(&world, &other.0, "/saved/1", &[]).await.status, StatusCode::NOT_FOUND);
    // What everybody sees cannot show its matches by naming it.
    for (token, unit, status) in
        [(own.1, None, 400), (all.1, None, 409), (all.1, Some(OTHER), 409), (other.1, None, 400), (own.1, Some(OWN), 201)]
    {
        let body = json!({"name": "Gộp", "query": "search:\"riêng TƯ\" OR điện", "unit": unit});
        let answer = save(token, body).await;
        assert_eq!(answer.status.as_u16(), status, "{unit:?}: {}", answer.body);
        assert!(token != other.1 || !answer.body.contains("xăng"));
    }
    let taken = save(other.1, json!({"name": "riêng tư", "query": "a"})).await;
    assert!(taken.status == StatusCode::CONFLICT && taken.body.contains("«riêng tư»") && !taken.body.contains("xăng"), "{}", taken.body);
    let form = world.page(&own.0, "/saved").await.body;
    assert!(form.contains("<option value=\"Cục Điện lực\">chỉ Cục Điện lực</option>") && !form.contains(OTHER), "{form}");
    let saved = post(&world, &own.0, "/saved", &[("name", "Cũng riêng"), ("query", "điện"), ("unit", OWN), ("notify", "none")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    assert!(!world.page(&other.0, "/saved").await.body.contains("Cũng riêng"));
}
