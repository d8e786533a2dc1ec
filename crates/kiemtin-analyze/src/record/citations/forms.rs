//! Is this a number that no body gives?
//!
//! Who issues what: Law 80/2015/QH13 on legal documents (and Law 64/2025/QH15 after it), Decree 30/2020/NĐ-CP on numbering;
//! terms of the National Assembly; bodies that ended on 1 March 2025.

use kiemtin_model::Time;
use kiemtin_text::cite::{Citation, CodeRole, code_role};

/// Terms of the National Assembly: number, first and last year in the numbers of its documents.
const TERMS: [(u8, i16, i16); 7] =
    [(10, 1997, 2002), (11, 2002, 2007), (12, 2007, 2011), (13, 2011, 2016), (14, 2016, 2021), (15, 2021, 2026), (16, 2026, 2031)];

/// Bodies below the ministries and outside the state: none issues a thông tư.
const NO_CIRCULARS: [&str; 16] =
    ["CP", "TTg", "EVN", "PVN", "TKV", "UBND", "HĐND", "QLTT", "TCQLTT", "SCT", "XNK", "PVTM", "TMĐT", "ĐTĐL", "BHXH", "VPCP"];

/// Bodies that ended on 1 March 2025.
const ENDED: [&str; 10] = ["TCQLTT", "ĐTĐL", "TCHQ", "TCT", "BTTTT", "BKHĐT", "BGTVT", "BTNMT", "BNNPTNT", "BLĐTBXH"];
/// A few days' grace: documents of the last days were dated late.
const ENDED_FROM: (i16, i8, i8) = (2025, 3, 10);

/// Largest running numbers within a year (a term for the National Assembly), with room to spare: symbol, number.
const LARGEST: [(&[&str], u32); 6] = [
    (&["CT", "TTg"], 100),
    (&["NĐ", "CP"], 700),
    (&["TT", "BCT"], 200),
    (&["CT", "BCT"], 60),
    (&["QĐ", "TTg"], 4_000),
    (&["NQ", "CP"], 600),
];

/// What is impossible about a number, in words for people.
pub(super) fn fault(citation: &Citation, time: Option<Time>) -> Option<String> {
    let symbol: Vec<&str> = citation.symbol.iter().map(String::as_str).collect();
    let number = &citation.number;
    if citation.serial == 0 {
        return Some(format!("{number}: số văn bản bắt đầu từ 1"));
    }
    if let Some((_, most)) = LARGEST.iter().find(|(s, most)| symbol == *s && citation.serial > *most) {
        return Some(format!("{number}: loại văn bản này không có số lớn hơn {most} trong một năm"));
    }
    if let Some((assembly, year)) = symbol.first().zip(citation.year)
        && citation.issuer.is_some_and(|i| i.contains("Quốc hội"))
        && let Some(term) = assembly.trim_start_matches(|c: char| c.is_alphabetic()).parse::<u8>().ok()
        && let Some((_, from, to)) = TERMS.iter().find(|(t, ..)| *t == term)
        && !(*from..=*to).contains(&year)
    {
        return Some(format!("{number}: Quốc hội khóa {term} ban hành văn bản từ năm {from} đến năm {to}"));
    }
    if let (Some(year), Some(now)) = (citation.year, time)
        && year > now.year()
    {
        return Some(format!("{number}: năm trong số văn bản ở sau ngày đăng bài"));
    }
    if citation.stated_kind == Some("luật") && citation.issuer.is_some_and(|i| i != "Quốc hội") {
        return Some(format!("{number}: chỉ Quốc hội ban hành luật"));
    }
    by_kind(&symbol, citation).map(|why| format!("{number}: {why}"))
}

fn by_kind(symbol: &[&str], citation: &Citation) -> Option<String> {
    let (kind, issuer) = match symbol {
        [kind, issuer, ..] => (*kind, *issuer),
        _ => return None,
    };
    let known = code_role(issuer) == Some(CodeRole::Issuer);
    if kind == "NĐ" && known && !matches!(issuer, "CP" | "HĐBT" | "CTN" | "UBTVQH") {
        return Some("chỉ Chính phủ ban hành nghị định".into());
    }
    if kind == "TT" && NO_CIRCULARS.contains(&issuer) {
        return Some("cơ quan này không ban hành thông tư".into());
    }
    let ended = [kind, issuer].into_iter().find(|s| ENDED.contains(s));
    if ended.is_some() && citation.date.and_then(|d| d.whole()).is_some_and(|day| day >= ENDED_FROM) {
        return Some("cơ quan ban hành đã kết thúc hoạt động từ ngày 01/3/2025".into());
    }
    if let (Some(year), Some((stated, ..))) = (citation.year, citation.date.and_then(|d| d.whole()))
        && year != stated
        && (citation.stated_kind.is_some() || known)
    {
        return Some(format!("năm trong số văn bản là {year}, ngày ban hành ghi năm {stated}"));
    }
    None
}
