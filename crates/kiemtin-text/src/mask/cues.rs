//! What do the words around a number say that it is?

use super::is_mark;
use regex::Regex;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// Letters before a number that are looked at.
const WINDOW: usize = 48;

/// What words before a number announce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cue {
    /// "sđt", "zalo", "liên hệ" …
    Phone,
    /// "STK", "số tài khoản": whatever number follows is one.
    Account,
    /// "tài khoản", "chuyển khoản", a bank: figures follow these too.
    Bank,
    /// "CCCD", "hộ chiếu" …
    Identity,
    /// "mã số thuế", "vận đơn", "hợp đồng": no person's number.
    Code,
}

const BANKS: &str = "vietcombank|vcb|techcombank|tcb|bidv|agribank|mb ?bank|mb|acb|vp ?bank|tp ?bank|sacombank|vietinbank|ctg|shb|hd ?bank|vib|msb|seabank|ocb|eximbank|lp ?bank|lienvietpostbank|nam ?a ?bank|bac ?a ?bank|pvcombank|abbank|ncb|kienlongbank|bvbank|vietbank|vietabank|scb|cake|timo|momo|zalopay|viettel ?money|viettelpay";

static CUES: LazyLock<Vec<(Cue, usize, Regex)>> = LazyLock::new(|| {
    let cue = |cue, farthest, words: &str| Regex::new(&format!(r"\b(?:{words})\b|[☎📞📱]")).ok().map(|r| (cue, farthest, r));
    [
        cue(
            Cue::Phone,
            30,
            "sđt|sdt|đtdđ|đt|dt|điện thoại|dien thoai|tel|phone|mobile|di động|di dong|dđ|hotline|liên hệ|lien he|lh|gọi|alo|call|zalo|zl|viber|whatsapp|wa|telegram|imess|imessage|số máy|số của|fax|inbox|ib|nhắn tin|nhắn|sms|đặt hàng|tư vấn",
        ),
        cue(
            Cue::Account,
            35,
            "stk|s\\.t\\.k|số tk|so tk|số tài khoản|so tai khoan|tài khoản số|tai khoan so|tk số|số thẻ|so the|số tài khoản ngân hàng|account number|account no",
        ),
        cue(
            Cue::Bank,
            25,
            &format!("tài khoản|tai khoan|tk|thẻ|visa|mastercard|atm|napas|chuyển khoản|chuyen khoan|ck|ngân hàng|ngan hang|{BANKS}"),
        ),
        cue(
            Cue::Identity,
            30,
            "cccd|cmnd|cmtnd|cmt|căn cước|căn cước công dân|can cuoc|can cuoc cong dan|chứng minh|chứng minh nhân dân|chứng minh thư|chung minh nhan dan|chung minh thu|hộ chiếu|ho chieu|passport|định danh|định danh cá nhân|dinh danh|mst cá nhân|thuế cá nhân|thuế tncn|gplx|giấy phép lái xe|bằng lái|bằng lái xe|bhxh|bảo hiểm xã hội|bhyt|bảo hiểm y tế|tùy thân|tuỳ thân",
        ),
        cue(
            Cue::Code,
            12,
            "mst|mã số thuế|ma so thue|mã số doanh nghiệp|msdn|mã|mã số|mã số khách hàng|ms|đkkd|gpkd|gcn|đăng ký|đăng ký kinh doanh|giấy phép|giấy phép số|giấy chứng nhận|giấy chứng nhận số|vận đơn|đơn hàng|hóa đơn|hoá đơn|hóa đơn số|hoá đơn số|hợp đồng|hợp đồng số|serial|seri|số sê-ri|imei|isbn|issn|gtin|barcode|mã vạch|hs|lô|số lô|công văn|công văn số|quyết định|quyết định số|văn bản|tọa độ|toạ độ|kinh độ|vĩ độ|biên bản|order|id|ref|bill|doi|container|tờ khai|tờ khai số|số hiệu|số đăng ký|tin nhắn số",
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
});

static BANK_AFTER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(r"(?i)^[ \u00a0]?[-–(,:]?[ \u00a0]?(?:tại |ở |chi nhánh |ctk |nh |ngân hàng |ngan hang )?(?:{BANKS})\b")).ok()
});

static AMOUNT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^[ \u00a0]*(?:đồng|đ\b|vnđ|vnd|usd|\$|€|euro|tấn|triệu|tỷ|tỉ|nghìn|ngàn|lít|[kmg]wh|[kmg]w\b|kva|%|người|m2|m3|m²|m³|ha\b|kg|km|tổ|cổ phiếu|cổ phần|chiếc|cái|sản phẩm|hộ\b|thùng|lượt|tài khoản|khách|đơn|bộ\b|máy\b|giao dịch)").ok()
});

static MONEY: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)^[ \u00a0]*(?:đồng|đ\b|vnđ|vnd|usd|tỷ|[kmg]wh|kva)").ok());

/// The nearest cue in `before`, which stands before a number, and the letters between it and the number.
pub(super) fn nearest(before: &str) -> Option<(Cue, usize)> {
    let window = window(before);
    let mut best: Option<(Cue, usize, usize)> = None;
    for (cue, farthest, words) in CUES.iter() {
        let Some(found) = words.find_iter(&window).last() else { continue };
        let between = window.get(found.end()..).unwrap_or("");
        let gap = between.chars().count();
        let sentence_ends = between.contains(". ") || between.contains(['?', '!', ';']);
        if gap > *farthest || (sentence_ends && *cue == Cue::Code) {
            continue;
        }
        // Of two that end at one place the longer one says more ("mã số thuế cá nhân"); "STK Vietcombank" stays strong.
        let closer = best
            .is_none_or(|(other, start, end)| (found.end(), start) > (end, found.start()) && !(other == Cue::Account && *cue == Cue::Bank));
        if closer {
            best = Some((*cue, found.start(), found.end()));
        }
    }
    best.map(|(cue, _, end)| (cue, window.get(end..).unwrap_or("").chars().count()))
}

/// The last letters before a number, composed and in lower case; nothing before a line end, a digit or a label counts.
fn window(before: &str) -> String {
    let mut letters = 0;
    let mut from = before.len();
    for (at, c) in before.char_indices().rev() {
        letters += usize::from(!is_mark(c));
        if matches!(c, '\n' | ']') || c.is_numeric() || letters > WINDOW {
            break;
        }
        from = at;
    }
    before.get(from..).unwrap_or("").nfc().flat_map(char::to_lowercase).collect()
}

/// The first letters after a number, composed.
fn ahead(after: &str) -> String {
    after.nfc().take(28).take_while(|c| *c != '\n').collect()
}

/// Whether a bank is named right after a number.
pub(super) fn bank_follows(after: &str) -> bool {
    BANK_AFTER.as_ref().is_some_and(|r| r.is_match(&ahead(after)))
}

/// Whether a unit follows: the number is an amount.
pub(super) fn unit_follows(after: &str) -> bool {
    AMOUNT.as_ref().is_some_and(|r| r.is_match(&ahead(after)))
}

/// Whether a unit follows that never stands behind a phone number by chance.
pub(super) fn money_follows(after: &str) -> bool {
    MONEY.as_ref().is_some_and(|r| r.is_match(&ahead(after)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_counts() {
        let check = |before: &str, expected: Option<Cue>| assert_eq!(nearest(before).map(|(c, _)| c), expected, "{before}");
        check("STK Vietcombank: ", Some(Cue::Account));
        check("CCCD và SĐT: ", Some(Cue::Phone));
        check("mã số thuế cá nhân ", Some(Cue::Identity));
        check("mã số thuế ", Some(Cue::Code));
        check("Mua theo mã ABC cùng chị Lan nhà bên ", None);
        check("STK [tài khoản] của ", None);
        check("gọi 113 rồi ", None);
        check("tài khoản của tôi ", Some(Cue::Bank));
        check(&"CCCD ".chars().chain("x".repeat(60).chars()).collect::<String>(), None);
        check(&"Số tài khoản ".nfd().collect::<String>(), Some(Cue::Account));
    }
}
