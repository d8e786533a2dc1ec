//! How do edited rules come into force while the service runs?
//!
//! Rules, topics, facts and documents are read again when a file changed: parse, names, examples, a trial on the latest
//! stored documents, then one swap. Any fault keeps the set that works; it is told once, with file and line.

use crate::config::{self, areas};
use crate::data::MAX_LEARNED;
use crate::replay::{Extent, replay};
use kiemtin_analyze::quality::Change;
use kiemtin_analyze::{Fault, Knowledge};
use kiemtin_crawl::Clock;
use kiemtin_store::Store;
use kiemtin_web::ServiceStatus;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

/// How often the files are looked at. A change counts when two looks in a row see the same: nobody is writing any more.
const LOOK: Duration = Duration::from_secs(2);
/// The latest changes of the store whose documents the new set is tried on.
const TRIED: i64 = 10_000;
/// Faults told in words; further ones are only counted.
const TOLD: usize = 20;
/// Folders whose files take a restart.
const AT_START: [&str; 1] = ["sources"];

/// The knowledge that is in force, exchanged as a whole.
#[derive(Debug)]
pub struct LiveKnowledge(RwLock<Arc<Knowledge>>);

impl LiveKnowledge {
    /// Begins with this set.
    pub fn new(knowledge: Arc<Knowledge>) -> Self {
        Self(RwLock::new(knowledge))
    }

    /// The set in force now: whoever works with it keeps it to the end of its batch.
    pub fn now(&self) -> Arc<Knowledge> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn swap(&self, knowledge: Arc<Knowledge>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = knowledge;
    }
}

/// Looks after the files of a running service.
pub struct Reload {
    /// The configuration folder.
    pub folder: PathBuf,
    /// What is not masked; from the settings, which take a restart.
    pub hotlines: Vec<String>,
    /// What is in force.
    pub live: Arc<LiveKnowledge>,
    /// For the trial.
    pub store: Arc<dyn Store>,
    /// Hears of faults.
    pub status: Arc<ServiceStatus>,
    /// For the audit log.
    pub clock: Clock,
}

/// Size and time of the last change of each file.
type Seen = BTreeMap<PathBuf, (u64, Option<SystemTime>)>;

impl Reload {
    /// Looks at the files again and again, without end.
    pub async fn watch(&self) {
        self.status.rules(&self.live.now().version, &[]);
        // Read once at the beginning too: a file may have changed since the start of the service.
        let (mut taken, mut last): (Option<Seen>, Option<Seen>) = (None, None);
        loop {
            tokio::time::sleep(LOOK).await;
            let folder = self.folder.clone();
            let seen = match tokio::task::spawn_blocking(move || look(&folder)).await {
                Ok(Ok(seen)) => Some(seen),
                // A folder that is being replaced: the next look sees it whole.
                Ok(Err(_)) | Err(_) => None,
            };
            if seen.is_some() && seen == last && seen != taken {
                taken.clone_from(&seen);
                self.reload().await;
            }
            last = seen;
        }
    }

    async fn reload(&self) {
        match self.prepare().await {
            Ok(Ok(None)) => self.status.rules(&self.live.now().version, &[]),
            Ok(Ok(Some(knowledge))) => {
                let version = knowledge.version.clone();
                self.live.swap(knowledge);
                self.status.rules(&version, &[]);
                tracing::info!(version, "the edited rules are in force");
                if let Err(error) = areas::log_changes(&self.folder, areas::LIVE, self.store.as_ref(), (self.clock)()).await {
                    tracing::error!(error = format!("{error:#}"), "the edit is not in the audit log; the next start looks again");
                }
            }
            Ok(Err(faults)) => self.refuse(faults.iter().map(ToString::to_string).collect()),
            Err(error) => self.refuse(vec![format!("{error:#}")]),
        }
    }

    fn refuse(&self, faults: Vec<String>) {
        let version = self.live.now().version.clone();
        for fault in faults.iter().take(TOLD) {
            tracing::error!("{fault}");
        }
        tracing::error!(faults = faults.len(), version, "the edited rules have faults; the set before stays in force");
        self.status.rules(&version, &faults);
    }

    /// The edited set when it may come into force, `None` when nothing differs, or its faults.
    async fn prepare(&self) -> anyhow::Result<Result<Option<Arc<Knowledge>>, Vec<Fault>>> {
        let (folder, hotlines) = (self.folder.clone(), self.hotlines.clone());
        let now = self.live.now().version.clone();
        let learned = self.store.learned(MAX_LEARNED).await?;
        let checked = tokio::task::spawn_blocking(move || -> anyhow::Result<Result<Option<Knowledge>, Vec<Fault>>> {
            Ok(match config::load_knowledge(&folder, None, &hotlines)?.map(|k| k.with_learned(learned)) {
                Err(faults) => Err(faults),
                Ok(knowledge) if knowledge.version == now => Ok(None),
                Ok(knowledge) => match knowledge.examples() {
                    faults if faults.is_empty() => Ok(Some(knowledge)),
                    faults => Err(faults),
                },
            })
        })
        .await??;
        let knowledge = match checked {
            Err(faults) => return Ok(Err(faults)),
            Ok(None) => return Ok(Ok(None)),
            Ok(Some(knowledge)) => Arc::new(knowledge),
        };
        self.try_out(Arc::clone(&knowledge)).await?;
        Ok(Ok(Some(knowledge)))
    }

    /// What would have come out otherwise lately, for the log. One thread: the service goes on meanwhile.
    async fn try_out(&self, knowledge: Arc<Knowledge>) -> anyhow::Result<()> {
        let version = knowledge.version.clone();
        let after = (self.store.counts().await?.last_seq - TRIED).max(0);
        let extent = Extent { after, since: None, threads: NonZeroUsize::MIN };
        let tried = replay(self.store.as_ref(), knowledge, extent, &|_| {}).await?;
        anyhow::ensure!(tried.failed == 0, "the edited rules fail on {} stored document(s)", tried.failed);
        tracing::info!(
            version,
            documents = tried.documents,
            new_flags = tried.changed(Change::NewFlag),
            lost_flags = tried.changed(Change::LostFlag),
            levels = tried.changed(Change::Level),
            kinds = tried.changed(Change::Kinds),
            dismissed_hits = tried.cleared_hits,
            "the edited rules were tried on the latest documents"
        );
        for (id, rule) in tried.rules.iter().filter(|(_, r)| r.hits_before != r.hits_after) {
            tracing::info!(rule = id, before = rule.hits_before, after = rule.hits_after, "a rule hits more or fewer of them");
        }
        Ok(())
    }
}

/// The files that a reload reads.
fn look(folder: &Path) -> std::io::Result<Seen> {
    let mut seen = Seen::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_type()?.is_dir() || AT_START.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        for file in std::fs::read_dir(entry.path())? {
            let path = file?.path();
            if path.extension().is_some_and(|e| e == "toml") {
                let about = std::fs::metadata(&path)?;
                seen.insert(path, (about.len(), about.modified().ok()));
            }
        }
    }
    Ok(seen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::{Intake, Pipeline};
    use kiemtin_analyze::knowledge::sample;
    use kiemtin_model::{DocKind, Time};
    use kiemtin_store::{ArchiveRequest, SqliteStore};

    fn write(folder: &Path, query: &str) {
        let rule = format!(
            "[[rule]]\nid = \"thu\"\nkind = \"panic_rumour\"\nclaim = \"Thử\"\ndescribe = \"Thử\"\nreview_by = \"2027-06-30\"\n\
             require = [\"a\"]\n[rule.evidence.a]\nquery = '{query}'\nweight = 5.0\n\
             [[rule.example]]\ntext = \"{query}\"\nwant = \"alert\"\n[[rule.example]]\ntext = \"không\"\nwant = \"none\"\n"
        );
        std::fs::create_dir_all(folder.join("rules")).unwrap();
        std::fs::write(folder.join("rules/thu.toml"), rule).unwrap();
    }

    #[tokio::test]
    async fn later_batches_use_the_edited_set_and_tell_its_version() {
        let folder = tempfile::tempdir().unwrap();
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&folder.path().join("kiemtin.db")).await.unwrap());
        write(folder.path(), "một hai ba");
        let first = Arc::new(config::load_knowledge(folder.path(), None, &[]).unwrap().unwrap());
        let live = Arc::new(LiveKnowledge::new(first));
        let status = Arc::new(ServiceStatus::new());
        let reload = Reload {
            folder: folder.path().into(),
            hotlines: vec![],
            live: live.clone(),
            store: store.clone(),
            status: status.clone(),
            clock: Arc::new(|| Time(0)),
        };
        let pipeline = Pipeline {
            knowledge: live.clone(),
            store: store.clone(),
            raising: crate::narratives::Raising::default(),
            clock: Arc::new(|| Time(0)),
            salts: Arc::new(crate::salt_file::SaltFile::fixed("s")),
            stories: crate::stories::Stories::default(),
            searches: Default::default(),
        };
        let mut versions = vec![];
        for (n, (query, sound)) in [("một hai ba", true), ("bốn năm sáu", true), ("bảy AND (", false)].into_iter().enumerate() {
            write(folder.path(), query);
            reload.reload().await;
            assert_eq!(status.snapshot().rules_faults.is_empty(), sound, "{query}");
            let post = sample(&format!("bài {n}"), "bốn năm sáu, đọc cho cả nhà cùng nghe", DocKind::Social, Some(Time(0)));
            pipeline.take_in(vec![Intake::Document(post, None)]).await.unwrap();
            versions.push(live.now().version.clone());
        }
        assert!(versions[0] != versions[1] && versions[1] == versions[2], "{versions:?}");
        let stored = store.archive(&ArchiveRequest { limit: 9, ..Default::default() }).await.unwrap();
        let told: Vec<_> = stored.iter().map(|d| (d.assessment.flag, d.assessment.rules_version.clone())).collect();
        let expected: Vec<_> = [false, true, true].into_iter().zip(versions).collect();
        assert_eq!(told, expected, "a faulty edit leaves the set before in force");
        let logged = store.audit(&kiemtin_store::AuditFilter::default(), None, 50).await.unwrap().items;
        let rules = logged.iter().filter(|r| r.entry.as_ref().is_some_and(|e| e.object == "configuration/rules"));
        assert_eq!(rules.count(), 1, "what came into force is logged, what did not is not");
    }
}
