//! The list of narratives, and the file of one.

use super::{Checked, START, alert, flagged, narrative, put, sample};
use crate::{Joining, NarrativeFilter, Store, StoreError};
use kiemtin_model::time::HOUR_MS;
use kiemtin_model::{Answer, Level, NarrativeState, Role, Sight, SourceGroup};

pub(super) async fn listed_by_last_seen(store: &dyn Store) -> Checked {
    let mut batch = store.begin().await?;
    let mut ids = vec![];
    for (key, hours, level, topic) in [
        ("rule:a", 0, Level::Watch, "xang_dau"),
        ("claim:b", 5, Level::Urgent, "gia_dien"),
        ("rule:c", 2, Level::None, "gia_dien"),
        ("rule:gone", 9, Level::Alert, "gia_dien"),
    ] {
        let state = NarrativeState { last_seen: START.plus(hours * HOUR_MS), level, topics: vec![topic.into()], ..narrative(key) };
        ids.push(batch.put_narrative(&state).await?);
    }
    let hidden = batch.open_alert(&alert(ids[1], 1, Level::Urgent, 5)).await?;
    batch.merge_narrative(ids[3], ids[0]).await?;
    batch.commit().await?;
    let keys = async |filter: &NarrativeFilter| {
        store.narratives(filter, None, 10).await.map(|page| page.items.into_iter().map(|n| n.key.key).collect::<Vec<_>>())
    };
    // A merge takes the latest of both times.
    assert_eq!(keys(&NarrativeFilter::default()).await?, ["rule:a", "claim:b", "rule:c"], "last told first, without what went into others");
    let by = |level, topic: Option<&str>, key: Option<&str>| NarrativeFilter {
        level,
        topic: topic.map(str::to_owned),
        key: key.map(str::to_owned),
        ..NarrativeFilter::default()
    };
    assert_eq!(keys(&by(Some(Level::Watch), None, None)).await?, ["rule:a", "claim:b"]);
    assert_eq!(keys(&by(None, Some("gia_dien"), None)).await?, ["claim:b", "rule:c"]);
    assert_eq!(keys(&by(None, None, Some("rule:"))).await?, ["rule:a", "rule:c"]);
    let first = store.narratives(&NarrativeFilter::default(), None, 2).await?;
    let rest = store.narratives(&NarrativeFilter::default(), first.next_cursor.as_deref(), 2).await?;
    assert_eq!((rest.items.iter().map(|n| n.id).collect::<Vec<_>>(), rest.next_cursor), (vec![ids[2]], None));
    assert!(matches!(store.narratives(&NarrativeFilter::default(), Some("1"), 2).await, Err(StoreError::BadCursor(_))));

    let mut batch = store.begin().await?;
    batch.put_desk(&kiemtin_model::Alert { restricted: true, ..hidden.clone() }).await?;
    batch.commit().await?;
    let (own, other) = (Sight::Units(hidden.units.clone()), Sight::Units(vec!["Cục khác".into()]));
    for (sight, seen) in [(&own, true), (&Sight::All, true), (&other, false)] {
        let filter = NarrativeFilter { sight: sight.clone(), ..NarrativeFilter::default() };
        assert_eq!(keys(&filter).await?.contains(&"claim:b".to_owned()), seen);
        assert_eq!(store.narrative_file(ids[1], sight, 10).await?.is_some(), seen);
    }
    assert!(store.narrative_file(99, &Sight::All, 10).await?.is_none());
    let gone = store.narrative_file(ids[3], &Sight::All, 10).await?.ok_or("no file")?;
    assert_eq!(gone.merged_into, Some(ids[0]));
    let into = store.narrative_file(ids[0], &Sight::All, 10).await?.ok_or("no file")?;
    assert_eq!((into.merged, into.merged_into), (vec![(ids[3], "tin: rule:gone".to_owned())], None));
    Ok(())
}

pub(super) async fn file_of_a_narrative(store: &dyn Store) -> Checked {
    let documents: Vec<_> =
        (0..4).map(|n| flagged(sample(&format!("d{n}"), &format!("Bài {n}"), "", &format!("{}.vn", n % 2), n), 5.0)).collect();
    put(store, &documents).await?;
    let mut batch = store.begin().await?;
    let id = batch.put_narrative(&narrative("k")).await?;
    let roles = [Role::Asserts, Role::Asserts, Role::Responds, Role::Mentions];
    for (d, role) in documents.iter().zip(roles) {
        let (document, story) = (d.document.id.clone(), d.document.id.clone());
        let (source, at) = (d.document.source.clone(), d.document.time());
        batch.join(id, &Joining { document, story, mass_copy: true, source, at, role, score: 4.5 }).await?;
    }
    let first = batch.open_alert(&alert(id, 1, Level::Alert, 0)).await?;
    let second = batch.open_alert(&alert(id, 2, Level::Alert, 90)).await?;
    let answer =
        Answer { id: 0, at: START, by: "lan".into(), url: "https://moit.example/1".into(), channel: "cổng".into(), note: String::new() };
    batch.put_answer(first.id, &answer).await?;
    batch.put_answer(second.id, &Answer { url: "https://moit.example/2".into(), ..answer }).await?;
    batch.withdraw_answer(second.id, START).await?;
    batch.commit().await?;
    let file = store.narrative_file(id, &Sight::All, 1).await?.ok_or("no file")?;
    assert_eq!(file.alerts.iter().map(|a| a.wave).collect::<Vec<_>>(), [2, 1], "the latest wave first");
    assert_eq!(file.answers.iter().map(|(alert, a)| (*alert, a.url.as_str())).collect::<Vec<_>>(), [(first.id, "https://moit.example/1")]);
    let titles = |of: &[crate::NarrativeDocument]| of.iter().map(|d| d.document.assessed.document.title.clone()).collect::<Vec<_>>();
    assert_eq!(titles(&file.asserting), ["Bài 1"], "last published first, no more than asked");
    assert_eq!((titles(&file.responding), titles(&file.mentioning)), (vec!["Bài 2".into()], vec!["Bài 3".into()]));
    assert_eq!(file.per_hour.iter().map(|(_, n)| *n).collect::<Vec<_>>(), [1, 1]);
    let told: Vec<_> = file.per_source.iter().map(|s| (s.source.as_str(), s.documents, s.group)).collect();
    assert_eq!(told, [("0.vn", 1, SourceGroup::Press), ("1.vn", 1, SourceGroup::Press)]);
    Ok(())
}
