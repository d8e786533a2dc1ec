//! Deletions on their way through the pipeline, among posts and beside them.

use super::super::{Intake, Named, Pipeline};
use crate::collect::world::pipeline;
use kiemtin_crawl::Clock;
use kiemtin_model::time::DAY_MS;
use kiemtin_model::{DateOrigin, DocId, DocKind, Document, Failure, FoundBy, Outcome, Salts, SourceGroup, Tally, Time, outcome_vi};
use kiemtin_store::{GuidState, LeadState, SqliteStore, Store};
use std::path::Path;
use std::sync::Arc;

const START: Time = Time(1_772_413_200_000);

async fn opened(folder: &Path) -> (Pipeline, Arc<SqliteStore>) {
    let store = Arc::new(SqliteStore::open(&folder.join("kiemtin.db")).await.unwrap());
    let clock: Clock = Arc::new(|| START);
    (pipeline(&store, &clock), store)
}

fn post(name: &str, group: SourceGroup) -> (Document, LeadState) {
    let url = format!("https://mxh.example/{name}");
    let document = Document {
        id: DocId::from_url(&url),
        url: Some(url.clone()),
        source: "mxh".into(),
        source_id: None,
        group,
        kind: DocKind::Social,
        found_by: FoundBy::Channel,
        title: String::new(),
        text: format!("Một bài đăng về chợ phiên số {name} cuối tuần này ở làng bên sông"),
        lang: "vi".into(),
        published_at: Some(START),
        date_origin: DateOrigin::Listing,
        dating: Default::default(),
        fetched_at: START,
        restrictions: Default::default(),
    };
    let lead = LeadState {
        url,
        source: "mxh".into(),
        first_seen: START,
        fetched_at: Some(START),
        listed_update: None,
        validators: Default::default(),
        outcome: String::new(),
        failures: 0,
        document: None,
    };
    (document, lead)
}

fn came(name: &str) -> Intake {
    let (document, lead) = post(name, SourceGroup::Social);
    Intake::Document(document, Some(lead))
}

fn deleted(name: &str) -> Intake {
    Intake::Deleted(vec![format!("https://mxh.example/{name}"), "https://mxh.example/chua-tung-thay".into()])
}

async fn take(pipeline: &Pipeline, batch: Vec<Intake>) -> Tally {
    pipeline.take_in(batch).await.unwrap()
}

/// Names of the posts that are here, and how the lead of `a` ended.
async fn here(store: &SqliteStore) -> (Vec<String>, String) {
    let all = store.changes_since(0, 100).await.unwrap();
    let mut names: Vec<String> =
        all.iter().filter_map(|d| d.assessed.document.url.clone()?.rsplit('/').next().map(str::to_owned)).collect();
    names.sort();
    let leads = store.lead_states(&["https://mxh.example/a".to_owned()]).await.unwrap();
    (names, leads.values().next().map(|l| l.outcome.clone()).unwrap_or_default())
}

#[tokio::test]
async fn the_order_of_the_stream_counts_in_one_batch_and_over_several() {
    const GONE: &str = "refused: deleted at its origin";
    let cases: [(&str, Vec<Vec<Intake>>, &[&str], &str); 6] = [
        ("in one batch", vec![vec![came("a"), came("b"), deleted("a")]], &["b"], GONE),
        ("before it came", vec![vec![deleted("a"), came("a"), came("b")]], &["a", "b"], "new"),
        ("later", vec![vec![came("a"), came("b")], vec![deleted("a")]], &["b"], GONE),
        ("later, beside a repeat", vec![vec![came("a"), came("b")], vec![came("a"), deleted("a")]], &["b"], GONE),
        ("and came again", vec![vec![came("a"), came("b")], vec![deleted("a"), came("a")]], &["a", "b"], "new"),
        ("twice", vec![vec![came("a"), deleted("a"), came("a"), deleted("a"), came("b")], vec![deleted("a")]], &["b"], GONE),
    ];
    for (case, batches, names, outcome) in cases {
        let folder = tempfile::tempdir().unwrap();
        let (pipeline, store) = opened(folder.path()).await;
        for batch in batches {
            assert!(take(&pipeline, batch).await.adds_up(), "{case}");
        }
        let (stored, ended) = here(&store).await;
        assert_eq!((stored, ended.as_str()), (names.iter().map(|n| (*n).to_owned()).collect(), outcome), "{case}");
        assert_eq!(store.counts().await.unwrap().documents, names.len() as u64, "{case}");
    }
    assert_eq!(outcome_vi(GONE), "đã xóa: đã bị gỡ ở nơi đăng");
}

#[tokio::test]
async fn the_name_that_a_feed_has_for_it_keeps_no_title() {
    let folder = tempfile::tempdir().unwrap();
    let (pipeline, store) = opened(folder.path()).await;
    let guid = GuidState {
        source: "mxh".into(),
        guid: "g".into(),
        path: None,
        url: "https://mxh.example/a".into(),
        title: "Chợ phiên".into(),
        published_at: Some(START),
    };
    let named = || Intake::Named(vec![Named { guid: guid.clone(), moved: None }]);
    take(&pipeline, vec![came("a"), named()]).await;
    take(&pipeline, vec![deleted("a")]).await;
    take(&pipeline, vec![came("a"), named(), deleted("a")]).await;
    let kept = store.guids("mxh", &["g".to_owned()]).await.unwrap();
    assert_eq!(kept.iter().map(|g| (g.title.as_str(), g.published_at)).collect::<Vec<_>>(), [("", None)]);
}

#[tokio::test]
async fn a_missing_page_of_a_post_is_a_deletion_and_one_of_an_article_is_not() {
    for (group, kind, status, stays) in [
        (SourceGroup::Forum, DocKind::Social, 404, false),
        (SourceGroup::Social, DocKind::Social, 410, false),
        (SourceGroup::Social, DocKind::Social, 503, true),
        (SourceGroup::Press, DocKind::News, 404, true),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let (pipeline, store) = opened(folder.path()).await;
        let (document, lead) = post("a", group);
        let document = Document { kind, ..document };
        take(&pipeline, vec![Intake::Document(document.clone(), Some(lead.clone()))]).await;
        let asked_again = LeadState { document: Some(document.id.clone()), outcome: "new".into(), ..lead };
        let tally = take(&pipeline, vec![Intake::Ended(asked_again, Outcome::Failed(Failure::Status(status)))]).await;
        let (names, outcome) = here(&store).await;
        assert_eq!(names.len(), usize::from(stays), "{group} {status}");
        let told = if stays { format!("failed: HTTP {status}") } else { "refused: deleted at its origin".to_owned() };
        assert_eq!((outcome, tally.failed, tally.refused), (told, u64::from(stays), u64::from(!stays)), "{group} {status}");
    }
}

#[tokio::test]
async fn posts_found_by_keyword_are_known_under_both_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let (mut pipeline, store) = opened(folder.path()).await;
    let found = |salts: &Salts| {
        let (document, _) = post("a", SourceGroup::Social);
        let id = DocId::from_content("mxh", "", &document.text, salts.now());
        Document { id, url: None, found_by: FoundBy::Keyword, ..document }
    };
    pipeline.salts = Arc::new(crate::salt_file::SaltFile::in_folder(folder.path()));
    for (days, documents) in [(0, 1), (91, 1), (150, 1), (182, 2)] {
        let now = START.plus(days * DAY_MS);
        pipeline.clock = Arc::new(move || now);
        let salts = pipeline.salts.at(now).unwrap();
        take(&pipeline, vec![Intake::Document(found(&salts), None)]).await;
        assert_eq!(store.counts().await.unwrap().documents, documents, "after {days} days: the secret of then is destroyed at last");
    }
}
