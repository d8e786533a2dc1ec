//! How good and how fast is a search? Fills an index with the corpus and asks it.

use super::{Figures, bare, index, judged, timed};
use anyhow::Context;
use kiemtin_text::lexicon::Lexicon;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Runs the bench: judged queries measure relevance, lists of queries time; without either, queries from the corpus itself.
pub async fn run(corpus: &[PathBuf], queries: Option<&Path>, lexicon: &Arc<Lexicon>, figures: &mut Figures) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let (index, documents) = index::fill(corpus, dir.path(), figures).await?;
    let Some(path) = queries else {
        bare::run(&index, corpus, figures).await?;
        return timed::run(&index, timed::Queries::of(corpus)?, documents, figures).await;
    };
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    match judged::read(&text) {
        Ok(needs) => judged::run(&index, lexicon, &needs, figures).await,
        Err(no_needs) => match serde_json::from_str(&text) {
            Ok(queries) => timed::run(&index, queries, documents, figures).await,
            Err(no_lists) => anyhow::bail!("{}: neither judged queries ({no_needs}) nor lists of queries ({no_lists})", path.display()),
        },
    }
}
