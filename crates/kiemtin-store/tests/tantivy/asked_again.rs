//! What a large part of the index answered is kept, and an answer is never older than the documents.

use super::{Checked, Made, request};
use kiemtin_model::{AssessedDocument, DocId};
use kiemtin_store::conformance::sample;
use kiemtin_store::{Cursor, SearchIndex, SearchRequest, SearchResult, StoredDocument, TantivyIndex};

/// Enough for one segment whose answers are kept.
const MANY: i64 = 20_500;
const QUERIES: [&str; 8] =
    ["xăng", "gia xang", "\"giá xăng\"", "xăng tăng mạnh", "dầu -tăng", "title:(giá xăng)", "xăng OR \"dầu giảm\"", "\"dau giam\""];

/// The document number `at` in this wording, as change number `seq`.
fn stored(at: i64, seq: i64, text: &str) -> StoredDocument {
    let assessed: AssessedDocument = sample(&format!("d{at}"), &format!("Giá xăng kỳ {at}"), text, &format!("s{}.vn", at % 3), at);
    StoredDocument { saved: vec![], seq, version: 1, story: assessed.document.id.clone(), assessed }
}

/// What an answer says, but for scores, which count how many documents there are.
fn said(found: &SearchResult) -> impl PartialEq + std::fmt::Debug + use<> {
    let hits: Vec<DocId> = found.hits.iter().map(|hit| hit.id.clone()).collect();
    (found.total, hits, found.facets.clone())
}

/// Every query answers as if nobody had asked before: totals. Leaves all answers kept.
async fn as_never_asked(index: &TantivyIndex, when: &str) -> Made<Vec<u64>> {
    let requests = || QUERIES.into_iter().flat_map(|query| [true, false].map(|facets| SearchRequest { facets, ..request(query) }));
    let mut answers = vec![];
    for request in requests() {
        answers.push(index.search(&request).await?);
    }
    let mut totals = vec![];
    for (request, again) in requests().zip(&answers) {
        index.forget_answers();
        let anew = index.search(&request).await?;
        assert_eq!((again.total, &again.facets), (anew.total, &anew.facets), "{:?}, {when}", request.query);
        assert_eq!(said(&index.search(&request).await?), said(&anew), "{:?}, {when}, asked again at once", request.query);
        totals.extend(request.facets.then_some(anew.total));
    }
    for request in requests() {
        index.search(&request).await?;
    }
    Ok(totals)
}

#[tokio::test]
async fn answers_that_are_kept_are_those_that_would_be_found() -> Checked {
    let folder = tempfile::tempdir()?;
    let index = TantivyIndex::open(&folder.path().join("index"))?;
    let at = |seq| Cursor { log: "test".into(), seq, schema: index.schema() };
    let text = |at: i64| if at % 5 == 0 { "Dầu giảm nhẹ từ hôm nay." } else { "Xăng tăng mạnh từ hôm nay." };
    let all: Vec<_> = (0..MANY).map(|i| stored(i, i + 1, text(i))).collect();
    index.apply(all.clone(), &at(MANY)).await?;
    let before = as_never_asked(&index, "at first").await?;
    assert_eq!(before.first(), Some(&(MANY as u64)));
    // One is written anew, one is removed, one is new.
    index.apply(vec![stored(1, MANY + 1, "Dầu giảm nhẹ từ hôm nay.")], &at(MANY + 1)).await?;
    let changed = as_never_asked(&index, "after a change").await?;
    index.remove(&[stored(2, 0, "").assessed.document.id], &at(MANY + 2)).await?;
    let removed = as_never_asked(&index, "after a removal").await?;
    index.apply(vec![stored(MANY, MANY + 3, "Xăng tăng mạnh.")], &at(MANY + 3)).await?;
    let added = as_never_asked(&index, "after a new one").await?;
    let of = |totals: &[u64], query: &str| QUERIES.iter().zip(totals).find(|(q, _)| **q == query).map(|(_, total)| *total);
    for (totals, tall) in [(&before, 16_400), (&changed, 16_399), (&removed, 16_398), (&added, 16_399)] {
        assert_eq!(of(totals, "xăng tăng mạnh"), Some(tall));
    }
    Ok(())
}
