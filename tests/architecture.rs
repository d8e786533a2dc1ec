//! Do the walls between the crates stand, and does ARCHITECTURE.md tell the truth about them?
//!
//! Each check is a function over data, with a test beside it that shows it failing: a check that cannot fail is none.
#![allow(clippy::unwrap_used, reason = "a test that panics fails, as it should")]

#[path = "architecture/arrows.rs"]
mod arrows;
#[path = "architecture/files.rs"]
mod files;
#[path = "architecture/written.rs"]
mod written;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Folders that no person writes.
const LEFT_OUT: [&str; 4] = ["target", ".git", "var", "index"];

/// The project's folder.
fn repo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// All files and folders of the project, from its root, with `/`.
fn tree() -> BTreeSet<String> {
    fn walk(root: &Path, folder: &str, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            if folder.is_empty() && LEFT_OUT.contains(&name.as_str()) {
                continue;
            }
            let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
            if entry.file_type().unwrap().is_dir() {
                walk(root, &path, found);
            }
            found.insert(path);
        }
    }
    let mut found = BTreeSet::new();
    walk(&repo(), "", &mut found);
    found
}

/// A file of the project as text.
fn read(path: &str) -> String {
    std::fs::read_to_string(repo().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// Fails with one fault a line.
fn none(faults: Vec<String>) {
    assert!(faults.is_empty(), "{} fault(s):\n{}", faults.len(), faults.join("\n"));
}
