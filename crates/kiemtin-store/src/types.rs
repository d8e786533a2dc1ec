//! What the store is asked and what it answers.

use kiemtin_model::{
    Alert, AlertEvent, AssessedDocument, DocId, FeedPlan, Level, NarrativeState, Priority, Role, SourceGroup, Subscription,
    SubscriptionState, Time, Validators, words,
};
use kiemtin_text::winnow::Prints;
use schemars::JsonSchema;
use serde::Serialize;

/// Number of a change in the store; grows by every stored document and version. Followers read in this order.
pub type Seq = i64;

/// What is known of a document before it is stored again.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// Hash of the stored content.
    pub content_hash: String,
    /// Hashes of the contents it had before.
    pub earlier: Vec<String>,
    /// Version, from 1.
    pub version: u32,
    /// Id of the first document of its story (itself when it is the first).
    pub story: DocId,
    /// Address shown of it: the one its content was last taken from.
    pub url: Option<String>,
}

/// How a document begins: enough to say what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beginning {
    /// First document of its story.
    pub story: DocId,
    /// The title.
    pub title: String,
    /// The first characters of the text, as many as were asked for.
    pub text: String,
}

/// A version of a document that another one replaced.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DocumentVersion {
    /// Its number, from 1.
    pub version: u32,
    /// When the next version was taken in.
    pub replaced_at: Time,
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
}

/// By what a feed knows an item, and where it listed it last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuidState {
    /// Source whose feed it is.
    pub source: String,
    /// Hash of the item's id ([`kiemtin_model::Guid::whole`]).
    pub guid: String,
    /// Hash of its id without scheme and host ([`kiemtin_model::Guid::path`]).
    pub path: Option<String>,
    /// Canonical address under which it was listed last: that of its lead.
    pub url: String,
    /// Title under which it was listed last.
    pub title: String,
    /// Publication time that its listing gave.
    pub published_at: Option<Time>,
}

/// A document as the store holds it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StoredDocument {
    /// Number of its last change.
    pub seq: Seq,
    /// Version, from 1.
    pub version: u32,
    /// Id of the first document of its story: the same text, edited or not.
    pub story: DocId,
    /// The document and its assessment.
    pub assessed: AssessedDocument,
    /// Numbers of the saved searches that it matches, ascending; only filled for followers
    /// ([`Store::changes_since`](crate::Store::changes_since)).
    #[serde(skip)]
    pub saved: Vec<i64>,
}

/// Number of stored prints, from 1, without gaps.
pub type PrintNumber = u32;

/// Whose prints were stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintedText {
    /// The document.
    pub document: DocId,
    /// Its story.
    pub story: DocId,
    /// Its source.
    pub source: String,
    /// Its time.
    pub at: Time,
}

/// Prints as the store holds them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPrints {
    /// Their number.
    pub number: PrintNumber,
    /// The prints; none when another version of kiemtin made them in another way.
    pub prints: Option<Prints>,
}

/// A passage that a document shares with another one, without being the same article.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Quote {
    /// The other document.
    pub quoted: DocId,
    /// Part of the document that is shared, 0 to 1.
    pub of_own: f64,
    /// Part of the other document that is shared, 0 to 1.
    pub of_quoted: f64,
}

/// What is known of an address that a listing named.
#[derive(Clone, Debug, PartialEq)]
pub struct LeadState {
    /// Canonical address.
    pub url: String,
    /// Source it was found at.
    pub source: String,
    /// First time named.
    pub first_seen: Time,
    /// Last time fetched.
    pub fetched_at: Option<Time>,
    /// Change time that the listing gave at the last fetch.
    pub listed_update: Option<Time>,
    /// Validators of the last body that was committed.
    pub validators: Validators,
    /// Words of the last outcome ([`kiemtin_model::Outcome::detail`]).
    pub outcome: String,
    /// Failures in a row.
    pub failures: u32,
    /// Document it became.
    pub document: Option<DocId>,
}

/// What is known of a feed, sitemap or listing address.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedState {
    /// Its address as configured.
    pub url: String,
    /// Source it belongs to.
    pub source: String,
    /// Validators of the last body whose entries were all committed.
    pub validators: Validators,
    /// Hash of that body, as the crawler gives it.
    pub body_hash: Option<String>,
    /// Where the next round over a network goes on; everything before it is committed.
    pub cursor: Option<String>,
    /// Last poll.
    pub polled_at: Time,
    /// Failures in a row.
    pub failures: u32,
    /// Last failure in words; empty when the last poll went well.
    pub error: String,
    /// When it is polled next; never when there is none.
    pub next_poll_at: Option<Time>,
    /// Its pace.
    pub plan: FeedPlan,
}

impl Default for FeedState {
    /// A feed that was never polled (`polled_at` is 0) and is due at once.
    fn default() -> Self {
        Self {
            url: String::new(),
            source: String::new(),
            validators: Validators::default(),
            body_hash: None,
            cursor: None,
            polled_at: Time(0),
            failures: 0,
            error: String::new(),
            next_poll_at: Some(Time(0)),
            plan: FeedPlan::default(),
        }
    }
}

/// A feed that the configuration names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnrolledFeed {
    /// Source it belongs to.
    pub source: String,
    /// Its address.
    pub url: String,
    /// It is not polled before this time.
    pub not_before: Time,
    /// Whether it goes before or after others that are due.
    pub priority: Priority,
}

words! {
    /// What happened to a feed of a source.
    SourceEventKind {
        /// It could be read again after failures.
        Recovered = "recovered" / "đọc lại được",
        /// A poll failed.
        Failed = "failed" / "lỗi",
        /// A poll shared nothing with the poll before: something may have been missed.
        Gap = "gap" / "có thể sót tin",
        /// The publisher refuses us.
        Blocked = "blocked" / "bị chặn",
        /// What was public is shown to members only.
        Closed = "closed" / "không còn công khai",
        /// A token is missing, wrong or has expired.
        Unauthorised = "unauthorised" / "mã truy cập không dùng được",
        /// Not found for seven days.
        Dead = "dead" / "không còn",
        /// Gone for good, by the publisher's word.
        Retired = "retired" / "đã gỡ hẳn",
        /// A new address is polled, to which its own has led for a day.
        Moved = "moved" / "đã chuyển địa chỉ",
        /// The new address is gone again; the configured one is polled.
        MovedBack = "moved_back" / "quay lại địa chỉ cũ",
        /// A hub tells of its news from now on.
        Subscribed = "subscribed" / "được hub báo tin mới",
        /// A hub does not want to.
        SubscriptionRefused = "subscription_refused" / "hub từ chối báo tin mới",
    }
}

/// How a feed stands with the hub that tells of its news, as it may be shown: without what only the hub may know.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FeedSubscription {
    /// Address of the feed.
    pub feed: String,
    /// Address of the hub.
    pub hub: String,
    /// Where it stands.
    pub state: SubscriptionState,
    /// The state in Vietnamese.
    pub state_vi: &'static str,
    /// Since when the hub tells of news.
    pub since: Option<Time>,
    /// Until when it does.
    pub lease_until: Option<Time>,
    /// When it last did.
    pub pushed_at: Option<Time>,
    /// The last failure or refusal in words; empty when all is well.
    pub error: String,
}

impl FeedSubscription {
    /// A subscription as it stands at `now`.
    pub fn new(one: &Subscription, now: Time) -> Self {
        let state = one.state_at(now);
        let Subscription { feed, offer, since, lease_until, pushed_at, error, .. } = one.clone();
        Self { feed, hub: offer.hub, state, state_vi: state.vi(), since, lease_until, pushed_at, error }
    }
}

/// One thing that happened to a source.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct SourceEvent {
    /// The source.
    pub source: String,
    /// When.
    pub at: Time,
    /// Address of the feed.
    pub feed: String,
    /// What.
    pub kind: SourceEventKind,
    /// In words.
    pub detail: String,
}

/// Which alerts to list. Empty filters match all.
#[derive(Clone, Debug, Default)]
pub struct AlertFilter {
    /// Status words.
    pub status: Vec<kiemtin_model::AlertStatus>,
    /// Least level.
    pub level: Option<Level>,
    /// Topic id.
    pub topic: Option<String>,
    /// Unit name.
    pub unit: Option<String>,
    /// One of these units concerned; none of them named: any.
    pub any_unit: Vec<String>,
    /// Who has it, by sign-in name.
    pub assignee: Option<String>,
    /// Only alerts that are to be answered before this time.
    pub due_before: Option<Time>,
    /// Only alerts that were concluded, dismissed, answered or closed at or after this time.
    pub done_since: Option<Time>,
    /// Only alerts with news at or after this time.
    pub since: Option<Time>,
    /// Whose eyes: restricted alerts of other units are left out.
    pub sight: kiemtin_model::Sight,
}

/// A page of a list, with the cursor of the next one.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "{T}Page")]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Pass back to get the next page; none at the end.
    pub next_cursor: Option<String>,
}

/// A document in a narrative's file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NarrativeDocument {
    /// The document.
    pub document: StoredDocument,
    /// How it stands to the narrative.
    pub role: Role,
    /// Its points for this narrative after guards.
    pub score: f64,
}

/// An alert with what the store knows about its narrative.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AlertFile {
    /// The alert.
    pub alert: Alert,
    /// Its narrative.
    pub narrative: NarrativeState,
    /// History, oldest first.
    pub history: Vec<AlertEvent>,
    /// Asserting documents, first published first; at most the asked number.
    pub asserting: Vec<NarrativeDocument>,
    /// Responding and mentioning documents, first published first; at most the asked number.
    pub others: Vec<NarrativeDocument>,
    /// Asserting documents by Vietnamese clock hour: (start of the hour, count), ascending, hours without any left out.
    pub per_hour: Vec<(Time, u32)>,
    /// Asserting documents by source, most first.
    pub per_source: Vec<SourceShare>,
    /// Documents that it had and that were forgotten since.
    pub forgotten: kiemtin_model::Forgotten,
}

/// What one source has of the documents of a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SourceShare {
    /// Source id or host.
    pub source: String,
    /// Its group, as it was when one of these documents came.
    pub group: SourceGroup,
    /// Documents.
    pub documents: u32,
}

/// A document's part in a narrative, to be recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Joining {
    /// The document.
    pub document: DocId,
    /// First document of its story.
    pub story: DocId,
    /// It may count as a mass copy: much the same text as the story, and no licensed reprint.
    pub mass_copy: bool,
    /// Its source.
    pub source: String,
    /// Its time.
    pub at: Time,
    /// How it stands to the narrative.
    pub role: Role,
    /// Its points for this narrative after guards.
    pub score: f64,
}

/// What recording a [`Joining`] changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Joined {
    /// The document was not in the narrative with this role before.
    pub new_document: bool,
    /// It is a new asserting document, and no other one of the narrative has this story.
    pub new_story: bool,
    /// It is a new asserting document, and no other one of the narrative has this source.
    pub new_source: bool,
    /// Distinct sources of those asserting documents of this story within 24 hours before and after this one (itself
    /// counted) that may count as mass copies; 0 when it does not assert; never counted further than some hundreds.
    pub copy_sources: u32,
}

/// Counts for the status page and metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct StoreCounts {
    /// Documents.
    pub documents: u64,
    /// Stored versions beyond the first.
    pub versions: u64,
    /// Documents with a flag.
    pub flagged: u64,
    /// Narratives.
    pub narratives: u64,
    /// Alerts.
    pub alerts: u64,
    /// Notices not yet delivered.
    pub outbox: u64,
    /// Last sequence number.
    pub last_seq: Seq,
}
