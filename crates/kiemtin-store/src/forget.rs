//! What is no longer kept, and how do followers hear of it?
//!
//! A document is forgotten in one transaction, with everything that was made of its text. What stays are numbers: how many went, on
//! which day, of which source and for which reason, and how many documents an alert has lost.

use crate::store::StoreError;
use crate::types::{Seq, StoredDocument};
use async_trait::async_trait;
use kiemtin_model::{DocId, ForgetReason, Time};

/// What came after a change, for a follower that keeps a copy of the store.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct News {
    /// Documents that came or changed, in order of change.
    pub documents: Vec<StoredDocument>,
    /// Documents that are gone; to be removed before the others are added.
    pub forgotten: Vec<DocId>,
    /// Change up to which this is all; the one asked from when there is nothing.
    pub through: Seq,
}

/// Which posts are old.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OldPosts<'a> {
    /// Those of this source; `None`: of all.
    pub source: Option<&'a str>,
    /// Those that were taken in before this time.
    pub before: Time,
}

/// Where a walk through old posts stands.
pub type PostPlace = (Time, Seq);

/// A post that was kept long enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OldPost {
    /// The document.
    pub id: DocId,
    /// Where it stands in the walk: when it was taken in, and its number.
    pub place: PostPlace,
    /// It stands in an alert that is open, or ended later than the time asked.
    pub held: bool,
}

/// What a store tells of what is forgotten.
#[async_trait]
pub trait ForgetStore: Send + Sync {
    /// Documents that came, changed or went after `seq`, at most `limit` of each, as of one moment.
    async fn news_since(&self, seq: Seq, limit: usize) -> Result<News, StoreError>;
    /// Posts of forums and social networks that are old and stand after `after`, oldest first, at most `limit`. Reads no others.
    async fn old_posts(&self, old: OldPosts<'_>, after: Option<PostPlace>, limit: usize) -> Result<Vec<OldPost>, StoreError>;
    /// Number of the change with which a document went last; 0 when none did.
    async fn last_forgotten(&self) -> Result<Seq, StoreError>;
    /// Makes what was forgotten unreadable in the files of the store as well. `false`: readers still hold what was before; to be asked
    /// again.
    async fn scrub(&self) -> Result<bool, StoreError>;
}

/// Forgetting, in the one write transaction.
#[async_trait]
pub trait ForgetBatch: Send {
    /// Forgets a document. `false`: there is none with this id.
    ///
    /// Cleared: the document and its versions, its prints (an exact copy of its story takes them over), quotes both ways, matches of
    /// saved searches, what rules found in it, its part in narratives (which are counted anew at the end of the batch), its place in
    /// the counts by hour and in random samples without an answer, the comparison of an event of which it was the last document, its
    /// entries in notices and deliveries, the cause of a warning that is told by its title, the title under which its feed knows it.
    ///
    /// Kept: alerts with their history, level and points (a person decides; how many documents went is noted), the audit log, answers
    /// and drafts of people, what reviewers found, reports that left the house, learned official documents, and its lead (without the
    /// document, so that it is not taken in again), all of which hold none of its text unless a person wrote it there. The id of a
    /// story or event stays its name.
    ///
    /// Counts it for its source and the Vietnamese day of `at`, under the word of the reason.
    async fn forget(&mut self, id: &DocId, why: ForgetReason, at: Time) -> Result<bool, StoreError>;
    /// The same for the document that an address (or another name of a lead) became, and gives its id. The lead ends as refused for
    /// this reason, also when it became none. An unknown one is nothing.
    async fn forget_lead(&mut self, url: &str, why: ForgetReason, at: Time) -> Result<Option<DocId>, StoreError>;
    /// Whether this is a stored post of a forum or social network.
    async fn is_post(&mut self, id: &DocId) -> Result<bool, StoreError>;
    /// As [`ForgetStore::old_posts`], inside the transaction.
    async fn old_posts(&mut self, old: OldPosts<'_>, after: Option<PostPlace>, limit: usize) -> Result<Vec<OldPost>, StoreError>;
}
