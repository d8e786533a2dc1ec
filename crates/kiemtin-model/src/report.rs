//! What does leadership read when a period is over? Counts and what they are about, without how they are shown.
//!
//! A report is data: every format is made from it, and an archived one gives the same files at any time. Claims are told, never who
//! made them; what is restricted is counted and not told.

use crate::alert::AlertStatus;
use crate::assess::FlagKind;
use crate::desk::{DismissReason, Finding};
use crate::ids::DocId;
use crate::period::Period;
use crate::policy::Stage;
use crate::source::SourceGroup;
use crate::time::{Day, Time};
use crate::warning::SubjectKind;
use crate::words;
use kiemtin_text::key::folded;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

words! {
    /// Of what a report tells.
    ScopeKind as ReportScopeKind {
        /// The whole ministry.
        Ministry = "ministry" / "Toàn Bộ",
        /// One unit: what concerns it.
        Unit = "unit" / "Đơn vị",
        /// One topic.
        Topic = "topic" / "Chủ đề",
        /// One policy of the register.
        Policy = "policy" / "Chính sách",
    }
}

/// Of what a report tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ReportScope")]
pub struct Scope {
    /// Which sort.
    pub kind: ScopeKind,
    /// Name of the unit, id of the topic or the policy; empty for the ministry.
    pub id: String,
    /// What people call it.
    pub name: String,
}

impl Scope {
    /// The whole ministry.
    pub fn ministry() -> Self {
        Self { kind: ScopeKind::Ministry, id: String::new(), name: "Bộ Công Thương".to_owned() }
    }

    /// `ministry`, `unit:Cục Điện lực`, `topic:gia-dien`, `policy:gia-dien-2025`: as it is stored.
    pub fn key(&self) -> String {
        if self.kind == ScopeKind::Ministry { self.kind.to_string() } else { format!("{}:{}", self.kind, self.id) }
    }

    /// Its part of the name of a file: `unit-cuc-dien-luc`; empty for the ministry.
    pub fn slug(&self) -> String {
        if self.kind == ScopeKind::Ministry {
            return String::new();
        }
        let key = folded(&self.key());
        let parts: Vec<&str> = key.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).collect();
        parts.join("-")
    }
}

/// News of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportNotice {
    /// Number of the report; none: it is to be made, and this reminds of it.
    pub report: Option<i64>,
    /// Of when.
    pub period: Period,
    /// Of what, in words.
    pub scope: String,
    /// The unit that it is of; none: not of a unit.
    pub unit: Option<String>,
    /// Formats that go with a mail.
    pub formats: Vec<String>,
    /// What is read first, a line each.
    pub lines: Vec<String>,
    /// The day before which it is to be done, of what reminds.
    pub before: Option<Day>,
    /// When it was made.
    pub at: Time,
}

impl ReportNotice {
    /// In one line: `Báo cáo tuần: Tuần 47 (16–22/11/2026), Bộ Công Thương`.
    pub fn line(&self) -> String {
        let (length, period) = (self.period.length().vi(), self.period.vi());
        match self.before {
            Some(day) => format!("Nhắc nộp {}: {period}, {}, trước {}", length.to_lowercase(), self.scope, day.vi()),
            None => format!("{length}: {period}, {}", self.scope),
        }
    }
}

/// A report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Of when.
    pub period: Period,
    /// The same in words: Vietnamese ones, or English ones in a file that was asked for in English.
    pub period_vi: String,
    /// Published at or after.
    pub from: Time,
    /// Published before: the end of the period, or when it was made, where that is earlier.
    pub to: Time,
    /// The period that it is held against; as long a part of it, where this one was not over.
    pub previous: Period,
    /// The period was over when it was made.
    pub complete: bool,
    /// Of what.
    pub scope: Scope,
    /// Number of the last change of the store that it counts.
    pub seq: i64,
    /// What is read first.
    pub headline: Vec<Figure>,
    /// The period by days (week, month), weeks (quarter) or months (year), oldest first.
    pub course: Vec<CoursePoint>,
    /// Words that are more frequent than in all coverage of this time, most telling first.
    pub words: Vec<String>,
    /// Coverage by topic, most first. A document of several topics counts for each.
    pub topics: Vec<TopicLine>,
    /// Coverage by group of sources, most first.
    pub groups: Vec<ShareLine>,
    /// Coverage by source, most first.
    pub sources: Vec<ShareLine>,
    /// Coverage of the policies of the register, by stage.
    pub policies: Vec<PolicyShare>,
    /// Events with most documents, most first.
    pub stories: Vec<TopStory>,
    /// What people criticise, propose and ask, by topic, most first.
    pub feedback: Vec<FeedbackLine>,
    /// What became of alerts.
    pub alerts: AlertFigures,
    /// Claims that two reviewers found to be false in the period, and what was answered.
    pub findings: Vec<FindingLine>,
    /// Early warnings given in the period, first first.
    pub bursts: Vec<BurstLine>,
    /// Sources that lacked documents.
    pub gaps: Vec<GapLine>,
    /// How it was counted.
    pub method: Method,
}

/// A figure beside that of the period before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ReportFigure")]
pub struct Figure {
    /// What programs call it.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// In the period.
    pub now: u64,
    /// In the period before.
    pub before: u64,
}

/// A part of the period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ReportPoint")]
pub struct CoursePoint {
    /// Its first day that is counted.
    pub day: Day,
    /// What people call it.
    pub name: String,
    /// Documents of the scope.
    pub documents: u64,
    /// Documents of everything, for the share.
    pub all: u64,
    /// Stories that began in it.
    pub stories: u64,
    /// Sources that lacked documents in it, by name.
    pub missing: Vec<String>,
}

/// Coverage of a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ReportShare")]
pub struct ShareLine {
    /// Its id; empty for documents without one.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Documents.
    pub documents: u64,
    /// Documents of the period before.
    pub before: u64,
    /// Part of all documents of the scope, 0 to 1.
    pub share: f64,
}

/// Coverage of a topic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ReportTopic")]
pub struct TopicLine {
    /// The topic.
    #[serde(flatten)]
    pub line: ShareLine,
    /// Stories that began with it.
    pub stories: u64,
    /// Documents of the ministry's own media.
    pub own_media: u64,
}

/// Coverage of a policy at a stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ReportPolicy")]
pub struct PolicyShare {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: String,
    /// The stage at the end of the period; none before the first.
    pub stage: Option<Stage>,
    /// Documents.
    pub documents: u64,
    /// Documents of the period before.
    pub before: u64,
    /// Documents that criticise, propose or ask.
    pub feedback: u64,
}

/// An event that was much written about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ReportStory")]
pub struct TopStory {
    /// Id of its first document.
    pub id: DocId,
    /// Title of that.
    pub title: String,
    /// Its address, where it may be shown.
    pub url: Option<String>,
    /// Its source, by name.
    pub source: String,
    /// When it was published.
    pub published_at: Option<Time>,
    /// Documents of the period.
    pub documents: u32,
    /// Their sources.
    pub sources: u32,
}

/// What people say about a topic.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ReportFeedback")]
pub struct FeedbackLine {
    /// Topic id.
    pub topic: String,
    /// Its name.
    pub name: String,
    /// Documents that criticise without proposing.
    pub criticism: u64,
    /// Documents that propose.
    pub proposals: u64,
    /// Documents that ask.
    pub questions: u64,
    /// All of them in the period before.
    pub before: u64,
    /// Pieces of what was published, spread over the period.
    pub excerpts: Vec<ReportExcerpt>,
}

/// A piece of what was published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReportExcerpt {
    /// The piece, masked.
    pub text: String,
    /// Title of its document.
    pub title: String,
    /// Its address.
    pub url: String,
    /// Its source, by name.
    pub source: String,
    /// When it was published.
    pub published_at: Option<Time>,
}

/// What became of alerts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ReportAlerts")]
pub struct AlertFigures {
    /// About claims that were first published in the period: counted by that and not by when the service saw it, so that what is
    /// imported later counts where it belongs.
    pub new: u64,
    /// Of these, urgent ones.
    pub urgent: u64,
    /// The new ones by the strongest kind of flag, most first.
    pub kinds: Vec<(FlagKind, u64)>,
    /// The new ones by where they stand now, in the order of the life cycle.
    pub statuses: Vec<(AlertStatus, u64)>,
    /// Found to be false by two reviewers in the period, by finding.
    pub confirmed: Vec<(Finding, u64)>,
    /// Dismissed in the period, by reason.
    pub dismissed: Vec<(DismissReason, u64)>,
    /// Not reviewed in 30 days: expired in the period.
    pub expired: u64,
    /// First answered in the period.
    pub answered: u64,
    /// Of these, before their deadline.
    pub in_time: u64,
    /// The new ones that are open or found to be false, and have no answer.
    pub unanswered: u64,
    /// Hours from opening to the first answer, of those answered in the period: the median.
    pub median_hours: Option<f64>,
    /// Alerts of these that only some units see: counted here, told nowhere in the report.
    pub restricted: u64,
}

/// A claim that was found to be false.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ReportFinding")]
pub struct FindingLine {
    /// Number of the alert.
    pub number: String,
    /// The claim in one line.
    pub claim: String,
    /// What was concluded.
    pub finding: Finding,
    /// When.
    pub decided_at: Time,
    /// Documents that tell it.
    pub documents: u32,
    /// Independent stories.
    pub stories: u32,
    /// Their sources.
    pub sources: u32,
    /// When the alert opened.
    pub opened_at: Time,
    /// When it was first answered.
    pub answered_at: Option<Time>,
    /// Hours from opening to that.
    pub hours: Option<f64>,
    /// Where the answer can be read.
    pub answer_url: Option<String>,
    /// Since the answer (since the finding, where there is none): documents that still told the claim.
    pub still_told: u32,
    /// Documents that deny it or warn of it, since then.
    pub corrections: u32,
    /// Their sources.
    pub correction_sources: u32,
}

/// An early warning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ReportBurst")]
pub struct BurstLine {
    /// When it was given.
    pub at: Time,
    /// What it is about, in words.
    pub subject: String,
    /// Documents in the hours that were counted.
    pub documents: u32,
    /// These hours.
    pub hours: u32,
    /// What is usual in them.
    pub usual: f64,
    /// Sources.
    pub sources: u32,
    /// What it is likely about; empty when nothing is known.
    pub cause: String,
    /// What of its subject and cause can be said in another language; none: it was made before that was kept.
    #[serde(default)]
    pub parts: Option<BurstParts>,
}

/// What the words about an early warning are made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ReportBurstParts")]
pub struct BurstParts {
    /// What its subject is.
    pub kind: SubjectKind,
    /// Name of the subject.
    pub name: String,
    /// What it is likely about; none: nothing is known.
    pub cause: Option<BurstCause>,
    /// The claim, the title, the event or the words of that; empty when nothing is known.
    pub about: String,
    /// Documents of the burst that tell the claim or the event; 0 for the other causes.
    pub documents: u32,
}

words! {
    /// What early warnings are likely about.
    BurstCause as ReportBurstCause {
        /// A claim that many of its documents tell.
        Narrative = "narrative" / "luận điệu",
        /// One event that is reported.
        Story = "story" / "sự việc",
        /// An event of the calendar, or a public holiday.
        Planned = "planned" / "theo lịch",
        /// Nothing is known but the words that its documents share.
        Words = "words" / "từ nổi bật",
    }
}

/// A source that lacked documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ReportGap")]
pub struct GapLine {
    /// Its name.
    pub source: String,
    /// First day.
    pub first: Day,
    /// Last day.
    pub last: Day,
    /// Days between them, both counted, on which it lacked documents.
    pub days: u32,
    /// What is known of it, in words.
    pub kind: String,
    /// The same as programs call it; empty: it was made before that was kept.
    #[serde(default)]
    pub key: String,
}

/// How it was counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ReportMethod")]
pub struct Method {
    /// The query of the scope in the query language; empty: everything.
    pub query: String,
    /// What finds feedback.
    pub feedback_query: String,
    /// What finds proposals among it.
    pub proposal_query: String,
    /// Version of the rules in force when it was made.
    pub rules_version: String,
    /// Version of the report's own making: grows when the same data would give another report.
    pub report_version: u32,
    /// Sources that were configured: name and group.
    pub sources: Vec<MethodSource>,
    /// Documents of the scope that have no date: they are in no period.
    pub undated: u64,
}

/// A configured source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ReportSource")]
pub struct MethodSource {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How its coverage is counted.
    pub group: SourceGroup,
    /// Whether it was collected.
    pub enabled: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_have_names_for_files() {
        let scope = Scope {
            kind: ScopeKind::Unit, id: "Cục Quản lý và Phát triển thị trường trong nước".into(), name: String::new()
        };
        assert_eq!(scope.slug(), "unit-cuc-quan-ly-va-phat-trien-thi-truong-trong-nuoc");
        assert_eq!((Scope::ministry().slug(), Scope::ministry().key()), (String::new(), "ministry".into()));
    }
}
