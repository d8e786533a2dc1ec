//! Threads of a forum: paging, replies, edits, deletions, closed boxes, limits.

use crate::reader::{Reader, leads, text, texts};
use kiemtin_miniweb::networks::xenforo::{Forum, IN_FEED};
use kiemtin_model::{Failure, FeedKind, FeedSpec, Outcome, Refusal};
use std::net::Ipv4Addr;

const ADDRESS: Ipv4Addr = Ipv4Addr::new(127, 0, 72, 20);
const PLENTY: u32 = 60;

async fn forum() -> (Forum, Reader) {
    let forum = Forum::start(ADDRESS).await.unwrap();
    let reader = Reader::new(FeedSpec::of(FeedKind::Xenforo, forum.feed()));
    (forum, reader)
}

/// Pages that were asked for, robots.txt left out.
fn asked(forum: &Forum) -> Vec<String> {
    forum.local().requests().into_iter().map(|request| request.path).filter(|path| path != "/robots.txt").collect()
}

fn link(forum: &Forum, thread: u64, post: u64) -> String {
    format!("{}/t/{thread}/post-{post}", forum.local().origin())
}

#[tokio::test]
async fn threads_of_many_pages_are_read_whole_and_then_only_what_is_new() {
    let (forum, mut reader) = forum().await;
    let long = forum.open("Giá điện tăng, các bác tính sao?", "Bài mở đầu & hơn 3 < 5");
    let mut numbers: Vec<u64> = (1..57).map(|n| forum.reply(long, &format!("Trả lời {n}"))).collect();
    let short = forum.open("Xăng E10", "Hỏi chút");
    let first = reader.round(PLENTY).await;
    assert_eq!(first.stopped, None);
    let read = leads(&first);
    assert_eq!((read.len(), first.spent, asked(&forum).len()), (58, 5, 5), "{:?}", first.notes);
    let (opening, last) = (read.first().unwrap(), read.last().unwrap());
    assert_eq!((opening.title.as_str(), text(opening)), ("Giá điện tăng, các bác tính sao?", "Bài mở đầu & hơn 3 < 5"));
    assert_eq!(opening.published_at.unwrap().to_string(), "2025-05-12T08:01:00+07:00");
    assert_eq!((last.title.as_str(), last.url.contains(&format!("/t/{short}/post-"))), ("Xăng E10", true));
    // Only the first post of each thread has its title; quotes and signatures are in none.
    assert_eq!(read.iter().filter(|lead| !lead.title.is_empty()).count(), 2);
    assert!(read.iter().all(|lead| !text(lead).contains("TRICH-DAN") && !text(lead).contains("CHU-KY")));
    assert!(texts(&read).contains(&"[tên tài khoản] Trả lời 3"), "{:?}", texts(&read));
    assert!(read.windows(2).all(|pair| pair[0].published_at <= pair[1].published_at));
    assert!(numbers.iter().all(|number| read.iter().filter(|lead| lead.url == link(&forum, long, *number)).count() == 1));

    assert_eq!((leads(&reader.round(PLENTY).await).len(), asked(&forum).len()), (0, 6), "only the feed is asked");
    numbers = (57..70).map(|n| forum.reply(long, &format!("Mới {n}"))).collect();
    let next = reader.round(PLENTY).await;
    assert_eq!(
        leads(&next).iter().map(|lead| lead.url.clone()).collect::<Vec<_>>(),
        numbers.iter().map(|n| link(&forum, long, *n)).collect::<Vec<_>>()
    );
    // From the third page on: that one again, and the fourth.
    assert_eq!(next.spent, 3);
    // The same cursor as before the last round gives the same again, as after a kill.
    let old = Reader { known: reader.known.clone(), ..Reader::new(reader.feed.clone()) };
    assert_eq!(leads(&{ old }.round(PLENTY).await).len(), 0);
    // Another title is another address, and the same posts.
    forum.rename(short, "Xăng E10 [đã trả lời]");
    forum.reply(short, "Đã rõ");
    assert_eq!(texts(&leads(&reader.round(PLENTY).await)), ["Đã rõ"]);
}

#[tokio::test]
async fn edits_and_deletions_are_seen_where_a_page_is_read_again() {
    let (forum, mut reader) = forum().await;
    let thread = forum.open("Hỏi giá gas", "Mở đầu");
    let replies: Vec<u64> = (1..8).map(|n| forum.reply(thread, &format!("Trả lời {n}"))).collect();
    reader.round(PLENTY).await;
    forum.edit(replies[0], "Đã sửa: giá là 500 nghìn");
    forum.delete(replies[2]);
    let new = forum.reply(thread, "Trả lời cuối");
    forum.reply(thread, "Thêm nữa");
    let polled = reader.round(PLENTY).await;
    let read = leads(&polled);
    assert_eq!(texts(&read), ["Đã sửa: giá là 500 nghìn", "[tên tài khoản] Trả lời cuối", "Thêm nữa"]);
    assert_eq!((read[0].updated_at.is_some(), read[1].updated_at), (true, None));
    assert_eq!(polled.deleted, [link(&forum, thread, replies[2])]);
    // The last reply goes: the number of replies is another, and nothing stands behind it.
    forum.delete(new + 3);
    assert_eq!(reader.round(PLENTY).await.deleted, [link(&forum, thread, new + 3)]);
    // The whole thread goes, which is seen when the feed names it no more.
    let other = forum.open("Chủ đề khác", "x y z");
    reader.round(PLENTY).await;
    forum.delete_thread(thread);
    let gone = reader.round(PLENTY).await;
    assert_eq!(gone.deleted_under, [link(&forum, thread, 0).trim_end_matches('0')], "{gone:?}");
    assert!(reader.round(PLENTY).await.deleted_under.is_empty());
    forum.reply(other, "tiếp");
    assert_eq!(texts(&leads(&reader.round(PLENTY).await)), ["tiếp"]);
}

#[tokio::test]
async fn a_thread_that_left_the_feed_is_looked_at_again() {
    let (forum, mut reader) = forum().await;
    let old = forum.open("Chuyện cũ", "Mở đầu");
    (1..45).for_each(|n| _ = forum.reply(old, &format!("Trả lời {n}")));
    let kept = forum.open("Chuyện cũ còn đó", "Mở đầu");
    reader.round(PLENTY).await;
    (0..IN_FEED).for_each(|n| _ = forum.open(&format!("Chủ đề {n}"), "Mở đầu"));
    let last_look = reader.round(PLENTY).await;
    assert!(last_look.deleted_under.is_empty() && leads(&last_look).len() == IN_FEED, "{last_look:?}");
    forum.reply(kept, "Đào lại chuyện cũ");
    let (before, again) = (asked(&forum).len(), reader.round(PLENTY).await);
    // It came into the feed again.
    assert_eq!((texts(&leads(&again)), again.deleted_under.len()), (vec!["Đào lại chuyện cũ"], 0), "{again:?}");
    let asked = asked(&forum).split_off(before);
    // The feed, that thread, one that left the feed and one of the old ones; addresses without a title lead to those with it.
    assert_eq!(asked.len(), 6, "few of the old threads are looked at in a round: {asked:?}");
    forum.delete_thread(old);
    // Its last page is missing, and there is no request left to ask for the thread itself: nothing is known.
    let unsure = reader.round(4).await;
    assert_eq!((unsure.spent, unsure.deleted_under.len()), (4, 0), "{unsure:?}");
    let gone = reader.round(PLENTY).await;
    assert_eq!(gone.deleted_under, [format!("{}/t/{old}/post-", forum.local().origin())], "all its posts, not of the last page alone");
    assert!(reader.round(PLENTY).await.deleted_under.is_empty());
}

#[tokio::test]
async fn deletions_on_earlier_pages_lose_and_double_nothing() {
    let (forum, mut reader) = forum().await;
    let thread = forum.open("Dài", "Mở đầu");
    let replies: Vec<u64> = (1..42).map(|n| forum.reply(thread, &format!("Trả lời {n}"))).collect();
    assert_eq!(leads(&reader.round(PLENTY).await).len(), 42);
    // The two posts of page 3 move to page 2, and new ones behind them.
    replies[..5].iter().for_each(|number| forum.delete(*number));
    (42..75).for_each(|n| _ = forum.reply(thread, &format!("Mới {n}")));
    let next = reader.round(PLENTY).await;
    assert_eq!(texts(&leads(&next)).len(), 33, "{:?}", texts(&leads(&next)));
    assert!(next.deleted.is_empty(), "what moved is not gone: {:?}", next.deleted);
}

#[tokio::test]
async fn a_small_allowance_is_kept_and_the_rest_comes_later() {
    let (forum, mut reader) = forum().await;
    for n in 1..6 {
        let thread = forum.open(&format!("Chủ đề {n}"), "Mở đầu");
        (1..45).for_each(|m| _ = forum.reply(thread, &format!("Trả lời {m}")));
    }
    let first = reader.round(4).await;
    assert_eq!((first.spent, asked(&forum).len(), first.stopped.clone()), (4, 4, None));
    assert_eq!(leads(&first).len(), 45);
    let (rest, rounds) = reader.rounds(4).await;
    assert_eq!((rest.len(), rounds), (180, 5));
    assert!(asked(&forum).len() <= 4 * 6, "{}", asked(&forum).len());
    assert_eq!(reader.round(0).await.stopped, Some(Outcome::Refused(Refusal::Budget)));
}

#[tokio::test]
async fn an_old_thread_is_read_from_its_end() {
    let (forum, mut reader) = forum().await;
    let thread = forum.open("Nghìn trang", "Mở đầu");
    (1..600).for_each(|n| _ = forum.reply(thread, &format!("Trả lời {n}")));
    let polled = reader.round(PLENTY).await;
    // The first page and the ten last of thirty.
    assert_eq!(
        (leads(&polled).len(), polled.notes.iter().filter(|note| note.contains("19 pages between")).count()),
        (220, 1),
        "{:?}",
        polled.notes
    );
}

#[tokio::test]
async fn limits_closed_boxes_and_broken_pages() {
    let (forum, mut reader) = forum().await;
    let one = forum.open("Một", "Bài một");
    forum.open("Hai", "Bài hai");
    forum.close_thread(one);
    let polled = reader.round(PLENTY).await;
    assert_eq!((texts(&leads(&polled)), polled.stopped.clone()), (vec!["Bài hai"], None));
    assert!(polled.notes.iter().any(|note| note == "thread 2: left out, refused: open to members only"), "{:?}", polled.notes);
    let before = asked(&forum).len();
    reader.round(PLENTY).await;
    assert_eq!(asked(&forum).len(), before + 1, "a closed thread is not asked for again");

    forum.open("Ba", "Bài ba");
    forum.open("Bốn", "Bài bốn");
    forum.break_pages(true);
    let broken = reader.round(PLENTY).await;
    assert_eq!((leads(&broken).len(), broken.notes.len()), (0, 2), "{:?}", broken.notes);
    forum.break_pages(false);
    forum.close(true);
    let closed = reader.round(PLENTY).await;
    assert_eq!(
        (closed.stopped.clone(), closed.leads.is_none(), closed.known.is_none()),
        (Some(Outcome::Refused(Refusal::Closed)), true, true)
    );

    forum.close(false);
    let five = forum.open("Năm", "Bài năm");
    (1..30).for_each(|n| _ = forum.reply(five, &format!("Trả lời {n}")));
    forum.limit(Some(2));
    let limited = reader.round(PLENTY).await;
    assert_eq!((leads(&limited).len(), limited.stopped.clone()), (20, Some(Outcome::Failed(Failure::RetryLater))));
    forum.limit(None);
    // The host asked for ten minutes: another crawler, after a restart, goes on from the cursor.
    let mut later = Reader { known: reader.known.clone(), ..Reader::new(reader.feed.clone()) };
    assert_eq!(leads(&later.round(PLENTY).await).len(), 10);
}

#[tokio::test]
async fn a_hostile_cursor_begins_anew() {
    let (forum, mut reader) = forum().await;
    forum.open("Một", "Bài một");
    for cursor in [
        "",
        "xenforo-0 {}",
        "xenforo-1 [[[[",
        "xenforo-1 {\"t\":[{\"i\":1,\"p\":-4,\"n\":2}]}",
        &format!("xenforo-1 {}", "x".repeat(300_000)),
    ] {
        reader.known.cursor = Some(cursor.to_owned());
        let polled = reader.round(PLENTY).await;
        assert_eq!((leads(&polled).len(), polled.notes.len()), (1, 1), "{:?}", polled.notes);
        assert!(reader.known.cursor.as_deref().unwrap().starts_with("xenforo-1 {\"t\":[{"));
    }
}
