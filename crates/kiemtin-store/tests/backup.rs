//! A copy holds one moment, and put back it is a history of its own.

use kiemtin_model::{Actor, AuditAction, AuditEntry};
use kiemtin_store::backup::GAP;
use kiemtin_store::conformance::{Checked, START, put, sample};
use kiemtin_store::{AuditStore, SqliteStore, Store, StoreError};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use std::path::Path;

fn entry(action: AuditAction) -> AuditEntry {
    AuditEntry { at: START, actor: Actor::command(), action, object: "store".into(), detail: [].into() }
}

async fn raw(file: &Path) -> sqlx::Result<SqlitePool> {
    SqlitePool::connect_with(SqliteConnectOptions::new().filename(file)).await
}

/// Fifty documents with this word, some 2 kB each.
async fn fifty(store: &SqliteStore, word: &str) -> Checked {
    let text = word.repeat(200);
    let documents: Vec<_> = (0..50).map(|n| sample(&format!("{word}{n}"), "Bài", &text, "bao.vn", 0)).collect();
    put(store, &documents).await?;
    Ok(())
}

#[tokio::test]
async fn a_copy_holds_what_was_committed_and_nothing_that_was_deleted() -> Checked {
    let folder = tempfile::tempdir()?;
    let (path, copy) = (folder.path().join("kiemtin.db"), folder.path().join("copy.db"));
    let store = SqliteStore::open(&path).await?;
    fifty(&store, "ở lại ").await?;
    fifty(&store, "ra đi ").await?;
    let mut db = raw(&path).await?.acquire().await?.detach();
    // Deleted by a program that does not overwrite what it deletes: it is still in the file.
    sqlx::raw_sql("PRAGMA secure_delete = 0; DELETE FROM document WHERE body LIKE 'ra đi%'").execute(&mut db).await?;
    sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut db).await?;
    let has = |file: &Path, word: &str| std::fs::read(file).unwrap().windows(word.len()).any(|part| part == word.as_bytes());
    assert!(has(&path, "ra đi ra đi"));
    // A batch that is open while the copy is made, and one that is committed meanwhile or after.
    let open = sample("open", "Đang ghi", "Chưa xong", "bao.vn", 0);
    let mut batch = store.begin().await?;
    batch.put_document(&open, &open.document.id).await?;
    store.copy_to(&copy).await?;
    batch.commit().await?;
    let facts = SqliteStore::look_at_copy(&copy).await?;
    assert_eq!((facts.documents, facts.last_seq, facts.schema), (50, 100, SqliteStore::NEWEST_SCHEMA));
    assert_eq!(facts.log_id, store.log_id().await?);
    assert!(has(&copy, "ở lại ở lại") && !has(&copy, "ra đi ra đi") && !has(&copy, "Đang ghi"));
    assert!(store.copy_to(&copy).await.is_err(), "nothing is overwritten");
    Ok(())
}

#[tokio::test]
async fn put_back_it_has_a_new_name_higher_numbers_and_no_sessions_and_its_log_still_holds() -> Checked {
    const SIGNED_IN: &str = "INSERT INTO staff_session (hash, staff, begun_at, seen_at) VALUES ('a', 1, 0, 0); \
        INSERT INTO staff_link (hash) VALUES ('b')";
    const LEFT: &str = "SELECT (SELECT COUNT(*) FROM staff_session) + (SELECT COUNT(*) FROM staff_link)";
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("kiemtin.db");
    let store = SqliteStore::open(&path).await?;
    fifty(&store, "một ").await?;
    store.put_audit(&[entry(AuditAction::Backup), entry(AuditAction::Export)]).await?;
    sqlx::raw_sql(SIGNED_IN).execute(&raw(&path).await?).await?;
    let head = store.verify_audit(None, &mut |_| {}).await?.head;
    let mut names = vec![store.log_id().await?];
    // Twice: a restored store is backed up and put back like any other.
    let mut last = store;
    for n in 1..=2 {
        let copy = folder.path().join(format!("copy{n}.db"));
        last.copy_to(&copy).await?;
        SqliteStore::begin_anew(&copy, &entry(AuditAction::Restore)).await?;
        assert_eq!(SqliteStore::look_at_copy(&copy).await?.documents, 49 + n as u64);
        let left: i64 = sqlx::query_scalar(LEFT).fetch_one(&raw(&copy).await?).await?;
        assert_eq!(left, 0, "sessions and links have ended");
        let alerts: i64 = sqlx::query_scalar("SELECT seq FROM sqlite_sequence WHERE name = 'alert'").fetch_one(&raw(&copy).await?).await?;
        assert_eq!(alerts, n * GAP);
        last = SqliteStore::open(&copy).await?;
        names.push(last.log_id().await?);
        let check = last.verify_audit(Some(&head), &mut |_| {}).await?;
        assert_eq!((check.entries, check.broken), (2 + n as u64, None), "the log begins where it began");
        assert_eq!(last.audit(&Default::default(), None, 1).await?.items[0].entry.as_ref().map(|e| e.action), Some(AuditAction::Restore));
        // Its changes go on from the number that the copy had.
        assert_eq!(put(&last, &[sample(&format!("sau {n}"), "Sau", "", "bao.vn", 0)]).await?, [50 + n]);
    }
    names.dedup();
    assert_eq!(names.len(), 3, "each is a history of its own: {names:?}");
    Ok(())
}

#[tokio::test]
async fn what_is_no_copy_of_a_store_is_told() -> Checked {
    let folder = tempfile::tempdir()?;
    let at = |name: &str| folder.path().join(name);
    let store = SqliteStore::open(&at("kiemtin.db")).await?;
    fifty(&store, "một ").await?;
    assert!(SqliteStore::look_at_copy(&at("missing")).await.is_err() && !at("missing").exists(), "nothing is made");
    std::fs::write(at("text"), "không phải kho".repeat(100))?;
    assert!(matches!(SqliteStore::look_at_copy(&at("text")).await, Err(StoreError::Database(_))));
    store.copy_to(&at("newer.db")).await?;
    sqlx::raw_sql("PRAGMA user_version = 99").execute(&raw(&at("newer.db")).await?).await?;
    assert!(matches!(SqliteStore::look_at_copy(&at("newer.db")).await, Err(StoreError::TooNew(_))));
    assert!(matches!(SqliteStore::begin_anew(&at("newer.db"), &entry(AuditAction::Restore)).await, Err(StoreError::TooNew(_))));
    sqlx::raw_sql("CREATE TABLE other (a); PRAGMA user_version = 24").execute(&raw(&at("newer.db")).await?).await?;
    sqlx::raw_sql("DROP TABLE meta").execute(&raw(&at("newer.db")).await?).await?;
    assert!(matches!(SqliteStore::look_at_copy(&at("newer.db")).await, Err(StoreError::Database(_))), "another program's tables");
    // Pages in the middle are lost.
    store.copy_to(&at("torn.db")).await?;
    let mut bytes = std::fs::read(at("torn.db"))?;
    let middle = bytes.len() / 2;
    bytes[middle..middle + 20_000].fill(0);
    std::fs::write(at("torn.db"), bytes)?;
    assert!(SqliteStore::look_at_copy(&at("torn.db")).await.is_err());
    Ok(())
}
