//! Posts of a page: paging, edits, deletions, tokens, limits.

use crate::reader::{Reader, leads, text, texts};
use kiemtin_miniweb::networks::facebook::{Graph, PAGE, TOKEN};
use kiemtin_model::{Failure, FeedKind, FeedSpec, Outcome, Refusal};
use std::io::Write;
use std::net::Ipv4Addr;
use std::time::Duration;
use tempfile::NamedTempFile;

const ADDRESS: Ipv4Addr = Ipv4Addr::new(127, 0, 72, 23);
const PLENTY: u32 = 60;

async fn page() -> (Graph, Reader, NamedTempFile) {
    let graph = Graph::start(ADDRESS).await.unwrap();
    let mut token = NamedTempFile::new().unwrap();
    writeln!(token, "{TOKEN}").unwrap();
    let feed = FeedSpec { token_file: Some(token.path().to_owned()), ..FeedSpec::of(FeedKind::FacebookPage, graph.feed()) };
    (graph, Reader::new(feed), token)
}

fn link(id: &str) -> String {
    format!("https://www.facebook.com/{PAGE}/posts/{}", id.split_once('_').unwrap().1)
}

#[tokio::test]
async fn posts_of_the_page_and_of_nobody_else() {
    let (graph, mut reader, _token) = page().await;
    let ids: Vec<String> = (1..131).map(|n| graph.publish(&format!("Thông báo {n}: lịch cắt điện"))).collect();
    let first = reader.round(PLENTY).await;
    let read = leads(&first);
    assert_eq!((read.len(), first.spent, graph.calls(), first.stopped.clone()), (100, 1, 1, None), "{:?}", first.notes);
    assert_eq!((read[0].url.clone(), read[99].url.clone(), read[0].title.as_str()), (link(&ids[30]), link(&ids[129]), ""));
    assert!(texts(&read).iter().any(|text| text.ends_with("lịch cắt điện 🎉 cảm ơn [tên tài khoản]!")), "{:?}", texts(&read));
    assert!(read.iter().all(|lead| !text(lead).contains("KHACH-VIET") && lead.published_at.is_some()));
    assert_eq!(leads(&reader.round(PLENTY).await).len(), 0);
    let more: Vec<String> = (131..500).map(|n| graph.publish(&format!("Thông báo {n}"))).collect();
    let next = reader.round(PLENTY).await;
    assert_eq!(leads(&next).iter().map(|lead| lead.url.clone()).collect::<Vec<_>>(), more.iter().map(|id| link(id)).collect::<Vec<_>>());
    assert_eq!((next.spent, leads(&reader.round(PLENTY).await).len()), (4, 0));
    assert!(graph.local().requests().iter().all(|request| !request.path.contains(TOKEN) && request.path.contains("/published_posts?")));
}

#[tokio::test]
async fn what_a_round_does_not_reach_comes_in_the_next() {
    let (graph, mut reader, _token) = page().await;
    graph.publish("Đầu");
    reader.round(PLENTY).await;
    (0..450).for_each(|n| _ = graph.publish(&format!("Tin {n}")));
    let mut all = leads(&reader.round(2).await);
    // The post at the edge of the first page stands on the second, too.
    assert_eq!(all.len(), 199);
    (450..600).for_each(|n| _ = graph.publish(&format!("Tin {n}")));
    let (rest, _) = reader.rounds(2).await;
    all.extend(rest);
    let mut found: Vec<&str> = all.iter().map(|lead| lead.url.as_str()).collect();
    found.sort_unstable();
    found.dedup();
    assert_eq!((found.len(), all.len()), (600, 600));
}

#[tokio::test]
async fn edits_and_deletions() {
    let (graph, mut reader, _token) = page().await;
    let ids: Vec<String> = (0..30).map(|n| graph.publish(&format!("Tin {n}"))).collect();
    graph.publish("");
    assert_eq!(leads(&reader.round(PLENTY).await).len(), 30);
    graph.comment_on(&ids[3]);
    assert_eq!(leads(&reader.round(PLENTY).await).len(), 0, "a comment is no edit");
    graph.edit(&ids[4], "Tin 4, đã sửa");
    graph.delete(&ids[0]);
    graph.delete(&ids[29]);
    let next = reader.round(PLENTY).await;
    assert!(texts(&leads(&next))[0].starts_with("Tin 4, đã sửa") && leads(&next)[0].updated_at.is_some());
    assert_eq!((leads(&next).len(), next.deleted.clone()), (1, vec![link(&ids[0]), link(&ids[29])]));
    // A post that cannot be read is none that was deleted.
    graph.spoil(&ids[10]);
    let odd = reader.round(PLENTY).await;
    assert_eq!((leads(&odd).len(), odd.deleted.len(), odd.notes.len()), (0, 0, 1), "{:?}", odd.notes);
}

#[tokio::test]
async fn tokens_limits_and_malformed_answers() {
    let (graph, mut reader, _token) = page().await;
    graph.publish("Tin");
    for ((status, code, subcode), expected) in [
        ((400, 190, 463), Outcome::Refused(Refusal::Token)),
        ((403, 10, 0), Outcome::Refused(Refusal::Closed)),
        ((403, 200, 0), Outcome::Refused(Refusal::Closed)),
        ((404, 803, 0), Outcome::Failed(Failure::Status(404))),
        ((500, 2, 0), Outcome::Failed(Failure::Status(500))),
    ] {
        graph.refuse(Some((status, code, subcode)));
        let polled = reader.round(PLENTY).await;
        assert_eq!((polled.stopped, polled.known), (Some(expected), None), "{code}");
    }
    graph.refuse(None);
    graph.share(100);
    let limited = reader.round(PLENTY).await;
    assert_eq!((limited.stopped, limited.pause), (Some(Outcome::Failed(Failure::RetryLater)), Some(Duration::from_secs(3_600))));
    graph.share(0);
    assert_eq!(leads(&reader.round(PLENTY).await).len(), 1);
    // Nearly used up: what came is kept, the rest waits an hour.
    (0..250).for_each(|n| _ = graph.publish(&format!("Tin {n}")));
    graph.share(93);
    let nearly = reader.round(PLENTY).await;
    assert_eq!((leads(&nearly).len(), nearly.pause, nearly.stopped), (100, Some(Duration::from_secs(3_600)), None));
    graph.share(10);
    assert_eq!(leads(&reader.round(PLENTY).await).len(), 150);
    graph.break_answers(true);
    assert!(matches!(reader.round(PLENTY).await.stopped, Some(Outcome::Failed(Failure::Parse(_)))));
    graph.break_answers(false);
    let calls = graph.calls();
    assert_eq!((reader.round(0).await.stopped, graph.calls()), (Some(Outcome::Refused(Refusal::Budget)), calls));
    let mut wrong = NamedTempFile::new().unwrap();
    writeln!(wrong, "EAAGcu").unwrap();
    let mut other = Reader::new(FeedSpec { token_file: Some(wrong.path().to_owned()), ..reader.feed.clone() });
    assert_eq!(other.round(PLENTY).await.stopped, Some(Outcome::Refused(Refusal::Token)));
    let mut none = Reader::new(FeedSpec { token_file: None, ..reader.feed.clone() });
    assert_eq!(none.round(PLENTY).await.stopped, Some(Outcome::Refused(Refusal::Token)));
}
