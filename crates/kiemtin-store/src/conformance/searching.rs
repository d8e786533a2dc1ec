//! What a search finds.

use super::following::cursor;
use super::{Checked, Made, START, flagged, sample};
use crate::{Facet, IndexError, Order, SearchIndex, SearchRequest, StoredDocument};
use kiemtin_model::time::HOUR_MS;
use kiemtin_model::{AssessedDocument, DocKind, TopicScore};
use kiemtin_text::query::parse;

/// A search as a person types it. A query that cannot be parsed matches all, so the check that uses it fails.
pub(super) fn request(query: &str) -> SearchRequest {
    let query = if query.is_empty() { None } else { parse(query).ok() };
    SearchRequest { query, limit: 100, facets: true, ..SearchRequest::default() }
}

/// Documents with sequence numbers from 1, each its own story.
pub(super) fn numbered(documents: &[AssessedDocument]) -> Vec<StoredDocument> {
    let stored = |(i, assessed): (usize, &AssessedDocument)| StoredDocument {
        saved: vec![],
        seq: i as i64 + 1,
        version: 1,
        story: assessed.document.id.clone(),
        assessed: assessed.clone(),
    };
    documents.iter().enumerate().map(stored).collect()
}

async fn fill(index: &dyn SearchIndex, texts: &[(&str, &str, &str)]) -> Made<()> {
    let documents: Vec<_> = texts.iter().map(|(name, title, text)| sample(name, title, text, "bao.vn", 0)).collect();
    Ok(index.apply(numbered(&documents), &cursor(index, texts.len() as i64)).await?)
}

/// Names of the samples of `bao.vn` that a query finds, sorted; without those that have only some of the words.
pub(super) async fn titles(index: &dyn SearchIndex, query: &str) -> Made<Vec<String>> {
    let names: Vec<String> = ('a'..='z').map(String::from).collect();
    let by_id = |id: &kiemtin_model::DocId| {
        names.iter().find(|n| kiemtin_model::DocId::from_url(&format!("https://bao.vn/{n}")) == *id).cloned().unwrap_or_default()
    };
    let mut found: Vec<_> = index.search(&request(query)).await?.hits.iter().filter(|h| !h.partial).map(|h| by_id(&h.id)).collect();
    found.sort();
    Ok(found)
}

async fn check(index: &dyn SearchIndex, table: &[(&str, &str)]) -> Checked {
    for (query, expected) in table {
        assert_eq!(titles(index, query).await?.concat(), *expected, "{query}");
    }
    Ok(())
}

pub(super) async fn accents(index: &dyn SearchIndex) -> Checked {
    fill(
        index,
        &[
            ("a", "Giá xăng dầu", "hoà bình"),
            ("b", "Gia xang dau", "hòa bình"),
            ("c", "Già xàng đâu", "ho\u{61}\u{300} bi\u{300}nh"),
            ("d", "GIÁ XĂNG, DẦU", "kỹ thuật"),
            ("e", "Tin khác", "hoa binh, kĩ thuật, đảng"),
        ],
    )
    .await?;
    check(
        index,
        &[
            ("giá xăng dầu", "ad"),
            ("gia xang dau", "abcd"),
            ("\"gia xang dau\"", "abc"),
            ("\"giá xăng dầu\"", "a"),
            ("giá xang dầu", "ad"),
            ("hoà", "abc"),
            ("hòa", "abc"),
            ("ho\u{61}\u{300}", "abc"),
            ("hoa binh", "abce"),
            ("kĩ thuật", "de"),
            ("Kỹ THUẬT", "de"),
            ("dang", "e"),
            ("Đảng", "e"),
            ("đàng", ""),
        ],
    )
    .await?;
    let best = index.search(&request("gia xang dau")).await?;
    let exact = kiemtin_model::DocId::from_url("https://bao.vn/b");
    assert_eq!(best.hits.first().map(|h| &h.id), Some(&exact), "the spelling as typed ranks first");
    Ok(())
}

pub(super) async fn phrases(index: &dyn SearchIndex) -> Checked {
    fill(
        index,
        &[
            ("a", "", "Người dân mua xăng. Dầu còn nhiều."),
            ("b", "", "Người dân mua xăng dầu."),
            ("c", "", "Mua xăng\nDầu ăn"),
            ("d", "", "Giá 2.204,07 đồng theo 407/QĐ-TTg"),
            ("e", "xăng dầu", "Bài dài"),
        ],
    )
    .await?;
    check(
        index,
        &[
            ("\"xăng dầu\"", "be"),
            ("xăng dầu", "abce"),
            ("\"xang dau\"", "be"),
            ("2.204,07", "d"),
            ("\"407/QĐ-TTg\"", "d"),
            ("\"407/qđ-ttg\"", "d"),
            ("\"2.204\"", "d"),
            ("\"dầu xăng\"", ""),
        ],
    )
    .await?;
    let best = index.search(&request("\"xăng dầu\"")).await?;
    let title = kiemtin_model::DocId::from_url("https://bao.vn/e");
    assert_eq!(best.hits.first().map(|h| &h.id), Some(&title), "a title counts more than a text");
    Ok(())
}

pub(super) async fn operators(index: &dyn SearchIndex) -> Checked {
    fill(index, &[("a", "xăng", "dầu"), ("b", "xăng", "điện"), ("c", "than", "điện"), ("d", "khí", ""), ("e", "dầu khí", "xăng")]).await?;
    check(
        index,
        &[
            ("xăng OR điện", "abce"),
            ("xăng AND NOT dầu", "b"),
            ("xăng -dầu -điện", ""),
            ("(xăng OR than) AND điện", "bc"),
            ("2 of (xăng, dầu, khí)", "ae"),
            ("3 of (xăng, dầu, khí)", "e"),
            ("title:xăng", "ab"),
            ("text:xăng", "e"),
            ("xăng NEAR/3 dầu", ""),
            ("dầu NEAR/3 khí", "e"),
            ("kind:news -xăng", "cd"),
        ],
    )
    .await?;
    let refused = index.search(&request("-xăng")).await;
    assert!(matches!(refused, Err(IndexError::Query(_))), "a query that only excludes is refused");
    Ok(())
}

pub(super) async fn stories_and_facets(index: &dyn SearchIndex) -> Checked {
    let mut documents: Vec<_> = (0..300).map(|i| sample(&format!("d{i}"), "Giá xăng", "tăng", &format!("s{}.vn", i % 3), i)).collect();
    for (i, assessed) in documents.iter_mut().enumerate() {
        if i % 2 == 0 {
            assessed.topics = vec![TopicScore { id: "xang_dau".into(), score: 1.0 }, TopicScore { id: "gia".into(), score: 1.0 }];
        }
        if i == 7 {
            *assessed = flagged(assessed.clone(), 3.0);
            assessed.document.kind = DocKind::Social;
        }
    }
    let mut stored = numbered(&documents);
    // 290 copies of the first document, then ten stories of their own.
    let story = documents.first().map(|d| d.document.id.clone()).ok_or("no sample")?;
    for copy in stored.iter_mut().take(290) {
        copy.story = story.clone();
    }
    index.apply(stored.clone(), &cursor(index, 300)).await?;
    let found = index.search(&SearchRequest { limit: 20, ..request("xăng") }).await?;
    assert_eq!((found.total, found.hits.len()), (300, 11), "documents are counted, stories are listed");
    let mut seen: Vec<_> = found.hits.iter().map(|h| h.story.clone()).collect();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 11, "one hit per story");
    let facet = |field: &str| found.facets.iter().find(|f: &&Facet| f.field == field).map(|f| f.values.clone()).unwrap_or_default();
    let count = |v: &str, n: u64| (v.to_owned(), n);
    assert_eq!(facet("source"), [count("s0.vn", 100), count("s1.vn", 100), count("s2.vn", 100)]);
    assert_eq!(facet("kind"), [count("news", 299), count("social", 1)]);
    assert_eq!(facet("topic"), [count("gia", 150), count("xang_dau", 150)]);
    assert_eq!(facet("level"), [count("none", 299), count("alert", 1)]);
    let mut paged = vec![];
    for offset in [0, 4, 8] {
        paged.extend(index.search(&SearchRequest { offset, limit: 4, ..request("xăng") }).await?.hits);
    }
    assert_eq!(paged, found.hits, "pages neither repeat nor skip");
    let none = index.search(&SearchRequest { limit: 0, ..request("xăng") }).await?;
    assert_eq!((none.total, none.hits.len()), (300, 0));
    Ok(())
}

pub(super) async fn filters_and_dates(index: &dyn SearchIndex) -> Checked {
    let mut documents: Vec<_> =
        ('a'..='h').enumerate().map(|(i, n)| sample(&n.to_string(), "Giá xăng", "tăng", "bao.vn", i as i64)).collect();
    if let Some(undated) = documents.last_mut() {
        undated.document.published_at = None;
    }
    if let Some(first) = documents.first_mut() {
        first.document.source = "khac.vn".into();
        first.topics = vec![TopicScore { id: "xang_dau".into(), score: 1.0 }];
    }
    index.apply(numbered(&documents), &cursor(index, 8)).await?;
    let total = async |request: SearchRequest| Ok::<_, IndexError>(index.search(&request).await?.total);
    let hour = |h: i64| Some(START.plus(h * HOUR_MS));
    assert_eq!(total(request("")).await?, 8, "no query matches all");
    assert_eq!(total(SearchRequest { from: hour(2), ..request("xăng") }).await?, 5, "from is inclusive; undated is in no range");
    assert_eq!(total(SearchRequest { to: hour(2), ..request("") }).await?, 2, "to is exclusive");
    assert_eq!(total(SearchRequest { from: hour(1), to: hour(3), ..request("xăng") }).await?, 2);
    assert_eq!(total(SearchRequest { source: Some("khac.vn".into()), ..request("") }).await?, 1);
    assert_eq!(total(SearchRequest { topic: Some("xang_dau".into()), ..request("xăng") }).await?, 1);
    assert_eq!(total(SearchRequest { topic: Some("xang".into()), ..request("xăng") }).await?, 0, "a topic is found as a whole");
    assert_eq!(total(request("source:khac.vn xăng")).await?, 1);
    assert_eq!(total(request("xăng -source:khac.vn")).await?, 7);
    let newest = index.search(&SearchRequest { order: Order::Newest, ..request("xăng") }).await?;
    let expected: Vec<_> =
        ["g", "f", "e", "d", "c", "b"].iter().map(|n| kiemtin_model::DocId::from_url(&format!("https://bao.vn/{n}"))).collect();
    assert_eq!(newest.hits.iter().map(|h| h.id.clone()).take(6).collect::<Vec<_>>(), expected, "newest first");
    assert_eq!(newest.hits.last().map(|h| &h.id), documents.last().map(|d| &d.document.id), "undated last");
    Ok(())
}

pub(super) async fn hostile(index: &dyn SearchIndex) -> Checked {
    let texts = ["x".repeat(70_000), "ệ".repeat(70_000), "\u{300}".repeat(9_000), "a.\n".repeat(9_000), "😀\0\u{202e}".repeat(99)];
    let documents: Vec<_> = texts.iter().enumerate().map(|(i, text)| sample(&format!("h{i}"), text, text, "bao.vn", 0)).collect();
    index.apply(numbered(&documents), &cursor(index, 5)).await?;
    assert_eq!(index.search(&request("")).await?.total, 5, "hostile texts are taken in");
    let far = index.search(&SearchRequest { offset: usize::MAX, ..request("") }).await;
    assert!(matches!(far, Err(IndexError::Query(_))), "a page beyond reach is refused");
    assert!(index.search(&SearchRequest { limit: usize::MAX, ..request("") }).await?.hits.len() == 5);
    Ok(())
}

/// The rumour typed in bare letters is found with the others; foreign words that look like it are not.
pub(super) async fn typed_without_accents(index: &dyn SearchIndex) -> Checked {
    fill(
        index,
        &[
            ("a", "Sắp hết xăng", "Bán đầy bình ngay."),
            ("b", "", "sap het xang roi ba con oi, mua day binh ngay trong dem nay"),
            ("c", "Giá vàng", "het xang la chuyen cu, còn giá vàng thì khác, người dân nên đọc kỹ thông tin trước khi tin"),
        ],
    )
    .await?;
    check(index, &[("\"hết xăng\"", "ab"), ("hết xăng", "ab"), ("\"het xang\"", "abc"), ("hét xăng", "b"), ("\"hết sang\"", "")]).await
}
