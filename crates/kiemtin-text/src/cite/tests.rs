//! Which citations are read, and how?

use super::*;
use crate::scan;
use proptest::prelude::*;

fn read(text: &str) -> Vec<Citation> {
    citations(&scan(text))
}

/// One line per citation: number | kind | issuer | date.
fn lines(text: &str) -> Vec<String> {
    let shown = |c: &Citation| {
        let date = c.date.map_or(String::new(), |d| {
            let part = |n: Option<i16>| n.map_or("?".into(), |n| n.to_string());
            format!("{}-{}-{}", part(d.year), d.month, part(d.day.map(i16::from)))
        });
        format!("{} | {} | {} | {date}", c.number, c.stated_kind.or(c.kind).unwrap_or(""), c.issuer.unwrap_or(""))
    };
    read(text).iter().map(shown).collect()
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(lines(text), expected, "{text}");
}

#[test]
fn forms() {
    let ttg = "407/QĐ-TTg | quyết định | Thủ tướng Chính phủ | 2022-3-30";
    for text in [
        "Quyết định số 407/QĐ-TTg ngày 30 tháng 3 năm 2022",
        "quyết định số: 407 / QĐ - TTg ngày 30-3-2022",
        "quyet dinh so 407/QD-TTg ngay 30/3/2022",
        "QĐ 407/qđ-ttg, ngày 30.3.2022, về truyền thông",
        "Quyết định số 407 ngày 30/3/2022 của Thủ tướng Chính phủ",
        "Ngày 30/3/2022, Thủ tướng Chính phủ ký Quyết định số 407/QĐ-TTg",
        "Quyết định số 407/QĐ-TTg của Thủ tướng Chính phủ ban hành ngày 30/3/2022",
        "Quyết định\nsố 407/\nQĐ-TTg ngày 30 tháng 3\nnăm 2022",
    ] {
        check(text, &[ttg]);
    }
    check("Nghị định 80/2023/NĐ-CP", &["80/2023/NĐ-CP | nghị định | Chính phủ | "]);
    check("nghi dinh 80/2023/ND-CP", &["80/2023/NĐ-CP | nghị định | Chính phủ | "]);
    check("Nghị định 09/2017/NĐ-CP", &["09/2017/NĐ-CP | nghị định | Chính phủ | "]);
    check("Nghị định 100/2019 của Chính phủ", &["100/2019/NĐ-CP | nghị định | Chính phủ | "]);
    check("Chỉ thị 07/CT-TTg ngày 21/3/2023", &["7/CT-TTg | chỉ thị | Thủ tướng Chính phủ | 2023-3-21"]);
    check("Luật Tiếp cận thông tin số 104/2016/QH13", &["104/2016/QH13 | luật | Quốc hội | "]);
    check("Nghị quyết số 204/2025/QH15", &["204/2025/QH15 | nghị quyết | Quốc hội | "]);
    check("Công văn hỏa tốc số 8866/BCT-ĐL ngày 31/6/2025", &["8866/BCT-ĐL | công văn | Bộ Công Thương | 2025-6-31"]);
    check("Thông tư 50/2025/TT-BCT tháng 10/2025", &["50/2025/TT-BCT | thông tư | Bộ Công Thương | 2025-10-?"]);
    check("Thông tư liên tịch số 39/2014/TTLT-BCT-BTC", &["39/2014/TTLT-BCT-BTC | thông tư liên tịch | Bộ Công Thương | "]);
    check("quyết định 599/QĐ-EVN", &["599/QĐ-EVN | quyết định | Tập đoàn Điện lực Việt Nam | "]);
    check("Giấy phép số 27/GP-BCT do Bộ Công Thương cấp ngày 30/2/2025", &["27/GP-BCT | giấy phép | Bộ Công Thương | 2025-2-30"]);
    check("Quyết định số 669/QĐ-UBND ngày 29/4", &["669/QĐ-UBND | quyết định | Ủy ban nhân dân | ?-4-29"]);
    check("Giấy chấp thuận số 0777/GCT-BCT ngày 31/11/2025", &["777/GCT-BCT |  | Bộ Công Thương | 2025-11-31"]);
    check("trao quyết định 1177/QĐ BGDĐT ngày 5/4/2021", &["1177/QĐ-BGDĐT | quyết định | Bộ Giáo dục và Đào tạo | 2021-4-5"]);
}

#[test]
fn several_share_a_kind_word() {
    check(
        "các Nghị định 83/2014/NĐ-CP, 95/2021/NĐ-CP và 80/2023/NĐ-CP về xăng dầu",
        &[
            "83/2014/NĐ-CP | nghị định | Chính phủ | ",
            "95/2021/NĐ-CP | nghị định | Chính phủ | ",
            "80/2023/NĐ-CP | nghị định | Chính phủ | ",
        ],
    );
    assert!(read("các Nghị định 83/2014/NĐ-CP, 95/2021/NĐ-CP").iter().all(|c| c.stated_kind == Some("nghị định")));
}

#[test]
fn the_head_of_a_document() {
    check("Số: 3163 /KH-BCT\n\nHà Nội, ngày 13 tháng 5 năm 2024\n\nKẾ HOẠCH", &["3163/KH-BCT | kế hoạch | Bộ Công Thương | 2024-5-13"]);
}

#[test]
fn other_dates_are_not_its_date() {
    for text in [
        "Quyết định 599/QĐ-EVN có hiệu lực từ ngày 10/5/2025",
        "Theo Quyết định 599/QĐ-EVN, ngày 10/5/2025 giá điện tăng",
        "Theo Quyết định 599/QĐ-EVN, từ ngày 10/5/2025 giá điện tăng",
        "Quyết định 599/QĐ-EVN. Ngày 10/5/2025 giá điện tăng",
        "Từ ngày 10/5/2025 áp dụng Quyết định 599/QĐ-EVN",
        "Quyết định 599/QĐ-EVN về giá điện ngày 10/5/2025",
    ] {
        check(text, &["599/QĐ-EVN | quyết định | Tập đoàn Điện lực Việt Nam | "]);
    }
}

#[test]
fn what_is_no_citation() {
    for text in [
        "giá 12/5/2025, tỷ lệ 3/4",
        "QCVN 4:2009/BKHCN",
        "12/BC đường Trần Phú",
        "200.000/kg",
        "Giải thưởng số 9 ngày càng lớn",
        "căn hộ 778/B1 Nguyễn Kiệm",
        "bản án số 01/2014/DS-ST",
        "kỳ QSMT số 321 ngày 10/8/2018",
        "báo cáo 30/4 và 1/5",
        "24/7",
    ] {
        check(text, &[]);
    }
}

#[test]
fn spans_are_exact() {
    let text = "Theo Quyết định số 407/QĐ-TTg ngày 30/3/2022 của Thủ tướng";
    let all = read(text);
    let c = &all[0];
    assert_eq!(text.get(c.start..c.end), Some("Quyết định số 407/QĐ-TTg ngày 30/3/2022"));
    assert_eq!(text.get(c.number_span.clone()), Some("407/QĐ-TTg"));
    assert_eq!(c.date_span.clone().and_then(|d| text.get(d)), Some("ngày 30/3/2022"));
    assert_eq!(c.stated_issuer, Some("Thủ tướng Chính phủ"));
}

#[test]
fn one_number_has_many_spellings() {
    assert!(same_number("07/CT-TTg", "7/ct-ttg") && same_number("648/QD-BCT", "648/QĐ-BCT") && !same_number("648/QD-BCT", "649/QD-BCT"));
}

proptest! {
    #[test]
    fn any_text_is_read(text in "([0-9]{1,4}|/|-| |QĐ|NĐ|TTg|CP|ngày|tháng|số|Quyết định|\n|\\.|,){0,40}") {
        for c in read(&text) {
            prop_assert!(text.get(c.start..c.end).is_some() && text.get(c.number_span.clone()).is_some());
            prop_assert!(c.date_span.is_none_or(|d| text.get(d).is_some()));
            prop_assert!(c.start <= c.number_span.start && c.number_span.end <= c.end);
        }
    }
}
