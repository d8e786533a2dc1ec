//! `export`: what happened in a week, month, quarter or year, as files.

use crate::cli::{Common, Export};
use crate::data::DataFolders;
use crate::service::catalogue;
use crate::typed::Wrong;
use crate::{clock, config, followers, out, progress};
use anyhow::Context;
use kiemtin_deliver::formats::report::{FORMATS, Letterhead, MANIFEST, file_name, format, manifest};
use kiemtin_model::period::{Period, PeriodLength};
use kiemtin_model::report::Report;
use kiemtin_model::{Actor, AuditAction, AuditEntry, Time};
use kiemtin_store::{ReportStore, SqliteStore, Store};
use kiemtin_web::report::{Basis, make, scope};
use serde_json::json;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Every format, with a list of the files.
const ALL: &str = "all";

/// Runs the command.
pub async fn run(common: &Common, asked: &Export) -> anyhow::Result<ExitCode> {
    let config = config::load_valid(&common.config)?;
    let now = clock::clock(common.now)();
    let folders = DataFolders::of(common);
    let store = folders.open_store().await?;
    let report = match asked.again {
        Some(id) => kept(&store, id).await?,
        None => {
            let catalogue = catalogue(&config);
            let scope = scope(&catalogue, &config.policies, asked.unit.as_deref(), asked.topic.as_deref(), asked.policy.as_deref())
                .map_err(|fault| Wrong(fault.to_string()))?;
            let period = period(asked, now)?;
            let index = folders.open_index()?;
            let bar = progress::spinner("cập nhật chỉ mục");
            followers::index_now(&store, &index, &|_, _| {}).await?;
            bar.set_message("lập báo cáo");
            let rules_version = folders.knowledge(&config.knowledge, &store).await?.version.clone();
            let basis = Basis {
                store: &store,
                index: &index,
                catalogue: &catalogue,
                policies: &config.policies,
                lexicon: &config.lexicon,
                rules_version,
                now,
            };
            let report = make(&basis, period, &scope).await;
            bar.finish_and_clear();
            index.close().await?;
            report?
        }
    };
    let files = files(&report, &asked.format, &config.settings.reports.letterhead)?;
    let paths = write_all(&asked.out, &files, asked.format == ALL)?;
    let id = keep(&store, &report, &asked.format, now).await?;
    store.close().await;
    if common.json {
        out::line(json!({ "report": id, "period": report.period, "scope": report.scope.key(), "seq": report.seq, "files": paths }))?;
        return Ok(ExitCode::SUCCESS);
    }
    for path in paths {
        out::line(path.display())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A report that was made before, as it was.
async fn kept(store: &SqliteStore, id: i64) -> anyhow::Result<Report> {
    let found = store.report(id).await?;
    Ok(found.ok_or_else(|| Wrong(format!("không có báo cáo số {id}; xem danh sách ở trang /reports")))?.1)
}

/// The period asked for; without one, the last that is over.
fn period(asked: &Export, now: Time) -> Result<Period, Wrong> {
    let Some(period) = asked.period else { return Ok(asked.length.of(now).before()) };
    if period.length() == asked.length {
        return Ok(period);
    }
    let example = match asked.length {
        PeriodLength::Weekly => "2026-W47",
        PeriodLength::Monthly => "2026-11",
        PeriodLength::Quarterly => "2026-Q4",
        PeriodLength::Yearly => "2026",
    };
    Err(Wrong(format!("--period: nhận được \"{period}\", cần kỳ của {} như {example}", asked.length)))
}

/// The files of a report by name: one, or every format with its list.
fn files(report: &Report, name: &str, head: &Letterhead) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    if name != ALL {
        let known = || FORMATS.iter().map(|f| f.name).collect::<Vec<_>>().join(", ");
        let format = format(name).ok_or_else(|| Wrong(format!("--format: nhận được \"{name}\", cần một trong: {}, {ALL}", known())))?;
        return Ok(vec![(file_name(report, format.name), (format.write)(report, head)?)]);
    }
    let mut files = vec![];
    for format in FORMATS {
        files.push((file_name(report, format.name), (format.write)(report, head)?));
    }
    let list = manifest(report, &files)?;
    files.push((MANIFEST.to_owned(), list));
    Ok(files)
}

/// Writes the files into a folder, or the one file under the name that was given.
fn write_all(to: &Path, files: &[(String, Vec<u8>)], folder: bool) -> anyhow::Result<Vec<PathBuf>> {
    if folder {
        std::fs::create_dir_all(to).with_context(|| format!("cannot make the folder {}", to.display()))?;
    }
    let inside = folder || to.is_dir();
    let write = |(name, content): &(String, Vec<u8>)| {
        let path = if inside { to.join(name) } else { to.to_owned() };
        write(&path, content).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    };
    files.iter().map(write).collect()
}

/// Written aside and renamed: who reads it sees the whole file, or the one before.
fn write(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Others may read it as they may read any file of its owner.
    let mut file = tempfile::Builder::new().permissions(std::fs::Permissions::from_mode(0o666)).tempfile_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// What left the house is kept, and the log tells of it.
async fn keep(store: &SqliteStore, report: &Report, format: &str, at: Time) -> anyhow::Result<i64> {
    let mut batch = store.begin().await?;
    let id = batch.keep_report(report, at).await?;
    let detail = [("format", format.to_owned()), ("period", report.period.to_string()), ("scope", report.scope.key())];
    let detail = detail.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    batch
        .put_audit(&AuditEntry { at, actor: Actor::command(), action: AuditAction::Export, object: format!("reports/{id}"), detail })
        .await?;
    batch.commit().await?;
    Ok(id)
}
