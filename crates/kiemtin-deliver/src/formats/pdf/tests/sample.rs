//! A document with everything that a document can have, in long words.

use crate::formats::paper::*;
use kiemtin_model::Time;

/// A sentence of several lines.
pub(super) const LONG: &str = "Bộ Công Thương cho biết việc điều chỉnh giá bán lẻ điện bình quân được thực hiện theo Nghị định số 72/2025/NĐ-CP, trên cơ sở kết quả \
     kiểm tra chi phí sản xuất, kinh doanh điện hằng năm; không có chuyện “tăng giá gấp đôi” như một số tài khoản mạng xã hội lan truyền.";
const SHORT: &str = "Giá điện tăng: sự thật là gì?";
const ADDRESS: &str =
    "https://moit.gov.vn/tin-tuc/mot-dia-chi-rat-dai/khong-co-dau-cach-nao-o-trong/de-xem-no-duoc-ngat-o-dau-12345678901234567890.html";

fn column(head: &str, share: u16, numbers: bool) -> GridColumn {
    GridColumn { head: head.into(), share, numbers }
}

/// A table with some long rows.
pub(super) fn grid(rows: usize) -> Grid {
    let row = |i: usize| {
        let words = if i % 4 == 1 { LONG } else { SHORT };
        let source = Run::linked("Báo Công Thương", Some("https://congthuong.vn/".into()));
        vec![vec![Run::plain(format!("dòng {i}"))], vec![source], vec![Run::plain(words)], vec![Run::plain(format!("{i}.234"))]]
    };
    let columns =
        vec![column("Thứ tự", 2, false), column("Nguồn", 3, false), column("Tiêu đề bài viết", 6, false), column("Lượt xem", 2, true)];
    Grid { columns, rows: (0..rows).map(row).collect() }
}

/// A chart with gaps.
pub(super) fn chart(kind: ChartKind, labels: usize, series: usize) -> Chart {
    let label = |i: usize| match kind {
        ChartKind::Bars => format!("Cục Điều tiết điện lực và Năng lượng tái tạo, đơn vị số {} trực thuộc Bộ Công Thương", i + 1),
        _ => format!("{:02}/11", i + 1),
    };
    let names = ["Báo chí", "Mạng xã hội", "Diễn đàn, blog", "Truyền hình", "Nguồn nước ngoài", "Khác"];
    let value = |i: usize, k: usize| (i % 9 != 4 + k).then(|| (600.0 + 500.0 * ((i as f64) / 5.0 + k as f64).sin()).round());
    let one = |k: usize| Series { name: names[k % 6].into(), values: (0..labels).map(|i| value(i, k)).collect() };
    let title = "Số bài viết theo ngày, chia theo loại nguồn".into();
    Chart { title, kind, labels: (0..labels).map(label).collect(), series: (0..series).map(one).collect() }
}

pub(super) fn paper() -> Paper {
    let marked = Run { marked: true, ..Run::bold("giá điện tăng gấp đôi từ ngày 01/12") };
    let linked = Run::linked("Báo Điện tử Chính phủ, bài đăng ngày 23/11/2026", Some("https://baochinhphu.vn/a".into()));
    let items = |count: usize| -> Vec<Vec<Run>> {
        (0..count).map(|i| vec![Run::bold(format!("Lý do {i}: ")), Run::plain(if i % 3 == 0 { LONG } else { SHORT })]).collect()
    };
    let mut blocks = vec![
        Block::Heading(1, "1. Tóm tắt".into()),
        Block::Paragraph(vec![
            Run::bold("Luận điệu: "),
            Run::plain(LONG),
            Run::plain(" "),
            marked,
            Run::plain(" – theo "),
            linked,
            Run::italic(" (đã kiểm chứng)."),
        ]),
        Block::plain(format!("Dòng một\nDòng hai sau khi xuống dòng\n{ADDRESS} rồi tiếp tục.")),
        Block::Heading(2, "Lý do không gắn cờ đã xét".into()),
        Block::List { numbered: true, items: items(11) },
        Block::List { numbered: false, items: items(2) },
        Block::Heading(1, "2. Diễn biến".into()),
        Block::Table(grid(30)),
        Block::Heading(1, "3. Biểu đồ".into()),
    ];
    for (kind, labels, series) in
        [(ChartKind::Lines, 30, 3), (ChartKind::Lines, 90, 6), (ChartKind::Columns, 7, 1), (ChartKind::Columns, 12, 6)]
    {
        blocks.push(Block::Chart(chart(kind, labels, series)));
    }
    blocks.push(Block::Chart(chart(ChartKind::Bars, 8, 1)));
    blocks.push(Block::Chart(chart(ChartKind::Bars, 5, 3)));
    blocks.push(Block::plain(LONG));
    Paper {
        lang: Default::default(),
        issuer: ("Bộ Công Thương".into(), "Văn phòng Bộ".into()),
        number: "Số hiệu: CB-2026-0007".into(),
        dated: "Hà Nội, ngày 23 tháng 11 năm 2026".into(),
        title: "HỒ SƠ CẢNH BÁO".into(),
        subject: "Luận điệu “giá điện tăng gấp đôi từ ngày 01/12/2026” lan truyền trên mạng xã hội và một số trang tin".into(),
        banner: "CẦN KIỂM CHỨNG: cờ do quy tắc đặt, chưa có người kết luận · HẠN CHẾ: chỉ dùng trong các đơn vị liên quan".into(),
        blocks,
        closing: Some(Closing {
            recipients: ["Như trên", "Bộ trưởng (để báo cáo)", "Các Thứ trưởng (để biết)", "Lưu: VT, VP"].map(String::from).into(),
            signer: ["TL. BỘ TRƯỞNG", "CHÁNH VĂN PHÒNG"].map(String::from).into(),
        }),
        as_of: Time::local(2026, 11, 23, 8, 5, 0),
    }
}
