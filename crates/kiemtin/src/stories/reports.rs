//! Which event does a report belong to? Keeps the index of reports up with the store, and asks it.

use kiemtin_analyze::copies::Placed;
use kiemtin_analyze::events::{EventIndex, Join, Term, Terms, Tuning, Vector, teaches};
use kiemtin_model::{DocId, Document, Time};
use kiemtin_store::{Batch, NewReport, Store, StoredReport};

/// Reports, or merges, read at once.
const PAGE: usize = 2_000;

/// The index of reports, and how far it followed the store.
pub(super) struct Reports {
    index: EventIndex,
    /// Number of the last merge that it knows.
    merge: i64,
}

impl Default for Reports {
    fn default() -> Self {
        Self { index: EventIndex::new(Tuning::default()), merge: 0 }
    }
}

impl Reports {
    /// Brings the index near the end of the store.
    pub(super) async fn follow(&mut self, store: &dyn Store) -> anyhow::Result<()> {
        let (last, merge) = store.last_report().await?;
        if self.index.newest() == 0 {
            // Reports are read with the events that they have now: merges of before are done.
            self.merge = merge;
        }
        let mut after = EventIndex::begin(last).max(self.index.newest());
        loop {
            let page = store.reports_since(after, PAGE).await?;
            let Some(last) = page.last().map(|r| r.number) else { return Ok(()) };
            self.add(page);
            after = last;
        }
    }

    /// Brings the index to the end of the store: nobody else can write now.
    pub(super) async fn catch_up(&mut self, store: &mut dyn Batch) -> anyhow::Result<()> {
        loop {
            let page = store.reports_since(self.index.newest(), PAGE).await?;
            if page.is_empty() {
                break;
            }
            self.add(page);
        }
        loop {
            let page = store.merges_since(self.merge, PAGE).await?;
            let Some(last) = page.last().map(|m| m.number) else { return Ok(()) };
            page.iter().for_each(|m| self.index.merge(m.gone, m.into));
            self.merge = last;
        }
    }

    fn add(&mut self, page: Vec<StoredReport>) {
        for r in page {
            // What another version of kiemtin made in another way is like nothing.
            let vector = Vector::from_bytes(&r.vector).unwrap_or_default();
            self.index.add(r.number, r.event, r.at, vector, r.terms.as_deref().map(from_bytes));
        }
    }

    /// Finds the event of a report and records both.
    pub(super) async fn record(
        &mut self,
        store: &mut dyn Batch,
        document: &Document,
        terms: &Terms,
        placed: &Placed,
        now: Time,
    ) -> anyhow::Result<()> {
        let at = document.time();
        let vector = self.index.vector(terms);
        let quoted: Vec<DocId> = placed.quotes.iter().map(|(id, _)| id.clone()).collect();
        let quoted = if quoted.is_empty() { vec![] } else { store.events_of(&quoted).await? };
        let found = self.index.place(at, &vector, &quoted);
        let taught = teaches(self.index.newest() + 1).then(|| terms.list.iter().map(|(term, _)| *term).collect::<Box<[Term]>>());
        let (joined, likeness) = match found.join {
            Join::First => ("first", None),
            Join::Like(likeness) => ("like", Some(f64::from(likeness))),
            Join::Quote(likeness) => ("quote", Some(f64::from(likeness))),
        };
        let report = NewReport {
            story: placed.story.clone(),
            event: found.event,
            at,
            joined,
            likeness,
            vector: vector.to_bytes(),
            terms: taught.as_deref().map(to_bytes),
        };
        let (number, event) = store.put_report(&report).await?;
        self.index.add(number, event, at, vector, taught);
        for (gone, likeness) in &found.merged {
            self.merge = store.merge_events(*gone, event, &placed.story, f64::from(*likeness), now).await?;
            self.index.merge(*gone, event);
        }
        Ok(())
    }
}

fn to_bytes(terms: &[Term]) -> Vec<u8> {
    terms.iter().flat_map(|t| t.to_le_bytes()).collect()
}

fn from_bytes(bytes: &[u8]) -> Box<[Term]> {
    bytes.as_chunks::<4>().0.iter().map(|b| Term::from_le_bytes(*b)).collect()
}
