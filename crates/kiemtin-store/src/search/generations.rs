//! Which generation of the index is searched, and which folders are no longer needed?
//!
//! Every generation is a folder `v4-1`: version of fields and analysis, number. The file [`CURRENT`] names the one that is
//! searched; it is replaced by renaming, so that a crash leaves the old name or the new one. A process that reads a generation
//! holds a lock on a file in it, which the kernel gives back when the process ends, however it ends: what nobody holds and nobody
//! will read is deleted.

use super::schema;
use std::fmt;
use std::fs::{File, TryLockError};
use std::io::{self, Write};
use std::path::Path;

/// File with the name of the generation that is searched.
const CURRENT: &str = "CURRENT";
/// File in a generation that its readers hold a shared lock on.
const READERS: &str = "readers";

/// Name of a generation; later ones are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    version: u32,
    number: u32,
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.number {
            0 => write!(f, "v{}", self.version),
            number => write!(f, "v{}-{number}", self.version),
        }
    }
}

impl Name {
    /// A folder without a number (`v2`) is an old one of that version.
    fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix('v')?;
        let name = match text.split_once('-') {
            Some((version, number)) => Self { version: version.parse().ok()?, number: number.parse().ok().filter(|n| *n > 0)? },
            None => Self { version: text.parse().ok()?, number: 0 },
        };
        Some(name)
    }

    /// This build reads it.
    pub(super) fn readable(self) -> bool {
        self.version == schema::VERSION && self.number > 0
    }
}

/// The generation that is to be searched; none when there is no pointer, or when its folder is gone.
pub(super) fn current(root: &Path) -> Option<Name> {
    let name = Name::parse(std::fs::read_to_string(root.join(CURRENT)).ok()?.trim())?;
    root.join(name.to_string()).is_dir().then_some(name)
}

/// Some generation is named, of whatever version.
pub(super) fn pointed(root: &Path) -> bool {
    current(root).is_some()
}

/// None is named, or one of an earlier version.
pub(super) fn outdated(root: &Path) -> bool {
    current(root).is_none_or(|name| name.version < schema::VERSION)
}

/// Makes this generation the one that is searched, by all processes.
pub(super) fn point_to(root: &Path, name: Name) -> io::Result<()> {
    let aside = root.join(format!("{CURRENT}.{}.new", std::process::id()));
    let mut file = File::create(&aside)?;
    writeln!(file, "{name}")?;
    file.sync_all()?;
    std::fs::rename(&aside, root.join(CURRENT))?;
    // The new name itself is only durable with its folder.
    File::open(root)?.sync_all()
}

fn all(root: &Path) -> io::Result<Vec<Name>> {
    let mut names = vec![];
    for entry in std::fs::read_dir(root)? {
        names.extend(entry?.file_name().to_str().and_then(Name::parse));
    }
    names.sort_unstable();
    Ok(names)
}

/// The last generation of this build that is newer than `than`.
pub(super) fn newer(root: &Path, than: Option<Name>) -> io::Result<Option<Name>> {
    let newer = |name: &Name| name.readable() && than.is_none_or(|than| !than.readable() || *name > than);
    Ok(all(root)?.into_iter().rfind(newer))
}

/// A name that no generation has, later than all of this build.
pub(super) fn next(root: &Path) -> io::Result<Name> {
    let number = all(root)?.into_iter().filter(|n| n.version == schema::VERSION).map(|n| n.number).max().unwrap_or(0);
    Ok(Name { version: schema::VERSION, number: number.saturating_add(1) })
}

/// Deletes the generations before `current` that nobody reads.
pub(super) fn sweep(root: &Path, current: Name) -> io::Result<()> {
    for name in all(root)?.into_iter().filter(|name| *name < current) {
        let dir = root.join(name.to_string());
        let readers = File::options().create(true).truncate(false).write(true).open(dir.join(READERS))?;
        match readers.try_lock() {
            Ok(()) => std::fs::remove_dir_all(&dir)?,
            Err(TryLockError::WouldBlock) => tracing::debug!(generation = %name, "a generation of the search index is still read"),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Ok(())
}

/// A generation that is read: its folder stays.
pub(super) struct Held {
    _readers: File,
}

impl Held {
    /// # Errors
    /// `WouldBlock` when the folder is being deleted, `NotFound` when it is gone.
    pub(super) fn take(dir: &Path) -> io::Result<Self> {
        let path = dir.join(READERS);
        let readers = File::options().create(true).truncate(false).write(true).open(&path)?;
        readers.try_lock_shared().map_err(|error| match error {
            TryLockError::WouldBlock => io::Error::from(io::ErrorKind::WouldBlock),
            TryLockError::Error(error) => error,
        })?;
        // It may have been deleted between the two steps.
        std::fs::metadata(&path)?;
        Ok(Self { _readers: readers })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(number: u32) -> Name {
        Name { version: schema::VERSION, number }
    }

    #[test]
    fn names_read_back() {
        for (text, expected) in [
            ("v3-12", Some(Name { version: 3, number: 12 })),
            ("v2", Some(Name { version: 2, number: 0 })),
            ("v2-0", None),
            ("v3-", None),
            ("3-1", None),
            ("vx-1", None),
            ("CURRENT", None),
        ] {
            assert_eq!(Name::parse(text), expected, "{text}");
        }
        for name in [name(7), Name { version: 2, number: 0 }] {
            assert_eq!(Name::parse(&name.to_string()), Some(name));
        }
    }

    #[test]
    fn the_pointer_names_a_folder_that_is_there() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(current(root.path()), None);
        point_to(root.path(), name(1)).unwrap();
        assert_eq!(current(root.path()), None, "its folder is not there");
        std::fs::create_dir(root.path().join(name(1).to_string())).unwrap();
        assert_eq!(current(root.path()), Some(name(1)));
        std::fs::write(root.path().join(CURRENT), b"\xff\xfe").unwrap();
        assert_eq!(current(root.path()), None, "damaged");
        assert_eq!(next(root.path()).unwrap(), name(2));
    }

    #[test]
    fn only_what_is_read_is_kept() {
        let root = tempfile::tempdir().unwrap();
        for number in 1..=3 {
            std::fs::create_dir(root.path().join(name(number).to_string())).unwrap();
        }
        std::fs::create_dir(root.path().join("v1")).unwrap();
        let held = Held::take(&root.path().join(name(1).to_string())).unwrap();
        sweep(root.path(), name(2)).unwrap();
        assert_eq!(all(root.path()).unwrap(), [name(1), name(2), name(3)]);
        drop(held);
        sweep(root.path(), name(3)).unwrap();
        assert_eq!(all(root.path()).unwrap(), [name(3)]);
        assert!(Held::take(&root.path().join(name(1).to_string())).is_err());
    }
}
