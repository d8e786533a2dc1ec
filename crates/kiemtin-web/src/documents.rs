//! What is stored of one document: its text, its copies, and how it was edited? Made once; the API serialises it, the page
//! adds words.

use crate::catalogue::Catalogue;
use crate::fault::Fault;
use crate::service::Service;
use kiemtin_model::{DocId, Document, FlagKind, Level, SourceGroup, Time};
use kiemtin_store::{DocumentVersion, EventSpread, StoredDocument};
use kiemtin_text::difference::{Change, difference, syllables};
use schemars::JsonSchema;
use serde::Serialize;

/// Most earlier versions that are listed.
pub const MAX_VERSIONS: usize = 20;
/// Most documents of a story that are listed.
const MAX_COPIES: usize = 50;

/// A document with its versions.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DocumentFile {
    /// The document as stored: masked, no markup.
    #[serde(flatten)]
    pub document: Document,
    /// Name of its source.
    pub source_name: String,
    /// Number of its present version, from 1.
    pub version: u32,
    /// How pressing its flags are.
    pub level: Level,
    /// Kinds of its flags, strongest first.
    pub kinds: Vec<FlagKind>,
    /// Topic ids, strongest first.
    pub topics: Vec<String>,
    /// Units concerned.
    pub units: Vec<String>,
    /// Provinces named.
    pub provinces: Vec<String>,
    /// Id of its event.
    pub story: DocId,
    /// How far its event has spread.
    pub spread: EventSpread,
    /// First document of its group of copies: the same text, edited or not.
    pub copy_of: DocId,
    /// Other documents of that group, first taken in first; at most 50.
    pub copies: Vec<CopyItem>,
    /// Versions that were replaced, newest first; at most the last 20.
    pub versions: Vec<VersionItem>,
}

/// Another document of the same group of copies.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CopyItem {
    /// Its id.
    pub id: DocId,
    /// Its address.
    pub url: Option<String>,
    /// Its title.
    pub title: String,
    /// Source id or host.
    pub source: String,
    /// Name of the source.
    pub source_name: String,
    /// Group of the source.
    pub group: SourceGroup,
    /// Publication time.
    pub published_at: Option<Time>,
    /// When it was taken in.
    pub fetched_at: Time,
    /// Number of its present version.
    pub version: u32,
}

/// A version that was replaced, and what the next one changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct VersionItem {
    /// Its number, from 1.
    pub version: u32,
    /// When the next one was taken in.
    pub replaced_at: Time,
    /// The next one has another title.
    pub title_changed: bool,
    /// Syllables of title and text that the next one added.
    pub added: usize,
    /// Syllables that it removed.
    pub removed: usize,
}

/// A piece of a difference. Without the added pieces they make up the version, without the removed ones the next version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DifferencePiece {
    /// `same`, `added` or `removed`.
    #[schemars(extend("enum" = [Change::Same.as_str(), Change::Added.as_str(), Change::Removed.as_str()]))]
    pub op: &'static str,
    /// The words.
    pub text: String,
}

/// What a version changed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct VersionDifference {
    /// The document.
    pub document: DocId,
    /// The version that was replaced.
    pub version: u32,
    /// The one that replaced it.
    pub next: u32,
    /// When.
    pub replaced_at: Time,
    /// Difference of the titles.
    pub title: Vec<DifferencePiece>,
    /// Difference of the texts.
    pub text: Vec<DifferencePiece>,
}

/// The stored document with the id in an address.
pub async fn stored(service: &Service, id: &str) -> Result<StoredDocument, Fault> {
    let found = service.store.documents(&[DocId(id.to_owned())]).await?.pop();
    found.ok_or_else(|| Fault::not_found("bài này trong kho"))
}

/// A document with its copies and versions.
pub async fn file(service: &Service, stored: StoredDocument) -> Result<DocumentFile, Fault> {
    let StoredDocument { version, story, assessed, .. } = stored;
    let document = assessed.document;
    let members = service.store.story(&story, MAX_COPIES + 1).await?;
    let alone = || EventSpread { id: story.clone(), documents: 1, stories: 1, sources: 1 };
    let spread = service.store.spreads(std::slice::from_ref(&story)).await?.remove(&story).unwrap_or_else(alone);
    let earlier = service.store.versions(&document.id, u32::MAX, MAX_VERSIONS).await?;
    Ok(DocumentFile {
        source_name: service.catalogue.source(&document.source).to_owned(),
        copies: members.into_iter().filter(|m| m.assessed.document.id != document.id).map(|m| copy(m, &service.catalogue)).collect(),
        versions: items(&document, &earlier),
        version,
        level: assessed.assessment.level,
        kinds: assessed.assessment.kinds,
        topics: assessed.topics.into_iter().map(|t| t.id).collect(),
        units: assessed.units,
        provinces: assessed.provinces,
        story: spread.id.clone(),
        spread,
        copy_of: story,
        document,
    })
}

fn copy(stored: StoredDocument, catalogue: &Catalogue) -> CopyItem {
    let document = stored.assessed.document;
    CopyItem {
        source_name: catalogue.source(&document.source).to_owned(),
        id: document.id,
        url: document.url,
        title: document.title,
        source: document.source,
        group: document.group,
        published_at: document.published_at,
        fetched_at: document.fetched_at,
        version: stored.version,
    }
}

/// Each version against the one after it; `earlier` newest first.
fn items(present: &Document, earlier: &[DocumentVersion]) -> Vec<VersionItem> {
    let next = std::iter::once((&present.title, &present.text)).chain(earlier.iter().map(|v| (&v.title, &v.body)));
    let item = |(v, (title, text)): (&DocumentVersion, (&String, &String))| {
        let (in_title, in_text) = (syllables(&difference(&v.title, title)), syllables(&difference(&v.body, text)));
        VersionItem {
            version: v.version,
            replaced_at: v.replaced_at,
            title_changed: v.title != *title,
            added: in_title.0 + in_text.0,
            removed: in_title.1 + in_text.1,
        }
    };
    earlier.iter().zip(next).map(item).collect()
}

/// What the version after the one with this number changed.
pub async fn version(service: &Service, stored: &StoredDocument, number: u32) -> Result<VersionDifference, Fault> {
    let missing = || Fault::not_found("bản cũ này của bài");
    let document = &stored.assessed.document;
    let mut near = service.store.versions(&document.id, number.saturating_add(2), 2).await?.into_iter();
    let newest = near.next().ok_or_else(missing)?;
    // With two of them, the newer one is the next; with one, the document as it is now.
    let (old, title, text) = match near.next() {
        Some(old) if newest.version > number => (old, newest.title, newest.body),
        _ => (newest, document.title.clone(), document.text.clone()),
    };
    if old.version != number {
        return Err(missing());
    }
    Ok(VersionDifference {
        document: document.id.clone(),
        version: number,
        next: number + 1,
        replaced_at: old.replaced_at,
        title: pieces(&old.title, &title),
        text: pieces(&old.body, &text),
    })
}

fn pieces(old: &str, new: &str) -> Vec<DifferencePiece> {
    difference(old, new).into_iter().map(|p| DifferencePiece { op: p.change.as_str(), text: p.text.to_owned() }).collect()
}
