//! Counts by hour, and the warnings given.

use super::{Checked, START, narrative, put, sample};
use crate::saved::{Searches, save, walk};
use crate::{Joining, Store};
use kiemtin_model::time::HOUR_MS;
use kiemtin_model::{Actor, AssessedDocument, Detection, Notice, Notify, Role, Subject, TopicScore, Warning};
use kiemtin_text::lexicon::Lexicon;
use std::sync::Arc;

const HOUR: i64 = START.0 / HOUR_MS;

fn about(topic: &str, assessed: AssessedDocument) -> AssessedDocument {
    AssessedDocument { topics: vec![TopicScore { id: topic.to_owned(), score: 1.0 }], ..assessed }
}

async fn counts(store: &dyn Store, subject: Option<&Subject>) -> Result<Vec<(i64, u32)>, crate::StoreError> {
    let counts = store.hour_counts(subject, HOUR - 10, HOUR + 100).await?;
    Ok(counts.into_iter().map(|c| (c.hour - HOUR, c.counts)).collect())
}

pub(super) async fn hours_are_counted(store: &dyn Store) -> Checked {
    let (fuel, power) = (Subject::topic("xang"), Subject::topic("dien"));
    let text = "Một bài dài về giá xăng dầu trong nước tuần này";
    let first = about("xang", sample("1", "Giá xăng", text, "mot.vn", 0));
    let copies =
        [("2", "hai.vn", 0), ("3", "mot.vn", 2)].map(|(n, source, hours)| about("xang", sample(n, "Giá xăng", text, source, hours)));
    let other = about("dien", sample("4", "Giá điện", "Bài khác hẳn", "mot.vn", 2));
    put(store, &[first.clone(), other.clone()]).await?;
    put(store, &copies).await?;
    assert_eq!(counts(store, Some(&fuel)).await?, [(0, 2)], "a copy counts at another source, not again at its own");
    assert_eq!(counts(store, None).await?, [(0, 2), (2, 1)], "all coverage");

    let mut edited = about("xang", other.clone());
    edited.document.text = "Bài đã sửa".to_owned();
    edited.content_hash = edited.document.content_hash();
    edited.document.published_at = Some(START.plus(5 * HOUR_MS));
    put(store, &[edited]).await?;
    assert_eq!(counts(store, Some(&power)).await?, [], "what changed is taken back");
    assert_eq!(counts(store, Some(&fuel)).await?, [(0, 2), (5, 1)], "and counts where it is now");
    assert_eq!(counts(store, None).await?, [(0, 2), (5, 1)]);
    put(store, &[first]).await?;
    assert_eq!(counts(store, None).await?, [(0, 2), (5, 1)], "a repeat changes nothing");

    let mut batch = store.begin().await?;
    let id = batch.put_narrative(&narrative("k")).await?;
    let undated = {
        let mut one = sample("5", "Tin đồn", "Sắp hết xăng", "ba.vn", 1);
        one.document.published_at = None;
        one
    };
    batch.put_document(&undated, &undated.document.id).await?;
    let (document, story) = (undated.document.id.clone(), undated.document.id.clone());
    let (source, at) = ("ba.vn".to_owned(), START);
    batch.join(id, &Joining { document, story, mass_copy: false, source, at, role: Role::Asserts, score: 5.0 }).await?;
    batch.commit().await?;
    assert_eq!(counts(store, Some(&Subject::narrative(id))).await?, [(1, 1)], "what asserts a claim counts for it, by its first hour");
    let mut later = undated.clone();
    later.document.text = "Sắp hết xăng thật".to_owned();
    later.content_hash = later.document.content_hash();
    later.document.fetched_at = START.plus(30 * HOUR_MS);
    put(store, &[later]).await?;
    assert_eq!(counts(store, Some(&Subject::narrative(id))).await?, [(1, 1)], "an edit does not move what has no date");
    let mut batch = store.begin().await?;
    batch.put_document(&undated, &undated.document.id).await?;
    batch.leave(&undated.document.id, &[]).await?;
    batch.commit().await?;
    assert_eq!(counts(store, Some(&Subject::narrative(id))).await?, [], "what left the claim no longer counts");
    assert_eq!(store.claims_of(&[id, 99]).await?.get(&id), Some(&("tin: k".to_owned(), None)));
    assert_eq!((store.narrative_number("k").await?, store.narrative_number("l").await?), (Some(id), None));

    let mut dropped = store.begin().await?;
    dropped.put_document(&sample("9", "Không giữ", "Không giữ", "mot.vn", 0), &undated.document.id).await?;
    drop(dropped);
    assert_eq!(counts(store, None).await?, [(0, 2), (1, 1), (5, 1)], "a batch that was not committed counts nothing");

    assert_eq!(store.busy_subjects(HOUR, HOUR + 1, 2).await?, vec![fuel.clone()], "busy in these hours");
    assert_eq!(store.busy_subjects(HOUR, HOUR + 5, 4).await?, []);
    let mentions = store.mentions(Some(&fuel), HOUR, HOUR + 10, 10).await?;
    assert_eq!(
        mentions.iter().map(|m| (m.hour - HOUR, m.source.as_str())).collect::<Vec<_>>(),
        [(5, "mot.vn"), (0, "mot.vn"), (0, "hai.vn")]
    );
    assert_eq!(store.mentions(Some(&fuel), HOUR, HOUR + 10, 1).await?.len(), 1, "no more than asked");
    assert_eq!(store.mentions(None, HOUR, HOUR + 10, 10).await?.len(), 4);
    Ok(())
}

pub(super) async fn searches_are_counted(store: &dyn Store) -> Checked {
    put(store, &[sample("1", "Giá xăng", "Giá xăng tăng", "mot.vn", 0), sample("2", "Giá điện", "Giá điện giảm", "mot.vn", 0)]).await?;
    let lexicon = Arc::new(Lexicon::default());
    let saved = save(store, &lexicon, ("Xăng", "xăng"), Notify::None, START, &Actor::service()).await?;
    let (subject, searches) = (Subject::search(saved.id), Searches::new(lexicon));
    while walk(store, &searches, START).await? != crate::saved::Step::Done {}
    assert_eq!(counts(store, Some(&subject)).await?, [(0, 1)], "what was there before it counts");
    crate::saved::remove(store, saved.id, START, &Actor::service()).await?;
    assert_eq!(counts(store, Some(&subject)).await?, [], "a search that is gone counts nothing");
    Ok(())
}

pub(super) fn warning(subject: &Subject, wave: u32, hours: i64) -> Warning {
    let at = START.plus(hours * HOUR_MS);
    Warning {
        id: 0,
        subject: subject.clone(),
        wave,
        name: "Xăng dầu".to_owned(),
        detector: Detection::Fast,
        since: at.plus(-4 * HOUR_MS),
        at,
        counted_at: at,
        ended_at: None,
        count: 42,
        hours: 4,
        usual: 9.0,
        surprise: 5.5,
        highest: 5.5,
        threshold: 3.6,
        share: 0.25,
        sources: 7,
        top_sources: vec![("mot.vn".to_owned(), 9)],
        top_words: vec![("hết xăng".to_owned(), 12)],
        cause: None,
        immature: false,
    }
}

pub(super) async fn warnings_are_told_once(store: &dyn Store) -> Checked {
    let (fuel, power) = (Subject::topic("xang"), Subject::topic("dien"));
    let mut batch = store.begin().await?;
    assert_eq!(batch.last_warning(&fuel).await?, None);
    let first = warning(&fuel, 1, 0);
    let id = batch.put_warning(&first).await?;
    batch.put_warning_notice(&first, "mail").await?;
    batch.put_warning_notice(&Warning { count: 50, ..first.clone() }, "mail").await?;
    let first = Warning { id, ..first };
    assert_eq!(batch.last_warning(&fuel).await?, Some(first.clone()), "comes back whole, inside the batch");
    batch.put_warning(&warning(&power, 1, 1)).await?;
    assert_eq!((batch.warnings_since(START).await?, batch.warnings_since(START.plus(1)).await?), (2, 1));
    batch.commit().await?;
    let due = store.outbox_due(START.plus(HOUR_MS), 10).await?;
    assert_eq!(due.len(), 1, "told once per wave and channel");
    let told = due.first().map(|d| (d.idempotency_key.as_str(), &d.notice));
    assert_eq!(told, Some(("warning:topic:xang:1:mail", &Notice::Warning(Box::new(Warning { id: 0, ..first.clone() })))));

    let ended = Warning { ended_at: Some(START.plus(9 * HOUR_MS)), count: 3, ..first.clone() };
    let mut batch = store.begin().await?;
    assert_eq!(batch.put_warning(&ended).await?, id, "the same wave is the same warning");
    assert_eq!(batch.open_warnings().await?.len(), 1);
    let second = batch.put_warning(&warning(&fuel, 2, 30)).await?;
    assert_eq!(batch.last_warning(&fuel).await?.map(|w| w.wave), Some(2));
    batch.commit().await?;
    let page = store.warnings(false, None, 2).await?;
    assert_eq!(page.items.iter().map(|w| w.id).collect::<Vec<_>>(), [second, id + 1], "the latest first");
    let rest = store.warnings(false, page.next_cursor.as_deref(), 2).await?;
    assert_eq!((rest.items, rest.next_cursor), (vec![ended], None));
    assert_eq!(store.warnings(true, None, 10).await?.items.len(), 2, "only those that are not over");
    assert!(matches!(store.warnings(true, Some("x"), 10).await, Err(crate::StoreError::BadCursor(_))));
    Ok(())
}
