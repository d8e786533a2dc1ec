//! Where does the next round of searches go on? A sweep asks for all keywords within one stretch of time; it may take several
//! rounds, and only then time moves on. Nothing but times and the place in the list of keywords is kept.

use kiemtin_model::Time;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Longest cursor that is read, in bytes.
const LONGEST: usize = 1 << 10;

/// A sweep on its way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sweep {
    /// Posts from this time on, in milliseconds.
    pub(super) from: i64,
    /// Print of the keywords; with others, a sweep begins again.
    pub(super) keywords: String,
    /// The keyword that is asked for.
    #[serde(default)]
    pub(super) at: usize,
    /// Of that keyword, posts before this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) until: Option<i64>,
    /// The time of the newest post of the sweep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) newest: Option<i64>,
}

impl Sweep {
    /// The sweep that a cursor tells of; `Err`: it is none of ours.
    pub(super) fn read(text: Option<&str>, keywords: &[String], start: Time) -> Result<Self, ()> {
        let new = |from: i64| Self { from, keywords: print(keywords), at: 0, until: None, newest: None };
        let Some(text) = text else { return Ok(new(start.0)) };
        let sweep: Self = if text.len() <= LONGEST { serde_json::from_str(text).map_err(|_| ())? } else { return Err(()) };
        if sweep.from < 0 || sweep.until.is_some_and(|until| until < sweep.from) {
            return Err(());
        }
        let same = sweep.keywords == print(keywords) && sweep.at < keywords.len();
        Ok(if same { sweep } else { new(sweep.from) })
    }

    /// On with the next keyword; after the last one the next sweep begins where the newest post stood.
    pub(super) fn next(&mut self, keywords: usize) {
        (self.at, self.until) = (self.at + 1, None);
        if self.at >= keywords {
            (self.at, self.from) = (0, self.newest.take().unwrap_or(self.from).max(self.from));
        }
    }

    /// Remembers the time of a post.
    pub(super) fn saw(&mut self, at: Time) {
        self.newest = Some(self.newest.map_or(at.0, |newest| newest.max(at.0)));
    }

    pub(super) fn write(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }
}

fn print(keywords: &[String]) -> String {
    Sha256::digest(keywords.join("\n").as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sweep_goes_over_all_keywords() {
        let words = ["giá điện".to_owned(), "xăng".to_owned()];
        let mut sweep = Sweep::read(None, &words, Time(1_000)).unwrap();
        sweep.saw(Time(5_000));
        sweep.saw(Time(4_000));
        sweep.next(2);
        assert_eq!((sweep.from, sweep.at), (1_000, 1));
        let read = Sweep::read(sweep.write().as_deref(), &words, Time(9)).unwrap();
        assert_eq!(read, sweep);
        let other = Sweep::read(sweep.write().as_deref(), &words[..1], Time(9)).unwrap();
        assert_eq!((other.from, other.at, other.newest), (1_000, 0, None), "with other keywords it begins again");
        sweep.next(2);
        assert_eq!((sweep.from, sweep.at, sweep.newest), (5_000, 0, None));
        for hostile in ["", "[]", "{\"from\":-1,\"keywords\":\"\"}", "{\"from\":\"1\"}", &" ".repeat(2_000)] {
            assert!(Sweep::read(Some(hostile), &words, Time(9)).is_err(), "{hostile}");
        }
    }
}
