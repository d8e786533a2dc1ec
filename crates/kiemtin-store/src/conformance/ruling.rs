//! What rules found, counted as documents come and change; what people concluded of the alerts they speak for.

use super::{Checked, START, alert, flagged, narrative, put, sample};
use crate::desk::act::{Seen, act};
use crate::staff::change::By;
use crate::{Joining, Store, StoreError};
use kiemtin_model::time::HOUR_MS;
use kiemtin_model::{
    Act, Actor, AssessedDocument, DeskAction, DismissReason, GuardEffect, GuardHit, GuardKind, Level, Role, RuleCount, Sight, Signal,
};

fn guarded(mut assessed: AssessedDocument) -> AssessedDocument {
    let over = (0..assessed.assessment.signals.len()).collect();
    let (guard, effect) = (GuardKind::Refutation, GuardEffect::Suppress);
    assessed.assessment.guards = vec![GuardHit { guard, rule: "bac-bo".into(), effect, message: String::new(), evidence: vec![], over }];
    assessed.assessment.flag = false;
    assessed
}

async fn count(store: &dyn Store, rule: &str) -> Result<RuleCount, StoreError> {
    Ok(store.rule_counts().await?.remove(rule).unwrap_or_default())
}

pub(super) async fn counted_as_documents_change(store: &dyn Store) -> Checked {
    assert!(store.rule_counts().await?.is_empty());
    let first = flagged(sample("a", "Hết xăng", "", "mot.vn", 0), 5.0);
    let mut both = flagged(sample("b", "Sắp hết xăng", "", "hai.vn", 2), 5.0);
    let second = Signal { rule: "claim:xang".into(), ..both.assessment.signals[0].clone() };
    both.assessment.signals.push(second);
    put(store, &[first.clone(), both.clone(), guarded(flagged(sample("c", "Bác bỏ", "", "ba.vn", 5), 5.0))]).await?;
    put(store, &[sample("d", "Không có gì", "", "ba.vn", 6)]).await?;
    let panic = count(store, "sample-panic").await?;
    assert_eq!((panic.hits, panic.flagged, panic.unique, panic.suppressed_hits), (3, 2, 1, 1));
    assert_eq!((panic.suppressed.get("bac-bo"), panic.last_hit), (Some(&1), Some(START.plus(5 * HOUR_MS))));
    let claim = count(store, "claim:xang").await?;
    assert_eq!((claim.hits, claim.flagged, claim.unique), (1, 1, 0), "the other rule flags the same");

    put(store, std::slice::from_ref(&first)).await?;
    assert_eq!(count(store, "sample-panic").await?.hits, 3, "a repeat counts nothing");
    let mut mended = sample("a", "Không hết xăng", "", "mot.vn", 0);
    mended.content_hash = mended.document.content_hash();
    put(store, &[mended]).await?;
    let panic = count(store, "sample-panic").await?;
    assert_eq!((panic.hits, panic.flagged, panic.unique), (2, 1, 0), "what was mended is taken back");
    let mut dropped = store.begin().await?;
    dropped.put_document(&flagged(sample("z", "Không giữ", "", "mot.vn", 0), 5.0), &first.document.id).await?;
    drop(dropped);
    assert_eq!(count(store, "sample-panic").await?.hits, 2, "a batch that was not committed counts nothing");

    let page = store.rule_hits("sample-panic", None, 1).await?;
    let told = |page: &crate::Page<crate::RuleHit>| {
        page.items.iter().map(|h| (h.document.assessed.document.title.clone(), h.flagged, h.suppressed.join(" "))).collect::<Vec<_>>()
    };
    assert_eq!(told(&page), [("Bác bỏ".to_owned(), false, "bac-bo".to_owned())], "the latest first");
    let page = store.rule_hits("sample-panic", page.next_cursor.as_deref(), 1).await?;
    assert_eq!((told(&page), page.next_cursor), (vec![("Sắp hết xăng".to_owned(), true, String::new())], None));
    assert!(store.rule_hits("khac", None, 10).await?.items.is_empty());
    assert!(matches!(store.rule_hits("khac", Some("x"), 10).await, Err(StoreError::BadCursor(_))));
    Ok(())
}

pub(super) async fn judged_by_people(store: &dyn Store) -> Checked {
    let documents = ["a", "b", "c"].map(|n| flagged(sample(n, n, "", &format!("{n}.vn"), 0), 5.0));
    put(store, &documents).await?;
    put(store, &[guarded(flagged(sample("g", "g", "", "g.vn", 0), 5.0))]).await?;
    let mut batch = store.begin().await?;
    let id = batch.put_narrative(&narrative("sample-panic")).await?;
    for d in &documents {
        let (document, story) = (d.document.id.clone(), d.document.id.clone());
        let source = d.document.source.clone();
        batch.join(id, &Joining { document, story, mass_copy: true, source, at: START, role: Role::Asserts, score: 5.0 }).await?;
    }
    let mut opened = vec![];
    for wave in 1..=4 {
        opened.push(batch.open_alert(&alert(id, wave, Level::Alert, i64::from(wave))).await?.id);
    }
    batch.commit().await?;
    let judged = async || count(store, "sample-panic").await.map(|c| (c.right, c.judged));
    assert_eq!(judged().await?, (0, 0), "nobody has decided");
    let (lan, minh) = (Actor::user("lan"), Actor::user("minh"));
    let step = async |alert: i64, action, by: &Actor| {
        let dismiss = match alert {
            2 => Some(DismissReason::Opinion),
            _ => Some(DismissReason::Duplicate),
        };
        let asked = Act {
            reason: "đã đối chiếu".into(),
            reference: "599/QĐ-EVN".into(),
            dismiss: dismiss.filter(|_| action == DeskAction::Dismiss),
            ..Act::new(action)
        };
        act(store, alert, &asked, Seen { sight: &Sight::All, revision: None }, By { actor: by, at: START.plus(HOUR_MS) }, &[]).await
    };
    step(opened[0], DeskAction::Acknowledge, &lan).await?;
    step(opened[0], DeskAction::Confirm, &lan).await?;
    assert_eq!(judged().await?, (0, 0), "one reviewer alone");
    step(opened[0], DeskAction::Confirm, &minh).await?;
    assert_eq!(judged().await?, (1, 1), "one alert, however many documents");
    step(opened[1], DeskAction::Dismiss, &lan).await?;
    step(opened[2], DeskAction::Dismiss, &lan).await?;
    assert_eq!(judged().await?, (1, 2), "that an alert repeats another one says nothing");
    step(opened[0], DeskAction::Close, &lan).await?;
    assert_eq!(judged().await?, (1, 2), "what is closed stays what it was found to be");

    let seen =
        async |sight: &Sight| store.rule_alerts("sample-panic", sight, 10).await.map(|all| all.iter().map(|a| a.id).collect::<Vec<_>>());
    let other = Sight::Units(vec!["Cục khác".into()]);
    assert_eq!(seen(&other).await?, opened.iter().rev().copied().collect::<Vec<_>>(), "the latest opened first");
    assert_eq!(store.open_by_topic(&other).await?.get("xang_dau"), Some(&1));
    step(opened[3], DeskAction::Restrict, &lan).await?;
    assert_eq!(seen(&other).await?, [opened[2], opened[1], opened[0]]);
    assert_eq!((seen(&Sight::All).await?.len(), store.open_by_topic(&other).await?.get("xang_dau")), (4, None));
    assert_eq!(store.rule_alerts("khac", &Sight::All, 10).await?, []);
    Ok(())
}
