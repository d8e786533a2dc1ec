//! `backup`: a consistent copy of the store in a folder, while others write to it.
//!
//! Made in a folder beside (`DIR.partial`), which gets its name when everything in it is durable: a backup is there whole or not at all,
//! whenever the process is killed. What a killed run left is cleared away by the next one with the same name.

use crate::backup_folder::{DATABASE, MANIFEST, Manifest, poured, regular, sync_folder};
use crate::cli::Common;
use crate::data::DataFolders;
use crate::{clock, out, progress};
use anyhow::Context;
use kiemtin_model::{Actor, AuditAction, AuditEntry, Time};
use kiemtin_store::{AuditStore, SqliteStore};
use serde_json::json;
use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// Between two looks at how far the copy is.
const LOOK: Duration = Duration::from_millis(200);

/// Runs the command.
pub async fn run(common: &Common, dir: &Path) -> anyhow::Result<ExitCode> {
    let folders = DataFolders::of(common);
    let database = folders.database();
    anyhow::ensure!(database.is_file(), "không có kho dữ liệu ở {}: không có gì để sao lưu", database.display());
    let making = Making::begin(dir)?;
    let made = clock::clock(common.now)();
    let store = folders.open_store().await?;
    // Before anything leaves: what cannot be logged is not given.
    let entry = AuditEntry { at: made, actor: Actor::command(), action: AuditAction::Backup, object: "store".into(), detail: [].into() };
    store.put_audit(&[entry]).await?;
    copy(&store, &database, &making.database()).await.context("không sao chép được kho dữ liệu")?;
    store.close().await;
    let manifest = look(made, &making.database()).await.context("bản sao không nguyên vẹn")?;
    making.finish(&manifest)?;
    if common.json {
        let mut told = serde_json::to_value(&manifest)?;
        if let Some(told) = told.as_object_mut() {
            told.insert("dir".into(), json!(dir));
        }
        out::line(told)?;
    } else {
        let Manifest { documents, bytes, .. } = manifest;
        out::line(format_args!("đã sao lưu {documents} tài liệu ({}) vào {}", indicatif::HumanBytes(bytes), dir.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Copies the store as it is at this moment.
async fn copy(store: &SqliteStore, database: &Path, to: &Path) -> anyhow::Result<()> {
    let bar = progress::bytes(std::fs::metadata(database)?.len()).with_message("sao chép");
    let copying = store.copy_to(to);
    tokio::pin!(copying);
    loop {
        tokio::select! {
            copied = &mut copying => {
                bar.finish_and_clear();
                return Ok(copied?);
            }
            // Not there yet: nothing is copied yet.
            () = tokio::time::sleep(LOOK) => bar.set_position(std::fs::metadata(to).map_or(0, |about| about.len())),
        }
    }
}

/// Looks whether the copy holds together, and what is in it.
async fn look(made: Time, copy: &Path) -> anyhow::Result<Manifest> {
    let spinner = progress::spinner("kiểm tra bản sao");
    let facts = SqliteStore::look_at_copy(copy).await?;
    spinner.finish_and_clear();
    let mut file = regular(copy)?;
    let bar = progress::bytes(file.metadata()?.len()).with_message("tính mã băm");
    let poured = poured(&mut file, &mut std::io::sink(), &bar)?;
    bar.finish_and_clear();
    file.sync_all()?;
    Ok(Manifest::new(made, facts, poured))
}

/// A backup in the making. Dropped before [`Making::finish`], it leaves nothing.
struct Making {
    target: PathBuf,
    partial: PathBuf,
    finished: bool,
    /// The folder itself, locked: one process at a time.
    _turn: File,
}

impl Making {
    fn begin(dir: &Path) -> anyhow::Result<Self> {
        let dir = std::path::absolute(dir)?;
        let (Some(name), Some(parent)) = (dir.file_name(), dir.parent()) else {
            anyhow::bail!("{} không thể là thư mục sao lưu: hãy nêu tên một thư mục mới", dir.display());
        };
        let (target, mut partial) = (parent.join(name), name.to_owned());
        partial.push(".partial");
        let partial = parent.join(partial);
        free(&target)?;
        std::fs::create_dir_all(parent).with_context(|| format!("không tạo được thư mục {}", parent.display()))?;
        match std::fs::create_dir(&partial) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                let ours = partial.symlink_metadata()?.is_dir() && names(&partial)?.iter().all(|name| FILES.contains(&name.as_str()));
                anyhow::ensure!(ours, "{} đã có và không do lệnh này tạo ra: hãy chuyển đi nơi khác hoặc chọn tên khác", partial.display());
            }
            made => made.with_context(|| format!("không tạo được thư mục {}", partial.display()))?,
        }
        let turn = File::open(&partial)?;
        match turn.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => anyhow::bail!("một lệnh backup khác đang ghi vào {}", partial.display()),
            Err(TryLockError::Error(error)) => return Err(error).context("không khóa được thư mục sao lưu"),
        }
        let making = Self { target, partial, finished: false, _turn: turn };
        making.clear()?;
        // While nothing is in it.
        keep_private(&making.partial)?;
        Ok(making)
    }

    /// Where the copy of the store is written.
    fn database(&self) -> PathBuf {
        self.partial.join(DATABASE)
    }

    /// Gives the backup its name.
    fn finish(mut self, manifest: &Manifest) -> anyhow::Result<()> {
        let told = || format!("không ghi được {}", self.target.display());
        manifest.write(&self.partial).with_context(told)?;
        sync_folder(&self.partial).with_context(told)?;
        // Replaces an empty folder, and nothing else.
        std::fs::rename(&self.partial, &self.target).with_context(told)?;
        self.finished = true;
        if let Some(parent) = self.target.parent() {
            sync_folder(parent)?;
        }
        Ok(())
    }

    fn clear(&self) -> std::io::Result<()> {
        for name in FILES {
            match std::fs::remove_file(self.partial.join(name)) {
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                removed => removed?,
            }
        }
        Ok(())
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        if self.finished {
            return;
        }
        if let Err(error) = self.clear().and_then(|()| std::fs::remove_dir(&self.partial)) {
            eprintln!("không xóa được {}: {error}", self.partial.display());
        }
    }
}

/// What a run writes.
const FILES: [&str; 5] = [DATABASE, "kiemtin.db-journal", "kiemtin.db-wal", "kiemtin.db-shm", MANIFEST];

/// Nothing is there, or an empty folder.
fn free(target: &Path) -> anyhow::Result<()> {
    match target.symlink_metadata() {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error).with_context(|| format!("không xem được {}", target.display())),
        Ok(about) => {
            let empty = about.is_dir() && names(target)?.is_empty();
            anyhow::ensure!(
                empty,
                "{} đã có: bản sao lưu không ghi đè lên gì cả, hãy nêu một thư mục mới hoặc còn trống",
                target.display()
            );
            Ok(())
        }
    }
}

fn names(folder: &Path) -> std::io::Result<Vec<String>> {
    std::fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

/// Lets only the owner into a folder.
#[cfg(unix)]
fn keep_private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
}

/// Elsewhere the folder has the rights of the one that it is in.
#[cfg(not(unix))]
fn keep_private(_folder: &Path) -> std::io::Result<()> {
    Ok(())
}
