//! What came in one session of the stream? Posts that say a keyword, in their last version, and what was deleted.

use super::super::bluesky::{Record, key};
use super::super::{Harvest, Round};
use crate::sources::{Item, MAX_LEADS};
use kiemtin_model::Time;
use kiemtin_model::time::MINUTE_MS;
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// The collection that holds posts.
pub(super) const POSTS: &str = "app.bsky.feed.post";
/// Largest frame, in bytes: a post with all that it carries takes some thousand.
pub(super) const MOST_OF_FRAME: usize = 256 << 10;
/// Bounds of a session. What is beyond them waits for the next one.
const MOST_FRAMES: usize = 50_000;
const MOST_BYTES: usize = 64 << 20;
const MOST_DELETED: usize = 20_000;
/// A frame that is so young, in microseconds, ends the session: it has caught up.
const CAUGHT_UP_US: u64 = 5_000_000;
/// The first frame may be so much younger than what was asked for, in microseconds.
const GAP_US: u64 = MINUTE_MS as u64 * 1_000;
/// A frame cannot be so much younger than the session, in microseconds.
const FUTURE_US: u64 = 10 * GAP_US;

/// A frame of the stream. The account is read for the key of its post alone, and let go with the frame; `identity` and `account`
/// frames are about nothing else and not read.
#[derive(Deserialize)]
struct Frame<'a> {
    #[serde(borrow, default)]
    did: Cow<'a, str>,
    #[serde(default)]
    time_us: u64,
    #[serde(borrow)]
    commit: Option<Commit<'a>>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct Commit<'a> {
    #[serde(borrow)]
    operation: Cow<'a, str>,
    #[serde(borrow)]
    collection: Cow<'a, str>,
    #[serde(borrow)]
    rkey: Cow<'a, str>,
    record: Option<Record>,
}

/// Why a session is over.
#[derive(Debug, PartialEq)]
pub(super) enum Ended {
    /// It has caught up, or a bound is reached.
    Enough,
    /// The server ends it, with a word of the protocol.
    Said(String),
}

/// A post that says a keyword.
struct Post {
    number: usize,
    item: Item,
}

/// A session on its way.
pub(super) struct Session {
    now_us: u64,
    posts: HashMap<String, Post>,
    deleted: HashSet<String>,
    first: Option<u64>,
    last: Option<u64>,
    frames: usize,
    bytes: usize,
    malformed: usize,
    missed: bool,
    notes: Vec<String>,
}

impl Session {
    pub(super) fn new(now_us: u64) -> Self {
        let (posts, deleted) = (HashMap::new(), HashSet::new());
        Self { now_us, posts, deleted, first: None, last: None, frames: 0, bytes: 0, malformed: 0, missed: false, notes: vec![] }
    }

    pub(super) fn note(&mut self, note: String) {
        self.notes.push(note);
    }

    /// The time of the last frame that was handled, in microseconds.
    pub(super) fn last(&self) -> Option<u64> {
        self.last
    }

    /// Whether the stream began later than it was asked to: it does not say so itself.
    pub(super) fn look_for_gap(&mut self, from: u64) {
        if let Some(late) = self.first.and_then(|first| first.checked_sub(from)).filter(|late| *late > GAP_US) {
            self.missed = true;
            self.note(format!("the stream no longer has the {} minutes after the round before: their posts are lost (gap)", late / GAP_US));
        }
    }

    /// A message that is no text.
    pub(super) fn other(&mut self, bytes: usize) -> Option<Ended> {
        self.count(bytes).then_some(Ended::Enough)
    }

    fn count(&mut self, bytes: usize) -> bool {
        self.frames += 1;
        self.bytes = self.bytes.saturating_add(bytes);
        self.frames >= MOST_FRAMES || self.bytes >= MOST_BYTES
    }

    /// Handles one frame.
    pub(super) fn frame(&mut self, text: &str, matches: impl Fn(&str) -> bool) -> Option<Ended> {
        let full = self.count(text.len());
        let frame: Frame<'_> = match serde_json::from_str(text) {
            Ok(frame) => frame,
            Err(_) => return self.lost(full),
        };
        if let Some(word) = frame.error {
            return Some(Ended::Said(word.chars().filter(char::is_ascii_alphanumeric).take(40).collect()));
        }
        // A time that is none would lead the next round astray.
        if frame.time_us == 0 || frame.time_us > self.now_us.saturating_add(FUTURE_US) {
            return self.lost(full);
        }
        if let Some(commit) = frame.commit.filter(|commit| commit.collection == POSTS)
            && !self.commit(&frame.did, commit, frame.time_us, matches)
        {
            self.malformed += 1;
        }
        self.first.get_or_insert(frame.time_us);
        self.last = Some(self.last.map_or(frame.time_us, |last| last.max(frame.time_us)));
        let caught_up = frame.time_us.saturating_add(CAUGHT_UP_US) >= self.now_us;
        (full || caught_up || self.posts.len() >= MAX_LEADS || self.deleted.len() >= MOST_DELETED).then_some(Ended::Enough)
    }

    fn lost(&mut self, full: bool) -> Option<Ended> {
        self.malformed += 1;
        full.then_some(Ended::Enough)
    }

    /// What happened to a post; `false`: the frame does not say.
    fn commit(&mut self, did: &str, commit: Commit<'_>, time_us: u64, matches: impl Fn(&str) -> bool) -> bool {
        let key = key(did, &commit.collection, &commit.rkey);
        if commit.operation == "delete" {
            self.posts.remove(&key);
            self.deleted.insert(key);
            return true;
        }
        let is_update = commit.operation == "update";
        let Some(record) = commit.record.filter(|_| is_update || commit.operation == "create") else { return false };
        let text = record.text();
        if !record.is_vietnamese() || !matches(&text) {
            // What it said before may have been kept, and is no longer what it says.
            if is_update {
                self.posts.remove(&key);
                self.deleted.insert(key);
            }
            return true;
        }
        self.deleted.remove(&key);
        let came = Time(i64::try_from(time_us / 1_000).unwrap_or(0));
        // Its author may write any date; it was not written after it came.
        let published_at = Some(record.created_at().map_or(came, |at| at.min(came)));
        let updated_at = is_update.then_some(came);
        let number = self.posts.get(&key).map_or(self.frames, |post| post.number);
        let item = Item { link: key.clone(), published_at, updated_at, text: Some(text), ..Item::default() };
        self.posts.insert(key, Post { number, item });
        true
    }

    /// What the session brought, oldest first.
    pub(super) fn finish(self, round: &Round<'_>, harvest: &mut Harvest) {
        harvest.missed = self.missed;
        for note in self.notes {
            harvest.listing.note(note);
        }
        if self.malformed > 0 {
            harvest.listing.note(format!("{} of {} frames left out: they have not the fields of the stream", self.malformed, self.frames));
        }
        let mut posts: Vec<Post> = self.posts.into_values().collect();
        posts.sort_by_key(|post| post.number);
        for post in posts {
            round.add(&mut harvest.listing, &format!("frame {}", post.number), post.item);
        }
        harvest.deleted = self.deleted.into_iter().collect();
        harvest.deleted.sort_unstable();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: u64 = 1_747_000_000_000_000;

    fn frame(at: u64, operation: &str, rkey: &str, text: &str) -> String {
        let record = json!({ "$type": POSTS, "text": text, "createdAt": "2025-05-11T21:00:00Z", "langs": ["vi"] });
        let mut commit = json!({ "rev": "3k", "operation": operation, "collection": POSTS, "rkey": rkey, "cid": "bafy" });
        if operation != "delete" {
            commit["record"] = record;
        }
        json!({ "did": "did:plc:ai", "time_us": at, "kind": "commit", "commit": commit }).to_string()
    }

    fn texts(session: &Session) -> Vec<&str> {
        let mut posts: Vec<&Post> = session.posts.values().collect();
        posts.sort_by_key(|post| post.number);
        posts.iter().filter_map(|post| post.item.text.as_deref()).collect()
    }

    #[test]
    fn the_last_word_counts() {
        let at = NOW - 60_000_000;
        let mut session = Session::new(NOW);
        let power = |text: &str| text.contains("điện");
        for (operation, rkey, text) in [
            ("create", "a", "giá điện"),
            ("create", "b", "giá điện tăng"),
            ("create", "c", "giá điện giảm"),
            ("create", "d", "trời đẹp"),
            ("delete", "a", ""),
            ("update", "b", "giá điện không tăng"),
            ("update", "c", "trời đẹp"),
            ("delete", "x", ""),
            ("create", "x", "tiền điện"),
        ] {
            assert_eq!(session.frame(&frame(at, operation, rkey, text), power), None);
        }
        assert_eq!(texts(&session), ["giá điện không tăng", "tiền điện"]);
        let deleted = |rkey: &str| session.deleted.contains(&key("did:plc:ai", POSTS, rkey));
        assert_eq!(["a", "b", "c", "d", "x"].map(deleted), [true, false, true, false, false]);
        assert_eq!(session.frame(&frame(NOW - 4_000_000, "create", "e", "x"), power), Some(Ended::Enough), "it has caught up");
        assert_eq!(session.last(), Some(NOW - 4_000_000));
    }

    #[test]
    fn odd_frames() {
        let mut session = Session::new(NOW);
        let future = frame(NOW * 2, "create", "a", "giá điện");
        let no_record =
            json!({ "did": "d", "time_us": 5, "kind": "commit", "commit": { "operation": "create", "collection": POSTS, "rkey": "r" } });
        for odd in ["", "7", "{}", &"[".repeat(10_000), &future, "{\"time_us\":\"x\"}", &no_record.to_string()] {
            assert_eq!(session.frame(odd, |_| true), None, "{odd}");
        }
        assert_eq!((session.malformed, session.last()), (7, Some(5)));
        for other in ["identity", "account"] {
            let text = json!({ "did": "d", "time_us": 6, "kind": other, "account": { "active": false, "status": "takendown" } });
            assert_eq!(session.frame(&text.to_string(), |_| true), None);
        }
        assert_eq!((session.malformed, session.last(), session.deleted.len()), (7, Some(6), 0));
        let slow = "{\"$type\":\"error\",\"error\":\"ConsumerTooSlow\",\"message\":\"…\"}";
        assert_eq!(session.frame(slow, |_| true), Some(Ended::Said("ConsumerTooSlow".into())));
    }

    #[test]
    fn bounds() {
        let mut session = Session::new(NOW);
        let ended = (0..MOST_FRAMES + 9).position(|_| session.frame("{\"time_us\":5}", |_| true).is_some());
        assert_eq!(ended, Some(MOST_FRAMES - 1));
        let mut session = Session::new(NOW);
        let ended = (0..MAX_LEADS + 9).position(|n| session.frame(&frame(5, "create", &n.to_string(), "điện"), |_| true).is_some());
        assert_eq!(ended, Some(MAX_LEADS - 1));
        let mut session = Session::new(NOW);
        let ended = (0..MOST_DELETED + 9).position(|n| session.frame(&frame(5, "delete", &n.to_string(), ""), |_| true).is_some());
        assert_eq!(ended, Some(MOST_DELETED - 1));
        let mut session = Session::new(NOW);
        assert_eq!((0..999).position(|_| session.other(1 << 20).is_some()), Some(63));
    }

    #[test]
    fn a_stream_that_begins_late() {
        for (first, notes) in [(NOW - 60_000_000, 0), (NOW + 200_000_000, 1)] {
            let mut session = Session::new(NOW + 900_000_000);
            session.frame(&frame(first, "create", "a", "x"), |_| true);
            session.look_for_gap(NOW);
            assert_eq!((session.notes.len(), session.missed), (notes, notes > 0), "{:?}", session.notes);
        }
    }
}
