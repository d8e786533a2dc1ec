//! What does a press officer read?

use crate::assess::{FlagKind, Level};
use crate::receiver::NoticeSort;
use crate::saved::SavedNotice;
use crate::time::Time;
use crate::warning::Warning;
use crate::words;
use serde::{Deserialize, Serialize};

words! {
    /// Where an alert stands.
    AlertStatus {
        /// To be verified, nobody has it.
        New = "new" / "Mới",
        /// Somebody has it.
        Acknowledged = "acknowledged" / "Đã tiếp nhận",
        /// Being verified.
        Verifying = "verifying" / "Đang kiểm chứng",
        /// First confirmation given, second reviewer asked.
        ConfirmPending = "confirm_pending" / "Chờ xác nhận lần hai",
        /// A person concluded that it is false.
        Confirmed = "confirmed" / "Kết luận: tin sai sự thật",
        /// A person concluded that it is none.
        Dismissed = "dismissed" / "Bỏ qua",
        /// Answered.
        Responded = "responded" / "Đã phản hồi",
        /// Done.
        Closed = "closed" / "Đã đóng",
        /// Not reviewed within 30 days.
        Expired = "expired" / "Hết hạn",
    }
}

/// One alert: one narrative, one wave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// Store id.
    pub id: i64,
    /// What people call it: `CB-2026-0007`.
    pub number: String,
    /// Its narrative.
    pub narrative: i64,
    /// Wave of the narrative.
    pub wave: u32,
    /// The claim in one line.
    pub claim: String,
    /// Where it stands.
    pub status: AlertStatus,
    /// How pressing it is.
    pub level: Level,
    /// Kinds of flags, strongest first.
    pub kinds: Vec<FlagKind>,
    /// Topics.
    pub topics: Vec<String>,
    /// Units concerned.
    pub units: Vec<String>,
    /// Asserting documents, copies included.
    pub documents: u32,
    /// Independent stories.
    pub stories: u32,
    /// Distinct sources.
    pub sources: u32,
    /// Documents that respond.
    pub responses: u32,
    /// Sum of points that the level follows from.
    pub points: f64,
    /// First publication of the claim.
    pub first_seen: Time,
    /// Last one.
    pub last_seen: Time,
    /// When the alert opened.
    pub opened_at: Time,
    /// When an answer is due: 24 hours after it opened (Decree 09/2017/NĐ-CP, article 7, sudden events).
    pub deadline: Time,
    /// Staff member who has it.
    pub assignee: Option<String>,
    /// Only its units see it, and those of the staff who see all. Belongs to people.
    #[serde(default)]
    pub restricted: bool,
}

words! {
    /// What happened to an alert by itself.
    AlertEventKind {
        /// It opened.
        Opened = "opened" / "Mở cảnh báo",
        /// More documents joined.
        Grew = "grew" / "Lan rộng",
        /// Its level rose.
        Escalated = "escalated" / "Tăng mức",
        /// The narrative returned after a silence.
        NewWave = "new_wave" / "Đợt lan truyền mới",
    }
}

/// An entry of an alert's history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlertEvent {
    /// What happened.
    pub kind: AlertEventKind,
    /// When.
    pub at: Time,
    /// Level after it.
    pub level: Level,
    /// Documents after it.
    pub documents: u32,
}

/// What is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Notice {
    /// Something happened to an alert.
    Alert {
        /// The alert as it was when the notice was made.
        alert: Box<Alert>,
        /// What happened.
        event: AlertEventKind,
    },
    /// A saved search has new documents.
    SavedSearch(SavedNotice),
    /// A subject is written about far more than usual.
    Warning(Box<Warning>),
}

impl Notice {
    /// What it is about.
    pub fn sort(&self) -> NoticeSort {
        match self {
            Self::Alert { .. } => NoticeSort::Alert,
            Self::SavedSearch(_) => NoticeSort::SavedSearch,
            Self::Warning(_) => NoticeSort::Warning,
        }
    }

    /// Whether it is urgent: only an alert is.
    pub fn is_urgent(&self) -> bool {
        matches!(self, Self::Alert { alert, .. } if alert.level == Level::Urgent)
    }
}

/// A notice on its way out. Created in the transaction that opened or escalated the alert, or noted what a saved search has
/// been told of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// Store id.
    pub id: i64,
    /// Channel id.
    pub channel: String,
    /// Unique per notice and channel: a receiver that saw it ignores the repeat.
    pub idempotency_key: String,
    /// What is told.
    pub notice: Notice,
    /// Times tried.
    pub attempts: u32,
}
