//! Is each receiver told of what it takes, in order, once?

use super::{Checked, Made, START, alert, narrative};
use crate::receivers::{Claimed, DeliveryFilter, FailedAttempt};
use crate::{DeliveryLine, Store};
use kiemtin_model::time::{DAY_MS, HOUR_MS};
use kiemtin_model::*;

const MINUTE: i64 = 60_000;
const COOL: i64 = 30 * MINUTE;

fn receiver(name: &str, pace: Pace) -> Receiver {
    Receiver {
        id: 0,
        channel: "webhook".into(),
        name: name.into(),
        target: "https://nhan.example/vao".into(),
        filter: ReceiverFilter::default(),
        schedule: Schedule { pace, hour: 9, weekday: 0 },
        quiet: None,
        skip_if_empty: true,
        enabled: true,
        units: None,
        created_by: "lan".into(),
        created_at: START,
    }
}

async fn add(store: &dyn Store, receiver: &Receiver) -> Made<i64> {
    let mut batch = store.begin().await?;
    let id = batch.put_receiver(receiver, &Secret::new(format!("khoa-{}", receiver.name))).await?;
    batch.commit().await?;
    Ok(id)
}

/// Opens an alert (or moves the one that is there) and puts its notice beside it.
async fn tell(store: &dyn Store, key: &str, level: Level, event: AlertEventKind, at: Time) -> Made<Alert> {
    let mut batch = store.begin().await?;
    let number = match batch.narrative(key).await? {
        Some(state) => state.id,
        None => batch.put_narrative(&narrative(key)).await?,
    };
    let opened = batch.open_alert(&alert(number, 1, level, 0)).await?;
    let moved = Alert { level, ..opened };
    batch.update_alert(&moved).await?;
    batch.put_delivery(&moved, event, RECEIVERS, at).await?;
    batch.commit().await?;
    Ok(moved)
}

async fn log(store: &dyn Store, receiver: i64) -> Made<Vec<DeliveryLine>> {
    let filter = DeliveryFilter { receiver: Some(receiver), state: None };
    let mut lines = store.deliveries(&filter, None, 100).await?.items;
    lines.reverse();
    Ok(lines)
}

fn states(lines: &[DeliveryLine]) -> Vec<DeliveryState> {
    lines.iter().map(|l| l.state).collect()
}

async fn claim(store: &dyn Store, receiver: i64, at: Time) -> Made<Claimed> {
    Ok(store.claim_delivery(receiver, at).await?.ok_or("something is to be sent")?)
}

/// Each receiver gets what it wants and may have; a newer notice of an alert stands for those not sent; one urgent per wave.
pub async fn given_once_to_those_who_take_it(store: &dyn Store) -> Checked {
    use DeliveryState::{Done, Due, Superseded};
    let all = add(store, &receiver("all", Pace::Each)).await?;
    let mut urgent_only = receiver("urgent", Pace::Each);
    urgent_only.filter.least = Level::Urgent;
    let urgent_only = add(store, &urgent_only).await?;
    let mut other = receiver("other", Pace::Each);
    other.filter.topics = vec!["hoa_chat".into()];
    let other = add(store, &other).await?;

    tell(store, "a", Level::Alert, AlertEventKind::Opened, START).await?;
    assert!(store.outbox_due(START.plus(DAY_MS), 10).await?.is_empty(), "no other channel sees notices for receivers");
    assert_eq!(store.fan_out(START, COOL, 100).await?, 1);
    assert_eq!(store.fan_out(START, COOL, 100).await?, 0, "given once");
    assert_eq!(store.counts().await?.outbox, 0);
    assert_eq!((log(store, all).await?.len(), log(store, urgent_only).await?.len(), log(store, other).await?.len()), (1, 0, 0));

    let first = claim(store, all, START).await?;
    assert_eq!((first.secret.reveal(), first.attempts, first.receiver.id), ("khoa-all", 1, all));
    assert!(matches!(&first.told, Told::One(notice) if matches!(&**notice, Notice::Alert { event: AlertEventKind::Opened, .. })));
    assert_eq!(store.claim_delivery(all, START).await?, None, "one at a time");
    store.delivery_done(first.id, START, "200").await?;

    // Within the cool-down the next one waits; a newer one takes its place and its time; an urgent one does not wait.
    tell(store, "a", Level::Alert, AlertEventKind::NewWave, START.plus(MINUTE)).await?;
    store.fan_out(START.plus(MINUTE), COOL, 100).await?;
    assert_eq!(store.claim_delivery(all, START.plus(COOL - 1)).await?, None, "within the cool-down");
    tell(store, "a", Level::Urgent, AlertEventKind::Escalated, START.plus(2 * MINUTE)).await?;
    store.fan_out(START.plus(2 * MINUTE), COOL, 100).await?;
    let lines = log(store, all).await?;
    assert_eq!(states(&lines), [Done, Superseded, Due]);
    let urgent = claim(store, all, START.plus(2 * MINUTE)).await?;
    assert!(matches!(&urgent.told, Told::One(notice) if notice.is_urgent()));
    assert_eq!(log(store, urgent_only).await?.len(), 1);

    tell(store, "a", Level::Urgent, AlertEventKind::NewWave, START.plus(3 * MINUTE)).await?;
    store.fan_out(START.plus(3 * MINUTE), COOL, 100).await?;
    assert_eq!(log(store, all).await?.len(), 3, "one urgent notice per alert and wave");
    let mut keys: Vec<_> = log(store, all).await?.into_iter().map(|l| l.idempotency_key).collect();
    keys.dedup();
    assert_eq!(keys.len(), 3);
    Ok(())
}

/// Failures rest the receiver, what is back goes on from the oldest, dead letters wait for a person.
pub async fn queues(store: &dyn Store) -> Checked {
    use DeliveryState::{Dead, Done, Due, GivenUp};
    let id = add(store, &receiver("q", Pace::Each)).await?;
    for (i, key) in ["a", "b", "c"].iter().enumerate() {
        let at = START.plus(i as i64 * MINUTE);
        tell(store, key, Level::Alert, AlertEventKind::Opened, at).await?;
        store.fan_out(at, COOL, 100).await?;
    }
    let failed = |at: Time, again: i64| FailedAttempt {
        at,
        retry_at: Some(at.plus(again)),
        rest_until: Some(at.plus(again)),
        silent: true,
        reason: "không trả lời".into(),
    };
    let mut now = START.plus(3 * MINUTE);
    let first = claim(store, id, now).await?;
    assert_eq!(store.release_claims().await?, 1, "the process ended while it was sending");
    let first_again = claim(store, id, now).await?;
    assert_eq!((first_again.id, &first_again.idempotency_key, first_again.attempts), (first.id, &first.idempotency_key, 2));
    store.delivery_failed(first.id, &failed(now, MINUTE)).await?;
    assert!(store.receivers_ready(now.plus(MINUTE - 1)).await?.is_empty(), "the receiver rests");
    now = now.plus(MINUTE);
    assert_eq!(claim(store, id, now).await?.id, first.id, "the oldest asks whether it is back");
    store.delivery_failed(first.id, &failed(now, HOUR_MS)).await?;
    now = now.plus(HOUR_MS);
    for n in 0..3 {
        let next = claim(store, id, now).await?;
        assert_eq!(next.id, first.id + n, "oldest first");
        store.delivery_done(next.id, now, "").await?;
    }
    assert_eq!(states(&log(store, id).await?), [Done, Done, Done]);
    let state = store.receivers().await?.remove(0);
    assert_eq!((state.failures, state.pending, state.last_done_at), (0, 0, Some(now)));

    // A dead letter: sent again, and given up.
    tell(store, "d", Level::Alert, AlertEventKind::Opened, now).await?;
    store.fan_out(now, COOL, 100).await?;
    let refused = FailedAttempt { at: now, retry_at: None, rest_until: None, silent: false, reason: "HTTP 410".into() };
    let dead = claim(store, id, now).await?.id;
    store.delivery_failed(dead, &refused).await?;
    let filter = DeliveryFilter { receiver: None, state: Some(Dead) };
    let letters = store.deliveries(&filter, None, 10).await?.items;
    assert_eq!((letters.len(), letters[0].reason.as_str(), letters[0].receiver_name.as_str()), (1, "HTTP 410", "q"));
    let mut batch = store.begin().await?;
    assert_eq!(batch.send_again(dead, now).await?.map(|l| l.state), Some(Due));
    assert_eq!(batch.send_again(dead, now).await?, None);
    batch.commit().await?;
    store.delivery_failed(claim(store, id, now).await?.id, &refused).await?;
    let mut batch = store.begin().await?;
    assert_eq!(batch.give_up(dead, now).await?.map(|l| l.state), Some(GivenUp));
    // A test goes out although the receiver rests, and fails without a dead letter.
    let test = batch.put_test(id, "test:1", now).await?.ok_or("a test")?;
    assert_eq!(batch.put_test(id + 99, "test:2", now).await?, None);
    batch.commit().await?;
    let claimed = claim(store, id, now).await?;
    assert_eq!((claimed.id, &claimed.told), (test, &Told::Test));
    store.delivery_failed(test, &refused).await?;
    assert!(store.deliveries(&filter, None, 10).await?.items.is_empty());

    // Disabled: nothing goes out. Removed: what is unsent is given up, the log stays, the secret is gone.
    tell(store, "e", Level::Alert, AlertEventKind::Opened, now).await?;
    store.fan_out(now, COOL, 100).await?;
    let mut batch = store.begin().await?;
    batch.enable_receiver(id, false).await?;
    batch.commit().await?;
    assert_eq!(store.claim_delivery(id, now).await?, None);
    let mut batch = store.begin().await?;
    assert_eq!(batch.remove_receiver(id, now).await?.map(|r| r.name), Some("q".into()));
    assert_eq!((batch.remove_receiver(id, now).await?, batch.count_receivers().await?), (None, 0));
    batch.commit().await?;
    assert_eq!(log(store, id).await?.last().map(|l| l.state), Some(GivenUp));
    let old = now.plus(91 * DAY_MS);
    assert_eq!((store.prune_deliveries(old, 4).await?, store.prune_deliveries(old, 100).await?), (4, 2));
    Ok(())
}

/// A digest comes at its hour with the newest of each alert; after a break one holds all; quiet hours hold back all but urgent.
pub async fn digests(store: &dyn Store) -> Checked {
    let mut daily = receiver("daily", Pace::Daily);
    daily.quiet = Some(QuietHours { from: 8, to: 10 });
    let id = add(store, &daily).await?;
    for (key, event) in [("a", AlertEventKind::Opened), ("b", AlertEventKind::Opened), ("a", AlertEventKind::NewWave)] {
        tell(store, key, Level::Alert, event, START).await?;
        store.fan_out(START, COOL, 100).await?;
    }
    assert_eq!(store.make_digests(START.plus(HOUR_MS - 1)).await?, 0, "not before its hour");
    assert_eq!(store.make_digests(START.plus(HOUR_MS)).await?, 1);
    assert_eq!(store.make_digests(START.plus(HOUR_MS)).await?, 0, "once");
    assert_eq!(store.claim_delivery(id, START.plus(HOUR_MS)).await?, None, "quiet hours");
    tell(store, "c", Level::Alert, AlertEventKind::Opened, START.plus(DAY_MS)).await?;
    store.fan_out(START.plus(DAY_MS), COOL, 100).await?;
    assert_eq!(store.make_digests(START.plus(3 * DAY_MS + 2 * HOUR_MS)).await?, 1, "what is unsent is added to");
    let digest = claim(store, id, START.plus(3 * DAY_MS + 2 * HOUR_MS)).await?;
    let Told::Digest(notices) = &digest.told else { panic!("a digest: {:?}", digest.told) };
    let events: Vec<_> = notices.iter().map(|n| if let Notice::Alert { event, .. } = n { event.as_str() } else { "" }).collect();
    assert_eq!(events, ["opened", "new_wave", "opened"]);
    store.delivery_done(digest.id, START.plus(3 * DAY_MS + 2 * HOUR_MS), "").await?;
    assert_eq!(store.make_digests(START.plus(5 * DAY_MS)).await?, 0, "nothing to tell");
    let mut empty = receiver("empty", Pace::Hourly);
    empty.skip_if_empty = false;
    let empty = add(store, &empty).await?;
    assert_eq!(store.make_digests(START.plus(5 * DAY_MS + HOUR_MS)).await?, 1);
    assert_eq!(claim(store, empty, START.plus(5 * DAY_MS + HOUR_MS)).await?.told, Told::Digest(vec![]));
    Ok(())
}

/// Restricted alerts go to the receivers of their units alone.
pub async fn restricted_ones(store: &dyn Store) -> Checked {
    let only = ReceiverFilter { reviewed: true, ..ReceiverFilter::default() };
    let new = alert(1, 1, Level::Alert, 0);
    let told = |alert: &Alert| Notice::Alert { alert: Box::new(alert.clone()), event: AlertEventKind::Opened };
    assert!(!only.wants(&told(&new)) && ReceiverFilter::default().wants(&told(&new)));
    assert!(only.wants(&told(&Alert { status: kiemtin_model::AlertStatus::Confirmed, ..new })), "people have concluded");
    let mut foreign = receiver("foreign", Pace::Each);
    foreign.units = Some(vec!["Cục Hóa chất".into()]);
    let foreign = add(store, &foreign).await?;
    let mut own = receiver("own", Pace::Each);
    own.units = Some(vec!["Vụ Thị trường trong nước".into()]);
    let own = add(store, &own).await?;
    let opened = {
        let mut batch = store.begin().await?;
        let number = batch.put_narrative(&narrative("r")).await?;
        let opened = batch.open_alert(&Alert { restricted: true, ..alert(number, 1, Level::Alert, 0) }).await?;
        batch.put_delivery(&opened, AlertEventKind::Opened, RECEIVERS, START).await?;
        batch.commit().await?;
        opened
    };
    store.fan_out(START, COOL, 100).await?;
    assert!(opened.restricted);
    assert_eq!((log(store, foreign).await?.len(), log(store, own).await?.len()), (0, 1));
    assert!(matches!(claim(store, own, START).await?.told, Told::One(_)));
    // What was for all when it was given is held back when it was restricted before it went out.
    let second = {
        let mut batch = store.begin().await?;
        let number = batch.put_narrative(&narrative("s")).await?;
        let second = batch.open_alert(&alert(number, 1, Level::Alert, 1)).await?;
        batch.put_delivery(&second, AlertEventKind::Opened, RECEIVERS, START).await?;
        batch.commit().await?;
        second
    };
    store.fan_out(START, COOL, 100).await?;
    assert_eq!(log(store, foreign).await?.len(), 1);
    let mut batch = store.begin().await?;
    batch.put_desk(&Alert { restricted: true, ..second.clone() }).await?;
    batch.commit().await?;
    assert!(store.claim_delivery(foreign, START).await?.is_none(), "restricted since");
    assert_eq!(log(store, foreign).await?.remove(0).state, DeliveryState::Withheld);
    let mut warned = receiver("warned", Pace::Each);
    warned.units = Some(vec!["Cục Hóa chất".into()]);
    warned.filter.notices = vec![NoticeSort::Warning];
    warnings_of_hidden_claims(store, opened.narrative, add(store, &warned).await?).await
}

/// A warning about a claim, or a cause, that is hidden from a receiver does not reach it.
async fn warnings_of_hidden_claims(store: &dyn Store, hidden: i64, receiver: i64) -> Checked {
    let about = |subject: Subject, wave: u32| Warning {
        cause: Some(LikelyCause::Narrative { id: hidden, claim: "k".into(), alert: None, documents: 3 }),
        ..super::warning::warning(&subject, wave, 0)
    };
    let mut batch = store.begin().await?;
    for (subject, wave) in [(Subject::narrative(hidden), 1), (Subject::topic("xang-dau"), 1), (Subject::search(999), 1)] {
        let warning = about(subject, wave);
        let warning = Warning { id: batch.put_warning(&warning).await?, ..warning };
        batch.put_warning_notice(&warning, RECEIVERS).await?;
    }
    batch.commit().await?;
    let before = log(store, receiver).await?.len();
    store.fan_out(START, COOL, 100).await?;
    assert_eq!(log(store, receiver).await?.len(), before + 1, "the topic's alone");
    let Told::One(notice) = claim(store, receiver, START).await?.told else { return Err("no notice".into()) };
    let Notice::Warning(warning) = *notice else { return Err("no warning".into()) };
    assert_eq!((warning.subject, warning.cause), (Subject::topic("xang-dau"), None));
    Ok(())
}
