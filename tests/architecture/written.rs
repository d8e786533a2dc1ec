//! Does what is written about the code name only what exists?

use std::collections::{BTreeSet, HashSet};

/// Folders whose paths are looked for in texts.
const FOLDERS: [&str; 6] = ["crates/", "docs/", "config/", "tests/", "scripts/", ".ci/"];

/// Words of protocols that look like symbols of ours.
const NOT_OURS: [&str; 1] = ["ETag"];

/// What exists.
struct Known {
    /// Files and folders.
    paths: BTreeSet<String>,
    /// Identifiers of each source file, comments left out.
    words: Vec<HashSet<String>>,
}

impl Known {
    fn of_project() -> Self {
        let paths = crate::tree();
        let source = |p: &&String| p.starts_with("crates/") && !p.contains("/tests/") && (p.ends_with(".rs") || p.ends_with(".sql"));
        let words = paths.iter().filter(source).map(|p| words(&crate::read(p))).collect();
        Self { paths, words }
    }

    /// Whether a path exists; `*` stands for any part of one name.
    fn path(&self, wanted: &str) -> bool {
        let wanted = wanted.trim_end_matches('/');
        self.paths.iter().any(|path| same_path(wanted, path))
    }

    /// Whether a file with this name, or the end of its path, exists.
    fn file(&self, end: &str) -> bool {
        let parts = end.split('/').count();
        let tail = |path: &str| path.rsplit('/').take(parts).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join("/");
        self.paths.iter().any(|path| same_path(end, &tail(path)))
    }

    /// Whether the sources hold all parts of a symbol; a type and its method in one file.
    fn symbol(&self, parts: &[&str]) -> bool {
        let together = match parts {
            [.., of, what] if is_type(of) => vec![*of, *what],
            _ => vec![],
        };
        parts.iter().all(|p| self.words.iter().any(|file| file.contains(*p)))
            && self.words.iter().any(|file| together.iter().all(|p| file.contains(*p)))
    }
}

fn words(source: &str) -> HashSet<String> {
    let code = source.lines().map(|l| l.split("//").next().unwrap_or_default());
    code.flat_map(|l| l.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

fn same_path(wanted: &str, path: &str) -> bool {
    let same_name = |wanted: &str, name: &str| match wanted.split_once('*') {
        Some((start, end)) => {
            name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end.trim_start_matches('*'))
        }
        None => wanted == name,
    };
    wanted.split('/').count() == path.split('/').count() && wanted.split('/').zip(path.split('/')).all(|(w, n)| same_name(w, n))
}

fn is_identifier(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !word.starts_with(|c: char| c.is_ascii_digit())
}

fn is_type(word: &str) -> bool {
    is_identifier(word) && word.starts_with(|c: char| c.is_ascii_uppercase()) && word.contains(|c: char| c.is_ascii_lowercase())
}

/// Paths below [`FOLDERS`] that a text names anywhere; placeholders (`<kind>`, `*`) become `*`.
fn paths_in(text: &str) -> BTreeSet<String> {
    let part = |c: char| c.is_ascii_alphanumeric() || "_-./*<>".contains(c);
    let mut found = BTreeSet::new();
    for word in text.split(|c: char| !part(c)) {
        let word = word.trim_start_matches("./").trim_end_matches(['.', '-']);
        if FOLDERS.iter().any(|folder| word.starts_with(folder)) {
            let mut path = String::new();
            for (i, piece) in word.split('<').enumerate() {
                match piece.split_once('>') {
                    Some((_, rest)) if i > 0 => path.extend(["*", rest]),
                    _ => path.push_str(piece),
                }
            }
            found.insert(path);
        }
    }
    found
}

/// What stands between single backticks, code blocks left out.
fn code_spans(text: &str) -> Vec<&str> {
    let mut spans = vec![];
    let mut block = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            block = !block;
        } else if !block {
            spans.extend(line.split('`').skip(1).step_by(2).map(str::trim));
        }
    }
    spans
}

/// The parts of a symbol, when that is what a span is: `CamelCase`, `Type::method`, `function()`.
fn symbol_in(span: &str) -> Option<Vec<&str>> {
    let (name, called) = match span.split_once('(') {
        Some((name, rest)) if rest.ends_with(')') => (name, true),
        Some(_) => return None,
        None => (span, false),
    };
    let parts: Vec<&str> = name.split("::").map(|p| p.split('<').next().unwrap_or_default()).collect();
    let symbol = parts.iter().all(|p| is_identifier(p)) && (parts.len() > 1 || called || is_type(name));
    (symbol && !NOT_OURS.contains(&span)).then_some(parts)
}

/// What a text names that does not exist.
fn unknown(name: &str, text: &str, known: &Known) -> Vec<String> {
    let mut faults: Vec<String> =
        paths_in(text).into_iter().filter(|p| !known.path(p)).map(|p| format!("{name}: there is no {p}")).collect();
    for span in code_spans(text) {
        let missing = if span.strip_prefix("kiemtin-").is_some_and(|rest| rest.chars().all(|c| c.is_ascii_lowercase())) {
            !known.path(&format!("crates/{span}"))
        } else if span.ends_with(".rs") && !span.contains(char::is_whitespace) && !FOLDERS.iter().any(|f| span.starts_with(f)) {
            !known.file(&span.replace("<kind>", "*"))
        } else {
            symbol_in(span).is_some_and(|parts| !known.symbol(&parts))
        };
        if missing {
            faults.push(format!("{name}: there is no `{span}`"));
        }
    }
    faults
}

#[test]
fn architecture_names_only_what_exists() {
    let known = Known::of_project();
    let text = crate::read("ARCHITECTURE.md");
    assert!(paths_in(&text).len() >= 5 && text.contains("Follow one article"), "ARCHITECTURE.md does not lead through the code");
    let mut faults = unknown("ARCHITECTURE.md", &text, &known);
    for how_to in known.paths.iter().filter(|p| p.starts_with("docs/how-to")) {
        faults.extend(unknown(how_to, &crate::read(how_to), &known));
    }
    crate::none(faults);
}

#[test]
fn readme_names_only_paths_that_exist() {
    let known = Known::of_project();
    let missing = paths_in(&crate::read("README.md")).into_iter().filter(|p| !known.path(p));
    crate::none(missing.map(|p| format!("README.md: there is no {p}")).collect());
}

#[test]
fn every_crate_has_its_place_in_the_text() {
    let text = crate::read("ARCHITECTURE.md");
    let crates: Vec<_> = crate::tree().into_iter().filter(|p| p.starts_with("crates/") && p.matches('/').count() == 1).collect();
    let short = |path: &String| path.trim_start_matches("crates/").to_owned();
    crate::none(
        crates
            .iter()
            .map(short)
            .filter(|name| !text.contains(name.as_str()))
            .map(|n| format!("ARCHITECTURE.md says nothing of {n}"))
            .collect(),
    );
}

#[test]
fn what_does_not_exist_is_told() {
    let known = Known {
        paths: ["crates", "crates/kiemtin-text", "crates/kiemtin-text/src/scan.rs", "docs/how-to-add-a-rule.md"].map(str::to_owned).into(),
        words: vec![words("struct Scanner; impl Scanner { fn scan_all(&self) {} } // Ghost"), words("fn fold() {}")],
    };
    let check = |text: &str, faults: &[&str]| assert_eq!(unknown("A", text, &known), faults, "{text}");
    check("see `Scanner`, `Scanner::scan_all`, `fold()`, `scan.rs`, `src/scan.rs`, `kiemtin-text`, `WAL`, `a b`", &[]);
    check("`crates/kiemtin-text/src/*.rs`, docs/how-to-add-*.md, `crates/kiemtin-text/src/<kind>.rs`, crates/kiemtin-text/.", &[]);
    check("```\n`Ghost`\n```", &[]);
    check("`Ghost` haunts", &["A: there is no `Ghost`"]);
    check("`Scanner::fold`, `Scanner::walk(a)`", &["A: there is no `Scanner::fold`", "A: there is no `Scanner::walk(a)`"]);
    check(
        "`walk()` in `walk.rs` of `kiemtin-walk`",
        &["A: there is no `walk()`", "A: there is no `walk.rs`", "A: there is no `kiemtin-walk`"],
    );
    check(
        "[x](docs/adr/1.md), `crates/kiemtin-text/src/walk.rs`",
        &["A: there is no crates/kiemtin-text/src/walk.rs", "A: there is no docs/adr/1.md"],
    );
}
