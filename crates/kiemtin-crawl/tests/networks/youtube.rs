//! Videos of a channel by feed and by key, comments under those that match, quota, keys.

use crate::reader::{Reader, leads, text, texts};
use kiemtin_miniweb::networks::youtube::{KEY, Youtube};
use kiemtin_model::{Failure, FeedKind, FeedSpec, Outcome, Refusal};
use std::io::Write;
use std::net::Ipv4Addr;
use tempfile::NamedTempFile;

const ADDRESS: Ipv4Addr = Ipv4Addr::new(127, 0, 72, 22);
const PLENTY: u32 = 60;

fn key_file(key: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    writeln!(file, "{key}").unwrap();
    file
}

async fn channel(key: Option<&NamedTempFile>) -> (Youtube, Reader) {
    let youtube = Youtube::start(ADDRESS).await.unwrap();
    let feed = FeedSpec {
        api: Some(youtube.api()),
        token_file: key.map(|file| file.path().to_owned()),
        ..FeedSpec::of(FeedKind::YoutubeChannel, youtube.feed())
    };
    (youtube, Reader::new(feed))
}

async fn comments(key: &NamedTempFile) -> (Youtube, Reader) {
    let (youtube, reader) = channel(Some(key)).await;
    let feed = FeedSpec { kind: FeedKind::YoutubeComments, keywords: vec!["giá điện".into(), "EVN".into()], ..reader.feed };
    (youtube, Reader::new(feed))
}

/// Calls of the API and the feed.
fn asked(youtube: &Youtube) -> Vec<String> {
    youtube.local().requests().into_iter().map(|request| request.path).filter(|path| path != "/robots.txt").collect()
}

#[tokio::test]
async fn videos_by_feed_and_by_key_are_the_same() {
    let key = key_file(KEY);
    for with_key in [None, Some(&key)] {
        let (youtube, mut reader) = channel(with_key).await;
        let ids: Vec<String> =
            (1..18).map(|n| youtube.publish(&format!("Video {n} <giá> & điện"), &format!("Mô tả {n}\ndòng hai"))).collect();
        if with_key.is_none() {
            // What robots.txt forbids is not asked.
            let refused = reader.round(PLENTY).await;
            assert_eq!((refused.stopped.clone(), asked(&youtube).len()), (Some(Outcome::Refused(Refusal::Robots)), 0));
            youtube.allow_feed(true);
            // robots.txt is remembered for a while.
            reader = Reader::new(reader.feed.clone());
        }
        let first = reader.round(PLENTY).await;
        let read = leads(&first);
        assert_eq!((read.len(), first.spent, first.stopped.clone()), (15, 1, None), "{:?}", first.notes);
        assert_eq!((read[0].title.as_str(), text(&read[0])), ("Video 3 <giá> & điện", "Mô tả 3\ndòng hai"));
        assert_eq!(read[14].url, format!("https://www.youtube.com/watch?v={}", ids[16]));
        assert_eq!(read[0].published_at.unwrap().to_string(), "2025-05-12T08:03:00+07:00");
        assert_eq!(leads(&reader.round(PLENTY).await).len(), 0);
        youtube.describe(&ids[16], "Mô tả đã sửa");
        youtube.delete(&ids[10]);
        youtube.publish("Video mới", "");
        let next = reader.round(PLENTY).await;
        // One more of the older ones is listed again in the place of the deleted one.
        assert_eq!(texts(&leads(&next)), ["Mô tả đã sửa", "Video mới"]);
        assert!(leads(&next)[0].updated_at.is_some() && leads(&next)[1].updated_at.is_none());
        assert_eq!(next.deleted, [format!("https://www.youtube.com/watch?v={}", ids[10])]);
        assert!(asked(&youtube).iter().all(|path| !path.contains(KEY)), "the key stands in no address");
    }
}

#[tokio::test]
async fn comments_under_videos_that_match() {
    let key = key_file(KEY);
    let (youtube, mut reader) = comments(&key).await;
    let one = youtube.publish("Giá điện từ tháng 5", "Tin của đài");
    let other = youtube.publish("Nấu ăn", "Món ngon");
    let two = youtube.publish("Phỏng vấn", "đại diện gia dien EVN");
    let first = youtube.comment(&one, "Tăng thật không?");
    youtube.reply(&first, "Chưa nghe");
    (0..230).for_each(|n| _ = youtube.comment(&one, &format!("Bình luận {n}")));
    youtube.comment(&other, "Ngon quá");
    youtube.comment(&two, "Xem rồi");
    let round = reader.round(PLENTY).await;
    let read = leads(&round);
    assert_eq!((read.len(), round.spent, youtube.units(), round.stopped.clone()), (233, 5, 5, None), "{:?}", round.notes);
    assert!(!texts(&read).contains(&"Ngon quá") && texts(&read).contains(&"Chưa nghe") && read.iter().all(|lead| lead.title.is_empty()));
    let top = read.iter().find(|lead| text(lead) == "Tăng thật không?").unwrap();
    assert_eq!(top.url, format!("https://www.youtube.com/watch?v={one}&lc={first}"));
    assert!(asked(&youtube).iter().all(|path| !path.contains(KEY)));
    // The cursor names videos of the listed channel and times, and no comment.
    assert!(!reader.known.cursor.as_deref().unwrap().contains("Ugx"));

    youtube.edit(&youtube.comment(&one, "Bình luận mới"), "Bình luận mới, đã sửa");
    youtube.reply(&first, "Trả lời vào luồng cũ: không thấy");
    let next = reader.round(PLENTY).await;
    // The newest one of before comes again, because one of its second could have followed it.
    assert_eq!(texts(&leads(&next)), ["Xem rồi", "Bình luận 229", "Bình luận mới, đã sửa"]);
    assert!(leads(&next)[2].updated_at.is_some());
    youtube.delete_comment(&first);
    assert_eq!(leads(&reader.round(PLENTY).await).len(), 2);
}

#[tokio::test]
async fn disabled_comments_and_deleted_videos_are_notes() {
    let key = key_file(KEY);
    let (youtube, mut reader) = comments(&key).await;
    let silent = youtube.publish("Giá điện 1", "");
    let gone = youtube.publish("Giá điện 2", "");
    let good = youtube.publish("Giá điện 3", "");
    youtube.silence(&silent);
    youtube.comment(&good, "Ổn");
    let round = reader.round(PLENTY).await;
    assert_eq!((texts(&leads(&round)), round.notes.as_slice()), (vec!["Ổn"], &["video 3: comments are turned off".to_owned()][..]));
    let units = youtube.units();
    reader.round(PLENTY).await;
    assert_eq!(youtube.units(), units + 3, "the list and two videos: the silent one is not asked again");
    youtube.delete(&gone);
    assert!(reader.round(PLENTY).await.notes.is_empty(), "what is deleted is listed no more");
}

#[tokio::test]
async fn quota_keys_and_malformed_answers() {
    let key = key_file(KEY);
    let (youtube, mut reader) = comments(&key).await;
    for n in 0..4 {
        let video = youtube.publish(&format!("EVN {n}"), "");
        (0..150).for_each(|m| _ = youtube.comment(&video, &format!("Bình luận {n}.{m}")));
    }
    // Three units: the list, and two pages of the first video.
    let first = reader.round(3).await;
    assert_eq!((leads(&first).len(), first.spent, youtube.units(), first.stopped.clone()), (150, 3, 3, None));
    let mut found: Vec<String> = leads(&first).into_iter().map(|lead| lead.url).collect();
    for round in 1..4 {
        let polled = reader.round(3).await;
        assert!(polled.spent <= 3 && youtube.units() <= 3 * (round + 1));
        found.extend(leads(&polled).into_iter().map(|lead| lead.url));
    }
    found.sort_unstable();
    found.dedup();
    assert_eq!(found.len(), 600, "each video has its turn");

    for (accept, expected) in [((false, true), Refusal::Token), ((true, false), Refusal::Token)] {
        youtube.accept(accept.0, accept.1);
        assert_eq!(reader.round(PLENTY).await.stopped, Some(Outcome::Refused(expected)));
    }
    youtube.accept(true, true);
    youtube.quota(2);
    let stopped = reader.round(PLENTY).await;
    assert_eq!((stopped.stopped.clone(), leads(&stopped).len()), (Some(Outcome::Refused(Refusal::Budget)), 1));
    assert_eq!(reader.round(PLENTY).await.stopped, Some(Outcome::Refused(Refusal::Budget)));
    youtube.quota(100);
    youtube.slow_down(true);
    assert_eq!(reader.round(PLENTY).await.stopped, Some(Outcome::Failed(Failure::RetryLater)));
    youtube.slow_down(false);
    youtube.break_answers(true);
    assert!(matches!(reader.round(PLENTY).await.stopped, Some(Outcome::Failed(Failure::Parse(_)))));
    youtube.break_answers(false);
    assert_eq!(reader.round(PLENTY).await.stopped, None);
    assert_eq!(reader.round(0).await.stopped, Some(Outcome::Refused(Refusal::Budget)));
    // No key, no question.
    let calls = asked(&youtube).len();
    let mut without = Reader::new(FeedSpec { token_file: None, ..reader.feed.clone() });
    assert_eq!((without.round(PLENTY).await.stopped, asked(&youtube).len()), (Some(Outcome::Refused(Refusal::Token)), calls));
    let missing = Some("khong-co-tep".into());
    let mut without = Reader::new(FeedSpec { token_file: missing, ..reader.feed.clone() });
    assert_eq!(without.round(PLENTY).await.stopped, Some(Outcome::Refused(Refusal::Token)));
}

#[test]
fn the_units_of_a_day() {
    let feed = FeedSpec::of(FeedKind::YoutubeComments, "https://www.youtube.com/feeds/videos.xml?channel_id=UCx");
    assert_eq!((feed.per_day(), FeedSpec { per_day: Some(50), ..feed.clone() }.per_day()), (Some(9_000), Some(50)));
    assert_eq!(FeedSpec { kind: FeedKind::Xenforo, ..feed }.per_day(), None);
}
