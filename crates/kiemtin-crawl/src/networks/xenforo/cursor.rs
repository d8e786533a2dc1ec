//! How far was each thread of a forum read? Ids of threads and posts, which name no member.

use super::page::Page;
use kiemtin_model::Time;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Its name and version before the cursor's own words.
pub(super) const NAME: &str = "xenforo-1";
/// Most threads that are remembered; the one read longest ago is forgotten first.
pub(super) const MOST_THREADS: usize = 300;

/// How far the threads of a forum were read.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Cursor {
    /// Read longest ago first.
    #[serde(rename = "t")]
    pub(super) threads: Vec<Thread>,
}

/// How far one thread was read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Thread {
    #[serde(rename = "i")]
    pub(super) id: u64,
    /// The last page that was read; 0: none.
    #[serde(rename = "p")]
    pub(super) page: u32,
    /// The highest number of a post.
    #[serde(rename = "n")]
    pub(super) highest: u64,
    /// Replies that the feed told of when it was read to its end.
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    pub(super) replies: Option<u64>,
    /// The newest edit that was seen, in milliseconds since 1970.
    #[serde(rename = "e", default)]
    pub(super) edited_ms: i64,
    /// Whether the feed named it in the round before.
    #[serde(rename = "l", default)]
    pub(super) listed: bool,
    /// Numbers of the posts of that page, ascending.
    #[serde(rename = "k", default, serialize_with = "to_steps", deserialize_with = "from_steps")]
    pub(super) posts: Vec<u64>,
}

impl Cursor {
    pub(super) fn thread(&self, id: u64) -> Option<&Thread> {
        self.threads.iter().find(|thread| thread.id == id)
    }

    /// Takes the state of a thread over; it is forgotten last.
    pub(super) fn put(&mut self, thread: Thread) {
        self.forget(thread.id);
        self.threads.push(thread);
        let excess = self.threads.len().saturating_sub(MOST_THREADS);
        self.threads.drain(..excess);
    }

    pub(super) fn forget(&mut self, id: u64) {
        self.threads.retain(|thread| thread.id != id);
    }
}

impl Thread {
    /// Whether a post of a page was not there before: behind all that were read, or put back between them.
    pub(super) fn is_new(&self, number: u64) -> bool {
        let between = || self.posts.first().is_some_and(|first| *first < number);
        !self.posts.contains(&number) && (number > self.highest || between())
    }

    /// Whether a known post was edited since it was read.
    pub(super) fn is_edited(&self, edited: Option<Time>) -> bool {
        edited.is_some_and(|at| at.0 > self.edited_ms)
    }

    /// Numbers of remembered posts that are gone from their page, read again. Posts that were deleted on earlier pages draw later
    /// ones forward, and posts that came back push them on: only what stood behind a post that is still there, and either before
    /// another such post or at the end of the last page, is known to be gone.
    pub(super) fn gone(&self, page: &Page) -> Vec<u64> {
        let here = |number: &u64| page.posts.iter().any(|post| post.number == *number);
        let Some(first) = self.posts.iter().find(|number| here(number)) else { return vec![] };
        let end = if page.current >= page.last { u64::MAX } else { self.posts.iter().rev().find(|n| here(n)).copied().unwrap_or(0) };
        self.posts.iter().copied().filter(|number| number > first && *number < end && !here(number)).collect()
    }

    /// Takes a page over that was read.
    pub(super) fn take(&mut self, page: &Page) {
        self.page = page.current;
        self.posts = page.posts.iter().map(|post| post.number).collect();
        self.posts.sort_unstable();
        self.highest = self.highest.max(self.posts.last().copied().unwrap_or(0));
        self.edited_ms = page.posts.iter().filter_map(|post| post.edited).map(|at| at.0).fold(self.edited_ms, i64::max);
    }
}

/// Numbers that follow each other closely are short as differences.
fn to_steps<S: Serializer>(numbers: &[u64], to: S) -> Result<S::Ok, S::Error> {
    let before = std::iter::once(0).chain(numbers.iter().copied());
    to.collect_seq(numbers.iter().zip(before).map(|(number, before)| number.saturating_sub(before)))
}

fn from_steps<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u64>, D::Error> {
    let steps = Vec::<u64>::deserialize(from)?;
    let sums = steps.into_iter().take(super::page::MOST_POSTS).scan(0u64, |sum, step| {
        *sum = sum.saturating_add(step);
        Some(*sum)
    });
    Ok(sums.collect())
}

#[cfg(test)]
mod tests {
    use super::super::page::Post;
    use super::*;

    fn page(numbers: &[u64], current: u32, last: u32) -> Page {
        let post = |number: &u64| Post { number: *number, text: "x".into(), at: None, edited: None };
        Page { title: String::new(), posts: numbers.iter().map(post).collect(), current, last }
    }

    #[test]
    fn what_is_gone_from_a_page() {
        let thread = Thread { id: 1, page: 2, highest: 50, posts: vec![10, 20, 30, 40, 50], ..Thread::default() };
        let check = |here: &[u64], last: u32, gone: &[u64]| assert_eq!(thread.gone(&page(here, 2, last)), gone, "{here:?} of {last}");
        check(&[10, 20, 30, 40, 50, 60], 2, &[]);
        check(&[10, 30, 40, 50], 2, &[20]);
        check(&[30, 40, 50, 60, 70], 3, &[]);
        check(&[10, 20, 30], 2, &[40, 50]);
        check(&[10, 20, 30], 3, &[]);
        check(&[5, 10, 20, 40], 3, &[30]);
        check(&[60, 70], 2, &[]);
        check(&[], 2, &[]);
    }

    #[test]
    fn what_is_new_on_a_page() {
        let thread = Thread { id: 1, page: 2, highest: 50, posts: vec![10, 30, 50], ..Thread::default() };
        assert_eq!([5, 10, 20, 50, 60].map(|n| thread.is_new(n)), [false, false, true, false, true]);
        assert!(Thread::default().is_new(1));
    }

    #[test]
    fn a_cursor_of_many_threads_stays_short() {
        let mut cursor = Cursor::default();
        for id in 0..400 {
            cursor.put(Thread {
                id,
                page: 3,
                highest: 45_000_019,
                replies: Some(60),
                listed: true,
                posts: (45_000_000..45_000_020).collect(),
                ..Thread::default()
            });
        }
        let text = serde_json::to_string(&cursor).unwrap();
        assert_eq!((cursor.threads.len(), cursor.thread(99), text.len() < 60_000), (MOST_THREADS, None, true), "{}", text.len());
        assert_eq!(serde_json::from_str::<Cursor>(&text).unwrap(), cursor);
        assert!(serde_json::from_str::<Cursor>("{\"t\":[{\"i\":-1}]}").is_err());
    }
}
