//! Which posts did a Facebook page publish? (Graph API, pages that are one's own or have given leave)
//!
//! `/{page}/published_posts` is asked, and not `/{page}/feed`: the feed also holds what visitors wrote on the page, and only the
//! field of the author would tell them apart. The next page is asked by its cursor; the address that the API gives for it carries
//! the token and is never followed.

mod post;
mod refusal;

use super::gaps::Gaps;
use super::wire::{ended, read_cursor, write_cursor};
use super::{Answered, Harvest, Reading, Round, Secret};
use crate::sources::{Item, Listing, MAX_LEADS, read_json, unreadable};
use kiemtin_model::canonical::canonical_url;
use kiemtin_model::{Outcome, Refusal, Time};
use post::Post;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::time::Duration;
use url::Url;

/// Its name and version before the cursor's own words.
const NAME: &str = "facebook-1";
/// Posts of a page of answers: the most that the API gives.
const LIMIT: usize = 100;
/// Pages of a round.
const MOST_PAGES: usize = 20;
/// Posts that are remembered, to notice edits and deletions.
const MOST_KNOWN: usize = 50;
/// Fields that are asked for: none is about a person.
const FIELDS: &str = "id,message,created_time,updated_time,message_tags{offset,length,type}";
/// Share of what the API allows, in percent, from which it is left alone for a while.
const NEARLY_USED: f64 = 90.0;
/// How long it is left alone where it does not say.
const PAUSE: Duration = Duration::from_secs(3_600);

/// How far a page was read.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Cursor {
    /// When its newest post was written, in milliseconds since 1970; 0: nothing was read.
    newest: i64,
    /// Newest posts: id, time in milliseconds, print of the text. The page is a listed one: ids may stay.
    known: Vec<(String, i64, u32)>,
    /// Posts between these times (milliseconds) are still to be read.
    #[serde(default, skip_serializing_if = "Gaps::is_empty")]
    gaps: Gaps<i64>,
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    data: Vec<serde_json::Value>,
    paging: Option<Paging>,
}

/// Of `next` only whether it is there: it carries the token. Without it this page is the last one.
#[derive(Deserialize)]
struct Paging {
    cursors: Option<Cursors>,
    next: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Cursors {
    after: Option<String>,
}

/// What a page of answers gave.
struct Answer {
    posts: Vec<Post>,
    /// Where the next page begins, if there is one.
    after: Option<String>,
    /// Whether every post of it could be read.
    is_whole: bool,
    pause: Option<Duration>,
}

pub(super) fn read<'a>(round: &'a mut Round<'_>) -> Reading<'a> {
    Box::pin(read_round(round))
}

async fn read_round(round: &Round<'_>) -> Result<Harvest, Outcome> {
    if !round.has_token() {
        return Err(Outcome::Refused(Refusal::Token));
    }
    let edge = edge(round.address).ok_or(Outcome::Refused(Refusal::Address))?;
    let mut harvest = Harvest::default();
    let mut cursor: Cursor = read_cursor(round, NAME, &mut harvest.listing);
    let first = ask(round, &edge, &[], &mut harvest).await;
    let Ok(answer) = first else { return ended(harvest, first.err()) };
    let mut found: Vec<Item> = vec![];
    let (before, first_run) = (cursor.newest, cursor.newest == 0);
    harvest.deleted = cursor.gone(&answer).iter().filter_map(|id| canonical_url("", &post::link(id))).collect();
    found.extend(answer.posts.iter().filter_map(|post| cursor.take(post)));
    let (oldest, newest) = bounds(&answer.posts);
    // The answer may end before the last post that is known: then some are between.
    if !first_run && answer.after.is_some() && oldest > before {
        cursor.gaps.open(before, oldest);
    }
    cursor.newest = before.max(newest);
    cursor.forget();
    let stopped = fill_gaps(round, &edge, &mut cursor, &mut found, &mut harvest).await.err();
    found.sort_by_key(|item| item.published_at);
    for (order, item) in (1..).zip(found) {
        harvest.listing.add(&round.listed(post::SITE), &format!("post {order}"), item);
    }
    harvest.cursor = write_cursor(NAME, &cursor);
    ended(harvest, stopped)
}

/// Reads what is still missing, newest first; what is not reached waits for the next round.
async fn fill_gaps(
    round: &Round<'_>,
    edge: &Url,
    cursor: &mut Cursor,
    found: &mut Vec<Item>,
    harvest: &mut Harvest,
) -> Result<(), Outcome> {
    let mut seen: HashSet<String> = HashSet::new();
    // The stretch that is being read, as it was at its first question, and where its next page begins.
    let mut reading: Option<((i64, i64), String)> = None;
    for _ in 1..MOST_PAGES {
        let Some(gap) = cursor.gaps.next() else { return Ok(()) };
        if harvest.pause.is_some() || round.allowance.left() == 0 || found.len() + LIMIT > MAX_LEADS {
            return Ok(());
        }
        let (low, high) = reading.as_ref().map_or(gap, |(first, _)| *first);
        // Whole seconds, both counted: a post at the edge is shown twice rather than never.
        let (since, until) = ((low / 1_000).to_string(), (high / 1_000 + 1).to_string());
        let mut parameters = vec![("since", since.as_str()), ("until", until.as_str())];
        parameters.extend(reading.as_ref().map(|(_, after)| ("after", after.as_str())));
        let answer = ask(round, edge, &parameters, harvest).await?;
        let fresh: Vec<&Post> = answer.posts.iter().filter(|post| seen.insert(post.id.clone())).collect();
        found.extend(fresh.iter().filter_map(|post| cursor.take(post)));
        let (oldest, _) = bounds(&answer.posts);
        let next = answer.after.filter(|_| !fresh.is_empty() && oldest > low);
        cursor.gaps.narrow(next.as_ref().map(|_| oldest));
        cursor.forget();
        reading = next.map(|after| ((low, high), after));
    }
    Ok(())
}

/// Times of the oldest and the newest post.
fn bounds(posts: &[Post]) -> (i64, i64) {
    let times = || posts.iter().map(|post| post.created.0);
    (times().min().unwrap_or(0), times().max().unwrap_or(0))
}

/// The address of the posts that the page published, of an address of the page or of one of its edges.
fn edge(address: &str) -> Option<Url> {
    let mut url = Url::parse(address).ok()?;
    url.set_query(None);
    let path = url.path().trim_end_matches('/');
    let page = ["/feed", "/published_posts", "/posts"].iter().find_map(|edge| path.strip_suffix(edge)).unwrap_or(path).to_owned();
    url.set_path(&format!("{page}/published_posts"));
    Some(url)
}

/// Asks for a page of posts; a pause that is asked for stands in the harvest also when it is refused.
async fn ask(round: &Round<'_>, edge: &Url, parameters: &[(&str, &str)], harvest: &mut Harvest) -> Result<Answer, Outcome> {
    let mut url = edge.clone();
    url.query_pairs_mut().append_pair("fields", FIELDS).append_pair("limit", &LIMIT.to_string()).extend_pairs(parameters);
    let answered = round.api(&url, Secret::Bearer, 1).await?;
    if let Some((outcome, pause)) = refusal::of(&answered) {
        harvest.pause = harvest.pause.max(pause);
        return Err(outcome);
    }
    let answer = read_answer(&answered, &mut harvest.listing)?;
    harvest.pause = harvest.pause.max(answer.pause);
    Ok(answer)
}

fn read_answer(answered: &Answered, listing: &mut Listing) -> Result<Answer, Outcome> {
    let page: Page = read_json(&answered.text).map_err(|e| unreadable(format!("no list of posts: {e}")))?;
    let (mut posts, mut is_whole) = (vec![], true);
    for (order, value) in (1..).zip(page.data).take(LIMIT) {
        match Post::of(value) {
            Ok(post) => posts.push(post),
            Err(why) => {
                is_whole = false;
                listing.note(format!("post {order} of an answer: left out, {why}"));
            }
        }
    }
    let after = page.paging.filter(|paging| paging.next.is_some()).and_then(|paging| paging.cursors?.after);
    let after = after.filter(|after| !after.is_empty() && after.len() <= 2_000);
    let pause = (refusal::used(&answered.headers) >= NEARLY_USED).then_some(PAUSE);
    Ok(Answer { posts, after, is_whole, pause })
}

impl Cursor {
    /// What is to be told of a post: it is new, or its words are others.
    fn take(&mut self, post: &Post) -> Option<Item> {
        let print = super::wire::print(&post.text);
        let known = self.known.iter_mut().find(|(id, ..)| *id == post.id);
        // Others of the second of the newest one may have come later; that one itself is remembered.
        let is_unread = post.created.0 >= self.newest || self.gaps.hold(post.created.0);
        let is_edited = match known {
            Some((.., before)) if *before == print => return None,
            Some((.., before)) => {
                *before = print;
                true
            }
            None if !is_unread => return None,
            None => {
                self.known.push((post.id.clone(), post.created.0, print));
                false
            }
        };
        let item = Item {
            link: post::link(&post.id),
            published_at: Some(post.created),
            updated_at: post.updated.filter(|_| is_edited),
            text: Some(post.text.clone()),
            ..Item::default()
        };
        (!post.text.is_empty()).then_some(item)
    }

    /// Remembered posts that the newest answer should hold and does not; they are forgotten.
    fn gone(&mut self, answer: &Answer) -> Vec<String> {
        let (oldest, _) = bounds(&answer.posts);
        // A page that is empty at once is more likely out of order than empty; a post that cannot be read may be a known one.
        if answer.posts.is_empty() || !answer.is_whole {
            return vec![];
        }
        let reaches = |created: i64| answer.after.is_none() || created > oldest;
        let is_gone = |(id, created, _): &(String, i64, u32)| reaches(*created) && !answer.posts.iter().any(|post| post.id == *id);
        let gone = self.known.iter().filter(|known| is_gone(known)).map(|(id, ..)| id.clone()).collect();
        self.known.retain(|known| !is_gone(known));
        gone
    }

    /// Keeps the newest ones, and those at the edges of gaps: whoever reads on from an edge meets them again.
    fn forget(&mut self) {
        self.known.sort_by_key(|(_, created, _)| Time(*created));
        let (gaps, mut excess) = (&self.gaps, self.known.len().saturating_sub(MOST_KNOWN));
        self.known.retain(|(_, created, _)| {
            let is_kept = excess == 0 || gaps.end_at(*created);
            excess -= usize::from(!is_kept);
            is_kept
        });
    }
}
