//! Rounds by a clock of our own, over a store and an index on disk.

use super::*;
use kiemtin_store::conformance::{START, open_alert_of, put, sample};
use kiemtin_store::{SqliteStore, TantivyIndex};
use std::path::{Path, PathBuf};

fn of_all(social_days: u16) -> Keeping {
    Keeping { social_days, shorter: vec![] }
}

/// A word that stands in no other text.
const WORD: &str = "kiệnhàngbímật";

/// The files below a folder that have these bytes.
fn stands_in(folder: &Path, bytes: &[u8]) -> Vec<PathBuf> {
    let within = |entry: std::fs::DirEntry| {
        let path = entry.path();
        if path.is_dir() {
            return stands_in(&path, bytes);
        }
        let holds = std::fs::read(&path).unwrap().windows(bytes.len()).any(|part| part == bytes);
        if holds { vec![path] } else { vec![] }
    };
    std::fs::read_dir(folder).unwrap().flatten().flat_map(within).collect()
}

#[tokio::test]
async fn posts_go_after_their_time_and_leave_nothing_readable() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(&folder.path().join("var/kiemtin.db")).await.unwrap());
    let index = Arc::new(TantivyIndex::open(&folder.path().join("index")).unwrap());
    let post = |name: &str, hours: i64| {
        let mut post = sample(name, "", &format!("Đã có {WORD} về đến chợ {}", "rất dài ".repeat(2_000)), "mxh", hours);
        post.document.group = kiemtin_model::SourceGroup::Social;
        post
    };
    let press = sample("bao", "Báo viết", "Một bài báo ở lại", "bao.vn", 0);
    put(store.as_ref(), &[post("a", 0), post("b", 1), press, post("c", 48)]).await.unwrap();
    followers::index_now(store.as_ref(), index.as_ref(), &|_, _| {}).await.unwrap();
    assert_ne!(stands_in(folder.path(), WORD.as_bytes()), [] as [PathBuf; 0]);
    let mut rounds = RetentionRounds::new(store.clone(), index.clone(), of_all(90), START);
    let mut look = async |days: i64, minutes: i64| rounds.look(START.plus(days * DAY_MS + minutes * 60_000)).await.unwrap();
    assert_eq!(look(0, 2).await, None, "not at once after the start");
    assert_eq!(look(0, 3).await, Some(Pruned::default()));
    assert_eq!(look(1, 2).await, None, "daily");
    assert_eq!(look(1, 3).await, Some(Pruned::default()));
    assert_eq!(look(91, 0).await, Some(Pruned { forgotten: 2, held: 0 }));
    assert_eq!(look(91, 9).await, None);
    assert_eq!(store.counts().await.unwrap().documents, 2);
    assert_eq!(look(93, 0).await, Some(Pruned { forgotten: 1, held: 0 }));
    assert_eq!(look(0, 0).await, Some(Pruned::default()), "a clock that was set back");
    assert_eq!(store.counts().await.unwrap().documents, 1, "the press stays");
    assert_eq!(stands_in(folder.path(), WORD.as_bytes()), [] as [PathBuf; 0], "neither in the store, nor in its journal, nor in the index");
    index.close().await.unwrap();
    store.close().await;
    assert_eq!(stands_in(folder.path(), WORD.as_bytes()), [] as [PathBuf; 0]);
}

#[tokio::test]
async fn without_a_time_nothing_goes_by_age() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(&folder.path().join("kiemtin.db")).await.unwrap());
    let index = Arc::new(TantivyIndex::open(&folder.path().join("index")).unwrap());
    let mut post = sample("a", "", "Một bài đăng", "mxh", 0);
    post.document.group = kiemtin_model::SourceGroup::Forum;
    put(store.as_ref(), &[post]).await.unwrap();
    let mut rounds = RetentionRounds::new(store.clone(), index, of_all(0), START);
    assert_eq!(rounds.look(START.plus(9_000 * DAY_MS)).await.unwrap(), Some(Pruned::default()));
    assert_eq!(store.counts().await.unwrap().documents, 1);
    let would = count(store.as_ref(), &of_all(1), START.plus(2 * DAY_MS)).await.unwrap();
    assert_eq!(would, Pruned { forgotten: 1, held: 0 }, "what would go");
}

/// Three sources with a post each of days 0 and 50 in an open alert, and one of day 0 in none.
#[tokio::test]
async fn a_source_is_kept_for_its_own_time() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("kiemtin.db")).await.unwrap();
    let mut posts = vec![];
    for source in ["terms", "short", "usual"] {
        for (name, day) in [("held", 0), ("late", 50), ("free", 0)] {
            let mut post = sample(&format!("{name}-{source}"), "", &format!("Bài {name} của {source}"), source, day * 24);
            post.document.group = kiemtin_model::SourceGroup::Forum;
            posts.push(post);
        }
    }
    put(&store, &posts).await.unwrap();
    let in_alert: Vec<_> = posts.iter().filter(|post| !post.document.text.starts_with("Bài free")).collect();
    open_alert_of(&store, &in_alert).await.unwrap();
    let shorter = |source: &str, days, by_terms| Shorter { source: source.to_owned(), days, by_terms };
    let keeping = Keeping { social_days: 90, shorter: vec![shorter("terms", 30, true), shorter("short", 20, false)] };
    let left = async || {
        let posts = store.changes_since(0, 99).await.unwrap();
        let mut left: Vec<String> =
            posts.into_iter().filter_map(|d| Some(d.assessed.document.url?.rsplit_once('/')?.1.to_owned())).collect();
        left.sort();
        left.join(" ")
    };
    for (day, expected, left_over) in [
        (10, (0, 0), "free-short free-terms free-usual held-short held-terms held-usual late-short late-terms late-usual"),
        (25, (1, 1), "free-terms free-usual held-short held-terms held-usual late-short late-terms late-usual"),
        (60, (2, 1), "free-usual held-short held-usual late-short late-terms late-usual"),
        (81, (1, 2), "free-usual held-short held-usual late-short late-usual"),
        // Held posts of both sources are told once.
        (95, (1, 3), "held-short held-usual late-short late-usual"),
    ] {
        let now = START.plus(day * DAY_MS);
        let expected = Pruned { forgotten: expected.0, held: expected.1 };
        assert_eq!(count(&store, &keeping, now).await.unwrap(), expected, "on day {day}");
        assert_eq!(prune(&store, &keeping, now, &|_| {}).await.unwrap(), expected, "on day {day}");
        assert_eq!(left().await, left_over, "on day {day}");
    }
}
