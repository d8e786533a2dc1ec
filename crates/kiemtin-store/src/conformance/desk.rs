//! The work of the desk.

use super::{Checked, START, alert, narrative};
use crate::desk::act::{DeskError, Seen, act};
use crate::staff::change::{By, NewUser, add_user};
use crate::{AuditFilter, Due, DueRequest, Joining, Store};
use kiemtin_model::lifecycle::{Refused, UNDO_MS};
use kiemtin_model::time::{DAY_MS, HOUR_MS};
use kiemtin_model::{
    Act, Actor, Alert, AlertEventKind, AlertStatus, AuditAction, DeskAction, DismissReason, DocId, Finding, Level, Role, Sight, StaffRole,
    Time,
};

async fn opened(store: &dyn Store, key: &str, hours: i64) -> Result<Alert, crate::StoreError> {
    let mut batch = store.begin().await?;
    let mut state = narrative(key);
    state.id = batch.put_narrative(&state).await?;
    let opened = batch.open_alert(&alert(state.id, 1, Level::Alert, hours)).await?;
    batch.put_event(&opened, AlertEventKind::Opened, opened.opened_at).await?;
    state.alert = Some(opened.id);
    batch.put_narrative(&state).await?;
    batch.commit().await?;
    Ok(opened)
}

/// Somebody does something at a time, having seen a revision.
async fn does(store: &dyn Store, id: i64, who: &str, wanted: &Act, at: Time, seen: Option<i64>) -> Result<Alert, DeskError> {
    let actor = Actor::user(who);
    let seen = Seen { sight: &Sight::All, revision: seen };
    act(store, id, wanted, seen, By { actor: &actor, at }, &["journal".to_owned()]).await
}

fn confirm() -> Act {
    Act { reason: "trái Quyết định 599/QĐ-EVN".into(), reference: "599/QĐ-EVN".into(), ..Act::new(DeskAction::Confirm) }
}

pub(super) async fn from_new_to_closed(store: &dyn Store) -> Checked {
    let actor = Actor::command();
    for (name, role) in [("lan", StaffRole::Reviewer), ("minh", StaffRole::Reviewer), ("doc", StaffRole::Reader)] {
        let new = NewUser { name: name.into(), display: String::new(), role, units: None, email: String::new() };
        add_user(store, new, By { actor: &actor, at: START }).await?;
    }
    let id = opened(store, "k", 0).await?.id;
    let at = |minutes: i64| START.plus(minutes * 60_000);
    let taken = does(store, id, "lan", &Act::new(DeskAction::Acknowledge), at(1), Some(0)).await?;
    assert_eq!((taken.status, taken.assignee.as_deref(), taken.decision.revision), (AlertStatus::Acknowledged, Some("lan"), 1));
    let late = does(store, id, "minh", &Act::new(DeskAction::Verify), at(2), Some(0)).await;
    assert!(matches!(late, Err(DeskError::Stale { expected: 0, now: 1 })), "somebody was faster: {late:?}");
    for nobody in ["doc", "khong-co"] {
        let given = Act { assignee: Some(nobody.into()), ..Act::new(DeskAction::Assign) };
        assert!(matches!(does(store, id, "lan", &given, at(2), None).await, Err(DeskError::Assignee(_))), "{nobody}");
    }
    let given = Act { assignee: Some("minh".into()), ..Act::new(DeskAction::Assign) };
    assert_eq!(does(store, id, "lan", &given, at(2), Some(1)).await?.assignee.as_deref(), Some("minh"));
    let first = Act { finding: Some(Finding::Fake), ..confirm() };
    assert_eq!(does(store, id, "minh", &first, at(3), None).await?.status, AlertStatus::ConfirmPending);
    assert!(matches!(does(store, id, "minh", &confirm(), at(4), None).await, Err(DeskError::Refused(Refused::SamePerson(_)))));
    let found = does(store, id, "lan", &Act::new(DeskAction::Confirm), at(5), None).await?;
    assert_eq!(
        (found.status, found.decision.finding, found.decision.decided_at),
        (AlertStatus::Confirmed, Some(Finding::Fake), Some(at(5)))
    );
    let answered = Act { reference: "https://www.moit.example/tra-loi".into(), channel: "Cổng".into(), ..Act::new(DeskAction::Respond) };
    does(store, id, "lan", &answered, at(65), None).await?;
    let answers = store.answers(id).await?;
    assert_eq!(
        (answers.len(), answers[0].url.as_str(), answers[0].by.as_str(), answers[0].at),
        (1, answered.reference.as_str(), "lan", at(65))
    );
    let closed = does(store, id, "lan", &Act::new(DeskAction::Close), at(66), None).await?;
    assert_eq!((closed.status, closed.decision.answered_at), (AlertStatus::Closed, Some(at(65))));

    let file = store.alert_file(id, &Sight::All, 9).await?.ok_or("no file")?;
    assert_eq!(file.alert, closed);
    use AlertEventKind::{Acknowledged, Assigned, Closed, Confirmed, Opened, Proposed, Responded};
    let kinds: Vec<_> = file.history.iter().map(|e| e.kind).collect();
    assert_eq!(kinds, [Opened, Acknowledged, Assigned, Proposed, Confirmed, Responded, Closed], "what was refused left nothing");
    let change = file.history[3].change.clone().ok_or("no change")?;
    assert_eq!((change.before.status, change.after.status), (AlertStatus::Acknowledged, AlertStatus::ConfirmPending));
    assert_eq!((file.history[3].by.as_deref(), file.history[3].reference.as_str()), (Some("minh"), "599/QĐ-EVN"));
    let stream = store.alert_changes(0, 100).await?;
    assert_eq!(stream.iter().map(|c| c.event.id).collect::<Vec<_>>(), file.history.iter().map(|e| e.id).collect::<Vec<_>>());
    assert!(stream.windows(2).all(|pair| pair[0].event.id < pair[1].event.id) && stream.iter().all(|c| c.alert == closed));
    assert_eq!(store.alert_changes(file.history[5].id, 100).await?.len(), 1, "resumed after the one before the last");
    assert_eq!(store.last_alert_change().await?, file.history[6].id);
    let logged = store.audit(&AuditFilter { action: Some(AuditAction::Alert), ..AuditFilter::default() }, None, 100).await?;
    assert_eq!(logged.items.len(), 6);
    assert_eq!(store.outbox_due(at(5), 100).await?.len(), 0, "nobody is told what may still be taken back");
    let told = store.outbox_due(at(100), 100).await?;
    assert_eq!(told.len(), 2, "what was concluded and what was answered: {told:?}");
    assert_eq!(store.alert_counts(&Sight::All).await?, [(AlertStatus::Closed, 1)]);
    Ok(())
}

pub(super) async fn undoing(store: &dyn Store) -> Checked {
    let id = opened(store, "k", 0).await?.id;
    let at = |ms: i64| START.plus(ms);
    let undo = Act::new(DeskAction::Undo);
    let no = |done: Result<Alert, DeskError>| assert!(matches!(done, Err(DeskError::Refused(Refused::NoUndo))), "{done:?}");
    no(does(store, id, "lan", &undo, at(0), None).await);
    does(store, id, "lan", &Act::new(DeskAction::Acknowledge), at(0), None).await?;
    let dismissed = Act { dismiss: Some(DismissReason::Opinion), ..Act::new(DeskAction::Dismiss) };
    does(store, id, "lan", &dismissed, at(1), None).await?;
    no(does(store, id, "minh", &undo, at(2), None).await);
    no(does(store, id, "lan", &undo, at(2 + UNDO_MS), None).await);
    let note = Act { reason: "xem lại".into(), ..Act::new(DeskAction::Note) };
    does(store, id, "minh", &note, at(2), None).await?;
    let back = does(store, id, "lan", &undo, at(1 + UNDO_MS), None).await?;
    assert_eq!((back.status, back.decision.dismissed_as, back.decision.revision), (AlertStatus::Acknowledged, None, 4));
    no(does(store, id, "lan", &undo, at(1 + UNDO_MS), None).await);
    assert!(store.outbox_due(at(9 * UNDO_MS), 9).await?.is_empty(), "what was taken back is not told");
    Ok(())
}

pub(super) async fn due(store: &dyn Store) -> Checked {
    let near = opened(store, "a", 0).await?;
    let later = opened(store, "b", 48).await?;
    let asked = |hours: i64| DueRequest {
        now: START.plus(hours * HOUR_MS),
        near_until: START.plus((hours + 3) * HOUR_MS),
        untouched_since: START.plus(hours * HOUR_MS - 30 * DAY_MS),
    };
    let due = async |hours: i64| -> Result<Vec<(i64, Due)>, crate::StoreError> {
        Ok(store.due_alerts(&asked(hours), 100).await?.into_iter().map(|(alert, due)| (alert.id, due)).collect())
    };
    assert_eq!(due(20).await?, []);
    assert_eq!(due(21).await?, [(near.id, Due::Near)]);
    let mut batch = store.begin().await?;
    assert!(batch.put_reminded(near.id, Due::Near).await? && !batch.put_reminded(near.id, Due::Near).await?);
    batch.commit().await?;
    assert_eq!(due(23).await?, [], "once");
    assert_eq!(due(24).await?, [(near.id, Due::Overdue)]);
    let mut batch = store.begin().await?;
    assert!(batch.put_reminded(near.id, Due::Overdue).await?);
    batch.commit().await?;
    assert_eq!(due(70).await?, [(later.id, Due::Near)]);
    // A month after nobody did anything; who has done something has a month from then.
    does(store, later.id, "lan", &Act::new(DeskAction::Acknowledge), START.plus(60 * HOUR_MS), None).await?;
    assert_eq!(due(30 * 24).await?, [(near.id, Due::Expire), (later.id, Due::Overdue)]);
    assert_eq!(due(30 * 24 + 60).await?, [(near.id, Due::Expire), (later.id, Due::Expire)]);
    does(store, later.id, "lan", &confirm(), START.plus(61 * HOUR_MS), None).await?;
    does(store, later.id, "minh", &confirm(), START.plus(62 * HOUR_MS), None).await?;
    assert_eq!(due(40 * 24).await?, [(near.id, Due::Expire), (later.id, Due::Overdue)], "a finding does not expire");
    let answered = Act { reference: "https://a.example/b".into(), ..Act::new(DeskAction::Respond) };
    does(store, later.id, "lan", &answered, START.plus(63 * HOUR_MS), None).await?;
    assert_eq!(due(40 * 24).await?, [(near.id, Due::Expire)], "answered");
    Ok(())
}

pub(super) async fn merging(store: &dyn Store) -> Checked {
    let (one, two) = (opened(store, "one", 0).await?, opened(store, "two", 1).await?);
    let part = |document: &str, hours: i64| Joining {
        document: DocId(document.into()),
        story: DocId(document.into()),
        mass_copy: false,
        source: format!("{document}.vn"),
        at: START.plus(hours * HOUR_MS),
        role: Role::Asserts,
        score: 5.0,
    };
    let mut batch = store.begin().await?;
    for (narrative, document) in [(one.narrative, "a"), (one.narrative, "b"), (two.narrative, "b"), (two.narrative, "c")] {
        batch.join(narrative, &part(document, 1)).await?;
    }
    assert_eq!(batch.nearest_alert(two.narrative).await?, Some((one.id, 0.5)));
    batch.commit().await?;
    let documents = async |id: i64| -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
        Ok(store.alert_file(id, &Sight::All, 99).await?.ok_or("no file")?.alert.documents)
    };
    let same = |of: i64| Act { dismiss: Some(DismissReason::Duplicate), duplicate_of: Some(of), ..Act::new(DeskAction::Dismiss) };
    let hidden = opened(store, "hidden", 2).await?;
    let mut batch = store.begin().await?;
    batch.put_desk(&Alert { restricted: true, ..hidden.clone() }).await?;
    batch.commit().await?;
    let actor = Actor::user("lan");
    let (other, by) = (Sight::Units(vec!["Cục khác".into()]), By { actor: &actor, at: START });
    let blind = act(store, two.id, &same(hidden.id), Seen { sight: &other, revision: None }, by, &[]).await;
    assert!(matches!(blind, Err(DeskError::Duplicate(_))), "what is not seen is not there: {blind:?}");
    for wrong in [two.id, 99] {
        assert!(matches!(does(store, two.id, "lan", &same(wrong), START, None).await, Err(DeskError::Duplicate(_))), "{wrong}");
    }
    does(store, two.id, "lan", &same(one.id), START, None).await?;
    assert_eq!(documents(one.id).await?, 3, "a, b, c; b once");
    assert!(matches!(does(store, one.id, "lan", &same(two.id), START, None).await, Err(DeskError::Duplicate(_))), "not in a circle");
    let mut batch = store.begin().await?;
    assert_eq!(batch.narrative("two").await?.map(|n| n.id), Some(one.narrative), "later documents of it count for the other");
    drop(batch);
    does(store, two.id, "lan", &Act::new(DeskAction::Undo), START.plus(5), None).await?;
    assert_eq!((documents(one.id).await?, documents(two.id).await?), (2, 2), "taken back");
    let mut batch = store.begin().await?;
    assert_eq!(batch.narrative("two").await?.map(|n| n.id), Some(two.narrative));
    Ok(())
}

pub(super) async fn claims_in_one_alert(store: &dyn Store) -> Checked {
    let part = |document: &str, source: &str| Joining {
        document: DocId(document.into()),
        story: DocId(document.into()),
        mass_copy: false,
        source: source.into(),
        at: START.plus(HOUR_MS),
        role: Role::Asserts,
        score: 5.0,
    };
    let one = opened(store, "one", 0).await?;
    let mut batch = store.begin().await?;
    let mut two = narrative("two");
    two.id = batch.put_narrative(&two).await?;
    two.alert = Some(one.id);
    for (narrative, document, source) in
        [(one.narrative, "a", "mot.vn"), (one.narrative, "b", "hai.vn"), (two.id, "b", "hai.vn"), (two.id, "c", "mot.vn")]
    {
        batch.join(narrative, &part(document, source)).await?;
    }
    batch.recount(one.narrative).await?;
    batch.put_narrative(&two).await?;
    batch.put_joined(&one, two.id, None).await?;
    batch.join(two.id, &part("d", "ba.vn")).await?;
    batch.put_joined(&one, two.id, Some(&DocId("d".into()))).await?;
    let figures = |alert: Alert| (alert.documents, alert.stories, alert.sources);
    assert_eq!(figures(batch.alert(one.id).await?.ok_or("no alert")?), (4, 4, 3), "a to d, each once");
    // New versions: one article no longer tells the second claim, another one now tells the first, too.
    batch.leave(&DocId("c".into()), &[]).await?;
    batch.join(one.narrative, &part("d", "ba.vn")).await?;
    for narrative in [two.id, one.narrative] {
        batch.recount(narrative).await?;
        assert_eq!(figures(batch.alert(one.id).await?.ok_or("no alert")?), (3, 3, 3), "a, b and d, whichever claim was counted");
    }
    // A second claim gives its source and story to the first one, which comes to tell them itself.
    batch.join(two.id, &part("e", "bon.vn")).await?;
    batch.put_joined(&one, two.id, Some(&DocId("e".into()))).await?;
    assert_eq!(figures(batch.alert(one.id).await?.ok_or("no alert")?), (4, 4, 4));
    let joined = batch.join(one.narrative, &Joining { story: DocId("e".into()), ..part("f", "bon.vn") }).await?;
    assert!(joined.new_document && joined.new_story && joined.new_source);
    let grown = batch.update_alert(&Alert { documents: 4, stories: 4, sources: 4, ..one.clone() }).await?;
    assert_eq!(figures(grown), (5, 4, 4), "e and f, one story of one source");
    batch.leave(&DocId("e".into()), &[]).await?;
    batch.leave(&DocId("f".into()), &[]).await?;
    batch.recount(one.narrative).await?;
    let grown = batch.update_alert(&Alert { documents: 4, stories: 4, sources: 3, ..one.clone() }).await?;
    assert_eq!(figures(grown), (4, 4, 3), "nothing is left that only the second claim tells");
    Ok(())
}
