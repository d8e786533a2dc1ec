//! Lists of alerts as a desk asks for them: in the order of what presses, narrowed, counted.

use super::{Checked, START, alert, narrative};
use crate::{AlertFilter, Joining, Store, StoreError};
use kiemtin_model::time::{DAY_MS, HOUR_MS};
use kiemtin_model::{Alert, AlertEventKind, AlertStatus, DocId, Level, Role, Sight};
use std::collections::HashMap;

/// Opens alerts, each made from the sample as told, and gives them as they are listed.
async fn opened(store: &dyn Store, count: usize, make: impl Fn(usize, Alert) -> Alert) -> Result<Vec<Alert>, StoreError> {
    let mut batch = store.begin().await?;
    let mut all = vec![];
    for i in 0..count {
        let id = batch.put_narrative(&narrative(&format!("k{i}"))).await?;
        let wanted = make(i, alert(id, 1, Level::Alert, 0));
        let new = batch.open_alert(&wanted).await?.with_desk(wanted.desk());
        batch.put_desk(&new).await?;
        all.push(new);
    }
    batch.commit().await?;
    Ok(all)
}

async fn ids(store: &dyn Store, filter: &AlertFilter) -> Result<Vec<i64>, StoreError> {
    Ok(store.alerts(filter, None, 500).await?.items.iter().map(|a| a.id).collect())
}

pub(super) async fn most_pressing_first(store: &dyn Store) -> Checked {
    let all = opened(store, 60, |i, a| Alert {
        level: [Level::Watch, Level::Alert, Level::Urgent][i % 3],
        severity: [9.5, 0.0, 12.25, 9.5][i % 4],
        deadline: START.plus((i as i64 % 5) * HOUR_MS),
        status: AlertStatus::ALL[i % AlertStatus::ALL.len()],
        ..a
    })
    .await?;
    let mut sorted = all.clone();
    sorted.sort_by(|a, b| {
        let by = b.level.cmp(&a.level).then(b.severity.total_cmp(&a.severity));
        by.then(a.deadline.cmp(&b.deadline)).then(b.id.cmp(&a.id))
    });
    for size in [1, 7, 60] {
        let (mut paged, mut cursor) = (vec![], None);
        loop {
            let page = store.alerts(&AlertFilter::default(), cursor.as_deref(), size).await?;
            assert!(page.items.len() <= size);
            paged.extend(page.items);
            match page.next_cursor {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        assert_eq!(paged, sorted, "pages of {size}: all of them once, by level, severity, deadline, the latest first");
    }
    let two = AlertFilter { status: vec![AlertStatus::Closed, AlertStatus::New, AlertStatus::New], ..AlertFilter::default() };
    let wanted: Vec<_> = sorted.iter().filter(|a| two.status.contains(&a.status)).map(|a| a.id).collect();
    assert_eq!(ids(store, &two).await?, wanted, "statuses are one list");
    Ok(())
}

pub(super) async fn only_what_is_asked_for(store: &dyn Store) -> Checked {
    let units = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
    let all = opened(store, 6, |i, a| Alert {
        assignee: [None, Some("lan".to_owned()), Some("minh".to_owned())][i % 3].clone(),
        deadline: START.plus(i as i64 * HOUR_MS),
        topics: vec![["gia-dien", "gia"][i % 2].to_owned()],
        units: if i % 2 == 0 { units(&["Cục Điện lực"]) } else { units(&["Vụ \"Thị\" trường", "Cục Hóa chất"]) },
        restricted: i == 5,
        ..a
    })
    .await?;
    let none = AlertFilter::default;
    for (filter, which) in [
        (AlertFilter { assignee: Some("lan".into()), ..none() }, &[1, 4][..]),
        (AlertFilter { assignee: Some("la".into()), ..none() }, &[]),
        (AlertFilter { due_before: Some(START.plus(2 * HOUR_MS)), ..none() }, &[0, 1]),
        (AlertFilter { topic: Some("gia".into()), ..none() }, &[1, 3, 5]),
        (AlertFilter { unit: Some("Vụ \"Thị\" trường".into()), ..none() }, &[1, 3, 5]),
        (AlertFilter { unit: Some("Điện lực".into()), ..none() }, &[]),
        (AlertFilter { any_unit: units(&["Cục Hóa chất", "Cục Điện lực"]), ..none() }, &[0, 1, 2, 3, 4, 5]),
        (AlertFilter { any_unit: units(&["Cục Hóa chất"]), sight: Sight::Units(vec![]), ..none() }, &[1, 3]),
        (AlertFilter { done_since: Some(START), ..none() }, &[]),
    ] {
        let wanted: Vec<i64> = which.iter().map(|i: &usize| all[*i].id).collect();
        assert_eq!(ids(store, &filter).await?, wanted, "{filter:?}");
        let mut latest: Vec<i64> = store.latest_alerts(&filter, 500).await?.iter().map(|(a, _)| a.id).collect();
        latest.sort_unstable();
        assert_eq!(latest, wanted, "by their last change: {filter:?}");
    }
    Ok(())
}

pub(super) async fn counted_by_status_and_day(store: &dyn Store) -> Checked {
    let all = opened(store, 6, |i, a| Alert {
        status: [AlertStatus::New, AlertStatus::Closed, AlertStatus::Dismissed][i % 3],
        restricted: i == 4 || i == 3,
        units: vec![["Cục Hóa chất", "Cục Điện lực"][i % 2].to_owned()],
        documents: 2,
        ..a
    })
    .await?;
    let today = START.plus(DAY_MS);
    let mut batch = store.begin().await?;
    for (i, at) in [(1, today.plus(-1)), (4, today), (2, today.plus(HOUR_MS))] {
        let mut changed = all[i].clone();
        changed.decision.decided_at = Some(at);
        batch.put_desk(&changed).await?;
        let event = kiemtin_model::AlertEvent {
            id: 0,
            kind: AlertEventKind::Dismissed,
            at,
            level: Level::Alert,
            documents: 5,
            by: Some("lan".into()),
            reason: String::new(),
            reference: String::new(),
            change: None,
        };
        batch.put_change(&changed, &event).await?;
    }
    batch.commit().await?;
    let sights = [Sight::All, Sight::Units(vec!["Cục Hóa chất".into()]), Sight::Units(vec![])];
    let of = |n: u64, c: u64, d: u64| vec![(AlertStatus::New, n), (AlertStatus::Dismissed, d), (AlertStatus::Closed, c)];
    for (sight, counts, done) in [(&sights[0], of(2, 2, 2), 2), (&sights[1], of(1, 2, 2), 2), (&sights[2], of(1, 1, 2), 1)] {
        assert_eq!(store.alert_counts(sight).await?, counts, "{sight:?}");
        assert_eq!(store.done_since(today, sight).await?, done, "{sight:?}");
        let filter = AlertFilter { done_since: Some(today), sight: sight.clone(), ..AlertFilter::default() };
        assert_eq!(ids(store, &filter).await?.len() as u64, done, "the list has as many: {sight:?}");
    }
    Ok(())
}

pub(super) async fn what_was_asserted_lately(store: &dyn Store) -> Checked {
    let mut batch = store.begin().await?;
    let mut ids = vec![];
    for key in ["a", "b", "c"] {
        ids.push(batch.put_narrative(&narrative(key)).await?);
    }
    for (i, (narrative, role)) in
        [(0, Role::Asserts), (0, Role::Asserts), (0, Role::Responds), (1, Role::Asserts), (0, Role::Asserts)].into_iter().enumerate()
    {
        let id = DocId(format!("d{i}"));
        let at = START.plus(i as i64 * HOUR_MS);
        let joining = Joining { document: id.clone(), story: id, mass_copy: false, source: "mot.vn".into(), at, role, score: 4.0 };
        batch.join(ids[narrative], &joining).await?;
    }
    batch.commit().await?;
    let since = async |hours: i64| store.asserted_since(&ids, START.plus(hours * HOUR_MS)).await;
    assert_eq!(since(-1).await?, HashMap::from([(ids[0], 3), (ids[1], 1)]));
    assert_eq!(since(1).await?, HashMap::from([(ids[0], 1), (ids[1], 1)]), "after that moment");
    assert_eq!(store.asserted_since(&ids[2..], START).await?, HashMap::new());
    Ok(())
}
