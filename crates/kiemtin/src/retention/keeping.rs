//! How long are the posts of each source kept?

use crate::config::Config;
use kiemtin_model::Time;
use kiemtin_model::time::DAY_MS;
use kiemtin_store::{OldPost, OldPosts};

/// Days that posts are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keeping {
    /// Those of all sources; 0: for good.
    pub social_days: u16,
    /// Sources whose posts are kept for a shorter time.
    pub shorter: Vec<Shorter>,
}

/// A source whose posts are kept for a shorter time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shorter {
    /// Its id.
    pub source: String,
    /// Days, at least 1.
    pub days: u16,
    /// The terms of its service ask for it: also posts of open alerts go.
    pub by_terms: bool,
}

/// Posts that are looked through for those that are kept no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pass<'a> {
    /// Which are old.
    pub old: OldPosts<'a>,
    /// Those that stand in an open alert go as well.
    pub by_terms: bool,
    /// Those that were taken in earlier come again in the pass over the posts of all sources.
    pub from: Option<Time>,
}

impl Keeping {
    /// What is configured. Of several limits the shortest counts.
    pub fn of(config: &Config) -> Self {
        let social_days = config.settings.retention.social_days;
        let shorter = config.sources.iter().filter(|source| source.has_posts()).filter_map(|source| {
            let terms = source.keep_at_most();
            let days = source.keep_days.into_iter().chain(terms).min()?;
            let is_shorter = social_days == 0 || days < social_days;
            // Where the terms ask for the time of all others, they still take posts out of alerts.
            let by_terms = terms.is_some();
            (is_shorter || by_terms).then(|| Shorter {
                source: source.id.clone(),
                days: if is_shorter { days } else { social_days },
                by_terms,
            })
        });
        Self { social_days, shorter: shorter.collect() }
    }

    /// Before when posts were taken in that are kept no longer, of sources without a limit of their own; `None`: they are kept for good.
    pub fn before(&self, now: Time) -> Option<Time> {
        (self.social_days > 0).then(|| days_before(now, self.social_days))
    }

    /// What is to be looked through at `now`.
    pub fn passes(&self, now: Time) -> Vec<Pass<'_>> {
        let all = self.before(now);
        let mut passes = vec![];
        for Shorter { source, days, by_terms } in &self.shorter {
            let old = OldPosts { source: Some(source), before: days_before(now, *days) };
            passes.push(Pass { old, by_terms: *by_terms, from: all });
        }
        passes.extend(all.map(|before| Pass { old: OldPosts { source: None, before }, by_terms: false, from: None }));
        passes
    }
}

/// What becomes of an old post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is forgotten.
    Goes,
    /// It stays for the alert that it stands in.
    IsHeld,
    /// The pass over the posts of all sources says.
    IsLookedAtLater,
}

impl Pass<'_> {
    /// What becomes of a post of this pass.
    pub fn decides(&self, post: &OldPost) -> Fate {
        if self.by_terms || !post.held {
            Fate::Goes
        } else if self.from.is_some_and(|from| post.place.0 < from) {
            Fate::IsLookedAtLater
        } else {
            Fate::IsHeld
        }
    }
}

fn days_before(now: Time, days: u16) -> Time {
    now.plus(-i64::from(days) * DAY_MS)
}
