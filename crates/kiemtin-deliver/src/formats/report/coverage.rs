//! How is coverage told in a report?

use super::english;
use super::section::{Section, against, linked, maybe, more, text};
use crate::formats::Cell;
use crate::formats::paper::ChartKind;
use kiemtin_model::lang::Lang;
use kiemtin_model::report::{Report, ShareLine};

/// Rows of long tables that stand in documents; sheets have all.
const MOST: usize = 15;

pub(super) fn summary(report: &Report, lang: Lang) -> Section {
    let row = |f: &kiemtin_model::report::Figure| vec![text(&f.name), Cell::Count(f.now), Cell::Count(f.before), more(f.now, f.before)];
    let heads = [
        ("figure", ["Chỉ số", "Figure"], 6),
        ("now", ["Kỳ này", "This period"], 2),
        ("before", ["Kỳ trước", "Period before"], 2),
        ("change", ["Thay đổi", "Change"], 2),
    ];
    let figure = |key: &str| report.headline.iter().find(|f| f.key == key);
    let mut section = Section::new(
        lang,
        "summary",
        ["Tổng quan", "Summary"],
        ["Tổng quan", "Summary"],
        &heads,
        report.headline.iter().map(row).collect(),
    );
    if !report.complete {
        let to = lang.moment(report.to);
        section = section.saying(lang.of([
            format!("Kỳ chưa kết thúc: số liệu đến {to}, so với cùng khoảng thời gian của kỳ trước."),
            format!("The period is not over: figures up to {to}, compared with as much time of the period before."),
        ]));
    }
    if let (Some(documents), Some(stories), Some(sources)) = (figure("documents"), figure("stories"), figure("sources")) {
        let [all, of, apart] = [documents, sources, stories].map(|figure| lang.count(figure.now));
        let more = against(lang, documents.now, documents.before);
        section = section.saying(lang.of([
            format!("Có {all} tin, bài của {of} nguồn{more}; thuộc {apart} luồng tin độc lập."),
            format!("Articles and posts: {all}{more}; sources: {of}; independent stories: {apart}."),
        ]));
    }
    if !report.words.is_empty() {
        let words = report.words.join(", ");
        section = section.saying(lang.of([
            format!("Từ nổi bật so với mặt bằng chung: {words}."),
            format!("Words that are more frequent than in all coverage: {words}."),
        ]));
    }
    section
}

pub(super) fn course(report: &Report, lang: Lang) -> Section {
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
        ("part", ["Thời gian", "Time"], 4),
        ("day", ["Từ ngày", "From"], 0),
        ("documents", ["Tin, bài", "Articles"], 2),
        ("all", ["Tổng số tin, bài", "All articles"], share_width),
        ("share", ["Tỷ lệ", "Share"], share_width),
        ("stories", ["Luồng tin", "Stories"], 2),
        ("missing", ["Nguồn thiếu dữ liệu", "Sources without data"], 5),
    ];
    Section::new(
        lang,
        "course",
        ["Diễn biến", "Course"],
        ["Diễn biến", "Course of the period"],
        &heads,
        report.course.iter().map(row).collect(),
    )
    .charted(lang.of(["Tin, bài và luồng tin", "Articles and stories"]), ChartKind::Lines, &["documents", "stories"], 400)
    .at_most(53)
}

pub(super) fn stories(report: &Report, lang: Lang) -> Section {
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
        ("title", ["Sự việc", "Event"], 8),
        ("source", ["Nguồn đầu tiên", "First source"], 3),
        ("published_at", ["Đăng lúc", "Published at"], 4),
        ("documents", ["Tin, bài", "Articles"], 2),
        ("sources", ["Nguồn", "Sources"], 2),
    ];
    Section::new(
        lang,
        "stories",
        ["Sự việc nổi bật", "Events"],
        ["Sự việc được đưa tin nhiều nhất", "Events that were reported most"],
        &heads,
        report.stories.iter().map(row).collect(),
    )
}

fn share(line: &ShareLine) -> [Cell; 4] {
    [Cell::Count(line.documents), Cell::Count(line.before), more(line.documents, line.before), Cell::Part(line.share)]
}

pub(super) fn topics(report: &Report, lang: Lang) -> Section {
    let row = |t: &kiemtin_model::report::TopicLine| {
        let own = (t.line.documents > 0).then(|| t.own_media as f64 / t.line.documents as f64);
        let mut row = vec![text(&t.line.name)];
        row.extend(share(&t.line));
        row.extend([Cell::Count(t.stories), Cell::Count(t.own_media), maybe(own, Cell::Part)]);
        row
    };
    let heads = [
        ("topic", ["Chủ đề", "Topic"], 6),
        ("documents", ["Tin, bài", "Articles"], 2),
        ("before", ["Kỳ trước", "Period before"], 2),
        ("change", ["Thay đổi", "Change"], 2),
        ("share", ["Tỷ lệ", "Share"], 2),
        ("stories", ["Luồng tin", "Stories"], 2),
        ("own_media", ["Báo chí của Bộ", "Own press"], 2),
        ("own_share", ["Tỷ lệ báo chí của Bộ", "Share of own press"], 2),
    ];
    let most = report.topics.iter().find(|t| !t.line.id.is_empty() && t.line.documents > 0);
    let section =
        Section::new(lang, "topics", ["Chủ đề", "Topics"], ["Theo chủ đề", "By topic"], &heads, report.topics.iter().map(row).collect())
            .saying(lang.of(["Một tin, bài thuộc nhiều chủ đề được tính ở từng chủ đề.", "An article of several topics counts for each."]))
            .charted(lang.of(["Tin, bài theo chủ đề", "Articles by topic"]), ChartKind::Bars, &["documents", "before"], 14);
    match most {
        None => section,
        Some(most) => {
            let (name, all, share) = (&most.line.name, lang.count(most.line.documents), lang.percent(most.line.share));
            let more = against(lang, most.line.documents, most.line.before);
            section.saying(lang.of([
                format!("Nhiều nhất là «{name}»: {all} tin, bài ({share}){more}."),
                format!("Most are about “{name}”: {all} ({share}){more}."),
            ]))
        }
    }
}

pub(super) fn groups(report: &Report, lang: Lang) -> Section {
    let row = |line: &ShareLine| [text(&line.name)].into_iter().chain(share(line)).collect();
    let heads = [
        ("group", ["Nhóm nguồn", "Group of sources"], 6),
        ("documents", ["Tin, bài", "Articles"], 2),
        ("before", ["Kỳ trước", "Period before"], 2),
        ("change", ["Thay đổi", "Change"], 2),
        ("share", ["Tỷ lệ", "Share"], 2),
    ];
    Section::new(
        lang,
        "groups",
        ["Nhóm nguồn", "Groups of sources"],
        ["Theo nhóm nguồn", "By group of sources"],
        &heads,
        report.groups.iter().map(row).collect(),
    )
    .charted(lang.of(["Tin, bài theo nhóm nguồn", "Articles by group of sources"]), ChartKind::Columns, &["documents", "before"], 8)
}

pub(super) fn policies(report: &Report, lang: Lang) -> Section {
    let row = |p: &kiemtin_model::report::PolicyShare| {
        vec![
            text(&p.title),
            maybe(p.stage, |stage| text(english::stage(stage, lang))),
            Cell::Count(p.documents),
            Cell::Count(p.before),
            more(p.documents, p.before),
            Cell::Count(p.feedback),
        ]
    };
    let heads = [
        ("policy", ["Chính sách", "Policy"], 7),
        ("stage", ["Giai đoạn", "Stage"], 3),
        ("documents", ["Tin, bài", "Articles"], 2),
        ("before", ["Kỳ trước", "Period before"], 2),
        ("change", ["Thay đổi", "Change"], 2),
        ("feedback", ["Ý kiến", "Feedback"], 2),
    ];
    Section::new(
        lang,
        "policies",
        ["Chính sách", "Policies"],
        ["Theo chính sách và giai đoạn", "By policy and stage"],
        &heads,
        report.policies.iter().map(row).collect(),
    )
    .at_most(MOST)
}

pub(super) fn feedback(report: &Report, lang: Lang) -> Section {
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
        ("topic", ["Chủ đề", "Topic"], 6),
        ("criticism", ["Phê bình", "Criticism"], 2),
        ("proposals", ["Kiến nghị", "Proposals"], 2),
        ("questions", ["Câu hỏi", "Questions"], 2),
        ("all", ["Tổng", "All"], 2),
        ("before", ["Kỳ trước", "Period before"], 2),
        ("change", ["Thay đổi", "Change"], 2),
    ];
    Section::new(
        lang,
        "feedback",
        ["Ý kiến", "Feedback"],
        ["Ý kiến của người dân, doanh nghiệp", "Feedback of people and businesses"],
        &heads,
        report.feedback.iter().map(row).collect(),
    )
    .saying(lang.of([
        "Ý kiến phê bình, kiến nghị, câu hỏi được tổng hợp để tiếp thu, không bao giờ bị gắn cờ.",
        "Criticism, proposals and questions are gathered to be listened to; they are never flagged.",
    ]))
    .charted(lang.of(["Ý kiến theo chủ đề", "Feedback by topic"]), ChartKind::Bars, &["criticism", "proposals", "questions"], 10)
}

pub(super) fn excerpts(report: &Report, lang: Lang) -> Section {
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
    let heads = [
        ("topic", ["Chủ đề", "Topic"], 3),
        ("excerpt", ["Trích", "Excerpt"], 8),
        ("title", ["Bài", "Article"], 5),
        ("source", ["Nguồn", "Source"], 3),
        ("published_at", ["Đăng lúc", "Published at"], 4),
    ];
    Section::new(
        lang,
        "excerpts",
        ["Trích ý kiến", "Excerpts"],
        ["Trích ý kiến đã đăng công khai", "Excerpts of published feedback"],
        &heads,
        rows.collect(),
    )
}
