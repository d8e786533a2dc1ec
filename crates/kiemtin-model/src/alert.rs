//! What does a press officer read?

use crate::assess::{FlagKind, Level};
use crate::desk::{Decision, DeskState};
use crate::receiver::NoticeSort;
use crate::report::ReportNotice;
use crate::saved::SavedNotice;
use crate::time::{HOUR_MS, Time};
use crate::warning::Warning;
use crate::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

words! {
    /// Where an alert stands.
    AlertStatus as Status {
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
    /// How pressing it is among others: `points`, and what its kinds, topics and the reach of its sources add.
    #[serde(default)]
    pub severity: f64,
    /// What people decided. Belongs to people.
    #[serde(default)]
    pub decision: Decision,
}

impl Alert {
    /// What belongs to people.
    pub fn desk(&self) -> DeskState {
        DeskState {
            status: self.status,
            assignee: self.assignee.clone(),
            deadline: self.deadline,
            restricted: self.restricted,
            decision: self.decision.clone(),
        }
    }

    /// Hours from its opening to the first answer that was noted, to a tenth.
    pub fn hours_to_answer(&self) -> Option<f64> {
        let hours = |answered: Time| (answered.0 - self.opened_at.0).max(0) as f64 / HOUR_MS as f64;
        self.decision.answered_at.map(|answered| (hours(answered) * 10.0).round() / 10.0)
    }

    /// The alert with this in the place of what belonged to people.
    pub fn with_desk(self, desk: DeskState) -> Self {
        let DeskState { status, assignee, deadline, restricted, decision } = desk;
        Self { status, assignee, deadline, restricted, decision, ..self }
    }
}

words! {
    /// What happened to an alert.
    AlertEventKind {
        /// It opened.
        Opened = "opened" / "Mở cảnh báo",
        /// More documents joined.
        Grew = "grew" / "Lan rộng",
        /// Its level rose.
        Escalated = "escalated" / "Tăng mức",
        /// The narrative returned after a silence.
        NewWave = "new_wave" / "Đợt lan truyền mới",
        /// A document that responds to its claim was found.
        Answered = "answered" / "Có tin phản hồi, bác bỏ",
        /// Another claim of mostly the same documents joined it.
        Joined = "joined" / "Gộp luận điệu cùng bài",
        /// Its deadline is near.
        DeadlineNear = "deadline_near" / "Sắp đến hạn trả lời",
        /// Its deadline has passed.
        Overdue = "overdue" / "Quá hạn trả lời",
        /// Nobody decided in 30 days.
        Expired = "expired" / "Hết hạn vì không được xem xét",
        /// Somebody took it.
        Acknowledged = "acknowledged" / "Tiếp nhận",
        /// It was given to somebody.
        Assigned = "assigned" / "Giao việc",
        /// Somebody verifies it, or the second reviewer sent it back for that.
        Verifying = "verifying" / "Bắt đầu kiểm chứng",
        /// The first reviewer concluded.
        Proposed = "proposed" / "Đề nghị kết luận",
        /// The second reviewer concluded the same.
        Confirmed = "confirmed" / "Kết luận",
        /// It is none.
        Dismissed = "dismissed" / "Bỏ qua",
        /// An answer was given.
        Responded = "responded" / "Phản hồi",
        /// It is done.
        Closed = "closed" / "Đóng",
        /// It is looked at again.
        Reopened = "reopened" / "Mở lại",
        /// Somebody wrote a note.
        Noted = "noted" / "Ghi chú",
        /// Only its units see it from now on.
        Restricted = "restricted" / "Hạn chế phạm vi xem",
        /// All of the staff see it from now on.
        Unrestricted = "unrestricted" / "Mở phạm vi xem",
        /// The change before was taken back.
        Undone = "undone" / "Hoàn tác",
    }
}

impl AlertEventKind {
    /// Whether receivers are told: what asks for somebody, and what was concluded.
    pub const fn is_told(self) -> bool {
        use AlertEventKind::{Confirmed, DeadlineNear, Dismissed, Escalated, NewWave, Opened, Overdue, Responded};
        matches!(self, Opened | Escalated | NewWave | DeadlineNear | Overdue | Confirmed | Dismissed | Responded)
    }

    /// Whether a person did it.
    pub const fn is_by_people(self) -> bool {
        use AlertEventKind::{Answered, DeadlineNear, Escalated, Expired, Grew, Joined, NewWave, Opened, Overdue};
        !matches!(self, Opened | Grew | Escalated | NewWave | Answered | Joined | DeadlineNear | Overdue | Expired)
    }
}

/// An entry of an alert's history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlertEvent {
    /// Its number among those of all alerts, in order of time: what a live stream is resumed by.
    #[serde(default)]
    pub id: i64,
    /// What happened.
    pub kind: AlertEventKind,
    /// When.
    pub at: Time,
    /// Level after it.
    pub level: Level,
    /// Documents after it.
    pub documents: u32,
    /// Who did it, by sign-in name; not there for what the service did by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub by: Option<String>,
    /// Why, or the note.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Official document or address that stands for it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reference: String,
    /// What belonged to people before and after it, when people changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "DeskChange")]
    pub change: Option<Box<DeskChange>>,
}

/// What people changed of an alert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DeskChange {
    /// As it was.
    pub before: DeskState,
    /// As it is.
    pub after: DeskState,
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
    /// A report was made, or is to be.
    Report(Box<ReportNotice>),
}

impl Notice {
    /// What it is about.
    pub fn sort(&self) -> NoticeSort {
        match self {
            Self::Alert { .. } => NoticeSort::Alert,
            Self::SavedSearch(_) => NoticeSort::SavedSearch,
            Self::Warning(_) => NoticeSort::Warning,
            Self::Report(_) => NoticeSort::Report,
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
