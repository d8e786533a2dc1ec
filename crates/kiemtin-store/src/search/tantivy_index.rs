//! How does one machine find documents? In tantivy indexes inside this process, one generation after another.
//!
//! A rebuild fills a new generation beside the one that is searched; when it has caught up with the store, a pointer is moved and
//! the processes that search follow it ([`super::generations`]). A rebuild that was cut off is gone on with by the next process.

use super::gather::engine;
use super::generation::{Generation, lock};
use super::generations::{self, Name};
use super::schema;
use crate::index::{Cursor, IndexError, SearchIndex, SearchRequest, SearchResult};
use crate::trend::{Trend, TrendRequest};
use crate::types::StoredDocument;
use async_trait::async_trait;
use kiemtin_model::DocId;
use kiemtin_text::Key;
use kiemtin_text::query::Phrase;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How long a search may take, unless the opener says otherwise.
const TIME_LIMIT: Duration = Duration::from_secs(5);

/// The embedded index.
#[derive(Clone)]
pub struct TantivyIndex {
    inner: Arc<Inner>,
}

struct Inner {
    root: PathBuf,
    /// How long a search may take.
    time_limit: Duration,
    /// What is searched.
    serving: Mutex<Arc<Generation>>,
    /// What is written since the last [`SearchIndex::writing`]: what is searched, or a later generation that is being built.
    target: Mutex<Option<Arc<Generation>>>,
}

impl TantivyIndex {
    /// Opens the index in this folder, or makes an empty one. Other versions of fields and analysis have generations of their own,
    /// so that another version of kiemtin neither reads nor breaks them; they are deleted when this one has caught up.
    pub fn open(dir: &Path) -> Result<Self, IndexError> {
        Self::open_with(dir, TIME_LIMIT)
    }

    /// The same, with the time after which a search is given up.
    pub fn open_with(dir: &Path, time_limit: Duration) -> Result<Self, IndexError> {
        std::fs::create_dir_all(dir).map_err(engine)?;
        let serving = match open_current(dir)? {
            Some(generation) => generation,
            None => {
                let name = match generations::newer(dir, None).map_err(engine)? {
                    Some(name) => name,
                    None => generations::next(dir).map_err(engine)?,
                };
                let made = Generation::open(dir, name)?;
                if !generations::pointed(dir) {
                    generations::point_to(dir, name).map_err(engine)?;
                }
                made
            }
        };
        let inner = Inner { root: dir.to_owned(), time_limit, serving: Mutex::new(Arc::new(serving)), target: Mutex::new(None) };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Lets merges that are under way end and gives the lock of the folder back. Call it before a short-lived process
    /// ends: merges that are cut off leave their work to the next one.
    pub async fn close(&self) -> Result<(), IndexError> {
        self.run(|inner| {
            if let Some(target) = lock(&inner.target).take() {
                target.close()?;
            }
            let serving = lock(&inner.serving).clone();
            serving.close()
        })
        .await
    }

    /// Whether these two syllables are one word, by the texts learnt from: side by side far more often than by chance.
    pub fn is_word(&self, first: Key, second: Key) -> bool {
        lock(&self.inner.serving).is_word(first, second)
    }

    /// Forgets what large parts of the index answered before: the next search finds everything itself. For measuring.
    pub fn forget_answers(&self) {
        lock(&self.inner.serving).forget_answers();
    }

    /// Runs work of the engine off the async threads.
    async fn run<T: Send + 'static>(&self, work: impl FnOnce(&Inner) -> Result<T, IndexError> + Send + 'static) -> Result<T, IndexError> {
        let inner = Arc::clone(&self.inner);
        tokio::task::spawn_blocking(move || work(&inner)).await.map_err(engine)?
    }
}

/// The generation that the pointer names, if this build reads it.
fn open_current(root: &Path) -> Result<Option<Generation>, IndexError> {
    let named = || generations::current(root).filter(|name| name.readable());
    let Some(name) = named() else { return Ok(None) };
    match Generation::open(root, name) {
        Ok(generation) => Ok(Some(generation)),
        // It was replaced and deleted just now.
        Err(error) => match named() {
            Some(other) if other != name => Generation::open(root, other).map(Some),
            _ => Err(error),
        },
    }
}

impl Inner {
    /// What is to be searched, as of now.
    fn serving(&self) -> Result<Arc<Generation>, IndexError> {
        let current = generations::current(&self.root);
        let mut serving = lock(&self.serving);
        if current.is_some_and(|name| name.readable() && name != serving.name)
            && let Some(generation) = open_current(&self.root)?
        {
            tracing::info!(generation = %generation.name, "another generation of the search index is searched");
            *serving = Arc::new(generation);
        }
        Ok(Arc::clone(&serving))
    }

    /// What is written.
    fn target(&self) -> Arc<Generation> {
        let target = lock(&self.target).clone();
        target.unwrap_or_else(|| lock(&self.serving).clone())
    }

    /// Chooses what is written from now on: what was begun before, here or by a process that has ended; else what is searched.
    fn choose(&self) -> Result<Arc<Generation>, IndexError> {
        let serving = self.serving()?;
        let mut target = lock(&self.target);
        let chosen = match target.take().filter(|t| t.name > serving.name) {
            Some(building) => building,
            None => self.abandoned(serving.name)?.unwrap_or(serving),
        };
        *target = Some(Arc::clone(&chosen));
        Ok(chosen)
    }

    /// A generation later than this one that nobody writes any more.
    fn abandoned(&self, than: Name) -> Result<Option<Arc<Generation>>, IndexError> {
        let Some(name) = generations::newer(&self.root, Some(than)).map_err(engine)? else { return Ok(None) };
        match Generation::open(&self.root, name) {
            Ok(generation) => Ok(generation.claim()?.then(|| Arc::new(generation))),
            Err(error) => {
                // Damaged, or deleted just now: a rebuild takes another name.
                tracing::debug!(generation = %name, error = ?error, "a later generation of the search index cannot be opened");
                Ok(None)
            }
        }
    }

    /// Begins an empty generation beside the one that is searched, or in its place if that is empty.
    fn rebuild(&self) -> Result<(), IndexError> {
        let chosen = self.choose()?;
        let serving = lock(&self.serving).clone();
        serving.catch_up()?;
        if chosen.name > serving.name || serving.documents() == 0 {
            return chosen.clear();
        }
        if let Some(name) = generations::newer(&self.root, Some(serving.name)).map_err(engine)?
            && Generation::open(&self.root, name).is_ok()
        {
            // It is there and was not to be had: another process builds it.
            return Err(IndexError::Busy);
        }
        let name = generations::next(&self.root).map_err(engine)?;
        let building = Generation::open(&self.root, name)?;
        if !building.claim()? {
            return Err(IndexError::Busy);
        }
        // Its merges end and its memory is given back; nothing is written there any more.
        serving.close()?;
        *lock(&self.target) = Some(Arc::new(building));
        Ok(())
    }

    /// What was built becomes what is searched; what nobody needs is deleted.
    fn switch(&self) -> Result<(), IndexError> {
        let target = self.target();
        let built = target.name > lock(&self.serving).name;
        if built || generations::outdated(&self.root) {
            generations::point_to(&self.root, target.name).map_err(engine)?;
        }
        if built {
            tracing::info!(generation = %target.name, "the search index was rebuilt and takes the place of the old one");
            *lock(&self.serving) = target;
        }
        let serving = self.serving()?;
        if generations::current(&self.root) == Some(serving.name)
            && let Err(error) = generations::sweep(&self.root, serving.name)
        {
            // Only costs room, and is tried again.
            tracing::warn!(error = %error, "an old generation of the search index could not be deleted");
        }
        Ok(())
    }
}

#[async_trait]
impl SearchIndex for TantivyIndex {
    async fn cursor(&self) -> Result<Option<Cursor>, IndexError> {
        self.run(|inner| inner.serving()?.catch_up()).await
    }

    async fn writing(&self) -> Result<Option<Cursor>, IndexError> {
        self.run(|inner| inner.choose()?.catch_up()).await
    }

    async fn apply(&self, documents: Vec<StoredDocument>, cursor: &Cursor) -> Result<(), IndexError> {
        let (target, cursor) = (self.inner.target(), cursor.clone());
        self.run(move |_| target.apply(documents, &cursor)).await
    }

    async fn remove(&self, ids: &[DocId], cursor: &Cursor) -> Result<(), IndexError> {
        let (target, ids, cursor) = (self.inner.target(), ids.to_vec(), cursor.clone());
        self.run(move |_| target.remove(&ids, &cursor)).await
    }

    async fn purge(&self) -> Result<u64, IndexError> {
        self.run(|inner| inner.target().purge()).await
    }

    async fn clear(&self) -> Result<(), IndexError> {
        self.run(|inner| inner.target().clear()).await
    }

    async fn rebuild(&self) -> Result<(), IndexError> {
        self.run(Inner::rebuild).await
    }

    async fn switch(&self) -> Result<(), IndexError> {
        self.run(Inner::switch).await
    }

    async fn search(&self, request: &SearchRequest) -> Result<SearchResult, IndexError> {
        let request = request.clone();
        self.run(move |inner| inner.serving()?.search(&request, inner.time_limit)).await
    }

    async fn knows_too_little(&self) -> Result<bool, IndexError> {
        self.run(|inner| Ok(inner.serving()?.knows_too_little())).await
    }

    async fn learn(&self, documents: Vec<StoredDocument>) -> Result<(), IndexError> {
        self.run(move |inner| {
            inner.serving()?.learn(&documents);
            Ok(())
        })
        .await
    }

    async fn telling(&self, title: &str, text: &str) -> Result<Vec<Phrase>, IndexError> {
        let (title, text) = (title.to_owned(), text.to_owned());
        self.run(move |inner| inner.serving()?.telling(&title, &text)).await
    }

    async fn frequent(&self, texts: Vec<(String, String)>) -> Result<Vec<(String, u32)>, IndexError> {
        self.run(move |inner| Ok(inner.serving()?.frequent(&texts))).await
    }

    async fn trend(&self, request: &TrendRequest) -> Result<Trend, IndexError> {
        let request = request.clone();
        self.run(move |inner| inner.serving()?.trend(&request, inner.time_limit)).await
    }

    fn schema(&self) -> u32 {
        schema::VERSION
    }
}
