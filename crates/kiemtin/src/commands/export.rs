//! `export`: what happened in a week, month, quarter or year, as files.

use crate::cli::{Common, Export};
use crate::data::DataFolders;
use crate::service::catalogue;
use crate::typed::Wrong;
use crate::{clock, config, followers, out, progress};
use anyhow::Context;
use kiemtin_deliver::formats::report::{
    FORMATS, Hashed, Letterhead, ManifestFile, ReportFormat, file_name, format, manifest, manifest_name,
};
use kiemtin_model::period::{Period, PeriodLength};
use kiemtin_model::report::Report;
use kiemtin_model::{Actor, AuditAction, AuditEntry, Time};
use kiemtin_store::{ReportStore, SqliteStore, Store};
use kiemtin_web::report::{Basis, make, scope};
use serde_json::json;
use std::io::{BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Every format, with a list of the files.
const ALL: &str = "all";

/// Runs the command.
pub async fn run(common: &Common, asked: &Export) -> anyhow::Result<ExitCode> {
    let formats = formats(&asked.format)?;
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
    let paths = write_all(&report, asked, &formats, &config.settings.reports.letterhead)?;
    let id = keep(&store, &report, asked, now).await?;
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

/// The formats that a name stands for.
fn formats(name: &str) -> Result<Vec<&'static ReportFormat>, Wrong> {
    if name == ALL {
        return Ok(FORMATS.iter().collect());
    }
    let known = || FORMATS.iter().map(|f| f.name).collect::<Vec<_>>().join(", ");
    let one = format(name).ok_or_else(|| Wrong(format!("--format: nhận được \"{name}\", cần một trong: {}, {ALL}", known())))?;
    Ok(vec![one])
}

/// Writes the files of a report into the folder, with their list where all were asked for; or the one file under the name that was given.
fn write_all(report: &Report, asked: &Export, formats: &[&ReportFormat], head: &Letterhead) -> anyhow::Result<Vec<PathBuf>> {
    let (all, to) = (asked.format == ALL, &asked.out);
    if all {
        std::fs::create_dir_all(to).with_context(|| format!("cannot make the folder {}", to.display()))?;
    }
    let inside = all || to.is_dir();
    let (mut paths, mut files) = (vec![], vec![]);
    for format in formats {
        let name = file_name(report, asked.lang, format.name);
        let path = if inside { to.join(&name) } else { to.clone() };
        files.push(write(&path, name, |out| Ok((format.write)(report, head, asked.lang, out)?))?);
        paths.push(path);
    }
    if all {
        let (name, list) = (manifest_name(asked.lang), manifest(report, asked.lang, &files)?);
        let path = to.join(name);
        write(&path, name.to_owned(), |out| Ok(out.write_all(&list)?))?;
        paths.push(path);
    }
    Ok(paths)
}

/// Written aside and renamed: who reads it sees the whole file, or the one before. It is hashed as it is written.
fn write(path: &Path, name: String, content: impl FnOnce(&mut dyn Write) -> anyhow::Result<()>) -> anyhow::Result<ManifestFile> {
    let written = || {
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // Others may read it as they may read any file of its owner.
        let aside = tempfile::Builder::new().permissions(std::fs::Permissions::from_mode(0o666)).tempfile_in(folder)?;
        let mut out = Hashed::new(BufWriter::new(aside));
        content(&mut out)?;
        let (out, file) = out.finish(name);
        let aside = out.into_inner()?;
        aside.as_file().sync_all()?;
        aside.persist(path)?;
        anyhow::Ok(file)
    };
    written().with_context(|| format!("cannot write {}", path.display()))
}

/// What left the house is kept, and the log tells of it.
async fn keep(store: &SqliteStore, report: &Report, asked: &Export, at: Time) -> anyhow::Result<i64> {
    let mut batch = store.begin().await?;
    let id = batch.keep_report(report, at).await?;
    let (period, scope) = (report.period.to_string(), report.scope.key());
    let detail = [("format", asked.format.clone()), ("lang", asked.lang.to_string()), ("period", period), ("scope", scope)];
    let detail = detail.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    batch
        .put_audit(&AuditEntry { at, actor: Actor::command(), action: AuditAction::Export, object: format!("reports/{id}"), detail })
        .await?;
    batch.commit().await?;
    Ok(id)
}
