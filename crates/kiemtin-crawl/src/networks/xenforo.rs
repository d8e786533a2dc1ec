//! What is written in the threads of a XenForo forum? Its feed names them, their pages hold the posts.
//!
//! A thread is read when the feed tells of another number of replies than at its last reading, from the last page known on. The
//! key of a post is `…/<thread id>/post-<number>`: the forum leads from there to the post, and the words of the thread's title,
//! which may change, are not in it. Only the first post has the title: a rule must not find it again in every reply.

mod cursor;
mod page;

use super::entries::{Entry, entries};
use super::wire::{apart, ended, is_of_the_page, read_cursor, write_cursor};
use super::{Harvest, Reading, Round};
use crate::sources::{Item, MAX_LEADS};
use cursor::{Cursor, NAME, Thread};
use kiemtin_model::canonical::{canonical_url, same_site};
use kiemtin_model::{Failure, Outcome, Refusal};
use page::{MOST_POSTS, Page};

/// Pages of one thread that a round reads.
const MOST_PAGES: u32 = 20;
/// Pages at the end of a thread that are read when more are missing: of old threads with hundreds of pages, and of those that
/// grew by more between two rounds.
const MOST_BEHIND: u32 = 10;
/// Pages that are looked back for the last known post, when posts on earlier pages were deleted.
const MOST_BACK: u32 = 3;
/// Threads that fell out of the feed since the round before and are looked at then.
const MOST_VANISHED: usize = 20;
/// Threads that are no longer in the feed and are looked at again in a round, those first that were read longest ago: with a round in ten
/// minutes, all that are remembered once a day.
const MOST_AGAIN: usize = 2;

/// A thread that is to be read.
struct Wanted {
    id: u64,
    /// What stands before its id in addresses: `https://forum.example/t/`.
    base: String,
    /// Its address, with a slash at the end.
    link: String,
    title: String,
    replies: Option<u64>,
    /// Its place in notes.
    place: String,
}

/// How far a round came with a thread.
#[derive(PartialEq)]
enum Came {
    /// As far as it goes now.
    Through,
    /// The round has no room for more.
    Full,
}

pub(super) fn read<'a>(round: &'a mut Round<'_>) -> Reading<'a> {
    Box::pin(read_round(round))
}

async fn read_round(round: &Round<'_>) -> Result<Harvest, Outcome> {
    let feed = round.page(round.address).await.map_err(|outcome| if is_closed(&outcome) { CLOSED } else { outcome })?;
    let found = entries(&feed.text).map_err(|outcome| if page::is_members_only(&feed.text) { CLOSED } else { outcome })?;
    let mut harvest = Harvest::default();
    let mut cursor: Cursor = read_cursor(round, NAME, &mut harvest.listing);
    if found.is_empty() {
        harvest.listing.note("the feed names no threads".into());
    }
    let mut wanted: Vec<Wanted> = vec![];
    for (number, entry) in (1..).zip(&found) {
        match Wanted::of(entry, number, feed.url.as_str()) {
            Some(thread) if wanted.iter().any(|other| other.id == thread.id) => {}
            Some(thread) => wanted.push(thread),
            None => harvest.listing.note(format!("entry {number}: no address of a thread of this forum, left out")),
        }
    }
    let vanished = vanished(&cursor, &wanted);
    let again = again(&cursor, &wanted);
    let listed: Vec<u64> = wanted.iter().map(|thread| thread.id).collect();
    let mut stopped = None;
    // What was answered last stands first.
    for thread in wanted.iter().rev().chain(&vanished).chain(&again) {
        match read_thread(round, thread, &mut cursor, &mut harvest).await {
            Ok(Came::Through) => {}
            Ok(Came::Full) => break,
            Err(outcome) => {
                stopped = Some(outcome);
                break;
            }
        }
        if let Some(known) = cursor.threads.iter_mut().find(|known| known.id == thread.id) {
            known.listed = listed.contains(&thread.id);
        }
    }
    harvest.listing.leads.sort_by_key(|lead| lead.published_at);
    harvest.cursor = write_cursor(NAME, &cursor);
    ended(harvest, stopped)
}

const CLOSED: Outcome = Outcome::Refused(Refusal::Closed);

/// Whether a page is shown to members only.
fn is_closed(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Failed(Failure::Status(401 | 403)) | Outcome::Refused(Refusal::Closed))
}

impl Wanted {
    fn of(entry: &Entry, number: usize, feed: &str) -> Option<Self> {
        let link = canonical_url(feed, &entry.link).filter(|link| same_site(link, feed))?;
        let (base, last) = link.trim_end_matches('/').rsplit_once('/')?;
        let id = last.rsplit('.').next().and_then(|id| id.parse().ok())?;
        let (base, link) = (format!("{base}/"), format!("{base}/{last}/"));
        Some(Self { id, base, link, title: entry.title.clone(), replies: entry.replies, place: format!("thread {number}") })
    }
}

/// Threads that the feed named in the round before and names no more: deleted ones are found in this way, and what was written
/// at last into the others.
fn vanished(cursor: &Cursor, wanted: &[Wanted]) -> Vec<Wanted> {
    remembered(cursor, wanted, "former thread", |known| known.listed).take(MOST_VANISHED).collect()
}

/// Threads that left the feed earlier, read longest ago: they may be deleted at any time.
fn again(cursor: &Cursor, wanted: &[Wanted]) -> Vec<Wanted> {
    remembered(cursor, wanted, "old thread", |known| !known.listed).take(MOST_AGAIN).collect()
}

/// Threads that are remembered, and that the feed does not name.
fn remembered<'a>(
    cursor: &'a Cursor,
    wanted: &'a [Wanted],
    word: &'a str,
    which: impl Fn(&Thread) -> bool + 'a,
) -> impl Iterator<Item = Wanted> + 'a {
    let base = wanted.first().map(|thread| thread.base.as_str());
    let gone = cursor.threads.iter().filter(move |known| which(known) && !wanted.iter().any(|thread| thread.id == known.id));
    (1..).zip(gone).map_while(move |(number, known)| {
        let base = base?;
        let (link, place) = (format!("{base}{}/", known.id), format!("{word} {number}"));
        Some(Wanted { id: known.id, base: base.to_owned(), link, title: String::new(), replies: None, place })
    })
}

/// Reads a thread on; `Err` is what stops the whole round.
async fn read_thread(round: &Round<'_>, thread: &Wanted, cursor: &mut Cursor, harvest: &mut Harvest) -> Result<Came, Outcome> {
    let before = cursor.thread(thread.id).cloned().unwrap_or(Thread { id: thread.id, ..Thread::default() });
    let mut state = before.clone();
    if before.page > 0 && thread.replies.is_some() && thread.replies == before.replies {
        cursor.put(state);
        return Ok(Came::Through);
    }
    let (mut next, mut back) = (before.page.max(1), 0);
    // Whether the last known post is still to be found.
    let mut searching = before.page > 1;
    for _ in 0..MOST_PAGES {
        if round.allowance.left() == 0 || harvest.listing.leads.len() + MOST_POSTS > MAX_LEADS {
            return Ok(Came::Full);
        }
        let address = if next > 1 { format!("{}page-{next}", thread.link) } else { thread.link.clone() };
        let answered = match round.page(&address).await {
            Ok(answered) => apart(answered.text, page::read).await,
            Err(outcome) => Err(outcome),
        };
        let page = match answered {
            Ok(page) => page,
            Err(Outcome::Failed(Failure::Status(404 | 410))) if next > 1 && !is_gone(round, thread).await? => {
                // Only the page is: posts before it were deleted, or others hold more now.
                harvest.listing.note(format!("{}: page {next} is not shown", thread.place));
                (state.page, state.replies) = (1, None);
                cursor.put(state);
                return Ok(Came::Through);
            }
            Err(Outcome::Failed(Failure::Status(404 | 410))) => {
                harvest.deleted_under.extend(under(thread));
                harvest.listing.note(format!("{}: it is gone", thread.place));
                cursor.forget(thread.id);
                return Ok(Came::Through);
            }
            Err(outcome) if is_of_the_page(&outcome) => {
                let why = if is_closed(&outcome) { CLOSED } else { outcome };
                harvest.listing.note(format!("{}: left out, {}", thread.place, why.detail()));
                // What is refused stays so until something new is told of it; an error of the server is tried again.
                if !matches!(why, Outcome::Failed(Failure::Status(_))) {
                    state.replies = thread.replies;
                    state.page = state.page.max(1);
                    cursor.put(state);
                }
                return Ok(Came::Through);
            }
            Err(outcome) => return Err(outcome),
        };
        let first = page.posts.iter().map(|post| post.number).min().unwrap_or(0);
        if searching && page.current > 1 && first > before.highest && back < MOST_BACK {
            (back, next) = (back + 1, page.current - 1);
            continue;
        }
        searching = false;
        take(round, thread, &before, &page, harvest);
        state.take(&page);
        let is_end = page.current >= page.last;
        if is_end {
            state.replies = thread.replies;
        }
        cursor.put(state.clone());
        if is_end {
            return Ok(Came::Through);
        }
        if page.current < next {
            harvest.listing.note(format!("{}: page {next} is not shown", thread.place));
            return Ok(Came::Through);
        }
        next = page.current + 1;
        if page.last - page.current > MOST_BEHIND {
            next = page.last - MOST_BEHIND + 1;
            // Of a thread that is read for the first time nothing is missed that was awaited.
            harvest.missed |= before.page > 0;
            harvest.listing.note(format!("{}: {} pages between are not read", thread.place, next - page.current - 1));
        }
    }
    Ok(Came::Through)
}

/// Whether the thread itself is gone, of which a page is missing. Only its own address says so: an error is none.
async fn is_gone(round: &Round<'_>, thread: &Wanted) -> Result<bool, Outcome> {
    match round.page(&thread.link).await {
        Err(Outcome::Failed(Failure::Status(404 | 410))) => Ok(true),
        Err(outcome) if !is_of_the_page(&outcome) => Err(outcome),
        _ => Ok(false),
    }
}

/// Takes from a page what is new, edited or gone since the thread was last read.
fn take(round: &Round<'_>, thread: &Wanted, before: &Thread, page: &Page, harvest: &mut Harvest) {
    for (order, post) in page.posts.iter().enumerate() {
        let (is_new, is_edited) = (before.is_new(post.number), before.is_edited(post.edited));
        if !(is_new || is_edited) {
            continue;
        }
        let is_first = page.current == 1 && order == 0;
        let title = match (is_first, thread.title.is_empty()) {
            (false, _) => String::new(),
            (true, false) => thread.title.clone(),
            (true, true) => page.title.clone(),
        };
        let (Some(link), false) = (key(thread, post.number), post.text.is_empty() && title.is_empty()) else { continue };
        let place = format!("{}, post {}", thread.place, order + 1);
        let item = Item { link, title, published_at: post.at, updated_at: post.edited, guid: None, text: Some(post.text.clone()) };
        harvest.listing.add(&round.listed(&thread.link), &place, item);
    }
    // A page that is read again after a jump, or another one, says nothing of the posts of this one.
    if page.current == before.page {
        harvest.deleted.extend(before.gone(page).into_iter().filter_map(|number| key(thread, number)));
    }
}

/// The address of a post.
fn key(thread: &Wanted, number: u64) -> Option<String> {
    canonical_url("", &format!("{}{}/post-{number}", thread.base, thread.id))
}

/// What the addresses of all its posts begin with.
fn under(thread: &Wanted) -> Option<String> {
    Some(key(thread, 0)?.strip_suffix('0')?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_threads_and_posts() {
        let feed = "https://dien-dan.vn/f/chuyen-tro.17/index.rss";
        let check = |link: &str, expected: Option<(u64, &str, &str)>| {
            let wanted = Wanted::of(&Entry { link: link.into(), ..Entry::default() }, 1, feed);
            let found = wanted.as_ref().map(|w| (w.id, w.link.clone(), key(w, 5).unwrap()));
            assert_eq!(found, expected.map(|(id, link, key)| (id, link.to_owned(), key.to_owned())), "{link}");
        };
        let post = "https://dien-dan.vn/t/123/post-5";
        check("https://dien-dan.vn/t/gia-dien.123/", Some((123, "https://dien-dan.vn/t/gia-dien.123/", post)));
        check("https://dien-dan.vn/t/gia-dien-moi.123", Some((123, "https://dien-dan.vn/t/gia-dien-moi.123/", post)));
        check("/t/123/", Some((123, "https://dien-dan.vn/t/123/", post)));
        check("https://khac.vn/t/gia.123/", None);
        check("https://dien-dan.vn/t/gia/", None);
        check("mailto:x", None);
        check("", None);
    }
}
