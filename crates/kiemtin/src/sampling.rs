//! Is there a week whose random sample of unflagged documents is to be drawn?
//!
//! Asked again and again while the service runs. A week is over when its last hour is; what was published in that hour may still be
//! coming in, so a sample is drawn when nothing more of the week came between two looks.

use kiemtin_crawl::Clock;
use kiemtin_model::{Time, Week};
use kiemtin_store::Store;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Between two looks.
const LOOK: Duration = Duration::from_secs(10);
/// Weeks that are made up for when the service did not run, the one that ended last included.
const MADE_UP: usize = 4;

/// Documents of the weeks that are not drawn yet, as of the last look.
pub type Seen = BTreeMap<Week, u64>;

/// Looks until the service stops; a look that fails is tried again. `wanted` 0: nothing is ever drawn.
pub async fn run(store: Arc<dyn Store>, wanted: u32, clock: Clock, mut stopped: watch::Receiver<bool>) {
    let mut seen = Seen::new();
    while wanted > 0 && !*stopped.borrow() {
        match look(store.as_ref(), wanted, &seen, clock()).await {
            Ok(now) => seen = now,
            Err(error) => tracing::error!(error = crate::reasons(&error), "a sample could not be drawn and is tried again"),
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            _ = stopped.changed() => {}
        }
    }
}

/// Draws the samples of weeks that are over and have not changed since they were seen last. Gives what is seen of the others.
pub async fn look(store: &dyn Store, wanted: u32, before: &Seen, now: Time) -> Result<Seen, kiemtin_store::StoreError> {
    let mut seen = Seen::new();
    for week in due(store, now).await? {
        let documents = store.week_documents(week).await?;
        if documents == 0 || before.get(&week) != Some(&documents) {
            seen.insert(week, documents);
        } else {
            draw(store, week, wanted, now).await?;
        }
    }
    Ok(seen)
}

/// Draws the samples of all weeks that are over, without waiting for more: for who knows that all has come in.
pub async fn draw_now(store: &dyn Store, wanted: u32, now: Time) -> Result<(), kiemtin_store::StoreError> {
    for week in due(store, now).await?.into_iter().filter(|_| wanted > 0) {
        draw(store, week, wanted, now).await?;
    }
    Ok(())
}

/// Weeks that are over and have no sample: back to the last one that has, and no further than [`MADE_UP`]; the first time, the one
/// that ended last alone.
async fn due(store: &dyn Store, now: Time) -> Result<Vec<Week>, kiemtin_store::StoreError> {
    let drawn = store.sample_weeks(MADE_UP + 1).await?;
    let ended = std::iter::successors(Some(Week::of(now).before()), |week| Some(week.before())).take(MADE_UP);
    Ok(match drawn.first() {
        None => ended.take(1).collect(),
        Some(last) => ended.take_while(|week| *week > last.week).collect(),
    })
}

async fn draw(store: &dyn Store, week: Week, wanted: u32, now: Time) -> Result<(), kiemtin_store::StoreError> {
    let mut batch = store.begin().await?;
    if let Some(drawn) = batch.draw_sample(week, wanted, now).await? {
        batch.commit().await?;
        tracing::info!(week = %week, drawn, "a random sample of unflagged documents waits for reviewers");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiemtin_model::time::{DAY_MS, HOUR_MS};
    use kiemtin_store::conformance::{START, put, sample};
    use kiemtin_store::{ReviewStore, SampleFilter, SqliteStore};

    async fn weeks(store: &dyn Store) -> Vec<(Week, u64)> {
        store.sample_weeks(10).await.unwrap().into_iter().map(|w| (w.week, w.sampled)).collect()
    }

    #[tokio::test]
    async fn a_week_is_drawn_once_it_is_over_and_nothing_more_comes() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("kiemtin.db")).await.unwrap();
        let week = Week::of(START);
        let document = |n: i64| sample(&format!("d{n}"), &format!("Bài số {n}"), "", "bao.vn", n);
        put(&store, &(0..6).map(document).collect::<Vec<_>>()).await.unwrap();
        let seen = look(&store, 3, &Seen::new(), week.end().plus(-1)).await.unwrap();
        assert_eq!(seen, Seen::from([(week.before(), 0)]), "the week is not over");
        let first = look(&store, 3, &seen, week.end()).await.unwrap();
        assert_eq!((first.get(&week), weeks(&store).await.len()), (Some(&6), 0), "seen for the first time");
        put(&store, &[document(7)]).await.unwrap();
        let second = look(&store, 3, &first, week.end().plus(10_000)).await.unwrap();
        assert_eq!((second.get(&week), weeks(&store).await.len()), (Some(&7), 0), "more of it came");
        assert!(look(&store, 3, &second, week.end().plus(20_000)).await.unwrap().is_empty());
        assert_eq!(weeks(&store).await, [(week, 3)]);
        assert!(look(&store, 3, &second, week.end().plus(30_000)).await.unwrap().is_empty(), "once");
        let ids = |items: Vec<kiemtin_store::SampleItem>| items.into_iter().map(|i| i.document.seq).collect::<Vec<_>>();
        assert_eq!(ids(store.sample_items(SampleFilter::default(), None, 10).await.unwrap().items).len(), 3);
    }

    #[tokio::test]
    async fn weeks_in_which_nobody_looked_are_made_up_for() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("kiemtin.db")).await.unwrap();
        let week = Week::of(START);
        let one_a_week = (0..9).map(|n| sample(&format!("d{n}"), &format!("Bài số {n}"), "", "bao.vn", n * 7 * 24));
        put(&store, &one_a_week.collect::<Vec<_>>()).await.unwrap();
        draw_now(&store, 0, week.end()).await.unwrap();
        assert_eq!(weeks(&store).await, [], "switched off");
        draw_now(&store, 5, week.end().plus(7 * DAY_MS)).await.unwrap();
        assert_eq!(weeks(&store).await, [(week.after(), 1)], "the first time, the last week alone");
        let later = week.start().plus(8 * 7 * DAY_MS + HOUR_MS);
        draw_now(&store, 5, later).await.unwrap();
        let drawn: Vec<Week> = weeks(&store).await.into_iter().map(|(week, _)| week).collect();
        let last = Week::of(later).before();
        assert_eq!(drawn, [last, last.before(), last.before().before(), last.before().before().before(), week.after()]);
    }
}
