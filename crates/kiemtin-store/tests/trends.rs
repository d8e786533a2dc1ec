//! Are trends true? They equal a count one by one over the store, and neither a source that was down nor a reprint moves them.
#![allow(clippy::unwrap_used, reason = "a test that panics fails, as it should")]

#[path = "trends/counted.rs"]
mod counted;
#[path = "trends/honest.rs"]
mod honest;

use kiemtin_model::time::{DAY_MS, HOUR_MS};
use kiemtin_model::{AssessedDocument, DocId, Time};
use kiemtin_store::conformance::{Checked, Made, sample};
use kiemtin_store::follow::follow;
use kiemtin_store::{SqliteStore, Store, TantivyIndex};

/// Midnight of 2 March 2026, a Monday, in Vietnam: the samples count from 08:00 of that day.
const MIDNIGHT: Time = Time(kiemtin_store::conformance::START.0 - 8 * HOUR_MS);

struct World {
    store: SqliteStore,
    index: TantivyIndex,
    _folder: tempfile::TempDir,
}

impl World {
    /// These documents, each with the story that it belongs to.
    async fn of(documents: &[(AssessedDocument, DocId)]) -> Made<Self> {
        let folder = tempfile::tempdir()?;
        let store = SqliteStore::open(&folder.path().join("kiemtin.db")).await?;
        let index = TantivyIndex::open(&folder.path().join("index"))?;
        let world = Self { store, index, _folder: folder };
        world.put(documents).await?;
        Ok(world)
    }

    async fn put(&self, documents: &[(AssessedDocument, DocId)]) -> Checked {
        for part in documents.chunks(500) {
            let mut batch = self.store.begin().await?;
            for (document, story) in part {
                batch.put_document(document, story).await?;
            }
            batch.commit().await?;
            follow(&self.store, &self.index, 1_000, &|_, _| ()).await?;
        }
        Ok(())
    }
}

/// A document of its own story.
fn own(document: AssessedDocument) -> (AssessedDocument, DocId) {
    let id = document.document.id.clone();
    (document, id)
}

/// A document of this day, counted from [`MIDNIGHT`], at an hour.
fn on(name: &str, text: &str, source: &str, day: i64, hour: i64) -> AssessedDocument {
    let mut made = sample(name, "Tin", text, source, 0);
    made.document.published_at = Some(MIDNIGHT.plus(day * DAY_MS + hour * HOUR_MS));
    made
}
