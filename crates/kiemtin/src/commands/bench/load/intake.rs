//! How are documents taken in while others search, and how soon are they found?
//!
//! Either straight into the store, as fast as it and the index can, or through the whole pipeline, which mostly shows what
//! assessing costs. As with `ingest`, a batch is recorded while the index takes up the one before, and no further ahead: what is
//! stored at full speed is to be found at once. One document of a batch gets a word that no other has and is asked for until it
//! is found.

use super::super::index::stored;
use super::super::{Lines, edits::Numbers};
use super::client::Client;
use crate::pipeline;
use crate::service::Running;
use kiemtin_model::{DocId, Document};
use kiemtin_store::Store;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

/// Documents that are recorded together.
const BATCH: usize = 200;
/// How often the service is asked for a document that was recorded, and how often the index is looked at.
const ASK: Duration = Duration::from_millis(20);
const LOOK: Duration = Duration::from_millis(2);
/// A document that is not found after this time counts as lost.
const LOST: Duration = Duration::from_secs(60);

/// Takes documents in.
pub struct Intake<'a> {
    running: &'a Running,
    corpus: &'a [PathBuf],
    lines: Lines<'a>,
    /// How often the corpus was gone through.
    round: usize,
    pipeline: bool,
    client: Option<Client>,
    searched: Option<JoinHandle<anyhow::Result<(Duration, Client)>>>,
    numbers: Numbers,
    /// Last change before the batch that was recorded last.
    before: i64,
}

/// What was taken in.
#[derive(Default)]
pub struct Taken {
    pub documents: u64,
    pub time: Duration,
    /// Times from the commit of the store until a search found the document.
    pub found_after: Vec<Duration>,
    /// Documents that were not found.
    pub lost: usize,
}

impl<'a> Intake<'a> {
    pub fn open(running: &'a Running, corpus: &'a [PathBuf], pipeline: bool, client: Client) -> anyhow::Result<Self> {
        let lines = Lines::open(corpus)?;
        Ok(Self { running, corpus, lines, round: 0, pipeline, client: Some(client), searched: None, numbers: Numbers(5), before: 0 })
    }

    /// Takes so many in, without a search, and waits until all are found.
    pub async fn fill(&mut self, documents: u64) -> anyhow::Result<()> {
        let mut left = documents as usize;
        while left > 0 {
            let batch = self.batch(left.min(BATCH * 10))?;
            left -= batch.len();
            self.record(batch).await?;
        }
        self.indexed(self.running.store.counts().await?.last_seq).await;
        Ok(())
    }

    /// Takes documents in until then.
    pub async fn run(&mut self, until: Instant) -> anyhow::Result<Taken> {
        let begun = Instant::now();
        let mut taken = Taken::default();
        while Instant::now() < until {
            let mut batch = self.batch(BATCH)?;
            self.hear(&mut taken, false).await?;
            let word = self.client.is_some().then(|| unique_word(&mut self.numbers));
            if let (Some(word), Some((document, _))) = (&word, batch.last_mut()) {
                document.text = format!("{}\n{word}", document.text);
            }
            taken.documents += batch.len() as u64;
            self.record(batch).await?;
            if let Some((word, client)) = word.zip(self.client.take()) {
                self.searched = Some(tokio::spawn(search(client, word, Instant::now())));
            }
        }
        taken.time = begun.elapsed();
        self.hear(&mut taken, true).await?;
        Ok(taken)
    }

    /// Notes how long the last search took, if it has ended.
    async fn hear(&mut self, taken: &mut Taken, wait: bool) -> anyhow::Result<()> {
        if let Some(searched) = self.searched.take_if(|searched| wait || searched.is_finished()) {
            let (after, client) = searched.await??;
            self.client = Some(client);
            if after < LOST {
                taken.found_after.push(after);
            } else {
                taken.lost += 1;
            }
        }
        Ok(())
    }

    /// The next documents; after the last one the corpus begins anew, with other ids.
    fn batch(&mut self, size: usize) -> anyhow::Result<Vec<(Document, Option<String>)>> {
        let mut batch = Vec::with_capacity(size);
        while batch.len() < size {
            let Some((mut document, topic)) = self.lines.next()? else {
                self.round += 1;
                self.lines = Lines::open(self.corpus)?;
                continue;
            };
            let id = document.source_id.take().unwrap_or_else(|| document.id.0.clone());
            document.id = DocId(format!("{id}~{}", self.round));
            batch.push((document, topic));
        }
        Ok(batch)
    }

    /// Records a batch, and waits until the one before is found.
    async fn record(&mut self, batch: Vec<(Document, Option<String>)>) -> anyhow::Result<()> {
        if self.pipeline {
            let lines = batch.into_iter().map(|(document, _)| pipeline::Intake::Document(document, None));
            self.running.pipeline.take_in(lines.collect()).await?;
        } else {
            let mut transaction = self.running.store.begin().await?;
            for (document, topic) in batch {
                let stored = stored(0, document, topic);
                transaction.put_document(&stored.assessed, &stored.story).await?;
            }
            transaction.commit().await?;
        }
        let recorded = self.running.store.counts().await?.last_seq;
        let before = std::mem::replace(&mut self.before, recorded);
        self.indexed(before).await;
        Ok(())
    }

    async fn indexed(&self, seq: i64) {
        while self.running.status.snapshot().index_seq < seq {
            tokio::time::sleep(LOOK).await;
        }
    }
}

/// Asks until the document with this word is found, and gives the time since it was recorded.
async fn search(mut client: Client, word: String, recorded: Instant) -> anyhow::Result<(Duration, Client)> {
    while recorded.elapsed() < LOST {
        let found = client.search(&[("q", &word), ("spelling", "typed"), ("limit", "1")]).await?;
        if found.get("total").and_then(serde_json::Value::as_u64) > Some(0) {
            break;
        }
        tokio::time::sleep(ASK).await;
    }
    Ok((recorded.elapsed(), client))
}

/// Twelve letters that no text has.
fn unique_word(numbers: &mut Numbers) -> String {
    let letter = |numbers: &mut Numbers| char::from(b"bcdfghjklmnpqrstvwxz".get(numbers.below(20)).copied().unwrap_or(b'z'));
    (0..12).map(|_| letter(numbers)).collect()
}
