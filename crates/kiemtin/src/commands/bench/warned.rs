//! What does a round of warnings cost in a store of some size, and what does counting by hour add to storing?

use super::Figures;
use crate::warnings::{About, round};
use kiemtin_analyze::bursts::simulated::Chance;
use kiemtin_model::time::{DAY_MS, HOUR_MS};
use kiemtin_model::{Actor, AssessedDocument, NarrativeKey, NarrativeState, Notify, Role, Time, TopicScore};
use kiemtin_store::conformance::sample;
use kiemtin_store::saved::save;
use kiemtin_store::{Joining, SqliteStore, Store};
use kiemtin_text::lexicon::Lexicon;
use std::time::Instant;

/// What is watched.
const TOPICS: usize = 14;
const SEARCHES: usize = 200;
const NARRATIVES: usize = 100;
/// Documents of a transaction.
const BATCH: usize = 500;
/// Rounds that are timed.
const ROUNDS: usize = 9;
/// Rate of the stores: documents a day.
const A_DAY: i64 = 1_150;
/// The end of all stores: Monday, 23 November 2026, 10:00 in Vietnam.
const END: Time = Time(1_795_402_800_000);

/// Measures on stores of several sizes; the larger ones reach further back, and the last one is busier.
pub async fn run(figures: &mut Figures) -> anyhow::Result<()> {
    let sample =
        sample("mau", "Giá bán lẻ xăng dầu trong nước", &"Giá bán lẻ trong nước theo kỳ điều hành của tuần này. ".repeat(40), "mau", 0);
    for (documents, a_day) in [(40_000, A_DAY), (200_000, A_DAY), (200_000, 5 * A_DAY)] {
        let name = format!("{documents} documents, {a_day} a day");
        let folder = tempfile::tempdir()?;
        let store = SqliteStore::open(&folder.path().join("kiemtin.db")).await?;
        let begun = Instant::now();
        fill(&store, &sample, documents, a_day).await?;
        figures.tell(&format!("{name}: stored"), f64::from(documents) / begun.elapsed().as_secs_f64(), "documents/s")?;
        let about = About { topics: (0..TOPICS).map(|t| (format!("t{t}"), format!("Chủ đề {t}"))).collect(), ..About::default() };
        let mut times = vec![];
        let mut judged = 0;
        for n in 0..ROUNDS {
            let begun = Instant::now();
            judged = round(&store, &about, &[], END.plus(n as i64 * HOUR_MS / 60)).await?.judged;
            times.push(begun.elapsed().as_secs_f64() * 1_000.0);
        }
        times.sort_by(f64::total_cmp);
        figures.tell(&format!("{name}: subjects judged in a round"), judged as f64, "subjects")?;
        figures.tell(&format!("{name}: a round"), times.get(ROUNDS / 2).copied().unwrap_or_default(), "ms (median)")?;
        store.close().await;
    }
    Ok(())
}

async fn fill(store: &SqliteStore, sample: &AssessedDocument, documents: u32, a_day: i64) -> anyhow::Result<()> {
    let lexicon = Lexicon::default();
    let mut searches = vec![];
    for n in 0..SEARCHES {
        searches.push(save(store, &lexicon, (&format!("Tìm {n}"), &format!("\"từ {n}\"")), Notify::None, END, &Actor::command()).await?.id);
    }
    let mut batch = store.begin().await?;
    let mut narratives = vec![];
    for n in 0..NARRATIVES {
        let key = NarrativeKey { key: format!("n{n}"), claim: format!("Tin {n}") };
        narratives.push(batch.put_narrative(&NarrativeState::new(key, END)).await?);
    }
    batch.commit().await?;
    let mut chance = Chance::new(1);
    let mut pick = |of: usize| ((chance.unit() * of as f64) as usize).min(of - 1);
    let mut done = 0;
    while done < documents as usize {
        let mut batch = store.begin().await?;
        for n in done..(done + BATCH).min(documents as usize) {
            let at = END.plus(-((documents as usize - n) as i64) * DAY_MS / a_day);
            let one = document(sample, n, at, pick(200), [pick(TOPICS), pick(TOPICS)]);
            let id = &one.document.id;
            let seq = batch.put_document(&one, id).await?;
            let mut matches: Vec<i64> = [pick(SEARCHES), pick(SEARCHES)].iter().filter_map(|s| searches.get(*s)).copied().collect();
            matches.dedup();
            batch.put_matches(id, seq, &matches, at).await?;
            if let (0, Some(narrative)) = (n % 10, narratives.get(pick(NARRATIVES))) {
                let (document, story, source) = (id.clone(), id.clone(), one.document.source.clone());
                batch.join(*narrative, &Joining { document, story, mass_copy: false, source, at, role: Role::Asserts, score: 5.0 }).await?;
            }
        }
        batch.commit().await?;
        done += BATCH;
    }
    Ok(())
}

fn document(sample: &AssessedDocument, n: usize, at: Time, source: usize, topics: [usize; 2]) -> AssessedDocument {
    let mut one = sample.clone();
    let url = format!("https://nguon{source}.example/{n}");
    one.document.id = kiemtin_model::DocId::from_url(&url);
    one.document.url = Some(url);
    one.document.source = format!("nguon{source}");
    one.document.published_at = Some(at);
    one.document.fetched_at = at;
    one.document.title = format!("{} {n}", one.document.title);
    one.content_hash = one.document.content_hash();
    one.text_hash = kiemtin_model::text_hash(&one.document.title, &one.document.text);
    one.topics = topics.iter().map(|t| TopicScore { id: format!("t{t}"), score: 1.0 }).collect();
    one.topics.dedup_by(|a, b| a.id == b.id);
    one
}
