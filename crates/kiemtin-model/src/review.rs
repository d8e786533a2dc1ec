//! What do reviewers find in documents that nobody flagged?
//!
//! A random sample of each week is looked at by people: how many of them should have been flagged is the only honest measure of what
//! is missed. A finding is about a text, never about who wrote it.

use crate::assess::FlagKind;
use crate::time::Time;
use crate::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Longest note, in Unicode scalar values.
pub const LONGEST_NOTE: usize = 2_000;

words! {
    /// What a reviewer found.
    ReviewAnswer {
        /// Rightly without a flag.
        NoFlag = "no_flag" / "Không cần cờ",
        /// It should have been flagged.
        Missed = "missed" / "Bỏ sót",
    }
}

/// A reviewer's answer about one document of a sample.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewFinding {
    /// What was found.
    pub answer: ReviewAnswer,
    /// Kind of flag that is missing, when one is.
    pub kind: Option<FlagKind>,
    /// Why, in words; may be empty.
    pub note: String,
    /// Who found it, by sign-in name.
    pub by: String,
    /// When.
    pub at: Time,
}

impl ReviewFinding {
    /// Whether it can be kept: a missed flag has a kind, and nothing else has one.
    ///
    /// # Errors
    /// What is wrong, for the person who asked.
    pub fn check(&self) -> Result<(), &'static str> {
        match (self.answer, self.kind) {
            (ReviewAnswer::Missed, None) => Err("«Bỏ sót» cần loại cờ đáng lẽ phải có"),
            (ReviewAnswer::NoFlag, Some(_)) => Err("«Không cần cờ» không đi kèm loại cờ"),
            _ if self.note.chars().count() > LONGEST_NOTE => Err("ghi chú dài nhất 2.000 ký tự"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missed_flag_has_a_kind() {
        let finding = |answer, kind, note: String| ReviewFinding { answer, kind, note, by: "lan".into(), at: Time(0) };
        let kind = Some(FlagKind::FalseFigure);
        assert!(finding(ReviewAnswer::Missed, kind, "ệ".repeat(LONGEST_NOTE)).check().is_ok());
        assert!(finding(ReviewAnswer::NoFlag, None, String::new()).check().is_ok());
        assert!(finding(ReviewAnswer::Missed, None, String::new()).check().is_err());
        assert!(finding(ReviewAnswer::NoFlag, kind, String::new()).check().is_err());
        assert!(finding(ReviewAnswer::NoFlag, None, "ệ".repeat(LONGEST_NOTE + 1)).check().is_err());
    }
}
