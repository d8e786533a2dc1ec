//! How does one machine find documents? In a tantivy index inside this process.
//!
//! Searching needs no lock. Writing takes tantivy's lock of the folder at the first change and keeps it, so that one
//! process follows the store and the others read what it wrote. The cursor travels in the payload of the commit: files
//! and cursor become visible together, or not at all.

use super::compile::Compiler;
use super::gather::{Found, Wanted, engine, gather};
use super::limit::Limit;
use super::periods::Periods;
use super::{analyzer, meant, plan, schema, telling, trend};
use crate::index::{Cursor, IndexError, SearchIndex, SearchRequest, SearchResult};
use crate::trend::{Trend, TrendRequest};
use crate::types::StoredDocument;
use async_trait::async_trait;
use kiemtin_model::Time;
use kiemtin_text::lexicon::expand;
use kiemtin_text::query::Phrase;
use kiemtin_text::readings::Readings;
use kiemtin_text::{Key, scan};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tantivy::directory::MmapDirectory;
use tantivy::directory::error::LockError;
use tantivy::tokenizer::{TextAnalyzer, TokenizerManager};
use tantivy::{Index, IndexReader, IndexSettings, IndexSortByField, IndexWriter, Order, ReloadPolicy, Searcher, TantivyError, Term};

/// Memory of the writer in bytes before it writes a segment.
const WRITER_BYTES: usize = 64 << 20;
/// Texts that are all learnt from, and how many later ones are.
const LEARN_ALL: u64 = 4_000;
const LEARN_ONE_IN: i64 = 8;
/// Furthest place in a result that can be asked for.
const MOST_OFFSET: usize = 10_000;
/// How long a search may take, unless the opener says otherwise.
const TIME_LIMIT: Duration = Duration::from_secs(5);
/// Most hits at once.
const MOST_HITS: usize = 1_000;

/// The embedded index.
#[derive(Clone)]
pub struct TantivyIndex {
    inner: Arc<Inner>,
}

struct Inner {
    index: Index,
    fields: schema::Fields,
    reader: IndexReader,
    /// Held from the first change on; dropped after a failed one, whose documents are not in the index.
    writer: Mutex<Option<IndexWriter>>,
    /// What the words of the texts are, learnt from those that were applied.
    readings: Mutex<Arc<Readings>>,
    periods: Periods,
    /// How long a search may take.
    time_limit: Duration,
    /// Payload of the commit that the reader shows.
    shown: Mutex<Option<String>>,
}

impl TantivyIndex {
    /// Opens the index in this folder, or makes an empty one. Fields and analysis have a folder of their own per version
    /// (`v1`), so that another version of kiemtin neither reads nor breaks it.
    pub fn open(dir: &Path) -> Result<Self, IndexError> {
        Self::open_with(dir, TIME_LIMIT)
    }

    /// The same, with the time after which a search is given up.
    pub fn open_with(dir: &Path, time_limit: Duration) -> Result<Self, IndexError> {
        let dir = dir.join(format!("v{}", schema::VERSION));
        std::fs::create_dir_all(&dir).map_err(engine)?;
        let (schema, fields) = schema::build();
        let tokenizers = TokenizerManager::default();
        tokenizers.register(analyzer::NAME, TextAnalyzer::builder(analyzer::Analyzer).build());
        let directory = MmapDirectory::open(&dir).map_err(engine)?;
        let by_time = IndexSortByField { field: schema::PUBLISHED.into(), order: Order::Desc };
        let settings = IndexSettings { sort_by_field: Some(by_time), ..IndexSettings::default() };
        let index = Index::builder().schema(schema).settings(settings).tokenizers(tokenizers).open_or_create(directory).map_err(engine)?;
        let shown = index.load_metas().map_err(engine)?.payload;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().map_err(engine)?;
        let inner = Inner {
            index,
            fields,
            reader,
            writer: Mutex::new(None),
            periods: Periods::default(),
            time_limit,
            shown: Mutex::new(shown),
            readings: Mutex::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Lets merges that are under way end and gives the lock of the folder back. Call it before a short-lived process
    /// ends: merges that are cut off leave their work to the next one.
    pub async fn close(&self) -> Result<(), IndexError> {
        self.run(|inner| match lock(&inner.writer).take() {
            Some(writer) => writer.wait_merging_threads().map_err(engine),
            None => Ok(()),
        })
        .await
    }

    /// Whether these two syllables are one word, by the texts learnt from: side by side far more often than by chance.
    pub fn is_word(&self, first: Key, second: Key) -> bool {
        lock(&self.inner.readings).affinity(first, second).is_some_and(|affinity| affinity > plan::TOGETHER)
    }

    /// Runs work of the engine off the async threads.
    async fn run<T: Send + 'static>(&self, work: impl FnOnce(&Inner) -> Result<T, IndexError> + Send + 'static) -> Result<T, IndexError> {
        let inner = Arc::clone(&self.inner);
        tokio::task::spawn_blocking(move || work(&inner)).await.map_err(engine)?
    }
}

/// A panic while the lock was held leaves no half-made value: the writer is taken out before it is used.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Inner {
    fn open_writer(&self) -> Result<IndexWriter, IndexError> {
        self.index.writer_with_num_threads(1, WRITER_BYTES).map_err(|error| match error {
            TantivyError::LockFailure(LockError::LockBusy, _) => IndexError::Busy,
            error => engine(error),
        })
    }

    /// The only way to commit: a plain commit of the engine would erase the cursor. After a failure the writer is gone
    /// and the index is as it was; the next change makes a new writer.
    fn write(&self, change: impl FnOnce(&IndexWriter) -> tantivy::Result<()>, cursor: Option<&Cursor>) -> Result<(), IndexError> {
        let payload = cursor.map(serde_json::to_string).transpose().map_err(engine)?;
        let mut slot = lock(&self.writer);
        let mut writer = match slot.take() {
            Some(writer) => writer,
            None => self.open_writer()?,
        };
        change(&writer).map_err(engine)?;
        let mut commit = writer.prepare_commit().map_err(engine)?;
        if let Some(payload) = &payload {
            commit.set_payload(payload);
        }
        commit.commit().map_err(engine)?;
        *slot = Some(writer);
        self.show(payload)
    }

    fn show(&self, payload: Option<String>) -> Result<(), IndexError> {
        self.reader.reload().map_err(engine)?;
        *lock(&self.shown) = payload;
        Ok(())
    }

    /// Shows the last commit of whichever process. Gives its cursor, read first: a search sees at least so much.
    fn catch_up(&self) -> Result<Option<Cursor>, IndexError> {
        let payload = self.index.load_metas().map_err(engine)?.payload;
        let cursor = payload.as_deref().and_then(|p| serde_json::from_str(p).ok());
        if *lock(&self.shown) != payload {
            self.show(payload)?;
        }
        Ok(cursor)
    }

    /// Learns the words of some of these documents: of all at first, of one in [`LEARN_ONE_IN`] later.
    fn learn(&self, documents: &[StoredDocument]) {
        let mut slot = lock(&self.readings);
        let readings = Arc::make_mut(&mut slot);
        for stored in documents {
            if readings.texts() < LEARN_ALL || stored.seq % LEARN_ONE_IN == 0 {
                readings.learn(&scan(&stored.assessed.document.title));
                readings.learn(&scan(&stored.assessed.document.text));
            }
        }
    }

    /// Begins the time of a search.
    fn compiler<'a>(&'a self, searcher: &'a Searcher, now: Time) -> Result<Compiler<'a>, IndexError> {
        let bare = Term::from_field_text(self.fields.marks, schema::BARE);
        let bare_documents = searcher.doc_freq(&bare).map_err(engine)? > 0;
        Ok(Compiler { fields: &self.fields, searcher, now, time: Limit::of(self.time_limit), bare_documents })
    }

    fn trend(&self, request: &TrendRequest) -> Result<Trend, IndexError> {
        let indexed_through = self.catch_up()?.map_or(0, |c| c.seq);
        let searcher = self.reader.searcher();
        let compiler = self.compiler(&searcher, request.now)?;
        let matching = compiler.matching(&SearchRequest { query: request.query.clone(), ..SearchRequest::default() })?;
        Ok(Trend { indexed_through, ..trend::count(&searcher, &self.periods, &*matching, request, &compiler.time)? })
    }

    fn search(&self, request: &SearchRequest) -> Result<SearchResult, IndexError> {
        if request.offset > MOST_OFFSET {
            return Err(IndexError::Query(format!("chỉ xem được {MOST_OFFSET} kết quả đầu; hãy thu hẹp câu tìm hoặc khoảng ngày")));
        }
        let indexed_through = self.catch_up()?.map_or(0, |c| c.seq);
        let searcher = self.reader.searcher();
        let compiler = self.compiler(&searcher, request.now)?;
        let readings = lock(&self.readings).clone();
        let wanted = Wanted {
            order: request.order,
            now: request.now,
            offset: request.offset,
            limit: request.limit.min(MOST_HITS),
            facets: request.facets,
            time: compiler.time,
        };
        let mut request = request.clone();
        let (mut instead, mut proposed, mut expanded, mut found) = (None, vec![], vec![], vec![]);
        if !request.as_typed {
            let looked = meant::look(&searcher, &compiler, &request, &readings)?;
            (proposed, found) = (looked.others, looked.found);
            if let Some((text, query)) = looked.better {
                (instead, request.query) = (Some(text), Some(query));
                found = vec![];
            }
            if let Some(query) = &request.query {
                let (query, put_in) = expand(query, &request.lexicon, &|word| readings.short_for(word));
                (request.query, expanded) = (Some(query), put_in);
            }
        }
        let plan = plan::plan(&compiler, &request, &found, &readings)?;
        let Found { total, hits, facets } = gather(&searcher, &self.fields, &plan, &wanted)?;
        Ok(SearchResult { total, hits, facets, indexed_through, query: request.query, expanded, instead, meant: proposed })
    }
}

#[async_trait]
impl SearchIndex for TantivyIndex {
    async fn cursor(&self) -> Result<Option<Cursor>, IndexError> {
        self.run(Inner::catch_up).await
    }

    async fn apply(&self, documents: &[StoredDocument], cursor: &Cursor) -> Result<(), IndexError> {
        self.inner.learn(documents);
        let id = self.inner.fields.id;
        let documents: Vec<_> =
            documents.iter().map(|d| (Term::from_field_text(id, &d.assessed.document.id.0), self.inner.fields.document(d))).collect();
        let cursor = cursor.clone();
        self.run(move |inner| {
            let change = |writer: &IndexWriter| {
                for (name, document) in documents {
                    writer.delete_term(name);
                    writer.add_document(document)?;
                }
                Ok(())
            };
            inner.write(change, Some(&cursor))
        })
        .await
    }

    async fn clear(&self) -> Result<(), IndexError> {
        self.run(|inner| inner.write(|writer| writer.delete_all_documents().map(|_| ()), None)).await
    }

    async fn search(&self, request: &SearchRequest) -> Result<SearchResult, IndexError> {
        let request = request.clone();
        self.run(move |inner| inner.search(&request)).await
    }

    async fn telling(&self, title: &str, text: &str) -> Result<Vec<Phrase>, IndexError> {
        let (title, text) = (title.to_owned(), text.to_owned());
        self.run(move |inner| {
            inner.catch_up()?;
            let readings = lock(&inner.readings).clone();
            telling::telling(&inner.reader.searcher(), inner.fields.text, &readings, &title, &text)
        })
        .await
    }

    async fn trend(&self, request: &TrendRequest) -> Result<Trend, IndexError> {
        let request = request.clone();
        self.run(move |inner| inner.trend(&request)).await
    }

    fn schema(&self) -> u32 {
        schema::VERSION
    }
}
