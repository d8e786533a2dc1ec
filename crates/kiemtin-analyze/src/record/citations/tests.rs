//! Which citations differ from the record, and which are impossible?

use super::*;
use crate::faults::ConfigFile;
use kiemtin_model::{DocKind, LearnedDocument};
use kiemtin_text::scan;

fn register() -> DocumentRegister {
    let text = include_str!("../../../../../config/documents/documents.toml");
    let mut faults = vec![];
    let register = DocumentRegister::load(&[ConfigFile { path: "documents.toml".into(), text: text.into() }], &mut faults);
    assert_eq!(faults, []);
    register
}

/// Status and faults of the first citation, in a text of 1 June 2026.
fn judged(text: &str) -> (CiteStatus, Vec<CiteFault>) {
    let register = register();
    let scanned = scan(text);
    let citation = citations(&scanned).remove(0);
    let judged = register.judge(&scanned, &citation, Time::local(2026, 6, 1, 0, 0, 0));
    (judged.status(), judged.faults)
}

#[track_caller]
fn check(text: &str, status: CiteStatus, faults: &[CiteFault]) {
    assert_eq!(judged(text), (status, faults.to_vec()), "{text}");
}

#[test]
fn known_and_unknown() {
    for text in [
        "Quyết định số 407/QĐ-TTg ngày 30 tháng 3 năm 2022 của Thủ tướng Chính phủ",
        "Quyết định 407/QD-TTg tháng 3/2022",
        "Chỉ thị 07/CT-TTg về truyền thông",
        "Nghị quyết 204/2025/QH15",
        "Luật Tiếp cận thông tin số 104/2016/QH13",
        "Luật số 104/2016/QH13",
        "Luật Tiếp cận thông tin mang số 104/2016/QH13",
        "Luật Thuế GTGT số 48/2024/QH15",
        "Nghị định 80/2023/NĐ-CP của Chính phủ về kinh doanh xăng dầu",
        "Nghị định 80/2023/NĐ-CP về xuất khẩu, nhập khẩu xăng dầu",
    ] {
        check(text, CiteStatus::Known, &[]);
    }
    for text in [
        "Công văn số 1234/BCT-TTTN",
        "Quyết định 407/QĐ-TTg ngày 5/4/2024 về quy hoạch tỉnh",
        "Chỉ thị 7/CT-TTg ngày 16/3/2020",
        "Nghị định 83/NĐ-CP về kinh doanh xăng dầu",
        "Quyết định 599/QĐ-UBND về bổ nhiệm cán bộ",
        "Nghị định 80/2021/NĐ-CP hướng dẫn Luật Hỗ trợ doanh nghiệp nhỏ và vừa",
    ] {
        check(text, CiteStatus::Unknown, &[]);
    }
}

#[test]
fn what_differs_from_the_record() {
    use CiteFault::{Date, Future, Issuer, Kind, Number, Subject};
    check("Quyết định 407/QĐ-TTg ngày 30/3/2027", CiteStatus::Mismatch, &[Future, Date]);
    check("Kế hoạch 3163/KH-BCT ngày 31/5/2024", CiteStatus::Mismatch, &[Date]);
    check("Quyết định 1575/QĐ-BCT ngày 1/2/2020 về Quy chế phát ngôn", CiteStatus::Mismatch, &[Date]);
    check("Quyết định 599/QĐ-EVN của Bộ Tài chính", CiteStatus::Mismatch, &[Issuer]);
    check("Chỉ thị 407/QĐ-TTg ngày 30/3/2022", CiteStatus::Mismatch, &[Kind]);
    check("Nghị định 09/2017/NĐ-CP về kinh doanh xăng dầu", CiteStatus::Mismatch, &[Subject]);
    for text in [
        "Theo Nghị định 80/2021/NĐ-CP về kinh doanh xăng dầu",
        "Quyết định số 599/QĐ-TTg về giá bán lẻ điện bình quân",
        "Quyết định 599/QĐ-BCT của Bộ Công Thương nâng giá bán lẻ điện",
        "Luật Tiếp cận thông tin số 104/2016/QH14",
    ] {
        check(text, CiteStatus::Mismatch, &[Number]);
    }
    check("Luật Báo chí số 104/2016/QH13", CiteStatus::Mismatch, &[Subject]);
}

#[test]
fn what_is_impossible() {
    assert_eq!(judged("Công văn 8866/BCT-ĐL ngày 31/6/2025"), (CiteStatus::Unknown, vec![CiteFault::NoSuchDay]));
    assert_eq!(judged("Công văn 8866/BCT-ĐL ngày 3/6/2027"), (CiteStatus::Unknown, vec![CiteFault::Future]));
    for text in [
        "Nghị định 12/2025/NĐ-BCT",
        "Luật số 15/QĐ-BCT",
        "Thông tư 12/2025/TT-EVN",
        "Công văn 0000/BCT-ĐL",
        "Chỉ thị 512/CT-TTg",
        "Luật số 12/2025/QH13",
        "Nghị định 15/2029/NĐ-CP",
        "Thông báo 515/TB-TCQLTT ngày 12/8/2025",
        "Thông tư 9/2025/TT-BTTTT ngày 2/7/2025",
        "Thông tư 31/2018/TT-BCT ngày 5/6/2021",
    ] {
        let (status, faults) = judged(text);
        assert!(status == CiteStatus::Unknown && matches!(faults[..], [CiteFault::Form(_)]), "{text}: {faults:?}");
    }
}

fn official(text: &str) -> kiemtin_model::Document {
    let at = Time::local(2026, 6, 1, 0, 0, 0);
    crate::knowledge::sample("", text, DocKind::Official, at)
}

#[test]
fn official_texts_teach() {
    let text = "Số: 1200/KH-BCT\n\nHà Nội, ngày 4 tháng 5 năm 2026\n\nKẾ HOẠCH\n\nCăn cứ Nghị định số 15/2026/NĐ-CP ngày 6 tháng 1 năm 2026 của Chính phủ quy định \
                về an toàn hồ chứa; Quyết định 9/QĐ-BCT; Quyết định 20/QĐ-BCT ngày 31/2/2026; Nghị định 3/2026/NĐ-BCT ngày 3/2/2026.";
    let learned = learn(&official(text));
    let shown: Vec<_> = learned.iter().map(|l| (l.number.as_str(), l.kind.as_str(), l.date.as_str(), l.title.as_str())).collect();
    assert_eq!(
        shown,
        [("1200/KH-BCT", "Kế hoạch", "2026-05-04", ""), ("15/2026/NĐ-CP", "Nghị định", "2026-01-06", "quy định về an toàn hồ chứa")]
    );
    let mut press = official(text);
    press.group = kiemtin_model::SourceGroup::Press;
    assert_eq!(learn(&press), []);
}

#[test]
fn what_is_configured_wins_over_what_is_learned() {
    let learned = |number: &str, date: &str| LearnedDocument {
        number: number.into(),
        kind: "Quyết định".into(),
        issuer: "Bộ Công Thương".into(),
        date: date.into(),
        title: String::new(),
        document: kiemtin_model::DocId("a".into()),
    };
    let before = register().len();
    let register = register().with_learned([
        learned("407/QĐ-TTg", "2022-05-05"),
        learned("80/2023/NĐ-CP", "2024-05-05"),
        learned("77/QĐ-BCT", "2026-05-05"),
        learned("77/QĐ-BCT", "2026-05-06"),
        learned("77/QĐ-BCT", "2025-05-06"),
    ]);
    assert_eq!(register.len(), before + 2);
    let scanned = scan("Quyết định 77/QĐ-BCT ngày 7/5/2026");
    let citation = citations(&scanned).remove(0);
    assert_eq!(register.judge(&scanned, &citation, None).status(), CiteStatus::Mismatch);
}
