//! Random samples of what nobody flagged.

use super::{Checked, START, flagged, put, sample};
use crate::review::answer::{ReviewError, Said, answer};
use crate::staff::change::By;
use crate::{AuditFilter, SampleFilter, SampleState, Store, StoreError};
use kiemtin_model::{Actor, AuditAction, FlagKind, ReviewAnswer, Week};
use std::collections::BTreeSet;

/// So many documents of the week of [`START`], each third one flagged; one of the week after.
async fn filled(store: &dyn Store, documents: i64) -> Checked {
    let all: Vec<_> = (0..documents)
        .map(|n| {
            let one = sample(&format!("d{n}"), &format!("Bài số {n}"), "", "bao.vn", n % 100);
            if n % 3 == 0 { flagged(one, 5.0) } else { one }
        })
        .chain([sample("sau", "Tuần sau", "", "bao.vn", 7 * 24)])
        .collect();
    put(store, &all).await?;
    Ok(())
}

async fn draw(store: &dyn Store, week: Week, wanted: u32) -> Result<Option<u32>, StoreError> {
    let mut batch = store.begin().await?;
    let drawn = batch.draw_sample(week, wanted, week.end()).await?;
    batch.commit().await?;
    Ok(drawn)
}

pub(super) async fn drawn_once_from_what_has_no_flag(store: &dyn Store) -> Checked {
    let week = Week::of(START);
    assert_eq!((draw(store, week, 5).await?, store.sample_weeks(10).await?.len()), (None, 0), "a week without documents has no sample");
    filled(store, 90).await?;
    assert_eq!((store.week_documents(week).await?, store.week_documents(week.after()).await?), (90, 1));
    assert_eq!(draw(store, week, 20).await?, Some(20));
    assert_eq!(draw(store, week, 20).await?, None, "once");
    assert_eq!(draw(store, week.after(), 20).await?, Some(1), "no more than there are");
    let page = store.sample_items(SampleFilter { week: Some(week), state: None }, None, 50).await?;
    let drawn: BTreeSet<_> = page.items.iter().map(|i| i.document.assessed.document.id.0.clone()).collect();
    assert_eq!(drawn.len(), 20, "each once");
    assert!(page.items.iter().all(|i| !i.document.assessed.assessment.flag && i.week == week && i.finding.is_none() && i.revision == 0));
    assert!(page.items.iter().all(|i| Week::of(i.document.assessed.document.time()) == week), "of that week");
    let weeks = store.sample_weeks(10).await?;
    let told: Vec<_> = weeks.iter().map(|w| (w.week, w.documents, w.sampled, w.answered, w.drawn_at)).collect();
    assert_eq!(told, [(week.after(), 1, 1, 0, week.after().end()), (week, 90, 20, 0, week.end())], "the latest first");
    let first = store.sample_items(SampleFilter::default(), None, 3).await?;
    let rest = store.sample_items(SampleFilter::default(), first.next_cursor.as_deref(), 50).await?;
    let ids: Vec<_> = first.items.iter().chain(&rest.items).map(|i| (i.week, i.id)).collect();
    assert_eq!((ids.len(), ids.first().map(|(week, _)| *week), rest.next_cursor), (21, Some(week.after()), None));
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 21, "pages share nothing");
    assert!(matches!(store.sample_items(SampleFilter::default(), Some("x"), 3).await, Err(StoreError::BadCursor(_))));
    Ok(())
}

pub(super) async fn answered_with_who_and_when(store: &dyn Store) -> Checked {
    let week = Week::of(START);
    filled(store, 30).await?;
    draw(store, week, 4).await?;
    let items = store.sample_items(SampleFilter::default(), None, 10).await?.items;
    let ids: Vec<i64> = items.iter().map(|i| i.id).collect();
    let lan = Actor::user("lan");
    let by = By { actor: &lan, at: week.end() };
    let said = |answer, kind| Said { answer, kind, note: " đã đọc kỹ ".into() };
    let missed = said(ReviewAnswer::Missed, Some(FlagKind::PanicRumour));
    let done = answer(store, ids[0], missed.clone(), Some(0), by).await?;
    assert_eq!(store.sample_item(ids[0]).await?, Some(done.clone()), "comes back whole");
    let finding = done.finding.ok_or("no finding")?;
    assert_eq!((finding.by.as_str(), finding.at, finding.note.as_str()), ("lan", week.end(), "đã đọc kỹ"));
    assert!(matches!(answer(store, ids[0], missed.clone(), Some(0), by).await, Err(ReviewError::Stale { expected: 0, now: 1 })));
    assert!(matches!(answer(store, 99, missed.clone(), None, by).await, Err(ReviewError::Unknown)));
    assert!(matches!(answer(store, ids[1], said(ReviewAnswer::Missed, None), None, by).await, Err(ReviewError::Wrong(_))));
    answer(store, ids[1], said(ReviewAnswer::NoFlag, None), None, by).await?;
    let counts = async || store.sample_weeks(1).await.map(|w| w.first().map(|w| (w.sampled, w.answered, w.missed)));
    assert_eq!(counts().await?, Some((4, 2, 1)));
    let of = async |state| store.sample_items(SampleFilter { week: None, state: Some(state) }, None, 10).await.map(|p| p.items.len());
    assert_eq!(of(SampleState::Open).await?, 2);
    assert_eq!((of(SampleState::Answered(ReviewAnswer::Missed)).await?, of(SampleState::Answered(ReviewAnswer::NoFlag)).await?), (1, 1));
    answer(store, ids[0], said(ReviewAnswer::NoFlag, None), Some(1), by).await?;
    assert_eq!(counts().await?, Some((4, 2, 0)), "who was wrong may say so");
    let log = store.audit(&AuditFilter { action: Some(AuditAction::Review), ..AuditFilter::default() }, None, 10).await?.items;
    let details: Vec<_> = log
        .iter()
        .filter_map(|r| r.entry.as_ref())
        .map(|e| (e.object.clone(), e.detail["before"].clone(), e.detail["after"].clone()))
        .collect();
    let entry = |id: i64, a: &str, b: &str| (format!("review/{id}"), a.to_owned(), b.to_owned());
    assert_eq!(details, [entry(ids[0], "missed", "no_flag"), entry(ids[1], "", "no_flag"), entry(ids[0], "", "missed")]);
    Ok(())
}
