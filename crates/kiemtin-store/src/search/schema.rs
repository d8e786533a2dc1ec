//! Which fields does a document have in the index?

use super::{analyzer, capitals, pairs, sorts};
use crate::types::StoredDocument;
use kiemtin_text::Scanned;
use kiemtin_text::key::folded;
use std::hash::{DefaultHasher, Hash, Hasher};
use tantivy::TantivyDocument;
use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, STORED, Schema, SchemaBuilder, TextFieldIndexing, TextOptions};

/// Version of the fields and of the analysis. One more when either changes: the index is then rebuilt.
pub(super) const VERSION: u32 = 10;

/// Field of the number of a document's story.
pub(super) const STORY: &str = "story_key";
/// Field of the same number, of copies alone: stories that are not among its values have one document.
pub(super) const COPIED: &str = "copied";
/// Field of the sort of a document: the values of all facets together.
pub(super) const SORT: &str = "sort";
/// Field of the time of publication, in milliseconds; every segment is sorted by it, newest first.
pub(super) const PUBLISHED: &str = "published";
/// Field of the words with capitals, see [`super::capitals`].
pub(super) const CAPITALS: &str = "capitals";
/// Field of what documents are about, see [`super::about`].
pub(super) const ABOUT: &str = "about";
/// Field of the sequence number.
pub(super) const SEQ: &str = "seq";
/// What a document typed without accents has in the field of its marks.
pub(super) const BARE: &str = "bare";

/// Handles of the fields.
#[derive(Clone)]
pub(super) struct Fields {
    pub id: Field,
    pub story: Field,
    pub story_key: Field,
    pub copied: Field,
    pub seq: Field,
    /// The title alone, its words at the same places as in `all`.
    pub title: Field,
    /// Title and text as one, the title first: most searches ask for words wherever they stand, and read one list for each.
    pub all: Field,
    /// Classes of words side by side, see [`super::pairs`].
    pub pairs: Field,
    pub capitals: Field,
    pub about: Field,
    pub marks: Field,
    pub source: Field,
    pub kind: Field,
    pub group: Field,
    pub topic: Field,
    pub level: Field,
    pub stance: Field,
    pub lang: Field,
    /// Without accents, in small letters.
    pub unit: Field,
    /// The same.
    pub province: Field,
    pub published: Field,
    /// All that facets are counted of.
    pub sort: Field,
    /// Numbers of the saved searches that it matches.
    pub saved: Field,
}

pub(super) fn build() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let fields = Fields {
        id: schema.add_text_field("id", word() | STORED),
        story: schema.add_text_field("story", STORED),
        story_key: schema.add_u64_field(STORY, FAST | INDEXED),
        copied: schema.add_u64_field(COPIED, FAST),
        seq: schema.add_u64_field(SEQ, FAST),
        title: words(&mut schema, "title", analyzer::UNMARKED),
        all: words(&mut schema, "all", analyzer::NAME),
        pairs: schema.add_text_field("pairs", classes()),
        capitals: schema.add_u64_field(CAPITALS, FAST),
        about: schema.add_u64_field(ABOUT, FAST),
        marks: schema.add_text_field("marks", word()),
        source: schema.add_text_field("source", word().set_fast("raw")),
        kind: schema.add_text_field("kind", word().set_fast("raw")),
        group: schema.add_text_field("group", word().set_fast("raw")),
        topic: schema.add_text_field("topic", word().set_fast("raw")),
        level: schema.add_text_field("level", word().set_fast("raw")),
        stance: schema.add_text_field("stance", word().set_fast("raw")),
        lang: schema.add_text_field("lang", word().set_fast("raw")),
        unit: schema.add_text_field("unit", word()),
        province: schema.add_text_field("province", word().set_fast("raw")),
        published: schema.add_i64_field(PUBLISHED, FAST | INDEXED),
        sort: schema.add_text_field(SORT, TextOptions::default().set_fast("raw")),
        saved: schema.add_text_field("saved", word()),
    };
    (schema.build(), fields)
}

/// A value that is found as a whole.
fn word() -> TextOptions {
    let indexing = TextFieldIndexing::default().set_tokenizer("raw").set_index_option(IndexRecordOption::Basic).set_fieldnorms(false);
    TextOptions::default().set_indexing_options(indexing)
}

/// Classes that a document has or has not.
fn classes() -> TextOptions {
    let indexing = TextFieldIndexing::default().set_tokenizer(pairs::NAME).set_index_option(IndexRecordOption::Basic).set_fieldnorms(false);
    TextOptions::default().set_indexing_options(indexing)
}

/// Vietnamese text. Not stored: the store has it.
fn words(schema: &mut SchemaBuilder, name: &str, analyzer: &str) -> Field {
    let indexing = TextFieldIndexing::default().set_tokenizer(analyzer).set_index_option(IndexRecordOption::WithFreqsAndPositions);
    schema.add_text_field(name, TextOptions::default().set_indexing_options(indexing))
}

/// Number of a story: 64 bits of a hash of its id.
pub(super) fn story_key(story: &str) -> u64 {
    let mut hash = DefaultHasher::new();
    story.hash(&mut hash);
    hash.finish()
}

impl Fields {
    /// The document as the index takes it; `read` are its title and its text, `about` the words that tell it from others.
    pub fn document(&self, stored: &StoredDocument, read: [&Scanned<'_>; 2], about: &[u64]) -> TantivyDocument {
        let document = &stored.assessed.document;
        let mut doc = TantivyDocument::default();
        doc.add_text(self.id, &document.id.0);
        doc.add_text(self.story, &stored.story.0);
        let story = story_key(&stored.story.0);
        doc.add_u64(self.story_key, story);
        if stored.story != document.id {
            doc.add_u64(self.copied, story);
        }
        doc.add_u64(self.seq, stored.seq.max(0) as u64);
        let [title, text] = read;
        doc.add_text(self.title, analyzer::written(&[title]));
        doc.add_text(self.all, analyzer::written(&[title, text]));
        doc.add_text(self.pairs, pairs::of(read));
        capitals::of(read).into_iter().for_each(|value| doc.add_u64(self.capitals, value));
        about.iter().for_each(|value| doc.add_u64(self.about, *value));
        if document.lang == "vi" && analyzer::typed_bare(read) {
            doc.add_text(self.marks, BARE);
        }
        doc.add_text(self.source, &document.source);
        doc.add_text(self.kind, document.kind.as_str());
        doc.add_text(self.group, document.group.as_str());
        for topic in &stored.assessed.topics {
            doc.add_text(self.topic, &topic.id);
        }
        doc.add_text(self.level, stored.assessed.assessment.level.as_str());
        doc.add_text(self.stance, stored.assessed.assessment.stance.as_str());
        doc.add_text(self.lang, &document.lang);
        doc.add_text(self.sort, sorts::of(stored));
        for unit in &stored.assessed.units {
            doc.add_text(self.unit, folded(unit));
        }
        for province in &stored.assessed.provinces {
            doc.add_text(self.province, folded(province));
        }
        if let Some(at) = document.published_at {
            doc.add_i64(self.published, at.0);
        }
        for search in &stored.saved {
            doc.add_text(self.saved, search.to_string());
        }
        doc
    }
}
