//! What was written on a public timeline of the Mastodon API? (`GET /api/v1/timelines/public`, `…/tag/:hashtag`)
//!
//! A channel is read on from the last posts that are remembered: the first page of a round shows them again, so that what was
//! edited or deleted since is seen. Of a hashtag nothing but a time is remembered, because its posts are found by keyword: ids
//! of Mastodon are times, so a time names a place among them; where ids are something else, pages are read backwards. For the
//! same reason deletions of such posts cannot be told.

mod asking;
mod cursor;
mod status;

use super::{Harvest, Reading, Round};
use crate::sources::MAX_LEADS;
use asking::{Gone, LIMIT, Page, is_closed, is_gone, page};
use cursor::{Cursor, Seen};
use kiemtin_model::time::HOUR_MS;
use kiemtin_model::{Failure, FoundBy, Outcome, Refusal, Time};
use status::{Status, id_before, is_later, time_of};
use std::time::Duration;

/// Pages of the first round: what is new, not what there ever was.
const FIRST_PAGES: usize = 2;
/// Most pages of a round that reads on.
const PAGES: usize = 25;
/// Most pages that are read backwards.
const BACK_PAGES: usize = MAX_LEADS / LIMIT;
/// A page with fewer posts is the last one. Servers give fewer than were asked for: some have a smaller limit, and deleted posts
/// leave holes.
const FULL: usize = LIMIT / 2;
/// Most posts that are asked for one by one in a round.
const MOST_ASKED: usize = 5;
/// How far a hashtag is read again, so that posts of other servers that came late, and edits, are seen.
const OVERLAP_MS: i64 = HOUR_MS;

/// Reads on from the cursor.
pub(super) fn read<'a>(round: &'a mut Round<'_>) -> Reading<'a> {
    Box::pin(async move {
        let by_keyword = round.source.found_by == FoundBy::Keyword || round.address.contains("/timelines/tag/");
        let mut reader = Reader { round, by_keyword, harvest: Harvest::default(), posts: vec![], pages: 0 };
        match Cursor::read(round.cursor, by_keyword) {
            Ok(Some(cursor)) if !by_keyword => reader.channel(cursor.last).await?,
            Ok(Some(cursor)) => reader.hashtag(&cursor).await?,
            Ok(None) => reader.first().await?,
            Err(()) => {
                reader.harvest.listing.note("where the round before ended cannot be read: it begins anew".into());
                reader.first().await?;
            }
        }
        Ok(reader.harvest)
    })
}

/// A round on its way.
struct Reader<'a, 'b> {
    round: &'a Round<'b>,
    by_keyword: bool,
    harvest: Harvest,
    /// Posts of pages that are read backwards, newest first.
    posts: Vec<(String, Status)>,
    pages: usize,
}

impl Reader<'_, '_> {
    async fn page(&mut self, end: Option<(&str, &str)>) -> Result<Page, Outcome> {
        self.pages += 1;
        let page = page(self.round, self.pages, end, &mut self.harvest.listing).await?;
        self.harvest.pause = self.harvest.pause.max(page.used_up);
        Ok(page)
    }

    /// Takes a post up; gives what is remembered of it.
    fn add(&mut self, place: &str, status: Status) -> Seen {
        let (id, edited) = (status.id.clone(), status.edited_at().map(|at| at.0));
        let item = status.is_own().then(|| (status.created_at(), status.item())).and_then(|(at, item)| Some((at, item?)));
        let Some((created_at, item)) = item else { return Seen { id, link: String::new(), edited } };
        if created_at.is_none() {
            self.harvest.listing.note(format!("{place}: no date that can be read"));
        }
        let lead = self.round.add(&mut self.harvest.listing, place, item);
        Seen { id, link: lead.map(|lead| lead.url.clone()).unwrap_or_default(), edited }
    }

    /// The newest pages, where nothing is known.
    async fn first(&mut self) -> Result<(), Outcome> {
        let reached = self.backwards(None, FIRST_PAGES).await?;
        if self.posts.is_empty() {
            self.look_whether_closed().await?;
            self.harvest.listing.note("the timeline is empty (some servers answer so when it is not public)".into());
            return Ok(());
        }
        let (newest, timed) = newest_time(&self.posts);
        let last = self.take_backwards();
        let cursor = if self.by_keyword {
            newest.map(|at| Cursor::at(at.min(self.round.now), timed, false))
        } else {
            Some(Cursor { last, ..Cursor::default() })
        };
        self.harvest.cursor = cursor.and_then(Cursor::write);
        // Older pages that did not come are no loss in a first round.
        if let Err(outcome) = reached {
            self.harvest.stopped = Some(outcome);
        }
        Ok(())
    }

    /// Reads on in a channel.
    async fn channel(&mut self, mut last: Vec<Seen>) -> Result<(), Outcome> {
        let Some(mut reached) = last.first().map(|seen| seen.id.clone()) else { return self.first().await };
        for number in 0..PAGES {
            let page = match self.page(Some(("min_id", &reached))).await {
                Ok(page) => page,
                Err(outcome) if number == 0 => return Err(outcome),
                Err(outcome) => {
                    self.harvest.stopped = Some(outcome);
                    break;
                }
            };
            if number == 0 {
                self.look_for_deleted(&page, &mut last).await?;
            }
            let (count, used_up, newest) = (page.count, page.used_up, page.newest);
            for (place, status) in page.posts {
                let known = last.iter().position(|seen| seen.id == status.id);
                if known.and_then(|at| last.get(at)).is_some_and(|seen| seen.edited == status.edited_at().map(|at| at.0)) {
                    continue;
                }
                let seen = self.add(&place, status);
                match known.and_then(|at| last.get_mut(at)) {
                    Some(known) => *known = seen,
                    None => last.push(seen),
                }
            }
            if !self.goes_on(newest, &mut reached, count, used_up) {
                break;
            }
        }
        last.sort_by(|a, b| (a.id.len(), &a.id).cmp(&(b.id.len(), &b.id)));
        self.harvest.cursor = Cursor { last, ..Cursor::default() }.write();
        Ok(())
    }

    /// Remembered posts that a page should show and does not: their server is asked whether they were deleted.
    async fn look_for_deleted(&mut self, page: &Page, last: &mut Vec<Seen>) -> Result<(), Outcome> {
        let is_there = |id: &str| page.posts.iter().any(|(_, status)| status.id == id);
        let covers = |id: &str| page.count < FULL || page.newest.as_deref().is_some_and(|newest| !is_later(id, newest));
        // The first one only says where to begin.
        let missing: Vec<Seen> = last.iter().skip(1).filter(|seen| covers(&seen.id) && !is_there(&seen.id)).cloned().collect();
        if page.count == 0 && !missing.is_empty() {
            // That all were deleted at once is less likely than a server that shows nothing.
            self.look_whether_closed().await?;
            self.harvest.listing.note("the timeline is empty and was not before".into());
            return Ok(());
        }
        for seen in missing.iter().filter(|seen| !seen.link.is_empty()).take(MOST_ASKED) {
            match is_gone(self.round, &seen.id).await {
                Ok(Gone::Deleted) => self.harvest.deleted.push(seen.link.clone()),
                Ok(Gone::Kept) => {}
                Ok(Gone::Unknown) => continue,
                Err(outcome) => {
                    // It is remembered, and asked for in the next round.
                    self.harvest.listing.note(format!("whether a post was deleted could not be asked: {}", outcome.detail()));
                    break;
                }
            }
            last.retain(|known| known.id != seen.id);
        }
        Ok(())
    }

    /// Reads on in a hashtag, from a time.
    async fn hashtag(&mut self, cursor: &Cursor) -> Result<(), Outcome> {
        let at = Time(cursor.at.unwrap_or_default()).min(self.round.now);
        let from = if cursor.behind { at } else { at.plus(-OVERLAP_MS) };
        if !cursor.timed {
            return self.hashtag_backwards(at, from).await;
        }
        let (mut reached, mut newest_at, mut goes_on) = (id_before(from), at, true);
        for number in 0..PAGES {
            let page = match self.page(Some(("min_id", &reached))).await {
                Ok(page) => page,
                Err(outcome) if number == 0 => return Err(outcome),
                Err(outcome) => {
                    self.harvest.stopped = Some(outcome);
                    break;
                }
            };
            if number == 0 && page.count == 0 {
                self.look_whether_closed().await?;
            }
            let times: Vec<Time> = page.posts.iter().filter_map(|(_, status)| time_of(&status.id, status.created_at())).collect();
            if times.is_empty() && !page.posts.is_empty() {
                self.harvest.listing.note("the ids of this server are no times: it is read backwards from now on".into());
                self.harvest.cursor = Cursor::at(at, false, cursor.behind).write();
                return Ok(());
            }
            newest_at = times.into_iter().fold(newest_at, Time::max);
            let (count, used_up, newest) = (page.count, page.used_up, page.newest);
            for (place, status) in page.posts {
                self.add(&place, status);
            }
            goes_on = self.goes_on(newest, &mut reached, count, used_up);
            if !goes_on {
                break;
            }
        }
        let behind = goes_on || self.harvest.stopped.is_some();
        // A round that is behind must get further, whatever came.
        let next = if behind && newest_at <= from { from.plus(1) } else { newest_at };
        self.harvest.cursor = Cursor::at(next, true, behind).write();
        Ok(())
    }

    async fn hashtag_backwards(&mut self, at: Time, from: Time) -> Result<(), Outcome> {
        match self.backwards(Some(from), BACK_PAGES).await? {
            Ok(true) => {}
            Ok(false) => {
                self.harvest.missed = true;
                self.harvest.listing.note(format!("more than {MAX_LEADS} posts since the round before: the older ones are left out (gap)"));
            }
            Err(outcome) => {
                // What lies between is not here: the next round begins where this one did.
                self.harvest.stopped = Some(outcome);
                self.take_backwards();
                return Ok(());
            }
        }
        if self.posts.is_empty() {
            self.look_whether_closed().await?;
        }
        let (newest, timed) = newest_time(&self.posts);
        self.take_backwards();
        self.harvest.cursor = Cursor::at(newest.map_or(at, |newest| newest.min(self.round.now).max(at)), timed, false).write();
        Ok(())
    }

    /// Collects pages from the newest one back, down to a time. `Err`: nothing came; the inner one says whether the end was
    /// reached, or why it was not.
    async fn backwards(&mut self, down_to: Option<Time>, pages: usize) -> Result<Result<bool, Outcome>, Outcome> {
        let mut end: Option<String> = None;
        for number in 0..pages {
            let page = match self.page(end.as_deref().map(|id| ("max_id", id))).await {
                Ok(page) => page,
                Err(outcome) if number == 0 => return Err(outcome),
                Err(outcome) => return Ok(Err(outcome)),
            };
            let is_old = |status: &Status| down_to.is_some_and(|time| status.created_at().is_some_and(|at| at < time));
            // One post may carry a date of its author's choice: the whole page must be older.
            let passed = !page.posts.is_empty() && page.posts.iter().all(|(_, status)| is_old(status));
            let further = page.oldest.as_ref().is_some_and(|oldest| end.as_ref().is_none_or(|end| is_later(end, oldest)));
            let (count, used_up) = (page.count, page.used_up);
            end = page.oldest;
            self.posts.extend(page.posts.into_iter().rev().filter(|(_, status)| !is_old(status)));
            if passed || !further || count < FULL {
                return Ok(Ok(true));
            }
            if number + 1 < pages && used_up.is_some() {
                return Ok(Err(Outcome::Failed(Failure::RetryLater)));
            }
        }
        Ok(Ok(false))
    }

    /// Takes up what was read backwards, oldest first.
    fn take_backwards(&mut self) -> Vec<Seen> {
        let posts = std::mem::take(&mut self.posts);
        posts.into_iter().rev().map(|(place, status)| self.add(&place, status)).collect()
    }

    /// Whether another page is asked for; moves to the last post of the one before.
    fn goes_on(&mut self, newest: Option<String>, reached: &mut String, count: usize, used_up: Option<Duration>) -> bool {
        let Some(newest) = newest.filter(|newest| is_later(newest, reached)) else { return false };
        *reached = newest;
        if count < FULL {
            return false;
        }
        if used_up.is_some() {
            // It is not asked until it refuses.
            self.harvest.stopped = Some(Outcome::Failed(Failure::RetryLater));
            return false;
        }
        self.harvest.listing.leads.len() + LIMIT <= MAX_LEADS
    }

    async fn look_whether_closed(&self) -> Result<(), Outcome> {
        if is_closed(self.round, self.by_keyword).await? { Err(Outcome::Refused(Refusal::Closed)) } else { Ok(()) }
    }
}

/// The time of the newest post, and whether ids are times on this server.
fn newest_time(posts: &[(String, Status)]) -> (Option<Time>, bool) {
    let of_ids = posts.iter().filter_map(|(_, status)| time_of(&status.id, status.created_at())).max();
    (of_ids.or_else(|| posts.iter().filter_map(|(_, status)| status.created_at()).max()), of_ids.is_some())
}
