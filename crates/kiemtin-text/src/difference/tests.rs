use super::*;
use proptest::prelude::*;

/// `[-removed-]`, `{+added+}` in the text.
fn shown(old: &str, new: &str) -> String {
    let piece = |p: &Piece<'_>| match p.change {
        Change::Same => p.text.to_owned(),
        Change::Removed => format!("[-{}-]", p.text),
        Change::Added => format!("{{+{}+}}", p.text),
    };
    difference(old, new).iter().map(piece).collect()
}

fn joined(pieces: &[Piece<'_>], but: Change) -> String {
    pieces.iter().filter(|p| p.change != but).map(|p| p.text).collect()
}

#[test]
fn edits_are_told_by_words() {
    let check = |old: &str, new: &str, expected: &str| assert_eq!(shown(old, new), expected);
    check("", "", "");
    check("", "mới", "{+mới+}");
    check("cũ", "", "[-cũ-]");
    check("Giá xăng tăng.", "Giá xăng tăng.", "Giá xăng tăng.");
    check("Giá xăng tăng 500 đồng.", "Giá xăng giảm 500 đồng.", "Giá xăng [-tăng-]{+giảm+} 500 đồng.");
    check("Giá xăng tăng mạnh.", "Giá xăng tăng.", "Giá xăng tăng[- mạnh-].");
    check("giá điện", "giá điên", "giá [-điện-]{+điên+}");
    check("từ 2.204 đồng/kWh nay", "từ 2.500 đồng/kWh nay", "từ [-2.204-]{+2.500+} đồng/kWh nay");
    check("một hai ba bốn năm", "một HAI BA bốn năm", "một [-hai ba-]{+HAI BA+} bốn năm");
    check("a\nb\nc\n", "a\nc\n", "a\n[-b\n-]c\n");
    check("Đoạn một.\nĐoạn hai.", "Đoạn một.\nĐoạn thêm.\nĐoạn hai.", "Đoạn một.\n{+Đoạn thêm.\n+}Đoạn hai.");
    check(
        "Giữ nguyên.\nGiá bán lẻ điện bình quân là 2.204 đồng.\nHết.",
        "Giữ nguyên.\nGiá bán lẻ điện bình quân là 2.500 đồng.\nHết.",
        "Giữ nguyên.\nGiá bán lẻ điện bình quân là [-2.204-]{+2.500+} đồng.\nHết.",
    );
    // What stands between larger changes by chance belongs to them.
    check(
        "Mở đầu. Chủ quán đã phải tăng giá bán nhiều món ăn. Hết bài ở đây.",
        "Mở đầu. Khách quen mới được giảm giá vé một lần nữa. Hết bài ở đây.",
        "Mở đầu. [-Chủ quán đã phải tăng giá bán nhiều món ăn-]{+Khách quen mới được giảm giá vé một lần nữa+}. Hết bài ở đây.",
    );
    check(
        "xăng dầu và than đá, khí đốt",
        "thép nhôm của đồng bạc và vàng",
        "[-xăng dầu và than đá, khí đốt-]{+thép nhôm của đồng bạc và vàng+}",
    );
}

#[test]
fn syllables_are_counted() {
    assert_eq!(syllables(&difference("Giá xăng tăng 500 đồng.", "Giá xăng giảm nhẹ 500 đồng.")), (2, 1));
    assert_eq!(syllables(&difference("a b", "a b")), (0, 0));
    assert_eq!(syllables(&difference("", "Bộ Công Thương")), (3, 0));
}

#[test]
fn hostile_texts_cost_a_bounded_number_of_steps() {
    let many = |word: &str, n: usize| (0..n).map(|i| format!("{word}{} ", i * 7919 % n)).collect::<String>();
    let lines = |word: &str| many(word, 200_000).replace(' ', "\n");
    let texts = [(many("a", 200_000), many("b", 200_000)), (lines("a"), lines("b")), ("a b ".repeat(200_000), "b a a ".repeat(150_000))];
    for (old, new) in &texts {
        let pieces = difference(old, new);
        assert_eq!((joined(&pieces, Change::Added), joined(&pieces, Change::Removed)), (old.clone(), new.clone()));
    }
    let (old, new) = (&texts[0].0, &texts[0].1);
    assert_eq!(difference(old, new).len(), 2, "told as replaced");
}

proptest! {
    #[test]
    fn both_texts_come_back(old in "[a-cđệ ,.\n\u{301}]{0,60}", new in "[a-cđệ ,.\n\u{301}]{0,60}") {
        let pieces = difference(&old, &new);
        prop_assert_eq!(joined(&pieces, Change::Added), old.as_str());
        prop_assert_eq!(joined(&pieces, Change::Removed), new.as_str());
        prop_assert!(pieces.iter().all(|p| !p.text.is_empty()));
        prop_assert!(pieces.windows(2).all(|w| w[0].change != w[1].change));
        prop_assert!(pieces.windows(2).all(|w| (w[0].change, w[1].change) != (Change::Added, Change::Removed)));
    }

    #[test]
    fn an_edit_keeps_the_rest(words in prop::collection::vec("[a-zđệ]{1,6}", 30..200), at in 0_usize..30) {
        let old = words.join(" ");
        let mut edited = words.clone();
        edited[at] = "SỬA".into();
        let (added, removed) = syllables(&difference(&old, &edited.join(" ")));
        prop_assert_eq!((added, removed), (1, 1));
    }
}
