//! One type per stage: each holds what that stage is sure of.

use crate::assess::Assessment;
use crate::dating::{DateNote, Dating};
use crate::ids::{DocId, content_hash};
use crate::restrictions::Restrictions;
use crate::source::{DocKind, FoundBy, SourceGroup};
use crate::time::Time;
use crate::topic::TopicScore;
use kiemtin_text::Scanned;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An address that may hold a document, as a feed, sitemap or listing names it.
#[derive(Clone, Debug, PartialEq)]
pub struct Lead {
    /// Id of the source it was found at.
    pub source: String,
    /// Canonical address: the key by which a lead is known.
    pub url: String,
    /// Title as the listing gives it; may be empty.
    pub title: String,
    /// Publication time as the listing gives it.
    pub published_at: Option<Time>,
    /// A publication time that the listing gave and that was not believed.
    pub date_note: Option<DateNote>,
    /// Time of the last change as the listing gives it: a later one than seen before asks for a new fetch.
    pub updated_at: Option<Time>,
    /// The id that its feed gives it, where that names one item; the collector leaves only an id that is believed.
    pub guid: Option<String>,
    /// Where its text is.
    pub body: LeadBody,
}

/// Where the text of a lead is.
#[derive(Clone, Debug, PartialEq)]
pub enum LeadBody {
    /// On its page, to be fetched.
    Page,
    /// Already in the listing (posts of forums, channels and networks): plain text.
    Inline(String),
}

/// What a server said about the version of a body; sent back as received (RFC 9110 §13.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// `ETag`, opaque, weak marks kept.
    pub etag: Option<String>,
    /// `Last-Modified` as received.
    pub last_modified: Option<String>,
}

/// A page as it came, decoded to Unicode.
#[derive(Clone, Debug)]
pub struct FetchedPage {
    /// What was asked for.
    pub lead: Lead,
    /// Address after redirects.
    pub final_url: String,
    /// Decoded text of the page, NFC; at most the configured size.
    pub html: String,
    /// When it came.
    pub fetched_at: Time,
    /// For the next conditional request.
    pub validators: Validators,
    /// What its publisher does not want shown, by the header of the answer.
    pub restrictions: Restrictions,
}

/// Where a publication time was found; decides how far it is trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DateOrigin {
    /// In the feed or document line.
    Listing,
    /// Stated by the page (ld+json, meta, time element, site selector, address).
    Page,
    /// Guessed from the text of the page.
    Guess,
    /// Not known.
    Missing,
}

/// An article, post or official text, without anything about who wrote it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Document {
    /// Stable id.
    pub id: DocId,
    /// Canonical address; none for document lines without one and for posts found by keyword.
    pub url: Option<String>,
    /// Id or host of the source; may be empty.
    pub source: String,
    /// The id that a document line carried; none for posts found by keyword.
    pub source_id: Option<String>,
    /// How its coverage is counted.
    pub group: SourceGroup,
    /// Kind of document.
    pub kind: DocKind,
    /// How it was found.
    pub found_by: FoundBy,
    /// Title, NFC; empty for most posts.
    pub title: String,
    /// Body as plain text, NFC, paragraphs on lines of their own; the lead comes first. As it is stored, personal data is masked.
    pub text: String,
    /// ISO 639-1 (or -3) code, `und` when it cannot be told.
    pub lang: String,
    /// Publication time.
    pub published_at: Option<Time>,
    /// Where that time was found.
    pub date_origin: DateOrigin,
    /// What named it, when the document was changed last, and which date was refused.
    #[serde(flatten)]
    pub dating: Dating,
    /// When the document was taken in.
    pub fetched_at: Time,
    /// What its publisher does not want shown.
    #[serde(default)]
    pub restrictions: Restrictions,
}

impl Document {
    /// See [`content_hash`].
    pub fn content_hash(&self) -> String {
        content_hash(&self.title, &self.text)
    }

    /// Publication time, or the time it was taken in.
    pub fn time(&self) -> Time {
        self.published_at.unwrap_or(self.fetched_at)
    }

    /// Whether it is a post of a forum or social network: kept for a time only, and no longer than its origin keeps it.
    pub fn is_post(&self) -> bool {
        self.kind == DocKind::Social || matches!(self.group, SourceGroup::Forum | SourceGroup::Social)
    }
}

/// A document as it will be kept, with its words read, at the moment when it was assessed: for those who ask more of the same
/// reading.
#[derive(Clone, Copy)]
pub struct JustAssessed<'a> {
    /// The document, masked.
    pub document: &'a Document,
    /// Its title and text, read.
    pub read: [&'a Scanned<'a>; 2],
    /// Topics, strongest first.
    pub topics: &'a [TopicScore],
    /// Units of the ministry concerned.
    pub units: &'a [String],
    /// Provinces named.
    pub provinces: &'a [String],
    /// What the rules found.
    pub assessment: &'a Assessment,
}

/// A document with everything the rules say of it. Text and spans are masked: no personal data is left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AssessedDocument {
    /// The document, masked.
    pub document: Document,
    /// Hash of title and text as stored: another one is another version.
    pub content_hash: String,
    /// Hash by which copies are known, see [`crate::text_hash`].
    pub text_hash: String,
    /// Topics, strongest first.
    pub topics: Vec<TopicScore>,
    /// Units of the ministry concerned.
    pub units: Vec<String>,
    /// Provinces named.
    pub provinces: Vec<String>,
    /// What the rules found.
    pub assessment: Assessment,
}
