//! The cursor of an index and the documents behind it.

use super::searching::{numbered, titles};
use super::{Checked, sample};
use crate::{Cursor, SearchIndex, Seq};
use kiemtin_model::DocId;

pub(super) fn cursor(index: &dyn SearchIndex, seq: Seq) -> Cursor {
    Cursor { log: "sample".into(), seq, schema: index.schema() }
}

pub(super) async fn cursor_moves_with_documents(index: &dyn SearchIndex) -> Checked {
    assert_eq!(index.cursor().await?, None, "an empty index has followed nothing");
    assert_eq!(titles(index, "xăng").await?, Vec::<String>::new());
    let documents = numbered(&[sample("a", "Giá xăng", "", "bao.vn", 0)]);
    index.apply(documents.clone(), &cursor(index, 1)).await?;
    assert_eq!(index.cursor().await?, Some(cursor(index, 1)));
    assert_eq!(titles(index, "xăng").await?, ["a"], "found when apply returns");
    index.apply(vec![], &cursor(index, 5)).await?;
    assert_eq!(index.cursor().await?, Some(cursor(index, 5)), "the cursor moves without documents too");
    let foreign = Cursor { log: "other".into(), seq: 9, schema: index.schema() + 1 };
    index.apply(vec![], &foreign).await?;
    assert_eq!(index.cursor().await?, Some(foreign), "a cursor reads back as it is");
    index.clear().await?;
    assert_eq!(index.cursor().await?, None, "cleared with its cursor");
    assert_eq!(titles(index, "xăng").await?, Vec::<String>::new());
    index.apply(documents.clone(), &cursor(index, 1)).await?;
    assert_eq!(titles(index, "xăng").await?, ["a"]);
    Ok(())
}

pub(super) async fn repeats_change_nothing(index: &dyn SearchIndex) -> Checked {
    let mut documents: Vec<_> = (0..20).map(|i| sample(&format!("d{i}"), "Giá xăng", &format!("bài {i}"), "bao.vn", i)).collect();
    let first = numbered(&documents);
    index.apply(first.clone(), &cursor(index, 20)).await?;
    let before = index.search(&super::searching::request("xăng")).await?;
    for _ in 0..3 {
        index.apply(first.clone(), &cursor(index, 20)).await?;
    }
    let after = index.search(&super::searching::request("xăng")).await?;
    assert_eq!((before.total, after.total), (20, 20), "a range applied again changes nothing");
    assert_eq!(before.facets, after.facets);
    if let Some(edited) = documents.first_mut() {
        edited.document.title = "Giá điện".into();
    }
    index.apply(numbered(&documents).into_iter().take(1).collect(), &cursor(index, 21)).await?;
    assert_eq!(index.search(&super::searching::request("xăng")).await?.total, 19, "a new version takes the place of the old one");
    let found = index.search(&super::searching::request("điện")).await?;
    assert_eq!((found.total, found.indexed_through), (1, 21));
    Ok(())
}

pub(super) async fn what_was_removed_is_not_found(index: &dyn SearchIndex) -> Checked {
    let documents: Vec<_> = ["a", "b", "c"].map(|name| sample(name, "Giá xăng", "", "bao.vn", 0)).into();
    let all = numbered(&documents);
    index.apply(all.clone(), &cursor(index, 3)).await?;
    let [a, b] = ["a", "b"].map(|name| sample(name, "", "", "bao.vn", 0).document.id);
    index.remove(&[a.clone(), DocId("unknown".into())], &cursor(index, 4)).await?;
    assert_eq!((titles(index, "xăng").await?, index.cursor().await?), (vec!["b".into(), "c".into()], Some(cursor(index, 4))));
    for _ in 0..2 {
        index.remove(&[a.clone(), b.clone()], &cursor(index, 5)).await?;
    }
    assert_eq!(titles(index, "xăng").await?, ["c"], "a repeat changes nothing");
    assert_eq!(index.search(&super::searching::request("xăng")).await?.total, 1);
    index.purge().await?;
    assert_eq!((titles(index, "xăng").await?, index.cursor().await?), (vec!["c".into()], Some(cursor(index, 5))), "the rest stays");
    index.apply(all.iter().take(1).cloned().collect(), &cursor(index, 6)).await?;
    assert_eq!(titles(index, "xăng").await?, ["a", "c"], "it may come again");
    index.remove(&[a, b, sample("c", "", "", "bao.vn", 0).document.id], &cursor(index, 7)).await?;
    index.purge().await?;
    assert_eq!(
        (titles(index, "xăng").await?, index.cursor().await?),
        (Vec::<String>::new(), Some(cursor(index, 7))),
        "an empty one has its cursor"
    );
    Ok(())
}
