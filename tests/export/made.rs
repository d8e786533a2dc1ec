//! Texts that nobody wrote: some hundred documents of several outlets from autumn to winter, with copies, feedback, several topics, and
//! times on both sides of midnight in Vietnam and of the new year.

use serde_json::{Value, json};

const SOURCES: [(&str, &str); 5] = [
    ("bao-mot.example", "press"),
    ("bao-hai.example", "press"),
    ("congthuong.example", "own_media"),
    ("bo.example", "official"),
    ("dien-dan.example", "forum"),
];

const TEXTS: [(&str, &str); 9] = [
    ("Giá điện bình quân được giữ nguyên", "Giá bán lẻ điện bình quân được giữ nguyên trong quý này, theo cơ quan điều hành giá điện."),
    (
        "Người dân kiến nghị về biểu giá điện",
        "Nhiều hộ dân bức xúc vì tiền điện quá cao, đề nghị cơ quan chức năng xem lại biểu giá điện bậc thang bất hợp lý.",
    ),
    ("Vì sao tiền điện tăng?", "Vì sao hóa đơn tiền điện tháng này tăng? Bạn đọc hỏi vì sao giá điện bậc ba lại được tính như vậy?"),
    ("Giá xăng điều chỉnh chiều thứ Năm", "Giá xăng E5 và dầu diesel được điều chỉnh trong kỳ điều hành giá xăng dầu chiều thứ Năm."),
    (
        "Doanh nghiệp xăng dầu kêu khó",
        "Doanh nghiệp bán lẻ xăng dầu phản ánh chiết khấu quá thấp, kiến nghị sửa nghị định về kinh doanh xăng dầu.",
    ),
    ("Xuất khẩu gạo qua cửa khẩu", "Xuất khẩu gạo tăng, hàng hóa thông quan nhanh tại cửa khẩu, xuất nhập khẩu nhiều mặt hàng khởi sắc."),
    (
        "Hàng giả trên sàn thương mại điện tử",
        "Lực lượng quản lý thị trường kiểm tra hàng giả bán qua sàn thương mại điện tử và livestream.",
    ),
    ("Lịch bóng đá cuối tuần", "Các đội bóng chuẩn bị cho vòng đấu cuối tuần trên sân nhà."),
    (
        "Giá điện và giá xăng dầu cùng được bàn",
        "Giá điện và giá xăng dầu cùng được bàn tại phiên họp về giá cả thị trường trong nước dịp Tết.",
    ),
];

/// One number from another, spread evenly (SplitMix64).
fn mixed(seed: u64) -> u64 {
    let z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

/// The lines; the same every time.
pub fn lines() -> Vec<Value> {
    let first = kiemtin_model::Time::parse("2026-09-20T00:00:00+07:00").unwrap().0;
    let mut lines: Vec<Value> = vec![];
    for n in 0..900_u64 {
        let (source, group) = SOURCES[mixed(n) as usize % SOURCES.len()];
        // A fifth is a copy of one of the last.
        let text = if n > 50 && mixed(n + 1_000_000) % 5 == 0 {
            let of = &lines[(n - 1 - mixed(n + 2_000_000) % 40) as usize];
            (of["title"].as_str().unwrap().to_owned(), of["text"].as_str().unwrap().to_owned())
        } else {
            let (title, text) = TEXTS[mixed(n + 3_000_000) as usize % TEXTS.len()];
            (format!("{title} ({n})"), format!("{text} {}", words(n)))
        };
        // 130 days, each time another one: no two in the same millisecond.
        let at = first + (mixed(n + 4_000_000) % (130 * 86_400)) as i64 * 1_000 + n as i64;
        let kind = match group {
            "official" => "official",
            "forum" => "social",
            _ => "news",
        };
        let mut line = json!({
            "id": format!("{n}"), "url": format!("https://{source}/{n}"), "title": text.0, "text": text.1, "source": source, "group": group, "kind": kind,
            "published_at": kiemtin_model::Time(at).to_string(),
        });
        if n % 97 == 0 {
            line.as_object_mut().unwrap().remove("published_at");
        }
        lines.push(line);
    }
    lines
}

/// Words that make a text its own, so that only copies are copies.
fn words(n: u64) -> String {
    const SYLLABLES: [&str; 24] = [
        "mai", "lan", "trúc", "cúc", "sông", "núi", "biển", "đồng", "mưa", "nắng", "gió", "mây", "xuân", "hạ", "thu", "đông", "sớm",
        "trưa", "chiều", "tối", "làng", "phố", "cầu", "chợ",
    ];
    (0..40).map(|i| SYLLABLES[mixed(n * 100 + i + 7_000_000) as usize % SYLLABLES.len()]).collect::<Vec<_>>().join(" ")
}
