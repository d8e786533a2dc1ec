//! `sources/*.toml`: one publisher each.

mod article;
mod keeping;
mod networks;

pub use article::ended;

use kiemtin_analyze::{ConfigFile, Fault};
use kiemtin_crawl::canonical_url;
use kiemtin_model::{FeedKind, Source};
use std::collections::HashMap;
use std::path::Path;

/// Reads all sources; faults are added to `faults`. Token files are looked for from `folder`.
pub fn load(files: &[ConfigFile], folder: &Path, faults: &mut Vec<Fault>) -> Vec<Source> {
    let mut sources: Vec<Source> = vec![];
    // One channel may be read in two ways: its videos, and what is said under them.
    let mut seen: HashMap<(String, FeedKind), String> = HashMap::new();
    for file in files {
        let Some(mut source) = file.read::<Source>(faults) else { continue };
        let at = |words: &str| file.text.find(words).unwrap_or(0);
        if source.id != file.stem() {
            faults.push(file.fault(at("id"), "id", format!("got \"{}\", expected the file's name \"{}\"", source.id, file.stem())));
        }
        if source.feeds.is_empty() {
            faults.push(file.fault(0, "feeds", "got no feed, expected at least one [[feeds]]"));
        }
        for feed in &source.feeds {
            let place = at(&feed.url);
            match canonical_url(&feed.url, &feed.url) {
                None => faults.push(file.fault(place, "feeds.url", format!("got \"{}\", expected an http(s) address", feed.url))),
                Some(url) => {
                    if let Some(other) = seen.insert((url, feed.kind), file.path.clone()) {
                        faults.push(file.fault(place, "feeds.url", format!("\"{}\" is already listed in {other}", feed.url)));
                    }
                }
            }
            networks::check(file, &source, feed, place, faults);
            if feed.kind == FeedKind::Listing && feed.link_selector.is_none() {
                faults.push(file.fault(place, "feeds.link_selector", "missing, expected a CSS selector for kind = \"listing\""));
            }
            for selector in [&feed.link_selector, &feed.title_selector].into_iter().flatten() {
                if let Err(message) = kiemtin_crawl::check_selector(selector) {
                    faults.push(file.fault(
                        at(selector),
                        "feeds.link_selector",
                        format!("got \"{selector}\", expected a CSS selector: {message}"),
                    ));
                }
            }
        }
        for token in source.feeds.iter_mut().filter_map(|feed| feed.token_file.as_mut()) {
            *token = folder.join(&*token);
        }
        keeping::check(file, &source, faults);
        article::check(file, &source.article, faults);
        sources.push(source);
    }
    sources
}
