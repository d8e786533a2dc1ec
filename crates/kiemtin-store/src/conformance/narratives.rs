//! Narratives and their alerts.

use super::{Checked, START, alert, flagged, narrative, put, sample};
use crate::{AlertFilter, Joined, Joining, Store, StoreError};
use kiemtin_model::time::{DAY_MS, HOUR_MS};
use kiemtin_model::{AlertEventKind, AlertStatus, DocId, Level, Role, Sight, SourceGroup, Time};

fn part(document: &str, story: &str, source: &str, hours: i64, role: Role) -> Joining {
    let at = START.plus(hours * HOUR_MS);
    Joining { document: DocId(document.into()), story: DocId(story.into()), mass_copy: true, source: source.into(), at, role, score: 4.5 }
}

fn reprint(document: &str, story: &str, source: &str, hours: i64) -> Joining {
    Joining { mass_copy: false, ..part(document, story, source, hours, Role::Asserts) }
}

pub(super) async fn joining(store: &dyn Store) -> Checked {
    let mut batch = store.begin().await?;
    assert_eq!(batch.narrative("k").await?, None);
    let id = batch.put_narrative(&narrative("k")).await?;
    let other = batch.put_narrative(&narrative("l")).await?;
    assert_ne!(id, other);
    let mut state = batch.narrative("k").await?.ok_or("no narrative")?;
    assert_eq!(state, kiemtin_model::NarrativeState { id, ..narrative("k") }, "comes back whole");
    state.documents = 40;
    state.alert = Some(7);
    assert_eq!(batch.put_narrative(&state).await?, id, "the same key is the same narrative");
    assert_eq!(batch.narrative("k").await?.as_ref(), Some(&state));

    let joined = |new_document, new_story, new_source, copy_sources| Joined { new_document, new_story, new_source, copy_sources };
    let asserts = Role::Asserts;
    let steps = [
        (part("a", "a", "mot.vn", 0, asserts), joined(true, true, true, 1), "the first"),
        (part("b", "a", "hai.vn", 2, asserts), joined(true, false, true, 2), "a copy elsewhere"),
        (part("c", "a", "hai.vn", 3, asserts), joined(true, false, false, 2), "a copy at a known source"),
        (part("d", "d", "mot.vn", 4, asserts), joined(true, true, false, 1), "another text at a known source"),
        (part("e", "a", "ba.vn", 30, asserts), joined(true, false, true, 1), "a copy after more than 24 hours"),
        (part("f", "a", "bon.vn", 24, asserts), joined(true, false, true, 4), "copies of 24 hours before and after"),
        (reprint("i", "a", "sau.vn", 2), joined(true, false, true, 3), "a licensed reprint is a copy, not a mass copy"),
        (part("a", "a", "mot.vn", 0, asserts), joined(false, false, false, 3), "a repeat"),
        (part("g", "g", "nam.vn", 1, Role::Responds), joined(true, false, false, 0), "a response is no story of the claim"),
        (part("h", "g", "nam.vn", 1, asserts), joined(true, true, true, 1), "responses do not count as spread"),
        (part("g", "g", "nam.vn", 1, asserts), joined(true, false, false, 1), "another role is a new part"),
    ];
    for (joining, expected, what) in steps {
        assert_eq!(batch.join(id, &joining).await?, expected, "{what}");
    }
    let alone = batch.join(other, &part("a", "a", "mot.vn", 0, asserts)).await?;
    assert_eq!(alone, joined(true, true, true, 1), "narratives are apart");
    batch.commit().await?;
    assert_eq!(store.counts().await?.narratives, 2);
    Ok(())
}

pub(super) async fn leaving(store: &dyn Store) -> Checked {
    let mut batch = store.begin().await?;
    let mut ids = vec![];
    for key in ["k", "l", "m"] {
        let id = batch.put_narrative(&narrative(key)).await?;
        batch.join(id, &part("a", "a", "mot.vn", 0, Role::Asserts)).await?;
        ids.push(id);
    }
    let kept = ids.pop().ok_or("no narrative")?;
    assert_eq!(batch.leave(&DocId("a".into()), &[kept]).await?, ids, "all but those listed");
    assert!(batch.leave(&DocId("a".into()), &[kept]).await?.is_empty(), "once");
    let back = batch.join(kept, &part("a", "a", "mot.vn", 0, Role::Asserts)).await?;
    assert!(!back.new_document, "it never left");
    batch.join(kept, &part("b", "b", "hai.vn", 1, Role::Asserts)).await?;
    batch.join(kept, &part("a", "a", "mot.vn", 0, Role::Responds)).await?;
    batch.recount(kept).await?;
    let counted = batch.narrative("m").await?.ok_or("no narrative")?;
    assert_eq!((counted.documents, counted.stories, counted.sources, counted.responses), (1, 1, 1, 1), "a mended article is an answer");
    Ok(())
}

pub(super) async fn alerts_are_unique(store: &dyn Store) -> Checked {
    let mut batch = store.begin().await?;
    let id = batch.put_narrative(&narrative("k")).await?;
    let opened = batch.open_alert(&alert(id, 1, Level::Alert, 0)).await?;
    assert_eq!(opened.number, "CB-2026-0001");
    let again = batch.open_alert(&alert(id, 1, Level::Urgent, 5)).await?;
    assert_eq!(again, opened, "one alert per narrative and wave");
    let wave = batch.open_alert(&alert(id, 2, Level::Alert, 1)).await?;
    assert_eq!(wave.number, "CB-2026-0002");
    let before_new_year = Time::local(2026, 12, 31, 23, 59, 0).ok_or("no such day")?;
    let mut next = alert(id, 3, Level::Alert, 0);
    next.opened_at = before_new_year.plus(60_000);
    assert_eq!(batch.open_alert(&next).await?.number, "CB-2027-0001", "the Vietnamese year counts");
    next.wave = 4;
    next.opened_at = before_new_year;
    assert_eq!(batch.open_alert(&next).await?.number, "CB-2026-0003");
    batch.commit().await?;

    let mut batch = store.begin().await?;
    let mut grown = batch.alert(opened.id).await?.ok_or("no alert")?;
    assert_eq!(grown, opened, "comes back whole");
    grown.documents = 41;
    grown.level = Level::Urgent;
    grown.points = 30.5;
    batch.update_alert(&grown).await?;
    assert_eq!(batch.alert(opened.id).await?.as_ref(), Some(&grown));
    assert_eq!(batch.alert(opened.id + 1_000).await?, None);
    drop(batch);
    let file = store.alert_file(opened.id, &Sight::All, 5).await?.ok_or("no file")?;
    assert_eq!(file.alert, opened, "a dropped batch changes nothing");
    assert_eq!(store.counts().await?.alerts, 4);
    Ok(())
}

pub(super) async fn list_of_alerts(store: &dyn Store) -> Checked {
    let mut batch = store.begin().await?;
    for (i, level) in [Level::Alert, Level::Urgent, Level::Watch, Level::Alert, Level::Urgent, Level::Alert].into_iter().enumerate() {
        let id = batch.put_narrative(&narrative(&format!("k{i}"))).await?;
        let mut new = alert(id, 1, level, i as i64 % 3);
        new.deadline = START.plus((i as i64 % 2 + 1) * DAY_MS);
        new.topics = vec![if i % 2 == 0 { "dien" } else { "xang_dau" }.to_owned()];
        batch.open_alert(&new).await?;
    }
    batch.commit().await?;
    let all = store.alerts(&AlertFilter::default(), None, 100).await?;
    let order = |a: &kiemtin_model::Alert| (a.level, -a.deadline.0, a.id);
    assert_eq!((all.items.len(), all.next_cursor.clone()), (6, None));
    assert!(all.items.is_sorted_by(|a, b| order(a) > order(b)), "most pressing first");

    let first = store.alerts(&AlertFilter::default(), None, 4).await?;
    let cursor = first.next_cursor.clone().ok_or("no cursor")?;
    let mut batch = store.begin().await?;
    let id = batch.put_narrative(&narrative("later")).await?;
    batch.open_alert(&alert(id, 1, Level::Urgent, 9)).await?;
    batch.commit().await?;
    let second = store.alerts(&AlertFilter::default(), Some(&cursor), 4).await?;
    let joined: Vec<_> = first.items.into_iter().chain(second.items).collect();
    assert_eq!(joined, all.items, "a page after an insert neither repeats nor skips");
    assert_eq!(second.next_cursor, None);
    let bad = store.alerts(&AlertFilter::default(), Some("'; DROP TABLE alert"), 4).await;
    assert!(matches!(bad, Err(StoreError::BadCursor(_))), "a foreign cursor is refused");

    let count = async |filter: AlertFilter| Ok::<_, StoreError>(store.alerts(&filter, None, 100).await?.items.len());
    let none = AlertFilter::default;
    assert_eq!(count(AlertFilter { level: Some(Level::Urgent), ..none() }).await?, 3);
    assert_eq!(count(AlertFilter { topic: Some("dien".into()), ..none() }).await?, 3);
    assert_eq!(count(AlertFilter { topic: Some("die".into()), ..none() }).await?, 0);
    assert_eq!(count(AlertFilter { unit: Some("Vụ Thị trường trong nước".into()), ..none() }).await?, 7);
    assert_eq!(count(AlertFilter { status: vec![AlertStatus::Closed, AlertStatus::New], ..none() }).await?, 7);
    assert_eq!(count(AlertFilter { status: vec![AlertStatus::Closed], ..none() }).await?, 0);
    assert_eq!(count(AlertFilter { since: Some(START.plus(2 * HOUR_MS)), ..none() }).await?, 3);

    let later = START.plus(20 * HOUR_MS);
    let mut batch = store.begin().await?;
    let old = batch.alert(1).await?.ok_or("no alert")?;
    batch.put_event(&old, AlertEventKind::Grew, later).await?;
    batch.commit().await?;
    let latest = store.latest_alerts(&none(), 3).await?;
    let told: Vec<_> = latest.iter().map(|(a, at)| (a.id, *at)).collect();
    assert_eq!(told, [(1, later), (7, START.plus(9 * HOUR_MS)), (6, START.plus(2 * HOUR_MS))], "by the last change");
    let urgent = store.latest_alerts(&AlertFilter { level: Some(Level::Urgent), ..none() }, 9).await?;
    assert_eq!(urgent.iter().map(|(a, _)| a.id).collect::<Vec<_>>(), [7, 5, 2]);
    Ok(())
}

pub(super) async fn restricted_alerts_are_seen_by_their_units(store: &dyn Store) -> Checked {
    let mut batch = store.begin().await?;
    for (key, restricted) in [("open", false), ("closed", true)] {
        let id = batch.put_narrative(&narrative(key)).await?;
        batch.open_alert(&kiemtin_model::Alert { restricted, ..alert(id, 1, Level::Alert, 0) }).await?;
    }
    batch.commit().await?;
    let units = |names: &[&str]| Sight::Units(names.iter().map(|n| (*n).to_owned()).collect());
    for (sight, seen) in [
        (Sight::All, &[2, 1][..]),
        (units(&["Vụ Thị trường trong nước", "Cục Hóa chất"]), &[2, 1]),
        (units(&["Cục Hóa chất"]), &[1]),
        (units(&[]), &[1]),
    ] {
        let filter = AlertFilter { sight: sight.clone(), ..AlertFilter::default() };
        let listed: Vec<_> = store.alerts(&filter, None, 9).await?.items.iter().map(|a| a.id).collect();
        let latest: Vec<_> = store.latest_alerts(&filter, 9).await?.iter().map(|(a, _)| a.id).collect();
        assert_eq!((listed.as_slice(), latest.as_slice()), (seen, seen), "{sight:?}");
        assert_eq!(store.alert_file(2, &sight, 1).await?.is_some(), seen.contains(&2), "{sight:?}");
    }
    Ok(())
}

pub(super) async fn file_of_an_alert(store: &dyn Store) -> Checked {
    let documents: Vec<_> = (0..5)
        .map(|i| {
            flagged(sample(&format!("d{i}"), &format!("Sắp hết xăng {i}"), "Mua ngay", if i < 3 { "mot.vn" } else { "hai.vn" }, 5 - i), 4.0)
        })
        .collect();
    put(store, &documents).await?;
    let mut batch = store.begin().await?;
    let id = batch.put_narrative(&narrative("k")).await?;
    for (i, assessed) in documents.iter().enumerate() {
        let document = &assessed.document;
        let role = if i == 4 { Role::Responds } else { Role::Asserts };
        let at = if i == 0 { document.time().plus(DAY_MS) } else { document.time() };
        let joining = Joining {
            document: document.id.clone(),
            story: document.id.clone(),
            mass_copy: true,
            source: document.source.clone(),
            at,
            role,
            score: 4.0,
        };
        batch.join(id, &joining).await?;
    }
    let opened = batch.open_alert(&alert(id, 1, Level::Alert, 0)).await?;
    batch.put_event(&opened, AlertEventKind::Opened, START).await?;
    batch.put_event(&opened, AlertEventKind::Grew, START.plus(5)).await?;
    batch.commit().await?;

    assert!(store.alert_file(opened.id + 1_000, &Sight::All, 5).await?.is_none());
    let file = store.alert_file(opened.id, &Sight::All, 3).await?.ok_or("no file")?;
    assert_eq!((file.alert, file.narrative.id), (opened, id));
    assert_eq!(file.history.iter().map(|e| e.kind).collect::<Vec<_>>(), [AlertEventKind::Opened, AlertEventKind::Grew]);
    let titles = |of: &[crate::NarrativeDocument]| of.iter().map(|d| d.document.assessed.document.title.clone()).collect::<Vec<_>>();
    assert_eq!(
        titles(&file.asserting),
        ["Sắp hết xăng 3", "Sắp hết xăng 2", "Sắp hết xăng 1"],
        "first published first, no more than asked"
    );
    assert_eq!(titles(&file.others), ["Sắp hết xăng 4"]);
    assert_eq!(file.others.iter().map(|d| (d.role, d.score)).collect::<Vec<_>>(), [(Role::Responds, 4.0)]);
    let hours: Vec<_> = file.per_hour.iter().map(|(at, n)| ((at.0 - START.0) / HOUR_MS, *n)).collect();
    assert_eq!(hours, [(2, 1), (3, 1), (4, 1), (29, 1)], "asserting documents by hour");
    let told: Vec<_> = file.per_source.iter().map(|s| (s.source.as_str(), s.documents, s.group)).collect();
    assert_eq!(told, [("mot.vn", 3, SourceGroup::Press), ("hai.vn", 1, SourceGroup::Press)]);
    Ok(())
}
