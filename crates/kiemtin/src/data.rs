//! Where is the data, and what belongs to this installation alone?

use crate::cli::Common;
use crate::salt_file::SaltFile;
use anyhow::Context;
use kiemtin_analyze::Knowledge;
use kiemtin_store::{SqliteStore, Store, TantivyIndex};
use std::path::PathBuf;
use std::sync::Arc;

/// Most learned documents that are loaded; the first ones are kept.
pub const MAX_LEARNED: usize = 200_000;

/// The folders of an installation.
#[derive(Clone, Debug)]
pub struct DataFolders {
    /// The store, the journal, the secret salt.
    pub store: PathBuf,
    /// The search index: may be deleted.
    pub index: PathBuf,
}

impl DataFolders {
    /// `var/` and `index/`, or both under `--data`.
    pub fn of(common: &Common) -> Self {
        match &common.data {
            Some(dir) => Self { store: dir.join("var"), index: dir.join("index") },
            None => Self { store: "var".into(), index: "index".into() },
        }
    }

    /// The file of the store.
    pub fn database(&self) -> PathBuf {
        self.store.join("kiemtin.db")
    }

    /// Opens the store, made when it is not there.
    pub async fn open_store(&self) -> anyhow::Result<SqliteStore> {
        std::fs::create_dir_all(&self.store).with_context(|| format!("cannot make the folder {}", self.store.display()))?;
        let path = self.database();
        SqliteStore::open(&path).await.with_context(|| format!("cannot open the store {}", path.display()))
    }

    /// The configured knowledge with the official documents that the store has learned.
    pub async fn knowledge(&self, configured: &Knowledge, store: &SqliteStore) -> anyhow::Result<Arc<Knowledge>> {
        Ok(Arc::new(configured.clone().with_learned(store.learned(MAX_LEARNED).await?)))
    }

    /// Opens the index, made when it is not there.
    pub fn open_index(&self) -> anyhow::Result<TantivyIndex> {
        std::fs::create_dir_all(&self.index).with_context(|| format!("cannot make the folder {}", self.index.display()))?;
        TantivyIndex::open(&self.index).with_context(|| {
            format!("cannot open the search index {} (it is derived: delete the folder and run `kiemtin reindex`)", self.index.display())
        })
    }

    /// The secret under which posts are known that were found by keyword.
    pub fn salts(&self) -> Arc<SaltFile> {
        Arc::new(SaltFile::in_folder(&self.store))
    }
}
