//! What is the rest of the service doing? Told by the crawler, the pipeline, the indexer and the dispatcher; read by
//! the pages, `/readyz` and `/metrics`.

use kiemtin_model::{Tally, Time, words};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Where collecting stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Crawl {
    /// No pass has ended since the start.
    #[default]
    Never,
    /// A pass is under way.
    Running,
    /// The last pass ended.
    Idle,
}

impl Crawl {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Never, Self::Running, Self::Idle];

    /// The word of `/readyz`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Running => "running",
            Self::Idle => "idle",
        }
    }
}

words! {
    /// What became of something that a hub told.
    PushResult {
        /// Its feed is polled.
        Accepted = "accepted" / "đã nhận",
        /// Ignored: no signature, or one that does not hold.
        BadSignature = "bad_signature" / "sai chữ ký",
        /// Nobody asked for it.
        Unknown = "unknown" / "không đăng ký",
        /// Ignored: signed by SHA-1, which is not accepted.
        Sha1Refused = "sha1_refused" / "chữ ký SHA-1 không được nhận",
    }
}

/// The status at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StatusSnapshot {
    /// Where collecting stands.
    pub crawl: Crawl,
    /// End and counts of the last whole pass.
    pub last_run: Option<(Time, Tally)>,
    /// Counts of everything that went through the pipeline since the start.
    pub totals: Tally,
    /// Sources that cannot be read, as (name, reason in words).
    pub failing_sources: Vec<(String, String)>,
    /// Version of the rules in force; empty before it was told.
    pub rules_version: String,
    /// Faults of edited rules that therefore did not come into force, in words.
    pub rules_faults: Vec<String>,
    /// Polls since the start that shared nothing with the poll before: something may have been missed.
    pub feed_gaps: u64,
    /// What hubs told since the start, by what became of it, in the order of [`PushResult::ALL`].
    pub pushes: [u64; PushResult::ALL.len()],
    /// Notices delivered since the start.
    pub delivered: u64,
    /// Last change that the indexer applied.
    pub index_seq: i64,
}

/// The status, shared by the whole process. Every call is short and never waits for anything but another such call.
#[derive(Debug, Default)]
pub struct ServiceStatus(Mutex<StatusSnapshot>);

impl ServiceStatus {
    /// Nothing has happened yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A pass over the sources began.
    pub fn crawl_running(&self) {
        self.hold().crawl = Crawl::Running;
    }

    /// The pass ended at `at` with these counts. They are shown, not added to the totals: see [`Self::ingested`].
    pub fn crawl_idle(&self, at: Time, run: &Tally) {
        let mut status = self.hold();
        status.crawl = Crawl::Idle;
        status.last_run = Some((at, *run));
    }

    /// The pipeline recorded a batch; added to the totals.
    pub fn ingested(&self, batch: &Tally) {
        self.hold().totals.add(batch);
    }

    /// Replaces the list of sources that cannot be read: (name, reason in words).
    pub fn failing_sources(&self, sources: Vec<(String, String)>) {
        self.hold().failing_sources = sources;
    }

    /// This version of the rules is in force; edited files with `faults` (in words) are not.
    pub fn rules(&self, version: &str, faults: &[String]) {
        let mut status = self.hold();
        version.clone_into(&mut status.rules_version);
        status.rules_faults = faults.to_vec();
    }

    /// `count` more polls had a gap.
    pub fn feed_gaps(&self, count: u64) {
        self.hold().feed_gaps += count;
    }

    /// A hub told something, and this became of it.
    pub fn pushed(&self, result: PushResult) {
        if let Some(count) = self.hold().pushes.get_mut(result as usize) {
            *count += 1;
        }
    }

    /// `count` more notices were delivered.
    pub fn delivered(&self, count: u64) {
        self.hold().delivered += count;
    }

    /// The indexer has applied every change up to `seq` (also to be told once at the start).
    pub fn index_seq(&self, seq: i64) {
        self.hold().index_seq = seq;
    }

    /// A copy of everything.
    pub fn snapshot(&self) -> StatusSnapshot {
        self.hold().clone()
    }

    fn hold(&self) -> MutexGuard<'_, StatusSnapshot> {
        // Each change above is a single assignment: a panic elsewhere cannot leave half of one behind.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_it_was_told() {
        let status = ServiceStatus::new();
        assert_eq!(status.snapshot().crawl.as_str(), "never");
        status.crawl_running();
        assert_eq!(status.snapshot().crawl.as_str(), "running");
        let run = Tally { read: 3, new: 3, ..Tally::default() };
        status.ingested(&run);
        status.ingested(&run);
        status.crawl_idle(Time(5), &run);
        status.delivered(2);
        status.pushed(PushResult::Sha1Refused);
        status.index_seq(9);
        status.rules("v2", &["a.toml:3: rule: hỏng".into()]);
        status.failing_sources(vec![("Báo A".into(), "HTTP 503".into())]);
        let now = status.snapshot();
        assert_eq!((now.crawl, now.last_run), (Crawl::Idle, Some((Time(5), run))));
        assert_eq!(now.pushes, [0, 0, 0, 1]);
        assert_eq!((now.rules_version.as_str(), now.rules_faults.len()), ("v2", 1));
        assert_eq!((now.totals.new, now.delivered, now.index_seq, now.failing_sources.len()), (6, 2, 9, 1));
    }
}
