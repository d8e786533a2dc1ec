//! What can be asked of the audit log on the command line?

use clap::Subcommand;

/// `audit`
#[derive(Subcommand, Debug)]
pub enum AuditLog {
    /// Check the whole chain; prints its head to keep elsewhere, ends with 1 where it is broken
    #[command(about = "Kiểm tra toàn bộ chuỗi; in đầu chuỗi để giữ ở nơi khác; kết thúc với mã 1 nếu chuỗi bị đứt")]
    Verify {
        /// A head that was printed earlier, as NUMBER:HASH: finds a tail that was cut off
        #[arg(help = "Đầu chuỗi đã in lần trước, dạng SỐ:MÃ: để nhận ra phần cuối bị cắt", long, value_name = "N:HASH")]
        anchor: Option<kiemtin_store::AuditHead>,
    },
    /// Entries, newest first
    #[command(about = "Xem các mục, mới nhất trước")]
    List {
        /// Most entries
        #[arg(help = "Nhiều nhất bao nhiêu mục", long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
        limit: u32,
        /// Only this action
        #[arg(help = "Chỉ việc này, ví dụ export, sign_in, configuration", long, value_name = "WORD")]
        action: Option<kiemtin_model::AuditAction>,
        /// Only by this user
        #[arg(help = "Chỉ của người có tên đăng nhập này", long, value_name = "NAME")]
        actor: Option<String>,
        /// Only where the object begins so
        #[arg(help = "Chỉ đối tượng bắt đầu như vậy, ví dụ alert/", long, value_name = "PREFIX")]
        object: Option<String>,
        /// From this day (2026-11-01) or time on
        #[arg(help = "Từ ngày này (2026-11-01) hoặc thời điểm này", long, value_name = "D")]
        from: Option<String>,
        /// To the end of this day, or to this time
        #[arg(help = "Đến hết ngày này, hoặc đến thời điểm này", long, value_name = "D")]
        to: Option<String>,
    },
}
