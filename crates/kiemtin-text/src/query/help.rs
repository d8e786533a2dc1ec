//! What can be asked, by examples, as the page of the search tells it?

/// An example and what it finds, in Vietnamese. Every example can be read.
pub const HELP: [(&str, &str); 24] = [
    ("giá điện", "tài liệu có cả hai từ, ở bất cứ đâu"),
    ("\"giá điện\"", "đúng cụm từ, các tiếng đứng liền nhau"),
    ("gia dien", "gõ không dấu: tìm mọi cách bỏ dấu; gõ có dấu thì chỉ tìm đúng dấu ấy"),
    ("xăng OR dầu", "một trong hai từ"),
    ("xăng -\"xăng thơm\"", "có từ đầu, không có cụm từ sau; cũng viết được NOT"),
    ("(xăng OR dầu) AND \"tăng giá\"", "ngoặc đơn gộp các vế"),
    ("xăn*", "mọi từ bắt đầu bằng các chữ này, ít nhất 2 chữ"),
    ("\"giá xăng d*\"", "cụm từ mà tiếng cuối bắt đầu như vậy"),
    ("EVN NEAR/8 \"tăng giá\"", "hai vế cách nhau nhiều nhất 8 tiếng, trong một đoạn"),
    ("\"bộ trưởng\" ONEAR/5 \"phát biểu\"", "như trên, đúng thứ tự"),
    ("2 of (xăng, dầu, điện)", "ít nhất hai trong các vế"),
    ("~\"gia dien\"", "không kể dấu"),
    ("=\"Bộ Công Thương\"", "đúng cả chữ hoa, chữ thường"),
    ("tiêu đề:xăng", "chỉ trong tiêu đề; còn có text: lead: quote:"),
    ("nguồn:vnexpress,tuoitre", "của một trong các nguồn này"),
    ("chủ đề:gia-dien", "thuộc chủ đề này"),
    ("kind:official group:press", "loại tài liệu và nhóm nguồn"),
    ("stance:refutes level:watch,alert", "thái độ của bài và mức của cờ, gõ tiếng Anh hoặc tiếng Việt"),
    ("unit:\"Cục Điện lực\" province:\"Hà Nội\"", "liên quan đơn vị, tỉnh thành này"),
    ("lang:vi story:123", "ngôn ngữ; các bài cùng một câu chuyện"),
    ("date:2026-11-01..2026-11-07", "đăng trong các ngày này, kể cả hai đầu; một đầu có thể để trống"),
    ("ngày:1/11/2026..7/11/2026", "như trên, viết kiểu Việt Nam; cũng nhận 11/2026 và 2026"),
    ("date:P7D", "trong 7 ngày vừa qua; P2W tuần, P3M tháng, P1Y năm, PT6H giờ"),
    ("search:\"Giá điện\"", "như tìm kiếm đã lưu dưới tên này"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;

    #[test]
    fn every_example_is_read() {
        for (example, finds) in HELP {
            assert!(parse(example).is_ok(), "{example}: {:?}", parse(example));
            assert!(!finds.is_empty());
        }
    }
}
