//! How is a briefing told on paper? As a document in the administrative look, whatever file it becomes; the same briefing gives the
//! same document, so nothing in it counts from now.

mod answered;

use super::{Briefing, DocumentItem};
use crate::catalogue::Catalogue;
use crate::passage::Passage;
use crate::view::beside::{about_related, day, facts, moments};
use crate::view::chart::Chart;
use crate::view::desk;
use crate::view::file::on_record;
use crate::view::words::{count, points};
use kiemtin_deliver::formats::paper::{Block, Grid, GridColumn, Paper, Run};
use kiemtin_model::{Day, Lang, Time};

/// Who writes: the ministry, and its office that speaks to the press (Decision 1575/QĐ-BCT).
const ISSUER: (&str, &str) = ("BỘ CÔNG THƯƠNG", "VĂN PHÒNG BỘ");
/// Most entries of each list: a briefing is read in minutes. What is left out is counted.
const MOST: usize = 20;

/// The briefing as a document.
pub fn paper(briefing: &Briefing, catalogue: &Catalogue) -> Paper {
    let alert = &briefing.alert;
    let as_of = as_of(briefing);
    let mut banner = vec![];
    if !alert.reviewed {
        banner.push("CẦN KIỂM CHỨNG: cờ do quy tắc đặt, chưa có người kết luận");
    }
    if alert.restricted {
        banner.push("HẠN CHẾ: chỉ dùng trong các đơn vị liên quan");
    }
    let mut blocks = claim(briefing, catalogue);
    blocks.extend(why(briefing));
    blocks.extend(official(briefing));
    blocks.extend(course(briefing));
    blocks.extend(answered::blocks(briefing));
    Paper {
        lang: Lang::Vi,
        issuer: (ISSUER.0.into(), ISSUER.1.into()),
        number: format!("Số hiệu: {}", alert.number),
        dated: in_words(as_of),
        title: "HỒ SƠ CẢNH BÁO".into(),
        subject: alert.claim.clone(),
        banner: banner.join(" · "),
        blocks,
        closing: None,
        as_of: Some(as_of),
    }
}

/// When something last changed in what the briefing tells.
fn as_of(briefing: &Briefing) -> Time {
    let happened = briefing.history.iter().map(|e| e.at);
    let answered = briefing.beside.answers.iter().map(|a| a.at);
    let others = [briefing.alert.last_seen, briefing.alert.opened_at].into_iter().chain(briefing.beside.draft.at);
    happened.chain(answered).chain(others).max().unwrap_or_default()
}

fn in_words(at: Time) -> String {
    let (month, day) = Day::of(at).month_and_day();
    // Months with one figure below 3 are written with a nought (Decree 30/2020/NĐ-CP), as are such days.
    let month = if month < 3 { format!("{month:02}") } else { month.to_string() };
    format!("Hà Nội, ngày {day:02} tháng {month} năm {}", at.year())
}

/// A name and what it is.
pub(super) fn named(name: &str, words: impl Into<String>) -> Vec<Run> {
    vec![Run::bold(format!("{name}: ")), Run::plain(words)]
}

pub(super) fn column(head: &str, share: u16, numbers: bool) -> GridColumn {
    GridColumn { head: head.into(), share, numbers }
}

pub(super) fn cell(words: impl Into<String>) -> Vec<Run> {
    vec![Run::plain(words)]
}

fn claim(briefing: &Briefing, catalogue: &Catalogue) -> Vec<Block> {
    let alert = &briefing.alert;
    let seen = if alert.first_seen == alert.last_seen {
        alert.first_seen.vi()
    } else {
        format!("{} đến {}", alert.first_seen.vi(), alert.last_seen.vi())
    };
    let mut lines = vec![
        named("Luận điệu", &alert.claim),
        named("Mức", format!("{}; {}", alert.level.vi(), desk::kinds(alert))),
        named("Chủ đề, đơn vị", desk::about(alert, catalogue)),
        named(
            "Lan truyền",
            format!("{} ({})", desk::spread(alert), desk::carried(briefing.spread.press_sources, briefing.spread.channels)),
        ),
        named("Xuất hiện", seen),
        named("Hạn trả lời", alert.deadline.vi()),
        named("Tình trạng", desk::status(alert.status)),
    ];
    if let Some(finding) = alert.decision.finding.filter(|_| alert.reviewed) {
        lines.push(named("Kết luận", finding.vi()));
    }
    let mut blocks = vec![Block::Heading(1, "1. Tóm tắt".into())];
    blocks.extend(lines.into_iter().map(Block::Paragraph));
    blocks
}

fn why(briefing: &Briefing) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(1, "2. Vì sao bị gắn cờ".into())];
    if briefing.why.is_empty() {
        blocks.push(Block::plain("Không còn bài nào đang mang luận điệu này: bài đã được sửa, xếp lại hoặc gỡ đi."));
        return blocks;
    }
    if let Some(first) = briefing.why.first() {
        blocks.push(Block::Paragraph([Run::plain("Bài nặng nhất: ")].into_iter().chain(document(&first.document)).collect()));
    }
    let mut items = vec![];
    for reason in briefing.why.iter().take(MOST) {
        let counted = if reason.suppressed { "không tính" } else { "điểm" };
        let mut runs = named(reason.kind.vi(), format!("{} ({} {counted})", reason.message, points(reason.score)));
        for passage in &reason.passages {
            runs.push(Run::plain("\n«"));
            runs.extend(marked(passage));
            runs.push(Run::plain("»"));
        }
        items.push(runs);
    }
    blocks.push(Block::List { numbered: true, items });
    let guards: Vec<_> =
        briefing.guards.iter().take(MOST).map(|g| named(g.guard.vi(), format!("{} ({} bài)", g.message, g.documents))).collect();
    if !guards.is_empty() {
        blocks.push(Block::Heading(2, "Lý do không gắn cờ đã xét".into()));
        blocks.push(Block::List { numbered: false, items: guards });
    }
    blocks
}

/// The words of a passage, those marked that are evidence.
fn marked(passage: &Passage) -> Vec<Run> {
    let (mut runs, mut done) = (vec![], 0);
    for (start, end) in &passage.marks {
        let (Some(before), Some(words)) = (passage.text.get(done..*start), passage.text.get(*start..*end)) else { continue };
        runs.push(Run::plain(before));
        runs.push(Run { marked: true, ..Run::bold(words) });
        done = *end;
    }
    runs.push(Run::plain(passage.text.get(done..).unwrap_or_default()));
    runs
}

fn official(briefing: &Briefing) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(1, "3. Thông tin chính thống".into())];
    let references = on_record(briefing);
    let facts = facts(&briefing.beside);
    if references.is_empty() && facts.is_empty() && briefing.responses.is_empty() {
        blocks.push(Block::plain("Chưa có văn bản, số liệu gốc hay phản hồi chính thống nào được ghi nhận cho luận điệu này."));
    }
    if !facts.is_empty() {
        blocks.push(Block::Heading(2, "Số liệu gốc".into()));
        let row = |f: &crate::view::beside::FactView| {
            let valid = if f.stale.is_empty() { f.valid.clone() } else { format!("{} ({})", f.valid, f.stale) };
            vec![cell(&f.name), cell(&f.value), cell(valid), cell(&f.document)]
        };
        let columns =
            vec![column("Số liệu", 5, false), column("Giá trị", 3, false), column("Hiệu lực", 4, false), column("Văn bản", 3, false)];
        blocks.push(Block::Table(Grid { columns, rows: facts.iter().map(row).collect() }));
    }
    let referred = references.into_iter().map(|r| vec![Run { link: r.url, ..Run::bold(r.label) }, Run::plain(format!(": {}", r.text))]);
    list(&mut blocks, "Văn bản, số liệu được dẫn", referred.collect());
    list(&mut blocks, "Đã phản hồi, bác bỏ", briefing.responses.iter().map(document).collect());
    let related = briefing.beside.related.documents.iter().map(|d| {
        let about = Run::plain(format!(" ({})", about_related(d)));
        let quoted = Run::italic(if d.passage.is_empty() { String::new() } else { format!("\n«{}»", d.passage) });
        vec![Run::linked(if d.title.is_empty() { &d.source_name } else { &d.title }, d.url.clone()), about, quoted]
    });
    list(&mut blocks, "Văn bản, tin bài chính thống có thể liên quan", related.collect());
    blocks
}

fn course(briefing: &Briefing) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(1, "4. Diễn biến".into())];
    let moments = moments(briefing);
    blocks.push(Block::List { numbered: false, items: moments.iter().map(|m| cell(m.told())).collect() });
    if let Some(chart) = Chart::new(&briefing.spread.per_hour) {
        let head = match chart.unit {
            "giờ" => "Giờ bắt đầu",
            "ngày" => "Ngày",
            _ => "Tuần",
        };
        let mut rows: Vec<_> = chart.filled().map(|b| vec![cell(&b.label), cell(count(b.count.into()))]).collect();
        rows.push(vec![vec![Run::bold("Cộng")], vec![Run::bold(count(chart.total.into()))]]);
        blocks.push(Block::Table(Grid { columns: vec![column(head, 3, false), column("Số bài", 1, true)], rows }));
    }
    let sources = briefing.spread.per_source.iter().map(|s| cell(format!("{}: {} bài", s.name, count(s.documents.into()))));
    list(&mut blocks, "Xuất hiện ở đâu", sources.collect());
    blocks
}

/// A list under its heading; what is beyond the most is counted. Nothing when it is empty.
fn list(blocks: &mut Vec<Block>, head: &str, mut items: Vec<Vec<Run>>) {
    if items.is_empty() {
        return;
    }
    let more = items.len().saturating_sub(MOST);
    items.truncate(MOST);
    blocks.push(Block::Heading(2, head.into()));
    blocks.push(Block::List { numbered: false, items });
    if more > 0 {
        blocks.push(Block::plain(format!("… và {} mục nữa trong hồ sơ điện tử.", count(more as u64))));
    }
}

/// Its title, which leads to it, and where it stood.
fn document(d: &DocumentItem) -> Vec<Run> {
    let title = [&d.title, &d.excerpt, &d.source_name].into_iter().find(|t| !t.is_empty()).cloned().unwrap_or_default();
    let at = d.published_at.map_or_else(|| format!("không rõ ngày đăng, thu thập {}", day(d.fetched_at)), Time::vi);
    vec![Run::linked(title, d.url.clone()), Run::plain(format!(" ({} · {at})", d.source_name))]
}
