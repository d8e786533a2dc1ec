//! What happens at the desk when nobody does anything? Reminders before and after deadlines, and alerts that expire.
//!
//! A round keeps nothing in memory: what people were told of stands in the store, so that nothing is told twice or forgotten by a
//! restart. A flag that nobody looked at for a month says nothing any more: it expires by itself.

use crate::followers::ROUND;
use kiemtin_crawl::Clock;
use kiemtin_model::{Alert, AlertEvent, AlertEventKind, AlertStatus, DeskChange, DeskState, Time};
use kiemtin_store::{Batch, Due, DueRequest, Store};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Alerts of one transaction.
const AT_ONCE: usize = 200;
/// Pause between rounds: a deadline is not missed by more.
const PAUSE: Duration = Duration::from_secs(20);

/// When is reminded, and when alerts expire.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// How long before a deadline, in milliseconds.
    pub remind_ms: i64,
    /// How long without a person, in milliseconds.
    pub expire_ms: i64,
}

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Reminders of deadlines that are near, or have passed.
    pub reminded: u64,
    /// Alerts that expired.
    pub expired: u64,
}

/// Rounds until the service stops.
pub async fn run(store: Arc<dyn Store>, terms: Terms, channels: Vec<String>, clock: Clock, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        let pause = match round(store.as_ref(), terms, &channels, clock()).await {
            Ok(_) => PAUSE,
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "deadlines could not be looked at and are looked at again");
                ROUND
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stopped.changed() => {}
        }
    }
}

/// Does what is due at `now`.
pub async fn round(store: &dyn Store, terms: Terms, channels: &[String], now: Time) -> anyhow::Result<Done> {
    let asked = DueRequest { now, near_until: now.plus(terms.remind_ms), untouched_since: now.plus(-terms.expire_ms) };
    let mut done = Done::default();
    loop {
        let due = store.due_alerts(&asked, AT_ONCE).await?;
        if due.is_empty() {
            return Ok(done);
        }
        let mut batch = store.begin().await?;
        for (alert, due) in &due {
            // As it is now: somebody may have moved it since.
            let Some(alert) = batch.alert(alert.id).await?.filter(|now| now.decision.revision == alert.decision.revision) else { continue };
            match due {
                Due::Expire => {
                    expire(batch.as_mut(), alert, now).await?;
                    done.expired += 1;
                }
                Due::Near | Due::Overdue => {
                    // Another process may have been faster.
                    if !batch.put_reminded(alert.id, *due).await? {
                        continue;
                    }
                    done.reminded += 1;
                    let kind = if *due == Due::Near { AlertEventKind::DeadlineNear } else { AlertEventKind::Overdue };
                    batch.put_event(&alert, kind, now).await?;
                    for channel in channels {
                        batch.put_delivery(&alert, kind, channel, now).await?;
                    }
                }
            }
        }
        batch.commit().await?;
    }
}

async fn expire(batch: &mut dyn Batch, alert: Alert, now: Time) -> anyhow::Result<()> {
    let before = alert.desk();
    let mut after = DeskState { status: AlertStatus::Expired, ..before.clone() };
    after.decision.revision += 1;
    (after.decision.finding, after.decision.proposed_by) = (None, None);
    let alert = alert.with_desk(after.clone());
    batch.put_desk(&alert).await?;
    let event = AlertEvent {
        id: 0,
        kind: AlertEventKind::Expired,
        at: now,
        level: alert.level,
        documents: alert.documents,
        by: None,
        reason: String::new(),
        reference: String::new(),
        change: Some(Box::new(DeskChange { before, after })),
    };
    batch.put_change(&alert, &event).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiemtin_model::time::{DAY_MS, HOUR_MS};
    use kiemtin_model::{Decision, FlagKind, Level, NarrativeKey, NarrativeState, Sight};
    use kiemtin_store::SqliteStore;

    const OPENED: Time = Time(1_772_413_200_000);
    const TERMS: Terms = Terms { remind_ms: 3 * HOUR_MS, expire_ms: 30 * DAY_MS };

    async fn open(store: &SqliteStore, key: &str) -> i64 {
        let mut batch = store.begin().await.unwrap();
        let state = NarrativeState::new(NarrativeKey { key: key.into(), claim: "Sắp hết xăng".into() }, OPENED);
        let narrative = batch.put_narrative(&state).await.unwrap();
        let alert = Alert {
            id: 0,
            number: String::new(),
            narrative,
            wave: 1,
            claim: state.key.claim,
            status: AlertStatus::New,
            level: Level::Alert,
            kinds: vec![FlagKind::PanicRumour],
            topics: vec![],
            units: vec![],
            documents: 1,
            stories: 1,
            sources: 1,
            responses: 0,
            points: 5.0,
            first_seen: OPENED,
            last_seen: OPENED,
            opened_at: OPENED,
            deadline: OPENED.plus(DAY_MS),
            assignee: None,
            restricted: false,
            severity: 6.0,
            decision: Decision::default(),
        };
        let id = batch.open_alert(&alert).await.unwrap().id;
        batch.commit().await.unwrap();
        id
    }

    #[tokio::test]
    async fn each_is_reminded_once_and_expires_after_a_month() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("kiemtin.db")).await.unwrap();
        // More than one transaction holds.
        let mut ids = vec![];
        for i in 0..AT_ONCE + 3 {
            ids.push(open(&store, &format!("k{i}")).await);
        }
        let n = ids.len() as u64;
        let channels = ["journal".to_owned()];
        let at = |hours: i64| OPENED.plus(hours * HOUR_MS);
        for (hours, reminded, expired) in [(20, 0, 0), (21, n, 0), (22, 0, 0), (25, n, 0), (30, 0, 0), (30 * 24, 0, n), (31 * 24, 0, 0)] {
            assert_eq!(round(&store, TERMS, &channels, at(hours)).await.unwrap(), Done { reminded, expired }, "after {hours} h");
        }
        assert_eq!(store.outbox_due(at(800), 10_000).await.unwrap().len() as u64, 2 * n, "told of the deadline twice, of the end not");
        let file = store.alert_file(ids[0], &Sight::All, 1).await.unwrap().unwrap();
        let kinds: Vec<_> = file.history.iter().map(|e| e.kind).collect();
        assert_eq!(kinds, [AlertEventKind::DeadlineNear, AlertEventKind::Overdue, AlertEventKind::Expired]);
        assert_eq!((file.alert.status, file.alert.decision.revision, file.history[2].by.clone()), (AlertStatus::Expired, 1, None));
        store.close().await;
    }
}
