//! What is meant to be answered, was answered before, and how far an answer went.

use super::{Checked, START, alert, narrative, put, sample};
use crate::desk::act::{Seen, act};
use crate::draft::{DraftError, write};
use crate::staff::change::By;
use crate::{AuditFilter, DayCoverage, Joining, SettledFilter, Store};
use kiemtin_model::time::{DAY_MS, HOUR_MS};
use kiemtin_model::*;

pub(super) async fn drafts_are_not_overwritten_unseen(store: &dyn Store) -> Checked {
    let mut batch = store.begin().await?;
    let id = batch.put_narrative(&narrative("k")).await?;
    let open = batch.open_alert(&alert(id, 1, Level::Alert, 0)).await?;
    batch.commit().await?;
    let (lan, minh) = (Actor::user("lan"), Actor::user("minh"));
    let all = Sight::All;
    let kept = async |message: &str, revision: Option<i64>, actor: &Actor, at: i64| {
        let draft = Draft {
            message: message.into(),
            questions: vec![Question { question: "Khi nào?".into(), answer: "Chưa\ncó.".into() }],
            ..Draft::default()
        };
        write(store, open.id, draft, Seen { sight: &all, revision }, By { actor, at: START.plus(at) }).await
    };
    assert_eq!(store.draft(open.id).await?, None);
    let first = kept(" Một ", Some(0), &lan, 1).await?;
    assert_eq!((first.revision, first.by.as_str(), first.at, first.draft.message.as_str()), (1, "lan", Some(START.plus(1)), "Một"));
    assert_eq!(store.draft(open.id).await?.as_ref(), Some(&first), "it comes back as it was kept");
    match kept("Hai", Some(0), &minh, 2).await {
        Err(DraftError::Stale { expected: 0, kept }) => assert_eq!(*kept, first, "who was slower gets what stands there"),
        other => panic!("{other:?}"),
    }
    assert_eq!(kept("Một", Some(1), &minh, 3).await?, first, "the same words change nothing");
    assert_eq!(kept("Hai", Some(1), &minh, 4).await?.revision, 2);
    assert_eq!(kept("Ba", None, &lan, 5).await?.revision, 3, "whatever there is");
    assert!(matches!(kept(&"a".repeat(9_000), Some(3), &lan, 6).await, Err(DraftError::Fault(_))));
    let other = Sight::Units(vec![]);
    let unseen = Seen { sight: &other, revision: None };
    let by = By { actor: &lan, at: START };
    act(store, open.id, &Act::new(DeskAction::Restrict), Seen { sight: &all, revision: None }, by, &[]).await?;
    assert!(matches!(write(store, open.id, Draft::default(), unseen, by).await, Err(DraftError::Unknown)));
    assert!(matches!(write(store, 99, Draft::default(), unseen, by).await, Err(DraftError::Unknown)));
    let log = store.audit(&AuditFilter::default(), None, 9).await?.items;
    let details: Vec<_> = log.iter().filter_map(|r| r.entry.as_ref()).map(|e| &e.detail).collect();
    let drafts = details.iter().filter(|d| d.get("change").is_some_and(|change| change == "draft"));
    assert_eq!(drafts.filter_map(|d| d.get("revision")).collect::<Vec<_>>(), ["3", "2", "1"], "each that was kept is logged");
    Ok(())
}

pub(super) async fn settled_claims_and_waves(store: &dyn Store) -> Checked {
    let mut batch = store.begin().await?;
    let mut alerts = vec![];
    // One of another field, one restricted, one dismissed as a duplicate, one that is open.
    for (i, key) in ["own", "like", "other", "hidden", "duplicate", "open"].iter().enumerate() {
        let id = batch.put_narrative(&narrative(key)).await?;
        let mut new = alert(id, 1, Level::Alert, i as i64);
        if *key == "other" {
            (new.kinds, new.topics) = (vec![FlagKind::FalseFigure], vec!["dien".into()]);
        }
        new.restricted = *key == "hidden";
        alerts.push(batch.open_alert(&new).await?);
    }
    batch.commit().await?;
    let [own, like, other, hidden, duplicate, _open] = alerts.as_slice() else { unreachable!() };
    let (lan, minh, all) = (Actor::user("lan"), Actor::user("minh"), Sight::All);
    let done = async |id: i64, wanted: Act, actor: &Actor, at: i64| {
        act(store, id, &wanted, Seen { sight: &all, revision: None }, By { actor, at: START.plus(at * HOUR_MS) }, &[]).await
    };
    let dismiss =
        |reason, duplicate_of| Act { reason: "đã xem".into(), dismiss: Some(reason), duplicate_of, ..Act::new(DeskAction::Dismiss) };
    for (i, one) in [own, other, hidden].iter().enumerate() {
        done(one.id, dismiss(DismissReason::Opinion, None), &lan, 20 + i as i64).await?;
    }
    done(duplicate.id, dismiss(DismissReason::Duplicate, Some(own.id)), &lan, 25).await?;
    let confirm = Act {
        finding: Some(Finding::Fake),
        reason: "trái văn bản".into(),
        reference: "599/QĐ-EVN".into(),
        ..Act::new(DeskAction::Confirm)
    };
    done(like.id, Act::new(DeskAction::Acknowledge), &lan, 29).await?;
    done(like.id, confirm.clone(), &lan, 30).await?;
    done(like.id, confirm, &minh, 31).await?;
    let answer = Act { reference: "https://moit.example/tra-loi".into(), channel: "cổng".into(), ..Act::new(DeskAction::Respond) };
    done(like.id, answer, &lan, 32).await?;

    let found = async |narrative: i64, topics: &[String], sight: &Sight, limit| {
        let filter = SettledFilter { narrative, kinds: &own.kinds, topics, sight };
        let settled = store.settled(&filter, limit).await?;
        Ok::<_, crate::StoreError>(settled.into_iter().map(|s| s.key).collect::<Vec<_>>())
    };
    let none = Sight::Units(vec![]);
    assert_eq!(found(own.narrative, &[], &all, 9).await?, ["like", "hidden"], "the latest first; no duplicate, not itself, none open");
    assert_eq!(found(own.narrative, &[], &none, 9).await?, ["like"], "not what these eyes do not see");
    assert_eq!(found(like.narrative, &["dien".into()], &none, 9).await?, ["other", "own"], "a topic in common is enough");
    assert_eq!(found(own.narrative, &[], &all, 1).await?, ["like"]);

    let told = store.precedents(&[hidden.id, like.id, 99], &none).await?;
    let [precedent] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((precedent.reason.as_str(), precedent.reference.as_str()), ("trái văn bản", "599/QĐ-EVN"));
    assert_eq!(precedent.alert.decision.finding, Some(Finding::Fake));
    assert_eq!(precedent.answers.iter().map(|a| a.url.as_str()).collect::<Vec<_>>(), ["https://moit.example/tra-loi"]);
    done(own.id, Act { reason: "xem lại".into(), ..Act::new(DeskAction::Reopen) }, &lan, 33).await?;
    let reopened = store.precedents(&[own.id], &all).await?;
    assert_eq!(reopened.first().map(|p| p.reason.as_str()), Some(""), "what was opened again is not concluded");

    let mut batch = store.begin().await?;
    batch.open_alert(&alert(hidden.narrative, 2, Level::Alert, 900)).await?;
    batch.open_alert(&alert(hidden.narrative, 3, Level::Alert, 1_900)).await?;
    batch.commit().await?;
    let waves = async |sight: &Sight| {
        let waves = store.waves_before(hidden.narrative, 3, sight).await?;
        Ok::<_, crate::StoreError>(waves.into_iter().map(|p| (p.alert.wave, p.reason)).collect::<Vec<_>>())
    };
    assert_eq!(waves(&all).await?, [(2, String::new()), (1, "đã xem".into())], "the latest first, settled or not");
    assert_eq!(waves(&none).await?, [], "a restricted claim stays so with its waves");
    Ok(())
}

pub(super) async fn corrections_are_counted(store: &dyn Store) -> Checked {
    let roles = [(Role::Asserts, "mot.vn", 0), (Role::Asserts, "mot.vn", 3), (Role::Asserts, "hai.vn", 30), (Role::Responds, "bct.vn", 3)];
    let others = [(Role::Responds, "ba.vn", 4), (Role::Responds, "ba.vn", 31), (Role::Mentions, "bon.vn", 5)];
    let all: Vec<_> = roles.into_iter().chain(others).enumerate().collect();
    let documents: Vec<_> =
        all.iter().map(|(i, (_, source, hours))| sample(&format!("d{i}"), &format!("Bài {i}"), "x", source, *hours)).collect();
    put(store, &documents).await?;
    let mut batch = store.begin().await?;
    let id = batch.put_narrative(&narrative("k")).await?;
    for (assessed, (_, (role, source, hours))) in documents.iter().zip(&all) {
        let (document, at) = (assessed.document.id.clone(), START.plus(hours * HOUR_MS));
        let joining = Joining { story: document.clone(), document, mass_copy: true, source: (*source).into(), at, role: *role, score: 1.0 };
        batch.join(id, &joining).await?;
    }
    batch.commit().await?;
    let since = START.plus(3 * HOUR_MS);
    let c = store.correction(id, since).await?;
    assert_eq!((c.since, c.claim_documents, c.claim_sources, c.correction_documents, c.correction_sources), (since, 2, 2, 3, 2));
    // START is 8 o'clock in the morning in Vietnam.
    let day = |n: i64, claim_documents, correction_documents| DayCoverage {
        day: START.plus(n * DAY_MS - 8 * HOUR_MS),
        claim_documents,
        correction_documents,
    };
    assert_eq!(c.per_day, [day(0, 1, 2), day(1, 1, 1)]);
    let later = store.correction(id, START.plus(400 * DAY_MS)).await?;
    assert_eq!((later.claim_documents, later.per_day.len()), (0, 0));
    Ok(())
}
