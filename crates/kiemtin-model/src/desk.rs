//! What do people decide about an alert, and by which steps?
//!
//! An alert begins as *cần kiểm chứng*. Only people move it on: one takes it, verifies, concludes; a second one must conclude the
//! same before it counts as a finding. [`crate::lifecycle`] says which step may follow which.

use crate::alert::AlertStatus;
use crate::time::Time;
use crate::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

words! {
    /// What two reviewers concluded, in the words of the Vietnamese anti-fake-news centre (VAFC).
    Finding {
        /// Wholly made up.
        Fake = "fake" / "Tin giả",
        /// Partly true, distorted or without basis.
        False = "false" / "Tin sai sự thật",
    }
}

words! {
    /// Why an alert is none.
    DismissReason {
        /// An opinion, criticism or proposal.
        Opinion = "opinion" / "Ý kiến, phê bình",
        /// What it says is true.
        Correct = "correct" / "Thông tin đúng",
        /// Satire.
        Satire = "satire" / "Châm biếm",
        /// Another alert is about the same claim.
        Duplicate = "duplicate" / "Trùng",
        /// Not about the ministry's field.
        OutOfScope = "out_of_scope" / "Không thuộc phạm vi",
        /// The rule should not have hit.
        WrongFlag = "wrong_flag" / "Cờ sai",
    }
}

words! {
    /// What somebody may do with an alert.
    DeskAction {
        /// Take it.
        Acknowledge = "acknowledge" / "Tiếp nhận",
        /// Give it to somebody.
        Assign = "assign" / "Giao việc",
        /// Begin to verify; with a reason, send a first conclusion back.
        Verify = "verify" / "Kiểm chứng",
        /// Conclude that it is false: first or second reviewer.
        Confirm = "confirm" / "Kết luận",
        /// Conclude that it is none.
        Dismiss = "dismiss" / "Bỏ qua",
        /// Note the answer that was given.
        Respond = "respond" / "Ghi phản hồi",
        /// Be done with it.
        Close = "close" / "Đóng",
        /// Look at it again.
        Reopen = "reopen" / "Mở lại",
        /// Write a note.
        Note = "note" / "Ghi chú",
        /// Show it to its units alone.
        Restrict = "restrict" / "Hạn chế phạm vi xem",
        /// Show it to all of the staff.
        Unrestrict = "unrestrict" / "Mở phạm vi xem",
        /// Take the last change back.
        Undo = "undo" / "Hoàn tác",
    }
}

/// What people decided of an alert.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Decision {
    /// Number of changes by people: the `ETag`, what `If-Match` is compared with.
    pub revision: i64,
    /// What was concluded; of a first reviewer alone while the status is `confirm_pending`.
    pub finding: Option<Finding>,
    /// Sign-in name of the first reviewer.
    pub proposed_by: Option<String>,
    /// Why it is none.
    pub dismissed_as: Option<DismissReason>,
    /// The alert that it repeats, when it was dismissed as a duplicate.
    pub duplicate_of: Option<i64>,
    /// When it was concluded or dismissed.
    pub decided_at: Option<Time>,
    /// When the first answer was given.
    pub answered_at: Option<Time>,
    /// When it was closed.
    pub closed_at: Option<Time>,
}

impl Decision {
    /// Whether people have concluded what an alert of this status is, or that it is none: before that, it leaves the house with a
    /// banner only.
    pub const fn is_review(&self, status: AlertStatus) -> bool {
        match status {
            AlertStatus::Confirmed | AlertStatus::Responded => true,
            AlertStatus::Dismissed | AlertStatus::Closed => self.decided_at.is_some(),
            _ => false,
        }
    }

    /// Where an alert of this status stands, with what was concluded: `Kết luận: tin giả`, `Bỏ qua: Ý kiến, phê bình`.
    pub fn standing(&self, status: AlertStatus) -> String {
        match (status, self.finding, self.dismissed_as) {
            (AlertStatus::Confirmed, Some(finding), _) => format!("Kết luận: {}", finding.vi().to_lowercase()),
            (AlertStatus::Dismissed, _, Some(reason)) => format!("{}: {}", status.vi(), reason.vi()),
            (AlertStatus::Responded | AlertStatus::Closed, Some(finding), _) => {
                format!("{} · {}", status.vi(), finding.vi().to_lowercase())
            }
            (AlertStatus::Closed, None, Some(reason)) => format!("{} · {}", status.vi(), reason.vi()),
            _ => status.vi().to_owned(),
        }
    }

    /// Whether people found that the alert was right. None while nobody, or one reviewer alone, has concluded; and of an alert
    /// that repeats another one, which says nothing about whether it is.
    pub fn right(&self) -> Option<bool> {
        self.decided_at?;
        match (self.finding, self.dismissed_as) {
            (Some(_), _) => Some(true),
            (None, None | Some(DismissReason::Duplicate)) => None,
            (None, Some(_)) => Some(false),
        }
    }
}

/// All of an alert that belongs to people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DeskState {
    /// Where it stands.
    pub status: AlertStatus,
    /// Who has it, by sign-in name.
    pub assignee: Option<String>,
    /// When an answer is due.
    pub deadline: Time,
    /// Only its units see it.
    pub restricted: bool,
    /// What was decided.
    #[serde(flatten)]
    pub decision: Decision,
}

/// What somebody wants to do with an alert. Which fields are needed follows from the action.
#[derive(Clone, Debug, PartialEq)]
pub struct Act {
    /// What.
    pub action: DeskAction,
    /// Why, in words; the text of a note.
    pub reason: String,
    /// Number or address of an official document; of an answer, its address.
    pub reference: String,
    /// What is concluded.
    pub finding: Option<Finding>,
    /// Why it is none.
    pub dismiss: Option<DismissReason>,
    /// To whom it is given, by sign-in name.
    pub assignee: Option<String>,
    /// The alert that it repeats.
    pub duplicate_of: Option<i64>,
    /// Where an answer was given: `portal`, `press`, … in free words.
    pub channel: String,
}

impl Act {
    /// An action without anything beside it.
    pub fn new(action: DeskAction) -> Self {
        Self {
            action,
            reason: String::new(),
            reference: String::new(),
            finding: None,
            dismiss: None,
            assignee: None,
            duplicate_of: None,
            channel: String::new(),
        }
    }
}

/// An answer that was given to a claim: an entry of the response ledger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// Store id.
    pub id: i64,
    /// When it was noted as given.
    pub at: Time,
    /// Who noted it, by sign-in name.
    pub by: String,
    /// Where it can be read.
    pub url: String,
    /// Where it was given, in words.
    pub channel: String,
    /// What was said, in short.
    pub note: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_concluded_is_said() {
        let found = Decision { finding: Some(Finding::Fake), decided_at: Some(Time(0)), ..Decision::default() };
        let none = Decision { dismissed_as: Some(DismissReason::Opinion), decided_at: Some(Time(0)), ..Decision::default() };
        let machine = Decision { dismissed_as: Some(DismissReason::Duplicate), ..Decision::default() };
        for (decision, status, words, reviewed) in [
            (&found, AlertStatus::Confirmed, "Kết luận: tin giả", true),
            (&found, AlertStatus::ConfirmPending, "Chờ xác nhận lần hai", false),
            (&found, AlertStatus::Closed, "Đã đóng · tin giả", true),
            (&none, AlertStatus::Dismissed, "Bỏ qua: Ý kiến, phê bình", true),
            (&machine, AlertStatus::Dismissed, "Bỏ qua: Trùng", false),
            (&Decision::default(), AlertStatus::Closed, "Đã đóng", false),
            (&Decision::default(), AlertStatus::New, "Mới", false),
        ] {
            assert_eq!((decision.standing(status).as_str(), decision.is_review(status)), (words, reviewed));
        }
    }

    #[test]
    fn what_people_concluded() {
        let of = |finding, dismissed_as, decided: bool| {
            Decision { finding, dismissed_as, decided_at: decided.then_some(Time(1)), ..Decision::default() }.right()
        };
        assert_eq!(of(Some(Finding::False), None, false), None, "one reviewer alone");
        assert_eq!(of(Some(Finding::Fake), None, true), Some(true));
        assert_eq!((of(None, Some(DismissReason::Duplicate), true), of(None, None, true)), (None, None));
        for reason in DismissReason::ALL.iter().filter(|r| **r != DismissReason::Duplicate) {
            assert_eq!(of(None, Some(*reason), true), Some(false), "{reason}");
        }
    }
}
