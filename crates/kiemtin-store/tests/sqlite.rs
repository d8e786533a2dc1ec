//! The SQLite store keeps the promises of a store, across processes and crashes.

use kiemtin_store::conformance::{Checked, START, flagged, put, sample, store_suite};
use kiemtin_store::{RuleStore, SqliteStore, Store, StoreError};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

#[tokio::test]
async fn keeps_the_promises_of_a_store() -> Checked {
    let folder = tempfile::tempdir()?;
    let made = AtomicU32::new(0);
    store_suite(async || {
        let path = folder.path().join(format!("{}/kiemtin.db", made.fetch_add(1, Ordering::Relaxed)));
        Ok(SqliteStore::open(&path).await?)
    })
    .await
}

#[tokio::test]
async fn two_stores_on_one_file_write_one_after_the_other() -> Checked {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("kiemtin.db");
    let first = SqliteStore::open_waiting(&path, Duration::from_millis(200)).await?;
    let second = SqliteStore::open_waiting(&path, Duration::from_millis(200)).await?;
    assert_eq!(first.log_id().await?, second.log_id().await?);
    let a = sample("a", "Một", "", "bao.vn", 0);
    let mut batch = first.begin().await?;
    batch.put_document(&a, &a.document.id).await?;
    assert!(matches!(second.begin().await, Err(StoreError::Busy)), "another process waits, then gives up");
    assert!(matches!(first.begin().await, Err(StoreError::Busy)), "so does this one");
    assert!(second.changes_since(0, 10).await?.is_empty(), "readers are not held up and see nothing of it");
    SqliteStore::open_waiting(&path, Duration::from_millis(200)).await?;
    batch.commit().await?;
    put(&second, &[sample("b", "Hai", "", "bao.vn", 0)]).await?;
    let all = first.changes_since(0, 10).await?;
    assert_eq!(all.iter().map(|d| d.assessed.document.title.as_str()).collect::<Vec<_>>(), ["Một", "Hai"]);
    Ok(())
}

#[tokio::test]
async fn what_was_committed_survives_a_crash() -> Checked {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("kiemtin.db");
    let store = SqliteStore::open(&path).await?;
    put(&store, &[sample("a", "Một", "", "bao.vn", 0)]).await?;
    let b = sample("b", "Hai", "", "bao.vn", 0);
    let mut batch = store.begin().await?;
    batch.put_document(&b, &b.document.id).await?;
    // The files as a power cut would leave them: journal not moved into the file, a batch half written.
    let after = tempfile::tempdir()?;
    for entry in std::fs::read_dir(folder.path())? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().ends_with("-shm") {
            std::fs::copy(entry.path(), after.path().join(entry.file_name()))?;
        }
    }
    let revived = SqliteStore::open(&after.path().join("kiemtin.db")).await?;
    let counts = revived.counts().await?;
    assert_eq!((counts.documents, counts.last_seq), (1, 1));
    assert_eq!(put(&revived, &[b]).await?, [2]);
    assert_eq!(revived.log_id().await?, store.log_id().await?, "the same history");
    Ok(())
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_refused() -> Checked {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("kiemtin.db");
    SqliteStore::open(&path).await?.close().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let pool = sqlx::SqlitePool::connect_with(options).await?;
    sqlx::raw_sql("PRAGMA user_version = 99").execute(&pool).await?;
    pool.close().await;
    assert!(matches!(SqliteStore::open(&path).await, Err(StoreError::TooNew(_))));
    Ok(())
}

/// What an earlier version stored is read, and what it did not store is not known.
#[tokio::test]
async fn documents_of_the_tables_before_are_read() -> Checked {
    const BEFORE: [&str; 5] = [
        include_str!("../migrations/sqlite/0001_base.sql"),
        include_str!("../migrations/sqlite/0002_prints.sql"),
        include_str!("../migrations/sqlite/0003_learned_document.sql"),
        include_str!("../migrations/sqlite/0004_schedule.sql"),
        include_str!("../migrations/sqlite/0005_newest_leads.sql"),
    ];
    const ROW: &str = "INSERT INTO document (first_seq, id, seq, version, content_hash, text_hash, story, level, flag, stance, source, \
        source_group, kind, found_by, lang, published_at, date_origin, fetched_at, seen_at, url, topics, units, provinces, assessment, \
        title, body) VALUES (1, $1, 1, 1, $2, $3, $1, 0, FALSE, 'reports', $4, 'press', 'news', 'channel', 'vi', $5, 'page', $6, $6, $7, \
        '[]', '[]', '[]', $8, $9, $10)";
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("kiemtin.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let pool = sqlx::SqlitePool::connect_with(options).await?;
    for sql in BEFORE {
        sqlx::raw_sql(sql).execute(&pool).await?;
    }
    let one = sample("a", "Một", "Thân bài", "bao.vn", 0);
    let d = &one.document;
    let row = sqlx::query(ROW).bind(&d.id.0).bind(&one.content_hash).bind(&one.text_hash).bind(&d.source);
    let row = row.bind(d.published_at.map(|t| t.0)).bind(d.fetched_at.0).bind(&d.url);
    row.bind(serde_json::to_string(&one.assessment)?).bind(&d.title).bind(&d.text).execute(&pool).await?;
    pool.close().await;
    let stored = SqliteStore::open(&path).await?.documents(std::slice::from_ref(&d.id)).await?;
    assert_eq!(stored.iter().map(|d| &d.assessed).collect::<Vec<_>>(), [&one]);
    assert_eq!(one.document.dating.published_from, kiemtin_model::PublishedFrom::Unknown);
    Ok(())
}

#[tokio::test]
async fn a_cancelled_batch_leaves_the_writer_free() -> Checked {
    let folder = tempfile::tempdir()?;
    let store = SqliteStore::open_waiting(&folder.path().join("kiemtin.db"), Duration::from_secs(5)).await?;
    for i in 0..20 {
        let one = sample(&format!("d{i}"), "Một", "", "bao.vn", i);
        let work = async {
            let mut batch = store.begin().await?;
            batch.put_document(&one, &one.document.id).await?;
            tokio::time::sleep(Duration::from_secs(60)).await;
            batch.commit().await
        };
        assert!(tokio::time::timeout(Duration::from_millis(i as u64), work).await.is_err());
    }
    assert_eq!(store.counts().await?.documents, 0);
    put(&store, &[sample("z", "Cuối", "", "bao.vn", 0)]).await?;
    assert_eq!(store.changes_since(0, 10).await?.len(), 1);
    assert!(store.outbox_due(START, 10).await?.is_empty());
    Ok(())
}

/// Somebody with the file changes the audit log: it resists, and shows what was done all the same.
#[tokio::test]
async fn a_log_that_was_tampered_with_shows_it() -> Checked {
    use kiemtin_model::{Actor, AuditAction, AuditEntry};
    use kiemtin_store::AuditStore;
    use kiemtin_store::audit::BreakKind;
    const SWAP: &str = "UPDATE audit SET number = 99999 WHERE number = 3000; UPDATE audit SET number = 3000 WHERE number = 3001; \
        UPDATE audit SET number = 3001 WHERE number = 99999";
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("kiemtin.db");
    let store = SqliteStore::open(&path).await?;
    let entries: Vec<_> = (0..5_000)
        .map(|i| AuditEntry {
            at: START.plus(i),
            actor: Actor::user("lan"),
            action: AuditAction::Export,
            object: format!("trends/{i}"),
            detail: Default::default(),
        })
        .collect();
    store.put_audit(&entries).await?;
    let head = store.verify_audit(None, &mut |_| ()).await?.head;
    let pool = sqlx::SqlitePool::connect_with(sqlx::sqlite::SqliteConnectOptions::new().filename(&path)).await?;
    for slip in [
        "UPDATE audit SET object = 'x' WHERE number = 3000",
        "DELETE FROM audit WHERE number = 3000",
        "INSERT OR REPLACE INTO audit SELECT number, at, actor_kind, 'minh', '', action, object, detail, hash FROM audit WHERE number = 3000",
        "INSERT INTO audit SELECT 6000, at, actor_kind, 'minh', '', action, object, detail, hash FROM audit WHERE number = 3000",
    ] {
        assert!(sqlx::raw_sql(slip).execute(&pool).await.is_err(), "{slip}");
    }
    sqlx::raw_sql("DROP TRIGGER audit_not_changed; DROP TRIGGER audit_not_removed").execute(&pool).await?;
    for (tampering, undo, broken) in [
        (
            "UPDATE audit SET object = 'x' WHERE number = 3000",
            "UPDATE audit SET object = 'trends/2999' WHERE number = 3000",
            BreakKind::Changed,
        ),
        (
            "UPDATE audit SET action = 'no word' WHERE number = 3000",
            "UPDATE audit SET action = 'export' WHERE number = 3000",
            BreakKind::Changed,
        ),
        ("UPDATE audit SET number = 99999 WHERE number = 3000", "UPDATE audit SET number = 3000 WHERE number = 99999", BreakKind::Missing),
        (SWAP, SWAP, BreakKind::Reordered),
    ] {
        sqlx::raw_sql(tampering).execute(&pool).await?;
        let check = store.verify_audit(None, &mut |_| ()).await?;
        let found = check.broken.ok_or(tampering)?;
        assert_eq!((found.number, found.kind), (3_000, broken), "{tampering}");
        assert_eq!(store.audit(&Default::default(), None, 500).await?.items.len(), 500, "it can still be read");
        sqlx::raw_sql(undo).execute(&pool).await?;
        assert_eq!(store.verify_audit(Some(&head), &mut |_| ()).await?.broken, None, "{undo}");
    }
    sqlx::raw_sql("DELETE FROM audit WHERE number = 3000").execute(&pool).await?;
    let gap = store.verify_audit(None, &mut |_| ()).await?.broken.ok_or("no break")?;
    assert_eq!((gap.number, gap.kind), (3_000, BreakKind::Missing));
    sqlx::raw_sql("DELETE FROM audit WHERE number >= 3000").execute(&pool).await?;
    assert_eq!(store.verify_audit(None, &mut |_| ()).await?.broken, None, "a cut by itself does not show");
    let cut = store.verify_audit(Some(&head), &mut |_| ()).await?.broken.ok_or("no break")?;
    assert_eq!((cut.number, cut.kind), (3_000, BreakKind::CutOff));
    pool.close().await;
    Ok(())
}

/// What happened to an alert is only ever added to, whoever has the file.
#[tokio::test]
async fn the_history_of_alerts_cannot_be_changed() -> Checked {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("kiemtin.db");
    SqliteStore::open(&path).await?.close().await;
    let pool = sqlx::SqlitePool::connect_with(sqlx::sqlite::SqliteConnectOptions::new().filename(&path)).await?;
    let event = "INSERT INTO alert_event (alert, kind, at, level, documents, actor) VALUES (1, 'dismissed', 5, 2, 1, 'lan')";
    sqlx::raw_sql(event).execute(&pool).await?;
    for slip in ["UPDATE alert_event SET actor = 'minh'", "DELETE FROM alert_event"] {
        let refused = sqlx::raw_sql(slip).execute(&pool).await;
        assert!(refused.is_err_and(|e| e.to_string().contains("only ever added to")), "{slip}");
    }
    Ok(())
}

/// What documents add to the counts of rules is the same whether they come now or stood there before the counts did.
#[tokio::test]
async fn rules_are_counted_in_what_was_stored_before() -> Checked {
    use kiemtin_model::{GuardEffect, GuardHit, GuardKind, NarrativeKey, Signal};
    const REVIEW: &str = include_str!("../migrations/sqlite/0020_review.sql");
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("kiemtin.db");
    let store = SqliteStore::open(&path).await?;
    let mut documents = vec![sample("a", "Không có gì", "", "bao.vn", 0)];
    for (n, (scores, guards)) in [
        (&[5.0][..], &[][..]),
        (&[5.0, 3.0], &[]),
        (&[2.0, 2.0], &[]),
        (&[5.0, 3.0, 1.0], &[(GuardEffect::Suppress, &[0, 2][..]), (GuardEffect::CapWatch, &[1])]),
        (&[5.0, 3.0], &[(GuardEffect::Respond, &[0]), (GuardEffect::Suppress, &[0])]),
    ]
    .iter()
    .enumerate()
    {
        let mut one = flagged(sample(&format!("d{n}"), &format!("Bài {n}"), "", "bao.vn", n as i64), 5.0);
        let signal = one.assessment.signals.remove(0);
        // The third signal is another one of the first rule.
        let numbered = scores.iter().enumerate().map(|(i, score)| Signal {
            rule: format!("rule-{}", i % 2),
            score: *score,
            narrative: NarrativeKey { key: format!("key-{i}"), claim: "x".into() },
            ..signal.clone()
        });
        one.assessment.signals = numbered.collect();
        one.assessment.guards = guards
            .iter()
            .enumerate()
            .map(|(i, (effect, over))| GuardHit {
                guard: GuardKind::Refutation,
                rule: format!("guard-{i}"),
                effect: *effect,
                message: String::new(),
                evidence: vec![],
                over: over.to_vec(),
            })
            .collect();
        documents.push(one);
    }
    put(&store, &documents).await?;
    let now = store.rule_counts().await?;
    assert_eq!(now.len(), 2);
    store.close().await;
    let pool = sqlx::SqlitePool::connect_with(sqlx::sqlite::SqliteConnectOptions::new().filename(&path)).await?;
    let rows = async || -> Result<Vec<String>, sqlx::Error> {
        let mut all = vec![];
        for sql in [
            "SELECT rule || ' ' || document || ' ' || at || ' ' || share FROM rule_hit ORDER BY rule, document",
            "SELECT rule || ' ' || what || ' ' || hits FROM rule_count WHERE hits > 0 ORDER BY rule, what",
            "SELECT narrative_key || ' ' || rule || ' ' || hits FROM rule_narrative WHERE hits > 0 ORDER BY narrative_key, rule",
        ] {
            all.extend(sqlx::query_scalar::<_, String>(sql).fetch_all(&pool).await?);
        }
        Ok(all)
    };
    let counted = rows().await?;
    sqlx::raw_sql("DELETE FROM rule_hit; DELETE FROM rule_count; DELETE FROM rule_narrative").execute(&pool).await?;
    let fill = REVIEW.split_once("-- What was stored before.").ok_or("no such part")?.1;
    sqlx::raw_sql(sqlx::AssertSqlSafe(fill.to_owned())).execute(&pool).await?;
    assert_eq!(rows().await?, counted);
    assert!(counted.len() > 12, "{counted:?}");
    pool.close().await;
    Ok(())
}
