//! `extract`: what an HTML page says.

use crate::cli::Common;
use crate::config;
use crate::out;
use crate::{clock, crew};
use anyhow::Context;
use kiemtin_analyze::extract::{Extracted, extract};
use kiemtin_model::Time;
use kiemtin_model::source::ArticleVersions;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// Largest page that is read, in bytes, unpacked.
const MAX_PAGE: u64 = 16 << 20;
/// Pages worked on at once.
const BATCH: usize = 64;

/// What is read, and how.
pub struct Asked<'a> {
    /// Address of the page.
    pub url: Option<&'a str>,
    /// Source whose hints are used.
    pub source: Option<&'a str>,
    /// Folder of pages.
    pub batch: Option<&'a Path>,
    /// One page; standard input when there is none.
    pub file: Option<&'a Path>,
}

/// Runs the command.
pub async fn run(common: &Common, asked: Asked<'_>) -> anyhow::Result<ExitCode> {
    let now = clock::clock(common.now)();
    let hints = Arc::new(asked.source.map(|id| hints_of(&common.config, id)).transpose()?.unwrap_or_default());
    let Asked { url, batch, file, .. } = asked;
    if let Some(folder) = batch {
        return run_batch(folder, hints, now).await;
    }
    let bytes = match file.filter(|f| f.as_os_str() != "-") {
        Some(path) => read_page(std::fs::File::open(path).with_context(|| format!("cannot open {}", path.display()))?)?,
        None => read_page(std::io::stdin())?,
    };
    let url = url.map(str::to_owned);
    let result = crew::map(vec![bytes], move |bytes| page(&bytes, url.as_deref(), &hints, now)).await?;
    match result.into_iter().next().context("nothing was read")? {
        Ok(Ok(page)) => {
            tell(&page, "");
            out::line(json(&page, url_of(&page), None)?)?;
            Ok(ExitCode::SUCCESS)
        }
        Ok(Err(reason)) | Err(reason) => {
            eprintln!("lỗi: {reason}");
            Ok(ExitCode::FAILURE)
        }
    }
}

/// The hints of a configured source for reading its pages.
fn hints_of(config: &Path, id: &str) -> anyhow::Result<ArticleVersions> {
    let sources = config::load_valid(config)?.sources;
    let source = sources.iter().find(|s| s.id == id).with_context(|| format!("no source \"{id}\" in {}/sources", config.display()))?;
    Ok(source.article.clone())
}

/// Tells on standard error which hints did not do.
fn tell(page: &Extracted, file: &str) {
    for note in &page.notes {
        eprintln!("{file}{note}; the page is read in the general way");
    }
}

async fn run_batch(folder: &Path, hints: Arc<ArticleVersions>, now: Time) -> anyhow::Result<ExitCode> {
    let paths = pages_of(folder)?;
    for chunk in paths.chunks(BATCH) {
        let hints = Arc::clone(&hints);
        let pages = crew::map(chunk.to_vec(), move |path| {
            let bytes = std::fs::File::open(&path).map_err(anyhow::Error::from).and_then(read_page).map_err(|e| format!("{e:#}"))?;
            page(&bytes, None, &hints, now)
        })
        .await?;
        for (path, result) in chunk.iter().zip(pages) {
            let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
            match result.and_then(|r| r) {
                Ok(page) => {
                    tell(&page, &format!("{name}: "));
                    out::line(json(&page, url_of(&page), Some(name))?)?;
                }
                Err(reason) => {
                    eprintln!("{name}: {reason}");
                    out::line(serde_json::json!({"file": name, "error": reason, "title": "", "text": ""}))?;
                }
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The pages of a folder (`*.html`, `*.html.gz`), in the order of their names.
pub fn pages_of(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut paths: Vec<PathBuf> = vec![];
    for entry in std::fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        if name.ends_with(".html") || name.ends_with(".html.gz") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Reads one page; an error says why it gives no article.
pub fn page(bytes: &[u8], url: Option<&str>, hints: &ArticleVersions, now: Time) -> Result<Extracted, String> {
    let html = kiemtin_crawl::decode_html(bytes, None);
    extract(&html, url, hints, now).map_err(|e| e.to_string())
}

fn url_of(page: &Extracted) -> Option<&str> {
    page.canonical_url.as_deref()
}

fn json(page: &Extracted, url: Option<&str>, file: Option<&str>) -> anyhow::Result<serde_json::Value> {
    let mut value = serde_json::to_value(page)?;
    if let Some(object) = value.as_object_mut() {
        object.insert("url".into(), url.into());
        if let Some(file) = file {
            object.insert("file".into(), file.into());
        }
    }
    Ok(value)
}

/// Reads a page, gzip told by content; what lies beyond the limit is an error.
pub fn read_page(source: impl Read) -> anyhow::Result<Vec<u8>> {
    let mut raw = vec![];
    source.take(MAX_PAGE + 1).read_to_end(&mut raw)?;
    let mut bytes = raw;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut unpacked = vec![];
        flate2::read::MultiGzDecoder::new(bytes.as_slice()).take(MAX_PAGE + 1).read_to_end(&mut unpacked)?;
        bytes = unpacked;
    }
    anyhow::ensure!(bytes.len() as u64 <= MAX_PAGE, "the page is larger than {MAX_PAGE} bytes");
    Ok(bytes)
}
