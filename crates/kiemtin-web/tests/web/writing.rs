//! What is written about electricity prices while a test looks.

use crate::world::{World, assessed, document};
use kiemtin_model::{Document, SourceGroup, Stance};
use kiemtin_store::Store;
use kiemtin_store::follow::follow;

impl World {
    /// A document about electricity prices that does this came in some hours ago.
    pub async fn wrote(&self, name: &str, stance: Stance, title: &str, text: &str, hours: i64) {
        self.put(document(name, "dien-dan", SourceGroup::Forum, title, text, hours), stance).await;
    }

    /// A newspaper printed it some hours ago.
    pub async fn printed(&self, name: &str, stance: Stance, title: &str, text: &str, hours: i64) {
        self.put(document(name, "trang-b", SourceGroup::Press, title, text, hours), stance).await;
    }

    /// An official text came out some hours ago.
    pub async fn announced(&self, name: &str, title: &str, text: &str, hours: i64) {
        self.put(document(name, "evn", SourceGroup::Official, title, text, hours), Stance::Reports).await;
    }

    async fn put(&self, document: Document, stance: Stance) {
        let written = assessed(document, "gia-dien", stance, vec![], vec![]);
        let mut batch = self.store.begin().await.unwrap();
        batch.put_document(&written, &written.document.id).await.unwrap();
        batch.commit().await.unwrap();
        follow(&*self.store, &*self.index, 100, &|_, _| {}).await.unwrap();
    }
}
