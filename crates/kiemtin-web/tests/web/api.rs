//! Does the API keep the contract?

use crate::world::{NOW, PRICE, World};
use axum::http::{StatusCode, header};
use kiemtin_model::{Tally, Time};
use kiemtin_web::routes::{Door, ROUTES};
use serde_json::Value;

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn the_alert_list_walks_by_cursor() {
    let world = World::filled().await;
    let first = world.api("/api/v1/alerts?status=&level=&topic=&unit=&since=&limit=2").await.json();
    assert_eq!(first["items"].as_array().unwrap().len(), 2);
    let alert = &first["items"][0];
    for key in [
        "id",
        "number",
        "claim",
        "status",
        "level",
        "kinds",
        "topics",
        "units",
        "documents",
        "stories",
        "sources",
        "first_seen",
        "last_seen",
        "deadline",
        "assignee",
    ] {
        assert!(keys(alert).contains(&key), "{key}");
    }
    assert_eq!((alert["claim"].as_str(), alert["level"].as_str()), (Some(PRICE), Some("urgent")));
    assert_eq!(alert["deadline"], "2026-11-24T03:05:00+07:00");
    let cursor = first["next_cursor"].as_str().unwrap();
    let last = world.api(&format!("/api/v1/alerts?limit=2&cursor={cursor}")).await.json();
    assert_eq!((last["items"].as_array().unwrap().len(), &last["next_cursor"]), (1, &Value::Null));
    let mut ids: Vec<_> =
        first["items"].as_array().unwrap().iter().chain(last["items"].as_array().unwrap()).map(|a| a["id"].as_i64()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

#[tokio::test]
async fn the_alert_list_filters_and_refuses() {
    let world = World::filled().await;
    for (query, count) in [
        ("level=urgent", 1),
        ("level=alert", 3),
        ("status=new", 3),
        ("status=closed,dismissed", 0),
        ("topic=xang-dau", 1),
        ("unit=C%E1%BB%A5c%20%C4%90i%E1%BB%87n%20l%E1%BB%B1c", 3),
        ("since=2026-11-23", 1),
        ("since=2026-11-20T00:00:00+07:00", 3),
    ] {
        let answer = world.api(&format!("/api/v1/alerts?{query}")).await;
        assert_eq!(answer.json()["items"].as_array().map(Vec::len), Some(count), "{query} {}", answer.body);
    }
    for query in ["status=open", "level=red", "since=tomorrow", "limit=0", "limit=201", "limit=x", "cursor=nope", "lvel=urgent"] {
        let answer = world.api(&format!("/api/v1/alerts?{query}")).await;
        assert_eq!((answer.status, answer.header(header::CONTENT_TYPE)), (StatusCode::BAD_REQUEST, "application/problem+json"), "{query}");
        assert!(answer.json()["detail"].as_str().unwrap().starts_with("Tham số «"), "{query}");
    }
}

#[tokio::test]
async fn one_alert_is_a_briefing() {
    let world = World::filled().await;
    let b = world.api("/api/v1/alerts/1").await.json();
    assert_eq!((b["documents"].as_u64(), b["spread"]["documents"].as_u64()), (Some(13), Some(13)));
    let why = b["why"].as_array().unwrap();
    let sum: f64 = why.iter().map(|s| s["score"].as_f64().unwrap()).sum();
    assert_eq!((why.len(), sum, b["score"].as_f64(), b["points"].as_f64()), (2, 6.5, Some(6.5), Some(9.5)));
    for signal in why {
        for e in signal["evidence"].as_array().unwrap() {
            assert!(e["sentence"].as_str().unwrap().contains(e["text"].as_str().unwrap()), "{e}");
        }
    }
    // Offsets count Unicode scalar values.
    let e = &why[0]["evidence"][0];
    assert_eq!((e["text"].as_str(), e["start"].as_u64(), e["end"].as_u64()), (Some("2.500 đồng/kWh"), Some(64), Some(78)));
    assert_eq!(b["why_elsewhere"][0]["rule"], "keu-goi-chia-se");
    assert_eq!(b["guards"][0]["guard"], "refutation");
    assert_eq!(
        (b["references"][0]["label"].as_str(), b["references"][1]["label"].as_str()),
        (Some("599/QĐ-EVN"), Some("Tập đoàn Điện lực Việt Nam"))
    );
    let stories = b["appearances"].as_array().unwrap();
    assert_eq!((stories.len(), stories[0]["copies"].as_u64(), stories[0]["documents"].as_array().unwrap().len()), (2, Some(11), 12));
    let hours: u64 = b["spread"]["per_hour"].as_array().unwrap().iter().map(|h| h["documents"].as_u64().unwrap()).sum();
    let sources: u64 = b["spread"]["per_source"].as_array().unwrap().iter().map(|h| h["documents"].as_u64().unwrap()).sum();
    assert_eq!((hours, sources), (13, 13));
    assert_eq!((b["spread"]["press_sources"].as_u64(), b["spread"]["channels"].as_u64()), (Some(5), Some(1)));
    assert_eq!(b["spread"]["per_source"][0]["group"], "press");
    assert_eq!((b["responses"][0]["source"].as_str(), b["history"][0]["kind"].as_str()), (Some("evn"), Some("opened")));
    assert!(b["deadline"].as_str().unwrap().ends_with("+07:00"));
}

#[tokio::test]
async fn search_answers_as_the_command_does() {
    let world = World::filled().await;
    let found = world.api("/api/v1/search?q=gia%20dien%202.500&limit=5").await.json();
    assert_eq!(keys(&found), ["expanded", "facets", "hits", "indexed_through", "instead", "like", "meant", "total", "unknown"]);
    let hit = &found["hits"][0];
    let snippet: Vec<char> = hit["snippet"].as_str().unwrap().chars().collect();
    let marks: Vec<String> = hit["highlights"]
        .as_array()
        .unwrap()
        .iter()
        .map(|h| snippet[h[0].as_u64().unwrap() as usize..h[1].as_u64().unwrap() as usize].iter().collect::<String>().to_lowercase())
        .collect();
    assert!(marks.iter().any(|m| m.contains("giá")) && !marks.is_empty(), "{marks:?}");
    let page = |offset: usize| {
        let world = &world;
        async move { world.api(&format!("/api/v1/search?q=xang&source=bao-a&order=newest&limit=10&offset={offset}")).await.json() }
    };
    let (a, b) = (page(0).await, page(10).await);
    assert_eq!((a["total"].as_u64(), a["hits"].as_array().unwrap().len(), b["hits"].as_array().unwrap().len()), (Some(30), 10, 10));
    assert_ne!(a["hits"][0]["id"], b["hits"][0]["id"]);
    let none = world.api("/api/v1/search?q=xang&from=2030-01-01").await.json();
    assert_eq!(none["total"], 0);
}

#[tokio::test]
async fn a_wrong_query_is_told_with_its_place() {
    let world = World::filled().await;
    let answer = world.api("/api/v1/search?q=gi%C3%A1%20%28%C4%91i%E1%BB%87n").await;
    assert_eq!((answer.status, answer.header(header::CONTENT_TYPE)), (StatusCode::BAD_REQUEST, "application/problem+json"));
    let problem = answer.json();
    assert_eq!((problem["type"].as_str(), problem["at"].is_u64()), (Some("urn:kiemtin:problem:wrong-query"), true));
    assert!(problem["detail"].as_str().unwrap().starts_with("vị trí "), "{problem}");
}

#[tokio::test]
async fn health_readiness_and_figures() {
    let world = World::filled().await;
    assert_eq!(world.bare("/healthz").await.body, "ok\n");
    let ready = world.bare("/readyz").await.json();
    assert_eq!(
        (ready["ready"].as_bool(), ready["crawl"].as_str(), ready["index"]["behind"].as_i64()),
        (Some(true), Some("never"), Some(0))
    );
    assert_eq!(ready["index"]["indexed_through"], ready["store"]["last_seq"]);
    world.status.crawl_running();
    assert!(world.bare("/readyz").await.body.contains("\"crawl\":\"running\""));
    let tally = Tally { read: 7, new: 5, failed: 2, ..Tally::default() };
    world.status.ingested(&tally);
    world.status.crawl_idle(Time(NOW.0), &tally);
    assert!(world.bare("/readyz").await.body.contains("\"crawl\":\"idle\""));
    let metrics = world.bare("/metrics").await;
    assert!(metrics.header(header::CONTENT_TYPE).starts_with("text/plain; version=0.0.4"));
    for line in [
        "kiemtin_outcomes_total{outcome=\"new\"} 5",
        "kiemtin_outcomes_total{outcome=\"failed\"} 2",
        "kiemtin_documents 46",
        "kiemtin_alerts 3",
        "kiemtin_outbox_pending 0",
    ] {
        assert!(metrics.body.lines().any(|l| l == line), "{line}\n{}", metrics.body);
    }
}

#[tokio::test]
async fn every_source_is_listed_with_its_health() {
    let world = World::filled().await;
    let answer = world.api("/api/v1/sources").await.json();
    let items = answer["items"].as_array().unwrap();
    let ids: Vec<_> = items.iter().map(|s| s["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["bao-a", "dien-dan", "evn"]);
    let health = &items[0]["health"];
    assert_eq!((health["state"].as_str(), health["state_vi"].as_str()), (Some("waiting"), Some("chờ thu thập")));
    assert!(keys(health).contains(&"events") && keys(health).contains(&"new_per_day"), "{health}");
    assert_eq!(world.api("/api/v1/sources?x=1").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(world.bare("/api/v1/sources").await.status, StatusCode::UNAUTHORIZED);
    let metrics = world.bare("/metrics").await.body;
    assert!(metrics.lines().any(|l| l == "kiemtin_sources{state=\"waiting\"} 3"), "{metrics}");
}

#[tokio::test]
async fn the_description_lists_exactly_the_routes_for_programs() {
    let description: Value = serde_json::from_str(kiemtin_web::api::OPENAPI).unwrap();
    assert_eq!(description["openapi"], "3.1.0");
    let mut routes: Vec<_> = ROUTES
        .iter()
        .filter(|r| matches!(r.door, Door::Operations | Door::Api(..) | Door::Stream(..) | Door::Feed(..)))
        .map(|r| r.path)
        .collect();
    routes.sort_unstable();
    assert_eq!(keys(&description["paths"]), routes);
    for route in ROUTES.iter().filter(|r| matches!(r.door, Door::Operations | Door::Api(..) | Door::Stream(..) | Door::Feed(..))) {
        let open = description["paths"][route.path]["get"]["security"].as_array().is_some_and(Vec::is_empty);
        assert_eq!(open, route.door == Door::Operations, "{}", route.path);
    }
}
