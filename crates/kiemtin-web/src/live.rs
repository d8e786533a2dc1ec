//! Who hears what happens to alerts, the moment it does?
//!
//! One follower per process reads the history of all alerts by number ([`kiemtin_store::desk::DeskStore::alert_changes`]), writes each
//! entry down once as a frame of server-sent events (WHATWG HTML, section 9.2) and hands it to everybody who listens. A listener
//! ([`stream`]) catches up from the store first and skips what it has by number, so that nothing is missed or told twice where the
//! two meet; one that falls behind the bounded buffer catches up from the store in the same way.

pub mod stream;

use crate::briefing::AlertItem;
use axum::body::Bytes;
use kiemtin_model::{AlertEvent, AlertEventKind, Level, Sight};
use kiemtin_store::desk::AlertChange;
use kiemtin_store::{Store, StoreError};
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, RwLock};
use std::time::Duration;
use tokio::sync::{Semaphore, broadcast, watch};

/// Frames that wait for listeners that are slow; who is further behind reads the store.
const BUFFER: usize = 1_024;
/// Entries of the history that are read at once.
const READ: usize = 200;
/// How often other processes' work is looked for: they cannot wake us.
const LOOK: Duration = Duration::from_millis(200);
/// Listeners that read the store at once: pages need readers, too.
const READERS: usize = 2;
/// A sign of life after so long without any frame; proxies close what is silent for a minute. Rights are looked at then.
pub const BEAT: Duration = Duration::from_secs(15);

/// What happened, as it goes over the wire, and what decides who gets it.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// Number in the history of all alerts.
    pub id: i64,
    alert: i64,
    level: Level,
    topics: Vec<String>,
    units: Vec<String>,
    assignee: Option<String>,
    restricted: bool,
    /// Shared by all who get it.
    text: Bytes,
}

/// The line of JSON of a frame.
#[derive(Serialize)]
struct Told {
    event: AlertEvent,
    alert: AlertItem,
}

impl Frame {
    /// Of an entry of the history and the alert as it is now.
    fn of(change: AlertChange) -> Result<Self, serde_json::Error> {
        let AlertChange { event, alert } = change;
        let (id, kind) = (event.id, event.kind);
        let (level, restricted, assignee) = (alert.level, alert.restricted, alert.assignee.clone());
        let (topics, units, number) = (alert.topics.clone(), alert.units.clone(), alert.id);
        // What the alert has become stands in the alert.
        let told = Told { event: AlertEvent { change: None, ..event }, alert: alert.into() };
        let text = format!("id: {id}\nevent: {kind}\ndata: {}\n\n", serde_json::to_string(&told)?);
        Ok(Self { id, alert: number, level, topics, units, assignee, restricted, text: text.into() })
    }
}

/// What a listener wants to hear of. The same names as of the list of alerts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wanted {
    /// Least level.
    pub level: Option<Level>,
    /// Topic id.
    pub topic: Option<String>,
    /// One of these units concerned; none named: any.
    pub units: Vec<String>,
    /// Who has it.
    pub assignee: Option<String>,
}

impl Wanted {
    fn takes(&self, frame: &Frame) -> bool {
        self.level.is_none_or(|least| frame.level >= least)
            && self.topic.as_ref().is_none_or(|topic| frame.topics.contains(topic))
            && (self.units.is_empty() || frame.units.iter().any(|unit| self.units.contains(unit)))
            && (self.assignee.is_none() || self.assignee == frame.assignee)
    }
}

/// Everybody who listens.
pub struct Live {
    frames: broadcast::Sender<Arc<Frame>>,
    /// Units of the alerts that are restricted: a frame that was made before does not go out afterwards.
    restricted: RwLock<HashMap<i64, Vec<String>>>,
    ended: watch::Sender<bool>,
    readers: Semaphore,
    begun: AtomicU64,
    beat: Duration,
}

impl Default for Live {
    fn default() -> Self {
        Self::beating(BEAT)
    }
}

impl Live {
    /// With nobody listening, and a sign of life so often.
    pub fn beating(beat: Duration) -> Self {
        let (frames, ended) = (broadcast::Sender::new(BUFFER), watch::Sender::new(false));
        Self { frames, restricted: RwLock::default(), ended, readers: Semaphore::new(READERS), begun: AtomicU64::new(0), beat }
    }

    /// How many listen.
    pub fn listeners(&self) -> usize {
        self.frames.receiver_count()
    }

    /// Ends all streams, and those that would begin: the service ends.
    pub fn end(&self) {
        self.ended.send_replace(true);
    }

    /// Whether it has ended.
    pub fn is_ended(&self) -> bool {
        *self.ended.borrow()
    }

    /// Follows the history of a store and tells it to the listeners, until the streams end. `commits` hears of this process's own
    /// batches. What fails is logged and tried again.
    pub async fn follow(&self, store: &dyn Store, mut commits: watch::Receiver<u64>) {
        let mut ended = self.ended.subscribe();
        let mut last: Option<i64> = None;
        while !*ended.borrow_and_update() {
            commits.mark_unchanged();
            match self.tell(store, last).await {
                Ok(told) => last = Some(told),
                Err(error) => tracing::error!(error = crate::fault::chain(&error), "what happened to alerts cannot be read; tried again"),
            }
            let mut woken = true;
            tokio::select! {
                heard = commits.changed() => woken = heard.is_ok(),
                () = tokio::time::sleep(LOOK) => {}
                _ = ended.changed() => {}
            }
            if !woken {
                // The store is gone from this process, but its file is not: others may write.
                tokio::time::sleep(LOOK).await;
            }
        }
    }

    /// Tells what is new after `last`, and gives the number of the last of it.
    async fn tell(&self, store: &dyn Store, last: Option<i64>) -> Result<i64, StoreError> {
        let newest = store.last_alert_change().await?;
        let Some(mut last) = last.filter(|_| self.listeners() > 0) else {
            // Nobody listens: whoever begins later reads the number of the newest entry after this.
            return Ok(newest);
        };
        while last < newest {
            let changes = store.alert_changes(last, READ).await?;
            let Some(read) = changes.last().map(|change| change.event.id) else { break };
            for frame in frames(changes)? {
                self.note_restricted(&frame);
                // An error says that nobody listens any more.
                let _ = self.frames.send(Arc::new(frame));
            }
            last = read;
        }
        Ok(last.max(newest))
    }

    fn note_restricted(&self, frame: &Frame) {
        let known = |all: &HashMap<i64, Vec<String>>| all.get(&frame.alert) == Some(&frame.units);
        let mut all = self.restricted.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        match frame.restricted {
            true if !known(&all) => drop(all.insert(frame.alert, frame.units.clone())),
            true => {}
            false => drop(all.remove(&frame.alert)),
        }
    }

    /// Whether these eyes may see a frame: as its alert was when it was made, and as it is known to be now.
    fn sees(&self, sight: &Sight, frame: &Frame) -> bool {
        if !sight.sees(frame.restricted, &frame.units) {
            return false;
        }
        let all = self.restricted.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        all.get(&frame.alert).is_none_or(|units| sight.sees(true, units))
    }
}

/// Frames of entries that were read together. Of several that say of one alert that it grew, the last one says all.
fn frames(changes: Vec<AlertChange>) -> Result<Vec<Frame>, StoreError> {
    let mut grown = HashSet::new();
    let mut kept: Vec<AlertChange> =
        changes.into_iter().rev().filter(|change| change.event.kind != AlertEventKind::Grew || grown.insert(change.alert.id)).collect();
    kept.reverse();
    let made = kept.into_iter().map(Frame::of).collect::<Result<Vec<_>, _>>();
    made.map_err(|error| StoreError::Database(Box::new(error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(level: Level, units: &[&str]) -> Frame {
        Frame {
            id: 1,
            alert: 1,
            level,
            topics: vec!["gia-dien".into()],
            units: units.iter().map(|u| (*u).to_owned()).collect(),
            assignee: Some("lan".into()),
            restricted: false,
            text: Bytes::new(),
        }
    }

    #[test]
    fn filters_are_those_of_the_list() {
        let of = |wanted: Wanted| wanted.takes(&frame(Level::Alert, &["A", "B"]));
        assert!(of(Wanted::default()));
        assert!(of(Wanted { level: Some(Level::Alert), ..Wanted::default() }));
        assert!(!of(Wanted { level: Some(Level::Urgent), ..Wanted::default() }));
        assert!(of(Wanted { topic: Some("gia-dien".into()), units: vec!["B".into()], ..Wanted::default() }));
        assert!(!of(Wanted { topic: Some("gia".into()), ..Wanted::default() }));
        assert!(!of(Wanted { units: vec!["C".into()], ..Wanted::default() }));
        assert!(!of(Wanted { assignee: Some("minh".into()), ..Wanted::default() }));
    }

    #[test]
    fn what_became_restricted_is_not_told_any_more() {
        let live = Live::default();
        let before = frame(Level::Alert, &["A"]);
        let other = Sight::Units(vec!["B".into()]);
        assert!(live.sees(&other, &before));
        live.note_restricted(&Frame { id: 2, restricted: true, ..before.clone() });
        assert!(!live.sees(&other, &before), "a frame that was made before it");
        assert!(live.sees(&Sight::Units(vec!["A".into()]), &before) && live.sees(&Sight::All, &before));
        live.note_restricted(&Frame { id: 3, ..before.clone() });
        assert!(live.sees(&other, &before));
    }
}
