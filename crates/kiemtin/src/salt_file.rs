//! Under which secret are posts known that were found by keyword? Kept in a file of this installation, changed every 90 days.
//!
//! Random, readable by the owner only, in no backup, log or answer. The secret before is kept for one more period, so that a deletion or
//! a repeat of what was stored under it is recognised; then it is overwritten. Whoever asks gets the present one: a running service takes
//! up a change by itself, whichever process made it.

use crate::random::random_hex;
use anyhow::Context;
use kiemtin_model::time::DAY_MS;
use kiemtin_model::{Salts, Time};
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

/// How long a secret is the present one, and then the one before.
const PERIOD_MS: i64 = 90 * DAY_MS;
/// Larger than any file that was written here, in bytes.
const LARGEST: u64 = 4_096;

/// The file with the secrets.
pub struct SaltFile {
    /// None: the secret never changes.
    path: Option<PathBuf>,
    seen: Mutex<Option<Seen>>,
}

/// What was read last.
struct Seen {
    salts: Arc<Salts>,
    until: Time,
    stamp: Option<(SystemTime, u64)>,
}

/// What stands in the file.
#[derive(Serialize, Deserialize)]
struct Content {
    /// When the present secret was made.
    made: Time,
    now: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<String>,
}

impl SaltFile {
    /// The file in this folder; it is made when it is first asked for.
    pub fn in_folder(folder: &Path) -> Self {
        Self { path: Some(folder.join("salt.secret")), seen: Mutex::new(None) }
    }

    /// A secret that never changes, for trials that keep nothing.
    pub fn fixed(salt: &str) -> Self {
        let seen = Seen { salts: Arc::new(Salts::new(salt, None)), until: Time(i64::MAX), stamp: None };
        Self { path: None, seen: Mutex::new(Some(seen)) }
    }

    /// The secrets at `now`.
    ///
    /// # Errors
    /// When the file cannot be read or written, or holds something else.
    pub fn at(&self, now: Time) -> anyhow::Result<Arc<Salts>> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let stamp = self.path.as_deref().and_then(stamp_of);
        if let Some(seen) = seen.as_ref().filter(|seen| seen.stamp == stamp && now < seen.until) {
            return Ok(Arc::clone(&seen.salts));
        }
        let Some(path) = &self.path else { anyhow::bail!("no secret is kept") };
        let content = renewed(path, now).with_context(|| format!("the secret {} is not to be had", path.display()))?;
        let salts = Arc::new(Salts::new(content.now, content.before));
        *seen = Some(Seen { salts: Arc::clone(&salts), until: content.made.plus(PERIOD_MS), stamp: stamp_of(path) });
        Ok(salts)
    }
}

/// When the file was written, and its length.
fn stamp_of(path: &Path) -> Option<(SystemTime, u64)> {
    let about = std::fs::metadata(path).ok()?;
    Some((about.modified().ok()?, about.len()))
}

/// What the file holds, changed when it is time. One process at a time.
fn renewed(path: &Path, now: Time) -> anyhow::Result<Content> {
    let folder = path.parent().context("no folder")?;
    std::fs::create_dir_all(folder)?;
    let turn = OpenOptions::new().create(true).truncate(false).write(true).open(path.with_extension("lock"))?;
    turn.lock()?;
    let (content, changed) = match read(path)? {
        None => (Content { made: now, now: random_hex::<32>()?, before: None }, true),
        Some(text) => step(&text, now)?,
    };
    if changed {
        replace(path, serde_json::to_string(&content)?.as_bytes())?;
    }
    Ok(content)
}

fn read(path: &Path) -> anyhow::Result<Option<String>> {
    let file = match File::open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let mut text = String::new();
    file.take(LARGEST).read_to_string(&mut text)?;
    Ok(Some(text))
}

/// What is to stand in the file at `now`, and whether that is something else.
fn step(text: &str, now: Time) -> anyhow::Result<(Content, bool)> {
    let text = text.trim();
    if !text.starts_with('{') {
        anyhow::ensure!(text.len() >= 16, "it holds no secret");
        // Of a version that did not change it: its time begins.
        return Ok((Content { made: now, now: text.to_owned(), before: None }, true));
    }
    // What stands there is never told.
    let content: Content = serde_json::from_str(text).map_err(|_| anyhow::anyhow!("it holds something else"))?;
    let age = now.0.saturating_sub(content.made.0);
    if age < PERIOD_MS {
        return Ok((content, false));
    }
    // Nothing ran for two periods: the time of the earlier one is over as well.
    let before = (age < 2 * PERIOD_MS).then_some(content.now);
    Ok((Content { made: now, now: random_hex::<32>()?, before }, true))
}

/// Written aside, made durable and renamed, readable by the owner only; then what stood there is overwritten. A crash leaves one of
/// the two, whole.
fn replace(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    let folder = path.parent().context("no folder")?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    let old = OpenOptions::new().write(true).open(path).ok();
    file.persist(path)?;
    if let Some(mut old) = old {
        let length = usize::try_from(old.metadata()?.len().min(LARGEST))?;
        old.write_all(&vec![0; length])?;
        old.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiemtin_model::time::HOUR_MS;

    const START: Time = Time(1_772_413_200_000);

    #[test]
    fn changes_by_the_clock_and_keeps_the_one_before_for_one_period() {
        let folder = tempfile::tempdir().unwrap();
        let (running, other) = (SaltFile::in_folder(folder.path()), SaltFile::in_folder(folder.path()));
        let at = |file: &SaltFile, days: i64| file.at(START.plus(days * DAY_MS)).unwrap();
        let first = at(&running, 0);
        assert_eq!((at(&running, 89), at(&other, 89)), (first.clone(), first.clone()), "of all processes");
        let second = at(&other, 90);
        assert_eq!(at(&running, 90), second, "a running one takes it up");
        assert_eq!(second.keys("x"), [second.key("x"), first.key("x")]);
        let third = at(&running, 185);
        assert_eq!(third.keys("x"), [third.key("x"), second.key("x")]);
        let text = std::fs::read_to_string(folder.path().join("salt.secret")).unwrap();
        assert!(!text.contains(first.now()) && text.contains(second.now()), "the first one is destroyed");
        let late = at(&running, 185 + 200);
        assert_eq!(late.keys("x").len(), 1, "nothing ran for two periods");
        assert_eq!(at(&running, 0), late, "a clock that was set back changes nothing");
    }

    #[test]
    #[cfg(unix)]
    fn a_bare_salt_is_read_on_and_the_file_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("salt.secret");
        let bare = "0123456789abcdef0123456789abcdef";
        std::fs::write(&path, bare).unwrap();
        let link = folder.path().join("link");
        std::fs::hard_link(&path, &link).unwrap();
        let file = SaltFile::in_folder(folder.path());
        assert_eq!(file.at(START).unwrap().now(), bare);
        assert_eq!(file.at(START.plus(HOUR_MS)).unwrap().now(), bare);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read(&link).unwrap(), vec![0; bare.len()], "what stood there is overwritten");
        assert_ne!(file.at(START.plus(91 * DAY_MS)).unwrap().now(), bare);
    }

    #[test]
    fn what_is_no_secret_is_told_without_its_content() {
        let folder = tempfile::tempdir().unwrap();
        for text in ["", "ngắn", "{\"made\": \"mot-bi-mat\"}"] {
            std::fs::write(folder.path().join("salt.secret"), text).unwrap();
            let error = format!("{:#}", SaltFile::in_folder(folder.path()).at(START).unwrap_err());
            assert!(!error.contains("mot-bi-mat"), "{error}");
        }
    }
}
