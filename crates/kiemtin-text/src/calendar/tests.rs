use super::*;
use crate::scan::scan;
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

type Parts = (Option<i16>, Option<i8>, Option<i8>);

fn read(text: &str) -> Vec<Parts> {
    dates(&scan(text)).iter().map(|d| (d.year, d.month, d.day)).collect()
}

#[test]
fn reads_dates() {
    for (text, parts, shown) in [
        ("đăng 12/5/2025.", (Some(2025), Some(5), Some(12)), "12/5/2025"),
        ("đăng 12-05-2025", (Some(2025), Some(5), Some(12)), "12-05-2025"),
        ("đăng 12.05.2025, ", (Some(2025), Some(5), Some(12)), "12.05.2025"),
        ("2025-05-10", (Some(2025), Some(5), Some(10)), "2025-05-10"),
        ("(5/11/2022)", (Some(2022), Some(11), Some(5)), "5/11/2022"),
        ("sáng ngày 12 tháng 5 năm 2025 tại", (Some(2025), Some(5), Some(12)), "ngày 12 tháng 5 năm 2025"),
        ("ngày 12 tháng 5, 2025", (Some(2025), Some(5), Some(12)), "ngày 12 tháng 5, 2025"),
        ("từ 10/5", (None, Some(5), Some(10)), "10/5"),
        ("ngày 7/8", (None, Some(8), Some(7)), "ngày 7/8"),
        ("từ 1/7/25 nhé", (Some(2025), Some(7), Some(1)), "1/7/25"),
        ("tháng 5/2025", (Some(2025), Some(5), None), "tháng 5/2025"),
        ("từ tháng 5 năm 2025", (Some(2025), Some(5), None), "tháng 5 năm 2025"),
        ("đầu năm 2024", (Some(2024), None, None), "năm 2024"),
        ("quý 2/2025", (Some(2025), None, None), "2/2025"),
        ("vào tháng Năm tới", (None, Some(5), None), "tháng Năm"),
        ("ngày 7 tháng Tám", (None, Some(8), Some(7)), "ngày 7 tháng Tám"),
        ("tháng mười hai năm 2024", (Some(2024), Some(12), None), "tháng mười hai năm 2024"),
        ("mùng 1 tháng 7", (None, Some(7), Some(1)), "mùng 1 tháng 7"),
        ("from 10 May 2025", (Some(2025), Some(5), Some(10)), "10 May 2025"),
        ("on May 10, 2025", (Some(2025), Some(5), Some(10)), "May 10, 2025"),
        ("in May 2025", (Some(2025), Some(5), None), "May 2025"),
        ("since 2019", (Some(2019), None, None), "2019"),
        ("tu thang 5/2025", (Some(2025), Some(5), None), "thang 5/2025"),
        ("tháng 10 năm ngoái", (None, Some(10), None), "tháng 10 năm ngoái"),
        ("5/13/2025", (Some(2025), Some(5), Some(13)), "5/13/2025"),
    ] {
        let scanned = scan(text);
        let found = dates(&scanned);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!((found[0].year, found[0].month, found[0].day), parts, "{text}");
        assert_eq!(text.get(found[0].start..found[0].end), Some(shown));
        let nfd: String = text.nfd().collect();
        assert_eq!(read(&nfd), [parts], "{text} in NFD");
    }
    assert_eq!(dates(&scan("tháng 10 năm ngoái"))[0].relative_year, Some(-1));
}

#[test]
fn leaves_out_what_is_no_date() {
    for text in [
        "Nghị định 80/2023/NĐ-CP",
        "Nghị quyết 204/2025/QH15",
        "Thông tư 12/2025/TT-BCT",
        "1/3 dân số, 2/5 số phiếu",
        "phục vụ 24/7",
        "mỗi tháng 5 triệu",
        "ba tháng năm nay",
        "2.204,07 đồng",
        "3.2.1",
        "bà con tháng 5 lần",
        "số 2/2025",
    ] {
        assert_eq!(read(text), [], "{text}");
        let nfd: String = text.nfd().collect();
        assert_eq!(read(&nfd), [], "{text} in NFD");
    }
}

#[test]
fn marks_impossible_days() {
    for (text, possible) in [
        ("31/4/2025", false),
        ("ngày 31/4", false),
        ("30/2/2024", false),
        ("29/2/2024", true),
        ("29/2/2025", false),
        ("31/12/2025", true),
        ("35/5/2025", false),
    ] {
        assert_eq!(dates(&scan(text)).iter().map(|d| d.possible).collect::<Vec<_>>(), [possible], "{text}");
    }
}

#[test]
fn reads_lengths_of_time() {
    for (text, minutes) in [
        ("trong 2 giờ", vec![120.0]),
        ("trong 24h", vec![1440.0]),
        ("30 phút", vec![30.0]),
        ("120 phút nữa", vec![120.0]),
        ("hai tiếng", vec![120.0]),
        ("trong vòng hai tiếng rưỡi", vec![150.0]),
        ("nửa tiếng", vec![30.0]),
        ("trong 2 giờ 30 phút", vec![150.0]),
        ("10 giờ 30 phút", vec![]),
        ("sau 30p", vec![30.0]),
        ("within 2 hours", vec![120.0]),
        ("10 ngày một lần", vec![14400.0]),
        ("1,5 giờ", vec![90.0]),
        ("lúc 2 giờ", vec![]),
        ("8 giờ sáng", vec![]),
        ("16h30", vec![]),
        ("0h", vec![]),
        ("từ 0h ngày 1/6", vec![]),
        ("trước 16h", vec![]),
        ("ngày 10", vec![]),
        ("trong 2 gio", vec![120.0]),
    ] {
        let got: Vec<f64> = durations(&scan(text)).iter().map(|d| d.minutes).collect();
        assert_eq!(got, minutes, "{text}");
    }
}

proptest! {
    #[test]
    fn spans_stay_inside_and_forms_agree(text in "([0-9]{1,4}|[.,/: -]| ngày | tháng | năm | giờ| phút| hai| mười| tiếng| rưỡi| nửa| từ | May | quý |h|\n){0,12}") {
        let nfc: String = text.nfc().collect();
        let nfd: String = text.nfd().collect();
        for form in [&nfc, &nfd] {
            let scanned = scan(form);
            for d in dates(&scanned) {
                prop_assert!(form.get(d.start..d.end).is_some_and(|s| !s.is_empty()));
                prop_assert!(!d.possible || d.day.is_none_or(|day| (1..=31).contains(&day)));
            }
            for d in durations(&scanned) {
                prop_assert!(form.get(d.start..d.end).is_some_and(|s| !s.is_empty()) && d.minutes > 0.0);
            }
        }
        prop_assert_eq!(read(&nfc), read(&nfd));
    }

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        let scanned = scan(&text);
        for (start, end) in dates(&scanned).iter().map(|d| (d.start, d.end)).chain(durations(&scanned).iter().map(|d| (d.start, d.end))) {
            prop_assert!(text.get(start..end).is_some());
        }
    }
}
