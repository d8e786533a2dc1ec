//! Does the limit of a day hold over any 24 hours, and over a restart?

use super::*;
use crate::Reserved;
use kiemtin_model::time::HOUR_MS;

/// 2026-11-25T08:00+07:00.
const START: Time = Time(1_795_568_400_000);

pub(super) async fn allowances(store: &dyn Store) -> Checked {
    let at = |hours: i64| START.plus(hours * HOUR_MS);
    let first = store.reserve("khoa", 100, 60, at(0)).await?;
    assert_eq!(first, Reserved { name: "khoa".into(), hour: first.hour, units: 60 }, "what is wanted, while it is there");
    let mut batch = store.begin().await?;
    batch.settle(&first, 10).await?;
    batch.commit().await?;
    assert_eq!(store.reserve("khoa", 100, 60, at(1)).await?.units, 60, "what was not needed is there again");
    // Never settled, as after a kill: it counts as spent.
    assert_eq!(store.reserve("khoa", 100, 60, at(2)).await?.units, 30);
    assert_eq!(store.reserve("khoa", 100, 60, at(3)).await?.units, 0, "nothing is left");
    assert_eq!(store.reserve("khoa", 40, 60, at(3)).await?.units, 0, "a limit that was lowered");
    assert_eq!(store.reserve("may-khac", 100, 60, at(3)).await?.units, 60, "each name has its own");
    assert_eq!(store.reserve("khoa", 100, 60, at(24)).await?.units, 0, "not before a whole day has gone by");
    assert_eq!(store.reserve("khoa", 100, 60, at(25)).await?.units, 10, "the first hour counts no more");
    let dropped = store.reserve("khoa", 100, 60, at(26)).await?;
    let mut batch = store.begin().await?;
    batch.settle(&dropped, 5).await?;
    drop(batch);
    assert_eq!(store.reserve("khoa", 100, 100, at(26)).await?.units, 0, "what was not committed was not given back");
    Ok(())
}
