use super::*;

/// Both texts are the same words, with accents.
fn same(typed: &str, meant: &str) {
    let keys = |s: &Scanned<'_>| s.tokens.iter().map(|t| t.key).collect::<Vec<_>>();
    let read = read_informal(typed, true);
    assert_eq!(keys(&read), keys(&scan(meant)), "{typed}: {:?}", read.tokens.iter().map(|t| read.word(t)).collect::<Vec<_>>());
}

#[test]
fn short_spellings_are_what_they_stand_for() {
    same("k ai dc mua, mn ơi ntn r", "không ai được mua, mọi người ơi như thế nào rồi");
    same("ng dân đag lo, nc k còn vs trc", "người dân đang lo, nước không còn với trước");
    same("Wyết định cx zậy, fải ck ngay vào stk", "Quyết định cũng vậy, phải chuyển khoản ngay vào số tài khoản");
    same("fí dzịch zụ", "phí dịch vụ");
}

#[test]
fn units_initials_and_names_stay() {
    for text in ["5 k một ly", "ông K nói", "nhóm R 2", "Zalo của Wang", "mua ở web", "mở WiFi", "nhà Z", "TK 1010 của MN", "cơn sốt J"]
    {
        let read = read_informal(text, true);
        let scanned = scan(text);
        assert_eq!(read.tokens, scanned.tokens, "{text}");
    }
    assert_eq!(read_informal("we k no", false).tokens, scan("we k no").tokens, "may be English");
    // Without accents «hong» may be «hỏng», «hồng», «hông».
    let read = read_informal("may moc hong het ca roi ba con oi", true);
    assert_eq!(read.tokens[2].key, scan("hong").tokens[0].key);
}

#[test]
fn letters_that_were_drawn_out_count_once() {
    same("hết xănggggg rồiiiii", "hết xăng rồi");
    same("QUÁÁÁÁ đắttt nhaaaa", "quá đắt nha");
    same("tăng giáá rồii", "tăng giá rồi");
    same("app Shopee, xoong nồi, coffee", "app Shopee, xoong nồi, coffee");
    same("điền CCCD vào đơn", "điền CCCD vào đơn");
}

#[test]
fn words_taken_apart_are_put_together() {
    same("sắp h.ế.t x.ă.n.g", "sắp hết xăng");
    same("sắp h*ế*t x-ă-n-g", "sắp hết xăng");
    same("lừa đ.ảo ch.uyển kh.oản", "lừa đảo chuyển khoản");
    same("sắp h ế t  x ă n g", "sắp hết xăng");
    same("b ộ c ô n g t h ư ơ n g", "bộ công thương");
    same("x.a.n.g d.a.u", "xang dau");
    same("mã O.T.P của B.C.T", "mã OTP của BCT");
}

#[test]
fn what_ordinary_texts_write_is_not_put_together() {
    for text in [
        "TP.HCM và Q.1, lúc 8 a.m, v.v.",
        "trang moit.gov.vn, vnexpress.net",
        "giá 2.204,07 đồng/kWh, 3.000 đ/l",
        "Hết.Ông nói xong.à ừ",
        "đầu tư - xây dựng, Bà Rịa-Vũng Tàu",
        "nhóm A, B, C và vitamin A - E",
        "a) b) c) điểm a, b, c khoản 1",
        "gợi ý A. Đúng B. Sai",
    ] {
        let (read, scanned) = (read_informal(text, true), scan(text));
        assert_eq!(read.tokens, scanned.tokens, "{text}");
    }
}

#[test]
fn spans_are_those_of_the_typed_text() {
    let typed = "mn ơi h.ế.t xănggg";
    let read = read_informal(typed, true);
    assert_eq!(read.tokens.iter().map(|t| read.word(t)).collect::<Vec<_>>(), ["mn", "mn", "ơi", "h.ế.t", "xănggg"]);
}

proptest::proptest! {
    #[test]
    fn any_text_is_read(text in "[a-zA-Zàáảãạăâđêôơưếộ0-9 .*!\n\u{200b}😱]{0,80}") {
        for t in read_informal(&text, true).tokens {
            proptest::prop_assert!(text.get(t.start as usize..t.end as usize).is_some_and(|w| !w.is_empty()));
        }
    }
}
