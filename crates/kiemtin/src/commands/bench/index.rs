//! What does it cost to index texts, and how large does the index get?
//!
//! Documents go through the index as the follower gives them, in commits of [`BATCH`]; the processor time of the whole process
//! is counted, merges included, but for reading the corpus.

use super::{Figures, Lines, process_time, processor_time};
use kiemtin_model::{AssessedDocument, Assessment, DocId, Document, Stance, TopicScore};
use kiemtin_store::{Cursor, SearchIndex, StoredDocument, TantivyIndex};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Documents per commit.
const BATCH: usize = 5_000;

/// Fills an index in `dir` with the corpus and tells what it cost.
pub async fn run(corpus: &[PathBuf], figures: &mut Figures) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    fill(corpus, dir.path(), figures).await.map(drop)
}

/// The filled index, and the number of documents.
pub async fn fill(corpus: &[PathBuf], dir: &Path, figures: &mut Figures) -> anyhow::Result<(TantivyIndex, u64)> {
    let index = TantivyIndex::open(dir)?;
    let (mut reading, mut wall, mut bytes, mut seq) = (Duration::ZERO, Duration::ZERO, 0usize, 0i64);
    let all = process_time()?;
    let mut batch: Vec<StoredDocument> = Vec::with_capacity(BATCH);
    let mut lines = Lines::open(corpus)?;
    loop {
        // Read on this thread; merges that run meanwhile on others count.
        let begun = processor_time()?;
        while batch.len() < BATCH
            && let Some((document, topic)) = lines.next()?
        {
            bytes += document.title.len() + document.text.len();
            seq += 1;
            batch.push(stored(seq, document, topic));
        }
        reading += processor_time()?.saturating_sub(begun);
        if batch.is_empty() {
            break;
        }
        let begun = Instant::now();
        let cursor = Cursor { log: "bench".into(), seq, schema: index.schema() };
        index.apply(std::mem::replace(&mut batch, Vec::with_capacity(BATCH)), &cursor).await?;
        wall += begun.elapsed();
    }
    index.close().await?;
    let spent = process_time()?.saturating_sub(all).saturating_sub(reading);
    let megabytes = bytes as f64 / 1e6;
    figures.tell("documents", seq as f64, "documents")?;
    figures.tell("text", megabytes, "MB")?;
    figures.tell("indexing", megabytes / spent.as_secs_f64(), "MB/CPU s")?;
    figures.tell("indexing, documents", seq as f64 / spent.as_secs_f64(), "documents/CPU s")?;
    figures.tell("indexing, wall", megabytes / wall.as_secs_f64(), "MB/s")?;
    figures.tell("index against text", size(dir)? as f64 / bytes.max(1) as f64, "ratio")?;
    Ok((index, seq.unsigned_abs()))
}

/// A document as the store would give it, without what the rules would say of it.
pub fn stored(seq: i64, mut document: Document, topic: Option<String>) -> StoredDocument {
    // Judgements name documents by the ids of their lines.
    if let Some(id) = &document.source_id {
        document.id = DocId(id.clone());
    }
    let assessment = Assessment::nothing(Stance::Reports, "");
    let assessed = AssessedDocument {
        content_hash: String::new(),
        text_hash: String::new(),
        topics: topic.into_iter().map(|id| TopicScore { id, score: 1.0 }).collect(),
        units: vec![],
        provinces: vec![],
        assessment,
        document,
    };
    StoredDocument { saved: vec![], seq, version: 1, story: assessed.document.id.clone(), assessed }
}

fn size(dir: &Path) -> anyhow::Result<u64> {
    let mut size = 0;
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        size += if entry.file_type()?.is_dir() { self::size(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(size)
}
