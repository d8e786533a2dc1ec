//! `search:"name"` finds what the query finds that it stands for, before, while and after its matches become known.

#![allow(clippy::unwrap_used)]

use kiemtin_model::{Actor, AssessedDocument, Notify};
use kiemtin_store::conformance::{START, sample};
use kiemtin_store::saved::{Searches, Step, remove, save, walk};
use kiemtin_store::{FindError, SearchRequest, SqliteStore, Store, TantivyIndex, find, follow};
use kiemtin_text::lexicon::{Entry, Lexicon};
use kiemtin_text::query::parse;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;

struct World {
    store: SqliteStore,
    index: TantivyIndex,
    searches: Searches,
    _folder: tempfile::TempDir,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let lexicon = Lexicon::new([Entry::Synonyms(vec!["xăng dầu".into(), "nhiên liệu".into()])]);
        Self {
            store: SqliteStore::open(&folder.path().join("kiemtin.db")).await.unwrap(),
            index: TantivyIndex::open(&folder.path().join("index")).unwrap(),
            searches: Searches::new(Arc::new(lexicon)),
            _folder: folder,
        }
    }

    async fn take_in(&self, documents: &[AssessedDocument]) {
        let mut batch = self.store.begin().await.unwrap();
        let matcher = self.searches.inside(batch.as_mut()).await.unwrap();
        for assessed in documents {
            let id = &assessed.document.id;
            let seq = batch.put_document(assessed, id).await.unwrap();
            batch.put_matches(id, seq, &matcher.matches_of(assessed, &id.0, START), START).await.unwrap();
        }
        batch.commit().await.unwrap();
    }

    async fn follow(&self) {
        follow(&self.store, &self.index, 100, &|_, _| ()).await.unwrap();
    }

    async fn walk(&self) {
        while walk(&self.store, &self.searches, START).await.unwrap() != Step::Done {}
    }

    async fn save(&self, name: &str, query: &str) -> i64 {
        save(&self.store, self.searches.lexicon(), (name, query), Notify::None, START, &Actor::service()).await.unwrap().id
    }

    async fn page(&self, query: &str) -> Result<kiemtin_store::FoundPage, FindError> {
        let lexicon = self.searches.lexicon().clone();
        let query = Some(parse(query).unwrap());
        find(&self.store, &self.index, &SearchRequest { query, lexicon, now: START, limit: 200, ..SearchRequest::default() }).await
    }

    /// Titles of everything found, but for what has only some of the words.
    async fn found(&self, query: &str) -> (u64, BTreeSet<String>) {
        let page = self.page(query).await.unwrap();
        (page.total, page.hits.into_iter().filter(|h| !h.partial).map(|h| h.title).collect())
    }
}

#[tokio::test]
async fn names_stand_for_their_queries_from_the_first_second() {
    let world = World::new().await;
    let document = |i: i64, title: &str| sample(&format!("d{i}"), title, "", "bao.vn", i);
    world.take_in(&[document(0, "Giá xăng dầu tăng"), document(1, "Nhiên liệu bay"), document(2, "Giá điện")]).await;
    world.follow().await;
    let fuel = world.save("Xăng dầu", "xăng dầu").await;
    let expected: BTreeSet<String> = ["Giá xăng dầu tăng", "Nhiên liệu bay"].map(str::to_owned).into();
    assert_eq!(world.found("search:\"xăng DẦU\"").await, (2, expected.clone()), "nothing was compared yet: the query itself is asked");
    world.walk().await;
    assert_eq!(world.found("search:\"xăng dầu\"").await.0, 2, "compared, but the index has not followed");
    world.follow().await;
    assert_eq!(world.found("search:\"xăng dầu\"").await, (2, expected));
    assert_eq!(world.found("search:\"xăng dầu\" giá").await.0, 1, "together with words");
    assert_eq!(world.found("giá -search:\"xăng dầu\"").await.1, ["Giá điện".to_owned()].into());
    let page = world.page("search:\"xăng dầu\"").await.unwrap();
    assert!(page.hits.iter().all(|h| !h.title_highlights.is_empty()), "what matched is marked: {page:?}");
    assert_eq!(page.hits[0].title, "Nhiên liệu bay", "newest first: there are no words to be best for");
    // One that names another.
    world.save("Giá", "giá search:\"xăng dầu\"").await;
    for _ in 0..2 {
        assert_eq!(world.found("search:giá").await.1, ["Giá xăng dầu tăng".to_owned()].into());
        world.walk().await;
        world.follow().await;
    }
    let FindError::Query(words) = world.page("search:\"xang dau\"").await.unwrap_err() else { panic!() };
    assert_eq!(words, "không có tìm kiếm đã lưu tên «xang dau»; có phải: «Xăng dầu»?");
    assert!(remove(&world.store, fuel, START, &Actor::service()).await.is_err(), "another one names it");
    // What counts days back from now is never answered by what was true when a document came in.
    world.save("Mới", "điện date:P1D").await;
    world.walk().await;
    world.follow().await;
    let later = SearchRequest { query: Some(parse("search:mới").unwrap()), now: START.plus(99 * 86_400_000), ..SearchRequest::default() };
    assert_eq!(find(&world.store, &world.index, &later).await.unwrap().total, 0);
    assert_eq!(world.found("search:mới").await.0, 1);
}

/// An index that is built anew has the matches, and the query is asked until it is there.
#[tokio::test]
async fn a_new_index_has_the_matches() {
    let world = World::new().await;
    world.save("Xăng", "xăng").await;
    world.walk().await;
    world.take_in(&[sample("a", "Giá xăng", "", "bao.vn", 0), sample("b", "Giá điện", "", "bao.vn", 0)]).await;
    let fresh = tempfile::tempdir().unwrap();
    let index = TantivyIndex::open(fresh.path()).unwrap();
    follow(&world.store, &index, 10, &|_, _| ()).await.unwrap();
    let request = SearchRequest { query: Some(parse("search:xăng").unwrap()), limit: 5, ..SearchRequest::default() };
    let page = find(&world.store, &index, &request).await.unwrap();
    assert_eq!(page.hits.iter().map(|h| h.title.as_str()).collect::<Vec<_>>(), ["Giá xăng"]);
}

/// A query of words, phrases, fields and exclusions. Distances, leads, quotations, capital letters and punctuation within a
/// phrase are judged exactly by matches only.
fn query() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "\"[abá]( [abá]){1,2}\"",
        "[abcáả]{1,2}",
        "[ab]{2}\\*",
        "~á",
        Just("source:mot.vn".to_owned()),
        Just("stance:reports".to_owned()),
        Just("date:..2/3/2026".to_owned()),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} OR {b})")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("2 of ({a}, {b}, {c})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} NOT {b})")),
            (inner, prop_oneof![Just("title"), Just("text")]).prop_map(|(a, p)| format!("{p}:({a})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn a_name_finds_what_its_query_finds(
        queries in prop::collection::vec(query(), 1..5),
        texts in prop::collection::vec(("[abáả ,]{0,10}", "[abcáả ,.\n]{0,30}", any::<bool>()), 1..24),
    ) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            let world = World::new().await;
            let documents: Vec<_> = texts.iter().enumerate().map(|(i, (title, text, one))| {
                let mut made = sample(&format!("d{i}"), &format!("{title} n{i}"), text, if *one { "mot.vn" } else { "hai.vn" }, i as i64);
                made.document.lang = if i % 5 == 4 { "en".into() } else { "vi".into() };
                made
            }).collect();
            let (before, after) = documents.split_at(documents.len() / 2);
            world.take_in(before).await;
            for (i, query) in queries.iter().enumerate() {
                // What only excludes, somewhere, cannot be saved.
                let _ = save(&world.store, world.searches.lexicon(), (&format!("s{i}"), query), Notify::None, START, &Actor::service()).await;
            }
            world.take_in(after).await;
            world.follow().await;
            let mut answers = vec![];
            for state in kiemtin_store::SavedStore::saved_searches(&world.store).await.unwrap() {
                let (name, query) = (state.search.name, state.search.query);
                // What the index refuses to answer has no answer to be held against.
                let Ok(_) = world.page(&query).await else { continue };
                let typed = world.found(&format!("({query}) source:mot.vn,hai.vn")).await;
                answers.push((name, query, typed));
            }
            for round in ["before", "after"] {
                for (name, query, typed) in &answers {
                    let named = world.found(&format!("search:{name} source:mot.vn,hai.vn")).await;
                    assert_eq!(&named, typed, "{round} the walk: {query}\n{texts:?}");
                }
                world.walk().await;
                world.follow().await;
            }
        });
    }
}
