//! Who is told of what a saved search matched, and when?
//!
//! Everything is made from the matches: what was told is noted in the transaction that puts the notice into the outbox, so that
//! nothing is told twice or forgotten, whenever the process ends.

use super::store::{SavedBatch, SavedState};
use crate::store::{Store, StoreError};
use kiemtin_model::time::HOUR_MS;
use kiemtin_model::{Notify, SavedNotice, SavedNoticeKind, Time};

/// Most notices of one search in one clock hour; what is more waits for its end and comes as one.
pub const MOST_PER_HOUR: u32 = 10;

/// Puts everything that is to be told at `now` into the outbox of these channels. Gives the number of notices.
pub async fn tell(store: &dyn Store, channels: &[String], now: Time) -> Result<u64, StoreError> {
    if store.saved_due(now, MOST_PER_HOUR).await?.is_empty() {
        return Ok(0);
    }
    let mut batch = store.begin().await?;
    let mut notices = vec![];
    for state in batch.saved_due(now, MOST_PER_HOUR).await? {
        let told = match state.search.notify {
            Notify::Each => each(batch.as_mut(), state, now, &mut notices).await?,
            _ => digest(batch.as_mut(), state, now, &mut notices).await?,
        };
        batch.put_told(&told).await?;
    }
    for (key, notice) in &notices {
        for channel in channels {
            batch.put_saved_notice(key, notice, channel).await?;
        }
    }
    batch.commit().await?;
    Ok(notices.len() as u64)
}

/// Each new story by itself, while the hour has room.
async fn each<B: SavedBatch + ?Sized>(
    batch: &mut B,
    before: SavedState,
    now: Time,
    notices: &mut Vec<(String, SavedNotice)>,
) -> Result<SavedState, StoreError> {
    let id = before.search.id;
    let hour = now.0.div_euclid(HOUR_MS);
    let told_in_hour = if before.hour == hour { before.told_in_hour } else { 0 };
    let mut after = SavedState { hour, told_in_hour, ..before.clone() };
    let news = batch.saved_news(id, before.told_through).await?;
    if before.hour != hour && before.told_in_hour >= MOST_PER_HOUR {
        // What waited for the end of the hour.
        let kind = SavedNoticeKind::Summary;
        notices.push((format!("saved:{id}:summary:{hour}"), notice(&before, kind, now, &news)));
        after.told_in_hour += 1;
        after.told_through = news.through;
        return Ok(after);
    }
    let room = (MOST_PER_HOUR - told_in_hour.min(MOST_PER_HOUR)) as usize;
    let mut stories = batch.new_stories(id, before.told_through, room + 1).await?;
    let all = stories.len() <= room;
    stories.truncate(room);
    after.told_in_hour += stories.len() as u32;
    after.told_through = if all { news.through } else { stories.last().map_or(before.told_through, |(seq, _)| *seq) };
    for (seq, document) in stories {
        let sources = vec![(document.source.clone(), 1)];
        let (search, kind) = (before.search.clone(), SavedNoticeKind::Story);
        let told = SavedNotice { search, kind, at: now, documents: 1, stories: 1, sources, newest: vec![document] };
        notices.push((format!("saved:{id}:story:{seq}"), told));
    }
    Ok(after)
}

/// What came since the last digest, in one. One without anything is not sent.
async fn digest<B: SavedBatch + ?Sized>(
    batch: &mut B,
    before: SavedState,
    now: Time,
    notices: &mut Vec<(String, SavedNotice)>,
) -> Result<SavedState, StoreError> {
    let SavedState { search, next_digest_at, .. } = &before;
    let news = batch.saved_news(search.id, before.told_through).await?;
    if news.documents > 0 {
        let due = next_digest_at.unwrap_or(now);
        notices.push((format!("saved:{}:{}:{}", search.id, search.notify, due), notice(&before, SavedNoticeKind::Digest, now, &news)));
    }
    let told_through = news.through.max(before.told_through);
    Ok(SavedState { told_through, next_digest_at: search.notify.next_digest(now), ..before })
}

fn notice(state: &SavedState, kind: SavedNoticeKind, at: Time, news: &super::store::SavedNews) -> SavedNotice {
    let (search, sources, newest) = (state.search.clone(), news.sources.clone(), news.newest.clone());
    SavedNotice { search, kind, at, documents: news.documents, stories: news.stories, sources, newest }
}
