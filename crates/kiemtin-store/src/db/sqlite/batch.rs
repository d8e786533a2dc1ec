//! What does one write transaction hold together?

use super::saved::{self, Added};
use super::{alerts, documents, fetches, guids, learned, narratives, outbox, prints, rules, schedule, subscriptions, tally};
use crate::store::{Batch, StoreError};
use crate::types::{
    FeedState, GuidState, Joined, Joining, Known, LeadState, PrintNumber, PrintedText, Quote, Seq, SourceEvent, StoredPrints,
};
use async_trait::async_trait;
use kiemtin_model::{
    Alert, AlertEventKind, AssessedDocument, DocId, Document, HostPause, LearnedDocument, NarrativeState, Subscription, Time,
};
use kiemtin_text::winnow::Prints;
use sqlx::{Sqlite, Transaction};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use tokio::sync::watch;

/// What a batch adds to the running totals.
#[derive(Default, PartialEq)]
pub(super) struct Totals {
    pub documents: i64,
    pub versions: i64,
    pub flagged: i64,
    pub narratives: i64,
    pub alerts: i64,
}

/// A transaction begun with `BEGIN IMMEDIATE`; dropping it rolls it back.
pub(super) struct SqliteBatch {
    pub(super) open: Transaction<'static, Sqlite>,
    pub(super) totals: Totals,
    /// Hears of the commit.
    commits: Arc<watch::Sender<u64>>,
    pub(super) added: Added,
    /// Documents whose place in the counts by hour may have changed.
    pub(super) recount: Vec<Seq>,
    /// Narratives that lost a document: counted anew once, however many they lost.
    pub(super) recount_narratives: BTreeSet<i64>,
}

impl SqliteBatch {
    pub(super) fn new(open: Transaction<'static, Sqlite>, commits: Arc<watch::Sender<u64>>) -> Self {
        Self { open, totals: Totals::default(), commits, added: Added::new(), recount: vec![], recount_narratives: BTreeSet::new() }
    }
}

#[async_trait]
impl Batch for SqliteBatch {
    async fn known(&mut self, ids: &[DocId]) -> Result<HashMap<DocId, Known>, StoreError> {
        documents::known(&mut self.open, ids).await
    }

    async fn story_of(&mut self, text_hash: &str) -> Result<Option<DocId>, StoreError> {
        documents::story_of(&mut self.open, text_hash).await
    }

    async fn twin(&mut self, text_hash: &str, source: &str) -> Result<Option<(DocId, String)>, StoreError> {
        documents::twin(&mut self.open, text_hash, source).await
    }

    async fn move_document(&mut self, id: &DocId, url: &str) -> Result<(), StoreError> {
        documents::relocate(&mut self.open, id, url).await
    }

    async fn put_document(&mut self, assessed: &AssessedDocument, story: &DocId) -> Result<Seq, StoreError> {
        let (first, seq) = documents::put(&mut self.open, assessed, story, &mut self.totals).await?;
        documents::keep_post(&mut self.open, first, first == seq, &assessed.document).await?;
        rules::record(&mut self.open, first, first == seq, assessed).await?;
        self.recount.push(first);
        Ok(seq)
    }

    async fn touch_document(&mut self, document: &Document) -> Result<(), StoreError> {
        documents::touch(&mut self.open, document).await
    }

    async fn put_learned(&mut self, learned: &[LearnedDocument], at: Time) -> Result<(), StoreError> {
        learned::put(&mut self.open, learned, at).await
    }

    async fn put_prints(&mut self, text: &PrintedText, prints: &Prints) -> Result<PrintNumber, StoreError> {
        prints::put(&mut self.open, text, prints).await
    }

    async fn prints_since(&mut self, after: PrintNumber, limit: usize) -> Result<Vec<StoredPrints>, StoreError> {
        prints::since(&mut self.open, after, limit).await
    }

    async fn printed(&mut self, numbers: &[PrintNumber]) -> Result<HashMap<PrintNumber, PrintedText>, StoreError> {
        prints::texts(&mut self.open, numbers).await
    }

    async fn put_quotes(&mut self, document: &DocId, quotes: &[Quote]) -> Result<(), StoreError> {
        prints::put_quotes(&mut self.open, document, quotes).await
    }

    async fn put_lead(&mut self, lead: &LeadState) -> Result<(), StoreError> {
        fetches::put_lead(&mut self.open, lead).await
    }

    async fn put_guid(&mut self, guid: &GuidState) -> Result<(), StoreError> {
        guids::put(&mut self.open, guid).await
    }

    async fn put_feed(&mut self, feed: &FeedState) -> Result<(), StoreError> {
        fetches::put_feed(&mut self.open, feed).await
    }

    async fn put_source_event(&mut self, event: &SourceEvent) -> Result<(), StoreError> {
        schedule::put_event(&mut self.open, event).await
    }

    async fn put_host_pause(&mut self, pause: &HostPause, now: Time) -> Result<(), StoreError> {
        schedule::put_host_pause(&mut self.open, pause, now).await
    }

    async fn subscription(&mut self, callback: &str) -> Result<Option<Subscription>, StoreError> {
        subscriptions::by_callback(&mut self.open, callback).await
    }

    async fn put_subscription(&mut self, subscription: &Subscription) -> Result<(), StoreError> {
        subscriptions::put(&mut self.open, subscription).await
    }

    async fn bring_forward(&mut self, source: &str, feed: &str, told_since: Time, now: Time) -> Result<(), StoreError> {
        subscriptions::bring_forward(&mut self.open, source, feed, told_since, now).await
    }

    async fn count_source(&mut self, source: &str, day: i64, what: &str, add: u64) -> Result<(), StoreError> {
        schedule::count_one(&mut self.open, source, day, what, add).await
    }

    async fn narrative(&mut self, key: &str) -> Result<Option<NarrativeState>, StoreError> {
        narratives::by_key(&mut self.open, key).await
    }

    async fn put_narrative(&mut self, state: &NarrativeState) -> Result<i64, StoreError> {
        let (id, new) = narratives::put(&mut self.open, state).await?;
        self.totals.narratives += i64::from(new);
        Ok(id)
    }

    async fn join(&mut self, narrative: i64, joining: &Joining) -> Result<Joined, StoreError> {
        narratives::join(&mut self.open, narrative, joining).await
    }

    async fn leave(&mut self, document: &DocId, but: &[i64]) -> Result<Vec<i64>, StoreError> {
        narratives::leave(&mut self.open, document, but).await
    }

    async fn recount(&mut self, narrative: i64) -> Result<(), StoreError> {
        narratives::recount(&mut self.open, narrative).await
    }

    async fn open_alert(&mut self, alert: &Alert) -> Result<Alert, StoreError> {
        let (alert, new) = alerts::open(&mut self.open, alert).await?;
        self.totals.alerts += i64::from(new);
        Ok(alert)
    }

    async fn update_alert(&mut self, alert: &Alert) -> Result<Alert, StoreError> {
        alerts::update(&mut self.open, alert).await
    }

    async fn alert(&mut self, id: i64) -> Result<Option<Alert>, StoreError> {
        alerts::by_id(&mut self.open, id).await
    }

    async fn put_event(&mut self, alert: &Alert, kind: AlertEventKind, at: Time) -> Result<(), StoreError> {
        alerts::put_event(&mut self.open, alert, kind, at).await
    }

    async fn put_delivery(&mut self, alert: &Alert, event: AlertEventKind, channel: &str, at: Time) -> Result<(), StoreError> {
        outbox::put(&mut self.open, alert, event, channel, at).await
    }

    async fn commit(mut self: Box<Self>) -> Result<(), StoreError> {
        const SQL: &str = "UPDATE total SET documents = documents + $1, versions = versions + $2, flagged = flagged + $3, \
            narratives = narratives + $4, alerts = alerts + $5";
        let t = &self.totals;
        if *t != Totals::default() {
            sqlx::query(SQL)
                .bind(t.documents)
                .bind(t.versions)
                .bind(t.flagged)
                .bind(t.narratives)
                .bind(t.alerts)
                .execute(&mut *self.open)
                .await?;
        }
        saved::add_up(&mut self.open, &self.added).await?;
        for narrative in std::mem::take(&mut self.recount_narratives) {
            narratives::recount(&mut self.open, narrative).await?;
        }
        tally::recount(&mut self.open, std::mem::take(&mut self.recount)).await?;
        self.open.commit().await?;
        self.commits.send_modify(|commits| *commits += 1);
        Ok(())
    }
}
