//! The stream of all posts of Bluesky.

use crate::rounds::{Rounds, now, texts};
use kiemtin_miniweb::networks::bluesky::Bluesky;
use kiemtin_miniweb::networks::jetstream::Jetstream;
use kiemtin_model::{Failure, FeedKind, Outcome, Refusal};
use std::net::Ipv4Addr;
use std::time::Instant;

const SECOND: u64 = 1_000_000;

async fn server(last: u8) -> Jetstream {
    Jetstream::start(Ipv4Addr::new(127, 0, 72, last)).await.unwrap()
}

fn stream(server: &Jetstream) -> Rounds {
    let url = format!("{}/subscribe", server.local().origin());
    Rounds::new(FeedKind::BlueskyJetstream, url, |feed| feed.keywords = vec!["giá điện".into()])
}

/// So many seconds before now, in microseconds.
fn ago(seconds: u64) -> u64 {
    u64::try_from(now().0).unwrap() * 1_000 - seconds * SECOND
}

/// Something that nobody wants, so young that a session ends with it.
fn young(server: &Jetstream) {
    server.identity(ago(1));
}

fn failed_network(outcome: Option<&Outcome>) -> &str {
    let Some(Outcome::Failed(Failure::Network(words))) = outcome else { panic!("{outcome:?}") };
    words
}

#[tokio::test]
async fn sessions_follow_each_other() {
    let server = server(11).await;
    server.post(ago(400), "create", "3old", "Giá điện của hôm qua");
    server.post(ago(200), "create", "3a", "Giá điện tăng");
    server.post(ago(190), "create", "3b", "Trời đẹp");
    server.like(ago(180));
    server.identity(ago(170));
    server.account(ago(160));
    server.post(ago(150), "create", "3c", "gia dien lai tang");
    server.delete(ago(140), "3z");
    young(&server);
    let mut rounds = stream(&server);
    let first = rounds.round(1).await;
    assert_eq!((first.stopped.as_ref(), first.spent, first.notes.len()), (None, 1, 0), "{:?}", first.notes);
    assert_eq!(texts(&first), ["[tên tài khoản] Giá điện tăng", "[tên tài khoản] gia dien lai tang"], "of the last minutes");
    assert_eq!(first.leads.as_ref().unwrap()[0].published_at, Some(now().plus(-200_000)));
    assert_eq!(first.deleted.len(), 1, "told, whether it was kept or not");
    assert_eq!(rounds.cursor.as_deref(), Some(ago(1).to_string().as_str()), "a time and no id");
    let path = server.local().requests()[0].path.clone();
    assert_eq!(path, format!("/subscribe?wantedCollections=app.bsky.feed.post&cursor={}&maxMessageSizeBytes=262144", ago(300)));

    // The next one begins a little before; what it sees again has the same key.
    rounds.cursor = Some(ago(155).to_string());
    let second = rounds.round(1).await;
    assert_eq!((texts(&second), second.notes.len()), (vec!["[tên tài khoản] gia dien lai tang"], 0));
    assert_eq!(second.leads.unwrap()[0].url, first.leads.unwrap()[1].url);
    // From an old cursor: all that came since, once more.
    rounds.cursor = Some(ago(195).to_string());
    assert_eq!(texts(&rounds.round(1).await).len(), 2);
}

#[tokio::test]
async fn deletions_and_changes_reach_what_a_search_found() {
    let (server, search) = (server(12).await, Bluesky::start(Ipv4Addr::new(127, 0, 72, 12), now().0).await.unwrap());
    search.post("3a", "Giá điện tăng", now().0 - 60_000, now().0 - 60_000);
    let found =
        Rounds::new(FeedKind::BlueskySearch, search.local().origin(), |feed| feed.keywords = vec!["giá điện".into()]).round(5).await;
    server.post(ago(100), "create", "3a", "Giá điện tăng");
    server.post(ago(90), "create", "3b", "Giá điện tăng gấp đôi");
    server.post(ago(80), "update", "3b", "Giá điện không tăng gấp đôi");
    server.post(ago(75), "create", "3c", "Giá điện thế nào?");
    server.post(ago(70), "update", "3c", "Thôi không hỏi nữa");
    young(&server);
    let mut rounds = stream(&server);
    let first = rounds.round(1).await;
    let leads = first.leads.as_ref().unwrap();
    assert_eq!(leads[0].url, found.leads.as_ref().unwrap()[0].url, "one post, wherever it was found");
    assert_eq!(texts(&first), ["[tên tài khoản] Giá điện tăng", "[tên tài khoản] Giá điện không tăng gấp đôi"]);
    assert_eq!((leads[1].updated_at, first.deleted.len()), (Some(now().plus(-80_000)), 1), "what says no keyword any more is gone");
    let server = server_with(13, |server| {
        server.delete(ago(60), "3a");
        server.account(ago(50));
        young(server);
    })
    .await;
    let second = stream(&server).round(1).await;
    assert_eq!(second.deleted, [found.leads.unwrap()[0].url.clone()]);
}

async fn server_with(last: u8, fill: impl Fn(&Jetstream)) -> Jetstream {
    let server = server(last).await;
    fill(&server);
    server
}

#[tokio::test]
async fn broken_sessions_keep_what_came() {
    let server = server(14).await;
    for n in 0..10 {
        server.post(ago(200 - n), "create", &format!("3a{n}"), &format!("Giá điện {n}"));
    }
    young(&server);
    let mut rounds = stream(&server);
    server.switch(|s| s.drops_after = Some(4));
    let broken = rounds.round(1).await;
    assert_eq!((texts(&broken).len(), rounds.cursor.clone()), (4, Some(ago(197).to_string())));
    assert!(failed_network(broken.stopped.as_ref()).starts_with("the stream broke off"), "{:?}", broken.stopped);
    server.switch(|s| (s.drops_after, s.slow_after) = (None, Some(7)));
    let slow = rounds.round(1).await;
    assert_eq!((texts(&slow).len(), failed_network(slow.stopped.as_ref())), (7, "the stream says ConsumerTooSlow"));
    server.switch(|s| s.slow_after = None);
    let rest = rounds.round(1).await;
    assert_eq!((texts(&rest).last(), rest.stopped.as_ref()), (Some(&"[tên tài khoản] Giá điện 9"), None));
    // Nothing came: the round failed, and the cursor stays.
    let before = rounds.cursor.clone();
    server.switch(|s| s.drops_after = Some(0));
    let nothing = rounds.round(1).await;
    assert!(nothing.leads.is_none() && nothing.known.is_none() && rounds.cursor == before, "{nothing:?}");
    failed_network(nothing.stopped.as_ref());
    let spent = rounds.round(0).await;
    assert_eq!(spent.stopped, Some(Outcome::Refused(Refusal::Budget)));
}

#[tokio::test]
async fn odd_frames_and_refusals() {
    let server = server(15).await;
    server.raw(ago(250), "{\"did\":7".into());
    server.raw(ago(249), "[".repeat(10_000));
    server.raw(ago(248), format!("{{\"time_us\":{},\"kind\":\"commit\",\"commit\":{{}}}}", ago(248)));
    server.post(ago(240), "create", "3a", "Giá điện tăng");
    server.raw(ago(230), format!("{{\"x\":\"{}\"}}", "x".repeat(300 << 10)));
    server.post(ago(220), "create", "3b", "Giá điện giảm");
    young(&server);
    let mut rounds = stream(&server);
    // A ping is a frame too.
    let polled = rounds.round(1).await;
    assert_eq!(
        (texts(&polled).len(), polled.notes.as_slice()),
        (2, ["3 of 7 frames left out: they have not the fields of the stream".to_owned()].as_slice())
    );
    // A server that sends more than is wanted.
    server.switch(|s| s.ignores_size = true);
    rounds.cursor = None;
    let polled = rounds.round(1).await;
    assert_eq!(
        (texts(&polled).len(), polled.stopped),
        (1, Some(Outcome::Failed(Failure::Parse("a frame of more than 262144 bytes".into()))))
    );
    for (refusal, expected) in [
        (
            (400, "{\"error\":\"CursorTooOld\",\"message\":\"lamkhue_quach77\"}"),
            Outcome::Failed(Failure::Parse("the stream refuses: CursorTooOld".into())),
        ),
        ((404, "nothing"), Outcome::Failed(Failure::Status(404))),
        ((200, "{}"), Outcome::Failed(Failure::Parse("what answers is no stream".into()))),
        ((301, ""), Outcome::Failed(Failure::Status(301))),
        ((429, "{}"), Outcome::Failed(Failure::RetryLater)),
    ] {
        server.switch(|s| s.refuses = Some((refusal.0, refusal.1.into())));
        rounds.crawler = crate::rounds::crawler();
        assert_eq!(rounds.round(1).await.stopped, Some(expected), "{refusal:?}");
    }
}

#[tokio::test]
async fn what_the_stream_no_longer_has_is_told() {
    let server = server(16).await;
    for n in 0..40 {
        server.post(ago(4_000 - n * 100), "create", &format!("3a{n}"), &format!("Giá điện {n}"));
    }
    young(&server);
    let mut rounds = stream(&server);
    rounds.cursor = Some(ago(3_600).to_string());
    server.switch(|s| s.kept_from_us = ago(1_000));
    let polled = rounds.round(1).await;
    assert_eq!((texts(&polled).len(), polled.notes.len()), (10, 1), "{:?}", polled.notes);
    assert!(polled.notes[0].contains("43 minutes") && polled.notes[0].contains("gap"), "{:?}", polled.notes);
    for hostile in ["", "12", "99999999999999999999999", "4000000000000000000", "{}"] {
        rounds.cursor = Some(hostile.into());
        let polled = rounds.round(1).await;
        assert!(polled.notes.len() == 1 && polled.notes[0].contains("begins anew"), "{hostile} {:?}", polled.notes);
    }
}

#[tokio::test]
async fn a_silent_stream_is_left() {
    let server = server(17).await;
    server.post(ago(60), "create", "3a", "Giá điện tăng");
    let began = Instant::now();
    let mut rounds = stream(&server);
    let polled = rounds.round(1).await;
    assert_eq!((texts(&polled).len(), polled.stopped), (1, None));
    assert!((5..9).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
    let quiet = stream(&server);
    let mut quiet = Rounds { cursor: Some(ago(20).to_string()), ..quiet };
    let polled = quiet.round(1).await;
    assert_eq!((texts(&polled).len(), polled.stopped, quiet.cursor), (0, None, Some(ago(20).to_string())));
}

#[tokio::test]
async fn what_is_no_stream_and_what_may_not_be_asked() {
    // A server that switches without having understood, and a private network that is not allowed.
    let listener = tokio::net::TcpListener::bind("127.0.72.18:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answer = tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut asked = vec![0; 4_096];
        let read = socket.read(&mut asked).await.unwrap();
        let wrong = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: c2Fp\r\n\r\n";
        socket.write_all(wrong.as_bytes()).await.unwrap();
        String::from_utf8_lossy(&asked[..read]).to_lowercase()
    });
    let rounds = |url: String| Rounds::new(FeedKind::BlueskyJetstream, url, |feed| feed.keywords = vec!["giá điện".into()]);
    let polled = rounds(format!("ws://{address}/subscribe")).round(1).await;
    assert_eq!(failed_network(polled.stopped.as_ref()), "what answers speaks no WebSocket");
    let asked = answer.await.unwrap();
    for header in ["upgrade: websocket", "sec-websocket-version: 13", "sec-websocket-key: ", "connection: upgrade", "user-agent: kiemtin/"]
    {
        assert!(asked.contains(header), "{header} in {asked}");
    }
    let private = rounds("http://10.0.0.1/subscribe".into()).round(1).await;
    assert_eq!((private.stopped, private.spent), (Some(Outcome::Refused(Refusal::PrivateAddress)), 0));
}
