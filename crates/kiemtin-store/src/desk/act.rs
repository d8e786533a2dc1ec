//! How does an alert change by a person's hand? One transaction: the alert, its history, the audit log, who is told.

use crate::staff::change::By;
use crate::store::{Batch, Store, StoreError};
use kiemtin_model::lifecycle::{Refused, UNDO_MS, step};
use kiemtin_model::{
    Act, Actor, ActorKind, Alert, AlertEvent, AlertEventKind, Answer, AuditAction, DeskAction, DeskChange, DeskState, Sight,
};

/// Why nothing was changed. The words are for the person who asked.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// No such alert, or it is not for these eyes.
    #[error("không có cảnh báo này")]
    Unknown,
    /// Somebody changed it meanwhile.
    #[error("cảnh báo đã được người khác thay đổi (bản {now}, không còn là bản {expected}); hãy tải lại rồi thử lại")]
    Stale {
        /// Revision that was expected.
        expected: i64,
        /// Revision that it has.
        now: i64,
    },
    /// The step may not be taken.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The one it is given to is no user who may handle alerts, or would not see it.
    #[error("«{0}» không phải người dùng đang hoạt động được xử lý và xem cảnh báo này")]
    Assignee(String),
    /// The alert that it is said to repeat is not there, is itself or repeats another one.
    #[error("không có cảnh báo {0} để gộp vào, hoặc cảnh báo đó chính là bản trùng")]
    Duplicate(i64),
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

/// By what name somebody stands in histories: the sign-in name, or the way by which they came.
pub fn name_of(actor: &Actor) -> String {
    match (actor.name.as_str(), actor.kind) {
        ("", ActorKind::Command) => "(dòng lệnh)".to_owned(),
        ("", kind) => format!("({})", kind.vi()),
        (name, _) => name.to_owned(),
    }
}

/// What somebody may look at, and which revision they have looked at.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// Which restricted alerts they see.
    pub sight: &'a Sight,
    /// The revision that they decide on; none: whatever it is now.
    pub revision: Option<i64>,
}

/// Does something with an alert, and tells the outbox of these channels when receivers are to know.
///
/// # Errors
/// No such alert, it has changed meanwhile, or the step may not be taken.
pub async fn act(store: &dyn Store, id: i64, act: &Act, seen: Seen<'_>, by: By<'_>, channels: &[String]) -> Result<Alert, DeskError> {
    let mut batch = store.begin().await?;
    let alert = batch.alert(id).await?.filter(|a| seen.sight.sees(a.restricted, &a.units)).ok_or(DeskError::Unknown)?;
    let now = alert.decision.revision;
    if let Some(expected) = seen.revision.filter(|expected| *expected != now) {
        return Err(DeskError::Stale { expected, now });
    }
    let who = name_of(by.actor);
    let before = alert.desk();
    let (after, kind) = match act.action {
        DeskAction::Undo => undo(batch.as_mut(), &alert, &who, by).await?,
        _ => step(&before, act, &who, by.at)?,
    };
    if act.action == DeskAction::Assign {
        check_assignee(batch.as_mut(), &alert, after.assignee.as_deref().unwrap_or_default()).await?;
    }
    let changed = alert.clone().with_desk(after);
    aside(batch.as_mut(), (&alert, &changed), act, seen.sight, (&who, by)).await?;
    put(batch.as_mut(), &changed, (before, kind), act, (&who, by), channels).await?;
    let current = batch.alert(id).await?.ok_or(DeskError::Unknown)?;
    batch.commit().await?;
    Ok(current)
}

async fn put(
    batch: &mut dyn Batch,
    changed: &Alert,
    (before, kind): (DeskState, AlertEventKind),
    act: &Act,
    (who, by): (&str, By<'_>),
    channels: &[String],
) -> Result<(), DeskError> {
    batch.put_desk(changed).await?;
    let event = AlertEvent {
        id: 0,
        kind,
        at: by.at,
        level: changed.level,
        documents: changed.documents,
        by: Some(who.to_owned()),
        reason: act.reason.trim().to_owned(),
        reference: act.reference.trim().to_owned(),
        change: Some(Box::new(DeskChange { before: before.clone(), after: changed.desk() })),
    };
    batch.put_change(changed, &event).await?;
    let status = format!("{} -> {}", before.status, changed.status);
    let detail = [("change", kind.as_str()), ("status", &status), ("revision", &changed.decision.revision.to_string())];
    let action = match act.action {
        DeskAction::Restrict | DeskAction::Unrestrict => AuditAction::Restrict,
        _ => AuditAction::Alert,
    };
    batch.put_audit(&by.entry(action, format!("alert/{}", changed.id), &detail)).await?;
    if kind.is_told() {
        for channel in channels {
            // Nobody is told what may still be taken back.
            batch.put_delivery(changed, kind, channel, by.at.plus(UNDO_MS + 1)).await?;
        }
    }
    Ok(())
}

/// What stands beside the alert itself: the ledger of answers, and the claims that were found to be one.
async fn aside(
    batch: &mut dyn Batch,
    (before, after): (&Alert, &Alert),
    act: &Act,
    sight: &Sight,
    (who, by): (&str, By<'_>),
) -> Result<(), DeskError> {
    match act.action {
        DeskAction::Respond => {
            let answer = Answer {
                id: 0,
                at: by.at,
                by: who.to_owned(),
                url: act.reference.trim().to_owned(),
                channel: act.channel.trim().to_owned(),
                note: act.reason.trim().to_owned(),
            };
            batch.put_answer(before.id, &answer).await?;
        }
        DeskAction::Undo if before.status == kiemtin_model::AlertStatus::Responded => batch.withdraw_answer(before.id, by.at).await?,
        _ => {}
    }
    let (was, is) = (before.decision.duplicate_of, after.decision.duplicate_of);
    if was == is {
        return Ok(());
    }
    if let Some(old) = was {
        // An alert is never removed.
        let into = batch.alert(old).await?.ok_or(DeskError::Duplicate(old))?;
        batch.part_narrative(before.narrative, into.narrative).await?;
    }
    if let Some(new) = is {
        let into = batch
            .alert(new)
            .await?
            .filter(|other| other.id != before.id && other.decision.duplicate_of.is_none() && sight.sees(other.restricted, &other.units));
        let into = into.ok_or(DeskError::Duplicate(new))?;
        if into.narrative != before.narrative {
            batch.merge_narrative(before.narrative, into.narrative).await?;
        }
    }
    Ok(())
}

async fn undo(batch: &mut dyn Batch, alert: &Alert, who: &str, by: By<'_>) -> Result<(DeskState, AlertEventKind), DeskError> {
    let last = batch.last_change(alert.id).await?;
    let own = |event: &AlertEvent| event.by.as_deref() == Some(who) && event.kind != AlertEventKind::Undone;
    let recent = |event: &AlertEvent| (0..=UNDO_MS).contains(&(by.at.0 - event.at.0));
    let (_, change) = last.filter(|(event, _)| own(event) && recent(event)).ok_or(Refused::NoUndo)?;
    batch.withdraw_notices(alert.id, change.after.decision.revision, by.at).await?;
    let mut restored = change.before;
    restored.decision.revision = alert.decision.revision + 1;
    Ok((restored, AlertEventKind::Undone))
}

/// Work is given to who may do it and sees what it is about.
async fn check_assignee(batch: &mut dyn Batch, alert: &Alert, name: &str) -> Result<(), DeskError> {
    let sees = |user: &crate::staff::User| {
        user.disabled_at.is_none()
            && user.role.rights().contains(&kiemtin_model::Right::Review)
            && user.sight().sees(alert.restricted, &alert.units)
    };
    match batch.user_named(name).await?.filter(sees) {
        Some(_) => Ok(()),
        None => Err(DeskError::Assignee(name.chars().take(64).collect())),
    }
}
