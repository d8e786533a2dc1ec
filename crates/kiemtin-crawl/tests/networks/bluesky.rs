//! Searches of Bluesky.

use crate::rounds::{Rounds, now, texts, token_file};
use kiemtin_miniweb::networks::bluesky::Bluesky;
use kiemtin_model::{Failure, FeedKind, Outcome, Refusal};
use serde_json::json;
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

const MINUTE: i64 = 60_000;

async fn server(last: u8) -> Bluesky {
    Bluesky::start(Ipv4Addr::new(127, 0, 72, last), now().0).await.unwrap()
}

fn search(server: &Bluesky, keywords: &[&str]) -> Rounds {
    let keywords = keywords.iter().map(|word| (*word).to_owned()).collect();
    Rounds::new(FeedKind::BlueskySearch, server.local().origin(), |feed| feed.keywords = keywords)
}

/// Posts `{word} số {from}` and so on, one a second, the last of 2,000 a minute ago.
fn posts(server: &Bluesky, word: &str, from: usize, to: usize) {
    for n in from..=to {
        let at = now().0 - MINUTE - i64::try_from(2_000 - n).unwrap() * 1_000;
        server.post(&format!("3{}{n}", word.len()), &format!("Chuyện {word} số {n}."), at, at + 700);
    }
}

fn numbers(texts: &[&str]) -> Vec<usize> {
    texts.iter().map(|text| text.split_once("số ").unwrap().1.split('.').next().unwrap().parse().unwrap()).collect()
}

#[tokio::test]
async fn every_keyword_to_the_end_and_on() {
    let server = server(8).await;
    posts(&server, "giá điện", 1, 250);
    posts(&server, "xăng dầu", 251, 260);
    server.post("3x", "Giá điện và xăng dầu số 261.", now().0 - MINUTE, now().0 - MINUTE);
    server.post("3old", "Giá điện năm xưa số 0.", now().0 - 3_000 * MINUTE, now().0);
    let mut rounds = search(&server, &["giá điện", "xăng dầu"]);
    let first = rounds.round(60).await;
    assert_eq!(numbers(&texts(&first)), (1..=261).collect::<Vec<_>>(), "oldest first, what both find once");
    assert_eq!((first.stopped.as_ref(), first.spent), (None, 4));
    assert!(texts(&first)[0].starts_with("[tên tài khoản] Chuyện giá điện"), "{}", texts(&first)[0]);
    let links: Vec<&str> = first.leads.as_ref().unwrap().iter().map(|lead| lead.url.as_str()).collect();
    assert!(links.iter().all(|link| link.starts_with("https://bluesky.invalid/") && link.len() == 88), "{links:?}");
    let cursor = rounds.cursor.clone().unwrap();
    assert!(!cursor.contains("3x") && !cursor.contains("at:"), "{cursor}");
    // Only what came since, and what stands in the minute before.
    server.post("3y", "Lại giá điện số 262.", now().0 - MINUTE / 2, now().0 - MINUTE / 2);
    let second = rounds.round(60).await;
    let again: Vec<usize> = numbers(&texts(&second));
    assert!(again.contains(&261) && again.last() == Some(&262) && again.len() < 70, "{again:?}");
    rounds.cursor = Some(cursor);
    assert_eq!(numbers(&texts(&rounds.round(60).await)), again, "the same again after a crash");
    let asked = server.local().requests();
    let first = &asked[0].path;
    for part in ["q=%22gi%C3%A1+%C4%91i%E1%BB%87n%22", "sort=latest", "lang=vi", "limit=100", "since=2026-11-22T08%3A59%3A00"] {
        assert!(first.contains(part), "{part} in {first}");
    }
}

#[tokio::test]
async fn a_sweep_may_take_several_rounds() {
    let server = server(9).await;
    posts(&server, "giá điện", 1, 450);
    posts(&server, "xăng dầu", 451, 700);
    let mut rounds = search(&server, &["giá điện", "xăng dầu"]);
    let mut seen = BTreeSet::new();
    for _ in 0..6 {
        let before = server.local().requests().len();
        let polled = rounds.round(2).await;
        assert!(server.local().requests().len() - before <= 2);
        assert_eq!(polled.stopped, None, "what is left waits for the next round");
        seen.extend(numbers(&texts(&polled)));
    }
    assert_eq!(seen, (1..=700).collect());
    let none = rounds.round(0).await;
    assert_eq!((none.stopped, none.spent), (Some(Outcome::Refused(Refusal::Budget)), 0));
    // With other keywords the sweep begins again, from the same time.
    rounds.feed.keywords = vec!["xăng dầu".into()];
    let polled = rounds.round(60).await;
    assert!(numbers(&texts(&polled)).last() == Some(&700), "{:?}", rounds.cursor);
}

#[tokio::test]
async fn limits_tokens_and_errors() {
    let server = server(10).await;
    posts(&server, "giá điện", 1, 300);
    let mut rounds = search(&server, &["giá điện"]);
    server.switch(|s| s.left = Some(2));
    let polled = rounds.round(60).await;
    assert_eq!((polled.stopped, polled.spent), (Some(Outcome::Failed(Failure::RetryLater)), 2), "nothing is left: it does not ask");
    assert_eq!(polled.pause.map(|pause| pause.as_secs()), Some(300));
    let mut seen: BTreeSet<usize> = numbers(&texts(
        &Rounds::new(FeedKind::BlueskySearch, rounds.feed.url.clone(), |f| f.keywords = vec!["giá điện".into()]).round(60).await,
    ))
    .into_iter()
    .collect();
    assert!(seen.is_empty(), "the limit is reached");
    server.switch(|s| s.left = None);
    rounds.crawler = crate::rounds::crawler();
    seen.extend(numbers(&texts(&rounds.round(60).await)));
    assert_eq!((seen.first(), seen.len()), (Some(&1), 101), "what the first two pages did not reach, and the last of them");
    let state = async |token: Option<&str>, expired: bool| {
        server.switch(|s| (s.closed, s.token, s.expired) = (true, Some("dung".into()), expired));
        let mut rounds = search(&server, &["giá điện"]);
        rounds.feed.token_file = token.map(|token| token_file("bluesky", token));
        let polled = rounds.round(10).await;
        (polled.stopped.clone(), texts(&polled).len())
    };
    assert_eq!(state(None, false).await, (Some(Outcome::Refused(Refusal::Closed)), 0));
    assert_eq!(state(Some("dung"), false).await, (None, 300));
    assert_eq!(state(Some("cu"), false).await, (Some(Outcome::Refused(Refusal::Token)), 0));
    assert_eq!(state(Some("dung"), true).await, (Some(Outcome::Refused(Refusal::Token)), 0));
    server.switch(|s| s.closed = false);
    for odd in [json!(7), json!({ "uri": 7 }), json!({ "uri": "at://x", "record": { "text": [] } }), json!(null)] {
        server.switch(|s| s.odd_post = Some(odd.clone()));
        let polled = search(&server, &["giá điện"]).round(10).await;
        assert_eq!((texts(&polled).len(), polled.notes.len()), (300, 3), "{odd} {:?}", polled.notes);
    }
    server.switch(|s| s.odd_post = None);
    for body in ["[".repeat(100_000), "{}".into(), format!("{{\"posts\":[{}0]}}", "0,".repeat(3_000_000)), String::new()] {
        server.switch(|s| s.odd_answer = Some(body));
        let polled = search(&server, &["giá điện"]).round(10).await;
        assert!(matches!(polled.stopped, Some(Outcome::Failed(Failure::Parse(_)))) && texts(&polled).is_empty(), "{:?}", polled.stopped);
    }
    server.switch(|s| s.odd_answer = None);
    rounds.cursor = Some("{\"from\":\"x\"}".into());
    let anew = rounds.round(10).await;
    assert_eq!((texts(&anew).len(), anew.notes.len()), (300, 1), "{:?}", anew.notes);
}
