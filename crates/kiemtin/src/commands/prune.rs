//! `prune`: forgets the posts that were kept long enough, now.

use crate::cli::Common;
use crate::data::DataFolders;
use crate::retention::{self, Pruned};
use crate::{clock, config, out, progress};
use kiemtin_store::Store;
use std::process::ExitCode;

/// Runs the command.
pub async fn run(common: &Common, dry_run: bool) -> anyhow::Result<ExitCode> {
    let days = config::load_valid(&common.config)?.settings.retention.social_days;
    let folders = DataFolders::of(common);
    let store = folders.open_store().await?;
    let now = clock::clock(common.now)();
    let before = retention::before(days, now);
    let mut clean = true;
    let would = match before {
        Some(before) => retention::count(&store, before).await?,
        None => Pruned::default(),
    };
    let mut pruned = would;
    if !dry_run {
        if let Some(before) = before {
            let bar = progress::count(would.forgotten + would.held, "xóa bài hết hạn");
            pruned = retention::prune(&store, before, now, &|so_far| bar.set_position(so_far.forgotten + so_far.held)).await?;
            bar.finish_and_clear();
        }
        // Also of what was taken down at its origin since the last time.
        let index = folders.open_index()?;
        clean = retention::clean(&store, &index).await?;
        index.close().await?;
    }
    let documents = store.counts().await?.documents;
    store.close().await;
    let Pruned { forgotten, held } = pruned;
    if common.json {
        out::line(serde_json::json!({
            "dry_run": dry_run,
            "social_days": days,
            "before": before,
            "forgotten": forgotten,
            "held": held,
            "documents": documents,
            "clean": clean,
        }))?;
        return Ok(ExitCode::SUCCESS);
    }
    if before.is_none() {
        out::line("bài đăng mạng xã hội, diễn đàn được giữ không thời hạn ([retention] social_days = 0)")?;
    } else {
        let done = if dry_run { "sẽ xóa" } else { "đã xóa" };
        out::line(format_args!("{done} {forgotten} bài đăng mạng xã hội, diễn đàn đã giữ quá {days} ngày"))?;
        out::line(format_args!("{held} bài quá hạn còn giữ vì thuộc cảnh báo chưa kết thúc, hoặc kết thúc chưa quá {days} ngày"))?;
    }
    if !clean {
        eprintln!("chỉ mục hoặc kho đang do tiến trình kiemtin khác dùng; dịch vụ đang chạy sẽ dọn tiếp trên đĩa");
    }
    Ok(ExitCode::SUCCESS)
}
