//! Is every file short, and does its name say what is in it?

/// Most lines of a source file.
const MOST_LINES: usize = 500;
/// Files that people read as source.
const SOURCES: [&str; 5] = ["rs", "sql", "html", "css", "js"];
/// Names that say nothing.
const EMPTY_NAMES: [&str; 6] = ["util", "common", "helper", "manager", "processor", "handler"];

/// Source files (path, lines) that are too long.
fn too_long(files: &[(String, usize)]) -> Vec<String> {
    let long = files.iter().filter(|(_, lines)| *lines > MOST_LINES);
    long.map(|(path, lines)| format!("{path} has {lines} lines, at most {MOST_LINES} are allowed")).collect()
}

/// Files and folders whose own name, or a word of it, is one of [`EMPTY_NAMES`], in the plural too.
fn badly_named<'a>(paths: impl IntoIterator<Item = &'a String>) -> Vec<String> {
    let empty = |word: &str| {
        let word = word.to_ascii_lowercase();
        EMPTY_NAMES.iter().any(|n| word == *n || word.strip_suffix('s') == Some(n))
    };
    let bad = |path: &&String| {
        let name = path.rsplit('/').next().unwrap_or_default();
        name.split(['.', '_', '-']).any(empty)
    };
    paths.into_iter().filter(bad).map(|path| format!("{path}: the name says nothing")).collect()
}

fn is_source(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| SOURCES.contains(&extension))
}

#[test]
fn no_source_file_is_long() {
    let files: Vec<_> = crate::tree().into_iter().filter(|p| is_source(p)).map(|p| (crate::read(&p).lines().count(), p)).collect();
    assert!(files.len() > 100, "the walk found only {} source files", files.len());
    crate::none(too_long(&files.into_iter().map(|(lines, path)| (path, lines)).collect::<Vec<_>>()));
}

#[test]
fn names_say_what_is_inside() {
    crate::none(badly_named(crate::tree().iter().filter(|p| p.starts_with("crates/") || p.starts_with("tests/"))));
}

#[test]
fn a_long_or_badly_named_file_is_told() {
    assert_eq!(too_long(&[("a.rs".into(), 500), ("b.rs".into(), 501)]), ["b.rs has 501 lines, at most 500 are allowed"]);
    assert!(is_source("crates/x/migrations/0001.sql") && !is_source("config/rules/a.toml"));
    let names = ["crates/a/src/utils.rs", "crates/a/src/feed_handler.rs", "crates/a/common", "crates/a/src/commonly.rs", "tests/helper.js"];
    let told = badly_named(&names.map(str::to_owned));
    assert_eq!(told.len(), 4, "{told:?}");
}
