//! Which words around a number say what kind of document it is and who issued it?

use crate::key::Key;
use crate::{Scanned, Token, scan};
use std::sync::LazyLock;

/// A phrase as folded keys, and what it stands for.
struct Phrase {
    keys: Vec<Key>,
    name: &'static str,
}

/// Words for kinds of documents; those without a name of their own say only that a document is meant.
const KINDS: &[(&str, &str)] = &[
    ("thông tư liên tịch", "thông tư liên tịch"),
    ("nghị quyết liên tịch", "nghị quyết liên tịch"),
    ("văn bản hợp nhất", "văn bản hợp nhất"),
    ("thông báo kết luận", "thông báo kết luận"),
    ("kết luận thanh tra", "kết luận"),
    ("công điện hỏa tốc", "công điện"),
    ("công điện khẩn", "công điện"),
    ("công văn hỏa tốc", "công văn"),
    ("công văn khẩn", "công văn"),
    ("công văn mật", "công văn"),
    ("quyết định", "quyết định"),
    ("nghị định", "nghị định"),
    ("nghị quyết", "nghị quyết"),
    ("thông tư", "thông tư"),
    ("chỉ thị", "chỉ thị"),
    ("kế hoạch", "kế hoạch"),
    ("công văn", "công văn"),
    ("công điện", "công điện"),
    ("thông báo", "thông báo"),
    ("báo cáo", "báo cáo"),
    ("hướng dẫn", "hướng dẫn"),
    ("kết luận", "kết luận"),
    ("tờ trình", "tờ trình"),
    ("quy chế", "quy chế"),
    ("quy định", ""),
    ("giấy phép", "giấy phép"),
    ("giấy chứng nhận", "giấy chứng nhận"),
    ("giấy mời", "giấy mời"),
    ("pháp lệnh", "pháp lệnh"),
    ("sắc lệnh", "sắc lệnh"),
    ("bộ luật", "luật"),
    ("luật", "luật"),
    ("văn bản", ""),
    ("QĐ", "quyết định"),
    ("NĐ", "nghị định"),
    ("NQ", "nghị quyết"),
    ("TT", "thông tư"),
    ("CV", "công văn"),
    ("TB", "thông báo"),
    ("GP", "giấy phép"),
];

/// Names of bodies in running text, longest first.
const ISSUERS: &[(&str, &str)] = &[
    ("bộ trưởng bộ công thương", "Bộ Công Thương"),
    ("bộ trưởng công thương", "Bộ Công Thương"),
    ("bộ công thương", "Bộ Công Thương"),
    ("bct", "Bộ Công Thương"),
    ("thủ tướng", "Thủ tướng Chính phủ"),
    ("văn phòng chính phủ", "Văn phòng Chính phủ"),
    ("thanh tra chính phủ", "Thanh tra Chính phủ"),
    ("chính phủ", "Chính phủ"),
    ("ủy ban thường vụ quốc hội", "Ủy ban Thường vụ Quốc hội"),
    ("quốc hội", "Quốc hội"),
    ("tập đoàn điện lực việt nam", "Tập đoàn Điện lực Việt Nam"),
    ("tập đoàn điện lực quốc gia việt nam", "Tập đoàn Điện lực Việt Nam"),
    ("evn", "Tập đoàn Điện lực Việt Nam"),
    ("bộ tài chính", "Bộ Tài chính"),
    ("bộ xây dựng", "Bộ Xây dựng"),
    ("bộ y tế", "Bộ Y tế"),
    ("bộ công an", "Bộ Công an"),
    ("bộ quốc phòng", "Bộ Quốc phòng"),
    ("bộ nội vụ", "Bộ Nội vụ"),
    ("bộ tư pháp", "Bộ Tư pháp"),
    ("bộ ngoại giao", "Bộ Ngoại giao"),
    ("bộ khoa học và công nghệ", "Bộ Khoa học và Công nghệ"),
    ("bộ giáo dục và đào tạo", "Bộ Giáo dục và Đào tạo"),
    ("bộ giao thông vận tải", "Bộ Giao thông vận tải"),
    ("bộ thông tin và truyền thông", "Bộ Thông tin và Truyền thông"),
    ("bộ nông nghiệp và môi trường", "Bộ Nông nghiệp và Môi trường"),
    ("bộ tài nguyên và môi trường", "Bộ Tài nguyên và Môi trường"),
    ("bộ kế hoạch và đầu tư", "Bộ Kế hoạch và Đầu tư"),
    ("ngân hàng nhà nước", "Ngân hàng Nhà nước Việt Nam"),
    ("ủy ban nhân dân", "Ủy ban nhân dân"),
    ("ubnd", "Ủy ban nhân dân"),
    ("hội đồng nhân dân", "Hội đồng nhân dân"),
];

pub(super) struct Words {
    kinds: Vec<Phrase>,
    issuers: Vec<Phrase>,
    so: Key,
    linking: Vec<Key>,
    of: Vec<Key>,
    and: Vec<Key>,
}

pub(super) static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let phrases =
        |list: &[(&'static str, &'static str)]| list.iter().map(|(words, name)| Phrase { keys: folds(words), name }).collect::<Vec<_>>();
    Words {
        kinds: phrases(KINDS),
        issuers: phrases(ISSUERS),
        so: folds("số").first().copied().unwrap_or(Key(0)),
        linking: folds("hỏa tốc khẩn mật mang"),
        of: folds("của do được bởi"),
        and: folds("và với hay hoặc"),
    }
});

/// The folded keys of some words.
pub(super) fn folds(words: &str) -> Vec<Key> {
    scan(words).tokens.iter().map(|t| t.fold).collect()
}

/// Kind of document and «số» before a number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named {
    /// First token of it.
    pub first: usize,
    /// The kind, when a specific one is named.
    pub kind: Option<&'static str>,
}

/// Longest name that stands between a kind of document and its number, in tokens: «Luật Tiếp cận thông tin số».
const LONGEST_TITLE: usize = 12;

/// What stands right before the number: «Quyết định số», «Luật Báo chí số», «Số:», «công văn hỏa tốc số».
pub(super) fn kind_before(scanned: &Scanned<'_>, at: usize) -> Option<Named> {
    let words = &*WORDS;
    let tokens = &scanned.tokens;
    let number = tokens.get(at)?;
    let mut end = at;
    let with_so = tokens.get(at.checked_sub(1)?).is_some_and(|t| t.fold == words.so && near(scanned, t, number));
    if with_so {
        end -= 1;
    }
    let so = end;
    while end > 0 && tokens.get(end - 1).is_some_and(|t| words.linking.contains(&t.fold) && t.paragraph == number.paragraph) {
        end -= 1;
    }
    if let Some(named) = kind_ending(scanned, end) {
        return Some(named);
    }
    // «Bộ luật Hình sự số 100/2015/QH13», «Luật Điện lực số …»: a title stands between.
    if with_so {
        for back in 1..=LONGEST_TITLE {
            let Some(token) = end.checked_sub(back).and_then(|i| tokens.get(i)).filter(|t| t.sentence == number.sentence) else { break };
            let is_law = kind_ending(scanned, end - back + 1).filter(|n| n.kind == Some("luật"));
            if let Some(named) = is_law {
                return Some(named);
            }
            if scanned.text.as_bytes().get(token.start as usize).is_some_and(u8::is_ascii_digit) {
                break;
            }
        }
        return Some(Named { first: so, kind: None });
    }
    None
}

/// A kind of document whose last word is the token before `end`.
fn kind_ending(scanned: &Scanned<'_>, end: usize) -> Option<Named> {
    let words = &*WORDS;
    words.kinds.iter().find_map(|phrase| {
        let first = end.checked_sub(phrase.keys.len())?;
        let tokens = scanned.tokens.get(first..end)?;
        let same = tokens.iter().zip(&phrase.keys).all(|(t, key)| t.fold == *key);
        // A short form is written in capitals: «tb» is no «TB», «tt» no «TT».
        let short = phrase.keys.len() == 1 && phrase.name != "luật";
        let capital = |t: &Token| scanned.word(t).chars().all(char::is_uppercase);
        let fits = same && (!short || tokens.iter().all(capital));
        fits.then_some(Named { first, kind: Some(phrase.name).filter(|n| !n.is_empty()) })
    })
}

/// Nothing but spaces, a colon or a line break between two tokens.
fn near(scanned: &Scanned<'_>, a: &Token, b: &Token) -> bool {
    let gap = scanned.text.get(a.end as usize..b.start as usize).unwrap_or(".");
    gap.len() <= 6 && gap.chars().all(|c| c.is_whitespace() || c == ':' || c == '\u{200b}')
}

/// Whether only a comma or «và» stands between two citations: they share one kind word.
pub(super) fn listed(scanned: &Scanned<'_>, from: usize, to: usize) -> bool {
    let words = &*WORDS;
    to >= from
        && to - from <= 2
        && scanned.tokens.get(from..to).is_some_and(|between| between.iter().all(|t| words.and.contains(&t.fold) || t.fold == words.so))
        && from
            .checked_sub(1)
            .and_then(|i| scanned.tokens.get(i))
            .zip(scanned.tokens.get(to))
            .is_some_and(|(a, b)| a.paragraph == b.paragraph)
}

/// The body named after a number («của Thủ tướng Chính phủ») or after the date that follows it.
pub(super) fn issuer_after(scanned: &Scanned<'_>, number: usize, date: usize) -> Option<&'static str> {
    let words = &*WORDS;
    [number, date].into_iter().find_map(|last| {
        let mut at = last + 1;
        if !scanned.tokens.get(at).is_some_and(|t| words.of.contains(&t.fold)) {
            return None;
        }
        while scanned.tokens.get(at).is_some_and(|t| words.of.contains(&t.fold)) {
            at += 1;
        }
        let sentence = scanned.tokens.get(last)?.sentence;
        issuer_at(scanned, at).filter(|_| scanned.tokens.get(at).is_some_and(|t| t.sentence == sentence))
    })
}

/// The body whose name begins at a token.
pub(super) fn issuer_at(scanned: &Scanned<'_>, at: usize) -> Option<&'static str> {
    let fits = |phrase: &&Phrase| {
        let tokens = scanned.tokens.get(at..at + phrase.keys.len());
        tokens.is_some_and(|tokens| tokens.iter().zip(&phrase.keys).all(|(t, key)| t.fold == *key))
    };
    WORDS.issuers.iter().find(fits).map(|phrase| phrase.name)
}
