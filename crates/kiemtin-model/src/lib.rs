//! The nouns of kiemtin: what flows, what is flagged and why, what a press officer reads.
//!
//! Pure: no I/O, no clock, no network or database type. Names state evidence, never verdicts.
//!
//! ```text
//! Lead --fetch--> FetchedPage --extract--> Document --assess--> AssessedDocument --raise--> Alert --dispatch--> Delivery
//! ```

pub mod alert;
pub mod article;
pub mod assess;
pub mod audit;
pub mod canonical;
pub mod dating;
pub mod deadline;
pub mod described;
pub mod desk;
pub mod draft;
pub mod feed_plan;
pub mod forget;
pub mod guid;
pub mod hex;
pub mod ids;
pub mod lang;
pub mod learned;
pub mod lifecycle;
pub mod narrative;
pub mod network;
pub mod outcome;
pub mod period;
pub mod policy;
pub mod receiver;
pub mod report;
pub mod restrictions;
pub mod review;
pub mod rule_count;
pub mod salts;
pub mod saved;
pub mod source;
pub mod staff;
pub mod stage;
pub mod subscription;
pub mod time;
pub mod timetable;
pub mod topic;
pub mod warning;
pub mod week;
pub mod weighed;
pub mod written;

pub use alert::{Alert, AlertEvent, AlertEventKind, AlertStatus, Delivery, DeskChange, Notice};
pub use assess::{
    Assessment, Evidence, Field, FlagKind, GuardEffect, GuardHit, GuardKind, Level, Reference, Signal, SignalPart, Stance, Suggestion,
};
pub use audit::{Actor, ActorKind, AuditAction, AuditEntry};
pub use dating::{DateNote, DateRefusal, Dating, PublishedFrom};
pub use desk::{Act, Answer, Decision, DeskAction, DeskState, DismissReason, Finding};
pub use draft::{Draft, DraftFault, KeptDraft, Question};
pub use feed_plan::{FeedMove, FeedPlan, FeedStanding, HostPause};
pub use forget::{ForgetReason, Forgotten};
pub use guid::{Guid, titles_agree};
pub use ids::{DocId, STORY_WORDS, content_and_text_hash, content_hash, text_hash};
pub use lang::Lang;
pub use learned::LearnedDocument;
pub use narrative::{NarrativeKey, NarrativeState, Role};
pub use outcome::{Failure, Outcome, Refusal, Tally, outcome_vi};
pub use policy::{Policy, PolicyDocument, Stage, StageSpan};
pub use receiver::{DeliveryState, NoticeSort, Pace, QuietHours, RECEIVERS, Receiver, ReceiverFilter, Schedule, Secret, Told};
pub use restrictions::Restrictions;
pub use review::{ReviewAnswer, ReviewFinding};
pub use rule_count::RuleCount;
pub use salts::Salts;
pub use saved::{Notify, SavedNotice, SavedNoticeKind, SavedSearch, ToldDocument};
pub use source::{DocKind, FeedKind, FeedSpec, FoundBy, Priority, Reach, Source, SourceGroup};
pub use staff::{Right, Sight, StaffRole};
pub use stage::{AssessedDocument, DateOrigin, Document, FetchedPage, JustAssessed, Lead, LeadBody, Validators};
pub use subscription::{HubOffer, Subscription, SubscriptionState};
pub use time::{Day, Time};
pub use topic::TopicScore;
pub use warning::{Detection, LikelyCause, Subject, SubjectKind, Warning};
pub use week::Week;
pub use weighed::{RuleShare, WATCH, Weighed};

/// Writes an enum whose variants are words of the public formats: `as_str`, `ALL`, `FromStr`, serde, `Display`, and its schema, under
/// its own name or another one (`as`).
#[macro_export]
macro_rules! words {
    ($(#[doc = $doc:literal])+ $name:ident { $($variants:tt)+ }) => {
        $crate::words! { $(#[doc = $doc])+ $name as $name { $($variants)+ } }
    };
    ($(#[doc = $doc:literal])+ $name:ident as $schema:ident {
        $($(#[doc = $vdoc:literal])+ $variant:ident = $word:literal / $vi:literal),+ $(,)?
    }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "&'static str")]
        pub enum $name { $($(#[doc = $vdoc])+ $variant),+ }

        impl $name {
            /// All values, in the order of the contract.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The word used in files, commands and the API.
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $word),+ } }
            /// The Vietnamese word shown to people.
            pub const fn vi(self) -> &'static str { match self { $(Self::$variant => $vi),+ } }
        }
        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(s: &str) -> Result<Self, String> {
                Self::ALL.iter().copied().find(|v| v.as_str() == s).ok_or_else(|| {
                    let valid: Vec<_> = Self::ALL.iter().map(|v| v.as_str()).collect();
                    format!("got \"{s}\", expected one of: {}", valid.join(", "))
                })
            }
        }
        impl TryFrom<String> for $name {
            type Error = String;
            fn try_from(s: String) -> Result<Self, String> { s.parse() }
        }
        impl From<$name> for &'static str { fn from(v: $name) -> Self { v.as_str() } }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.as_str()) }
        }
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> { stringify!($schema).into() }
            fn schema_id() -> std::borrow::Cow<'static, str> { concat!(module_path!(), "::", stringify!($schema)).into() }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                $crate::described::words_schema(&[$($doc),+], &[$(($word, &[$($vdoc),+])),+])
            }
        }
    };
}
