//! Which narratives does a document join, and what becomes of their alerts? Written inside the batch's transaction.

use kiemtin_analyze::copies::Placed;
use kiemtin_analyze::raise::{ANSWER_WITHIN, Part, raise, role};
use kiemtin_model::{Alert, AlertEventKind, AlertStatus, AssessedDocument, FlagKind, NarrativeKey, NarrativeState, Role, Time};
use kiemtin_store::{Batch, Joining};

/// Joins a stored document to the narratives of its signals and raises what must be raised. Gives the number of alerts
/// opened or moved. A new version first leaves the narratives whose claim it no longer holds.
pub async fn join_all(
    store: &mut dyn Batch,
    assessed: &AssessedDocument,
    placed: &Placed,
    new_version: bool,
    channels: &[String],
    now: Time,
) -> anyhow::Result<u64> {
    let mut joined = vec![];
    let mut alerts = 0;
    for joining in parts(assessed) {
        let before = match store.narrative(&joining.key.key).await? {
            Some(state) => state,
            None => new_narrative(store, joining.key, assessed).await?,
        };
        let Share { role, score, .. } = joining;
        joined.push(before.id);
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
            kinds: &joining.kinds,
            new_document: change.new_document,
            new_story: change.new_story,
            new_source: change.new_source,
            copy_sources: change.copy_sources,
        };
        let raised = raise(&before, &part);
        let mut state = raised.state;
        if let Some(event) = raised.event {
            alerts += 1;
            let alert = record_alert(store, &state, event, now).await?;
            state.alert = Some(alert.id);
            if event != AlertEventKind::Grew {
                for channel in channels {
                    store.put_delivery(&alert, event, channel, now).await?;
                }
            }
        }
        store.put_narrative(&state).await?;
    }
    if new_version {
        let left = store.leave(&assessed.document.id, &joined).await?;
        for narrative in left.into_iter().chain(joined) {
            store.recount(narrative).await?;
        }
    }
    Ok(alerts)
}

/// A document's share in one narrative.
struct Share<'a> {
    key: &'a NarrativeKey,
    role: Role,
    score: f64,
    kinds: Vec<FlagKind>,
}

/// One share per narrative: the role and score of its strongest signal there, the kinds of all.
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
    shares
}

async fn new_narrative(store: &mut dyn Batch, key: &NarrativeKey, first: &AssessedDocument) -> anyhow::Result<NarrativeState> {
    let mut state = NarrativeState::new(key.clone(), first.document.time());
    state.id = store.put_narrative(&state).await?;
    Ok(state)
}

/// The line where an alert is raised: it opens, or its figures and level move.
async fn record_alert(store: &mut dyn Batch, state: &NarrativeState, event: AlertEventKind, now: Time) -> anyhow::Result<Alert> {
    let existing = match state.alert {
        Some(id) => store.alert(id).await?,
        None => None,
    };
    let figures = alert_of(state, existing.as_ref(), now);
    let alert = if existing.is_some() {
        store.update_alert(&figures).await?;
        figures
    } else {
        store.open_alert(&figures).await?
    };
    store.put_event(&alert, event, now).await?;
    Ok(alert)
}

fn alert_of(state: &NarrativeState, existing: Option<&Alert>, now: Time) -> Alert {
    let opened_at = existing.map_or(now, |a| a.opened_at);
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
        deadline: existing.map_or(opened_at.plus(ANSWER_WITHIN), |a| a.deadline),
        assignee: existing.and_then(|a| a.assignee.clone()),
        restricted: existing.is_some_and(|a| a.restricted),
        severity: state.points,
        decision: existing.map(|a| a.decision.clone()).unwrap_or_default(),
    }
}
