//! What can be asked about users and tokens?

use clap::Subcommand;

/// `user`
#[derive(Subcommand, Debug)]
pub enum Users {
    /// Add a user, and print a one-time link with which they choose a password
    #[command(about = "Thêm người dùng và in liên kết dùng một lần để họ đặt mật khẩu")]
    Add {
        /// Sign-in name
        #[arg(help = "Tên đăng nhập", value_name = "NAME")]
        name: String,
        /// What they are here for: reader, analyst, reviewer, admin
        #[arg(help = "Vai trò: reader, analyst, reviewer, admin", long, value_name = "ROLE")]
        role: kiemtin_model::StaffRole,
        /// What people call them
        #[arg(help = "Họ tên", long, value_name = "TEXT", default_value = "")]
        display: String,
        /// Unit whose restricted items they see; may be given again
        #[arg(help = "Đơn vị mà họ được xem mục hạn chế; dùng được nhiều lần", long, value_name = "U", conflicts_with = "all_units")]
        unit: Vec<String>,
        /// They see the restricted items of all units
        #[arg(help = "Được xem mục hạn chế của mọi đơn vị", long)]
        all_units: bool,
        /// Address for their own mail
        #[arg(help = "Địa chỉ thư", long, value_name = "E", default_value = "")]
        email: String,
        /// Read their password from standard input (one line) instead of printing a link
        #[arg(help = "Đọc mật khẩu từ đầu vào chuẩn (một dòng) thay vì in liên kết", long)]
        password_stdin: bool,
    },
    /// Every user
    #[command(about = "Liệt kê người dùng")]
    List,
    /// Keep a user out: their sessions and tokens end at once
    #[command(about = "Khóa một người dùng: phiên và mã truy cập của họ kết thúc ngay")]
    Disable {
        /// Sign-in name
        #[arg(help = "Tên đăng nhập", value_name = "NAME")]
        name: String,
    },
    /// Let a user in again
    #[command(about = "Mở khóa một người dùng")]
    Enable {
        /// Sign-in name
        #[arg(help = "Tên đăng nhập", value_name = "NAME")]
        name: String,
    },
    /// Print a new one-time link with which a user chooses a password; earlier links end
    #[command(about = "In liên kết dùng một lần để người dùng đặt lại mật khẩu; liên kết trước hết hiệu lực")]
    Link {
        /// Sign-in name
        #[arg(help = "Tên đăng nhập", value_name = "NAME")]
        name: String,
    },
}

/// `token`
#[derive(Subcommand, Debug)]
pub enum Tokens {
    /// Make a token and print it, this once
    #[command(about = "Tạo mã truy cập và in ra một lần duy nhất")]
    Create {
        /// What it is called
        #[arg(help = "Tên của mã", value_name = "NAME")]
        name: String,
        /// Sign-in name of its owner
        #[arg(help = "Tên đăng nhập của chủ mã", long, value_name = "U")]
        user: String,
        /// What it may do: read, feed, save, review, push, administer; may be given again
        #[arg(help = "Quyền: read, feed, save, review, push, administer; dùng được nhiều lần", long, value_name = "R", required = true)]
        right: Vec<kiemtin_model::Right>,
        /// Days that it works, 1 to 366
        #[arg(help = "Số ngày có hiệu lực, 1 đến 366", long, value_name = "N", default_value_t = 90)]
        days: u32,
    },
    /// Every token
    #[command(about = "Liệt kê mã truy cập")]
    List,
    /// Take a token back
    #[command(about = "Thu hồi một mã truy cập")]
    Revoke {
        /// Its number, as `token list` shows it
        #[arg(help = "Số của mã, như token list cho xem", value_name = "ID")]
        id: i64,
    },
}
