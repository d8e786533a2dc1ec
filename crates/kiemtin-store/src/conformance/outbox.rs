//! Notices on their way out.

use super::{Checked, START, alert, narrative};
use crate::Store;
use kiemtin_model::{Alert, AlertEventKind, Level, Notice};

pub(super) async fn once_and_again(store: &dyn Store) -> Checked {
    let mut batch = store.begin().await?;
    let id = batch.put_narrative(&narrative("k")).await?;
    let opened = batch.open_alert(&alert(id, 1, Level::Alert, 0)).await?;
    batch.put_delivery(&opened, AlertEventKind::Opened, "mail", START).await?;
    batch.put_delivery(&opened, AlertEventKind::Opened, "mail", START.plus(9)).await?;
    batch.put_delivery(&opened, AlertEventKind::Opened, "hook", START.plus(1)).await?;
    batch.commit().await?;
    assert!(store.outbox_due(START.plus(-1), 10).await?.is_empty(), "not before its time");
    let due = store.outbox_due(START.plus(10), 10).await?;
    let channels = |of: &[kiemtin_model::Delivery]| of.iter().map(|d| d.channel.clone()).collect::<Vec<_>>();
    assert_eq!(channels(&due), ["mail", "hook"], "once per alert, event and channel; oldest first");
    assert_eq!(store.outbox_due(START.plus(10), 1).await?.len(), 1, "no more than asked");
    let (mail, hook) = (due.first().ok_or("no mail")?, due.get(1).ok_or("no hook")?);
    let told = |alert: &Alert, event| Notice::Alert { alert: Box::new(alert.clone()), event };
    assert_eq!((&mail.notice, mail.attempts), (&told(&opened, AlertEventKind::Opened), 0), "the alert as it was");
    assert_eq!(mail.idempotency_key, format!("{}:opened:1:alert:mail", opened.id));
    assert_ne!(mail.idempotency_key, hook.idempotency_key);

    store.outbox_retry(mail.id, START.plus(100), "máy chủ thư không trả lời").await?;
    store.outbox_done(hook.id, START.plus(11)).await?;
    assert!(store.outbox_due(START.plus(99), 10).await?.is_empty(), "a retry waits");
    let again = store.outbox_due(START.plus(100), 10).await?;
    assert_eq!(again.iter().map(|d| (d.id, d.attempts)).collect::<Vec<_>>(), [(mail.id, 1)]);
    assert_eq!(store.counts().await?.outbox, 1);
    store.outbox_done(mail.id, START.plus(101)).await?;
    store.outbox_retry(mail.id, START.plus(102), "late").await?;
    assert!(store.outbox_due(START.plus(9_999), 10).await?.is_empty(), "delivered stays delivered");

    let mut batch = store.begin().await?;
    batch.put_delivery(&opened, AlertEventKind::Opened, "mail", START.plus(200)).await?;
    let risen = Alert { level: Level::Urgent, ..opened.clone() };
    batch.put_delivery(&risen, AlertEventKind::Escalated, "mail", START.plus(200)).await?;
    batch.commit().await?;
    let due = store.outbox_due(START.plus(9_999), 10).await?;
    let due: Vec<_> = due.into_iter().map(|d| d.notice).collect();
    assert_eq!(due, [told(&risen, AlertEventKind::Escalated)], "a delivered notice is not made again");
    Ok(())
}
