//! What became of a lead? Exactly one outcome each, every one counted.

use crate::forget::ForgetReason;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a lead or a document line ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Stored for the first time.
    New,
    /// Stored again because its text changed.
    NewVersion,
    /// Known, and nothing changed.
    Unchanged,
    /// Stored for the first time, but its text is already known from another address: grouped with it.
    Duplicate,
    /// Not taken, on purpose.
    Refused(Refusal),
    /// Not taken, because something went wrong.
    Failed(Failure),
}

/// Why a lead was not taken on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// robots.txt forbids it (RFC 9309).
    Robots,
    /// Its address leads into a private network.
    PrivateAddress,
    /// Larger than the limit.
    TooLarge,
    /// Not a page of text.
    ContentType,
    /// Nested deeper, or with more attributes, than a page may be.
    HostileMarkup,
    /// Not an http(s) address that may be fetched.
    Address,
    /// Neither title nor text.
    Empty,
    /// A test for machines stands before it; it is not evaded.
    Challenge,
    /// What was public is shown to members only.
    Closed,
    /// The token or key is missing, wrong or has expired.
    Token,
    /// The requests of the day are used up.
    Budget,
    /// It was taken down where it was published: what was stored of it is forgotten.
    DeletedAtOrigin,
    /// It was stored as long as posts are, and is forgotten.
    Retention,
}

/// What went wrong with a lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No connection, a broken or a slow one.
    Network(String),
    /// An HTTP status other than 200 or 304.
    Status(u16),
    /// The server asks to wait longer than this run may.
    RetryLater,
    /// The content cannot be read.
    Parse(String),
}

const RETRY_LATER: &str = "failed: the server asks to wait";

impl Outcome {
    /// Word and detail for logs and the store, e.g. `failed: HTTP 404`.
    pub fn detail(&self) -> String {
        match self {
            Self::New => "new".into(),
            Self::NewVersion => "new_version".into(),
            Self::Unchanged => "unchanged".into(),
            Self::Duplicate => "duplicate".into(),
            Self::Refused(r) => format!("refused: {}", r.reason()),
            Self::Failed(Failure::Network(e)) => format!("failed: {e}"),
            Self::Failed(Failure::Status(s)) => format!("failed: HTTP {s}"),
            Self::Failed(Failure::RetryLater) => RETRY_LATER.into(),
            Self::Failed(Failure::Parse(e)) => format!("failed: {e}"),
        }
    }

    /// One of a small set of words, for counting: as [`Outcome::detail`], without the words of one case.
    pub fn class(&self) -> String {
        match self {
            Self::Failed(Failure::Network(_)) => "failed: network".into(),
            Self::Failed(Failure::Parse(_)) => "failed: unreadable".into(),
            other => other.detail(),
        }
    }
}

/// What [`Outcome::detail`] says, in Vietnamese; a cause in the words of a library stays as it is.
pub fn outcome_vi(detail: &str) -> String {
    let cause = |text: &str| Refusal::ALL.iter().find(|r| r.reason() == text).map_or_else(|| text.to_owned(), |r| r.vi().to_owned());
    match detail {
        "new" => "đã lưu".into(),
        "new_version" => "đã lưu bản mới sau khi sửa".into(),
        "unchanged" => "đã có, không đổi".into(),
        "duplicate" => "đã lưu, nội dung trùng một bài khác".into(),
        "" => "chưa tải".into(),
        RETRY_LATER => "không tải được: máy chủ yêu cầu chờ".into(),
        other => match other.split_once(": ") {
            Some(("refused", reason)) if Refusal::is_forgotten(other) => format!("đã xóa: {}", cause(reason)),
            Some(("refused", reason)) => format!("không lấy: {}", cause(reason)),
            Some(("failed", reason)) => format!("không tải được: {reason}"),
            _ => other.to_owned(),
        },
    }
}

impl Refusal {
    /// All reasons.
    pub const ALL: [Self; 13] = [
        Self::Robots,
        Self::PrivateAddress,
        Self::TooLarge,
        Self::ContentType,
        Self::HostileMarkup,
        Self::Address,
        Self::Empty,
        Self::Challenge,
        Self::Closed,
        Self::Token,
        Self::Budget,
        Self::DeletedAtOrigin,
        Self::Retention,
    ];

    /// In Vietnamese words.
    pub const fn vi(self) -> &'static str {
        match self {
            Self::Robots => "robots.txt của trang không cho phép",
            Self::PrivateAddress => "địa chỉ mạng nội bộ",
            Self::TooLarge => "quá lớn",
            Self::ContentType => "không phải trang văn bản",
            Self::HostileMarkup => "mã trang lồng quá sâu hoặc quá nhiều thuộc tính",
            Self::Address => "không phải địa chỉ http(s) tải được",
            Self::Empty => "không có tiêu đề và nội dung",
            Self::Challenge => "trang chặn máy tự động bằng phép thử",
            Self::Closed => "chỉ còn mở cho thành viên",
            Self::Token => "mã truy cập thiếu, sai hoặc hết hạn",
            Self::Budget => "đã dùng hết hạn mức trong ngày",
            Self::DeletedAtOrigin => ForgetReason::DeletedAtOrigin.vi(),
            Self::Retention => ForgetReason::Retention.vi(),
        }
    }

    /// In words.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Robots => "robots.txt forbids it",
            Self::PrivateAddress => "private network address",
            Self::TooLarge => "larger than the limit",
            Self::ContentType => "not a text page",
            Self::HostileMarkup => "markup nested too deeply or with too many attributes",
            Self::Address => "not an http(s) address that may be fetched",
            Self::Empty => "neither title nor text",
            Self::Challenge => "a test for machines stands before it",
            Self::Closed => "open to members only",
            Self::Token => "the token is missing, wrong or has expired",
            Self::Budget => "the requests of the day are used up",
            Self::DeletedAtOrigin => "deleted at its origin",
            Self::Retention => "kept no longer",
        }
    }

    /// Whether these words of an outcome ([`Outcome::detail`]) say that what was stored was forgotten: it is never taken again.
    pub fn is_forgotten(detail: &str) -> bool {
        let reasons = ForgetReason::ALL.iter().map(|why| why.refusal().reason());
        detail.strip_prefix("refused: ").is_some_and(|said| reasons.into_iter().any(|reason| reason == said))
    }
}

/// Counts of outcomes. `read` is always the sum of the six outcomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tally {
    /// Leads or lines that ended.
    pub read: u64,
    /// Documents stored for the first time.
    pub new: u64,
    /// Documents stored again because their text changed.
    pub new_version: u64,
    /// Known, and nothing changed.
    pub unchanged: u64,
    /// Documents stored for the first time whose text is known from another address.
    pub duplicate: u64,
    /// Not taken, on purpose.
    pub refused: u64,
    /// Not taken, because something went wrong.
    pub failed: u64,
    /// Documents stored with a flag (a second count beside the outcomes).
    pub flagged: u64,
    /// Alerts opened or moved (a second count beside the outcomes).
    pub alerts: u64,
}

impl Tally {
    /// Counts one outcome.
    pub fn count(&mut self, outcome: &Outcome) {
        self.read += 1;
        *match outcome {
            Outcome::New => &mut self.new,
            Outcome::NewVersion => &mut self.new_version,
            Outcome::Unchanged => &mut self.unchanged,
            Outcome::Duplicate => &mut self.duplicate,
            Outcome::Refused(_) => &mut self.refused,
            Outcome::Failed(_) => &mut self.failed,
        } += 1;
    }

    /// Adds another tally.
    pub fn add(&mut self, other: &Self) {
        self.read += other.read;
        self.new += other.new;
        self.new_version += other.new_version;
        self.unchanged += other.unchanged;
        self.duplicate += other.duplicate;
        self.refused += other.refused;
        self.failed += other.failed;
        self.flagged += other.flagged;
        self.alerts += other.alerts;
    }

    /// Whether every lead has exactly one outcome.
    pub fn adds_up(&self) -> bool {
        self.read == self.new + self.new_version + self.unchanged + self.duplicate + self.refused + self.failed
    }
}
