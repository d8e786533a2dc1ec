//! Documents, versions, changes, stories, leads and feeds.

use super::{Checked, START, flagged, put, sample};
use crate::{Beginning, FeedState, LeadState, Store};
use kiemtin_model::{
    AssessedDocument, DateNote, DateOrigin, DateRefusal, Dating, DocId, Document, FeedPlan, LearnedDocument, PublishedFrom, Restrictions,
    Time, TopicScore, Validators,
};

pub(super) async fn atomic(store: &dyn Store) -> Checked {
    let a = sample("a", "Giá xăng", "Giá xăng tăng.", "bao.vn", 0);
    let mut batch = store.begin().await?;
    batch.put_document(&a, &a.document.id).await?;
    assert_eq!(batch.known(std::slice::from_ref(&a.document.id)).await?.len(), 1, "a batch sees what it wrote");
    assert!(store.known(std::slice::from_ref(&a.document.id)).await?.is_empty(), "others do not see an open batch");
    assert!(store.changes_since(0, 10).await?.is_empty(), "followers do not see an open batch");
    drop(batch);
    assert!(store.known(std::slice::from_ref(&a.document.id)).await?.is_empty(), "a dropped batch leaves nothing");
    assert_eq!(store.counts().await?, crate::StoreCounts::default(), "a dropped batch counts nothing");
    put(store, std::slice::from_ref(&a)).await?;
    let known = store.known(&[a.document.id.clone(), DocId("unknown".into())]).await?;
    assert_eq!(known.len(), 1, "unknown ids are left out");
    let known = known.get(&a.document.id).ok_or("not known")?;
    assert_eq!((known.version, &known.story, &known.content_hash), (1, &a.document.id, &a.content_hash));
    Ok(())
}

pub(super) async fn versions(store: &dyn Store) -> Checked {
    let first = flagged(sample("a", "Sắp hết xăng", "Mua ngay.", "bao.vn", 0), 5.0);
    let mut second = sample("a", "Không có chuyện hết xăng", "Đã sửa.", "bao.vn", 0);
    second.document.fetched_at = START.plus(7_200_000);
    put(store, std::slice::from_ref(&first)).await?;
    assert_eq!((store.counts().await?.documents, store.counts().await?.flagged), (1, 1));
    put(store, std::slice::from_ref(&second)).await?;
    let counts = store.counts().await?;
    assert_eq!((counts.documents, counts.versions, counts.flagged), (1, 1, 0), "an edited document is a new version, not a second one");
    let stored = store.documents(std::slice::from_ref(&second.document.id)).await?;
    assert_eq!(stored.iter().map(|d| (d.version, &d.assessed)).collect::<Vec<_>>(), [(2, &second)]);
    let seq = counts.last_seq;
    let mut batch = store.begin().await?;
    batch.touch_document(&second.document).await?;
    batch.commit().await?;
    assert_eq!(store.counts().await?.last_seq, seq, "seeing a document again is no change");
    let again = flagged(second.clone(), 3.0);
    put(store, std::slice::from_ref(&again)).await?;
    let counts = store.counts().await?;
    assert_eq!((counts.versions, counts.flagged), (1, 1), "the same content with another assessment keeps its version");
    assert!(counts.last_seq > seq, "another assessment is a change");
    Ok(())
}

pub(super) async fn changes(store: &dyn Store) -> Checked {
    let all: Vec<_> = (0..10).map(|i| sample(&format!("d{i}"), &format!("Tin số {i}"), "Nội dung", "bao.vn", i)).collect();
    let mut numbers = put(store, all.get(..6).unwrap_or_default()).await?;
    numbers.extend(put(store, all.get(6..).unwrap_or_default()).await?);
    assert!(numbers.is_sorted_by(|a, b| a < b), "sequence numbers grow");
    assert_eq!(store.counts().await?.last_seq, *numbers.last().unwrap_or(&0));
    let mut edited = all.first().cloned().ok_or("no sample")?;
    edited.document.title = "Tin số 0, đã sửa".into();
    edited.content_hash = edited.document.content_hash();
    edited.text_hash = kiemtin_model::text_hash(&edited.document.title, &edited.document.text);
    let moved = put(store, std::slice::from_ref(&edited)).await?;
    let (mut seen, mut reached) = (vec![], 0);
    loop {
        let page = store.changes_since(reached, 3).await?;
        assert!(page.len() <= 3, "no more than asked");
        let Some(last) = page.last() else { break };
        assert!(page.iter().all(|d| d.seq > reached) && page.is_sorted_by(|a, b| a.seq < b.seq), "in order of change");
        reached = last.seq;
        seen.extend(page.into_iter().map(|d| d.assessed.document.title));
    }
    assert_eq!(seen.len(), 10, "each document once");
    assert_eq!(
        (seen.last().map(String::as_str), reached),
        (Some("Tin số 0, đã sửa"), *moved.last().unwrap_or(&0)),
        "with its last content"
    );
    assert_eq!(store.log_id().await?, store.log_id().await?);
    assert!(!store.log_id().await?.is_empty());
    Ok(())
}

pub(super) async fn stories(store: &dyn Store) -> Checked {
    let first = sample("a", "Giá hoà bình", "Một bài.", "mot.vn", 0);
    let copy = sample("b", "GIÁ HÒA BÌNH", "Một  bài!", "hai.vn", 1);
    let other = sample("c", "Gia hoa binh", "Mot bai.", "ba.vn", 2);
    assert_eq!(first.content_hash, copy.content_hash, "spelling variants are the same text");
    put(store, &[first.clone(), copy.clone(), other.clone()]).await?;
    let known = store.known(&[copy.document.id.clone(), other.document.id.clone()]).await?;
    assert_eq!(known.get(&copy.document.id).map(|k| &k.story), Some(&first.document.id), "sees what the batch wrote");
    assert_eq!(known.get(&other.document.id).map(|k| &k.story), Some(&other.document.id));
    let copies = store.copies(&[first.document.id.clone(), other.document.id.clone(), DocId("unknown".into())]).await?;
    assert_eq!(copies.get(&first.document.id), Some(&2));
    assert_eq!((copies.get(&other.document.id), copies.len()), (Some(&1), 2));
    let mut batch = store.begin().await?;
    assert_eq!(batch.story_of(&copy.text_hash).await?.as_ref(), Some(&first.document.id), "the first with this text");
    assert_eq!(batch.story_of("unknown").await?, None);
    Ok(())
}

pub(super) async fn everything_comes_back(store: &dyn Store) -> Checked {
    let mut full = flagged(sample("a", "Giá “xăng” 😀 'và' \"dầu\"\0", "Dòng một\nDòng hai", "bao.vn", 3), 7.5);
    full.topics = vec![TopicScore { id: "xang_dau".into(), score: 12.25 }, TopicScore { id: "dien".into(), score: 3.0 }];
    full.units = vec!["Cục Điều tiết điện lực".into()];
    full.provinces = vec!["Đắk Lắk".into(), "TP. Hồ Chí Minh".into()];
    full.document.published_at = Some(Time(START.0 + 7));
    full.document.source_id = Some("x-1".into());
    full.document.dating = Dating {
        published_from: PublishedFrom::JsonLd,
        modified_at: Some(Time(START.0 + 9)),
        date_note: Some(DateNote::new("12/05/2091 “x”", DateRefusal::Future)),
    };
    full.document.restrictions = Restrictions { no_archive: true, no_snippet: true };
    let mut bare = sample("b", "", "Chỉ có chữ", "", 0);
    bare.document = Document { id: DocId("b".into()), url: None, published_at: None, date_origin: DateOrigin::Missing, ..bare.document };
    put(store, &[full.clone(), bare.clone()]).await?;
    let asked = [bare.document.id.clone(), DocId("unknown".into()), full.document.id.clone()];
    let stored = store.documents(&asked).await?;
    assert_eq!(stored.iter().map(|d| &d.assessed).collect::<Vec<_>>(), [&bare, &full], "in the order asked, whole");
    assert!(store.documents(&[]).await?.is_empty());
    let begin = store.beginnings(&asked, 5).await?;
    let expected = |of: &AssessedDocument| Beginning {
        story: of.document.id.clone(),
        title: of.document.title.clone(),
        text: of.document.text.chars().take(5).collect(),
    };
    assert_eq!(begin, [expected(&bare), expected(&full)], "whole characters, in the order asked");
    Ok(())
}

pub(super) async fn leads_and_feeds(store: &dyn Store) -> Checked {
    let validators = Validators { etag: Some("W/\"1\"".into()), last_modified: None };
    let mut lead = LeadState {
        url: "https://bao.vn/a".into(),
        source: "bao".into(),
        first_seen: START,
        fetched_at: None,
        listed_update: Some(START),
        validators: validators.clone(),
        outcome: "failed: HTTP 503".into(),
        failures: 1,
        document: None,
    };
    let feed = |url: &str, error: &str| FeedState {
        url: url.into(),
        source: "bao".into(),
        validators: validators.clone(),
        body_hash: Some("0a1b".into()),
        cursor: Some("{\"n\":7}".into()),
        polled_at: START,
        failures: u32::from(!error.is_empty()),
        error: error.into(),
        next_poll_at: Some(START.plus(60_000)),
        plan: FeedPlan { gaps_ms: vec![5, 7], newest_item: Some(START), failures: 0.5, ..FeedPlan::default() },
    };
    let mut batch = store.begin().await?;
    batch.put_lead(&lead).await?;
    batch.put_feed(&feed("https://bao.vn/rss", "HTTP 500")).await?;
    batch.put_feed(&feed("https://bao.vn/rss2", "")).await?;
    batch.commit().await?;
    let urls = [lead.url.clone(), "https://bao.vn/unknown".to_owned()];
    assert_eq!(store.lead_states(&urls).await?.into_values().collect::<Vec<_>>(), [lead.clone()]);
    lead = LeadState { fetched_at: Some(START.plus(5)), failures: 0, outcome: "new".into(), document: Some(DocId("a".into())), ..lead };
    let mut batch = store.begin().await?;
    batch.put_lead(&LeadState { first_seen: START.plus(9), ..lead.clone() }).await?;
    batch.put_feed(&feed("https://bao.vn/rss", "")).await?;
    batch.commit().await?;
    assert_eq!(store.lead_states(&urls).await?.get(&lead.url), Some(&lead), "first seen stays");
    let later = LeadState { url: "https://bao.vn/b".into(), first_seen: START.plus(1), ..lead.clone() };
    let other = LeadState { url: "https://khac.vn/b".into(), source: "khac".into(), ..later.clone() };
    let mut batch = store.begin().await?;
    batch.put_lead(&later).await?;
    batch.put_lead(&other).await?;
    batch.put_lead(&LeadState { url: "https://khac.vn/bb".into(), document: None, ..other.clone() }).await?;
    batch.commit().await?;
    for (beginning, limit, found) in
        [("https://khac.vn/b", 9, 1), ("https://bao.vn/", 9, 2), ("https://bao.vn/", 1, 1), ("https://bao.vn/%", 9, 0)]
    {
        assert_eq!(store.leads_under(beginning, limit).await?.len(), found, "{beginning}");
    }
    assert_eq!(store.newest_leads("bao", 9).await?, [later.clone(), lead.clone()]);
    assert_eq!(store.newest_leads("bao", 1).await?, [later]);
    let mut feeds = store.feed_states().await?;
    feeds.sort_by(|a, b| a.url.cmp(&b.url));
    assert_eq!(feeds, [feed("https://bao.vn/rss", ""), feed("https://bao.vn/rss2", "")]);
    Ok(())
}

pub(super) async fn learned(store: &dyn Store) -> Checked {
    let told = |number: &str, date: &str, title: &str, by: &str| LearnedDocument {
        number: number.into(),
        kind: "Quyết định".into(),
        issuer: "Bộ Công Thương".into(),
        date: date.into(),
        title: title.into(),
        document: DocId(by.into()),
    };
    let dropped = told("9/QĐ-BCT", "2026-01-01", "", "a");
    store.begin().await?.put_learned(&[dropped], START).await?;
    let mut batch = store.begin().await?;
    batch.put_learned(&[told("7/QĐ-BCT", "2026-03-02", "", "a"), told("8/QĐ-BCT", "2026-03-01", "về than", "a")], START).await?;
    batch.commit().await?;
    let mut batch = store.begin().await?;
    let again = [
        told("07/qd-bct", "2026-03-02", "về điện", "b"),
        told("8/QĐ-BCT", "2026-03-01", "khác", "b"),
        told("7/QĐ-BCT", "2025-03-02", "", "b"),
    ];
    batch.put_learned(&again, START.plus(5)).await?;
    batch.commit().await?;
    let all = store.learned(10).await?;
    let shown: Vec<_> = all.iter().map(|l| (l.number.as_str(), l.date.as_str(), l.title.as_str(), l.document.0.as_str())).collect();
    let expected =
        [("7/QĐ-BCT", "2026-03-02", "về điện", "a"), ("8/QĐ-BCT", "2026-03-01", "về than", "a"), ("7/QĐ-BCT", "2025-03-02", "", "b")];
    assert_eq!(shown, expected, "the first stays, takes a subject when it had none, and another year is another document");
    assert_eq!(store.learned(1).await?.len(), 1);
    Ok(())
}
