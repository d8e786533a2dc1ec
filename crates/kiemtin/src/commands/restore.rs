//! `restore`: puts a backup back where there is no store, or does nothing.
//!
//! Copied under another name into the folder of the store, looked through there, and made the beginning of a new history
//! ([`kiemtin_store::backup`]); only then does the copy get the store's name, unless there is one meanwhile. Whatever is wrong, and whenever
//! the process is killed, there is no store or a whole one.

use crate::backup_folder::{self, Manifest, poured, regular, sync_folder};
use crate::cli::Common;
use crate::data::DataFolders;
use crate::{clock, out, progress, sending};
use anyhow::Context;
use kiemtin_model::{Actor, AuditAction, AuditEntry, Time};
use kiemtin_store::SqliteStore;
use serde_json::json;
use std::fs::{File, TryLockError};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What the store's name is followed by in the names of the files that belong to it.
const PARTS: [&str; 4] = ["", "-wal", "-shm", "-journal"];

/// Runs the command.
pub async fn run(common: &Common, dir: &Path) -> anyhow::Result<ExitCode> {
    let manifest = Manifest::read(dir)?;
    let (schema, newest) = (manifest.schema, SqliteStore::NEWEST_SCHEMA);
    anyhow::ensure!(schema <= newest, "bản sao lưu do một bản kiemtin mới hơn tạo ra (bảng {schema}, chương trình này biết đến {newest})");
    let mut from = open_copy(dir, &manifest)?;
    let place = Place::take(&DataFolders::of(common))?;
    let told = || format!("không khôi phục được từ {}", dir.display());
    place.fill(&mut from, &manifest).with_context(told)?;
    revive(&place.copy, &manifest, clock::clock(common.now)()).await.with_context(told)?;
    place.finish()?;
    let Manifest { made, documents, last_seq, .. } = manifest;
    if common.json {
        out::line(json!({ "documents": documents, "last_seq": last_seq, "made": made, "schema": newest }))?;
    } else {
        out::line(format_args!("đã khôi phục {documents} tài liệu, như lúc {}", made.vi()))?;
        out::line("chỉ mục tìm kiếm được dựng lại khi dịch vụ chạy hoặc ở lần tìm đầu tiên; mọi phiên đăng nhập đã kết thúc")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The copy in the backup, of the length that it had.
fn open_copy(dir: &Path, manifest: &Manifest) -> anyhow::Result<File> {
    let path = dir.join(backup_folder::DATABASE);
    let file = regular(&path).with_context(|| format!("không đọc được {}", path.display()))?;
    let bytes = file.metadata()?.len();
    let expected = manifest.bytes;
    anyhow::ensure!(bytes == expected, "{} dài {bytes} byte, lúc sao lưu dài {expected} byte: bản sao lưu đã bị hỏng", path.display());
    Ok(file)
}

/// Looks whether the copy is what the manifest says, and makes it a store of its own.
async fn revive(copy: &Path, manifest: &Manifest, now: Time) -> anyhow::Result<()> {
    let spinner = progress::spinner("kiểm tra kho");
    let facts = SqliteStore::look_at_copy(copy).await?;
    let (documents, last) = (facts.documents, facts.last_seq);
    let same = facts == manifest.facts();
    anyhow::ensure!(same, "kho có {documents} tài liệu, thay đổi cuối là số {last}: không khớp với manifest.json");
    let detail = [("made".to_owned(), manifest.made.to_string()), ("last_seq".to_owned(), manifest.last_seq.to_string())].into();
    let entry = AuditEntry { at: now, actor: Actor::command(), action: AuditAction::Restore, object: "store".into(), detail };
    SqliteStore::begin_anew(copy, &entry).await?;
    spinner.finish_and_clear();
    Ok(())
}

/// Where the store is to be. Dropped before [`Place::finish`], it leaves nothing.
struct Place {
    database: PathBuf,
    /// The copy until it is whole.
    copy: PathBuf,
    /// Folders that were not there before, the innermost first.
    made: Vec<PathBuf>,
    /// The folder of the store, locked: one restore at a time.
    _turn: File,
}

impl Place {
    fn take(folders: &DataFolders) -> anyhow::Result<Self> {
        let database = std::path::absolute(folders.database())?;
        let folder = database.parent().context("no folder")?.to_owned();
        free(&database)?;
        let made: Vec<PathBuf> = folder.ancestors().take_while(|above| !above.exists()).map(Path::to_owned).collect();
        std::fs::create_dir_all(&folder).with_context(|| format!("không tạo được thư mục {}", folder.display()))?;
        let turn = File::open(&folder)?;
        match turn.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => anyhow::bail!("một lệnh restore khác đang ghi vào {}", folder.display()),
            Err(TryLockError::Error(error)) => return Err(error).with_context(|| format!("không khóa được {}", folder.display())),
        }
        let copy = folder.join("kiemtin.db.restoring");
        let place = Self { database, copy, made, _turn: turn };
        // Again: another one may have ended meanwhile.
        free(&place.database)?;
        let runs = sending::somebody_sends(&folder)?;
        anyhow::ensure!(!runs, "một dịch vụ kiemtin đang chạy trên {}: hãy dừng dịch vụ rồi chạy lại", folder.display());
        // What a killed run left.
        place.clear()?;
        Ok(place)
    }

    /// Copies the backup here; it must be what the manifest says.
    fn fill(&self, from: &mut File, manifest: &Manifest) -> anyhow::Result<()> {
        let bar = progress::bytes(manifest.bytes).with_message("sao chép");
        let mut to = File::create_new(&self.copy)?;
        // No more than was announced, also when the file grows.
        let (bytes, sha256) = poured(&mut from.take(manifest.bytes), &mut to, &bar)?;
        bar.finish_and_clear();
        let same = bytes == manifest.bytes && sha256 == manifest.sha256;
        anyhow::ensure!(same, "mã băm của kiemtin.db không khớp với manifest.json: bản sao lưu đã bị hỏng hoặc bị sửa");
        Ok(())
    }

    /// Gives the copy the store's name. Never over another one.
    fn finish(self) -> anyhow::Result<()> {
        let told = || format!("không ghi được {}", self.database.display());
        File::open(&self.copy)?.sync_all().with_context(told)?;
        free(&self.database)?;
        let copy = tempfile::TempPath::try_from_path(&self.copy)?;
        copy.persist_noclobber(&self.database).map_err(|failed| failed.error).with_context(told)?;
        for folder in self.database.ancestors().skip(1).take(self.made.len() + 1) {
            sync_folder(folder).with_context(told)?;
        }
        Ok(())
    }

    fn clear(&self) -> std::io::Result<()> {
        for part in PARTS {
            match std::fs::remove_file(with_end(&self.copy, part)) {
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                removed => removed?,
            }
        }
        Ok(())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Err(error) = self.clear() {
            eprintln!("không xóa được {}: {error}", self.copy.display());
        }
        // Those that are not empty stay.
        for folder in &self.made {
            if std::fs::remove_dir(folder).is_err() {
                return;
            }
        }
    }
}

/// No store is there, and nothing of one: a journal that was left would be taken for one of the copy.
fn free(database: &Path) -> anyhow::Result<()> {
    for part in PARTS {
        let path = with_end(database, part);
        match path.symlink_metadata() {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("không xem được {}", path.display())),
            Ok(_) => anyhow::bail!(
                "đã có {}: lệnh này không ghi đè lên kho. Hãy dừng dịch vụ và chuyển các tệp kiemtin.db* đi nơi khác, hoặc khôi phục vào \
                 thư mục khác bằng --data, rồi chạy lại",
                path.display()
            ),
        }
    }
    Ok(())
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}
