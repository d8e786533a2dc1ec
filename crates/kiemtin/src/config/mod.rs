//! What is configured? Everything is read and checked at once; every fault is told with its file and line.

pub mod areas;
mod desk;
mod lexicon;
mod oidc;
pub mod reports;
mod retention;
mod settings;
mod sources;

pub use settings::{Crawl, Limits, Settings, Websub};

use crate::narratives::Raising;
use anyhow::Context;
use kiemtin_analyze::knowledge::KnowledgeFiles;
use kiemtin_analyze::{ConfigFile, Fault, Knowledge, PolicyRegister};
use kiemtin_model::{Source, Time};
use kiemtin_text::lexicon::Lexicon;
use kiemtin_web::OidcSettings;
use std::path::Path;
use std::sync::Arc;

/// A whole, valid configuration.
#[derive(Clone)]
pub struct Config {
    /// `kiemtin.toml`.
    pub settings: Settings,
    /// `sources/*.toml`, enabled or not.
    pub sources: Vec<Arc<Source>>,
    /// Rules, topics, facts, documents.
    pub knowledge: Arc<Knowledge>,
    /// `policies/*.toml`: the policies that are followed, and what is expected when.
    pub policies: Arc<PolicyRegister>,
    /// `lexicon/*.toml`: abbreviations and synonyms of searches.
    pub lexicon: Arc<Lexicon>,
    /// The identity provider by which the staff may sign in too.
    pub oidc: Option<OidcSettings>,
}

impl Config {
    /// What raising alerts needs to know.
    pub fn raising(&self) -> Raising {
        Raising {
            channels: self.settings.notice_channels(),
            deadlines: self.settings.desk.deadlines(),
            reach: self.sources.iter().map(|s| (s.id.clone(), s.reach)).collect(),
        }
    }
}

/// Largest configuration file, in bytes.
const MAX_FILE: u64 = 4 << 20;

/// Reads and checks the folder. With faults, the list of all of them.
pub fn load(dir: &Path) -> anyhow::Result<Result<Config, Vec<Fault>>> {
    if !dir.is_dir() {
        anyhow::bail!("no configuration folder at {}; run from the project's folder or pass --config DIR", dir.display());
    }
    let mut faults = vec![];
    let settings = settings::read(dir, &mut faults)?;
    let sources = sources::load(&folder(dir, "sources")?, dir, &mut faults);
    let lexicon = lexicon::load(&folder(dir, "lexicon")?, &mut faults);
    let files = knowledge_files(dir, None)?;
    let knowledge = Knowledge::load(&files, settings.masking.hotlines.clone(), &mut faults);
    let policies = PolicyRegister::load(&folder(dir, "policies")?, &knowledge, &mut faults);
    if dir.join("kiemtin.toml").exists() {
        let provinces: Vec<String> = knowledge.provinces.names().map(kiemtin_analyze::provinces::department).collect();
        let units = knowledge.topics.topics.iter().flat_map(|t| &t.units).chain(&provinces).map(String::as_str);
        settings.reports.check_units(&units.collect::<Vec<_>>(), &file(&dir.join("kiemtin.toml"))?, &mut faults);
    }
    if faults.is_empty() {
        let sources = sources.into_iter().map(Arc::new).collect();
        let (knowledge, policies, lexicon) = (Arc::new(knowledge), Arc::new(policies), Arc::new(lexicon));
        let oidc = settings.oidc.settings(dir, &settings.service.public_url)?;
        return Ok(Ok(Config { settings, sources, knowledge, policies, lexicon, oidc }));
    }
    faults.sort();
    Ok(Err(faults))
}

/// What is no fault but deserves a look on this day: hints for article pages that have ended.
pub fn warnings(dir: &Path, now: Time) -> anyhow::Result<Vec<Fault>> {
    Ok(sources::ended(&folder(dir, "sources")?, now))
}

/// Reads and checks the knowledge alone: for trying edited rules. `rules` takes the place of the folder's own rules.
pub fn load_knowledge(dir: &Path, rules: Option<&Path>, hotlines: &[String]) -> anyhow::Result<Result<Knowledge, Vec<Fault>>> {
    let mut faults = vec![];
    let knowledge = Knowledge::load(&knowledge_files(dir, rules)?, hotlines.to_vec(), &mut faults);
    faults.sort();
    Ok(if faults.is_empty() { Ok(knowledge) } else { Err(faults) })
}

/// The knowledge of the folder with further rule files on top.
pub fn load_knowledge_with(dir: &Path, further: Vec<ConfigFile>) -> anyhow::Result<Result<Knowledge, Vec<Fault>>> {
    let mut faults = vec![];
    let mut files = knowledge_files(dir, None)?;
    files.rules.extend(further);
    let knowledge = Knowledge::load(&files, vec![], &mut faults);
    Ok(if faults.is_empty() { Ok(knowledge) } else { Err(faults) })
}

fn knowledge_files(dir: &Path, rules: Option<&Path>) -> anyhow::Result<KnowledgeFiles> {
    Ok(KnowledgeFiles {
        rules: match rules {
            Some(rules) => toml_files(rules)?,
            None => folder(dir, "rules")?,
        },
        claims: folder(dir, "claims")?,
        topics: folder(dir, "topics")?,
        facts: folder(dir, "facts")?,
        documents: folder(dir, "documents")?,
        provinces: folder(dir, "provinces")?,
        domains: folder(dir, "domains")?,
    })
}

/// As [`load`], for commands that cannot work with faults.
pub fn load_valid(dir: &Path) -> anyhow::Result<Config> {
    load(dir)?.map_err(|faults| told(&faults))
}

/// The abbreviations and synonyms of searches, whatever else is configured.
pub fn lexicon(dir: &Path) -> anyhow::Result<Lexicon> {
    let mut faults = vec![];
    let lexicon = lexicon::load(&folder(dir, "lexicon")?, &mut faults);
    if faults.is_empty() { Ok(lexicon) } else { Err(told(&faults)) }
}

/// All faults as one error.
pub fn told(faults: &[Fault]) -> anyhow::Error {
    let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
    anyhow::anyhow!("the configuration has {} fault(s):\n{}", lines.len(), lines.join("\n"))
}

/// The `*.toml` files of a folder by name; a missing folder holds none.
fn folder(dir: &Path, name: &str) -> anyhow::Result<Vec<ConfigFile>> {
    let path = dir.join(name);
    if path.is_dir() { toml_files(&path) } else { Ok(vec![]) }
}

fn toml_files(path: &Path) -> anyhow::Result<Vec<ConfigFile>> {
    let mut paths = vec![];
    for entry in std::fs::read_dir(path).with_context(|| format!("cannot list {}", path.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    paths.iter().map(|p| file(p)).collect()
}

/// Reads one configuration file of a bounded size.
pub fn file(path: &Path) -> anyhow::Result<ConfigFile> {
    let shown = path.display().to_string();
    let size = std::fs::metadata(path).with_context(|| format!("cannot read {shown}"))?.len();
    anyhow::ensure!(size <= MAX_FILE, "{shown}: larger than {MAX_FILE} bytes");
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {shown} as UTF-8 text"))?;
    Ok(ConfigFile { path: shown, text })
}
