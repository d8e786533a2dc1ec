//! What may be pushed in, how much of it, and what is answered when it comes again.

use crate::world::{Answer, NOW, World};
use async_trait::async_trait;
use axum::body::Body;
use axum::http::{HeaderName, Request, StatusCode, header};
use flate2::Compression;
use flate2::write::GzEncoder;
use kiemtin_model::Tally;
use kiemtin_store::pushes::PushAnswer;
use kiemtin_store::{SqliteStore, Store};
use kiemtin_web::Allowed;
use kiemtin_web::intake::{Intake, IntakeError, LineOutcome, Push, PushAnswered, PushEnd, Remember};
use std::io::Write;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

/// Stands for the pipeline: takes everything in.
pub struct Taker {
    pub store: Arc<SqliteStore>,
    pub pushes: Mutex<Vec<Push>>,
}

#[async_trait]
impl Intake for Taker {
    async fn push(&self, push: Push) -> Result<PushEnd, IntakeError> {
        if push.lines.iter().any(|l| l.text.as_deref() == Ok("busy")) {
            return Err(IntakeError::Busy);
        }
        let item = |l: &kiemtin_web::intake::PushedLine| {
            let (outcome, reason) = if l.text.is_ok() { ("new", None) } else { ("failed", l.text.clone().err()) };
            LineOutcome { line: l.number, outcome, id: None, reason }
        };
        let items: Vec<_> = push.lines.iter().map(item).collect();
        let tally = Tally { read: items.len() as u64, new: items.len() as u64, ..Tally::default() };
        let answer = serde_json::to_string(&PushAnswered { items, tally }).unwrap();
        if let Some(Remember { owner, key, body_hash }) = push.remember.clone() {
            let mut batch = self.store.begin().await.unwrap();
            batch.put_push_answer(&owner, &key, &PushAnswer { body_hash, answer: answer.clone(), at: NOW }).await.unwrap();
            batch.commit().await.unwrap();
        }
        self.pushes.lock().unwrap().push(push);
        Ok(PushEnd::Taken(answer))
    }
}

async fn push(world: &World, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    let mut request = Request::post("/api/v1/documents").header(header::AUTHORIZATION, format!("Bearer {}", world.secrets.token));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    world.ask(request.body(body.into()).unwrap()).await
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(vec![], Compression::best());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn pushed(world: &World) -> usize {
    world.intake.pushes.lock().unwrap().len()
}

#[tokio::test]
async fn every_line_is_answered_in_order() {
    let world = World::empty().await;
    let answer = push(&world, &[("content-type", "application/x-ndjson")], "{\"text\":\"a\"}\n\n\u{0}\n").await;
    assert_eq!((answer.status, answer.header(header::CONTENT_TYPE)), (StatusCode::OK, "application/json"));
    let json = answer.json();
    assert_eq!((&json["items"][0]["line"], &json["items"][1]["line"], &json["tally"]["read"]), (&1.into(), &3.into(), &2.into()));
    assert_eq!(push(&world, &[("content-encoding", "gzip")], gzip(b"{\"text\":\"a\"}\n")).await.status, StatusCode::OK);
    assert_eq!(push(&world, &[("content-encoding", "Identity")], "{}").await.status, StatusCode::OK);
    assert_eq!(pushed(&world), 3);
}

#[tokio::test]
async fn what_is_too_large_or_of_another_kind_is_refused_whole() {
    let world = World::empty().await;
    let large = "a".repeat((10 << 20) + 1);
    let bomb = gzip(&vec![b'a'; 64 << 20]);
    assert!(bomb.len() < 300_000);
    let stream = |text: String| Body::from_stream(futures_util::stream::iter([Ok::<_, std::io::Error>(text)]));
    for (headers, body, status, kind) in [
        (&[][..], Body::from(""), 400, "wrong-body"),
        (&[], Body::from(" \n\r\n"), 400, "wrong-body"),
        (&[("content-length", "20000000")], Body::from("x"), 413, "too-large"),
        (&[], Body::from(large.clone()), 413, "too-large"),
        (&[], stream(large), 413, "too-large"),
        (&[("content-encoding", "gzip")], Body::from(bomb), 413, "too-large"),
        (&[], Body::from("x\n".repeat(10_001)), 413, "too-many-lines"),
        (&[("content-encoding", "gzip")], Body::from("not gzip"), 400, "wrong-body"),
        (&[("content-encoding", "br")], Body::from("x"), 415, "unsupported-media-type"),
        (&[("content-encoding", "gzip, gzip")], Body::from("x"), 415, "unsupported-media-type"),
        (&[("content-type", "multipart/form-data; boundary=x")], Body::from("x"), 415, "unsupported-media-type"),
        (&[("idempotency-key", "a b")], Body::from("x"), 400, "wrong-body"),
        (&[("idempotency-key", "a"), ("idempotency-key", "b")], Body::from("x"), 400, "wrong-body"),
        (&[], Body::from("busy"), 503, "busy"),
    ] {
        let answer = push(&world, headers, body).await;
        let kind = format!("urn:kiemtin:problem:{kind}");
        assert_eq!((answer.status.as_u16(), answer.json()["type"].as_str()), (status, Some(&*kind)), "{headers:?}: {}", answer.body);
        assert_eq!(answer.headers.contains_key(header::RETRY_AFTER), status == 503);
    }
    assert_eq!(pushed(&world), 0);
    let get = world.api("/api/v1/documents").await;
    assert_eq!(get.status, StatusCode::METHOD_NOT_ALLOWED);
    let bare = Request::post("/api/v1/documents").body(Body::from("{}")).unwrap();
    assert_eq!(world.ask(bare).await.status, StatusCode::UNAUTHORIZED);
    let query = Request::post("/api/v1/documents?source=x").header(header::AUTHORIZATION, format!("Bearer {}", world.secrets.token));
    assert_eq!(world.ask(query.body(Body::from("{}")).unwrap()).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_same_push_is_taken_once_and_answered_again() {
    let world = World::empty().await;
    let key = [("idempotency-key", "k-1")];
    let first = push(&world, &key, "{\"text\":\"a\"}").await;
    let replayed = HeaderName::from_static("idempotent-replayed");
    assert_eq!((first.status, first.header(replayed.clone())), (StatusCode::OK, ""));
    let again = push(&world, &key, "{\"text\":\"a\"}").await;
    assert_eq!((again.status, again.header(replayed.clone()), &again.body), (StatusCode::OK, "true", &first.body));
    let packed = push(&world, &[key[0], ("content-encoding", "gzip")], gzip(b"{\"text\":\"a\"}")).await;
    assert_eq!(packed.header(replayed.clone()), "true", "the same body, however it is sent");
    let other = push(&world, &key, "{\"text\":\"b\"}").await;
    assert_eq!((other.status.as_u16(), other.json()["type"].as_str()), (422, Some("urn:kiemtin:problem:key-reused")));
    assert_eq!(pushed(&world), 1);
    assert_eq!(push(&world, &[], "{\"text\":\"a\"}").await.header(replayed.clone()), "", "without a key nothing is remembered");
    world.later.store(25 * 3_600_000, Ordering::Relaxed);
    assert_eq!(push(&world, &key, "{\"text\":\"b\"}").await.header(replayed), "", "for a day");
    assert_eq!(pushed(&world), 3);
}

#[tokio::test]
async fn lines_have_a_rate() {
    let world = World::allowing(Allowed { lines: 600, ..Allowed::default() }).await;
    let lines = |n: usize| "{\"text\":\"a\"}\n".repeat(n);
    assert_eq!(push(&world, &[], lines(10_000)).await.status, StatusCode::OK, "one call may always come");
    let refused = push(&world, &[], lines(50)).await;
    assert_eq!((refused.status.as_u16(), refused.header(header::RETRY_AFTER)), (429, "5"));
    assert_eq!(refused.json()["type"], "urn:kiemtin:problem:too-many-requests");
    assert_eq!(pushed(&world), 1, "nothing of the call is taken");
    world.later.store(5_000, Ordering::Relaxed);
    assert_eq!(push(&world, &[], lines(50)).await.status, StatusCode::OK);
}
