//! Near copies and quotes on their way through the pipeline into a store, and across restarts.

use super::Stories;
use crate::pipeline::{Intake, Pipeline};
use crate::reload::LiveKnowledge;
use crate::salt_file::SaltFile;
use kiemtin_analyze::Knowledge;
use kiemtin_model::{DateOrigin, DocId, DocKind, Document, FoundBy, SourceGroup, Tally, Time};
use kiemtin_store::{EventStore, SqliteStore, Store};
use std::path::Path;
use std::sync::Arc;

const START: Time = Time(1_772_413_200_000);

async fn pipeline(folder: &Path) -> (Pipeline, Arc<SqliteStore>) {
    let store = Arc::new(SqliteStore::open(&folder.join("kiemtin.db")).await.unwrap());
    let pipeline = Pipeline {
        knowledge: Arc::new(LiveKnowledge::new(Arc::new(Knowledge::default()))),
        store: store.clone(),
        raising: crate::narratives::Raising::default(),
        clock: Arc::new(|| START),
        salts: Arc::new(SaltFile::fixed("")),
        stories: Stories::default(),
        searches: Default::default(),
    };
    (pipeline, store)
}

fn document(name: &str, source: &str, text: &str) -> Document {
    let url = format!("https://{source}/{name}");
    Document {
        id: DocId::from_url(&url),
        url: Some(url),
        source: source.into(),
        source_id: None,
        group: SourceGroup::Press,
        kind: DocKind::News,
        found_by: FoundBy::Channel,
        title: name.into(),
        text: text.into(),
        lang: "vi".into(),
        published_at: Some(START),
        date_origin: DateOrigin::Listing,
        dating: Default::default(),
        fetched_at: START,
        restrictions: Default::default(),
    }
}

/// Syllables that only this text has, with an accent here and there.
fn text(seed: u32, syllables: u32) -> String {
    let word = |i: u32| {
        let mixed = (seed * 7_919 + i).wrapping_mul(0x9e37_79b1);
        let n = (mixed ^ mixed >> 15).wrapping_mul(0x85eb_ca77) >> 12;
        format!("{}{}{}", ["đ", "t", "ph", "ng", "kh"][n as usize % 5], ["ầ", "ộ", "ế", "a", "ư"][n as usize / 5 % 5], n / 25)
    };
    (0..syllables).map(word).collect::<Vec<_>>().join(" ")
}

fn bare(text: &str) -> String {
    let letters = [("đ", "d"), ("ầ", "a"), ("ộ", "o"), ("ế", "e"), ("ư", "u")];
    letters.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

fn every_tenth_changed(text: &str) -> String {
    let words = text.split(' ').enumerate();
    words.map(|(i, w)| if i % 10 == 3 { format!("khác{i}") } else { w.to_owned() }).collect::<Vec<_>>().join(" ")
}

async fn take(pipeline: &Pipeline, documents: &[Document]) -> Tally {
    pipeline.take_in(documents.iter().map(|d| Intake::Document(d.clone(), None)).collect()).await.unwrap()
}

async fn story(store: &SqliteStore, document: &Document) -> DocId {
    store.known(std::slice::from_ref(&document.id)).await.unwrap()[&document.id].story.clone()
}

#[tokio::test]
async fn an_edited_copy_joins_the_story_and_a_quote_is_linked() {
    let folder = tempfile::tempdir().unwrap();
    let (pipeline, store) = pipeline(folder.path()).await;
    let article = text(1, 300);
    let words: Vec<&str> = article.split(' ').collect();
    let original = document("goc", "mot.vn", &article);
    let copy = document("chep", "hai.vn", &bare(&every_tenth_changed(&article)));
    let paste = document("dan", "ba.vn", &[text(2, 150), words[60..210].join(" "), text(3, 150)].join(" "));
    let other = document("khac", "bon.vn", &text(4, 300));
    let tally = take(&pipeline, &[original.clone(), copy.clone(), paste.clone(), other.clone()]).await;
    assert_eq!((tally.new, tally.duplicate), (4, 0), "an edited copy is a text of its own");
    assert_eq!(story(&store, &copy).await, original.id);
    for alone in [&paste, &other] {
        assert_eq!(story(&store, alone).await, alone.id, "{}", alone.title);
    }
    let quotes = store.quotes(&[copy.id.clone(), paste.id.clone(), other.id.clone()]).await.unwrap();
    assert_eq!(quotes.len(), 1);
    let quote = &quotes[&paste.id][0];
    assert!(quote.quoted == original.id && quote.of_own > 0.25 && quote.of_quoted > 0.4, "{quote:?}");
    assert_eq!(store.quoted_by(&original.id).await.unwrap(), std::slice::from_ref(&paste.id));

    // An edited version keeps its story, whatever it says now; its copies join it.
    let mended = Document { text: text(5, 300), ..copy.clone() };
    let mended_copy = document("chep-moi", "nam.vn", &every_tenth_changed(&mended.text));
    assert_eq!(take(&pipeline, &[mended.clone(), mended_copy.clone()]).await.new_version, 1);
    assert_eq!((story(&store, &mended).await, story(&store, &mended_copy).await), (original.id.clone(), original.id));
}

#[tokio::test]
async fn a_restarted_process_and_a_second_one_know_the_same_texts() {
    let folder = tempfile::tempdir().unwrap();
    let (first, store) = pipeline(folder.path()).await;
    let originals: Vec<_> = (1..40).map(|i| document(&format!("goc{i}"), "mot.vn", &text(i * 10, 300))).collect();
    let (early, late) = originals.split_at(20);
    take(&first, early).await;
    // Another process, begun before and after the rest came in.
    let (second, _) = pipeline(folder.path()).await;
    take(&second, &[document("x", "hai.vn", &text(5_000, 100))]).await;
    take(&first, late).await;
    let (third, _) = pipeline(folder.path()).await;
    for (i, (process, source)) in [(&first, "ba.vn"), (&second, "bon.vn"), (&third, "nam.vn")].into_iter().enumerate() {
        let copies: Vec<_> = originals
            .iter()
            .map(|o| document(&o.title, source, &every_tenth_changed(&o.text).replace("khác", &format!("l{i}x"))))
            .collect();
        take(process, &copies).await;
        for (copy, original) in copies.iter().zip(&originals) {
            assert_eq!(story(&store, copy).await, original.id, "{source} {}", copy.title);
        }
    }
}

#[tokio::test]
async fn a_batch_that_was_not_committed_leaves_no_prints() {
    let folder = tempfile::tempdir().unwrap();
    let (pipeline, store) = pipeline(folder.path()).await;
    let one = document("goc", "mot.vn", &text(1, 200));
    for _ in 0..2 {
        let mut stories = pipeline.stories.open(store.as_ref()).await.unwrap();
        let mut batch = store.begin().await.unwrap();
        stories.catch_up(batch.as_mut()).await.unwrap();
        let (assessed, prints, ()) = kiemtin_analyze::assess::assess_and_ask(one.clone(), &Knowledge::default(), |_| ());
        let placed = stories.place(batch.as_mut(), &assessed, &prints, None).await.unwrap();
        assert_eq!((placed.adds, &placed.story), (true, &one.id), "nothing of a dropped batch is known");
        batch.put_document(&assessed, &placed.story).await.unwrap();
        stories.record(batch.as_mut(), &assessed, &prints, &placed, false).await.unwrap();
    }
    let copy = document("chep", "hai.vn", &every_tenth_changed(&one.text));
    take(&pipeline, std::slice::from_ref(&copy)).await;
    assert_eq!(story(&store, &copy).await, copy.id, "the text it was copied from was never stored");
}

/// Another report of the same: every fifth word is another one, so that no passage is shared.
fn retold(text: &str, by: &str) -> String {
    let words = text.split(' ').enumerate();
    words.map(|(i, w)| if i % 5 == 1 { format!("{by}{i}") } else { w.to_owned() }).collect::<Vec<_>>().join(" ")
}

async fn event(store: &SqliteStore, document: &Document) -> DocId {
    store.event_stories(&document.id, 1).await.unwrap().unwrap().0
}

#[tokio::test]
async fn reports_of_one_event_come_together_with_their_copies() {
    let folder = tempfile::tempdir().unwrap();
    let (pipeline, store) = pipeline(folder.path()).await;
    let first = document("mot", "mot.vn", &text(1, 200));
    let second = document("hai", "hai.vn", &retold(&first.text, "hai"));
    let copy = document("chep", "ba.vn", &second.text);
    let other = document("khac", "bon.vn", &text(9, 200));
    let late = Document { published_at: Some(START.plus(30 * 86_400_000)), ..document("muon", "nam.vn", &retold(&first.text, "nam")) };
    let all = [&first, &second, &copy, &other, &late].map(Clone::clone);
    take(&pipeline, &all).await;
    assert_eq!(story(&store, &second).await, second.id, "it is no copy");
    for (document, expected) in [(&second, &first), (&copy, &first), (&other, &other), (&late, &late)] {
        assert_eq!(event(&store, document).await, expected.id, "{}", document.title);
    }
    let spread = store.spreads(std::slice::from_ref(&first.id)).await.unwrap().remove(&first.id).unwrap();
    assert_eq!((spread.documents, spread.stories, spread.sources), (3, 2, 3));

    // An edited document stays in its event, whatever it says now, and the same file again changes nothing.
    let mended = Document { text: text(5, 200), ..second.clone() };
    take(&pipeline, &all).await;
    assert_eq!(take(&pipeline, std::slice::from_ref(&mended)).await.new_version, 1);
    assert_eq!((event(&store, &mended).await, store.last_report().await.unwrap()), (first.id, (4, 0)));
}

#[tokio::test]
async fn every_process_knows_the_same_events() {
    let folder = tempfile::tempdir().unwrap();
    let (first, store) = pipeline(folder.path()).await;
    let told: Vec<_> = (1..30).map(|i| document(&format!("tin{i}"), "mot.vn", &text(i * 10, 200))).collect();
    let (early, late) = told.split_at(15);
    take(&first, early).await;
    let (second, _) = pipeline(folder.path()).await;
    take(&second, &[document("x", "hai.vn", &text(5_000, 100))]).await;
    take(&first, late).await;
    let (third, _) = pipeline(folder.path()).await;
    for (process, source) in [(&first, "ba.vn"), (&second, "bon.vn"), (&third, "nam.vn")] {
        let again: Vec<_> = told.iter().map(|t| document(&t.title, source, &retold(&t.text, source.split('.').next().unwrap()))).collect();
        take(process, &again).await;
        for (report, of) in again.iter().zip(&told) {
            assert_eq!(event(&store, report).await, of.id, "{source} {}", report.title);
        }
    }
}

#[tokio::test]
async fn a_batch_that_was_not_committed_leaves_no_event() {
    let folder = tempfile::tempdir().unwrap();
    let (pipeline, store) = pipeline(folder.path()).await;
    let one = document("mot", "mot.vn", &text(1, 200));
    {
        let mut stories = pipeline.stories.open(store.as_ref()).await.unwrap();
        let mut batch = store.begin().await.unwrap();
        stories.catch_up(batch.as_mut()).await.unwrap();
        let terms = |of: &kiemtin_model::JustAssessed<'_>| kiemtin_analyze::events::Terms::of(of.read);
        let (assessed, prints, terms) = kiemtin_analyze::assess::assess_and_ask(one.clone(), &Knowledge::default(), terms);
        let placed = stories.place(batch.as_mut(), &assessed, &prints, None).await.unwrap();
        batch.put_document(&assessed, &placed.story).await.unwrap();
        stories.report(batch.as_mut(), &assessed.document, &terms, &placed, START).await.unwrap();
    }
    let again = document("hai", "hai.vn", &retold(&one.text, "hai"));
    take(&pipeline, std::slice::from_ref(&again)).await;
    assert_eq!(event(&store, &again).await, again.id, "the event was never stored");
    assert_eq!(store.last_report().await.unwrap(), (1, 0));
}

#[tokio::test]
async fn documents_from_before_get_an_event_when_they_change() {
    let folder = tempfile::tempdir().unwrap();
    let (pipeline, store) = pipeline(folder.path()).await;
    let old = document("cu", "mot.vn", &text(1, 200));
    let (assessed, _, ()) = kiemtin_analyze::assess::assess_and_ask(old.clone(), &Knowledge::default(), |_| ());
    let mut batch = store.begin().await.unwrap();
    batch.put_document(&assessed, &old.id).await.unwrap();
    batch.commit().await.unwrap();
    assert_eq!((event(&store, &old).await, store.last_report().await.unwrap().0), (old.id.clone(), 0), "until then it is its own");
    take(&pipeline, &[Document { text: format!("{} mới", old.text), ..old.clone() }]).await;
    assert_eq!(store.last_report().await.unwrap().0, 1);
    let report = document("moi", "hai.vn", &retold(&old.text, "hai"));
    take(&pipeline, std::slice::from_ref(&report)).await;
    assert_eq!(event(&store, &report).await, old.id);
}

#[tokio::test]
async fn an_edited_post_joins_its_story_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (first, store) = pipeline(folder.path()).await;
    let post = |name: &str, source: &str, text: &str| Document {
        group: SourceGroup::Social,
        kind: DocKind::Social,
        title: String::new(),
        ..document(name, source, text)
    };
    let text = "Sắp hết xăng toàn quốc rồi bà con ơi, đi đổ đầy bình ngay chiều nay";
    let original = post("goc", "mot.vn", text);
    let figure = post("so", "hai.vn", "Xăng lên 30.000 đồng một lít từ chiều nay bà con ơi");
    take(&first, &[original.clone(), figure.clone()]).await;
    let (second, _) = pipeline(folder.path()).await;
    let edited = [
        post("a", "ba.vn", &format!("Hot: {text}... chia sẻ gấp 🔥")),
        post("b", "bon.vn", "sap het xang toan quoc r ba con oi, di do day binh ngay chieu nayyyy"),
        post("c", "nam.vn", &text.replace("chiều nay", "tối nay")),
    ];
    let other = post("khac", "sau.vn", "Xăng lên 35.000 đồng một lít từ chiều nay bà con ơi");
    take(&second, &[edited.as_slice(), std::slice::from_ref(&other)].concat()).await;
    for copy in &edited {
        assert_eq!(story(&store, copy).await, original.id, "{}", copy.text);
    }
    assert_eq!(story(&store, &other).await, other.id, "another figure is another claim");
}
