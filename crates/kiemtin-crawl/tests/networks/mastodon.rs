//! The Mastodon API: channels and hashtags.

use crate::rounds::{Rounds, now, texts, token_file};
use kiemtin_miniweb::networks::mastodon::{Access, Mastodon};
use kiemtin_model::{Failure, FeedKind, Outcome, Refusal};
use serde_json::json;
use std::net::Ipv4Addr;

const MINUTE: i64 = 60_000;

async fn server(last: u8) -> Mastodon {
    Mastodon::start(Ipv4Addr::new(127, 0, 72, last), now().0).await.unwrap()
}

fn channel(server: &Mastodon) -> Rounds {
    Rounds::new(FeedKind::Mastodon, format!("{}/api/v1/timelines/public?local=true", server.local().origin()), |_| {})
}

fn hashtag(server: &Mastodon) -> Rounds {
    Rounds::new(FeedKind::Mastodon, format!("{}/api/v1/timelines/tag/giadien", server.local().origin()), |_| {})
}

/// Posts `Bài {from}` and so on, one a second, the last of them now.
fn posts(server: &Mastodon, from: usize, to: usize) -> Vec<u64> {
    let at = |n: usize| now().0 - MINUTE * 30 + i64::try_from(n).unwrap() * 1_000;
    (from..=to).map(|n| server.post(&format!("Bài {n}. <a class=\"mention hashtag\">#<span>giadien</span></a>"), at(n))).collect()
}

fn numbers(texts: &[&str]) -> Vec<usize> {
    let number = |text: &&str| text.split_once("Bài ").unwrap().1.split('.').next().unwrap().parse().unwrap();
    texts.iter().map(number).collect()
}

#[tokio::test]
async fn a_channel_is_read_on_without_loss() {
    let server = server(1).await;
    posts(&server, 1, 130);
    let mut rounds = channel(&server);
    let first = rounds.round(60).await;
    assert_eq!(numbers(&texts(&first)), (51..=130).collect::<Vec<_>>(), "two pages, oldest first");
    assert_eq!(first.leads.as_ref().unwrap()[0].published_at.unwrap(), now().plus(-MINUTE * 30 + 51_000));
    assert!(texts(&first)[0].starts_with("[tên tài khoản] Bài 51. #giadien"), "{}", texts(&first)[0]);
    let quiet = rounds.round(60).await;
    assert_eq!((texts(&quiet).len(), quiet.spent, quiet.stopped.is_none()), (0, 1, true));
    posts(&server, 131, 231);
    let before = rounds.cursor.clone();
    let second = rounds.round(60).await;
    assert_eq!(numbers(&texts(&second)), (131..=231).collect::<Vec<_>>(), "three pages on");
    // Killed before it was stored: the same again, and nothing is lost.
    rounds.cursor = before;
    assert_eq!(numbers(&texts(&rounds.round(60).await)), (131..=231).collect::<Vec<_>>());
    let asked = server.local().requests();
    assert!(asked.iter().all(|one| one.path.contains("limit=40") && one.path.contains("local=true")), "{asked:?}");
    assert!(!asked.iter().any(|one| one.path.contains("since_id")), "it would leave out the middle");
}

#[tokio::test]
async fn edits_and_deletions_of_a_channel() {
    let server = server(2).await;
    let ids = posts(&server, 1, 10);
    let mut rounds = channel(&server);
    let first = rounds.round(60).await;
    let link = |n: usize| format!("{}/web/statuses/{}", server.local().origin(), ids[n - 1]);
    assert_eq!(first.leads.as_ref().unwrap()[4].url, link(5));
    server.edit(ids[2], "Bài 3. Đã sửa", now().0);
    server.delete(ids[6]);
    server.delete(ids[9]);
    let second = rounds.round(60).await;
    assert_eq!(numbers(&texts(&second)), [3]);
    assert_eq!(second.leads.as_ref().unwrap()[0].updated_at, Some(now()));
    assert_eq!(second.deleted, [link(7), link(10)]);
    let third = rounds.round(60).await;
    assert_eq!((texts(&third).len(), third.deleted.len(), third.spent), (0, 0, 1), "told once");
    // An answer without posts is no reason to believe that all were deleted.
    server.switch(|s| s.odd_answer = Some("[]".into()));
    let empty = rounds.round(60).await;
    assert!(empty.deleted.is_empty(), "{empty:?}");
    server.switch(|s| s.odd_answer = None);
    posts(&server, 11, 12);
    assert_eq!(numbers(&texts(&rounds.round(60).await)), [11, 12]);
}

#[tokio::test]
async fn a_hashtag_keeps_a_time_and_no_id() {
    let server = server(3).await;
    let ids = posts(&server, 1, 100);
    let mut rounds = hashtag(&server);
    assert_eq!(numbers(&texts(&rounds.round(60).await)), (21..=100).collect::<Vec<_>>());
    let more = posts(&server, 101, 220);
    for _ in 0..2 {
        let cursor = rounds.cursor.clone().unwrap();
        assert!(!ids.iter().chain(&more).any(|id| cursor.contains(&id.to_string())), "{cursor}");
        let polled = rounds.round(60).await;
        let read = numbers(&texts(&polled));
        assert_eq!(read, (1..=220).collect::<Vec<_>>(), "all of the last hour, which may hold edits and late posts");
    }
    // Within few requests it gets on all the same.
    let mut slow = hashtag(&server);
    slow.cursor = Some(format!("{{\"at\":{},\"timed\":true,\"behind\":false}}", now().0 - MINUTE * 30));
    let mut seen = vec![];
    for _ in 0..5 {
        let polled = slow.round(2).await;
        seen.extend(numbers(&texts(&polled)));
    }
    seen.dedup();
    let mut all = seen.clone();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all, (1..=220).collect::<Vec<_>>());
}

#[tokio::test]
async fn ids_that_are_no_times_are_read_backwards() {
    let server = server(4).await;
    server.switch(|s| s.small_ids = true);
    posts(&server, 1, 90);
    let mut rounds = hashtag(&server);
    assert_eq!(numbers(&texts(&rounds.round(60).await)), (11..=90).collect::<Vec<_>>());
    posts(&server, 91, 250);
    assert_eq!(numbers(&texts(&rounds.round(60).await)), (1..=250).collect::<Vec<_>>());
    // Broken off half way, the next round begins where this one did.
    posts(&server, 251, 300);
    let before = rounds.cursor.clone();
    server.switch(|s| s.breaks_after = Some(1));
    let broken = rounds.round(60).await;
    assert_eq!((broken.stopped.as_ref(), &rounds.cursor), (Some(&Outcome::Failed(Failure::Status(500))), &before));
    server.switch(|s| s.breaks_after = None);
    assert_eq!(numbers(&texts(&rounds.round(60).await)).last(), Some(&300));
}

#[tokio::test]
async fn rate_limit_and_budget() {
    let server = server(5).await;
    posts(&server, 1, 40);
    let mut rounds = channel(&server);
    rounds.round(60).await;
    posts(&server, 41, 200);
    server.switch(|s| s.left = Some(2));
    let polled = rounds.round(60).await;
    assert_eq!(polled.stopped, Some(Outcome::Failed(Failure::RetryLater)), "nothing is left: it does not ask");
    assert_eq!((polled.spent, polled.pause.map(|p| p.as_secs())), (2, Some(300)));
    let read = numbers(&texts(&polled));
    assert_eq!(read, (41..=105).collect::<Vec<_>>());
    // Who asks all the same is refused, and the host is left alone for as long as it says.
    let refused = rounds.round(60).await;
    assert_eq!((refused.stopped, refused.spent), (Some(Outcome::Failed(Failure::RetryLater)), 1));
    let pauses = rounds.crawler.take_pauses();
    assert_eq!(pauses.iter().map(|p| p.until).collect::<Vec<_>>(), [now().plus(300_000)]);
    // Another day: two requests are what may be asked.
    server.switch(|s| s.left = None);
    rounds.crawler = crate::rounds::crawler();
    let asked = server.local().requests().len();
    let polled = rounds.round(2).await;
    assert_eq!((polled.stopped, polled.spent), (Some(Outcome::Refused(Refusal::Budget)), 2));
    assert_eq!(server.local().requests().len() - asked, 2);
    let mut rest = numbers(&texts(&rounds.round(60).await));
    rest.dedup();
    assert_eq!(rest.last(), Some(&200));
}

#[tokio::test]
async fn closed_servers_and_tokens() {
    let server = server(6).await;
    posts(&server, 1, 5);
    let stopped = async |token: Option<&str>, access: Access| {
        server.switch(|s| (s.access, s.token) = (access, Some("dung".into())));
        for make in [channel, hashtag] {
            let mut rounds = make(&server);
            rounds.feed.token_file = token.map(|token| token_file("mastodon", token));
            let polled = rounds.round(10).await;
            let state = (polled.stopped.clone(), texts(&polled).len());
            if token == Some("dung") {
                assert_eq!(state, (None, 5));
            } else {
                let expected = if token.is_some() { Refusal::Token } else { Refusal::Closed };
                assert_eq!(state, (Some(Outcome::Refused(expected)), 0), "{access:?}");
            }
        }
    };
    for access in [Access::Refused, Access::Empty] {
        stopped(None, access).await;
        stopped(Some("dung"), access).await;
        stopped(Some("cu"), access).await;
    }
    // A channel that closes between two rounds loses nothing.
    server.switch(|s| s.access = Access::Public);
    let mut rounds = channel(&server);
    rounds.round(10).await;
    server.switch(|s| s.access = Access::Empty);
    let polled = rounds.round(10).await;
    assert_eq!((polled.stopped, polled.deleted.len()), (Some(Outcome::Refused(Refusal::Closed)), 0));
    let missing =
        Rounds::new(FeedKind::Mastodon, rounds.feed.url.clone(), |feed| feed.token_file = Some("/khong/co".into())).round(5).await;
    assert_eq!((missing.stopped, missing.spent), (Some(Outcome::Refused(Refusal::Token)), 0));
}

#[tokio::test]
async fn hostile_answers() {
    let server = server(7).await;
    posts(&server, 1, 3);
    for odd in
        [json!(7), json!({ "id": 7 }), json!({ "id": "x/../y", "content": "<p>x</p>", "url": "javascript:lamkhue_quach77" }), json!(null)]
    {
        server.switch(|s| s.odd_status = Some(odd.clone()));
        let polled = channel(&server).round(10).await;
        assert_eq!((numbers(&texts(&polled)), polled.notes.len()), (vec![1, 2, 3], 1), "{odd} {:?}", polled.notes);
    }
    let deep = format!("[{{\"id\":\"9\",\"content\":\"{}x\"}}]", "<div>".repeat(100_000));
    let mut rounds = channel(&server);
    for (body, kept) in [
        (deep, 1),
        ("[".repeat(100_000), 0),
        (format!("[{}0]", "0,".repeat(3_000_000)), 0),
        ("{\"error\":\"x\"}".into(), 0),
        ("\u{feff}[".into(), 0),
    ] {
        server.switch(|s| s.odd_answer = Some(body));
        let polled = rounds.round(10).await;
        assert_eq!(texts(&polled).len(), kept, "{:?}", polled.notes);
        assert_eq!(polled.stopped.is_some(), kept == 0);
        rounds.cursor = None;
    }
    server.switch(|s| s.odd_answer = None);
    rounds.cursor = Some("{\"last\":[{\"id\":\"../../x\",\"link\":\"\"}]}".into());
    let anew = rounds.round(10).await;
    assert_eq!((texts(&anew).len(), anew.notes.len()), (3, 2), "{:?}", anew.notes);
}

#[tokio::test]
async fn the_bundled_web_is_read_to_its_end() {
    let web = kiemtin_miniweb::MiniWeb::start(now().0).await.unwrap();
    let site = web.sites().iter().find(|site| site.feed.contains("/api/v1/timelines/")).unwrap();
    let posts = web.pages().iter().filter(|page| page.site == site.id).count();
    let mut rounds = Rounds::new(FeedKind::Mastodon, site.feed.clone(), |_| {});
    let first = rounds.round(10).await;
    assert_eq!((texts(&first).len(), first.stopped), (posts.min(80), None));
    assert!(posts > 10);
    let second = rounds.round(10).await;
    assert_eq!((texts(&second).len(), second.deleted.len(), second.spent), (0, 0, 1));
    web.stop().await;
}
