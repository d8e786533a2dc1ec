//! How fast are articles read from pages, and how many pages give no text?
//!
//! The corpus is a folder of `*.html` and `*.html.gz`. Unpacked pages are held in memory, so that reading files is not
//! counted; decoding is, because the pipeline pays for it too. One thread, its own processor time.

use super::{Figures, processor_time};
use crate::commands::extract::{page, pages_of, read_page};
use anyhow::Context;
use kiemtin_model::Time;
use kiemtin_model::source::ArticleVersions;
use std::path::PathBuf;

/// Runs the bench; `now` is the time before which pages were published.
pub fn run(folders: &[PathBuf], now: Time, figures: &mut Figures) -> anyhow::Result<()> {
    let mut pages = vec![];
    for folder in folders {
        for path in pages_of(folder)? {
            let file = std::fs::File::open(&path).with_context(|| format!("cannot open {}", path.display()))?;
            pages.push(read_page(file).with_context(|| path.display().to_string())?);
        }
    }
    anyhow::ensure!(!pages.is_empty(), "the corpus holds no *.html or *.html.gz");
    let measured = std::thread::scope(|scope| {
        let work = || measure(&pages, now);
        let thread = std::thread::Builder::new().stack_size(kiemtin_analyze::extract::STACK_BYTES).spawn_scoped(scope, work)?;
        thread.join().map_err(|_| anyhow::anyhow!("reading a page panicked"))?
    })?;
    let bytes: usize = pages.iter().map(Vec::len).sum();
    figures.tell("pages", pages.len() as f64, "pages")?;
    figures.tell("pages per CPU second", pages.len() as f64 / measured.seconds, "pages/s")?;
    figures.tell("speed", bytes as f64 / 1e6 / measured.seconds, "MB/s")?;
    figures.tell("extracted", measured.characters as f64, "characters")?;
    figures.tell("pages without text", f64::from(measured.without_text), "pages")
}

struct Measured {
    seconds: f64,
    characters: usize,
    without_text: u32,
}

fn measure(pages: &[Vec<u8>], now: Time) -> anyhow::Result<Measured> {
    let begun = processor_time()?;
    let (mut characters, mut without_text) = (0, 0);
    let hints = ArticleVersions::default();
    for bytes in pages {
        match page(bytes, None, &hints, now) {
            Ok(read) => characters += read.text.chars().count(),
            Err(_) => without_text += 1,
        }
    }
    let seconds = processor_time()?.saturating_sub(begun).as_secs_f64().max(1e-9);
    Ok(Measured { seconds, characters, without_text })
}
