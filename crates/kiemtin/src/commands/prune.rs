//! `prune`: forgets the posts that were kept long enough, now.

use crate::cli::Common;
use crate::data::DataFolders;
use crate::retention::{self, Keeping, Pruned, Shorter};
use crate::{clock, config, out, progress};
use kiemtin_store::Store;
use std::process::ExitCode;

/// Runs the command.
pub async fn run(common: &Common, dry_run: bool) -> anyhow::Result<ExitCode> {
    let keeping = Keeping::of(&config::load_valid(&common.config)?);
    let days = keeping.social_days;
    let folders = DataFolders::of(common);
    let store = folders.open_store().await?;
    let now = clock::clock(common.now)();
    let before = keeping.before(now);
    let mut clean = true;
    let would = retention::count(&store, &keeping, now).await?;
    let mut pruned = would;
    if !dry_run {
        let bar = progress::count(would.forgotten + would.held, "xóa bài hết hạn");
        pruned = retention::prune(&store, &keeping, now, &|so_far| bar.set_position(so_far.forgotten + so_far.held)).await?;
        bar.finish_and_clear();
        // Also of what was taken down at its origin since the last time.
        let index = folders.open_index()?;
        clean = retention::clean(&store, &index).await?;
        index.close().await?;
    }
    let documents = store.counts().await?.documents;
    store.close().await;
    let Pruned { forgotten, held } = pruned;
    if common.json {
        let shorter = |Shorter { source, days, by_terms }: &Shorter| serde_json::json!({"id": source, "days": days, "by_terms": by_terms});
        out::line(serde_json::json!({
            "dry_run": dry_run,
            "social_days": days,
            "before": before,
            "sources": keeping.shorter.iter().map(shorter).collect::<Vec<_>>(),
            "forgotten": forgotten,
            "held": held,
            "documents": documents,
            "clean": clean,
        }))?;
        return Ok(ExitCode::SUCCESS);
    }
    let done = if dry_run { "sẽ xóa" } else { "đã xóa" };
    out::line(format_args!("{done} {forgotten} bài đăng mạng xã hội, diễn đàn đã hết thời hạn lưu giữ"))?;
    out::line(format_args!("{held} bài quá hạn còn giữ vì thuộc cảnh báo chưa kết thúc hoặc mới kết thúc"))?;
    match days {
        0 => out::line("thời hạn chung: không xóa theo tuổi ([retention] social_days = 0)")?,
        days => out::line(format_args!("thời hạn chung: {days} ngày ([retention] social_days)"))?,
    }
    for Shorter { source, days, by_terms } in &keeping.shorter {
        let why = if *by_terms { "theo điều khoản của dịch vụ, kể cả bài thuộc cảnh báo" } else { "keep_days" };
        out::line(format_args!("thời hạn của nguồn {source}: {days} ngày ({why})"))?;
    }
    if !clean {
        eprintln!("chỉ mục hoặc kho đang do tiến trình kiemtin khác dùng; dịch vụ đang chạy sẽ dọn tiếp trên đĩa");
    }
    Ok(ExitCode::SUCCESS)
}
