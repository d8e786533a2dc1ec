//! Which narratives does a document join, and what becomes of their alerts? Written inside the batch's transaction.

use kiemtin_analyze::copies::Placed;
use kiemtin_analyze::raise::{COVERED, Part, raise, role, severity};
use kiemtin_analyze::topics::TopicSet;
use kiemtin_model::deadline::Deadlines;
use kiemtin_model::{
    Alert, AlertEventKind, AlertStatus, AssessedDocument, Decision, FlagKind, NarrativeKey, NarrativeState, Reach, Role, Time,
};
use kiemtin_store::{Batch, Joining};
use std::collections::HashMap;

/// What raising an alert needs to know of the house.
#[derive(Clone, Debug, Default)]
pub struct Raising {
    /// Channels of the outbox that are told.
    pub channels: Vec<String>,
    /// When answers are due.
    pub deadlines: Deadlines,
    /// How many people the sources reach; those that are not named reach few.
    pub reach: HashMap<String, Reach>,
}

/// One transaction of it.
pub struct Raiser<'a> {
    /// What it needs to know.
    pub raising: &'a Raising,
    /// Topics, with their weights.
    pub topics: &'a TopicSet,
    /// The time now.
    pub now: Time,
}

impl Raiser<'_> {
    /// Joins a stored document to the narratives of its signals and raises what must be raised. Gives the number of alerts
    /// opened or moved. A new version first leaves the narratives whose claim it no longer holds.
    pub async fn join_all(
        &self,
        store: &mut dyn Batch,
        assessed: &AssessedDocument,
        placed: &Placed,
        new_version: bool,
    ) -> anyhow::Result<u64> {
        let mut joined = vec![];
        let mut alerts = 0;
        for share in parts(assessed) {
            let before = match store.narrative(&share.key.key).await? {
                Some(state) => state,
                None => new_narrative(store, share.key, assessed).await?,
            };
            if joined.contains(&before.id) {
                // Two claims that people found to be one.
                continue;
            }
            joined.push(before.id);
            alerts += u64::from(self.join_one(store, assessed, placed, (&before, &share)).await?);
        }
        if new_version {
            let left = store.leave(&assessed.document.id, &joined).await?;
            for narrative in left.into_iter().chain(joined) {
                store.recount(narrative).await?;
            }
        }
        Ok(alerts)
    }

    /// Says whether an alert opened or moved.
    async fn join_one(
        &self,
        store: &mut dyn Batch,
        assessed: &AssessedDocument,
        placed: &Placed,
        (before, share): (&NarrativeState, &Share<'_>),
    ) -> anyhow::Result<bool> {
        let Share { role, score, .. } = *share;
        let document = &assessed.document;
        let entry = Joining {
            document: document.id.clone(),
            story: placed.story.clone(),
            mass_copy: placed.mass_copy,
            source: document.source.clone(),
            at: document.time(),
            role,
            score,
        };
        let change = store.join(before.id, &entry).await?;
        let part = Part {
            document: assessed,
            role,
            score,
            kinds: &share.kinds,
            new_document: change.new_document,
            new_story: change.new_story,
            new_source: change.new_source,
            copy_sources: change.copy_sources,
            reach: self.raising.reach.get(&document.source).copied().unwrap_or(Reach::Narrow),
        };
        let raised = raise(before, &part);
        let mut state = raised.state;
        let mut moved = false;
        if let Some(event) = raised.event {
            moved = self.move_alert(store, &mut state, event).await?;
        } else if state.responses > before.responses {
            self.note_answer(store, &state, before.responses == 0).await?;
        }
        store.put_narrative(&state).await?;
        Ok(moved)
    }

    /// Opens the alert of a narrative or moves it; or finds that the documents already stand in the alert of another claim.
    async fn move_alert(&self, store: &mut dyn Batch, state: &mut NarrativeState, event: AlertEventKind) -> anyhow::Result<bool> {
        let existing = match state.alert {
            Some(id) => store.alert(id).await?,
            None => None,
        };
        let own = existing.as_ref().is_some_and(|alert| alert.narrative == state.id);
        if !own {
            // Whether it is still covered is asked whenever its documents have doubled: the cost stays flat.
            let ask = existing.is_none() || state.documents.is_power_of_two();
            let covered = if ask { store.nearest_alert(state.id).await?.filter(|(_, part)| *part >= COVERED) } else { None };
            match (covered, existing) {
                (Some((id, _)), _) => {
                    let first = state.alert != Some(id);
                    state.alert = Some(id);
                    self.cover(store, state, id, first).await?;
                    return Ok(false);
                }
                (None, Some(_)) if !ask => return Ok(false),
                (None, _) => state.alert = None,
            }
        }
        let event = match event {
            AlertEventKind::Grew | AlertEventKind::Escalated if state.alert.is_none() => AlertEventKind::Opened,
            event => event,
        };
        let alert = self.record_alert(store, state, event).await?;
        state.alert = Some(alert.id);
        if event.is_told() {
            for channel in &self.raising.channels {
                store.put_delivery(&alert, event, channel, self.now).await?;
            }
        }
        Ok(true)
    }

    /// The line where an alert is raised: it opens, or its figures and level move.
    async fn record_alert(&self, store: &mut dyn Batch, state: &NarrativeState, event: AlertEventKind) -> anyhow::Result<Alert> {
        let existing = match state.alert {
            Some(id) => store.alert(id).await?,
            None => None,
        };
        let figures = self.alert_of(state, existing.as_ref());
        let alert = if existing.is_some() {
            store.update_alert(&figures).await?;
            figures
        } else {
            store.open_alert(&figures).await?
        };
        store.put_event(&alert, event, self.now).await?;
        Ok(alert)
    }

    /// The alert of another claim takes in the kinds and units of this one.
    async fn cover(&self, store: &mut dyn Batch, state: &NarrativeState, alert: i64, first: bool) -> anyhow::Result<()> {
        let Some(mut alert) = store.alert(alert).await? else { return Ok(()) };
        let before = alert.clone();
        alert.kinds.extend(state.kinds.iter().filter(|kind| !before.kinds.contains(kind)));
        alert.topics.extend(state.topics.iter().filter(|topic| !before.topics.contains(topic)).cloned());
        alert.units.extend(state.units.iter().filter(|unit| !before.units.contains(unit)).cloned());
        if alert != before {
            store.update_alert(&alert).await?;
        }
        if first {
            store.put_event(&alert, AlertEventKind::Joined, self.now).await?;
        }
        Ok(())
    }

    /// A document that responds was found: the alert of the claim shows it.
    async fn note_answer(&self, store: &mut dyn Batch, state: &NarrativeState, first: bool) -> anyhow::Result<()> {
        let alert = match state.alert {
            Some(id) => store.alert(id).await?.filter(|alert| alert.narrative == state.id),
            None => None,
        };
        let Some(alert) = alert else { return Ok(()) };
        store.update_alert(&self.alert_of(state, Some(&alert))).await?;
        if first {
            store.put_event(&alert, AlertEventKind::Answered, self.now).await?;
        }
        Ok(())
    }

    fn alert_of(&self, state: &NarrativeState, existing: Option<&Alert>) -> Alert {
        let opened_at = existing.map_or(self.now, |a| a.opened_at);
        let due = self.raising.deadlines.due(state.level, opened_at);
        Alert {
            id: existing.map_or(0, |a| a.id),
            number: existing.map_or(String::new(), |a| a.number.clone()),
            narrative: state.id,
            wave: state.wave,
            claim: state.key.claim.clone(),
            status: existing.map_or(AlertStatus::New, |a| a.status),
            level: state.level,
            kinds: state.kinds.clone(),
            topics: state.topics.clone(),
            units: state.units.clone(),
            documents: state.documents,
            stories: state.stories,
            sources: state.sources,
            responses: state.responses,
            points: state.points,
            first_seen: state.first_seen,
            last_seen: state.last_seen,
            opened_at,
            deadline: existing.map_or(due, |a| a.deadline.min(due)),
            assignee: existing.and_then(|a| a.assignee.clone()),
            restricted: existing.is_some_and(|a| a.restricted),
            severity: severity(state, self.topics.weight_of(&state.topics)).iter().map(|(_, points)| points).sum(),
            decision: existing.map_or_else(Decision::default, |a| a.decision.clone()),
        }
    }
}

/// A document's share in one narrative.
struct Share<'a> {
    key: &'a NarrativeKey,
    role: Role,
    score: f64,
    kinds: Vec<FlagKind>,
}

/// One share per narrative, the strongest first: the role and score of its strongest signal there, the kinds of all.
fn parts(assessed: &AssessedDocument) -> Vec<Share<'_>> {
    let mut shares: Vec<Share<'_>> = vec![];
    for (index, signal) in assessed.assessment.signals.iter().enumerate() {
        let Some((role, score)) = role(assessed, index, signal) else { continue };
        match shares.iter_mut().find(|s| s.key.key == signal.narrative.key) {
            Some(share) => {
                if (role == Role::Asserts, score) > (share.role == Role::Asserts, share.score) {
                    (share.role, share.score) = (role, score);
                }
                share.kinds.push(signal.kind);
            }
            None => shares.push(Share { key: &signal.narrative, role, score, kinds: vec![signal.kind] }),
        }
    }
    shares.sort_by(|a, b| b.score.total_cmp(&a.score));
    shares
}

async fn new_narrative(store: &mut dyn Batch, key: &NarrativeKey, first: &AssessedDocument) -> anyhow::Result<NarrativeState> {
    let mut state = NarrativeState::new(key.clone(), first.document.time());
    state.id = store.put_narrative(&state).await?;
    Ok(state)
}
