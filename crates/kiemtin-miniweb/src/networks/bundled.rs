//! The networks of the demo: people who talk about the same matters as the newspapers of the bundled web, on a forum, under videos, in
//! a stream and on a page. Two of them pass on what the web's own sites tell wrongly; most only say what they think.

use super::Local;
use super::bluesky::Bluesky;
use super::facebook::{self, Graph};
use super::jetstream::Jetstream;
use super::xenforo::Forum;
use super::youtube::{self, Youtube};
use crate::error::MiniWebError;
use std::net::Ipv4Addr;

const MINUTE_MS: i64 = 60_000;
/// How long before the start of the demo people begin to talk, in minutes.
const BEGAN: i64 = 8 * 60;
/// Sources of the networks.
pub const SOURCES: &[&str] =
    &["dien-dan-tieu-dung", "kenh-video-dien", "binh-luan-video", "luong-bai-viet", "tim-bai-viet", "trang-dien-luc"];

/// A thread and its replies.
const THREADS: &[&[&str]] = &[
    &[
        "Hóa đơn tiền điện tháng này tăng mạnh, có ai giống nhà mình không?",
        "Nhà mình bốn người, tháng trước một triệu hai mà tháng này gần hai triệu. Theo mình cách chia bậc thang hiện nay chưa hợp lý, nên xem lại.",
        "Trời nóng ai cũng bật điều hòa cả ngày nên tăng là phải, nhưng mình vẫn mong hóa đơn ghi rõ hơn từng bậc.",
        "Có bác nào biết gọi tổng đài nào để hỏi chỉ số công tơ không ạ?",
        "Đề nghị Bộ Công Thương công khai cách tính giá điện cho dân dễ hiểu, chứ đọc bảng giá rối quá.",
    ],
    &[
        "Bán hàng qua livestream rồi sẽ ra sao?",
        "Mình bán quần áo qua livestream ba năm nay, giờ nghe nói phải đăng ký thêm giấy tờ, có đúng không mọi người?",
        "Thôi xong nghề của chị em, bộ công thương ra lệnh dẹp livestream bán hàng rồi, tháng sau ai lên live là khóa kênh.",
        "Bác trên nghe ở đâu vậy, mình thấy báo nói là không có lệnh cấm nào cả mà.",
    ],
];
/// Posts of the stream; some speak of other things.
const POSTS: &[&str] = &[
    "Giá xăng chiều nay giảm được mấy trăm đồng, đổ đầy bình cũng đỡ xót ví.",
    "Sáng nay đi làm kẹt xe hơn một tiếng, mưa lớn quá cả nhà ạ.",
    "Giá điện mà tính theo giờ cao điểm thì nhà nào đi làm cả ngày có lợi hơn không nhỉ?",
    "Mình thấy xăng E10 đi bình thường, xe mười năm tuổi vẫn chạy êm, chỉ mong giá rẻ hơn nữa.",
    "bo cong thuong ra lenh dep livestream ban hang roi, thang sau ai len live la khoa kenh, chi em tinh sao day",
    "Livestream bán hàng thì cũng phải xuất hóa đơn thôi, làm ăn đàng hoàng có gì mà sợ.",
];
/// Posts that a search finds.
const FOUND: &[&str] = &[
    "Giá điện mùa này cao thật, mà nghĩ lại cả nhà bật ba cái điều hòa suốt ngày thì cũng phải chịu.",
    "Đọc bài giải thích cách tính giá điện bậc thang mà vẫn rối, mong ngành điện làm bảng tính cho dân.",
];
/// Comments under the video.
const COMMENTS: &[&str] = &[
    "Xem xong mới hiểu vì sao giá điện chia thành nhiều bậc, cảm ơn kênh.",
    "Theo tôi nên giảm số bậc xuống cho dễ tính, nhà đông người thiệt quá.",
    "Sao không nói về điện mặt trời mái nhà, nhà tôi lắp rồi mà bán lại không được bao nhiêu.",
];
/// What the page says.
const NOTES: &[&str] = &[
    "Thông báo lịch ghi chỉ số công tơ tháng này: khách hàng xem trên ứng dụng chăm sóc khách hàng hoặc gọi tổng đài 19001006.",
    "Ngành điện không gọi điện yêu cầu khách hàng chuyển khoản để tránh bị cắt điện. Mọi thông báo nợ đều có trên ứng dụng và hóa đơn điện tử.",
];

/// The running networks. Dropping them stops them.
#[derive(Debug)]
pub struct Bundled {
    forum: Forum,
    youtube: Youtube,
    stream: Jetstream,
    search: Bluesky,
    page: Graph,
}

impl Bundled {
    /// Opens the networks on loopback (127.0.71.21 to 127.0.71.25); everything was said in the hours before `now_ms`.
    ///
    /// # Errors
    /// When an address cannot be bound.
    pub async fn start(now_ms: i64) -> Result<Self, MiniWebError> {
        let began = now_ms - BEGAN * MINUTE_MS;
        let forum = Forum::start(Ipv4Addr::new(127, 0, 71, 21)).await?;
        let youtube = Youtube::start(Ipv4Addr::new(127, 0, 71, 22)).await?;
        let stream = Jetstream::start(Ipv4Addr::new(127, 0, 71, 23)).await?;
        let search = Bluesky::start(Ipv4Addr::new(127, 0, 71, 25), now_ms).await?;
        let page = Graph::start(Ipv4Addr::new(127, 0, 71, 24)).await?;
        forum.begin(began);
        youtube.begin(began);
        page.begin(began);
        for thread in THREADS {
            let mut said = thread.iter();
            if let (Some(title), Some(text)) = (said.next(), said.next()) {
                let id = forum.open(title, text);
                said.for_each(|text| {
                    forum.reply(id, text);
                });
            }
        }
        for (number, text) in POSTS.iter().enumerate() {
            // A stream is read from some minutes ago.
            let at_ms = now_ms - 4 * MINUTE_MS + i64::try_from(number).unwrap_or(0) * MINUTE_MS / 2;
            stream.post(u64::try_from(at_ms).unwrap_or(0) * 1_000, "create", &format!("3kdemo{number}"), text);
        }
        for (number, text) in FOUND.iter().enumerate() {
            let at_ms = began + i64::try_from(number).unwrap_or(0) * 40 * MINUTE_MS;
            search.post(&format!("3kfound{number}"), text, at_ms, at_ms + 2_000);
        }
        let video = youtube.publish("Vì sao giá điện chia thành nhiều bậc?", "Giải thích bảng giá bán lẻ điện và cách đọc hóa đơn.");
        for text in COMMENTS {
            youtube.comment(&video, text);
        }
        for text in NOTES {
            page.publish(text);
        }
        Ok(Self { forum, youtube, stream, search, page })
    }

    /// Source files for the crawler: file name (`<id>.toml`) and TOML text.
    pub fn sources(&self) -> Vec<(String, String)> {
        let words = "keywords = [\"giá điện\", \"giá xăng\", \"xăng E10\", \"livestream\", \"Bộ Công Thương\"]";
        let comments = format!("api = \"{}\"\ntoken_file = \"secrets/youtube.key\"\nper_day = 500\n{words}\n", self.youtube.api());
        [
            ("dien-dan-tieu-dung", "Diễn đàn Chuyện tiêu dùng", "forum", "channel", self.forum.feed(), "xenforo", String::new()),
            (
                "kenh-video-dien",
                "Kênh video về điện",
                "social",
                "channel",
                self.youtube.feed(),
                "youtube_channel",
                format!("api = \"{}\"\ntoken_file = \"secrets/youtube.key\"\nper_day = 500\n", self.youtube.api()),
            ),
            ("binh-luan-video", "Bình luận dưới video về điện", "social", "keyword", self.youtube.feed(), "youtube_comments", comments),
            (
                "luong-bai-viet",
                "Luồng bài viết công khai",
                "social",
                "keyword",
                format!("{}/subscribe", self.stream.local().origin()),
                "bluesky_jetstream",
                format!("{words}\n"),
            ),
            (
                "tim-bai-viet",
                "Tìm bài viết theo từ khóa",
                "social",
                "keyword",
                self.search.local().origin(),
                "bluesky_search",
                "keywords = [\"giá điện\"]\n".into(),
            ),
            (
                "trang-dien-luc",
                "Trang của công ty điện lực",
                "social",
                "channel",
                self.page.feed(),
                "facebook_page",
                "token_file = \"secrets/facebook.token\"\n".into(),
            ),
        ]
        .into_iter()
        .map(|(id, name, group, found_by, url, kind, more)| {
            let site = url.split('/').take(3).collect::<Vec<_>>().join("/");
            let text = format!(
                "id = \"{id}\"\nname = \"{name}\"\nsite = \"{site}/\"\ngroup = \"{group}\"\nfound_by = \"{found_by}\"\nlang = \"vi\"\n\n\
                 [[feeds]]\nurl = \"{url}\"\nkind = \"{kind}\"\n{more}"
            );
            (format!("{id}.toml"), text)
        })
        .collect()
    }

    /// Token files that the sources name: path from the configuration, and content.
    pub fn secrets(&self) -> [(&'static str, &'static str); 2] {
        [("secrets/youtube.key", youtube::KEY), ("secrets/facebook.token", facebook::TOKEN)]
    }

    /// Addresses of the networks.
    pub fn origins(&self) -> [String; 5] {
        [self.forum.local(), self.youtube.local(), self.stream.local(), self.search.local(), self.page.local()].map(Local::origin)
    }
}
