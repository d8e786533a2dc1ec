//! What is a backup on disk: which files, and how is it seen that they are whole?
//!
//! A folder with two files: the copy of the store, and a manifest that says what it is a copy of, how long it is and what its SHA-256
//! is. Nothing else goes in: no secret of the installation, no index, no configuration.

use anyhow::Context;
use indicatif::ProgressBar;
use kiemtin_model::Time;
use kiemtin_model::hex::hex;
use kiemtin_store::CopyFacts;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

/// The copy of the store.
pub const DATABASE: &str = "kiemtin.db";
/// What it is a copy of.
pub const MANIFEST: &str = "manifest.json";
/// Version of this layout.
const FORMAT: u32 = 1;
/// Larger than any manifest that was written here, in bytes.
const LARGEST: u64 = 64 << 10;
/// Bytes that are copied at once.
const PART: usize = 256 << 10;

/// What the copy of the store is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the layout: 1.
    pub format: u32,
    /// When it was made.
    pub made: Time,
    /// Version of the program that made it.
    pub program: String,
    /// Version of the tables.
    pub schema: i64,
    /// Name of the store's history.
    pub log_id: String,
    /// Its last change.
    pub last_seq: i64,
    /// Documents in it.
    pub documents: u64,
    /// Length of the copy.
    pub bytes: u64,
    /// SHA-256 of the copy, 64 hexadecimal digits.
    pub sha256: String,
}

/// Read before anything else: a later layout may have other fields.
#[derive(Deserialize)]
struct Layout {
    format: u32,
}

impl Manifest {
    /// Of a copy that holds this, with this length and SHA-256.
    pub fn new(made: Time, facts: CopyFacts, (bytes, sha256): (u64, String)) -> Self {
        let CopyFacts { log_id, last_seq, documents, schema } = facts;
        Self { format: FORMAT, made, program: env!("CARGO_PKG_VERSION").to_owned(), schema, log_id, last_seq, documents, bytes, sha256 }
    }

    /// Reads the manifest of the backup in this folder.
    ///
    /// # Errors
    /// When there is none, or it is of a later version or damaged.
    pub fn read(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(MANIFEST);
        let told = || format!("không đọc được {}", path.display());
        let text = bounded(&path).with_context(told)?;
        let Layout { format } = serde_json::from_str(&text).with_context(told)?;
        anyhow::ensure!(
            format == FORMAT,
            "{}: bản sao lưu theo định dạng {format}, chương trình này chỉ đọc được {FORMAT}",
            path.display()
        );
        serde_json::from_str(&text).with_context(told)
    }

    /// Writes the manifest into this folder, durable.
    pub fn write(&self, folder: &Path) -> anyhow::Result<()> {
        let mut file = File::create_new(folder.join(MANIFEST))?;
        writeln!(file, "{}", serde_json::to_string_pretty(self)?)?;
        Ok(file.sync_all()?)
    }

    /// What the copy must hold.
    pub fn facts(&self) -> CopyFacts {
        CopyFacts { log_id: self.log_id.clone(), last_seq: self.last_seq, documents: self.documents, schema: self.schema }
    }
}

fn bounded(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    regular(path)?.take(LARGEST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LARGEST {
        return Err(io::Error::other(format!("tệp dài hơn {LARGEST} byte")));
    }
    Ok(text)
}

/// Opens a file that is one: a pipe would be waited for without end.
pub fn regular(path: &Path) -> io::Result<File> {
    if std::fs::metadata(path)?.is_file() {
        return File::open(path);
    }
    Err(io::Error::other("không phải là tệp"))
}

/// Copies from here to there; gives the number of bytes and their SHA-256.
pub fn poured(from: &mut impl Read, to: &mut impl Write, bar: &ProgressBar) -> io::Result<(u64, String)> {
    let (mut bytes, mut hash, mut part) = (0_u64, Sha256::new(), vec![0; PART]);
    loop {
        let read = match from.read(&mut part) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        let piece = part.get(..read).ok_or_else(|| io::Error::other("more was read than there is room for"))?;
        if piece.is_empty() {
            return Ok((bytes, hex(&hash.finalize())));
        }
        hash.update(piece);
        to.write_all(piece)?;
        bytes += piece.len() as u64;
        bar.set_position(bytes);
    }
}

/// Makes the names in a folder durable.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_copied_is_counted_and_hashed() {
        let mut to = vec![];
        let bar = ProgressBar::hidden();
        let poured = poured(&mut &b"abc"[..], &mut to, &bar).unwrap();
        // The example of FIPS 180-4.
        assert_eq!(poured, (3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad".to_owned()));
        assert_eq!(to, b"abc");
    }

    #[test]
    fn a_manifest_is_read_as_it_was_written_and_nothing_else_is() {
        let folder = tempfile::tempdir().unwrap();
        let facts = CopyFacts { log_id: "ab".into(), last_seq: 7, documents: 3, schema: 24 };
        let manifest = Manifest::new(Time(1_772_413_200_000), facts.clone(), (12, "00".into()));
        manifest.write(folder.path()).unwrap();
        assert_eq!(Manifest::read(folder.path()).unwrap(), manifest);
        assert_eq!(manifest.facts(), facts);
        assert!(manifest.write(folder.path()).is_err(), "nothing is overwritten");
        let path = folder.path().join(MANIFEST);
        let error = |text: String| {
            std::fs::write(&path, text).unwrap();
            format!("{:#}", Manifest::read(folder.path()).unwrap_err())
        };
        assert!(error(r#"{"format": 2, "other": []}"#.into()).contains("định dạng 2"));
        assert!(error(" ".repeat(70_000)).contains("dài hơn"));
        for text in ["", "{}", "[1]", r#"{"format": 1}"#] {
            assert!(error(text.into()).contains("manifest.json"), "{text}");
        }
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        assert!(Manifest::read(folder.path()).is_err());
    }
}
