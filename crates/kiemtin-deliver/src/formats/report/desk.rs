//! How are alerts, findings and early warnings told in a report?

use super::english;
use super::section::{Section, maybe, text};
use crate::formats::Cell;
use kiemtin_model::lang::Lang;
use kiemtin_model::report::Report;

pub(super) fn alerts(report: &Report, lang: Lang) -> Section {
    let a = &report.alerts;
    let named = |name: String, value: u64| vec![text(name), Cell::Count(value)];
    let line = |names: [&str; 2], value: u64| named(lang.of(names).to_owned(), value);
    let of = |names: [&str; 2], what: &str, value: u64| named(format!("{}: {what}", lang.of(names)), value);
    let mut rows = vec![
        line(["Về luận điệu xuất hiện trong kỳ", "About claims that first appeared in the period"], a.new),
        line(["– trong đó khẩn", "– of these, urgent"], a.urgent),
    ];
    let kind = ["– loại cờ mạnh nhất", "– strongest flag"];
    rows.extend(a.kinds.iter().map(|(of_kind, n)| of(kind, english::flag(*of_kind, lang), *n)));
    let now = ["– nay ở trạng thái", "– now"];
    rows.extend(a.statuses.iter().map(|(status, n)| of(now, english::status(*status, lang), *n)));
    let found = ["Kết luận trong kỳ", "Found in the period"];
    rows.extend(a.confirmed.iter().map(|(finding, n)| of(found, english::finding(*finding, lang), *n)));
    let dismissed = ["Bỏ qua trong kỳ", "Dismissed in the period"];
    rows.extend(a.dismissed.iter().map(|(reason, n)| of(dismissed, english::reason(*reason, lang), *n)));
    rows.push(line(["Hết hạn vì không được xem xét", "Expired without a review"], a.expired));
    rows.push(line(["Được trả lời trong kỳ", "Answered in the period"], a.answered));
    rows.push(line(["– đúng hạn", "– in time"], a.in_time));
    let unanswered = ["Luận điệu xuất hiện trong kỳ chưa được trả lời", "Claims that first appeared in the period and have no answer"];
    rows.push(line(unanswered, a.unanswered));
    let hours = lang.of(["Số giờ đến trả lời đầu tiên (trung vị)", "Hours to the first answer (median)"]);
    rows.push(vec![text(hours), maybe(a.median_hours, Cell::Number)]);
    let restricted = ["Cảnh báo hạn chế phạm vi xem (chỉ tính số lượng)", "Alerts that only some units see (counted alone)"];
    rows.push(line(restricted, a.restricted));
    let heads = [("figure", ["Chỉ số", "Figure"], 8), ("value", ["Số lượng", "Number"], 2)];
    let mut section = Section::new(lang, "alerts", ["Cảnh báo", "Alerts"], ["Xử lý cảnh báo", "What became of alerts"], &heads, rows)
        .saying(lang.of([
        "Cảnh báo là dấu hiệu cần kiểm chứng do quy tắc nêu ra; chỉ con người kết luận, với hai người xác nhận và văn bản làm căn cứ.",
        "An alert is a sign that rules raise and that is to be verified; people alone conclude: two of them, on the ground of a document.",
    ]));
    if a.answered > 0 {
        let part = a.in_time as f64 / a.answered as f64;
        let (in_time, answered, part) = (lang.count(a.in_time), lang.count(a.answered), lang.percent(part));
        section = section.saying(lang.of([
            format!("Trả lời đúng hạn {in_time} trong {answered} cảnh báo ({part})."),
            format!("Answered in time: {in_time} of {answered} alerts ({part})."),
        ]));
    }
    section
}

pub(super) fn findings(report: &Report, lang: Lang) -> Section {
    let row = |f: &kiemtin_model::report::FindingLine| {
        let answer = match (&f.answer_url, f.answered_at) {
            (Some(url), _) => Cell::Link(lang.of(["Xem trả lời", "Read it"]).into(), url.clone()),
            (None, Some(_)) => text(lang.of(["Đã trả lời", "Given"])),
            (None, None) => text(lang.of(["Chưa trả lời", "None"])),
        };
        vec![
            text(&f.number),
            text(&f.claim),
            text(english::finding_alone(f.finding, lang)),
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
        ("number", ["Số hiệu", "Alert"], 3),
        ("claim", ["Luận điệu", "Claim"], 7),
        ("finding", ["Kết luận", "Finding"], 3),
        ("decided_at", ["Kết luận lúc", "Found at"], 0),
        ("documents", ["Tin, bài", "Articles"], 2),
        ("stories", ["Luồng tin", "Stories"], 0),
        ("sources", ["Nguồn", "Sources"], 0),
        ("answer", ["Trả lời", "Answer"], 3),
        ("answered_at", ["Trả lời lúc", "Answered at"], 0),
        ("hours", ["Số giờ đến trả lời", "Hours to answer"], 0),
        ("still_told", ["Bài còn lan truyền sau đó", "Still told since"], 2),
        ("corrections", ["Bài bác bỏ sau đó", "Refuted since"], 2),
        ("correction_sources", ["Nguồn bác bỏ sau đó", "Sources that refuted since"], 0),
    ];
    let section = Section::new(
        lang,
        "findings",
        ["Tin sai", "Findings"],
        ["Tin giả, tin sai sự thật và trả lời", "Fake news, false information and answers"],
        &heads,
        report.findings.iter().map(row).collect(),
    );
    if report.findings.is_empty() {
        section.saying(
            lang.of(["Không có kết luận tin giả, tin sai sự thật trong kỳ.", "Nothing was found to be fake or false in the period."]),
        )
    } else {
        section
    }
}

pub(super) fn bursts(report: &Report, lang: Lang) -> Section {
    let row = |b: &kiemtin_model::report::BurstLine| {
        vec![
            Cell::Moment(b.at),
            text(&b.subject),
            Cell::Count(b.documents.into()),
            Cell::Count(b.hours.into()),
            Cell::Number(b.usual),
            more_than_usual(lang, b.documents, b.usual),
            Cell::Count(b.sources.into()),
            text(&b.cause),
        ]
    };
    let heads = [
        ("at", ["Lúc", "At"], 3),
        ("subject", ["Về", "About"], 5),
        ("documents", ["Tin, bài", "Articles"], 2),
        ("hours", ["Trong số giờ", "In hours"], 2),
        ("usual", ["Thường là", "Usual"], 2),
        ("times", ["Gấp", "Times"], 2),
        ("sources", ["Nguồn", "Sources"], 2),
        ("cause", ["Có thể do", "Likely because of"], 6),
    ];
    Section::new(
        lang,
        "bursts",
        ["Đợt tăng", "Surges"],
        ["Đợt tăng bất thường và nguyên nhân", "Unusual surges and their causes"],
        &heads,
        report.bursts.iter().map(row).collect(),
    )
    .at_most(20)
}

/// How many times what is usual.
fn more_than_usual(lang: Lang, documents: u32, usual: f64) -> Cell {
    if usual > 0.0 {
        let times = lang.decimal((f64::from(documents) / usual * 10.0).round() / 10.0);
        text(lang.of([format!("{times} lần"), format!("{times} times")]))
    } else {
        Cell::Empty
    }
}
