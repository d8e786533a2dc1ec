//! What do the symbols in a document's number stand for?
//!
//! Kinds after Decree 30/2020/NĐ-CP, annex III; bodies after the government's own usage. Bodies that were merged keep
//! their symbols: their documents are still cited.

use crate::key::{Key, folded};
use crate::{Token, scan};
use std::collections::HashMap;
use std::sync::LazyLock;

/// What a part of a symbol is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeRole {
    /// A kind of document: `QĐ`, `NĐ`.
    Kind,
    /// A body: `TTg`, `BCT`.
    Issuer,
}

/// A part of a symbol: how it is written, what it is, and its name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Code {
    pub written: &'static str,
    pub role: CodeRole,
    pub name: &'static str,
}

const KINDS: &[(&str, &str)] = &[
    ("QĐ", "quyết định"),
    ("NĐ", "nghị định"),
    ("NQ", "nghị quyết"),
    ("NQLT", "nghị quyết liên tịch"),
    ("TT", "thông tư"),
    ("TTLT", "thông tư liên tịch"),
    ("CT", "chỉ thị"),
    ("KH", "kế hoạch"),
    ("CV", "công văn"),
    ("CĐ", "công điện"),
    ("TB", "thông báo"),
    ("TBKL", "thông báo kết luận"),
    ("BC", "báo cáo"),
    ("HD", "hướng dẫn"),
    ("KL", "kết luận"),
    ("TTr", "tờ trình"),
    ("QC", "quy chế"),
    ("QyĐ", "quy định"),
    ("CTr", "chương trình"),
    ("ĐA", "đề án"),
    ("PA", "phương án"),
    ("GP", "giấy phép"),
    ("GPXD", "giấy phép"),
    ("GCN", "giấy chứng nhận"),
    ("GXN", "giấy xác nhận"),
    ("GM", "giấy mời"),
    ("GGT", "giấy giới thiệu"),
    ("BB", "biên bản"),
    ("VBHN", "văn bản hợp nhất"),
    ("SL", "sắc lệnh"),
    ("PL", "pháp lệnh"),
];

const ISSUERS: &[(&str, &str)] = &[
    ("CP", "Chính phủ"),
    ("TTg", "Thủ tướng Chính phủ"),
    ("CTN", "Chủ tịch nước"),
    ("QH", "Quốc hội"),
    ("UBTVQH", "Ủy ban Thường vụ Quốc hội"),
    ("HĐBT", "Hội đồng Bộ trưởng"),
    ("VPCP", "Văn phòng Chính phủ"),
    ("TTCP", "Thanh tra Chính phủ"),
    ("BCT", "Bộ Công Thương"),
    ("BTC", "Bộ Tài chính"),
    ("BKHĐT", "Bộ Kế hoạch và Đầu tư"),
    ("BKH", "Bộ Kế hoạch và Đầu tư"),
    ("BGTVT", "Bộ Giao thông vận tải"),
    ("BXD", "Bộ Xây dựng"),
    ("BTNMT", "Bộ Tài nguyên và Môi trường"),
    ("BNNPTNT", "Bộ Nông nghiệp và Phát triển nông thôn"),
    ("BNN", "Bộ Nông nghiệp và Phát triển nông thôn"),
    ("BNNMT", "Bộ Nông nghiệp và Môi trường"),
    ("BTTTT", "Bộ Thông tin và Truyền thông"),
    ("BKHCN", "Bộ Khoa học và Công nghệ"),
    ("BGDĐT", "Bộ Giáo dục và Đào tạo"),
    ("BYT", "Bộ Y tế"),
    ("BLĐTBXH", "Bộ Lao động - Thương binh và Xã hội"),
    ("BNV", "Bộ Nội vụ"),
    ("BNG", "Bộ Ngoại giao"),
    ("BTP", "Bộ Tư pháp"),
    ("BCA", "Bộ Công an"),
    ("BQP", "Bộ Quốc phòng"),
    ("BVHTTDL", "Bộ Văn hóa, Thể thao và Du lịch"),
    ("BDTTG", "Bộ Dân tộc và Tôn giáo"),
    ("BTM", "Bộ Thương mại"),
    ("BCN", "Bộ Công nghiệp"),
    ("NHNN", "Ngân hàng Nhà nước Việt Nam"),
    ("UBDT", "Ủy ban Dân tộc"),
    ("KTNN", "Kiểm toán nhà nước"),
    ("TANDTC", "Tòa án nhân dân tối cao"),
    ("VKSNDTC", "Viện kiểm sát nhân dân tối cao"),
    ("TW", "Ban Chấp hành Trung ương Đảng"),
    ("TƯ", "Ban Chấp hành Trung ương Đảng"),
    ("UBND", "Ủy ban nhân dân"),
    ("HĐND", "Hội đồng nhân dân"),
    ("EVN", "Tập đoàn Điện lực Việt Nam"),
    ("PVN", "Tập đoàn Công nghiệp - Năng lượng Quốc gia Việt Nam"),
    ("DKVN", "Tập đoàn Dầu khí Việt Nam"),
    ("TKV", "Tập đoàn Công nghiệp Than - Khoáng sản Việt Nam"),
    ("TCHQ", "Tổng cục Hải quan"),
    ("TCT", "Tổng cục Thuế"),
    ("TCQLTT", "Tổng cục Quản lý thị trường"),
    ("QLTT", "lực lượng quản lý thị trường"),
    ("ĐTĐL", "Cục Điều tiết điện lực"),
    ("XNK", "Cục Xuất nhập khẩu"),
    ("PVTM", "Cục Phòng vệ thương mại"),
    ("TMĐT", "Cục Thương mại điện tử và Kinh tế số"),
    ("CTQG", "Ủy ban Cạnh tranh Quốc gia"),
    ("UBCTQG", "Ủy ban Cạnh tranh Quốc gia"),
    ("SCT", "Sở Công Thương"),
    ("BHXH", "Bảo hiểm xã hội Việt Nam"),
];

struct Codes {
    exact: HashMap<Key, Code>,
    fold: HashMap<Key, Code>,
}

static CODES: LazyLock<Codes> = LazyLock::new(|| {
    let mut codes = Codes { exact: HashMap::new(), fold: HashMap::new() };
    let kinds = KINDS.iter().map(|(written, name)| Code { written, role: CodeRole::Kind, name });
    let issuers = ISSUERS.iter().map(|(written, name)| Code { written, role: CodeRole::Issuer, name });
    for code in kinds.chain(issuers) {
        if let Some(token) = scan(code.written).tokens.first() {
            codes.exact.entry(token.key).or_insert(code);
            codes.fold.entry(token.fold).or_insert(code);
        }
    }
    codes
});

/// The symbol that a token writes: with its accents, or without any.
pub(super) fn code_of(token: &Token) -> Option<Code> {
    let codes = &*CODES;
    codes.exact.get(&token.key).or_else(|| if token.marked { None } else { codes.fold.get(&token.fold) }).copied()
}

/// What a part of a symbol (`QĐ`, `bct`) is, when it is known.
pub fn code_role(part: &str) -> Option<CodeRole> {
    scan(part).tokens.first().and_then(code_of).map(|c| c.role)
}

/// Assemblies are numbered: `QH15` is the National Assembly of the fifteenth term. Gives the symbol and its issuer.
pub(super) fn assembly(word: &str) -> Option<(String, &'static str)> {
    let upper = word.to_uppercase();
    let letters = upper.trim_end_matches(|c: char| c.is_ascii_digit());
    let term = upper.get(letters.len()..).filter(|t| (1..=2).contains(&t.len()))?;
    let issuer = match letters {
        "QH" => "Quốc hội",
        "UBTVQH" => "Ủy ban Thường vụ Quốc hội",
        _ => return None,
    };
    Some((format!("{letters}{term}"), issuer))
}

/// One spelling of a symbol: lower case, no accents.
pub fn symbol_key(part: &str) -> String {
    folded(part)
}

/// How a kind of document is written in a number.
pub(super) fn written_kind(name: &str) -> Option<&'static str> {
    KINDS.iter().find(|(_, n)| *n == name).map(|(written, _)| *written)
}

/// How a body is written in a number.
pub(super) fn written_issuer(name: &str) -> Option<&'static str> {
    ISSUERS.iter().find(|(_, n)| *n == name).map(|(written, _)| *written)
}
