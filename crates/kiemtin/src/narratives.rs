//! Which narratives does a document join, and what becomes of their alerts? Written inside the batch's transaction.

use kiemtin_analyze::copies::Placed;
use kiemtin_analyze::raise::{COVERED, Part, raise, role, severity};
use kiemtin_analyze::topics::TopicSet;
use kiemtin_model::deadline::Deadlines;
use kiemtin_model::{
    Alert, AlertEvent, AlertEventKind, AlertStatus, AssessedDocument, Decision, DeskChange, DismissReason, DocId, FlagKind, NarrativeKey,
    NarrativeState, Reach, Role, Time,
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
        let (mut joined, mut covered) = (vec![], vec![]);
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
            alerts += u64::from(self.join_one(store, assessed, placed, (&before, &share), &mut covered).await?);
        }
        // Only now all that this document tells is known: it counts once under one alert.
        for one in covered {
            self.cover(store, one).await?;
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
        covered: &mut Vec<Covered>,
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
            moved = self.move_alert(store, &mut state, (event, &document.id), covered).await?;
        } else if state.responses > before.responses {
            self.note_answer(store, &state, before.responses == 0).await?;
        }
        store.put_narrative(&state).await?;
        // The alert in which this claim stood before no longer counts it.
        if let Some(left) = before.alert.filter(|left| state.alert != Some(*left))
            && let Some(alert) = store.alert(left).await?
            && alert.narrative != state.id
        {
            store.recount(alert.narrative).await?;
        }
        Ok(moved)
    }

    /// Opens the alert of a narrative or moves it; or finds that its documents stand in the alert of another claim.
    async fn move_alert(
        &self,
        store: &mut dyn Batch,
        state: &mut NarrativeState,
        (event, document): (AlertEventKind, &DocId),
        covered: &mut Vec<Covered>,
    ) -> anyhow::Result<bool> {
        let existing = match state.alert {
            Some(id) => store.alert(id).await?,
            None => None,
        };
        let own = existing.as_ref().filter(|alert| alert.narrative == state.id);
        if let Some(other) = self.covering(store, state, existing.as_ref(), event).await? {
            let joins = state.alert != Some(other.id);
            if let Some(own) = own {
                self.give_up(store, own, other.id).await?;
                store.move_joined(own.id, other.id).await?;
            }
            state.alert = Some(other.id);
            covered.push(Covered { alert: other.id, state: state.clone(), document: (!joins).then(|| document.clone()) });
            return Ok(false);
        }
        let event = if own.is_none() && event != AlertEventKind::NewWave { AlertEventKind::Opened } else { event };
        let alert = self.record_alert(store, state, own, event).await?;
        state.alert = Some(alert.id);
        if event.is_told() {
            for channel in &self.raising.channels {
                store.put_delivery(&alert, event, channel, self.now).await?;
            }
        }
        Ok(true)
    }

    /// The alert of another claim in which the documents of this one stand. Asked before an alert opens or becomes urgent, and
    /// whenever the documents have doubled: the cost stays flat. What a person has touched stays as it is.
    async fn covering(
        &self,
        store: &mut dyn Batch,
        state: &NarrativeState,
        existing: Option<&Alert>,
        event: AlertEventKind,
    ) -> anyhow::Result<Option<Alert>> {
        let own = existing.filter(|alert| alert.narrative == state.id);
        let ask = existing.is_none() || event == AlertEventKind::Escalated || state.documents.is_power_of_two();
        if own.is_some_and(|alert| alert.decision.revision > 0) {
            return Ok(None);
        }
        if !ask {
            return Ok(existing.filter(|_| own.is_none()).cloned());
        }
        let Some((id, _)) = store.nearest_alert(state.id).await?.filter(|(_, part)| *part >= COVERED) else { return Ok(None) };
        let larger = |other: &Alert| own.is_none_or(|own| (other.documents, own.id) > (own.documents, other.id));
        Ok(store.alert(id).await?.filter(larger))
    }

    /// The line where an alert is raised: it opens, or its figures and level move.
    async fn record_alert(
        &self,
        store: &mut dyn Batch,
        state: &NarrativeState,
        own: Option<&Alert>,
        event: AlertEventKind,
    ) -> anyhow::Result<Alert> {
        let figures = self.alert_of(state, own);
        let alert = if own.is_some() {
            store.update_alert(&figures).await?
        } else {
            let opened = store.open_alert(&figures).await?;
            if opened.decision.duplicate_of.is_some() { self.take_up(store, &opened, &figures).await? } else { opened }
        };
        store.put_event(&alert, event, self.now).await?;
        Ok(alert)
    }

    /// The alert of another claim takes in this one: all its documents when it joins, one later.
    async fn cover(&self, store: &mut dyn Batch, Covered { alert, state, document }: Covered) -> anyhow::Result<()> {
        let Some(other) = store.alert(alert).await? else { return Ok(()) };
        let alert = Alert {
            kinds: with(&other.kinds, &state.kinds),
            topics: with(&other.topics, &state.topics),
            units: with(&other.units, &state.units),
            last_seen: other.last_seen.max(state.last_seen),
            ..other
        };
        store.put_joined(&alert, state.id, document.as_ref()).await?;
        if document.is_none() {
            store.put_event(&alert, AlertEventKind::Joined, self.now).await?;
        }
        Ok(())
    }

    /// An alert that nobody has touched turns out to be about the documents of another one: it is set aside as its duplicate. That
    /// is bookkeeping, not a finding; whoever sees it otherwise opens it again.
    async fn give_up(&self, store: &mut dyn Batch, own: &Alert, other: i64) -> anyhow::Result<()> {
        let before = own.desk();
        let mut after = before.clone();
        after.status = AlertStatus::Dismissed;
        after.decision.revision += 1;
        (after.decision.dismissed_as, after.decision.duplicate_of) = (Some(DismissReason::Duplicate), Some(other));
        let alert = own.clone().with_desk(after.clone());
        store.put_desk(&alert).await?;
        let event = AlertEvent {
            id: 0,
            kind: AlertEventKind::Joined,
            at: self.now,
            level: alert.level,
            documents: alert.documents,
            by: None,
            reason: String::new(),
            reference: String::new(),
            change: Some(Box::new(DeskChange { before, after })),
        };
        store.put_change(&alert, &event).await?;
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

    /// An alert that was set aside has documents of its own again.
    async fn take_up(&self, store: &mut dyn Batch, aside: &Alert, figures: &Alert) -> anyhow::Result<Alert> {
        let mut desk = aside.desk();
        desk.status = AlertStatus::New;
        desk.decision.revision += 1;
        (desk.decision.dismissed_as, desk.decision.duplicate_of) = (None, None);
        let alert = Alert { id: aside.id, number: aside.number.clone(), ..figures.clone() }.with_desk(desk);
        store.put_desk(&alert).await?;
        Ok(store.update_alert(&alert).await?)
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
            // Those of claims that joined it stay.
            kinds: with(&state.kinds, existing.map_or(&[], |a| &a.kinds)),
            topics: with(&state.topics, existing.map_or(&[], |a| &a.topics)),
            units: with(&state.units, existing.map_or(&[], |a| &a.units)),
            documents: state.documents,
            stories: state.stories,
            sources: state.sources,
            responses: state.responses,
            points: state.points,
            first_seen: state.first_seen,
            last_seen: existing.map_or(state.last_seen, |a| a.last_seen.max(state.last_seen)),
            opened_at,
            deadline: existing.map_or(due, |a| a.deadline.min(due)),
            assignee: existing.and_then(|a| a.assignee.clone()),
            restricted: existing.is_some_and(|a| a.restricted),
            severity: severity(state, self.topics.weight_of(&state.topics)).iter().map(|(_, points)| points).sum(),
            decision: existing.map_or_else(Decision::default, |a| a.decision.clone()),
        }
    }
}

/// A list with what it lacks of another one.
fn with<T: Clone + PartialEq>(list: &[T], more: &[T]) -> Vec<T> {
    list.iter().chain(more.iter().filter(|one| !list.contains(one))).cloned().collect()
}

/// A claim whose documents stand in the alert of another one.
struct Covered {
    alert: i64,
    state: NarrativeState,
    /// The document that came; none: the claim joins now, with all of its documents.
    document: Option<DocId>,
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
