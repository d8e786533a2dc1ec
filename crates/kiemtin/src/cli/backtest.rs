//! What can be asked of `backtest`?

use clap::Args;
use std::path::PathBuf;

/// `backtest`
#[derive(Args, Debug)]
pub struct Backtest {
    /// Id of a topic
    #[arg(help = "Mã chủ đề", long, value_name = "T", required_unless_present_any = ["query", "claim"], conflicts_with_all = ["query", "claim"])]
    pub topic: Option<String>,
    /// A search, as for `search`; every document counts 1
    #[arg(help = "Câu tìm, như của lệnh search; mỗi bài tính 1", long, value_name = "Q", conflicts_with = "claim")]
    pub query: Option<String>,
    /// Key of a narrative
    #[arg(help = "Khóa của luận điệu", long, value_name = "KEY")]
    pub claim: Option<String>,
    /// From this day (2026-11-01) or time on
    #[arg(help = "Từ ngày này (2026-11-01) hoặc thời điểm này", long, value_name = "D")]
    pub from: Option<String>,
    /// To the end of this day, or to this time
    #[arg(help = "Đến hết ngày này, hoặc đến thời điểm này", long, value_name = "D")]
    pub to: Option<String>,
    /// Known events, lines `start, title`: delay and recall of each, false alarms a month
    #[arg(
        help = "Tệp sự kiện đã biết, mỗi dòng «bắt đầu, tên»: độ trễ, tỷ lệ nhận ra, số cảnh báo ngoài sự kiện mỗi tháng",
        long,
        value_name = "FILE"
    )]
    pub events: Option<PathBuf>,
}
