use super::*;

fn taught() -> Readings {
    let mut readings = Readings::default();
    for _ in 0..5 {
        for text in [
            "Giá xăng dầu tăng. Bộ Công Thương điều hành giá xăng dầu.",
            "Xuất khẩu gạo đạt kỷ lục, quản lý thị trường kiểm tra cửa hàng xăng dầu.",
            "Dương và đường là hai từ khác nhau: đường mía, đường phố, đang đương đầu.",
        ] {
            readings.learn(&scan(text));
        }
    }
    readings
}

#[test]
fn reads_what_was_meant() {
    let readings = taught();
    for (typed, expected, assumes) in [
        ("giá xăng dầu", "giá xăng dầu", Assumes::Nothing),
        ("gia xang dau", "giá xăng dầu", Assumes::NoAccents),
        ("giá xang dầu", "giá xăng dầu", Assumes::NoAccents),
        ("giá xàng dầu", "giá xăng dầu", Assumes::WrongAccents),
        ("xuất khâu gạo", "xuất khẩu gạo", Assumes::WrongAccents),
        ("xuat khua gao", "xuất khẩu gạo", Assumes::Slips),
        ("quản lý thị trờng", "quản lý thị trường", Assumes::Slips),
        ("quan ly thi truong", "quản lý thị trường", Assumes::NoAccents),
        ("quãn lý thị trường", "quản lý thị trường", Assumes::WrongAccents),
        ("giá săng dầu", "giá xăng dầu", Assumes::Slips),
        ("quản ný thị trường", "quản lý thị trường", Assumes::Slips),
        ("gias xawng daauf", "giá xăng dầu", Assumes::Slips),
    ] {
        let found = readings.of(typed, 1);
        assert_eq!(found.first().map(|r| (r.text.as_str(), r.assumes)), Some((expected, assumes)), "{typed}: {:?}", readings.of(typed, 4));
    }
}

#[test]
fn short_forms_and_figures_are_no_slips_and_accents_alone_are_always_told() {
    let mut readings = taught();
    for _ in 0..9 {
        readings.learn(&scan("Tình hình xe ôm. Đội U19 và U20 gặp nhau. Nhà sang giá cao, nhà sàng giá thấp."));
    }
    let first = |typed: &str| readings.of(typed, 1).first().map(|r| r.text.clone());
    assert_eq!(first("tình hình XK gạo").as_deref(), Some("tình hình xk gạo"));
    assert_ne!(first("tinh hinh xk gao").as_deref(), Some("tình hình xk gạo"), "in small letters it may be a slip");
    assert_eq!(first("quản lý covid 19").as_deref(), Some("quản lý covid 19"));
    let found = readings.of("xang gia", 1);
    assert!(found.iter().any(|r| r.assumes == Assumes::NoAccents && r.text == "xăng giá"), "{found:?}");
    assert!(found.is_sorted_by(|a, b| a.price <= b.price));
}

#[test]
fn a_d_with_a_bar_sounds_like_no_other_letter() {
    let mut readings = taught();
    for _ in 0..9 {
        readings.learn(&scan("Đã xây nhà, đã xong."));
    }
    let found = readings.of("giá xăg", 20);
    assert!(found.first().is_some_and(|r| r.text == "giá xăng") && found.iter().all(|r| !r.text.starts_with("đã")), "{found:?}");
}

#[test]
fn rare_syllables_make_room_for_new_words() {
    let mut readings = taught();
    let word = |n: usize| -> String { [n / 676 / 26, n / 676, n / 26, n].map(|n| (b'a' + (n % 26) as u8) as char).iter().collect() };
    for chunk in (0..MOST_SYLLABLES).collect::<Vec<_>>().chunks(1_000) {
        readings.learn(&scan(&chunk.iter().map(|n| format!("q{}", word(*n))).collect::<Vec<_>>().join(" ")));
    }
    assert!(readings.syllables.len() < MOST_SYLLABLES && readings.pairs.len() <= 2 * MOST_PAIRS);
    assert_eq!(readings.of("gia xang dau", 1).first().map(|r| r.text.as_str()), Some("giá xăng dầu"), "what is frequent stays");
    readings.learn(&scan("tín chỉ các-bon"));
    assert!(readings.together(scan("tín").tokens[0].key, scan("chỉ").tokens[0].key) > 0);
}

#[test]
fn says_nothing_without_texts_and_bounds_itself() {
    assert!(Readings::default().of("gia xang", 3).is_empty());
    let readings = taught();
    assert!(readings.of(&"xang ".repeat(40), 3).is_empty() && readings.of("!?", 3).is_empty());
    assert_eq!(readings.of("wxyz 2026", 1).first().map(|r| r.text.as_str()), Some("wxyz 2026"), "what nobody wrote stays");
    assert!(readings.of(&"x".repeat(10_000), 3).len() <= 3);
}
