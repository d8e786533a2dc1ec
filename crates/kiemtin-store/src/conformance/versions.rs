//! Earlier versions, copies, twins, and the names by which items are known again.

use super::{Checked, START, put, sample};
use crate::{GuidState, Store};
use kiemtin_model::DocId;

pub(super) async fn earlier_ones(store: &dyn Store) -> Checked {
    let id = sample("a", "", "", "bao.vn", 0).document.id;
    for n in 1..=4 {
        let mut version = sample("a", &format!("Tin {n}"), &format!("Nội dung {n}."), "bao.vn", 0);
        version.document.fetched_at = START.plus(n);
        put(store, &[version]).await?;
    }
    let versions = store.versions(&id, u32::MAX, 10).await?;
    let told: Vec<_> = versions.iter().map(|v| (v.version, v.replaced_at, v.title.as_str(), v.body.as_str())).collect();
    let expected = [
        (3, START.plus(4), "Tin 3", "Nội dung 3."),
        (2, START.plus(3), "Tin 2", "Nội dung 2."),
        (1, START.plus(2), "Tin 1", "Nội dung 1."),
    ];
    assert_eq!(told, expected, "replaced ones alone, newest first, with the time of what replaced them");
    let numbers = async |below, limit| {
        Ok::<_, crate::StoreError>(store.versions(&id, below, limit).await?.iter().map(|v| v.version).collect::<Vec<_>>())
    };
    assert_eq!(numbers(u32::MAX, 1).await?, [3]);
    assert_eq!(numbers(3, 10).await?, [2, 1]);
    assert!(numbers(1, 10).await?.is_empty());
    assert!(store.versions(&DocId("unknown".into()), u32::MAX, 10).await?.is_empty());
    Ok(())
}

pub(super) async fn members_of_a_story(store: &dyn Store) -> Checked {
    let same = |name: &str, source: &str| sample(name, "Giá xăng", "Giá xăng trong nước tăng từ chiều nay theo kỳ điều hành.", source, 0);
    let all = [same("a", "mot.vn"), same("b", "hai.vn"), sample("c", "Khác", "Chuyện khác.", "ba.vn", 0)];
    put(store, &all).await?;
    let ids = async |story: &DocId, limit| {
        let members = store.story(story, limit).await?;
        Ok::<_, crate::StoreError>(members.into_iter().map(|d| d.assessed.document.id).collect::<Vec<_>>())
    };
    let [a, b, c] = all.map(|d| d.document.id);
    assert_eq!(ids(&a, 10).await?, [a.clone(), b], "first taken in first");
    assert_eq!(ids(&a, 1).await?, [a]);
    assert_eq!(ids(&c, 10).await?, [c]);
    assert!(ids(&DocId("unknown".into()), 10).await?.is_empty());
    Ok(())
}

pub(super) async fn twins_and_moves(store: &dyn Store) -> Checked {
    let same = |name: &str, source: &str| sample(name, "Giá xăng", "Giá xăng trong nước tăng từ chiều nay theo kỳ điều hành.", source, 0);
    let (here, there) = (same("a", "mot.vn"), same("a", "hai.vn"));
    let mut batch = store.begin().await?;
    assert_eq!(batch.twin(&here.text_hash, "mot.vn").await?, None);
    for document in [&there, &here] {
        batch.put_document(document, &there.document.id).await?;
    }
    assert_eq!(batch.twin(&here.text_hash, "mot.vn").await?, Some((here.document.id.clone(), "Giá xăng".into())), "of this source alone");
    assert_eq!(batch.twin(&here.text_hash, "ba.vn").await?, None);
    batch.move_document(&here.document.id, "https://mot.vn/moi").await?;
    batch.commit().await?;
    let known = store.known(&[here.document.id.clone(), there.document.id.clone()]).await?;
    let url = |id: &DocId| known.get(id).and_then(|k| k.url.as_deref());
    assert_eq!((url(&here.document.id), url(&there.document.id)), (Some("https://mot.vn/moi"), there.document.url.as_deref()));
    assert_eq!(store.counts().await?.last_seq, 2, "a move is no change for followers");
    Ok(())
}

pub(super) async fn guids(store: &dyn Store) -> Checked {
    let guid = |source: &str, guid: &str, path: Option<&str>, url: &str| GuidState {
        source: source.into(),
        guid: guid.into(),
        path: path.map(Into::into),
        url: url.into(),
        title: "Giá xăng".into(),
        published_at: Some(START),
    };
    let (one, two, other) = (guid("bao", "g1", Some("p"), "u1"), guid("bao", "g2", None, "u2"), guid("dai", "g1", Some("p"), "u3"));
    let mut batch = store.begin().await?;
    for state in [&one, &two, &other] {
        batch.put_guid(state).await?;
    }
    batch.commit().await?;
    let keys = |keys: &[&str]| keys.iter().map(|k| (*k).to_owned()).collect::<Vec<_>>();
    assert_eq!(store.guids("bao", &keys(&["g1"])).await?, std::slice::from_ref(&one), "by its id");
    assert_eq!(store.guids("bao", &keys(&["p", "g1"])).await?, [one], "by its path, and only once");
    assert_eq!(store.guids("dai", &keys(&["p"])).await?, [other], "each source has its own");
    assert!(store.guids("bao", &keys(&["unknown"])).await?.is_empty());
    let moved = GuidState { url: "u4".into(), title: "Giá xăng tăng".into(), published_at: None, ..two };
    let mut batch = store.begin().await?;
    batch.put_guid(&moved).await?;
    batch.commit().await?;
    assert_eq!(store.guids("bao", &keys(&["g2"])).await?, [moved]);
    Ok(())
}
