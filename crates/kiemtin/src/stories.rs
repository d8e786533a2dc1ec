//! Which story does a new text join, and which event? Keeps the indexes of prints and of reports up with the store, and asks
//! them.
//!
//! The prints and reports in the store are the truth; the indexes over them live in memory and are caught up inside each
//! write transaction, so that several processes agree and a killed one loses nothing.

mod reports;

use kiemtin_analyze::copies::{CANDIDATES, Candidate, CopyIndex, Placed, place};
use kiemtin_analyze::events::Terms;
use kiemtin_model::{AssessedDocument, DocId, Document, Time};
use kiemtin_store::{Batch, PrintNumber, PrintedText, Quote, Store, StoredPrints};
use kiemtin_text::winnow::Prints;
use reports::Reports;
use tokio::sync::{Mutex, MutexGuard};

/// Prints read at once.
const PAGE: usize = 2_000;

/// The indexes of this process.
#[derive(Default)]
pub struct Stories {
    followed: Mutex<Followed>,
}

#[derive(Default)]
struct Followed {
    index: CopyIndex,
    reports: Reports,
    /// A batch was begun and not committed: the indexes may hold what the store does not.
    unsettled: bool,
}

/// The indexes, held by one batch from before its transaction until after its commit.
pub struct Open<'a> {
    followed: MutexGuard<'a, Followed>,
}

impl Stories {
    /// Takes the indexes for one batch and brings them near the end of the store, before the transaction is begun.
    pub async fn open(&self, store: &dyn Store) -> anyhow::Result<Open<'_>> {
        let mut followed = self.followed.lock().await;
        if followed.unsettled {
            *followed = Followed::default();
        }
        let begin = followed.index.begin(store.last_print().await?).max(followed.index.newest());
        let mut after = begin;
        loop {
            let page = store.prints_since(after, PAGE).await?;
            let Some(last) = followed.add(&page) else { break };
            after = last;
        }
        followed.reports.follow(store).await?;
        Ok(Open { followed })
    }
}

impl Followed {
    /// Gives the number of the last one.
    fn add(&mut self, page: &[StoredPrints]) -> Option<PrintNumber> {
        for stored in page {
            self.index.add(stored.number, stored.prints.as_ref());
        }
        page.last().map(|p| p.number)
    }
}

impl Open<'_> {
    /// Brings the indexes to the end of the store: nobody else can write now.
    pub async fn catch_up(&mut self, store: &mut dyn Batch) -> anyhow::Result<()> {
        self.followed.unsettled = true;
        loop {
            let page = store.prints_since(self.followed.index.newest(), PAGE).await?;
            if self.followed.add(&page).is_none() {
                break;
            }
        }
        self.followed.reports.catch_up(store).await
    }

    /// Finds the event of a placed text and records it, after its document was stored. Copies and later
    /// versions are in the event of their story.
    pub async fn report(
        &mut self,
        store: &mut dyn Batch,
        document: &Document,
        terms: &Terms,
        placed: &Placed,
        now: Time,
    ) -> anyhow::Result<()> {
        // Its first document may have been forgotten and come again, while copies of it stayed.
        if !store.has_report(&placed.story).await? {
            self.followed.reports.record(store, document, terms, placed, now).await?;
        }
        Ok(())
    }

    /// Says which story a text belongs to. `before`: the story of its earlier version.
    pub async fn place(
        &self,
        store: &mut dyn Batch,
        assessed: &AssessedDocument,
        prints: &Prints,
        before: Option<&DocId>,
    ) -> anyhow::Result<Placed> {
        let document = &assessed.document;
        let exact = store.story_of(&assessed.text_hash).await?;
        // A text that is stored has been compared before.
        let likes = if exact.is_some() { vec![] } else { self.followed.index.like(prints) };
        let likes: Vec<_> = likes.into_iter().filter(|l| l.relation().is_some()).take(CANDIDATES).collect();
        if likes.is_empty() {
            return Ok(place(document, before, exact.as_ref(), &[]));
        }
        let numbers: Vec<PrintNumber> = likes.iter().map(|l| l.number).collect();
        let printed = store.printed(&numbers).await?;
        let candidates = likes.iter().filter_map(|like| {
            let PrintedText { document, story, source, at } = printed.get(&like.number)?;
            Some(Candidate { like: *like, document, story, source, at: *at })
        });
        Ok(place(document, before, exact.as_ref(), &candidates.collect::<Vec<_>>()))
    }

    /// Records what a placed text adds, after its document was stored. `again`: there was an earlier version.
    pub async fn record(
        &mut self,
        store: &mut dyn Batch,
        assessed: &AssessedDocument,
        prints: &Prints,
        placed: &Placed,
        again: bool,
    ) -> anyhow::Result<()> {
        let document = &assessed.document;
        if again || !placed.quotes.is_empty() {
            let quotes = placed.quotes.iter();
            let quotes: Vec<_> =
                quotes.map(|(quoted, like)| Quote { quoted: quoted.clone(), of_own: like.of_own(), of_quoted: like.of_theirs() }).collect();
            store.put_quotes(&document.id, &quotes).await?;
        }
        if placed.adds && !prints.list.is_empty() {
            let text = PrintedText {
                document: document.id.clone(),
                story: placed.story.clone(),
                source: document.source.clone(),
                at: document.time(),
            };
            let number = store.put_prints(&text, prints).await?;
            self.followed.index.add(number, Some(prints));
        }
        Ok(())
    }

    /// The transaction is durable: the indexes hold what the store holds.
    pub fn committed(mut self) {
        self.followed.unsettled = false;
    }
}

#[cfg(test)]
mod tests;
