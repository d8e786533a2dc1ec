//! The embedded index keeps the promises of an index, follows a store, and survives crashes and other processes.

#![allow(clippy::unwrap_used)]

mod agreeing;
mod agreeing_places;
mod asked_again;
mod generations;
mod ranking;

use kiemtin_store::conformance::{Checked, Made, index_suite, put, sample};
use kiemtin_store::{
    Cursor, FindError, IndexError, Order, SearchIndex, SearchRequest, SqliteStore, Store, TantivyIndex, TrendRequest, find, follow,
};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

fn request(query: &str) -> SearchRequest {
    let query = kiemtin_text::query::parse(query).ok();
    SearchRequest { query, limit: 10, facets: true, ..SearchRequest::default() }
}

async fn store_with(folder: &Path, documents: i64) -> Made<SqliteStore> {
    let store = SqliteStore::open(&folder.join("kiemtin.db")).await?;
    let samples: Vec<_> = (0..documents)
        .map(|i| sample(&format!("d{i}"), &format!("Giá xăng kỳ {i}"), "Giá xăng tăng mạnh từ hôm nay.", "bao.vn", i))
        .collect();
    put(&store, &samples).await?;
    Ok(store)
}

#[tokio::test]
async fn keeps_the_promises_of_an_index() -> Checked {
    let folder = tempfile::tempdir()?;
    let made = AtomicU32::new(0);
    index_suite(async || Ok(TantivyIndex::open(&folder.path().join(made.fetch_add(1, Ordering::Relaxed).to_string()))?)).await
}

#[tokio::test]
async fn follows_a_store_exactly_once() -> Checked {
    let folder = tempfile::tempdir()?;
    let store = store_with(folder.path(), 25).await?;
    let dir = folder.path().join("index");
    let index = TantivyIndex::open(&dir)?;
    let steps = Mutex::new(vec![]);
    let note = |at, last| steps.lock().unwrap().push((at, last));
    assert_eq!(follow(&store, &index, 10, &note).await?, 25);
    assert_eq!(*steps.lock().unwrap(), [(10, 25), (20, 25), (25, 25)]);
    assert_eq!(follow(&store, &index, 10, &|_, _| ()).await?, 0, "nothing new");
    drop(index);
    let index = TantivyIndex::open(&dir)?;
    put(&store, &[sample("d0", "Giá điện", "Sửa bài", "bao.vn", 0), sample("x", "Giá than", "Mới", "bao.vn", 1)]).await?;
    assert_eq!(follow(&store, &index, 10, &|_, _| ()).await?, 2, "goes on where the commit before the restart ended");
    let found = index.search(&request("giá")).await?;
    assert_eq!((found.total, found.indexed_through), (26, 27));
    assert_eq!(index.search(&request("xăng")).await?.total, 24, "the edited document is found with its new text only");
    Ok(())
}

#[tokio::test]
async fn no_excerpt_is_shown_where_the_publisher_wants_none() -> Checked {
    let folder = tempfile::tempdir()?;
    let store = SqliteStore::open(&folder.path().join("kiemtin.db")).await?;
    let mut closed = sample("a", "Giá xăng tăng", "Giá xăng tăng mạnh từ hôm nay.", "bao.vn", 0);
    closed.document.restrictions.no_snippet = true;
    closed.document.dating.published_from = kiemtin_model::PublishedFrom::Meta;
    put(&store, &[closed, sample("b", "Giá than", "Giá than và giá xăng cùng tăng.", "bao.vn", 1)]).await?;
    let index = TantivyIndex::open(&folder.path().join("index"))?;
    follow(&store, &index, 10, &|_, _| ()).await?;
    let mut hits = find(&store, &index, &request("xăng")).await?.hits;
    hits.sort_by(|a, b| a.url.cmp(&b.url));
    let shown: Vec<_> = hits.iter().map(|h| (h.title.as_str(), h.url.is_some(), h.snippet.is_empty(), h.highlights.is_empty())).collect();
    assert_eq!(shown, [("Giá xăng tăng", true, true, true), ("Giá than", true, false, false)]);
    let json = serde_json::to_value(&hits)?;
    assert_eq!((json[0]["published_from"].as_str(), json[1]["published_from"].as_str()), (Some("meta"), Some("unknown")));
    Ok(())
}

#[tokio::test]
async fn a_crash_between_commits_neither_loses_nor_doubles() -> Checked {
    let folder = tempfile::tempdir()?;
    let store = store_with(folder.path(), 30).await?;
    let dir = folder.path().join("index");
    let all = store.changes_since(0, 30).await?;
    let index = TantivyIndex::open(&dir)?;
    let cursor = Cursor { log: store.log_id().await?, seq: all[9].seq, schema: index.schema() };
    let version = std::fs::read_to_string(dir.join("CURRENT"))?.trim().to_owned();
    index.apply(all[..10].to_vec(), &cursor).await?;
    // The folder as a crash would leave it: files of a batch that was never committed lie around.
    std::fs::write(dir.join(&version).join("0123456789abcdef0123456789abcdef.store"), b"half a segment")?;
    let after = folder.path().join("after");
    std::fs::create_dir_all(after.join(&version))?;
    for entry in std::fs::read_dir(dir.join(&version))? {
        let entry = entry?;
        std::fs::copy(entry.path(), after.join(&version).join(entry.file_name()))?;
    }
    let revived = TantivyIndex::open(&after)?;
    assert_eq!(revived.cursor().await?, Some(cursor));
    assert_eq!(follow(&store, &revived, 7, &|_, _| ()).await?, 20);
    assert_eq!(revived.search(&request("xăng")).await?.total, 30);
    Ok(())
}

#[tokio::test]
async fn another_store_or_schema_rebuilds() -> Checked {
    let folder = tempfile::tempdir()?;
    let store = store_with(folder.path(), 5).await?;
    let index = TantivyIndex::open(&folder.path().join("index"))?;
    let foreign = kiemtin_store::StoredDocument {
        saved: vec![],
        seq: 3,
        version: 1,
        story: kiemtin_model::DocId("f".into()),
        assessed: sample("f", "Giá xăng của kho khác", "", "khac.vn", 0),
    };
    let log = store.log_id().await?;
    let cursors = [
        Cursor { log: "other".into(), seq: 3, schema: index.schema() },
        Cursor { log: log.clone(), seq: 3, schema: index.schema() + 1 },
        Cursor { log: log.clone(), seq: 99, schema: index.schema() },
    ];
    for cursor in cursors {
        index.apply(vec![foreign.clone()], &cursor).await?;
        assert_eq!(follow(&store, &index, 10, &|_, _| ()).await?, 5, "{cursor:?}");
        assert_eq!(index.search(&request("xăng")).await?.total, 5, "nothing of {cursor:?} is left");
    }
    Ok(())
}

#[tokio::test]
async fn one_writes_and_others_read() -> Checked {
    let folder = tempfile::tempdir()?;
    let store = store_with(folder.path(), 5).await?;
    let dir = folder.path().join("index");
    let (writer, reader) = (TantivyIndex::open(&dir)?, TantivyIndex::open(&dir)?);
    follow(&store, &writer, 10, &|_, _| ()).await?;
    assert_eq!(reader.search(&request("xăng")).await?.total, 5, "a reader shows what another process committed");
    let log = store.log_id().await?;
    let refused = reader.apply(vec![], &Cursor { log, seq: 9, schema: 1 }).await;
    assert!(matches!(refused, Err(IndexError::Busy)));
    assert_eq!(reader.search(&request("xăng")).await?.total, 5, "search works without the lock");
    put(&store, &[sample("x", "Giá xăng mới", "", "bao.vn", 1)]).await?;
    follow(&store, &writer, 10, &|_, _| ()).await?;
    assert_eq!(reader.search(&request("xăng")).await?.total, 6);
    writer.close().await?;
    put(&store, &[sample("y", "Giá xăng nữa", "", "bao.vn", 1)]).await?;
    assert_eq!(follow(&store, &reader, 10, &|_, _| ()).await?, 1, "the next process takes the lock when it is free");
    assert_eq!(writer.search(&request("xăng")).await?.total, 7);
    Ok(())
}

#[tokio::test]
async fn shows_what_was_found() -> Checked {
    let folder = tempfile::tempdir()?;
    let store = SqliteStore::open(&folder.path().join("kiemtin.db")).await?;
    let index = TantivyIndex::open(&folder.path().join("index"))?;
    let text = "Chiều nay giá xăng dầu tăng mạnh. Nhiều người dân xếp hàng.";
    let documents = [
        sample("a", "Tin chiều", text, "mot.vn", 0),
        sample("b", "Tin chiều", text, "hai.vn", 1),
        sample("c", "Tin khác", "Không liên quan", "mot.vn", 2),
    ];
    put(&store, &documents).await?;
    follow(&store, &index, 10, &|_, _| ()).await?;
    let page = find(&store, &index, &request("gia xang")).await?;
    assert_eq!((page.total, page.indexed_through, page.hits.len()), (2, 3, 1));
    let json = serde_json::to_value(&page)?;
    let hit = &json["hits"][0];
    assert_eq!((hit["copies"].as_u64(), hit["kind"].as_str()), (Some(1), Some("news")));
    let snippet: Vec<char> = hit["snippet"].as_str().unwrap().chars().collect();
    let marked: Vec<String> = hit["highlights"]
        .as_array()
        .unwrap()
        .iter()
        .map(|h| snippet[h[0].as_u64().unwrap() as usize..h[1].as_u64().unwrap() as usize].iter().collect())
        .collect();
    assert!(marked.concat().contains("giá") && marked.concat().contains("xăng"), "{marked:?}");
    assert_eq!(json["facets"]["source"], serde_json::json!([{"value": "hai.vn", "count": 1}, {"value": "mot.vn", "count": 1}]));
    for field in ["id", "source_id", "url", "title", "source", "kind", "published_at", "score", "story"] {
        assert!(hit.get(field).is_some(), "{field}");
    }
    assert!(matches!(find(&store, &index, &request("-xăng")).await, Err(FindError::Query(_))));
    Ok(())
}

#[tokio::test]
async fn a_source_of_any_characters_is_counted_as_it_is_named() -> Checked {
    let folder = tempfile::tempdir()?;
    let store = SqliteStore::open(&folder.path().join("kiemtin.db")).await?;
    let hostile = "bao\u{1}news\u{1}x\u{2}y";
    put(&store, &[sample("a", "Giá điện", "Giá điện tăng.", hostile, 0), sample("b", "Giá xăng", "Giá xăng tăng.", "bao.vn", 1)]).await?;
    let index = TantivyIndex::open(&folder.path().join("index"))?;
    follow(&store, &index, 10, &|_, _| ()).await?;
    let facets = index.search(&request("giá")).await?.facets;
    let of = |field: &str| facets.iter().find(|facet| facet.field == field).map(|facet| facet.values.clone()).unwrap_or_default();
    assert_eq!(of("source"), [(hostile.to_owned(), 1), ("bao.vn".to_owned(), 1)]);
    assert_eq!(of("level").iter().map(|(_, count)| count).sum::<u64>(), 2);
    assert!(
        ["kind", "level", "stance", "group", "topic"].iter().all(|field| of(field).iter().all(|(value, _)| value != "x" && value != "y"))
    );
    Ok(())
}

#[tokio::test]
async fn a_search_ends_when_its_time_is_over() -> Checked {
    let folder = tempfile::tempdir()?;
    let store = store_with(folder.path(), 50).await?;
    let dir = folder.path().join("index");
    follow(&store, &TantivyIndex::open(&dir)?, 100, &|_, _| ()).await?;
    let hurried = TantivyIndex::open_with(&dir, Duration::from_nanos(1))?;
    let newest = SearchRequest { order: Order::Newest, facets: false, ..request("xăng") };
    for request in [request("xăng"), request("gia xan"), request("xăn*"), newest, SearchRequest { limit: 5, ..SearchRequest::default() }]
    {
        let Err(IndexError::Query(advice)) = hurried.search(&request).await else { return Err("it was not given up".into()) };
        assert!(advice.contains("thu hẹp khoảng ngày"), "{advice}");
    }
    assert!(matches!(hurried.trend(&TrendRequest::default()).await, Err(IndexError::Query(_))));
    let patient = TantivyIndex::open(&dir)?;
    assert_eq!((patient.search(&request("xăng")).await?.total, patient.trend(&TrendRequest::default()).await?.all), (50, 50));
    Ok(())
}
