//! `trends`: how coverage of something moves.

use crate::cli::{Common, TrendFormat, Trends};
use crate::config;
use crate::data::DataFolders;
use crate::out;
use crate::service::catalogue;
use crate::{clock, followers, progress, typed};
use kiemtin_deliver::formats::csv;
use kiemtin_model::{Actor, AuditAction, AuditEntry, Sight, Time};
use kiemtin_store::AuditStore;
use kiemtin_store::coverage::{Coverage, CoverageRequest, NamedQuery, Point, Series, coverage};
use kiemtin_store::found::FindError;
use kiemtin_store::trend::Dimension;
use kiemtin_web::Catalogue;
use kiemtin_web::trends::table;
use kiemtin_web::view::trends::{period_name, value_name};
use kiemtin_web::view::words::{count, percent};
use std::process::ExitCode;
use std::sync::Arc;

/// Documents that are read for top words.
const READ: usize = 4_000;
/// Longest bar, in letters.
const BAR: f64 = 24.0;

/// Runs the command.
pub async fn run(common: &Common, asked: &Trends) -> anyhow::Result<ExitCode> {
    let mut queries = vec![];
    for text in &asked.queries {
        queries.push(NamedQuery { name: text.clone(), query: Some(typed::query(text)?) });
    }
    let (from, to) = typed::days(asked.from.as_deref(), asked.to.as_deref())?;
    let format = if common.json { TrendFormat::Json } else { asked.format };
    let request = CoverageRequest {
        queries,
        from,
        to,
        span: Some(asked.by),
        by: asked.group,
        now: clock::clock(common.now)(),
        previous: asked.previous,
        read: if format == TrendFormat::Csv { 0 } else { READ },
        lexicon: Arc::new(config::lexicon(&common.config)?),
        as_typed: asked.as_typed,
        sight: Sight::All,
    };
    let folders = DataFolders::of(common);
    let store = folders.open_store().await?;
    let index = folders.open_index()?;
    // The index may have been deleted, or left behind by a crash; a running service keeps it up to date itself.
    let bar = progress::spinner("cập nhật chỉ mục");
    followers::index_now(&store, &index, &|_, _| {}).await?;
    bar.finish_and_clear();
    let counted = coverage(&store, &index, &request).await;
    index.close().await?;
    if let (TrendFormat::Csv, Ok(_)) = (format, &counted) {
        store.put_audit(&[exported(asked, request.now)]).await?;
    }
    store.close().await;
    let counted = match counted {
        Ok(counted) => counted,
        Err(FindError::Query(advice)) => {
            eprintln!("lỗi: {advice}");
            return Ok(ExitCode::from(2));
        }
        Err(error) => return Err(error.into()),
    };
    match format {
        TrendFormat::Json => out::line(serde_json::to_string(&counted)?)?,
        TrendFormat::Csv => out::written(|to| csv(&table(&counted, str::to_owned), to))?,
        TrendFormat::Table => print(&counted, asked.group, &names(common, asked.group)?)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// A table leaves the house: the log tells which.
fn exported(asked: &Trends, at: Time) -> AuditEntry {
    let day = |day: &Option<String>| day.clone().unwrap_or_default();
    let detail = [("format", "csv".to_owned()), ("q", asked.queries.join(" | ")), ("from", day(&asked.from)), ("to", day(&asked.to))];
    let detail = detail.into_iter().filter(|(_, value)| !value.is_empty()).map(|(key, value)| (key.to_owned(), value)).collect();
    AuditEntry { at, actor: Actor::command(), action: AuditAction::Export, object: "trends".into(), detail }
}

/// What topics and sources are called; read only where values are told.
fn names(common: &Common, group: Option<Dimension>) -> anyhow::Result<Catalogue> {
    let named = matches!(group, Some(Dimension::Source | Dimension::Topic));
    if named { Ok(catalogue(&config::load_valid(&common.config)?)) } else { Ok(Catalogue::default()) }
}

/// For people.
fn print(coverage: &Coverage, group: Option<Dimension>, catalogue: &Catalogue) -> anyhow::Result<()> {
    let share = |ratio: Option<f64>| ratio.map_or_else(|| "–".to_owned(), percent);
    for series in &coverage.series {
        let name = if series.query.is_empty() { "Tất cả bài" } else { &series.query };
        out::line(format_args!(
            "{name}: {} bài, {} của {} bài, {} luồng tin",
            count(series.count),
            share(series.ratio),
            count(series.total_count),
            count(series.stories)
        ))?;
        for (typed, into) in &series.expanded {
            out::line(format_args!("tìm cả: {typed} → {}", into.join(", ")))?;
        }
        if let Some(instead) = &series.instead {
            out::line(format_args!("không có «{name}»; số liệu của «{instead}»"))?;
        }
        for condition in &series.unknown {
            out::line(format_args!("không có tài liệu nào có {condition}"))?;
        }
        if series.undated > 0 {
            out::line(format_args!("{} bài khớp nữa không rõ ngày đăng, không nằm trong kỳ nào", count(series.undated)))?;
        }
        if let Some(before) = &series.previous {
            let change = before.change.ratio.map_or_else(String::new, |by| format!(", chênh lệch {:+.2} điểm phần trăm", by * 100.0));
            let (count, stories) = (count(before.count), count(before.stories));
            out::line(format_args!("kỳ trước: {count} bài, {}, {stories} luồng tin{}", share(before.ratio), change.replace('.', ",")))?;
        }
        if group.is_some() {
            let names: Vec<String> = series.groups.iter().map(|of| value_name(group, &of.value, catalogue)).collect();
            values(coverage, series, &names)?;
        } else {
            periods(coverage, series)?;
        }
        for driver in &series.drivers {
            out::line(format_args!("  {} bài · {} nguồn  {}", driver.documents, driver.sources, driver.title))?;
        }
        if !series.top_words.words.is_empty() {
            let words: Vec<&str> = series.top_words.words.iter().map(|word| word.term.as_str()).collect();
            out::line(format_args!("từ nổi bật (mẫu {} bài): {}", series.top_words.sample_size, words.join(", ")))?;
        }
        out::line("")?;
    }
    Ok(())
}

fn periods(coverage: &Coverage, series: &Series) -> anyhow::Result<()> {
    let names: Vec<String> = series.points.iter().map(|point| period_name(coverage.by, point.start)).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0).max(2);
    let most = series.points.iter().filter_map(|point| point.ratio).fold(0.0, f64::max);
    out::line(format_args!("{:width$}  {:>9}  {:>10}  {:>8}  {:>9}", "Kỳ", "Số bài", "Tổng bài", "Tỷ lệ", "Luồng tin"))?;
    for (name, point) in names.iter().zip(&series.points) {
        let ratio = point.ratio.map_or_else(|| "–".to_owned(), percent);
        let bar = point.ratio.filter(|_| most > 0.0).map_or(0, |ratio| (ratio / most * BAR).ceil() as usize);
        let (documents, all, stories) = (count(point.count), count(point.total_count), count(point.stories));
        let line = format!("{name:width$}  {documents:>9}  {all:>10}  {ratio:>8}  {stories:>9}  {}{}", "█".repeat(bar), notes(point));
        out::line(line.trim_end())?;
    }
    Ok(())
}

fn values(coverage: &Coverage, series: &Series, names: &[String]) -> anyhow::Result<()> {
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0).max(8);
    for (place, point) in series.points.iter().enumerate() {
        out::line(format_args!("{}  {} bài{}", period_name(coverage.by, point.start), count(point.count), notes(point)))?;
        for (group, name) in series.groups.iter().zip(names) {
            let (documents, stories) = group.points.get(place).copied().unwrap_or_default();
            if documents > 0 {
                out::line(format_args!("  {name:width$}  {:>9} bài  {:>9} luồng tin", count(documents), count(stories)))?;
            }
        }
    }
    Ok(())
}

fn notes(point: &Point) -> String {
    let missing: Vec<&str> = point.missing.iter().map(|missing| missing.source.as_str()).collect();
    let missing = if missing.is_empty() { String::new() } else { format!("  ◌ thiếu: {}", missing.join(", ")) };
    if point.partial { format!("  (chưa đủ kỳ){missing}") } else { missing }
}
