//! Which posts of Bluesky say one of the keywords? (`app.bsky.feed.searchPosts`)
//!
//! One search for each keyword, newest first, page by page, down to the time where the sweep before ended. What a round does not
//! reach, the next one asks for by its time (`until`), so that nothing between is lost.

mod cursor;
mod record;

pub(super) use record::{Record, key};

use super::{Answered, Harvest, Reading, Round, Secret};
use crate::sources::{Item, MAX_LEADS, read_json, unreadable};
use cursor::Sweep;
use kiemtin_model::time::{DAY_MS, MINUTE_MS};
use kiemtin_model::{Failure, Outcome, Refusal, Time};
use record::key_of;
use serde::Deserialize;
use std::collections::HashSet;
use url::Url;

/// Posts on a page: the most that the interface gives.
const LIMIT: usize = 100;
/// The first round looks back so far, in milliseconds.
const FIRST_MS: i64 = DAY_MS;
/// Each sweep begins so long before the newest post that is known, in milliseconds: searches learn of posts out of order.
const OVERLAP_MS: i64 = MINUTE_MS;
/// Most pages of one keyword in a row; then its next page is asked for by time.
const PAGES: usize = 20;

/// An answer (`hitsTotal` and everything about authors is not read).
#[derive(Deserialize)]
struct Found {
    cursor: Option<String>,
    posts: Vec<serde_json::Value>,
}

/// The part of a `postView` that is read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PostView {
    uri: String,
    record: Record,
    #[serde(default)]
    indexed_at: String,
}

/// An error of the protocol (XRPC).
#[derive(Deserialize)]
struct XrpcError {
    error: String,
}

/// Goes on with the sweep.
pub(super) fn read<'a>(round: &'a mut Round<'_>) -> Reading<'a> {
    Box::pin(async move {
        let start = round.now.plus(-FIRST_MS);
        let mut harvest = Harvest::default();
        let sweep = Sweep::read(round.cursor, &round.feed.keywords, start).or_else(|()| {
            harvest.listing.note("where the round before ended cannot be read: it begins anew".into());
            Sweep::read(None, &round.feed.keywords, start)
        });
        let Ok(mut sweep) = sweep else { return Err(unreadable("there are no keywords")) };
        // A time to come would find nothing for as long.
        sweep.from = sweep.from.min(round.now.0);
        let mut search = Search { round, sweep, harvest, posts: vec![], seen: HashSet::new(), pages: 0 };
        let ended = search.sweep().await;
        search.finish(ended)
    })
}

/// A round on its way.
struct Search<'a, 'b> {
    round: &'a Round<'b>,
    sweep: Sweep,
    harvest: Harvest,
    posts: Vec<(Option<Time>, String, Item)>,
    seen: HashSet<String>,
    pages: usize,
}

/// How the pages of one keyword ended.
enum Paged {
    /// There are no more in this sweep.
    Done,
    /// There are more, which the next round asks for.
    More,
}

impl Search<'_, '_> {
    /// Asks for one keyword after the other, to the end of the list.
    async fn sweep(&mut self) -> Result<(), Outcome> {
        let keywords = &self.round.feed.keywords;
        let first = self.sweep.at;
        for (at, keyword) in keywords.iter().enumerate().skip(first) {
            // The last page was taken, and a refusal is not waited for.
            if self.harvest.pause.is_some() {
                return Err(Outcome::Failed(Failure::RetryLater));
            }
            self.sweep.at = at;
            if self.pages > 0 && !self.has_room() {
                return Ok(());
            }
            match self.keyword(keyword).await? {
                Paged::Done => self.sweep.next(keywords.len()),
                Paged::More => return Ok(()),
            }
        }
        Ok(())
    }

    /// Reads the pages of one keyword, from `until` down to where the sweep begins.
    async fn keyword(&mut self, keyword: &str) -> Result<Paged, Outcome> {
        let from = Time(self.sweep.from).plus(-OVERLAP_MS);
        let until = self.sweep.until.map(Time);
        let mut cursor: Option<String> = None;
        for number in 1..=PAGES {
            let found = self.page(keyword, from, until, cursor.as_deref()).await?;
            let count = found.posts.len();
            let oldest = self.take(found.posts, from);
            cursor = found.cursor.filter(|next| cursor.as_ref() != Some(next));
            let Some(oldest) = oldest.filter(|_| count > 0 && cursor.is_some()) else { return Ok(Paged::Done) };
            // Where the next round begins, should this be the last page that can be asked for now: times are told in seconds,
            // and the one that is told is not in the answer.
            let next = (oldest.0.div_euclid(1_000) + 1) * 1_000;
            let furthest = until.map_or(next, |until| until.0 - 1_000);
            if next > furthest && number == PAGES {
                self.harvest.missed = true;
                self.harvest.listing.note("more posts within one second than can be asked for: some are left out (gap)".into());
            }
            self.sweep.until = Some(next.min(furthest));
            if self.harvest.pause.is_some() {
                return Err(Outcome::Failed(Failure::RetryLater));
            }
            if !self.has_room() {
                return Ok(Paged::More);
            }
        }
        Ok(Paged::More)
    }

    /// Whether another page can be asked for in this round: the next one goes on from here.
    fn has_room(&self) -> bool {
        self.posts.len() + LIMIT <= MAX_LEADS && self.round.allowance.left() > 0
    }

    async fn page(&mut self, keyword: &str, from: Time, until: Option<Time>, cursor: Option<&str>) -> Result<Found, Outcome> {
        let base = Url::parse(self.round.address).map_err(|_| Outcome::Refused(Refusal::Address))?;
        let mut url = base.join("/xrpc/app.bsky.feed.searchPosts").map_err(|_| Outcome::Refused(Refusal::Address))?;
        let phrase = format!("\"{}\"", keyword.replace(['"', '\\'], " "));
        url.query_pairs_mut()
            .extend_pairs([
                ("q", phrase.as_str()),
                ("sort", "latest"),
                ("lang", "vi"),
                ("limit", &LIMIT.to_string()),
                ("since", &from.to_string()),
            ])
            .extend_pairs(until.map(|until| ("until", until.to_string())))
            .extend_pairs(cursor.map(|cursor| ("cursor", cursor)));
        let answered = self.round.api(&url, Secret::Bearer, 1).await?;
        self.pages += 1;
        self.harvest.pause = self.harvest.pause.max(answered.used_up(self.round.now));
        if answered.status != 200 {
            return Err(refused(&answered, self.round.has_token()));
        }
        read_json(&answered.text).map_err(|e| unreadable(format!("no found posts: {e}")))
    }

    /// Takes posts up; gives the time of the oldest one that is not before `from`.
    fn take(&mut self, posts: Vec<serde_json::Value>, from: Time) -> Option<Time> {
        let mut oldest: Option<Time> = None;
        for (place, value) in (1..).zip(posts) {
            let place = format!("page {}, post {place}", self.pages);
            let Ok(post) = serde_json::from_value::<PostView>(value) else {
                self.harvest.listing.note(format!("{place}: left out, it has not the fields of a post"));
                continue;
            };
            // Searches are ordered by the earlier of the two, because authors may write any date.
            let (created, indexed) = (post.record.created_at(), Time::parse(&post.indexed_at).ok());
            let sorted = created.into_iter().chain(indexed).min();
            if let Some(at) = sorted {
                self.sweep.saw(at.min(self.round.now));
            }
            if let Some(at) = sorted.filter(|at| *at >= from) {
                oldest = Some(oldest.map_or(at, |oldest| oldest.min(at)));
            }
            let text = post.record.text();
            // What was found by something else than its text (a link, a picture's description) says nothing here.
            if !self.round.matches(&text) || !self.seen.insert(post.uri.clone()) {
                continue;
            }
            let item = Item { link: key_of(&post.uri), published_at: sorted, text: Some(text), ..Item::default() };
            self.posts.push((sorted, place, item));
        }
        oldest
    }

    /// What the round brought, oldest first.
    fn finish(mut self, ended: Result<(), Outcome>) -> Result<Harvest, Outcome> {
        if self.pages == 0 {
            ended.clone()?;
        }
        if let (Err(outcome), true) = (&ended, self.posts.is_empty() && self.sweep.write().as_deref() == self.round.cursor) {
            return Err(outcome.clone());
        }
        self.posts.sort_by_key(|(at, ..)| *at);
        for (_, place, item) in std::mem::take(&mut self.posts) {
            self.round.add(&mut self.harvest.listing, &place, item);
        }
        self.harvest.cursor = self.sweep.write();
        self.harvest.stopped = ended.err();
        Ok(self.harvest)
    }
}

/// What a status other than 200 means.
fn refused(answered: &Answered, has_token: bool) -> Outcome {
    let word = read_json::<XrpcError>(&answered.text).map(|told| told.error).unwrap_or_default();
    // A word, not a sentence: sentences may repeat what was asked for.
    let word: String = word.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
    let status = answered.status.as_u16();
    let asks_who = matches!(status, 401 | 403) || matches!(word.as_str(), "AuthMissing" | "ExpiredToken" | "InvalidToken");
    match (asks_who, has_token) {
        (true, true) => Outcome::Refused(Refusal::Token),
        (true, false) => Outcome::Refused(Refusal::Closed),
        (false, _) if status == 400 && !word.is_empty() => unreadable(format!("the search answered {word}")),
        (false, _) => Outcome::Failed(Failure::Status(status)),
    }
}
