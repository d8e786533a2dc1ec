//! Where do endless Vietnamese sentences come from that are the same in every run?

/// Numbers from a seed (SplitMix64: Steele, Lea, Flood 2014).
#[derive(Clone, Debug)]
pub(super) struct Draw(u64);

impl Draw {
    pub(super) fn new(host: u8, number: u32) -> Self {
        Self((u64::from(host) << 32) | (u64::from(number) + 1))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0, below `below`.
    pub(super) fn below(&mut self, below: usize) -> usize {
        (self.next() % below.max(1) as u64) as usize
    }

    /// A word; the first ones of the list come more often, as words of a language do.
    fn word(&mut self) -> &'static str {
        let (a, b) = (self.below(WORDS.len()), self.below(WORDS.len()));
        WORDS.get(a.min(b)).copied().unwrap_or_default()
    }
}

/// `count` words with a capital letter at the front.
pub(super) fn title(draw: &mut Draw, count: usize) -> String {
    let mut text = String::new();
    for _ in 0..count {
        push(&mut text, draw.word());
    }
    capital(text)
}

/// A paragraph of `sentences` sentences, with a figure here and there.
pub(super) fn paragraph(draw: &mut Draw, sentences: usize) -> String {
    let mut text = String::new();
    for _ in 0..sentences {
        let words = 12 + draw.below(14);
        let mut sentence = String::new();
        for at in 0..words {
            push(&mut sentence, draw.word());
            match draw.below(24) {
                0 => sentence.push_str(&format!(" {},{}%", draw.below(40), draw.below(10))),
                1 if at + 1 < words => sentence.push(','),
                _ => {}
            }
        }
        push(&mut text, &capital(sentence));
        text.push('.');
    }
    text
}

fn push(text: &mut String, word: &str) {
    if !text.is_empty() {
        text.push(' ');
    }
    text.push_str(word);
}

fn capital(text: String) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Common words first.
const WORDS: &[&str] = &[
    "và",
    "của",
    "các",
    "trong",
    "được",
    "có",
    "cho",
    "là",
    "với",
    "đã",
    "người",
    "những",
    "không",
    "một",
    "này",
    "đến",
    "tại",
    "từ",
    "về",
    "năm",
    "theo",
    "khi",
    "sẽ",
    "để",
    "ngày",
    "vào",
    "cũng",
    "ra",
    "nhiều",
    "trên",
    "đang",
    "tháng",
    "hơn",
    "phải",
    "sau",
    "doanh nghiệp",
    "thị trường",
    "giá",
    "xuất khẩu",
    "sản xuất",
    "thương mại",
    "hàng hóa",
    "điện",
    "xăng dầu",
    "nhập khẩu",
    "sản phẩm",
    "khách hàng",
    "kinh tế",
    "địa phương",
    "cả nước",
    "quý",
    "tăng",
    "giảm",
    "đạt",
    "tỷ đồng",
    "triệu USD",
    "so với cùng kỳ",
    "ngành công thương",
    "quản lý thị trường",
    "lực lượng",
    "kiểm tra",
    "xử lý",
    "vi phạm",
    "cơ quan chức năng",
    "người tiêu dùng",
    "nông sản",
    "gạo",
    "cà phê",
    "hồ tiêu",
    "thủy sản",
    "dệt may",
    "da giày",
    "gỗ",
    "thép",
    "xi măng",
    "phân bón",
    "hóa chất",
    "ô tô",
    "linh kiện",
    "công nghệ",
    "chuyển đổi số",
    "năng lượng tái tạo",
    "điện gió",
    "điện mặt trời",
    "thủy điện",
    "nhiệt điện",
    "than",
    "khí hóa lỏng",
    "lưới truyền tải",
    "trạm biến áp",
    "phụ tải",
    "cung ứng",
    "dự trữ",
    "kho cảng",
    "cửa khẩu",
    "logistics",
    "vận tải",
    "siêu thị",
    "chợ truyền thống",
    "hội chợ",
    "xúc tiến",
    "khuyến mại",
    "thương hiệu",
    "chất lượng",
    "tiêu chuẩn",
    "quy chuẩn",
    "xuất xứ",
    "phòng vệ",
    "chống bán phá giá",
    "thuế",
    "hải quan",
    "hiệp định",
    "đối tác",
    "hợp đồng",
    "đơn hàng",
    "nguyên liệu",
    "chi phí",
    "lợi nhuận",
    "đầu tư",
    "dự án",
    "khu công nghiệp",
    "cụm công nghiệp",
    "lao động",
    "đào tạo",
    "việc làm",
    "thu nhập",
    "hợp tác xã",
    "hộ kinh doanh",
    "thương nhân",
    "đại lý",
    "cửa hàng",
    "trạm sạc",
    "bán lẻ",
    "bán buôn",
    "trực tuyến",
    "sàn giao dịch",
    "thanh toán",
    "vay vốn",
    "lãi suất",
    "tỷ giá",
    "lạm phát",
    "tăng trưởng",
    "kịch bản",
    "dự báo",
    "nhu cầu",
    "nguồn cung",
    "mùa khô",
    "cao điểm",
    "tiết kiệm",
    "hiệu quả",
    "an toàn",
    "môi trường",
    "phát thải",
    "tín chỉ",
    "lộ trình",
    "chính sách",
    "dự thảo",
    "góp ý",
    "hội nghị",
    "hội thảo",
    "đoàn công tác",
    "làm việc",
    "chỉ đạo",
    "phối hợp",
    "triển khai",
    "tháo gỡ",
    "khó khăn",
    "vướng mắc",
    "thủ tục",
    "hồ sơ",
    "giấy phép",
    "cấp phép",
    "đấu thầu",
    "giải ngân",
    "tiến độ",
    "khởi công",
    "khánh thành",
    "vận hành",
    "bảo trì",
    "miền Bắc",
    "miền Trung",
    "miền Nam",
    "đồng bằng",
    "vùng núi",
    "ven biển",
    "thành phố",
    "tỉnh",
    "huyện",
    "xã",
    "bản làng",
    "biên giới",
    "mùa vụ",
    "thu hoạch",
    "chế biến",
    "bảo quản",
    "đóng gói",
    "truy xuất",
    "mã vùng trồng",
    "đặc sản",
    "làng nghề",
    "thủ công",
    "du lịch",
    "dịch vụ",
    "ăn uống",
    "lưu trú",
    "vận chuyển",
    "bưu chính",
    "viễn thông",
    "dữ liệu",
    "trí tuệ nhân tạo",
    "phần mềm",
];
