//! What can be asked on the command line?

mod audit;
mod backtest;
mod receivers;
mod staff;

pub use audit::AuditLog;
pub use backtest::Backtest;
pub use receivers::{NewReceiverArgs, Receivers};
pub use staff::{Tokens, Users};

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Theo dõi báo chí và cảnh báo tin sai cho văn phòng báo chí của Bộ.
/// (Media monitoring and misinformation flagging for a ministry press office.)
#[derive(Parser, Debug)]
#[command(name = "kiemtin", version, propagate_version = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Options of every command.
    #[command(flatten)]
    pub common: Common,
}

/// Options of every command.
#[derive(Args, Debug, Clone)]
pub struct Common {
    /// Folder with the configuration
    #[arg(help = "Thư mục cấu hình", long, global = true, value_name = "DIR", default_value = "config")]
    pub config: PathBuf,
    /// Folder for the store and the index (default: the store in var/, the index in index/)
    #[arg(help = "Thư mục chứa kho dữ liệu và chỉ mục (mặc định: kho ở var/, chỉ mục ở index/)", long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Start the clock at this time (RFC 3339), for replays and tests
    #[arg(help = "Đặt đồng hồ bắt đầu từ thời điểm này (RFC 3339), để chạy lại và thử nghiệm", long, global = true, value_name = "TIME", value_parser = time)]
    pub now: Option<kiemtin_model::Time>,
    /// Give the result as one JSON object
    #[arg(help = "In kết quả thành một đối tượng JSON", long, global = true)]
    pub json: bool,
}

fn time(text: &str) -> Result<kiemtin_model::Time, String> {
    kiemtin_model::Time::parse(text)
}

/// The commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Show the whole service on a bundled web of its own: works offline, keeps nothing
    #[command(about = "Chạy thử toàn bộ dịch vụ trên web mô phỏng đi kèm: không cần mạng, không giữ lại gì")]
    Demo {
        /// Port of the pages; 0 picks a free one
        #[arg(help = "Cổng của trang web; 0: chọn cổng còn trống", long, default_value_t = 8080)]
        port: u16,
    },
    /// Run the service: collecting, alerts, API and pages
    #[command(about = "Chạy dịch vụ: thu thập, cảnh báo, API và trang web")]
    Serve {
        /// Port of the pages instead of the configured one; 0 picks a free one
        #[arg(help = "Cổng của trang web thay cho cổng trong cấu hình; 0: chọn cổng còn trống", long)]
        port: Option<u16>,
    },
    /// Check the whole configuration and run every rule's own examples
    #[command(about = "Kiểm tra toàn bộ cấu hình và chạy ví dụ của mọi quy tắc")]
    Check,
    /// Collect from the configured sources
    #[command(about = "Thu thập từ các nguồn đã khai báo")]
    Crawl {
        /// One pass, then a summary
        #[arg(help = "Một lượt, rồi in tổng kết", long, required = true)]
        once: bool,
        /// Only these sources, due or not
        #[arg(help = "Chỉ các nguồn này, dù đến hạn hay chưa", long, value_name = "ID")]
        source: Vec<String>,
    },
    /// Take in document lines (NDJSON, may be gzip or zstd); `-` is standard input
    #[command(about = "Nhập các dòng tài liệu (NDJSON, có thể nén gzip hoặc zstd); «-» là đầu vào chuẩn")]
    Ingest {
        /// Files
        #[arg(help = "Các tệp", required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// How the files of another house (CSV or NDJSON) are read: which column is the title, the text, the date
        #[arg(
            help = "Tệp TOML nêu cách đọc tệp CSV hoặc NDJSON của nơi khác: cột nào là tiêu đề, nội dung, ngày đăng",
            long,
            value_name = "MAPPING.toml"
        )]
        mapping: Option<PathBuf>,
    },
    /// Read one HTML page (or a folder of them) and print what it says
    #[command(about = "Đọc một trang HTML (hoặc cả thư mục) và in nội dung bài")]
    Extract {
        /// Address of the page
        #[arg(help = "Địa chỉ của trang", long)]
        url: Option<String>,
        /// Use the hints of this source (its [article] tables); what they do not find is told on standard error
        #[arg(
            help = "Dùng chỉ dẫn đọc trang của nguồn này (các bảng [article]); chỉ dẫn không khớp được báo ra đầu ra lỗi",
            long,
            value_name = "ID"
        )]
        source: Option<String>,
        /// Read every *.html and *.html.gz of this folder
        #[arg(help = "Đọc mọi tệp *.html và *.html.gz trong thư mục này", long, value_name = "DIR", conflicts_with_all = ["url", "file"])]
        batch: Option<PathBuf>,
        /// The page; standard input when left out
        #[arg(help = "Tệp trang; bỏ trống: đầu vào chuẩn", value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Read one feed file of any format and print a line per entry
    #[command(about = "Đọc một tệp nguồn tin (RSS, Atom, RDF, JSON Feed) và in mỗi mục một dòng")]
    Feed {
        /// Address of the feed, for relative links
        #[arg(help = "Địa chỉ của nguồn tin, để hiểu các liên kết tương đối", long)]
        url: Option<String>,
        /// The feed, may be gzip; `-` is standard input
        #[arg(help = "Tệp nguồn tin, có thể nén gzip; «-» là đầu vào chuẩn", value_name = "FILE")]
        file: PathBuf,
    },
    /// Put labels in place of personal data; the lines stay
    #[command(about = "Che dữ liệu cá nhân trong các dòng văn bản, giữ nguyên các dòng")]
    Mask {
        /// Lines of text; standard input when left out
        #[arg(help = "Tệp các dòng văn bản; bỏ trống: đầu vào chuẩn", value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Say what the rules find in document lines; keeps nothing
    #[command(about = "Cho biết quy tắc thấy gì trong các dòng tài liệu; không lưu lại")]
    Classify {
        /// Document lines; standard input when left out
        #[arg(help = "Các dòng tài liệu; bỏ trống: đầu vào chuẩn", value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// List every citation of an official document in a text or page, and how it stands to the record
    #[command(about = "Liệt kê mọi văn bản được viện dẫn trong một văn bản hoặc trang HTML, đối chiếu với danh mục")]
    Cite {
        /// The text; standard input when left out
        #[arg(help = "Tệp văn bản hoặc HTML; bỏ trống: đầu vào chuẩn", value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Try the rules: examples, counts, stored documents, labelled texts
    #[command(about = "Thử các quy tắc: ví dụ, số liệu, tài liệu đã lưu, tập văn bản có nhãn")]
    Rules {
        /// What to do
        #[command(subcommand)]
        what: Rules,
    },
    /// How sources are doing, and what happened to an address
    #[command(about = "Tình trạng các nguồn; một địa chỉ đã được xử lý thế nào")]
    Sources {
        /// What to do
        #[command(subcommand)]
        what: Sources,
    },
    /// Search what was taken in
    #[command(about = "Tìm trong những gì đã thu thập")]
    Search(Search),
    /// Which early warnings would have been given
    #[command(about = "Chạy lại kho theo thời gian của bài: những cảnh báo sớm nào lẽ ra đã được đưa ra")]
    Backtest(Backtest),
    /// Coverage over time: documents, their share of all, independent stories
    #[command(about = "Xu hướng: số bài, tỷ lệ trong tổng số bài và luồng tin độc lập theo thời gian")]
    Trends(Trends),
    /// The report of a week, month, quarter or year, as a file
    #[command(about = "Báo cáo tuần, tháng, quý, năm thành tệp: Excel, Word, PDF, HTML, CSV, JSON")]
    Export(Export),
    /// Searches under a name, with alerts and digests of their own
    #[command(about = "Tìm kiếm đã lưu: xem, thêm, xóa; mỗi tìm kiếm có thông báo hoặc bản tin riêng")]
    Saved {
        /// What to do
        #[command(subcommand)]
        what: SavedSearches,
    },
    /// The audit log: is it as it was written, and what stands in it
    #[command(about = "Nhật ký: kiểm tra chuỗi có nguyên vẹn không, xem các mục")]
    Audit {
        /// What to do
        #[command(subcommand)]
        what: AuditLog,
    },
    /// Who may come in
    #[command(about = "Người dùng: thêm, liệt kê, khóa, mở khóa, tạo liên kết đặt mật khẩu")]
    User {
        /// What to do
        #[command(subcommand)]
        what: Users,
    },
    /// What programs come in with
    #[command(about = "Mã truy cập API: tạo, liệt kê, thu hồi")]
    Token {
        /// What to do
        #[command(subcommand)]
        what: Tokens,
    },
    /// Receivers of notices: webhooks, chats, mailboxes
    #[command(about = "Nơi nhận thông báo: webhook, nhóm chat, hộp thư")]
    Receivers {
        /// What to do
        #[command(subcommand)]
        what: Receivers,
    },
    /// Measure a part of the program; one JSON line per figure
    #[command(about = "Đo một phần của chương trình; mỗi số đo một dòng JSON")]
    Bench {
        /// What to measure
        #[arg(help = "Phần cần đo", value_name = "NAME", value_parser = crate::commands::bench::names())]
        name: String,
        /// Document lines (`extract`: folders of pages) to measure on; `crawl` makes its own web
        #[arg(help = "Tệp các dòng tài liệu (extract: thư mục trang) dùng để đo; crawl tự tạo web", long, value_name = "FILE")]
        corpus: Vec<PathBuf>,
        /// `search`: judged queries to measure relevance with, or lists of queries to measure time with; `stories`: labels,
        /// `{"id": …, "event": …}` a line
        #[arg(
            help = "search: tệp câu tìm đã được chấm điểm, hoặc tệp danh sách câu tìm để đo thời gian; stories: tệp nhãn (id, event)",
            long,
            value_name = "FILE"
        )]
        queries: Option<PathBuf>,
        /// `load`
        #[command(flatten)]
        load: Load,
    },
    /// The web that `bench crawl` fetches: prints its port and serves until standard input ends
    #[command(hide = true)]
    PressWeb {
        /// Hosts, 1 to 200
        #[arg(default_value_t = kiemtin_miniweb::MOST_HOSTS)]
        hosts: u8,
    },
    /// Forget the posts that were kept long enough ([retention] of kiemtin.toml), now
    #[command(about = "Xóa ngay các bài đăng mạng xã hội, diễn đàn đã hết thời hạn lưu giữ ([retention] trong kiemtin.toml)")]
    Prune {
        /// Only say how many
        #[arg(help = "Chỉ cho biết số bài, không xóa", long)]
        dry_run: bool,
    },
    /// A consistent copy of the store in a folder, also while the service runs
    #[command(about = "Sao lưu kho dữ liệu vào một thư mục, kể cả khi dịch vụ đang chạy")]
    Backup {
        /// The folder; must not be there yet, or be empty
        #[arg(help = "Thư mục sao lưu: chưa có, hoặc còn trống", value_name = "DIR")]
        dir: PathBuf,
    },
    /// Put a backup back; refuses to overwrite a store
    #[command(about = "Khôi phục kho dữ liệu từ một bản sao lưu; không ghi đè kho đã có")]
    Restore {
        /// Folder that `backup` made
        #[arg(help = "Thư mục do lệnh backup tạo ra", value_name = "DIR")]
        dir: PathBuf,
    },
    /// Rebuild the index from the store
    #[command(about = "Lập lại chỉ mục từ kho dữ liệu")]
    Reindex,
}

/// `bench load`
#[derive(Args, Debug, Clone)]
pub struct Load {
    /// `load`: clients that ask at the same time
    #[arg(help = "load: số máy khách hỏi cùng lúc", long, value_name = "N", default_value_t = 64)]
    pub clients: usize,
    /// `load`: how long they ask
    #[arg(help = "load: hỏi trong bao nhiêu phút", long, value_name = "N", default_value_t = 5.0)]
    pub minutes: f64,
    /// `load`: requests per second, whether or not the ones before were answered
    #[arg(help = "load: số yêu cầu mỗi giây, không chờ yêu cầu trước được trả lời", long, value_name = "N", default_value_t = 20.0)]
    pub rate: f64,
    /// `load`: documents that are stored and indexed before it begins
    #[arg(help = "load: số tài liệu được lưu và lập chỉ mục trước khi bắt đầu", long, value_name = "N", default_value_t = 0)]
    pub filled: u64,
    /// `load`: documents go through the whole pipeline, not straight into the store
    #[arg(help = "load: đưa tài liệu qua toàn bộ quy trình, không ghi thẳng vào kho", long)]
    pub pipeline: bool,
}

/// `rules`
#[derive(Subcommand, Debug)]
pub enum Rules {
    /// Run every rule's own examples
    #[command(about = "Chạy ví dụ của mọi quy tắc")]
    Test,
    /// Every rule with its hits, flags, guards and reviews
    #[command(about = "Liệt kê quy tắc: số lần khớp, cờ, điều kiện loại trừ, đánh giá, cảnh báo")]
    List,
    /// Replay stored documents through the edited rules and show what changes; changes nothing
    #[command(about = "Chạy lại tài liệu đã lưu qua quy tắc đang sửa và cho xem khác biệt; không thay đổi gì")]
    DryRun {
        /// Documents published on or after this day (2026-11-01) or time
        #[arg(help = "Tài liệu đăng từ ngày này (2026-11-01) hoặc thời điểm này", long, value_name = "D")]
        since: String,
        /// Folder of rule files in place of `rules/` of the configuration
        #[arg(help = "Thư mục quy tắc dùng thay cho rules/ của cấu hình", long, value_name = "DIR")]
        rules: Option<PathBuf>,
        /// Rules in test count as if they worked already
        #[arg(help = "Tính cả quy tắc đang thử (status = \"test\") như đã dùng", long)]
        with_test: bool,
    },
    /// Score the rules on labelled texts
    #[command(about = "Chấm điểm quy tắc trên tập văn bản có nhãn")]
    Score {
        /// Document lines with labels in "gold"
        #[arg(help = "Các dòng tài liệu có nhãn «gold»", value_name = "FILE")]
        file: PathBuf,
        /// Leave address and source out first
        #[arg(help = "Bỏ địa chỉ và nguồn trước khi chấm", long)]
        blank: bool,
        /// List the texts that came out wrong
        #[arg(help = "Liệt kê các văn bản bị sai", long)]
        verbose: bool,
    },
}

/// `sources`
#[derive(Subcommand, Debug)]
pub enum Sources {
    /// Every source with its health
    #[command(about = "Liệt kê các nguồn cùng tình trạng")]
    List,
    /// What happened to an address and why it is (not) here
    #[command(about = "Cho biết một địa chỉ đã được xử lý thế nào, vì sao có hoặc không có trong kho")]
    Why {
        /// The address
        #[arg(help = "Địa chỉ của bài", value_name = "URL")]
        url: String,
    },
    /// How a site can be collected: its feeds, sitemaps and selectors, as a file for config/sources/
    #[command(about = "Đề xuất cách thu thập một trang: nguồn cấp tin, sơ đồ trang, bộ chọn; in ra tệp cho config/sources/")]
    Propose {
        /// Home page, list page, article or feed of the site
        #[arg(help = "Địa chỉ trang chủ, trang danh mục, một bài hoặc nguồn cấp tin", value_name = "URL")]
        url: String,
    },
}

/// `saved`
#[derive(Subcommand, Debug)]
pub enum SavedSearches {
    /// Every saved search with what it matches
    #[command(about = "Liệt kê các tìm kiếm đã lưu cùng số bài khớp")]
    List,
    /// Save a search, and find what it matches among what was taken in
    #[command(about = "Lưu một tìm kiếm và đối chiếu với các bài đã có")]
    Add {
        /// Its name
        #[arg(help = "Tên, 1 đến 80 ký tự", value_name = "NAME")]
        name: String,
        /// The search, as for `search`
        #[arg(help = "Câu tìm, như của lệnh search", value_name = "QUERY")]
        query: String,
        /// When somebody is told: none, each, hourly, daily, weekly
        #[arg(help = "Khi nào báo: none, each, hourly, daily, weekly", long, default_value = "none", value_name = "WHEN")]
        notify: kiemtin_model::Notify,
        /// Unit whose people alone see it
        #[arg(help = "Chỉ dành cho đơn vị này", long, value_name = "U")]
        unit: Option<String>,
    },
    /// Remove a saved search
    #[command(about = "Xóa một tìm kiếm đã lưu")]
    Remove {
        /// Its name
        #[arg(help = "Tên", value_name = "NAME")]
        name: String,
    },
}

/// `trends`
#[derive(Args, Debug)]
pub struct Trends {
    /// Queries as for `search`, side by side, at most 5; none: all coverage
    #[arg(help = "Các câu tìm như của lệnh search, đặt cạnh nhau, nhiều nhất 5; bỏ trống: tất cả bài", value_name = "QUERY")]
    pub queries: Vec<String>,
    /// Length of the periods: hour, day, week, month
    #[arg(help = "Độ dài mỗi kỳ: hour, day, week, month", long, default_value = "day")]
    pub by: kiemtin_store::Span,
    /// Tell documents apart by source, group, topic, kind or stance
    #[arg(help = "Chia theo source, group, topic, kind hoặc stance", long, value_parser = group)]
    pub group: Option<kiemtin_store::Dimension>,
    /// Published on or after this day (2026-11-01) or time; by default the last 30 days
    #[arg(help = "Đăng từ ngày này (2026-11-01) hoặc thời điểm này; mặc định 30 ngày gần nhất", long)]
    pub from: Option<String>,
    /// Published before the end of this day, or before this time
    #[arg(help = "Đăng đến hết ngày này, hoặc trước thời điểm này", long)]
    pub to: Option<String>,
    /// table, csv or json
    #[arg(help = "table (để đọc), csv hoặc json", long, default_value = "table", value_enum)]
    pub format: TrendFormat,
    /// Hold it against the same length of time before
    #[arg(help = "So với kỳ trước dài bằng", long)]
    pub previous: bool,
    /// Only the words as typed: no abbreviations, synonyms or corrections
    #[arg(help = "Chỉ đúng chữ đã gõ: không mở rộng viết tắt, từ đồng nghĩa, không sửa lỗi gõ", long)]
    pub as_typed: bool,
}

/// `export`
#[derive(Args, Debug)]
pub struct Export {
    /// weekly, monthly, quarterly or yearly
    #[arg(help = "weekly (tuần), monthly (tháng), quarterly (quý) hoặc yearly (năm)", value_name = "LENGTH")]
    pub length: kiemtin_model::period::PeriodLength,
    /// Which: 2026-W47, 2026-11, 2026-Q4 or 2026; by default the last that is over
    #[arg(help = "Kỳ: 2026-W47, 2026-11, 2026-Q4 hoặc 2026; mặc định: kỳ vừa kết thúc", long)]
    pub period: Option<kiemtin_model::period::Period>,
    /// xlsx, docx, pdf, html, csv, json; all: every format and manifest.json
    #[arg(help = "xlsx, docx, pdf, html, csv, json; all: mọi định dạng kèm manifest.json", long, default_value = "xlsx")]
    pub format: String,
    /// The language of what the report says: vi or en
    #[arg(help = "Ngôn ngữ của báo cáo: vi (tiếng Việt) hoặc en (tiếng Anh)", long, value_name = "LANG", default_value = "vi")]
    pub lang: kiemtin_model::Lang,
    /// The file, or the folder that it is put into; with all, the folder
    #[arg(help = "Tệp, hoặc thư mục để ghi tệp vào; với all là thư mục", long, value_name = "PATH")]
    pub out: PathBuf,
    /// Of this unit alone
    #[arg(help = "Chỉ của đơn vị này", long, conflicts_with_all = ["topic", "policy"])]
    pub unit: Option<String>,
    /// Of this topic alone
    #[arg(help = "Chỉ của chủ đề này", long, value_name = "ID", conflicts_with = "policy")]
    pub topic: Option<String>,
    /// Of this policy alone
    #[arg(help = "Chỉ của chính sách này", long, value_name = "ID")]
    pub policy: Option<String>,
    /// The report of this number again, as it was when it was made
    #[arg(help = "Lấy lại báo cáo đã lưu có số này, đúng như lúc lập", long, value_name = "NUMBER", conflicts_with_all = ["period", "unit", "topic", "policy"])]
    pub again: Option<i64>,
}

/// How `trends` tells its figures.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrendFormat {
    /// For people.
    Table,
    /// RFC 4180.
    Csv,
    /// One object.
    Json,
}

fn group(text: &str) -> Result<kiemtin_store::Dimension, String> {
    let known = kiemtin_web::trends::GROUPS;
    let expected = || format!("got \"{text}\", expected one of {}", known.map(kiemtin_store::Dimension::as_str).join(", "));
    known.into_iter().find(|by| by.as_str() == text).ok_or_else(expected)
}

/// `search`
#[derive(Args, Debug)]
pub struct Search {
    /// Words, "phrases", AND OR NOT, NEAR/n, title: source: kind: topic:
    #[arg(
        help = "Từ, \"cụm từ\", AND OR NOT, NEAR/n, title: source: kind: topic: date:…",
        value_name = "QUERY",
        required_unless_present = "like"
    )]
    pub query: Option<String>,
    /// Published on or after this day (2026-11-01) or time
    #[arg(help = "Đăng từ ngày này (2026-11-01) hoặc thời điểm này", long)]
    pub from: Option<String>,
    /// Published before the end of this day, or before this time
    #[arg(help = "Đăng đến hết ngày này, hoặc trước thời điểm này", long)]
    pub to: Option<String>,
    /// Only this source
    #[arg(help = "Chỉ nguồn này", long)]
    pub source: Option<String>,
    /// Only this topic
    #[arg(help = "Chỉ chủ đề này", long)]
    pub topic: Option<String>,
    /// Stories to show
    #[arg(help = "Số luồng tin hiển thị", long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub limit: u16,
    /// Newest first instead of best first
    #[arg(help = "Mới nhất trước thay vì khớp nhất trước", long)]
    pub newest: bool,
    /// Best first, newer ones favoured
    #[arg(help = "Khớp nhất trước, ưu tiên bài mới", long, conflicts_with = "newest")]
    pub fresh: bool,
    /// Documents like the one with this id
    #[arg(help = "Các bài tương tự bài có mã này", long, value_name = "ID")]
    pub like: Option<String>,
    /// Only the words as typed: no abbreviations, synonyms or corrections
    #[arg(help = "Chỉ đúng chữ đã gõ: không mở rộng viết tắt, từ đồng nghĩa, không sửa lỗi gõ", long)]
    pub as_typed: bool,
}
