//! What is told of how a report was counted, and of what was missing?

use super::section::{Section, more, text};
use crate::formats::Cell;
use kiemtin_model::report::{Report, ShareLine};
use kiemtin_model::written::count;

pub(super) fn gaps(report: &Report) -> Section {
    let row = |g: &kiemtin_model::report::GapLine| {
        vec![text(&g.source), Cell::Day(g.first), Cell::Day(g.last), Cell::Count(g.days.into()), text(&g.kind)]
    };
    let heads =
        [("source", "Nguồn", 5), ("first", "Từ ngày", 2), ("last", "Đến ngày", 2), ("days", "Số ngày", 2), ("kind", "Tình trạng", 5)];
    let section = Section::new("gaps", "Thiếu dữ liệu", "Nguồn thiếu dữ liệu", &heads, report.gaps.iter().map(row).collect()).at_most(30);
    if report.gaps.is_empty() {
        section.saying("Không có nguồn thường có tin, bài nào thiếu dữ liệu trong kỳ.")
    } else {
        section
    }
}

pub(super) fn sources(report: &Report) -> Section {
    let row = |line: &ShareLine| {
        vec![
            text(&line.name),
            text(&line.id),
            Cell::Count(line.documents),
            Cell::Count(line.before),
            more(line.documents, line.before),
            Cell::Part(line.share),
        ]
    };
    let heads = [
        ("source", "Nguồn", 6),
        ("id", "Mã nguồn", 0),
        ("documents", "Tin, bài", 2),
        ("before", "Kỳ trước", 2),
        ("change", "Thay đổi", 2),
        ("share", "Tỷ lệ", 2),
    ];
    Section::new("sources", "Nguồn", "Nguồn có nhiều tin, bài nhất", &heads, report.sources.iter().map(row).collect()).at_most(15)
}

pub(super) fn method(report: &Report) -> Section {
    let m = &report.method;
    let everything = if m.query.is_empty() { "tất cả tin, bài" } else { &m.query };
    let enabled = m.sources.iter().filter(|source| source.enabled).count() as u64;
    let rows = [
        ("Phạm vi", format!("{}: {}", report.scope.kind.vi(), report.scope.name)),
        ("Kỳ", format!("{}: từ {} đến trước {}", report.period_vi, report.from.vi(), report.to.vi())),
        ("Kỳ so sánh", report.previous.vi()),
        ("Câu tìm", everything.to_owned()),
        ("Tin, bài tính vào kỳ", "theo giờ đăng, giờ Việt Nam (UTC+7); tuần từ thứ Hai đến Chủ nhật (ISO 8601)".to_owned()),
        ("Không rõ ngày đăng", format!("{} tin, bài khớp câu tìm, không nằm trong kỳ nào", count(m.undated))),
        ("Luồng tin", "các bản sao, bản sửa của một văn bản là một luồng tin, tính vào lúc bản đầu tiên của kỳ được đăng".to_owned()),
        ("Ý kiến", format!("{}; kiến nghị: bài phê bình có một trong các từ {}", m.feedback_query, m.proposal_query)),
        ("Cảnh báo của chính sách", "là cảnh báo thuộc chủ đề của chính sách".to_owned()),
        ("Bộ quy tắc", m.rules_version.clone()),
        ("Nguồn", format!("{} nguồn đang thu thập trong {} nguồn đã khai báo", count(enabled), count(m.sources.len() as u64))),
        ("Tính đến thay đổi số", format!("{} của kho dữ liệu", count(report.seq.unsigned_abs()))),
        ("Phiên bản báo cáo", m.report_version.to_string()),
    ];
    let rows = rows.into_iter().map(|(name, value)| vec![text(name), text(value)]).collect();
    Section::new("method", "Phương pháp", "Ghi chú về phương pháp", &[("name", "Mục", 3), ("value", "Nội dung", 9)], rows)
}
