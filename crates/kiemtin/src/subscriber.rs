//! Who asks the hubs? A task of `serve`: it asks those that feeds name, renews what they granted and gives up on silent ones.
//!
//! Everything is written before a hub is asked, because it may check our wish while it still answers; what it checked meanwhile
//! is never overwritten. A restart goes on where the service stopped.

use crate::collect::Collector;
use crate::config::Websub;
use kiemtin_crawl::{Clock, Crawler, HubAnswer, HubRequest};
use kiemtin_model::Subscription;
use kiemtin_model::subscription::LEASE_ASKED_MS;
use kiemtin_store::{SourceEvent, SourceEventKind, Store, StoreError};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// How often those that are due are looked for.
const EVERY: Duration = Duration::from_secs(60);
/// Most hubs that are asked at one time.
const AT_ONCE: usize = 32;
/// Shown of a hub that was asked and did not check.
const SILENT: &str = "hub không xác nhận trong vòng một ngày";

/// Asks hubs.
#[derive(Clone)]
pub struct Subscriber {
    crawler: Arc<Crawler>,
    store: Arc<dyn Store>,
    websub: Websub,
    clock: Clock,
}

impl Subscriber {
    /// One that asks for what this collector finds.
    pub fn of(collector: &Collector) -> Self {
        let Collector { crawler, store, settings, clock, .. } = collector.clone();
        Self { crawler, store, websub: settings.websub, clock }
    }

    /// Asks without end; nobody where no callback is configured.
    pub async fn run(&self) -> Infallible {
        if !self.websub.is_on() {
            return std::future::pending().await;
        }
        loop {
            match self.round().await {
                Ok(asked) if asked == AT_ONCE => continue,
                Ok(_) => {}
                Err(error) => tracing::error!(error = format!("{error:#}"), "asking the hubs failed and is tried again"),
            }
            tokio::time::sleep(EVERY).await;
        }
    }

    /// Asks those that are due, side by side; gives how many they were.
    pub async fn round(&self) -> anyhow::Result<usize> {
        let due = self.store.subscriptions_due((self.clock)(), AT_ONCE).await?;
        let count = due.len();
        let mut running = JoinSet::new();
        for one in due {
            let this = self.clone();
            running.spawn(async move { this.ask(&one.callback).await });
        }
        while let Some(asked) = running.join_next().await {
            asked??;
        }
        Ok(count)
    }

    async fn ask(&self, callback: &str) -> Result<(), StoreError> {
        let now = (self.clock)();
        let mut given_up = false;
        let begun = self
            .change(callback, |one| {
                given_up = one.asked_at.is_some();
                if one.due_at > now {
                    return None;
                }
                if given_up {
                    one.failed(now, SILENT)
                } else {
                    one.asked(now)
                }
                Some(None)
            })
            .await?;
        let Some(one) = begun.filter(|_| !given_up) else { return Ok(()) };
        let (callback, lease_s) = (self.websub.address(&one.callback), LEASE_ASKED_MS / 1_000);
        let request = HubRequest { hub: &one.offer.hub, topic: &one.offer.topic, callback: &callback, secret: &one.secret, lease_s };
        let answer = self.crawler.subscribe(&request).await;
        tracing::info!(source.id = one.source, feed.url = one.feed, hub = one.offer.hub, ?answer, "a hub was asked to tell of news");
        if answer == HubAnswer::Accepted {
            return Ok(());
        }
        let ended = (self.clock)();
        let note = |one: &mut Subscription| {
            // It checked, or was asked anew: its answer says nothing any more.
            if one.asked_at != Some(now) {
                return None;
            }
            let new = match &answer {
                HubAnswer::Refused(why) => one.refused(ended, why),
                HubAnswer::Failed(why) => {
                    one.failed(ended, why);
                    false
                }
                HubAnswer::Accepted => false,
            };
            let (source, feed, kind) = (one.source.clone(), one.feed.clone(), SourceEventKind::SubscriptionRefused);
            Some(new.then(|| SourceEvent { source, at: ended, feed, kind, detail: one.error.clone() }))
        };
        self.change(&one.callback, note).await.map(drop)
    }

    /// Reads, changes and writes a subscription in one transaction, with what is worth telling; `change` gives none where
    /// nothing is to be written. Gives what was written.
    async fn change(
        &self,
        callback: &str,
        change: impl FnOnce(&mut Subscription) -> Option<Option<SourceEvent>>,
    ) -> Result<Option<Subscription>, StoreError> {
        let mut batch = self.store.begin().await?;
        let Some(mut one) = batch.subscription(callback).await? else { return Ok(None) };
        let Some(event) = change(&mut one) else { return Ok(None) };
        batch.put_subscription(&one).await?;
        if let Some(event) = event {
            batch.put_source_event(&event).await?;
        }
        batch.commit().await?;
        Ok(Some(one))
    }
}
