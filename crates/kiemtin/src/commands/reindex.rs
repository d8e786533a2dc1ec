//! `reindex`: the index from the store, anew, beside the one that is searched until then.

use crate::cli::Common;
use crate::data::DataFolders;
use crate::out;
use crate::{followers, progress};
use kiemtin_store::{IndexError, SearchIndex, Store};
use std::process::ExitCode;

/// Runs the command.
pub async fn run(common: &Common) -> anyhow::Result<ExitCode> {
    let folders = DataFolders::of(common);
    let store = folders.open_store().await?;
    let index = folders.open_index()?;
    const BUSY: &str = "chỉ mục đang do một tiến trình kiemtin khác ghi; dịch vụ đang chạy sẽ tự dựng tiếp, nếu không, hãy dừng tiến trình ấy rồi chạy lại";
    match index.rebuild().await {
        Err(IndexError::Busy) => anyhow::bail!(BUSY),
        rebuilt => rebuilt?,
    }
    let total = store.counts().await?.documents;
    let bar = progress::count(store.counts().await?.last_seq.max(0) as u64, "lập chỉ mục");
    let done = followers::index_now(&store, &index, &|at, _| bar.set_position(at.max(0) as u64)).await?;
    bar.finish_and_clear();
    anyhow::ensure!(done, BUSY);
    index.close().await?;
    store.close().await;
    if common.json {
        out::line(serde_json::json!({"documents": total}))?;
    } else {
        out::line(format_args!("{total} tài liệu đã được lập chỉ mục"))?;
    }
    Ok(ExitCode::SUCCESS)
}
