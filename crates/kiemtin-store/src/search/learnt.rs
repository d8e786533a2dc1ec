//! What do the words of the texts of this index mean, as far as was learnt, and where is that kept over a restart?
//!
//! Beside the files of the index, written aside and renamed: a crash leaves what was kept before. What is missing or damaged is
//! learnt anew from documents of the store ([`crate::follow`]) and never an error of a search.

use super::about;
use crate::types::StoredDocument;
use kiemtin_text::Scanned;
use kiemtin_text::readings::Readings;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// File in the folder of the index.
const FILE: &str = "readings";
/// Largest file that is read, in bytes.
const LARGEST: u64 = 64 << 20;
/// Texts that are all learnt from, and one in how many documents later: what is new is still learnt, and what it costs falls. With a
/// quarter of them, and one in eight later, 17,000 articles lost 0.01 of nDCG@10 in queries without accents and in those with slips:
/// words that few write were not known.
const LEARN_ALL: u64 = 16_000;
const ONE_IN: i64 = 16;
/// Fewest texts that say what words mean. An index that knows less learns from the store.
const ENOUGH: u64 = 200;
/// Searches see what was learnt so long after, when it is little beside what was known.
const SHOW_EVERY: Duration = Duration::from_secs(30);
/// Least time between two writes.
const WRITE_EVERY: Duration = Duration::from_secs(60);

/// What was learnt, kept in a folder.
pub(super) struct Learnt {
    path: PathBuf,
    /// Read when it is first needed.
    state: OnceLock<Mutex<State>>,
}

struct State {
    /// Grows with every batch that is indexed.
    learning: Readings,
    /// What searches read: copied from `learning` now and then, so that neither waits for the other.
    shown: Arc<Readings>,
    /// When it was copied.
    shown_at: Option<Instant>,
    /// When the file was written that this is from; none: there was none that could be read.
    file: Option<SystemTime>,
    /// Texts that the file knows.
    kept: u64,
    written: Option<Instant>,
}

impl State {
    /// What a file had.
    fn of(learning: Readings, file: Option<SystemTime>, written: Option<Instant>) -> Self {
        Self { kept: learning.texts(), learning, shown: Arc::default(), shown_at: None, file, written }
    }

    fn show(&mut self) {
        self.shown = Arc::new(self.learning.clone());
        self.shown_at = Some(Instant::now());
    }
}

impl Learnt {
    /// What is kept in this folder; nothing when there is nothing, or when it is damaged.
    pub(super) fn open(dir: &Path) -> Self {
        Self { path: dir.join(FILE), state: OnceLock::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        let load = || {
            let (readings, file) = read(&self.path).map_or_else(Default::default, |(readings, at)| (readings, Some(at)));
            Mutex::new(State::of(readings, file, None))
        };
        // A panic leaves counts that are a little off at worst.
        self.state.get_or_init(load).lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was learnt so far, but for little or for what was learnt in the last [`SHOW_EVERY`].
    pub(super) fn readings(&self) -> Arc<Readings> {
        let mut state = self.state();
        let (shown, learnt) = (state.shown.texts(), state.learning.texts());
        if shown != learnt && (shown + shown / 4 <= learnt || state.shown_at.is_none_or(|at| at.elapsed() > SHOW_EVERY)) {
            state.show();
        }
        Arc::clone(&state.shown)
    }

    /// Too little was learnt for an index of so many documents.
    pub(super) fn too_little(&self, documents: u64) -> bool {
        self.state().learning.texts() < ENOUGH.min(documents)
    }

    /// Forgets all, for an index that is emptied.
    pub(super) fn forget(&self) {
        let mut state = self.state();
        (state.learning, state.shown) = (Readings::default(), Arc::default());
    }

    /// Learns from a document, if it is one of those that are learnt from: all at first, fewer later. `read` are its title and text.
    pub(super) fn learn(&self, stored: &StoredDocument, read: [&Scanned<'_>; 2]) {
        let mut state = self.state();
        if state.learning.texts() < LEARN_ALL || stored.seq % ONE_IN == 0 {
            read.into_iter().for_each(|scanned| state.learning.learn(scanned));
        }
    }

    /// What a document is about, by all that was learnt so far.
    pub(super) fn about(&self, read: [&Scanned<'_>; 2]) -> Vec<u64> {
        about::of(read, &self.state().learning)
    }

    /// Writes what was learnt since the last time, but not again within [`WRITE_EVERY`] unless `now`.
    pub(super) fn keep(&self, now: bool) {
        let readings = {
            let mut state = self.state();
            let news = state.learning.texts() != state.kept;
            if !news || !now && state.written.is_some_and(|at| at.elapsed() < WRITE_EVERY) {
                return;
            }
            state.written = Some(Instant::now());
            state.kept = state.learning.texts();
            state.show();
            Arc::clone(&state.shown)
        };
        match write(&self.path, &readings.to_bytes()) {
            Ok(at) => self.state().file = at,
            Err(error) => {
                // Learnt again after a restart: nothing that was asked for is lost.
                tracing::warn!(path = %self.path.display(), error = %error, "what was learnt of the words of the texts could not be kept");
            }
        }
    }

    /// Reads what another process has kept since.
    pub(super) fn refresh(&self) {
        let at = std::fs::metadata(&self.path).and_then(|m| m.modified()).ok();
        if at.is_none() || at == self.state().file {
            return;
        }
        let Some((readings, at)) = read(&self.path) else { return };
        let mut state = self.state();
        if readings.texts() >= state.learning.texts() {
            *state = State::of(readings, Some(at), state.written);
        }
    }
}

fn read(path: &Path) -> Option<(Readings, SystemTime)> {
    let about = std::fs::metadata(path).ok().filter(|about| about.len() <= LARGEST)?;
    let bytes = std::fs::read(path).ok()?;
    let readings = Readings::from_bytes(&bytes);
    if readings.is_none() {
        tracing::warn!(path = %path.display(), "what was learnt of the words of the texts is damaged or of another version: learnt anew");
    }
    Some((readings?, about.modified().ok()?))
}

/// Written aside, made durable, and renamed. Two processes write to files of their own; the later one stays.
fn write(path: &Path, bytes: &[u8]) -> io::Result<Option<SystemTime>> {
    let aside = path.with_extension(format!("{}.new", std::process::id()));
    let mut file = File::create(&aside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&aside, path)?;
    Ok(std::fs::metadata(path)?.modified().ok())
}
