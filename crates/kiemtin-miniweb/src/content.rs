//! What do the page files say?

use crate::error::MiniWebError;
use crate::{calendar, sites};
use serde::Deserialize;
use std::collections::HashSet;

include!(concat!(env!("OUT_DIR"), "/files.rs"));

const LABELS: &[&str] =
    &["claim", "refutation", "warning", "criticism", "proposal", "report", "question", "ordinary", "official", "satire", "off_topic"];
/// Pages are dated at most so many days before the start.
const OLDEST_DAY: i64 = 41;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    page: Vec<RawPage>,
}

/// One page as its file states it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawPage {
    pub(crate) site: String,
    pub(crate) slug: String,
    pub(crate) day: i64,
    pub(crate) time: String,
    pub(crate) label: String,
    pub(crate) narrative: Option<String>,
    #[serde(default)]
    pub(crate) kinds: Vec<String>,
    pub(crate) section: String,
    pub(crate) title: String,
    pub(crate) sapo: Option<String>,
    pub(crate) byline: Option<String>,
    #[serde(default)]
    pub(crate) copies: Vec<RawCopy>,
    pub(crate) body: String,
    /// How the article reads after `publish_edits`.
    pub(crate) edit: Option<RawEdit>,
}

/// Where and when another site took the page over.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCopy {
    pub(crate) site: String,
    pub(crate) slug: String,
    pub(crate) day: i64,
    pub(crate) time: String,
}

/// The second version of an article.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawEdit {
    pub(crate) label: String,
    #[serde(default)]
    pub(crate) kinds: Vec<String>,
    pub(crate) title: String,
    pub(crate) sapo: Option<String>,
    pub(crate) body: String,
}

/// Reads all page files, in order of their names, and checks them.
pub(crate) fn read() -> Result<Vec<RawPage>, MiniWebError> {
    read_files(FILES)
}

fn read_files(files: &[(&'static str, &str)]) -> Result<Vec<RawPage>, MiniWebError> {
    let mut pages = Vec::new();
    let mut slugs = HashSet::new();
    for (file, text) in files {
        let parsed: File = toml::from_str(text).map_err(|e| MiniWebError::File { file, source: Box::new(e) })?;
        for page in parsed.page {
            check(&page, &mut slugs).map_err(|problem| MiniWebError::Page { file, slug: page.slug.clone(), problem })?;
            pages.push(page);
        }
    }
    Ok(pages)
}

fn check(page: &RawPage, slugs: &mut HashSet<String>) -> Result<(), String> {
    check_place(&page.site, &page.slug, page.day, &page.time, slugs)?;
    for copy in &page.copies {
        check_place(&copy.site, &copy.slug, copy.day, &copy.time, slugs)?;
    }
    for label in std::iter::once(&page.label).chain(page.edit.as_ref().map(|e| &e.label)) {
        if !LABELS.contains(&label.as_str()) {
            return Err(format!("label \"{label}\", expected one of: {}", LABELS.join(", ")));
        }
    }
    if page.body.trim().is_empty() {
        return Err("the body is empty".to_owned());
    }
    Ok(())
}

fn check_place(site: &str, slug: &str, day: i64, time: &str, slugs: &mut HashSet<String>) -> Result<(), String> {
    if sites::find(site).is_none() {
        return Err(format!("there is no site \"{site}\""));
    }
    if slug.is_empty() || !slug.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-')) {
        return Err(format!("slug \"{slug}\", expected lower-case ASCII letters, digits and hyphens"));
    }
    if !(0..=OLDEST_DAY).contains(&day) {
        return Err(format!("day {day}, expected 0 to {OLDEST_DAY}"));
    }
    if calendar::time_of_day(time).is_none() {
        return Err(format!("time \"{time}\", expected HH:MM"));
    }
    if !slugs.insert(slug.to_owned()) {
        return Err(format!("slug \"{slug}\" is used twice"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[[page]]\nsite = \"bao-bien\"\nslug = \"a\"\nday = 1\ntime = \"08:15\"\nlabel = \"ordinary\"\nsection = \"Kinh tế\"\ntitle = \"T\"\nbody = \"B\"\n";

    fn problem(from: &str, to: &str) -> String {
        let text = GOOD.replace(from, to);
        match read_files(&[("x.toml", &text)]) {
            Ok(pages) => panic!("accepted {pages:?}"),
            Err(e) => e.to_string(),
        }
    }

    #[test]
    fn every_fault_names_file_and_page() {
        assert_eq!(read_files(&[("x.toml", GOOD)]).unwrap().len(), 1);
        assert!(problem("bao-bien", "bao-lon").contains("x.toml: page \"a\": there is no site \"bao-lon\""));
        assert!(problem("day = 1", "day = 42").contains("expected 0 to 41"));
        assert!(problem("08:15", "8h15").contains("expected HH:MM"));
        assert!(problem("ordinary", "odd").contains("label \"odd\""));
        assert!(problem("\"a\"", "\"Á\"").contains("slug"));
        assert!(problem("body", "copies = [{ site = \"bao-bien\", slug = \"a\", day = 1, time = \"09:00\" }]\nbody").contains("twice"));
        assert!(problem("\"B\"", "\" \"").contains("empty"));
        assert!(problem("title", "titel").contains("x.toml cannot be read"));
    }

    #[test]
    fn the_bundled_files_are_good() {
        let pages = read().unwrap();
        assert!(pages.iter().filter(|p| p.edit.is_some()).count() >= 1);
    }
}
