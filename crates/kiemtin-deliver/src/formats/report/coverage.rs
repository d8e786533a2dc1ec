//! How is coverage told in a report?

use super::section::{Section, against, linked, maybe, more, text};
use crate::formats::Cell;
use crate::formats::paper::ChartKind;
use kiemtin_model::report::{Report, ShareLine};
use kiemtin_model::written::{count, percent};

/// Rows of long tables that stand in documents; sheets have all.
const MOST: usize = 15;

pub(super) fn summary(report: &Report) -> Section {
    let row = |f: &kiemtin_model::report::Figure| vec![text(&f.name), Cell::Count(f.now), Cell::Count(f.before), more(f.now, f.before)];
    let heads = [("figure", "Chỉ số", 6), ("now", "Kỳ này", 2), ("before", "Kỳ trước", 2), ("change", "Thay đổi", 2)];
    let figure = |key: &str| report.headline.iter().find(|f| f.key == key);
    let mut section = Section::new("summary", "Tổng quan", "Tổng quan", &heads, report.headline.iter().map(row).collect());
    if !report.complete {
        section = section.saying(format!("Kỳ chưa kết thúc: số liệu đến {}, so với cùng khoảng thời gian của kỳ trước.", report.to.vi()));
    }
    if let (Some(documents), Some(stories), Some(sources)) = (figure("documents"), figure("stories"), figure("sources")) {
        section = section.saying(format!(
            "Có {} tin, bài của {} nguồn{}; thuộc {} luồng tin độc lập.",
            count(documents.now),
            count(sources.now),
            against(documents.now, documents.before),
            count(stories.now)
        ));
    }
    if !report.words.is_empty() {
        section = section.saying(format!("Từ nổi bật so với mặt bằng chung: {}.", report.words.join(", ")));
    }
    section
}

pub(super) fn course(report: &Report) -> Section {
    let share = |documents: u64, all: u64| maybe((all > 0).then(|| documents as f64 / all as f64), Cell::Part);
    let row = |p: &kiemtin_model::report::CoursePoint| {
        let missing = if p.missing.is_empty() { Cell::Empty } else { text(p.missing.join("; ")) };
        vec![
            text(&p.name),
            Cell::Day(p.day),
            Cell::Count(p.documents),
            Cell::Count(p.all),
            share(p.documents, p.all),
            Cell::Count(p.stories),
            missing,
        ]
    };
    // Of the whole ministry, a share says nothing.
    let share_width = if report.method.query.is_empty() { 0 } else { 2 };
    let heads = [
        ("part", "Thời gian", 4),
        ("day", "Từ ngày", 0),
        ("documents", "Tin, bài", 2),
        ("all", "Tổng số tin, bài", share_width),
        ("share", "Tỷ lệ", share_width),
        ("stories", "Luồng tin", 2),
        ("missing", "Nguồn thiếu dữ liệu", 5),
    ];
    Section::new("course", "Diễn biến", "Diễn biến", &heads, report.course.iter().map(row).collect())
        .charted("Tin, bài và luồng tin", ChartKind::Lines, &["documents", "stories"], 400)
        .at_most(53)
}

pub(super) fn stories(report: &Report) -> Section {
    let row = |s: &kiemtin_model::report::TopStory| {
        vec![
            linked(&s.title, s.url.as_ref()),
            text(&s.source),
            maybe(s.published_at, Cell::Moment),
            Cell::Count(s.documents.into()),
            Cell::Count(s.sources.into()),
        ]
    };
    let heads = [
        ("title", "Sự việc", 8),
        ("source", "Nguồn đầu tiên", 3),
        ("published_at", "Đăng lúc", 4),
        ("documents", "Tin, bài", 2),
        ("sources", "Nguồn", 2),
    ];
    Section::new("stories", "Sự việc nổi bật", "Sự việc được đưa tin nhiều nhất", &heads, report.stories.iter().map(row).collect())
}

fn share(line: &ShareLine) -> [Cell; 4] {
    [Cell::Count(line.documents), Cell::Count(line.before), more(line.documents, line.before), Cell::Part(line.share)]
}

pub(super) fn topics(report: &Report) -> Section {
    let row = |t: &kiemtin_model::report::TopicLine| {
        let own = (t.line.documents > 0).then(|| t.own_media as f64 / t.line.documents as f64);
        let mut row = vec![text(&t.line.name)];
        row.extend(share(&t.line));
        row.extend([Cell::Count(t.stories), Cell::Count(t.own_media), maybe(own, Cell::Part)]);
        row
    };
    let heads = [
        ("topic", "Chủ đề", 6),
        ("documents", "Tin, bài", 2),
        ("before", "Kỳ trước", 2),
        ("change", "Thay đổi", 2),
        ("share", "Tỷ lệ", 2),
        ("stories", "Luồng tin", 2),
        ("own_media", "Báo chí của Bộ", 2),
        ("own_share", "Tỷ lệ báo chí của Bộ", 2),
    ];
    let most = report.topics.iter().find(|t| !t.line.id.is_empty() && t.line.documents > 0);
    let section = Section::new("topics", "Chủ đề", "Theo chủ đề", &heads, report.topics.iter().map(row).collect())
        .saying("Một tin, bài thuộc nhiều chủ đề được tính ở từng chủ đề.")
        .charted("Tin, bài theo chủ đề", ChartKind::Bars, &["documents", "before"], 14);
    match most {
        None => section,
        Some(most) => section.saying(format!(
            "Nhiều nhất là «{}»: {} tin, bài ({}){}.",
            most.line.name,
            count(most.line.documents),
            percent(most.line.share),
            against(most.line.documents, most.line.before)
        )),
    }
}

pub(super) fn groups(report: &Report) -> Section {
    let row = |line: &ShareLine| [text(&line.name)].into_iter().chain(share(line)).collect();
    let heads = [
        ("group", "Nhóm nguồn", 6),
        ("documents", "Tin, bài", 2),
        ("before", "Kỳ trước", 2),
        ("change", "Thay đổi", 2),
        ("share", "Tỷ lệ", 2),
    ];
    Section::new("groups", "Nhóm nguồn", "Theo nhóm nguồn", &heads, report.groups.iter().map(row).collect()).charted(
        "Tin, bài theo nhóm nguồn",
        ChartKind::Columns,
        &["documents", "before"],
        8,
    )
}

pub(super) fn policies(report: &Report) -> Section {
    let row = |p: &kiemtin_model::report::PolicyShare| {
        vec![
            text(&p.title),
            maybe(p.stage, |stage| text(stage.vi())),
            Cell::Count(p.documents),
            Cell::Count(p.before),
            more(p.documents, p.before),
            Cell::Count(p.feedback),
        ]
    };
    let heads = [
        ("policy", "Chính sách", 7),
        ("stage", "Giai đoạn", 3),
        ("documents", "Tin, bài", 2),
        ("before", "Kỳ trước", 2),
        ("change", "Thay đổi", 2),
        ("feedback", "Ý kiến", 2),
    ];
    Section::new("policies", "Chính sách", "Theo chính sách và giai đoạn", &heads, report.policies.iter().map(row).collect()).at_most(MOST)
}

pub(super) fn feedback(report: &Report) -> Section {
    let row = |f: &kiemtin_model::report::FeedbackLine| {
        let all = f.criticism + f.proposals + f.questions;
        vec![
            text(&f.name),
            Cell::Count(f.criticism),
            Cell::Count(f.proposals),
            Cell::Count(f.questions),
            Cell::Count(all),
            Cell::Count(f.before),
            more(all, f.before),
        ]
    };
    let heads = [
        ("topic", "Chủ đề", 6),
        ("criticism", "Phê bình", 2),
        ("proposals", "Kiến nghị", 2),
        ("questions", "Câu hỏi", 2),
        ("all", "Tổng", 2),
        ("before", "Kỳ trước", 2),
        ("change", "Thay đổi", 2),
    ];
    Section::new("feedback", "Ý kiến", "Ý kiến của người dân, doanh nghiệp", &heads, report.feedback.iter().map(row).collect())
        .saying("Ý kiến phê bình, kiến nghị, câu hỏi được tổng hợp để tiếp thu, không bao giờ bị gắn cờ.")
        .charted("Ý kiến theo chủ đề", ChartKind::Bars, &["criticism", "proposals", "questions"], 10)
}

pub(super) fn excerpts(report: &Report) -> Section {
    let rows = report.feedback.iter().flat_map(|f| {
        f.excerpts.iter().map(|e| {
            vec![
                text(&f.name),
                text(&e.text),
                Cell::Link(e.title.clone(), e.url.clone()),
                text(&e.source),
                maybe(e.published_at, Cell::Moment),
            ]
        })
    });
    let heads =
        [("topic", "Chủ đề", 3), ("excerpt", "Trích", 8), ("title", "Bài", 5), ("source", "Nguồn", 3), ("published_at", "Đăng lúc", 4)];
    Section::new("excerpts", "Trích ý kiến", "Trích ý kiến đã đăng công khai", &heads, rows.collect())
}
