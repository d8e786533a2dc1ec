use super::*;
use crate::scan::scan;
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

fn read(text: &str) -> Vec<(f64, &'static str)> {
    figures(&scan(text)).into_iter().map(|f| ((f.value * 1e6).round() / 1e6, f.unit)).collect()
}

#[test]
fn reads_vietnamese_figures() {
    for (text, value, unit) in [
        ("2.204,0655 đồng/kWh", 2204.0655, "đồng/kWh"),
        ("2204.0655 đồng/kWh", 2204.0655, "đồng/kWh"),
        ("2204,07 đồng/kWh", 2204.07, "đồng/kWh"),
        ("2,204.07 VND/kWh", 2204.07, "đồng/kWh"),
        ("1,864 đồng/kWh", 1864.0, "đồng/kWh"),
        ("2,2 nghìn đồng", 2200.0, "đồng"),
        ("3.000đ", 3000.0, "đồng"),
        ("3k", 3000.0, ""),
        ("3k5", 3500.0, ""),
        ("2k7/kWh", 2700.0, "đồng/kWh"),
        ("2.700/kWh", 2700.0, "đồng/kWh"),
        ("2.700/số điện", 2700.0, "đồng/kWh"),
        ("20.500/lít", 20500.0, "đồng/lít"),
        ("2 nghìn 7 đồng một ký điện", 2700.0, "đồng/kWh"),
        ("2 ngàn 204 đồng/kWh", 2204.0, "đồng/kWh"),
        ("2 nghìn đồng", 2000.0, "đồng"),
        ("2tr5", 2_500_000.0, ""),
        ("2 củ", 2_000_000.0, ""),
        ("hơn 2.500đ/số điện", 2500.0, "đồng/kWh"),
        ("3 nghìn đồng một kWh", 3000.0, "đồng/kWh"),
        ("2.650d/kwh", 2650.0, "đồng/kWh"),
        ("2.500 VND một kWh", 2500.0, "đồng/kWh"),
        ("2.500 đồng một số", 2500.0, "đồng/kWh"),
        ("2.500 đồng một số nơi", 2500.0, "đồng"),
        ("2.500đ/số", 2500.0, "đồng/kWh"),
        ("2.500 đồng/chữ", 2500.0, "đồng/kWh"),
        ("2.500 đồng mỗi kWh", 2500.0, "đồng/kWh"),
        ("2.500 đồng trên mỗi ký điện", 2500.0, "đồng/kWh"),
        ("2.500 đồng/1 kWh", 2500.0, "đồng/kWh"),
        ("2.500 đồng/1kWh", 2500.0, "đồng/kWh"),
        ("2.500 dong moi so dien", 2500.0, "đồng/kWh"),
        ("20.500 đồng/lít", 20500.0, "đồng/lít"),
        ("20.500 đồng mỗi lít", 20500.0, "đồng/lít"),
        ("tăng 4,8%", 4.8, "%"),
        ("tăng 4.8 %", 4.8, "%"),
        ("46 phần trăm", 46.0, "%"),
        ("bốn phẩy tám phần trăm", 4.8, "%"),
        ("hai nghìn hai trăm đồng một số điện", 2200.0, "đồng/kWh"),
        ("2 điểm phần trăm", 2.0, "điểm phần trăm"),
        ("0,5 điểm %", 0.5, "điểm phần trăm"),
        ("1,5 triệu đồng", 1_500_000.0, "đồng"),
        ("1 tỷ 200 triệu đồng", 1.2e9, "đồng"),
        ("10.000 tỷ đồng", 1e13, "đồng"),
        ("ba triệu rưỡi", 3.5e6, ""),
        ("2 triệu rưỡi đồng", 2.5e6, "đồng"),
        ("USD 20", 20.0, "USD"),
        ("$20", 20.0, "USD"),
        ("20 USD/thùng", 20.0, "USD/thùng"),
        ("1,234 tấn", 1234.0, "tấn"),
        ("30kWh", 30.0, "kWh"),
        ("200 kWh", 200.0, "kWh"),
        ("tăng gấp đôi", 2.0, "lần"),
        ("đắt gấp rưỡi", 1.5, "lần"),
        ("gấp 3 lần", 3.0, "lần"),
        ("4.8 percent", 4.8, "%"),
        ("VND2,402.07 per kWh", 2402.07, "đồng/kWh"),
        ("2,204.07 dong per kWh", 2204.07, "đồng/kWh"),
    ] {
        assert_eq!(read(text), [(value, unit)], "{text}");
        let nfd: String = text.nfd().collect();
        assert_eq!(read(&nfd), [(value, unit)], "{text} in NFD");
    }
    assert_eq!(read("từ 2.103 lên 2.204 đồng"), [(2103.0, ""), (2204.0, "đồng")]);
    assert_eq!(read("tăng 5-7%"), [(5.0, ""), (7.0, "%")]);
}

#[test]
fn leaves_out_what_is_no_figure() {
    for text in [
        "ngày 12/5/2025 lúc 08:30, Nghị định 80/2023/NĐ-CP",
        "từ 10/5, năm 2019 và tháng 5/2025",
        "Quyết định 1046/QĐ-EVN",
        "gọi 0900 000 123 hoặc 0912345678",
        "STK 19001234567890",
        "phiên bản 3.2.1 tại 192.168.1.10",
        "xăng RON 95, E10 và A80",
        "hai bên, ba mẹ, một năm, năm ngoái, tám chuyện",
        "mạng 5G",
        "mã số-15, tỷ-0",
        "ngày 10 tháng 5 năm 2025",
    ] {
        assert_eq!(read(text), [], "{text}");
    }
}

#[test]
fn says_how_exactly() {
    for (text, value, precision, shown) in [
        ("giá 2.204 đồng.", 2204.0, 0.5, "2.204 đồng"),
        ("4,8% ", 4.8, 0.05, "4,8%"),
        ("cỡ 2,2 nghìn đồng/kWh", 2200.0, 50.0, "2,2 nghìn đồng/kWh"),
    ] {
        let f = figures(&scan(text))[0];
        assert!((f.value - value).abs() < 1e-6 && (f.precision - precision).abs() < 1e-6, "{text}: {f:?}");
        assert_eq!(text.get(f.start..f.end), Some(shown));
    }
}

proptest! {
    #[test]
    fn spans_stay_inside_and_forms_agree(text in "([0-9]{1,4}|[.,/:%$ -]| đồng| kWh|/kWh| nghìn| tỷ| triệu| một| hai| trăm| mươi| rưỡi| phẩy| phần trăm| gấp đôi|tr|k|đ| ngày| tháng| năm|\n|é){0,14}") {
        let nfc: String = text.nfc().collect();
        let nfd: String = text.nfd().collect();
        for form in [&nfc, &nfd] {
            let found = figures(&scan(form));
            for pair in found.windows(2) {
                prop_assert!(pair[0].start <= pair[1].start, "{found:?}");
            }
            for f in found {
                prop_assert!(form.get(f.start..f.end).is_some_and(|s| !s.is_empty()));
                prop_assert!(f.value.is_finite() && f.precision > 0.0);
            }
        }
        prop_assert_eq!(read(&nfc), read(&nfd));
    }

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        for f in figures(&scan(&text)) {
            prop_assert!(text.get(f.start..f.end).is_some());
        }
    }
}
