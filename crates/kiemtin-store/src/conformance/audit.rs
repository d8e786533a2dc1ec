//! What was done, by whom.

use super::{Checked, START, put, sample};
use crate::audit::LONGEST_WORD;
use crate::{AuditFilter, AuditHead, Store, StoreError};
use kiemtin_model::{Actor, ActorKind, AuditAction, AuditEntry};

fn entry(i: i64, name: &str, action: AuditAction, object: &str) -> AuditEntry {
    let detail = [("rows", i.to_string()), ("q", "\"giá\"\u{0}\u{7f}\n".to_owned())].map(|(k, v)| (k.to_owned(), v));
    AuditEntry { at: START.plus(i), actor: Actor::user(name), action, object: object.to_owned(), detail: detail.into() }
}

async fn numbers(store: &dyn Store, filter: AuditFilter) -> Result<Vec<i64>, StoreError> {
    Ok(store.audit(&filter, None, 100).await?.items.iter().map(|r| r.number).collect())
}

pub(super) async fn listed_and_chained(store: &dyn Store) -> Checked {
    let empty = store.verify_audit(None, &mut |_| ()).await?;
    assert_eq!((empty.entries, empty.head.number, empty.broken), (0, 0, None));
    assert!(store.last_audit_check().await?.is_none());
    let all = [
        entry(0, "lan", AuditAction::SignIn, ""),
        entry(1, "lan", AuditAction::Export, "trends"),
        entry(2, "minh", AuditAction::Export, "documents"),
        entry(3, "lan", AuditAction::ReadRestricted, "alert/7"),
        entry(4, "minh", AuditAction::ReadRestricted, "alert/71"),
    ];
    store.put_audit(&all[..2]).await?;
    store.put_audit(&[]).await?;
    store.put_audit(&all[2..]).await?;
    let page = store.audit(&AuditFilter::default(), None, 2).await?;
    let read = |i: usize| page.items.get(i).map(|r| (r.number, r.entry.clone()));
    assert_eq!((read(0), read(1)), (Some((5, Some(all[4].clone()))), Some((4, Some(all[3].clone())))), "newest first");
    let rest = store.audit(&AuditFilter::default(), page.next_cursor.as_deref(), 3).await?;
    assert_eq!((rest.items.iter().map(|r| r.number).collect::<Vec<_>>(), rest.next_cursor), (vec![3, 2, 1], None));
    let by = |filter| numbers(store, filter);
    let none = AuditFilter::default;
    assert_eq!(by(AuditFilter { action: Some(AuditAction::Export), ..none() }).await?, [3, 2]);
    assert_eq!(by(AuditFilter { actor: Some("lan".into()), ..none() }).await?, [4, 2, 1]);
    assert_eq!(by(AuditFilter { object: Some("alert/7".into()), ..none() }).await?, [5, 4], "what begins so");
    assert_eq!(by(AuditFilter { object: Some("%".into()), ..none() }).await?, [0i64; 0]);
    assert_eq!(by(AuditFilter { from: Some(START.plus(1)), to: Some(START.plus(3)), ..none() }).await?, [3, 2]);
    assert!(matches!(store.audit(&none(), Some("x"), 1).await, Err(StoreError::BadCursor(_))));

    let mut seen = vec![];
    let check = store.verify_audit(None, &mut |number| seen.push(number)).await?;
    assert_eq!((check.entries, check.head.number, &check.broken, seen.last()), (5, 5, &None, Some(&5)));
    assert_eq!(Some(&check.head.hash), page.items.first().map(|r| &r.hash));
    store.keep_audit_check(&check, START).await?;
    assert_eq!(store.last_audit_check().await?.and_then(|c| c.at), Some(START));
    store.put_audit(&all[..1]).await?;
    assert_eq!(store.verify_audit(Some(&check.head), &mut |_| ()).await?.broken, None, "it grows from where it was");
    let later = AuditHead { number: 9, hash: check.head.hash.clone() };
    let cut = store.verify_audit(Some(&later), &mut |_| ()).await?;
    assert_eq!(cut.broken.as_ref().map(|b| (b.number, b.kind)), Some((7, crate::audit::BreakKind::CutOff)));
    // A check that found a break leaves the head that is known.
    store.keep_audit_check(&cut, START.plus(1)).await?;
    assert_eq!(store.last_audit_check().await?.and_then(|c| c.broken), cut.broken);
    assert_eq!(store.verify_audit(None, &mut |_| ()).await?.broken, None);

    let long = AuditEntry { object: "ệ".repeat(2_000), ..entry(9, "lan", AuditAction::Export, "") };
    store.put_audit(&[long]).await?;
    let newest = store.audit(&none(), None, 1).await?.items.pop().and_then(|r| r.entry).ok_or("none")?;
    assert_eq!(newest.object.chars().count(), LONGEST_WORD + 1, "what is too long is cut");
    assert_eq!(store.verify_audit(None, &mut |_| ()).await?.broken, None);
    Ok(())
}

pub(super) async fn stands_with_its_change(store: &dyn Store) -> Checked {
    let one = sample("a", "Một", "", "bao.vn", 0);
    let logged = AuditEntry { actor: Actor::service(), ..entry(0, "", AuditAction::Push, "documents") };
    let mut dropped = store.begin().await?;
    dropped.put_document(&one, &one.document.id).await?;
    dropped.put_audit(&logged).await?;
    drop(dropped);
    assert!(numbers(store, AuditFilter::default()).await?.is_empty(), "dropped with its change");
    let mut batch = store.begin().await?;
    batch.put_document(&one, &one.document.id).await?;
    batch.put_audit(&logged).await?;
    batch.put_audit(&logged).await?;
    batch.commit().await?;
    store.put_audit(std::slice::from_ref(&logged)).await?;
    put(store, &[sample("b", "Hai", "", "bao.vn", 0)]).await?;
    assert_eq!(numbers(store, AuditFilter::default()).await?, [3, 2, 1], "without gaps");
    let newest = store.audit(&AuditFilter::default(), None, 1).await?.items.pop().and_then(|r| r.entry).ok_or("none")?;
    assert_eq!(newest.actor.kind, ActorKind::Service);
    assert_eq!(store.verify_audit(None, &mut |_| ()).await?.broken, None);
    Ok(())
}
