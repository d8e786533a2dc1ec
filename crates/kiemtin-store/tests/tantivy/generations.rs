//! A rebuild of the index goes on beside the one that is searched, survives a crash at any point, and what was learnt of the
//! words survives a restart.

use crate::{request, store_with};
use kiemtin_store::conformance::{Checked, Made, put, sample};
use kiemtin_store::{Cursor, SearchIndex, SqliteStore, Store, TantivyIndex, follow};
use std::path::Path;

async fn total(index: &TantivyIndex, query: &str) -> Made<u64> {
    Ok(index.search(&request(query)).await?.total)
}

/// Generations in the folder, sorted, and the one that is searched.
fn generations(dir: &Path) -> Made<(Vec<String>, String)> {
    let mut names = vec![];
    for entry in std::fs::read_dir(dir)? {
        let name = entry?.file_name().into_string().unwrap();
        if name.starts_with('v') {
            names.push(name);
        }
    }
    names.sort();
    Ok((names, std::fs::read_to_string(dir.join("CURRENT"))?.trim().to_owned()))
}

/// Begins a rebuild and applies the first documents to it.
async fn half_built(store: &SqliteStore, index: &TantivyIndex, documents: usize) -> Checked {
    index.rebuild().await?;
    let first = store.changes_since(0, documents).await?;
    let cursor = Cursor { log: store.log_id().await?, seq: first.last().unwrap().seq, schema: index.schema() };
    Ok(index.apply(first.clone(), &cursor).await?)
}

#[tokio::test]
async fn what_is_searched_stays_until_the_new_one_has_caught_up() -> Checked {
    let folder = tempfile::tempdir()?;
    let store = store_with(folder.path(), 25).await?;
    let dir = folder.path().join("index");
    let index = TantivyIndex::open(&dir)?;
    follow(&store, &index, 10, &|_, _| ()).await?;
    let other = TantivyIndex::open(&dir)?;
    let (before, current) = generations(&dir)?;
    assert_eq!(before, [current.clone()]);
    half_built(&store, &index, 10).await?;
    assert_eq!((total(&index, "xăng").await?, total(&other, "xăng").await?), (25, 25), "the old one is searched");
    assert_eq!(index.cursor().await?.map(|c| c.seq), Some(25));
    assert_eq!(index.writing().await?.map(|c| c.seq), Some(10));
    assert_eq!(generations(&dir)?.1, current);
    put(&store, &[sample("x", "Giá xăng mới", "", "bao.vn", 1)]).await?;
    assert_eq!(follow(&store, &index, 10, &|_, _| ()).await?, 16, "goes on where the new one is");
    let (both, now) = generations(&dir)?;
    assert!(both.len() == 2 && now != current, "the old one stays while it is read: {both:?}");
    assert_eq!((total(&index, "xăng").await?, total(&other, "xăng").await?), (26, 26), "all processes follow the pointer");
    assert_eq!(follow(&store, &index, 10, &|_, _| ()).await?, 0);
    assert_eq!(generations(&dir)?, (vec![now.clone()], now), "deleted after the last reader");
    Ok(())
}

#[tokio::test]
async fn a_rebuild_that_was_cut_off_is_gone_on_with() -> Checked {
    let folder = tempfile::tempdir()?;
    let store = store_with(folder.path(), 25).await?;
    let dir = folder.path().join("index");
    let index = TantivyIndex::open(&dir)?;
    follow(&store, &index, 10, &|_, _| ()).await?;
    half_built(&store, &index, 10).await?;
    drop(index);
    let revived = TantivyIndex::open(&dir)?;
    assert_eq!(total(&revived, "xăng").await?, 25, "the old one");
    assert_eq!(follow(&store, &revived, 10, &|_, _| ()).await?, 15, "what was built is not built again");
    assert_eq!(total(&revived, "xăng").await?, 25);
    assert_eq!(revived.cursor().await?, revived.writing().await?);
    // Cut off again, before anything was committed, and with a folder that is no index.
    revived.rebuild().await?;
    drop(revived);
    let (names, _) = generations(&dir)?;
    for entry in std::fs::read_dir(dir.join(names.last().unwrap()))? {
        std::fs::write(entry?.path(), b"damaged")?;
    }
    let revived = TantivyIndex::open(&dir)?;
    assert_eq!(follow(&store, &revived, 10, &|_, _| ()).await?, 0, "a damaged one is left alone");
    revived.rebuild().await?;
    assert_eq!(follow(&store, &revived, 10, &|_, _| ()).await?, 25);
    assert_eq!(generations(&dir)?.0.len(), 1);
    assert_eq!(total(&revived, "xăng").await?, 25);
    Ok(())
}

#[tokio::test]
async fn one_process_rebuilds_while_another_follows() -> Checked {
    let folder = tempfile::tempdir()?;
    let store = store_with(folder.path(), 25).await?;
    let dir = folder.path().join("index");
    let (serving, rebuilding) = (TantivyIndex::open(&dir)?, TantivyIndex::open(&dir)?);
    follow(&store, &serving, 10, &|_, _| ()).await?;
    half_built(&store, &rebuilding, 10).await?;
    put(&store, &[sample("x", "Giá xăng mới", "", "bao.vn", 1)]).await?;
    assert_eq!(follow(&store, &serving, 10, &|_, _| ()).await?, 1, "what is searched is kept up to date meanwhile");
    assert_eq!(total(&serving, "xăng").await?, 26);
    assert_eq!(follow(&store, &rebuilding, 10, &|_, _| ()).await?, 16);
    rebuilding.close().await?;
    drop(rebuilding);
    put(&store, &[sample("y", "Giá xăng nữa", "", "bao.vn", 1)]).await?;
    assert_eq!(follow(&store, &serving, 10, &|_, _| ()).await?, 1, "the one that serves writes the new one then");
    assert_eq!(total(&serving, "xăng").await?, 27);
    assert_eq!(generations(&dir)?.0.len(), 1);
    Ok(())
}

#[tokio::test]
async fn another_version_is_searched_by_its_own_build_until_this_one_has_caught_up() -> Checked {
    let folder = tempfile::tempdir()?;
    let store = store_with(folder.path(), 25).await?;
    let dir = folder.path().join("index");
    std::fs::create_dir_all(dir.join("v2-7"))?;
    std::fs::write(dir.join("CURRENT"), "v2-7\n")?;
    let index = TantivyIndex::open(&dir)?;
    let first = store.changes_since(0, 10).await?;
    let cursor = Cursor { log: store.log_id().await?, seq: first[9].seq, schema: index.schema() };
    index.apply(first.clone(), &cursor).await?;
    let found = index.search(&request("xăng")).await?;
    assert_eq!((found.total, found.indexed_through), (10, first[9].seq), "what is indexed so far, and how far that is");
    assert_eq!(generations(&dir)?.1, "v2-7");
    assert_eq!(follow(&store, &index, 10, &|_, _| ()).await?, 15);
    let (names, current) = generations(&dir)?;
    assert_eq!(names, [current]);
    Ok(())
}

#[tokio::test]
async fn what_was_learnt_survives_a_restart_and_is_learnt_again_when_lost() -> Checked {
    let folder = tempfile::tempdir()?;
    let store = store_with(folder.path(), 150).await?;
    let dir = folder.path().join("index");
    let index = TantivyIndex::open(&dir)?;
    follow(&store, &index, 50, &|_, _| ()).await?;
    index.close().await?;
    drop(index);
    let kept = dir.join(generations(&dir)?.1).join("readings");
    let read = async |index: &TantivyIndex| -> Made<Option<String>> { Ok(index.search(&request("gia xang tnag")).await?.instead) };
    let meant = Some("giá xăng tăng".to_owned());
    assert_eq!(read(&TantivyIndex::open(&dir)?).await?, meant, "in a process that has applied nothing");
    for damage in [None, Some(b"damaged".as_slice()), Some(b"")] {
        match damage {
            None => std::fs::remove_file(&kept)?,
            Some(bytes) => std::fs::write(&kept, bytes)?,
        }
        let index = TantivyIndex::open(&dir)?;
        assert_eq!((read(&index).await?, total(&index, "gia xang").await?), (None, 150), "no error of a search: {damage:?}");
        assert_eq!(follow(&store, &index, 50, &|_, _| ()).await?, 0, "nothing is indexed again");
        assert_eq!(read(&index).await?, meant, "{damage:?}");
        drop(index);
        assert_eq!(read(&TantivyIndex::open(&dir)?).await?, meant, "kept again after {damage:?}");
    }
    Ok(())
}
