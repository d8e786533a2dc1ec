//! Which fields does a document have in the index?

use super::analyzer;
use crate::types::StoredDocument;
use tantivy::TantivyDocument;
use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, STORED, Schema, SchemaBuilder, TextFieldIndexing, TextOptions};

/// Version of the fields and of the analysis. One more when either changes: the index is then rebuilt.
pub(super) const VERSION: u32 = 2;

/// Handles of the fields.
#[derive(Clone)]
pub(super) struct Fields {
    pub id: Field,
    pub story: Field,
    pub seq: Field,
    pub title: Field,
    pub text: Field,
    pub source: Field,
    pub kind: Field,
    pub group: Field,
    pub topic: Field,
    pub level: Field,
    pub stance: Field,
    pub published: Field,
}

pub(super) fn build() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let fields = Fields {
        id: schema.add_text_field("id", word() | STORED),
        story: schema.add_text_field("story", TextOptions::default().set_fast("raw")),
        seq: schema.add_u64_field("seq", FAST),
        title: words(&mut schema, "title"),
        text: words(&mut schema, "text"),
        source: schema.add_text_field("source", word().set_fast("raw")),
        kind: schema.add_text_field("kind", word().set_fast("raw")),
        group: schema.add_text_field("group", word().set_fast("raw")),
        topic: schema.add_text_field("topic", word().set_fast("raw")),
        level: schema.add_text_field("level", word().set_fast("raw")),
        stance: schema.add_text_field("stance", word().set_fast("raw")),
        published: schema.add_i64_field("published", FAST | INDEXED),
    };
    (schema.build(), fields)
}

/// A value that is found as a whole.
fn word() -> TextOptions {
    let indexing = TextFieldIndexing::default().set_tokenizer("raw").set_index_option(IndexRecordOption::Basic).set_fieldnorms(false);
    TextOptions::default().set_indexing_options(indexing)
}

/// Vietnamese text. Not stored: the store has it.
fn words(schema: &mut SchemaBuilder, name: &str) -> Field {
    let indexing = TextFieldIndexing::default().set_tokenizer(analyzer::NAME).set_index_option(IndexRecordOption::WithFreqsAndPositions);
    schema.add_text_field(name, TextOptions::default().set_indexing_options(indexing))
}

impl Fields {
    /// The document as the index takes it.
    pub fn document(&self, stored: &StoredDocument) -> TantivyDocument {
        let document = &stored.assessed.document;
        let mut doc = TantivyDocument::default();
        doc.add_text(self.id, &document.id.0);
        doc.add_text(self.story, &stored.story.0);
        doc.add_u64(self.seq, stored.seq.max(0) as u64);
        if document.lang == "vi" && analyzer::typed_bare(&document.title, &document.text) {
            doc.add_pre_tokenized_text(self.title, analyzer::with_bare(&document.title));
            doc.add_pre_tokenized_text(self.text, analyzer::with_bare(&document.text));
        } else {
            doc.add_text(self.title, &document.title);
            doc.add_text(self.text, &document.text);
        }
        doc.add_text(self.source, &document.source);
        doc.add_text(self.kind, document.kind.as_str());
        doc.add_text(self.group, document.group.as_str());
        for topic in &stored.assessed.topics {
            doc.add_text(self.topic, &topic.id);
        }
        doc.add_text(self.level, stored.assessed.assessment.level.as_str());
        doc.add_text(self.stance, stored.assessed.assessment.stance.as_str());
        if let Some(at) = document.published_at {
            doc.add_i64(self.published, at.0);
        }
        doc
    }
}
