//! `[retention]`: how long is kept what is not kept for good?

use super::{ConfigFile, Fault};
use serde::Deserialize;

/// Longest time, in days: ten years.
pub(super) const MOST_DAYS: u16 = 3_650;

/// `[retention]`
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    /// Days that posts of forums and social networks are kept. 0: for good.
    pub social_days: u16,
}

impl Default for Retention {
    fn default() -> Self {
        Self { social_days: 90 }
    }
}

impl Retention {
    /// Adds what is wrong.
    pub fn check(self, file: &ConfigFile, faults: &mut Vec<Fault>) {
        if self.social_days > MOST_DAYS {
            let at = file.text.find("\nsocial_days").map_or(0, |at| at + 1);
            let message = format!("got {}, expected 0 (never) to {MOST_DAYS} days", self.social_days);
            faults.push(file.fault(at, "retention.social_days", message));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_beyond_all_use_is_a_fault() {
        let text = "[retention]\nsocial_days = 9000\n";
        let file = ConfigFile { path: "kiemtin.toml".into(), text: text.into() };
        let check = |social_days| {
            let mut faults = vec![];
            Retention { social_days }.check(&file, &mut faults);
            faults.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!((check(0).len(), check(90).len(), check(MOST_DAYS).len()), (0, 0, 0));
        assert!(
            matches!(check(9_000).as_slice(), [told] if told.contains("kiemtin.toml:2: ") && told.contains("retention.social_days")),
            "{:?}",
            check(9_000)
        );
    }
}
