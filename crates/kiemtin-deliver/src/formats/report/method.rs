//! What is told of how a report was counted, and of what was missing?

use super::english;
use super::section::{Section, more, text};
use crate::formats::Cell;
use kiemtin_model::lang::Lang;
use kiemtin_model::report::{Report, ShareLine};

pub(super) fn gaps(report: &Report, lang: Lang) -> Section {
    let row = |g: &kiemtin_model::report::GapLine| {
        vec![text(&g.source), Cell::Day(g.first), Cell::Day(g.last), Cell::Count(g.days.into()), text(&g.kind)]
    };
    let heads = [
        ("source", ["Nguồn", "Source"], 5),
        ("first", ["Từ ngày", "From"], 2),
        ("last", ["Đến ngày", "To"], 2),
        ("days", ["Số ngày", "Days"], 2),
        ("kind", ["Tình trạng", "State"], 5),
    ];
    let section = Section::new(
        lang,
        "gaps",
        ["Thiếu dữ liệu", "Missing data"],
        ["Nguồn thiếu dữ liệu", "Sources without data"],
        &heads,
        report.gaps.iter().map(row).collect(),
    )
    .at_most(30);
    if report.gaps.is_empty() {
        section.saying(lang.of([
            "Không có nguồn thường có tin, bài nào thiếu dữ liệu trong kỳ.",
            "No source that usually has articles lacked data in the period.",
        ]))
    } else {
        section
    }
}

pub(super) fn sources(report: &Report, lang: Lang) -> Section {
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
        ("source", ["Nguồn", "Source"], 6),
        ("id", ["Mã nguồn", "Source id"], 0),
        ("documents", ["Tin, bài", "Articles"], 2),
        ("before", ["Kỳ trước", "Period before"], 2),
        ("change", ["Thay đổi", "Change"], 2),
        ("share", ["Tỷ lệ", "Share"], 2),
    ];
    Section::new(
        lang,
        "sources",
        ["Nguồn", "Sources"],
        ["Nguồn có nhiều tin, bài nhất", "Sources with most articles"],
        &heads,
        report.sources.iter().map(row).collect(),
    )
    .at_most(15)
}

pub(super) fn method(report: &Report, lang: Lang) -> Section {
    let m = &report.method;
    let everything = if m.query.is_empty() { lang.of(["tất cả tin, bài", "all articles"]) } else { &m.query };
    let enabled = m.sources.iter().filter(|source| source.enabled).count() as u64;
    let [undated, enabled, sources, seq] = [m.undated, enabled, m.sources.len() as u64, report.seq.unsigned_abs()].map(|n| lang.count(n));
    let (from, to, feedback, proposals) = (lang.moment(report.from), lang.moment(report.to), &m.feedback_query, &m.proposal_query);
    let said = |vi: &str, en: &str| lang.of([vi, en]).to_owned();
    let rows = [
        (["Phạm vi", "Scope"], format!("{}: {}", english::scope(report.scope.kind, lang), report.scope.name)),
        (
            ["Kỳ", "Period"],
            format!("{}: {}", report.period_vi, lang.of([format!("từ {from} đến trước {to}"), format!("from {from} to before {to}")])),
        ),
        (["Kỳ so sánh", "Compared with"], lang.period(report.previous)),
        (["Câu tìm", "Query"], everything.to_owned()),
        (
            ["Tin, bài tính vào kỳ", "Articles of a period"],
            said(
                "theo giờ đăng, giờ Việt Nam (UTC+7); tuần từ thứ Hai đến Chủ nhật (ISO 8601)",
                "by the time of publication in Vietnam (UTC+7); weeks from Monday to Sunday (ISO 8601)",
            ),
        ),
        (
            ["Không rõ ngày đăng", "Without a date"],
            lang.of([
                format!("{undated} tin, bài khớp câu tìm, không nằm trong kỳ nào"),
                format!("articles that match the query and are in no period: {undated}"),
            ]),
        ),
        (
            ["Luồng tin", "Stories"],
            said(
                "các bản sao, bản sửa của một văn bản là một luồng tin, tính vào lúc bản đầu tiên của kỳ được đăng",
                "copies and corrections of one text are one story, counted when the first of the period was published",
            ),
        ),
        (
            ["Ý kiến", "Feedback"],
            lang.of([
                format!("{feedback}; kiến nghị: bài phê bình có một trong các từ {proposals}"),
                format!("{feedback}; proposals: criticism with one of the words {proposals}"),
            ]),
        ),
        (
            ["Cảnh báo của chính sách", "Alerts of a policy"],
            said("là cảnh báo thuộc chủ đề của chính sách", "are those of the topic of the policy"),
        ),
        (["Bộ quy tắc", "Rules"], m.rules_version.clone()),
        (
            ["Nguồn", "Sources"],
            lang.of([
                format!("{enabled} nguồn đang thu thập trong {sources} nguồn đã khai báo"),
                format!("{enabled} collected of {sources} that are configured"),
            ]),
        ),
        (["Tính đến thay đổi số", "Up to change"], lang.of([format!("{seq} của kho dữ liệu"), format!("number {seq} of the store")])),
        (["Phiên bản báo cáo", "Version of the report"], m.report_version.to_string()),
    ];
    let rows = rows.into_iter().map(|(name, value)| vec![text(lang.of(name)), text(value)]).collect();
    Section::new(
        lang,
        "method",
        ["Phương pháp", "Method"],
        ["Ghi chú về phương pháp", "Notes on the method"],
        &[("name", ["Mục", "Item"], 3), ("value", ["Nội dung", "Content"], 9)],
        rows,
    )
}
