//! How does one generation of the index hold its documents? In a tantivy index in a folder of its own.
//!
//! Searching needs no lock. Writing takes tantivy's lock of the folder at the first change and keeps it, so that one
//! process follows the store and the others read what it wrote. The cursor travels in the payload of the commit: files
//! and cursor become visible together, or not at all.

use super::asking::Asking;
use super::compile::Compiler;
use super::gather::{Found, Wanted, engine, gather};
use super::generations::{Held, Name};
use super::idle::Core;
use super::kept::Kept;
use super::learnt::Learnt;
use super::limit::Limit;
use super::periods::Periods;
use super::sorts::Sorts;
use super::{analyzer, frequent, meant, pairs, plan, schema, telling, trend, unknown};
use crate::index::{Cursor, IndexError, SearchRequest, SearchResult};
use crate::trend::{Trend, TrendRequest};
use crate::types::StoredDocument;
use kiemtin_model::{DocId, Time};
use kiemtin_text::lexicon::expand;
use kiemtin_text::query::Phrase;
use kiemtin_text::readings::Assumes;
use kiemtin_text::{Key, Scanned, scan};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};
use tantivy::directory::MmapDirectory;
use tantivy::directory::error::LockError;
use tantivy::merge_policy::LogMergePolicy;
use tantivy::tokenizer::{TextAnalyzer, TokenizerManager};
use tantivy::{Index, IndexReader, IndexSettings, IndexSortByField, IndexWriter, Order, ReloadPolicy, Searcher, TantivyError, Term};

/// Memory of the writer in bytes before it writes a segment.
const WRITER_BYTES: usize = 64 << 20;
/// Segments of fewer documents count as equally small. Small, because a running service commits a few documents at a time: with
/// the engine's 10,000 some thousand documents would be merged again with every few new ones.
const SMALLEST_LAYER: u32 = 1_000;
/// Segments of more documents are not merged any more. Merging takes memory by their number: a service at 2,200,000 documents
/// went from 445 to 719 MB, by all signs when its eight largest became one, so that one segment is asked in their place.
const MOST_MERGED: usize = 100_000;
/// Share of replaced documents beyond which a segment is written anew.
const MOST_DELETED: f32 = 0.3;
/// How often segments with removed documents are looked for before they are left to the next time.
const PURGE_TRIES: usize = 3;
/// Furthest place in a result that can be asked for.
const MOST_OFFSET: usize = 10_000;
/// Most hits at once.
const MOST_HITS: usize = 1_000;

/// A generation of the index.
pub(super) struct Generation {
    pub(super) name: Name,
    index: Index,
    fields: schema::Fields,
    reader: IndexReader,
    /// Held from the first change on; dropped after a failed one, whose documents are not in the index.
    writer: Mutex<Option<IndexWriter>>,
    /// What the words of the texts are, learnt from those that were applied.
    learnt: Learnt,
    /// Which documents lie in which time.
    periods: Periods,
    /// Which sorts of documents there are.
    sorts: Sorts,
    /// What its large segments answered before.
    kept: Kept,
    /// The commit that the reader shows.
    shown: Mutex<Shown>,
    /// File that every commit replaces.
    commits: PathBuf,
    /// Keeps the folder from being deleted while it is read.
    _held: Held,
}

/// The commit that a reader shows.
struct Shown {
    payload: Option<String>,
    cursor: Option<Cursor>,
    /// The file of the commits as it was when this was read.
    read: Option<Read>,
}

/// When a file was written and its length, and when it was first seen so.
#[derive(Clone, Copy)]
struct Read {
    stamp: (SystemTime, u64),
    first: Instant,
    /// It was read long enough after: it was not written again within the steps of the clock.
    settled: bool,
}

/// Two writes further apart have different times, on any file system.
const SETTLED: Duration = Duration::from_millis(100);

/// A panic while the lock was held leaves no half-made value: the writer is taken out before it is used.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Generation {
    /// Opens the generation in its folder of `root`, or makes an empty one.
    pub(super) fn open(root: &Path, name: Name) -> Result<Self, IndexError> {
        let dir = root.join(name.to_string());
        std::fs::create_dir_all(&dir).map_err(engine)?;
        let held = Held::take(&dir).map_err(engine)?;
        let (schema, fields) = schema::build();
        let tokenizers = TokenizerManager::default();
        tokenizers.register(analyzer::NAME, TextAnalyzer::builder(analyzer::Analyzer { marks: true }).build());
        tokenizers.register(analyzer::UNMARKED, TextAnalyzer::builder(analyzer::Analyzer { marks: false }).build());
        tokenizers.register(pairs::NAME, TextAnalyzer::builder(pairs::Classes).build());
        let directory = MmapDirectory::open(&dir).map_err(engine)?;
        let by_time = IndexSortByField { field: schema::PUBLISHED.into(), order: Order::Desc };
        let settings = IndexSettings { sort_by_field: Some(by_time), ..IndexSettings::default() };
        let index = Index::builder().schema(schema).settings(settings).tokenizers(tokenizers).open_or_create(directory).map_err(engine)?;
        let payload = index.load_metas().map_err(engine)?.payload;
        let cursor = payload.as_deref().and_then(|p| serde_json::from_str(p).ok());
        let shown = Shown { payload, cursor, read: None };
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().map_err(engine)?;
        let (writer, shown, commits) = (Mutex::new(None), Mutex::new(shown), dir.join("meta.json"));
        Ok(Self {
            name,
            index,
            fields,
            reader,
            writer,
            learnt: Learnt::open(&dir),
            periods: Periods::default(),
            sorts: Sorts::default(),
            kept: Kept::default(),
            shown,
            commits,
            _held: held,
        })
    }

    /// Lets merges that are under way end and gives the lock of the folder back.
    pub(super) fn close(&self) -> Result<(), IndexError> {
        self.learnt.keep(true);
        match lock(&self.writer).take() {
            Some(writer) => writer.wait_merging_threads().map_err(engine),
            None => Ok(()),
        }
    }

    /// Takes the lock of the folder. `false`: another process has it.
    pub(super) fn claim(&self) -> Result<bool, IndexError> {
        let mut slot = lock(&self.writer);
        if slot.is_none() {
            match self.open_writer() {
                Ok(writer) => *slot = Some(writer),
                Err(IndexError::Busy) => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    /// Documents that are searched.
    pub(super) fn documents(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    /// It knows too little of what the words of its documents mean.
    pub(super) fn knows_too_little(&self) -> bool {
        self.learnt.too_little(self.documents())
    }

    /// Learns from documents that it has.
    pub(super) fn learn(&self, documents: &[StoredDocument]) {
        for document in documents {
            let [title, text] = read(document);
            self.learnt.learn(document, [&title, &text]);
        }
        self.learnt.keep(true);
    }

    /// Replaces or adds the documents and moves the cursor. The engine takes each document up while the next one is prepared.
    pub(super) fn apply(&self, documents: Vec<StoredDocument>, cursor: &Cursor) -> Result<(), IndexError> {
        let change = |writer: &IndexWriter| {
            for stored in documents {
                writer.delete_term(Term::from_field_text(self.fields.id, &stored.assessed.document.id.0));
                writer.add_document(self.prepared(&stored))?;
            }
            Ok(())
        };
        self.write(change, Some(cursor))?;
        self.learnt.keep(false);
        Ok(())
    }

    /// Removes documents and moves the cursor.
    pub(super) fn remove(&self, ids: &[DocId], cursor: &Cursor) -> Result<(), IndexError> {
        let change = |writer: &IndexWriter| {
            for id in ids {
                writer.delete_term(Term::from_field_text(self.fields.id, &id.0));
            }
            Ok(())
        };
        self.write(change, Some(cursor))
    }

    /// Writes every segment anew that holds removed documents, each by itself; documents are not held up meanwhile. Gives how many
    /// removed documents went.
    pub(super) fn purge(&self) -> Result<u64, IndexError> {
        let mut gone = 0;
        // A segment that the engine is merging already is gone when it is asked for, and there may be another one then.
        for _ in 0..PURGE_TRIES {
            let holding = self.index.searchable_segment_metas().map_err(engine)?;
            let holding: Vec<_> = holding.into_iter().filter(|meta| meta.num_deleted_docs() > 0).collect();
            if holding.is_empty() {
                break;
            }
            for segment in &holding {
                let merging = {
                    let mut slot = lock(&self.writer);
                    let writer = match slot.take() {
                        Some(writer) => writer,
                        None => self.open_writer()?,
                    };
                    slot.insert(writer).merge(&[segment.id()])
                };
                match merging.wait() {
                    Ok(_) => gone += u64::from(segment.num_deleted_docs()),
                    Err(error) => tracing::debug!(error = %error, "a segment of the search index was merged by somebody else meanwhile"),
                }
            }
        }
        // What was learnt of words may hold one that only a removed document had: it is learnt again from those that are there.
        self.learnt.forget();
        self.learnt.keep(true);
        // Files that a reader shows are not deleted.
        self.reader.reload().map_err(engine)?;
        if let Some(writer) = lock(&self.writer).as_ref() {
            writer.garbage_collect_files().wait().map_err(engine)?;
        }
        Ok(gone)
    }

    /// The document as the engine takes it; learns from it.
    fn prepared(&self, stored: &StoredDocument) -> tantivy::TantivyDocument {
        let [title, text] = read(stored);
        let read = [&title, &text];
        self.learnt.learn(stored, read);
        self.fields.document(stored, read, &self.learnt.about(read))
    }

    /// Removes everything.
    pub(super) fn clear(&self) -> Result<(), IndexError> {
        self.learnt.forget();
        self.write(|writer| writer.delete_all_documents().map(|_| ()), None)
    }

    /// Forgets what was answered before: the next search finds all itself.
    pub(super) fn forget_answers(&self) {
        self.kept.forget();
    }

    fn open_writer(&self) -> Result<IndexWriter, IndexError> {
        let writer = self.index.writer_with_num_threads(1, WRITER_BYTES).map_err(|error| match error {
            TantivyError::LockFailure(LockError::LockBusy, _) => IndexError::Busy,
            error => engine(error),
        })?;
        let mut merges = LogMergePolicy::default();
        merges.set_min_layer_size(SMALLEST_LAYER);
        merges.set_max_docs_before_merge(MOST_MERGED);
        merges.set_del_docs_ratio_before_merge(MOST_DELETED);
        writer.set_merge_policy(Box::new(merges));
        Ok(writer)
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
        let cursor = payload.as_deref().and_then(|p| serde_json::from_str(p).ok());
        *lock(&self.shown) = Shown { payload, cursor, read: None };
        Ok(())
    }

    /// Shows the last commit of whichever process. Gives its cursor, read first: a search sees at least so much.
    pub(super) fn catch_up(&self) -> Result<Option<Cursor>, IndexError> {
        let about = std::fs::metadata(&self.commits).ok();
        let stamp = about.and_then(|about| Some((about.modified().ok()?, about.len())));
        let before = {
            let shown = lock(&self.shown);
            let same = shown.read.filter(|read| Some(read.stamp) == stamp);
            if same.is_some_and(|read| read.settled) {
                return Ok(shown.cursor.clone());
            }
            same
        };
        let settled = before.is_some_and(|read| read.first.elapsed() > SETTLED);
        let payload = self.index.load_metas().map_err(engine)?.payload;
        let changed = lock(&self.shown).payload != payload;
        if changed {
            self.show(payload.clone())?;
            self.learnt.refresh();
        }
        let first = before.map_or_else(Instant::now, |read| read.first);
        let mut shown = lock(&self.shown);
        if shown.payload == payload {
            shown.read = stamp.map(|stamp| Read { stamp, first, settled });
        }
        Ok(payload.as_deref().and_then(|p| serde_json::from_str(p).ok()))
    }

    /// Whether these two syllables are one word, by the texts learnt from.
    pub(super) fn is_word(&self, first: Key, second: Key) -> bool {
        self.learnt.readings().affinity(first, second).is_some_and(|affinity| affinity > plan::TOGETHER)
    }

    /// Words that tell this text from the others.
    pub(super) fn telling(&self, title: &str, text: &str) -> Result<Vec<Phrase>, IndexError> {
        self.catch_up()?;
        telling::telling(&self.reader.searcher(), &self.fields, &self.learnt.readings(), title, text)
    }

    /// Words of several syllables, and how many of these texts have each.
    pub(super) fn frequent(&self, texts: &[(String, String)]) -> Vec<(String, u32)> {
        frequent::frequent(&self.learnt.readings(), texts)
    }

    /// Begins the time of a search.
    fn compiler<'a>(&'a self, searcher: &'a Searcher, now: Time, limit: Duration) -> Result<Compiler<'a>, IndexError> {
        let bare = Term::from_field_text(self.fields.marks, schema::BARE);
        let bare_documents = searcher.doc_freq(&bare).map_err(engine)? > 0;
        Ok(Compiler { fields: &self.fields, searcher, now, time: Limit::of(limit), bare_documents })
    }

    /// Counts documents by time.
    pub(super) fn trend(&self, request: &TrendRequest, limit: Duration) -> Result<Trend, IndexError> {
        let _core = Core::own();
        let indexed_through = self.catch_up()?.map_or(0, |c| c.seq);
        let searcher = self.reader.searcher();
        let compiler = self.compiler(&searcher, request.now, limit)?;
        let matching = compiler.matching(&SearchRequest { query: request.query.clone(), ..SearchRequest::default() })?;
        Ok(Trend { indexed_through, ..trend::count(&searcher, &self.fields, &self.periods, &*matching, request, &compiler.time)? })
    }

    /// Searches, for so long at the most.
    pub(super) fn search(&self, request: &SearchRequest, limit: Duration) -> Result<SearchResult, IndexError> {
        if request.offset > MOST_OFFSET {
            return Err(IndexError::Query(format!("chỉ xem được {MOST_OFFSET} kết quả đầu; hãy thu hẹp câu tìm hoặc khoảng ngày")));
        }
        let _core = Core::own();
        let indexed_through = self.catch_up()?.map_or(0, |c| c.seq);
        let searcher = self.reader.searcher();
        let compiler = self.compiler(&searcher, request.now, limit)?;
        let readings = self.learnt.readings();
        self.sorts.keep(&searcher);
        let wanted = Wanted {
            order: request.order,
            now: request.now,
            offset: request.offset,
            limit: request.limit.min(MOST_HITS),
            facets: request.facets.then_some(&self.sorts),
        };
        let asking = Asking { searcher: &searcher, kept: &self.kept, time: compiler.time };
        let unknown = unknown::look(&asking, &compiler, request)?;
        let mut request = request.clone();
        let (mut instead, mut proposed, mut expanded, mut found) = (None, vec![], vec![], vec![]);
        if !request.as_typed {
            let looked = meant::look(&asking, &compiler, &request, &readings)?;
            (proposed, found) = (looked.others, looked.found);
            if let Some((text, query)) = looked.better {
                (instead, request.query) = (Some(text), Some(query));
                // What was typed is not looked for any more, nor with its accents put in.
                found.retain(|reading| reading.assumes > Assumes::NoAccents);
            }
            if let Some(query) = &request.query {
                let (query, put_in) = expand(query, &request.lexicon, &|word| readings.short_for(word));
                (request.query, expanded) = (Some(query), put_in);
            }
        }
        let plan = plan::plan(&compiler, &request, &found)?;
        let Found { total, hits, facets } = gather(&asking, &self.fields, &plan, &wanted)?;
        let meant = unknown.meant.into_iter().chain(proposed).collect();
        Ok(SearchResult {
            total,
            hits,
            facets,
            indexed_through,
            query: request.query,
            expanded,
            instead,
            meant,
            unknown: unknown.conditions,
        })
    }
}

/// Title and text of a document, scanned.
fn read(stored: &StoredDocument) -> [Scanned<'_>; 2] {
    let document = &stored.assessed.document;
    [scan(&document.title), scan(&document.text)]
}
