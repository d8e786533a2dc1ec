//! Is the audit log still as it was written? Looked at when the service starts, and once a day.

use kiemtin_crawl::Clock;
use kiemtin_store::Store;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Between two checks. A million entries take some seconds of one core.
const EVERY: Duration = Duration::from_secs(24 * 3600);

/// Checks until the service is stopped; what was found stands on the page of the log.
pub async fn run(store: Arc<dyn Store>, clock: Clock, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        tokio::select! {
            checked = check(store.as_ref(), &clock) => if let Err(error) = checked {
                tracing::error!(error = format!("{error:#}"), "the audit log could not be checked; it is tried again in a day");
            },
            _ = stopped.changed() => return,
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stopped.changed() => {}
        }
    }
}

async fn check(store: &dyn Store, clock: &Clock) -> anyhow::Result<()> {
    let check = store.verify_audit(None, &mut |_| ()).await?;
    match &check.broken {
        Some(broken) => tracing::error!(number = broken.number, kind = %broken.kind, "the audit log was tampered with"),
        None => tracing::info!(entries = check.entries, head = %check.head, "the audit log is as it was written"),
    }
    Ok(store.keep_audit_check(&check, clock()).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiemtin_model::Time;
    use kiemtin_store::SqliteStore;

    #[tokio::test]
    async fn the_log_is_checked_at_once_and_the_watch_ends() {
        let folder = tempfile::tempdir().unwrap();
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&folder.path().join("kiemtin.db")).await.unwrap());
        let (stop, stopped) = watch::channel(false);
        let watching = tokio::spawn(run(store.clone(), Arc::new(|| Time(7_000)), stopped));
        while store.last_audit_check().await.unwrap().is_none() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(store.last_audit_check().await.unwrap().unwrap().at, Some(Time(7_000)));
        stop.send_replace(true);
        watching.await.unwrap();
    }
}
