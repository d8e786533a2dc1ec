//! What can be done with receivers on the command line?

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `receivers`
#[derive(Subcommand, Debug)]
pub enum Receivers {
    /// Every receiver with how sending to it goes
    #[command(about = "Liệt kê các nơi nhận và tình trạng gửi")]
    List,
    /// Add a receiver; a key that is made for it is shown this once
    #[command(about = "Thêm một nơi nhận; khóa được tạo chỉ hiện một lần")]
    Add(NewReceiverArgs),
    /// Remove a receiver; what is unsent is given up
    #[command(about = "Xóa một nơi nhận; thông báo chưa gửi sẽ bị bỏ")]
    Remove {
        /// Its number
        #[arg(help = "Số của nơi nhận", value_name = "ID")]
        id: i64,
    },
    /// Send a test and tell what came of it
    #[command(about = "Gửi thử và cho biết kết quả")]
    Test {
        /// Its number
        #[arg(help = "Số của nơi nhận", value_name = "ID")]
        id: i64,
    },
}

/// `receivers add`
#[derive(Args, Debug)]
pub struct NewReceiverArgs {
    /// Its name
    #[arg(help = "Tên, 1 đến 80 ký tự", value_name = "NAME")]
    pub name: String,
    /// Address, chat, user or mailbox, as the channel reads it
    #[arg(help = "Địa chỉ, mã nhóm chat hoặc hộp thư", value_name = "TARGET", allow_hyphen_values = true)]
    pub target: String,
    /// Channel: mail, webhook, telegram, zalo, slack, teams
    #[arg(help = "Kênh: mail, webhook, telegram, zalo, slack, teams", long, default_value = "webhook", value_name = "CHANNEL")]
    pub channel: String,
    /// File with its token or key and nothing else
    #[arg(help = "Tệp chỉ chứa mã hoặc khóa của nơi nhận", long, value_name = "FILE")]
    pub secret_file: Option<PathBuf>,
    /// When it is told: each, hourly, daily, weekly
    #[arg(help = "Khi nào báo: each, hourly, daily, weekly", long, default_value = "each", value_name = "WHEN")]
    pub pace: kiemtin_model::Pace,
    /// Hour of daily and weekly digests, 0 to 23
    #[arg(help = "Giờ của bản tin ngày và tuần, 0 đến 23", long, default_value_t = 7, value_name = "HOUR")]
    pub hour: u8,
    /// Day of weekly digests, 0 (Monday) to 6
    #[arg(help = "Ngày của bản tin tuần, 0 (thứ Hai) đến 6", long, default_value_t = 0, value_name = "DAY")]
    pub weekday: u8,
    /// Least level of alerts: alert, urgent
    #[arg(help = "Mức thấp nhất của cảnh báo: alert, urgent", long, default_value = "alert", value_name = "LEVEL")]
    pub least: kiemtin_model::Level,
    /// Only alerts that people have reviewed: for receivers outside of the house
    #[arg(help = "Chỉ cảnh báo đã có kết luận: cho nơi nhận ngoài cơ quan", long)]
    pub reviewed: bool,
    /// Sorts of notices: alert, saved_search, warning, report; repeatable
    #[arg(
        help = "Loại thông báo: alert, saved_search, warning, report; dùng được nhiều lần",
        long,
        default_value = "alert",
        value_name = "SORT"
    )]
    pub notice: Vec<kiemtin_model::NoticeSort>,
    /// Alerts of this unit alone; repeatable
    #[arg(help = "Chỉ cảnh báo của đơn vị này; dùng được nhiều lần", long, value_name = "UNIT")]
    pub unit: Vec<String>,
    /// Only this topic; repeatable
    #[arg(help = "Chỉ chủ đề này; dùng được nhiều lần", long, value_name = "TOPIC")]
    pub topic: Vec<String>,
    /// It may be told of restricted alerts of this unit; repeatable
    #[arg(help = "Được nhận mục hạn chế của đơn vị này; dùng được nhiều lần", long, value_name = "UNIT")]
    pub restricted_unit: Vec<String>,
    /// It may be told of restricted alerts of all units
    #[arg(help = "Được nhận mục hạn chế của mọi đơn vị", long)]
    pub all_units: bool,
    /// Digests without anything in them are sent too
    #[arg(help = "Gửi cả bản tin trống", long)]
    pub send_empty: bool,
}
