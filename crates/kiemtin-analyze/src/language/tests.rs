//! All texts are invented.

use super::language;
use kiemtin_text::key::folded;
use proptest::prelude::*;
use std::collections::HashSet;

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(language("", text), *expected, "{text}");
    }
}

#[test]
fn vietnamese_with_and_without_accents() {
    check(&[
        ("Giá bán lẻ điện bình quân được điều chỉnh từ hôm nay.", "vi"),
        ("gia dien tang roi ba con oi, thang nay tien dien nhieu lam", "vi"),
        ("THONG BAO: TU NGAY MAI CAY XANG TREN DUONG NAY DONG CUA", "vi"),
        ("Gia Xang Chieu Nay Lai Giam Manh, Nguoi Dan Phan Khoi", "vi"),
        ("Chợ quê họp sớm", "vi"),
        // In decomposed form.
        ("Chơ\u{323} họp sớm, ba\u{300} con mua nhiê\u{300}u", "vi"),
    ]);
}

#[test]
fn messages_as_people_type_them() {
    check(&[
        ("cho e hoi mai co cup dien ko vay may chi, nha e ntn cung dc", "vi"),
        ("ae oi xang tang r, k biet bn tien 1 lit nua, mk do hom qua", "vi"),
        ("con may nay j ma dat the, mn mua o dau ib mik voi", "vi"),
    ]);
}

#[test]
fn foreign_names_and_words_in_vietnamese() {
    check(&[
        ("Andy Murray đã giành quyền vào vòng trong", "vi"),
        ("Hang Samsung Electronics va Intel Corporation muon mo rong nha may o Bac Ninh trong nam nay", "vi"),
        ("Tổng thư ký António Guterres gặp Olaf Scholz và Justin Trudeau tại Brussels", "vi"),
        ("chi em ban livestream tren Facebook, TikTok nho ke khai thue truoc thang sau nhe", "vi"),
    ]);
}

#[test]
fn vietnamese_names_in_foreign_texts() {
    check(&[
        ("Minister Nguyễn Hồng Diên met traders from Thành phố Hồ Chí Minh and Đà Nẵng to discuss rice exports.", "en"),
        (
            "Nguyen Van Binh and Tran Thi Hoa said on Monday that the market in Can Tho would stay open for the whole week, whatever the weather.",
            "en",
        ),
        ("Le ministre a rencontré à Hà Nội des entreprises de Quảng Ninh et de Bình Dương pour parler du riz.", "fr"),
        ("A bowl of phở or bún chả is what most visitors want to eat first.", "en"),
    ]);
}

#[test]
fn other_languages_are_named() {
    check(&[
        ("Vietnam has banned all rice exports, effective this week, traders in Manila said on Monday.", "en"),
        ("Le ministère du commerce a annoncé une nouvelle mesure pour les exportations de riz.", "fr"),
        ("Guvernul a hotărât că prețul energiei nu va crește în această iarnă, după ce oamenii s-au plâns.", "ro"),
        ("Vlada je odlučila da će đaci od ponedjeljka ponovno ići u školu, a roditelji su zadovoljni.", "hr"),
        ("政府宣布从下周起调整电价，居民用电价格保持不变。", "zh"),
        ("รัฐบาลประกาศปรับราคาไฟฟ้าตั้งแต่สัปดาห์หน้าเป็นต้นไป", "th"),
    ]);
}

/// Whatever it is called, Vietnamese it is not.
#[test]
fn what_looks_like_vietnamese() {
    for text in [
        "wo men jin tian qu shi chang mai cai, dan shi tai gui le",
        "wǒ men jīn tiān qù shì chǎng mǎi cài, dàn shì tài guì le",
        "dia tidak mau pergi ke pasar itu karena hujan dan jalan banjir",
        "ang mga tao sa bayan ay nag-aabang pa rin ng balita sa daan",
        "ndị mmadụ niile bụ ndị e mụrụ n'ohere ha nha anya",
        "let the man put ten tin can on top, then do it on the hot pan",
        "if (a < b) { let c = d; } // tin, gia, con, %d/%m/%Y %H:%M:%S",
        "1 2 3 4 5 6 7 8 9",
    ] {
        assert_ne!(language("", text), "vi", "{text}");
    }
}

#[test]
fn too_little_is_not_guessed() {
    check(&[("", "und"), ("12.000", "und"), ("muoi", "und"), ("TTCK", "und")]);
}

#[test]
fn a_page_in_two_languages_is_what_most_of_it_is() {
    let vietnamese = "Từ tuần sau, chợ đầu mối mở cửa sớm hơn một giờ để bà con kịp chở rau về các quận. ";
    let english = "From next week the wholesale market opens one hour earlier so that growers can reach the town in time. ";
    for (first, second) in [(8, 2), (2, 8), (40, 15), (15, 40)] {
        let there = format!("{}{}", vietnamese.repeat(first), english.repeat(second));
        let back = format!("{}{}", english.repeat(second), vietnamese.repeat(first));
        for text in [&there, &back, &folded(&there), &folded(&back)] {
            // The name of the other language is whatlang's guess from a few hundred bytes.
            assert_eq!(language("", text) == "vi", first > second, "{first} to {second}");
        }
    }
}

#[test]
fn syllables_are_made_by_rule() {
    let all: HashSet<String> = kiemtin_text::syllables::syllables().into_iter().collect();
    for word in ["nghiêng", "quyêt", "khuya", "gi", "giêng", "xoong", "quôc", "yêu", "ươt", "ngoăn", "đương", "kiên"] {
        assert!(all.contains(word), "{word}");
    }
    for word in ["ka", "ce", "nge", "ngha", "ge", "că", "muê", "giinh", "strong", "qươ", "foi"] {
        assert!(!all.contains(word), "{word}");
    }
    let bare: HashSet<String> = all.iter().map(|s| folded(s)).collect();
    assert!((1_600..=2_000).contains(&bare.len()), "{}", bare.len());
}

/// Pieces of sentences that make Vietnamese in any order, as a market's notice board would have them.
const PIECES: [&str; 24] = [
    "giá điện tháng này",
    "bà con chú ý",
    "cửa hàng xăng dầu",
    "không được tăng giá",
    "từ ngày mai",
    "người mua phải biết",
    "theo quyết định mới",
    "Bộ Công Thương cho biết",
    "nhiều doanh nghiệp nhỏ",
    "hàng hoá xuất khẩu",
    "đã có thông báo",
    "trên địa bàn tỉnh",
    "chưa rõ nguyên nhân",
    "cơ quan quản lý",
    "chợ đầu mối",
    "sẽ kiểm tra ngay",
    "tiền gửi ngân hàng",
    "vì trời mưa lớn",
    "các hộ gia đình",
    "lúa gạo miền Tây",
    "xin đừng chia sẻ",
    "những tin chưa kiểm chứng",
    "gọi đường dây nóng",
    "ở chợ Bến Thành",
];

/// One text as it may be written: with accents, without, in capitals, in decomposed form.
fn ways_to_write(text: &str) -> [String; 5] {
    use unicode_normalization::UnicodeNormalization;
    [text.to_owned(), folded(text), text.to_uppercase(), folded(text).to_uppercase(), text.nfd().collect()]
}

/// Every three pieces of at least ten words: what is shortest is hardest.
#[test]
fn accents_and_capitals_change_nothing_in_ten_words() {
    let mut tried = 0;
    for (first, second, third) in threes(&PIECES) {
        let text = [first, second, third].join(", ");
        if text.split_whitespace().count() < 10 {
            continue;
        }
        tried += 1;
        for written in ways_to_write(&text) {
            assert_eq!(language("", &written), "vi", "{written}");
        }
    }
    assert!(tried > 10_000, "{tried}");
}

fn threes<'a>(of: &'a [&'a str]) -> impl Iterator<Item = (&'a str, &'a str, &'a str)> {
    of.iter().flat_map(move |a| of.iter().flat_map(move |b| of.iter().map(move |c| (*a, *b, *c))))
}

proptest! {
    #[test]
    fn accents_change_nothing(chosen in prop::collection::vec(0..PIECES.len(), 4..30)) {
        let text = chosen.iter().map(|i| PIECES[*i]).collect::<Vec<_>>().join(", ");
        for written in ways_to_write(&text) {
            prop_assert_eq!(language("", &written), "vi", "{}", written);
            prop_assert_eq!(language(&written, ""), "vi", "{}", written);
        }
    }

    #[test]
    fn any_text_has_an_answer(title in "\\PC{0,400}", text in "\\PC{0,1500}") {
        let code = language(&title, &text);
        prop_assert!((2..=3).contains(&code.len()), "{}", code);
    }
}
