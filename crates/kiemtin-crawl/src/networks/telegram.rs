//! Which posts are new in a channel of Telegram? Its public preview page is read (`https://t.me/s/<channel>`).
//!
//! The page shows the newest posts, `?before=<number>` the ones before. A channel that shows no preview leads to `/<channel>`
//! instead. Who wrote, forwarded or answered is cut before anything is read.

use super::gaps::Gaps;
use super::wire::{apart, bounded, cut, ended, mask, print, read_cursor, selector, when, write_cursor};
use super::{Harvest, Reading, Round};
use crate::sources::{Item, MAX_LEADS, parse_page};
use kiemtin_model::canonical::canonical_url;
use kiemtin_model::{Outcome, Refusal, Time};
use kiemtin_text::markup::strip_tags;
use scraper::ElementRef;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use url::Url;

/// Its name and version before the cursor's own words.
const NAME: &str = "telegram-1";
/// Pages of a round.
const MOST_PAGES: usize = 20;
/// Posts of a page that are read; some 20 are shown.
const MOST_POSTS: usize = 100;
/// Posts that are remembered, to notice edits and deletions.
const MOST_KNOWN: usize = 40;
/// What is not the post's own word: what it answers, where it comes from, who signs, previews of pages.
const NOT_ITS_OWN: &str = ".tgme_widget_message_reply, .tgme_widget_message_forwarded_from, .tgme_widget_message_author, \
    .tgme_widget_message_from_author, .tgme_widget_message_link_preview";

/// How far a channel was read.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Cursor {
    /// The highest number of a post; 0: nothing was read.
    last: u64,
    /// Newest posts by number, with a print of their text.
    known: BTreeMap<u64, u32>,
    /// Posts between these numbers are still to be read.
    #[serde(default, skip_serializing_if = "Gaps::is_empty")]
    gaps: Gaps<u64>,
}

/// What a page shows.
#[derive(Debug, Default)]
struct Page {
    /// The channel, as it writes itself.
    channel: String,
    /// Numbers of all posts, also of those without words.
    numbers: Vec<u64>,
    /// Number, text and time of those with words.
    posts: Vec<(u64, String, Option<Time>)>,
    notes: Vec<String>,
}

/// What a round brought so far.
#[derive(Default)]
struct Found {
    posts: BTreeMap<u64, Item>,
    gone: Vec<u64>,
}

pub(super) fn read<'a>(round: &'a mut Round<'_>) -> Reading<'a> {
    Box::pin(read_round(round))
}

async fn read_round(round: &Round<'_>) -> Result<Harvest, Outcome> {
    let newest = round.page(round.address).await?;
    if is_preview(round.address) && !is_preview(newest.url.as_str()) {
        return Err(Outcome::Refused(Refusal::Closed));
    }
    let page = apart(newest.text, read_page).await?;
    let mut harvest = Harvest::default();
    let mut cursor: Cursor = read_cursor(round, NAME, &mut harvest.listing);
    page.notes.iter().for_each(|note| harvest.listing.note(note.clone()));
    let (Some(oldest), Some(latest)) = (page.numbers.iter().min().copied(), page.numbers.iter().max().copied()) else {
        harvest.listing.note("no posts: the channel is empty, or its page has changed".into());
        return Ok(harvest);
    };
    let base = format!("{}/{}/", newest.url.origin().ascii_serialization(), page.channel);
    let mut found = Found::default();
    let (before, first_run) = (cursor.last, cursor.last == 0);
    cursor.take(&page, &base, u64::MAX, round.now, &mut found);
    cursor.last = before.max(latest);
    // The page may begin behind the last post that is known: then some are between.
    if !first_run && oldest > before.saturating_add(1) {
        cursor.gaps.open(before, oldest);
    }
    let stopped = fill_gaps(round, &newest.url, &base, &mut cursor, &mut found, &mut harvest).await.err();
    let listed = round.listed(newest.url.as_str());
    for (order, (_, item)) in (1..).zip(found.posts) {
        harvest.listing.add(&listed, &format!("post {order}"), item);
    }
    harvest.deleted = found.gone.into_iter().filter_map(|number| canonical_url("", &format!("{base}{number}"))).collect();
    harvest.cursor = write_cursor(NAME, &cursor);
    ended(harvest, stopped)
}

/// Reads back, page by page, what is still missing; what is not reached waits for the next round.
async fn fill_gaps(
    round: &Round<'_>,
    newest: &Url,
    base: &str,
    cursor: &mut Cursor,
    found: &mut Found,
    harvest: &mut Harvest,
) -> Result<(), Outcome> {
    for _ in 1..MOST_PAGES {
        let Some((low, high)) = cursor.gaps.next() else { return Ok(()) };
        if round.allowance.left() == 0 || found.posts.len() + MOST_POSTS > MAX_LEADS {
            return Ok(());
        }
        let mut address = newest.clone();
        address.query_pairs_mut().clear().append_pair("before", &high.to_string());
        let page = apart(round.page(address.as_str()).await?.text, read_page).await?;
        page.notes.iter().for_each(|note| harvest.listing.note(note.clone()));
        cursor.take(&page, base, high, round.now, found);
        let oldest = page.numbers.iter().min().copied().unwrap_or(0);
        // A page that does not lead further back is the end.
        cursor.gaps.narrow((oldest > low.saturating_add(1) && oldest < high).then_some(oldest));
    }
    Ok(())
}

/// Whether an address is that of a preview: `/s/<channel>`.
fn is_preview(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| url.path().starts_with("/s/"))
}

impl Cursor {
    /// Takes what a page says of the posts before `upper`: new ones, other words of known ones, and known ones that are gone.
    fn take(&mut self, page: &Page, base: &str, upper: u64, now: Time, found: &mut Found) {
        let Some(lower) = page.numbers.iter().min().copied() else { return };
        let gone: Vec<u64> = self.known.range(lower..upper.max(lower)).map(|(n, _)| *n).filter(|n| !page.numbers.contains(n)).collect();
        for number in gone {
            self.known.remove(&number);
            found.gone.push(number);
        }
        for (number, text, at) in page.posts.iter().filter(|(number, ..)| *number < upper) {
            let print = print(text);
            let known = self.known.get(number).copied();
            let unread = *number > self.last || self.gaps.hold(*number) && !self.gaps.end_at(*number);
            if known == Some(print) || known.is_none() && !unread {
                continue;
            }
            // The page says that a post was edited, not when: it was seen now.
            let updated_at = known.map(|_| now);
            let item = Item { link: format!("{base}{number}"), published_at: *at, updated_at, text: Some(text.clone()), ..Item::default() };
            found.posts.insert(*number, item);
            self.known.insert(*number, print);
        }
        while self.known.len() > MOST_KNOWN {
            self.known.pop_first();
        }
    }
}

fn read_page(html: &str) -> Result<Page, Outcome> {
    let mut tree = parse_page(html)?;
    cut(&mut tree, &selector(NOT_ITS_OWN)?);
    // An account that is named in a text, by its sign or by its number.
    let is_person = |anchor: ElementRef<'_>| {
        let named = anchor.text().next().is_some_and(|text| text.trim_start().starts_with('@'));
        named || anchor.attr("href").is_some_and(|href| href.starts_with("tg:"))
    };
    mask(&mut tree, &selector(".tgme_widget_message_text a[href]")?, is_person);
    let (post, text) = (selector(".tgme_widget_message[data-post]")?, selector(".tgme_widget_message_text")?);
    let (date, time) = (selector(".tgme_widget_message_date time[datetime]")?, selector("time[datetime]")?);
    let mut page = Page::default();
    for (order, block) in (1..).zip(tree.select(&post).take(MOST_POSTS)) {
        let named = block.attr("data-post").and_then(|name| name.split_once('/'));
        let named = named.and_then(|(channel, number)| Some((channel, number.parse::<u64>().ok()?)));
        let Some((channel, number)) = named.filter(|(channel, _)| is_channel(channel)) else {
            page.notes.push(format!("post {order}: no number, left out"));
            continue;
        };
        if page.channel.is_empty() {
            page.channel = channel.to_owned();
        }
        page.numbers.push(number);
        let text = bounded(block.select(&text).next().map(|t| strip_tags(&t.inner_html())).unwrap_or_default());
        let at = block.select(&date).next().or_else(|| block.select(&time).next()).and_then(|t| t.attr("datetime")).and_then(when);
        // Pictures and videos without words are there, and say nothing.
        if !text.is_empty() {
            page.posts.push((number, text, at));
        }
    }
    Ok(page)
}

fn is_channel(name: &str) -> bool {
    (1..=64).contains(&name.len()) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_without_people() {
        let html = r#"<div class="tgme_widget_message_wrap js-widget_message_wrap"><div class="tgme_widget_message js-widget_message" data-post="kenh/12">
              <div class="tgme_widget_message_author"><a class="tgme_widget_message_owner_name" href="https://t.me/kenh"><span>Tên Kênh</span></a></div>
              <div class="tgme_widget_message_forwarded_from accent_color">Forwarded from <a class="tgme_widget_message_forwarded_from_name">Người Gốc</a></div>
              <a class="tgme_widget_message_reply" href="https://t.me/kenh/3"><div class="tgme_widget_message_text js-message_reply_text">Người Gốc nói</div></a>
              <div class="tgme_widget_message_text js-message_text" dir="auto">Giá điện<br/>tăng &amp; giảm <b>5%</b> <a href="https://t.me/nguoi">@nguoi</a>
                <a href="https://bao.vn">báo</a> <a href="tg://user?id=5">Người Gốc</a></div>
              <span class="tgme_widget_message_from_author">Người Viết</span><span class="tgme_widget_message_views">1.2K</span>
              <span class="tgme_widget_message_meta">edited <a class="tgme_widget_message_date" href="https://t.me/kenh/12"><time datetime="2025-05-12T01:30:00+00:00" class="time">08:30</time></a></span>
            </div></div>
            <div class="tgme_widget_message" data-post="kenh/13"><a class="tgme_widget_message_photo_wrap"></a></div>
            <div class="tgme_widget_message" data-post="kenh/x"><div class="tgme_widget_message_text">lạ</div></div>"#;
        let page = read_page(html).unwrap();
        assert_eq!((page.channel.as_str(), page.numbers.as_slice(), page.notes.len()), ("kenh", &[12, 13][..], 1));
        let expected = "Giá điện\ntăng & giảm 5% [tên tài khoản] báo [tên tài khoản]";
        assert_eq!(page.posts, [(12, expected.to_owned(), when("2025-05-12T01:30:00Z"))]);
        assert!(!format!("{page:?}").contains("Người") && !format!("{page:?}").contains("1.2K"));
    }

    #[test]
    fn what_is_new_edited_and_gone() {
        let page = |numbers: &[u64]| Page {
            channel: "kenh".into(),
            numbers: numbers.to_vec(),
            posts: numbers.iter().map(|n| (*n, format!("bài {n}"), None)).collect(),
            notes: vec![],
        };
        let mut cursor = Cursor { last: 12, known: [(10, print("bài 10")), (11, 5), (12, 6)].into(), ..Cursor::default() };
        let mut found = Found::default();
        cursor.take(&page(&[9, 10, 11, 13]), "https://t.me/kenh/", u64::MAX, Time(7), &mut found);
        assert_eq!(found.posts.keys().copied().collect::<Vec<_>>(), [11, 13]);
        assert_eq!(found.posts.values().map(|item| item.updated_at).collect::<Vec<_>>(), [Some(Time(7)), None]);
        assert_eq!((found.gone, cursor.known.keys().copied().collect::<Vec<_>>()), (vec![12], vec![10, 11, 13]));
    }
}
