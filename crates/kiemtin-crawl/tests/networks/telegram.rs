//! A channel's preview: the newest page, what came between, edits, deletions, no preview, limits.

use crate::reader::{Reader, leads, text, texts};
use kiemtin_miniweb::networks::telegram::{CHANNEL, Preview};
use kiemtin_model::{Failure, FeedKind, FeedSpec, Outcome, Refusal};
use std::net::Ipv4Addr;

const ADDRESS: Ipv4Addr = Ipv4Addr::new(127, 0, 72, 21);
const PLENTY: u32 = 60;

async fn channel() -> (Preview, Reader) {
    let preview = Preview::start(ADDRESS).await.unwrap();
    let reader = Reader::new(FeedSpec::of(FeedKind::ChannelPreview, preview.page()));
    (preview, reader)
}

fn publish(preview: &Preview, numbers: std::ops::RangeInclusive<u64>) {
    numbers.for_each(|n| assert_eq!(preview.publish(&format!("Tin {n}: giá điện & xăng")), n));
}

fn link(preview: &Preview, number: u64) -> String {
    format!("{}/{CHANNEL}/{number}", preview.local().origin())
}

#[tokio::test]
async fn the_newest_page_first_and_then_everything() {
    let (preview, mut reader) = channel().await;
    publish(&preview, 1..=50);
    let first = leads(&reader.round(PLENTY).await);
    assert_eq!((first.len(), first[0].url.clone(), first[19].url.clone()), (20, link(&preview, 31), link(&preview, 50)));
    assert_eq!(first[0].published_at.unwrap().to_string(), "2025-05-12T08:31:00+07:00");
    assert!(first.iter().all(|lead| !text(lead).contains("TRICH-DAN") && lead.title.is_empty()));
    assert!(texts(&first).contains(&"Tin 32: giá điện & xăng [tên tài khoản]"), "{:?}", texts(&first));
    assert_eq!(leads(&reader.round(PLENTY).await).len(), 0);
    assert_eq!(preview.publish(""), 51);
    publish(&preview, 52..=120);
    let next = reader.round(PLENTY).await;
    assert_eq!(
        leads(&next).iter().map(|lead| lead.url.clone()).collect::<Vec<_>>(),
        (52..=120).map(|n| link(&preview, n)).collect::<Vec<_>>()
    );
    assert_eq!((next.spent, next.stopped.clone(), leads(&reader.round(PLENTY).await).len()), (4, None, 0));
}

#[tokio::test]
async fn what_a_round_does_not_reach_comes_in_the_next() {
    let (preview, mut reader) = channel().await;
    publish(&preview, 1..=10);
    reader.round(PLENTY).await;
    publish(&preview, 11..=150);
    let mut all = leads(&reader.round(2).await);
    assert_eq!(all.len(), 40);
    // More comes while there is still a gap, and a page that cannot be read stops a round and loses nothing.
    publish(&preview, 151..=175);
    preview.break_pages(true);
    assert_eq!(reader.round(PLENTY).await.stopped, Some(Outcome::Refused(Refusal::HostileMarkup)));
    preview.break_pages(false);
    let (rest, rounds) = reader.rounds(3).await;
    all.extend(rest);
    let mut found: Vec<String> = all.iter().map(|lead| lead.url.clone()).collect();
    found.sort_unstable();
    found.dedup();
    assert_eq!((found.len(), all.len(), rounds), (165, 165, 4));
}

#[tokio::test]
async fn edits_and_deletions() {
    let (preview, mut reader) = channel().await;
    publish(&preview, 1..=25);
    reader.round(PLENTY).await;
    preview.edit(20, "Tin 20 đính chính");
    preview.delete(12);
    preview.delete(25);
    publish(&preview, 26..=26);
    let polled = reader.round(PLENTY).await;
    assert_eq!(texts(&leads(&polled)), ["Tin 20 đính chính", "Tin 26: giá điện & xăng"]);
    assert_eq!((leads(&polled)[0].updated_at, leads(&polled)[1].updated_at), (Some(crate::reader::now()), None));
    assert_eq!(polled.deleted, [link(&preview, 12), link(&preview, 25)]);
    let quiet = reader.round(PLENTY).await;
    assert_eq!((leads(&quiet).len(), quiet.deleted.len()), (0, 0));
}

#[tokio::test]
async fn no_preview_limits_and_budget() {
    let (preview, mut reader) = channel().await;
    let empty = reader.round(PLENTY).await;
    assert_eq!((leads(&empty).len(), empty.known.is_none(), empty.notes.len()), (0, true, 1));
    publish(&preview, 1..=5);
    preview.close(true);
    let closed = reader.round(PLENTY).await;
    assert_eq!((closed.stopped.clone(), closed.leads.is_none()), (Some(Outcome::Refused(Refusal::Closed)), true));
    preview.close(false);
    assert_eq!(leads(&reader.round(PLENTY).await).len(), 5);
    assert_eq!(reader.round(0).await.stopped, Some(Outcome::Refused(Refusal::Budget)));
    publish(&preview, 6..=60);
    preview.limit(Some(2));
    let limited = reader.round(PLENTY).await;
    assert_eq!((leads(&limited).len(), limited.stopped.clone()), (40, Some(Outcome::Failed(Failure::RetryLater))));
    preview.limit(None);
    let mut later = Reader { known: reader.known.clone(), ..Reader::new(reader.feed.clone()) };
    assert_eq!(leads(&later.round(PLENTY).await).len(), 15);
}

#[tokio::test]
async fn a_hostile_cursor_begins_anew() {
    let (preview, mut reader) = channel().await;
    publish(&preview, 1..=3);
    for cursor in ["5", "telegram-1 {\"last\":\"x\"}", "telegram-1 {\"last\":1,\"known\":[]}"] {
        reader.known.cursor = Some(cursor.to_owned());
        let polled = reader.round(PLENTY).await;
        assert_eq!((leads(&polled).len(), polled.notes.len()), (3, 1), "{:?}", polled.notes);
    }
    // A cursor from another channel, ahead of this one, is followed and harms nothing.
    reader.known.cursor = Some("telegram-1 {\"last\":18446744073709551615,\"known\":{\"2\":7},\"gaps\":[[9,1]]}".into());
    assert_eq!(leads(&reader.round(PLENTY).await).len(), 1);
}

#[tokio::test]
async fn the_channel_of_the_demo_is_read_whole() {
    let web = kiemtin_miniweb::MiniWeb::start(crate::reader::now().0).await.unwrap();
    let site = web.sites().iter().find(|site| site.id == "kenh-tieu-dung").unwrap();
    let mut reader = Reader::new(FeedSpec::of(FeedKind::ChannelPreview, site.feed.clone()));
    let mut read: Vec<(String, Option<i64>)> =
        leads(&reader.round(PLENTY).await).into_iter().map(|lead| (lead.url, lead.published_at.map(|at| at.0))).collect();
    let pages = web.pages();
    let mut expected: Vec<(String, Option<i64>)> =
        pages.into_iter().filter(|page| page.site == site.id).map(|page| (page.url, Some(page.published_ms))).collect();
    read.sort_unstable();
    expected.sort_unstable();
    assert!(!expected.is_empty());
    assert_eq!(read, expected);
    assert_eq!(leads(&reader.round(PLENTY).await).len(), 0);
    web.stop().await;
}
