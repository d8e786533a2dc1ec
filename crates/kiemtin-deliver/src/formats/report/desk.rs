//! How are alerts, findings and early warnings told in a report?

use super::section::{Section, maybe, text};
use crate::formats::Cell;
use kiemtin_model::report::Report;
use kiemtin_model::written::{count, decimal, percent};

pub(super) fn alerts(report: &Report) -> Section {
    let a = &report.alerts;
    let line = |name: String, value: u64| vec![text(name), Cell::Count(value)];
    let mut rows = vec![line("Về luận điệu xuất hiện trong kỳ".into(), a.new), line("– trong đó khẩn".into(), a.urgent)];
    rows.extend(a.kinds.iter().map(|(kind, n)| line(format!("– loại cờ mạnh nhất: {}", kind.vi()), *n)));
    rows.extend(a.statuses.iter().map(|(status, n)| line(format!("– nay ở trạng thái: {}", status.vi()), *n)));
    rows.extend(a.confirmed.iter().map(|(finding, n)| line(format!("Kết luận trong kỳ: {}", finding.vi()), *n)));
    rows.extend(a.dismissed.iter().map(|(reason, n)| line(format!("Bỏ qua trong kỳ: {}", reason.vi()), *n)));
    rows.push(line("Hết hạn vì không được xem xét".into(), a.expired));
    rows.push(line("Được trả lời trong kỳ".into(), a.answered));
    rows.push(line("– đúng hạn".into(), a.in_time));
    rows.push(line("Luận điệu xuất hiện trong kỳ chưa được trả lời".into(), a.unanswered));
    rows.push(vec![text("Số giờ đến trả lời đầu tiên (trung vị)"), maybe(a.median_hours, Cell::Number)]);
    rows.push(line("Cảnh báo hạn chế phạm vi xem (chỉ tính số lượng)".into(), a.restricted));
    let heads = [("figure", "Chỉ số", 8), ("value", "Số lượng", 2)];
    let mut section = Section::new("alerts", "Cảnh báo", "Xử lý cảnh báo", &heads, rows).saying(
        "Cảnh báo là dấu hiệu cần kiểm chứng do quy tắc nêu ra; chỉ con người kết luận, với hai người xác nhận và văn bản làm căn cứ.",
    );
    if a.answered > 0 {
        let part = a.in_time as f64 / a.answered as f64;
        section =
            section.saying(format!("Trả lời đúng hạn {} trong {} cảnh báo ({}).", count(a.in_time), count(a.answered), percent(part)));
    }
    section
}

pub(super) fn findings(report: &Report) -> Section {
    let row = |f: &kiemtin_model::report::FindingLine| {
        let answer = match (&f.answer_url, f.answered_at) {
            (Some(url), _) => Cell::Link("Xem trả lời".into(), url.clone()),
            (None, Some(_)) => text("Đã trả lời"),
            (None, None) => text("Chưa trả lời"),
        };
        vec![
            text(&f.number),
            text(&f.claim),
            text(f.finding.vi()),
            Cell::Moment(f.decided_at),
            Cell::Count(f.documents.into()),
            Cell::Count(f.stories.into()),
            Cell::Count(f.sources.into()),
            answer,
            maybe(f.answered_at, Cell::Moment),
            maybe(f.hours, Cell::Number),
            Cell::Count(f.still_told.into()),
            Cell::Count(f.corrections.into()),
            Cell::Count(f.correction_sources.into()),
        ]
    };
    let heads = [
        ("number", "Số hiệu", 3),
        ("claim", "Luận điệu", 7),
        ("finding", "Kết luận", 3),
        ("decided_at", "Kết luận lúc", 0),
        ("documents", "Tin, bài", 2),
        ("stories", "Luồng tin", 0),
        ("sources", "Nguồn", 2),
        ("answer", "Trả lời", 3),
        ("answered_at", "Trả lời lúc", 0),
        ("hours", "Số giờ đến trả lời", 2),
        ("still_told", "Bài còn lan truyền sau đó", 2),
        ("corrections", "Bài bác bỏ sau đó", 2),
        ("correction_sources", "Nguồn bác bỏ sau đó", 0),
    ];
    let section =
        Section::new("findings", "Tin sai", "Tin giả, tin sai sự thật và trả lời", &heads, report.findings.iter().map(row).collect());
    if report.findings.is_empty() { section.saying("Không có kết luận tin giả, tin sai sự thật trong kỳ.") } else { section }
}

pub(super) fn bursts(report: &Report) -> Section {
    let row = |b: &kiemtin_model::report::BurstLine| {
        vec![
            Cell::Moment(b.at),
            text(&b.subject),
            Cell::Count(b.documents.into()),
            Cell::Count(b.hours.into()),
            Cell::Number(b.usual),
            more_than_usual(b.documents, b.usual),
            Cell::Count(b.sources.into()),
            text(&b.cause),
        ]
    };
    let heads = [
        ("at", "Lúc", 3),
        ("subject", "Về", 5),
        ("documents", "Tin, bài", 2),
        ("hours", "Trong số giờ", 2),
        ("usual", "Thường là", 2),
        ("times", "Gấp", 2),
        ("sources", "Nguồn", 2),
        ("cause", "Có thể do", 6),
    ];
    Section::new("bursts", "Đợt tăng", "Đợt tăng bất thường và nguyên nhân", &heads, report.bursts.iter().map(row).collect()).at_most(20)
}

/// How many times what is usual.
fn more_than_usual(documents: u32, usual: f64) -> Cell {
    if usual > 0.0 { text(format!("{} lần", decimal((f64::from(documents) / usual * 10.0).round() / 10.0))) } else { Cell::Empty }
}
