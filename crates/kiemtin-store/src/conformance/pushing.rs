//! What was answered to a push.

use super::{Checked, START};
use crate::pushes::{KEPT_MS, MOST_ANSWERS, MOST_BYTES, PushAnswer};
use crate::{Store, StoreError};
use kiemtin_model::Time;

fn answer(text: &str, at: Time) -> PushAnswer {
    PushAnswer { body_hash: "h".into(), answer: text.into(), at }
}

async fn keep(store: &dyn Store, answers: &[(String, PushAnswer)]) -> Result<(), StoreError> {
    let mut batch = store.begin().await?;
    for (key, answer) in answers {
        batch.put_push_answer("token/a", key, answer).await?;
    }
    batch.commit().await
}

pub(super) async fn kept_for_a_day_and_bounded(store: &dyn Store) -> Checked {
    let told = async |key: &str, now: Time| Ok::<_, StoreError>(store.push_answer("token/a", key, now).await?.map(|a| a.answer));
    keep(store, &[("k".into(), answer("một", START))]).await?;
    assert_eq!(told("k", START).await?.as_deref(), Some("một"));
    assert_eq!(store.push_answer("token/b", "k", START).await?, None, "of another asker");
    assert_eq!(told("k", START.plus(KEPT_MS)).await?, None, "not for longer than a day");
    keep(store, &[("k".into(), answer("hai", START.plus(1)))]).await?;
    assert_eq!(told("k", START.plus(1)).await?.as_deref(), Some("hai"));
    let mut dropped = store.begin().await?;
    dropped.put_push_answer("token/a", "never", &answer("x", START)).await?;
    drop(dropped);
    assert_eq!(told("never", START).await?, None, "with its transaction or not at all");
    let many: Vec<_> = (0..=MOST_ANSWERS).map(|i| (format!("m{i}"), answer("x", START.plus(2 + i)))).collect();
    keep(store, &many).await?;
    let now = START.plus(2 + MOST_ANSWERS);
    assert_eq!((told("m0", now).await?, told("m1", now).await?.is_some()), (None, true), "the oldest give way");
    let large = |i: i64| (format!("l{i}"), answer(&"x".repeat(MOST_BYTES as usize / 4), now.plus(i)));
    for i in 1..=5 {
        keep(store, &[large(i)]).await?;
    }
    let held = (told("l1", now).await?.is_some(), told("l2", now).await?.is_some(), told("l5", now).await?.is_some());
    assert_eq!(held, (false, true, true), "bytes are bounded too");
    Ok(())
}
