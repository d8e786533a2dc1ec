//! Events, their reports and merges.

use super::{Checked, START, flagged, sample};
use crate::{EventSpread, NewReport, Store};
use kiemtin_model::time::HOUR_MS;
use kiemtin_model::{AssessedDocument, DocId, Stance, TopicScore};

fn id(assessed: &AssessedDocument) -> DocId {
    assessed.document.id.clone()
}

fn report(story: &DocId, event: Option<i64>, hours: i64) -> NewReport {
    NewReport {
        story: story.clone(),
        event,
        at: START.plus(hours * HOUR_MS),
        joined: if event.is_none() { "first" } else { "like" },
        likeness: event.map(|_| 0.5),
        vector: vec![1, 7, 0, 0, 0, hours as u8],
        terms: (hours == 0).then(|| vec![7, 0, 0, 0]),
    }
}

/// Two events of two reports, one of them with a copy, merged; and a document without an event.
pub(super) async fn merging(store: &dyn Store) -> Checked {
    let name = |n: &str, hours| sample(n, &format!("Bài {n}"), &format!("chữ {n}"), if n < "c" { "mot.vn" } else { "hai.vn" }, hours);
    let [a, b, c, d, old] = [name("a", 0), name("b", 1), name("c", 2), name("d", 3), name("x", 4)];
    let copy = sample("copy", "Bài a", "chữ a", "ba.vn", 5);
    assert_eq!(store.last_report().await?, (0, 0));
    let mut batch = store.begin().await?;
    for (assessed, story) in [(&a, &a), (&b, &b), (&c, &c), (&d, &d), (&copy, &a), (&old, &old)] {
        batch.put_document(assessed, &id(story)).await?;
    }
    let (first, older) = batch.put_report(&report(&id(&a), None, 0)).await?;
    let (_, younger) = batch.put_report(&report(&id(&b), None, 1)).await?;
    assert_eq!((first, batch.put_report(&report(&id(&c), Some(younger), 2)).await?), (1, (3, younger)));
    assert!(older < younger && batch.has_report(&id(&c)).await? && !batch.has_report(&id(&old)).await?);
    assert_eq!(batch.events_of(&[id(&copy), id(&old)]).await?, [older], "a copy is in the event of its story");
    batch.commit().await?;

    let mut dropped = store.begin().await?;
    dropped.put_report(&report(&id(&d), Some(older), 3)).await?;
    dropped.merge_events(younger, older, &id(&d), 0.4, START).await?;
    drop(dropped);
    assert_eq!(store.last_report().await?, (3, 0), "a dropped batch leaves nothing");
    let stories = |id: DocId| async move { store.event_stories(&id, 10).await };
    assert_eq!(stories(id(&c)).await?, Some((id(&b), vec![id(&c), id(&b)])), "by a document, newest first");

    let mut batch = store.begin().await?;
    batch.put_report(&report(&id(&d), Some(older), 3)).await?;
    let merge = batch.merge_events(younger, older, &id(&d), 0.4, START).await?;
    let merges = batch.merges_since(0, 10).await?;
    assert_eq!(merges.iter().map(|m| (m.number, m.gone, m.into)).collect::<Vec<_>>(), [(merge, younger, older)]);
    batch.commit().await?;
    let all = Some((id(&a), vec![id(&d), id(&c), id(&b), id(&a)]));
    for known in [&a, &b, &d, &copy] {
        assert_eq!(stories(id(known)).await?, all, "the id of an event that was merged leads to the other one");
    }
    assert_eq!(stories(id(&old)).await?, Some((id(&old), vec![id(&old)])), "a document without an event is its own");
    assert_eq!(stories(DocId("nothing".into())).await?, None);
    let told = store.reports_since(1, 2).await?;
    assert_eq!(told.iter().map(|r| (r.number, r.event, r.terms.is_some())).collect::<Vec<_>>(), [(2, older, false), (3, older, false)]);
    assert_eq!(store.reports_since(0, 1).await?[0].terms, Some(vec![7, 0, 0, 0]));

    let spreads = store.spreads(&[id(&b), id(&old)]).await?;
    assert_eq!(spreads.get(&id(&b)), Some(&EventSpread { id: id(&a), documents: 5, stories: 4, sources: 3 }));
    assert_eq!(spreads.get(&id(&old)), Some(&EventSpread { id: id(&old), documents: 1, stories: 1, sources: 1 }));
    let file = store.event_file(&id(&c)).await?.ok_or("no event")?;
    assert_eq!(Some(&file.spread), spreads.get(&id(&b)));
    assert_eq!(file.documents.iter().map(|d| d.id.clone()).collect::<Vec<_>>(), [&a, &b, &c, &d, &copy].map(id), "by time");
    assert_eq!(file.merged.iter().map(|m| (&m.id, &m.report, m.at)).collect::<Vec<_>>(), [(&id(&b), &id(&d), START)]);
    assert_eq!(file.per_hour.iter().map(|h| h.1).collect::<Vec<_>>(), [1; 5]);
    Ok(())
}

/// What a timeline is made from: topics, flags, and when a document lost its flag.
pub(super) async fn corrections(store: &dyn Store) -> Checked {
    let mut wrong = flagged(sample("a", "Sắp hết xăng", "mua ngay", "mot.vn", 0), 5.0);
    wrong.topics = vec![TopicScore { id: "xang-dau".into(), score: 1.0 }];
    let mut right = sample("a", "Không thiếu xăng", "đã sửa", "mot.vn", 0);
    right.document.fetched_at = START.plus(3 * HOUR_MS);
    let later = sample("a", "Không thiếu xăng", "đã sửa lỗi chữ", "mot.vn", 0);
    let mut batch = store.begin().await?;
    batch.put_document(&wrong, &id(&wrong)).await?;
    batch.put_report(&report(&id(&wrong), None, 0)).await?;
    batch.commit().await?;
    let file = store.event_file(&id(&wrong)).await?.ok_or("no event")?;
    assert_eq!(file.topics, [("xang-dau".to_owned(), 1)]);
    let read = |f: &crate::EventFile| f.documents.iter().map(|d| (d.flag, d.stance, d.corrected_at, d.version)).collect::<Vec<_>>();
    assert_eq!(read(&file), [(true, Stance::Asserts, None, 1)]);
    for next in [&right, &later] {
        let mut batch = store.begin().await?;
        batch.put_document(next, &id(&wrong)).await?;
        batch.commit().await?;
    }
    let file = store.event_file(&id(&wrong)).await?.ok_or("no event")?;
    assert_eq!(read(&file), [(false, Stance::Reports, Some(START.plus(3 * HOUR_MS)), 3)], "when the flagged version was replaced");
    Ok(())
}
