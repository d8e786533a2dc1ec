//! What was answered before and now, and what is meant to be answered, on paper.

use super::{MOST, cell, column, list, named};
use crate::briefing::Briefing;
use crate::view::beside::{correction, ended, why_earlier};
use crate::view::words::decimal;
use kiemtin_deliver::formats::paper::{Block, Grid, Run};
use kiemtin_model::{Answer, Draft};

/// The last three parts of the document.
pub(super) fn blocks(briefing: &Briefing) -> Vec<Block> {
    let mut blocks = before(briefing);
    blocks.extend(ledger(briefing));
    blocks.extend(draft(&briefing.beside.draft.draft));
    blocks
}

fn before(briefing: &Briefing) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(1, "5. Luận điệu tương tự đã xử lý".into())];
    let earlier = &briefing.beside.earlier;
    if earlier.is_empty() {
        blocks.push(Block::plain("Chưa có luận điệu tương tự nào được kết luận, bỏ qua hay trả lời."));
    }
    let mut items = vec![];
    for e in earlier.iter().take(MOST) {
        let mut runs = vec![Run::bold(format!("{} ", e.number)), Run::plain(format!("{} ({}). {}", e.claim, why_earlier(e), ended(e)))];
        if let Some(hours) = e.hours_to_answer {
            runs.push(Run::plain(format!("; trả lời sau {} giờ", decimal(hours))));
        }
        for answer in &e.answers {
            runs.push(Run::plain("\n"));
            runs.push(Run::linked(&answer.url, Some(answer.url.clone())));
        }
        items.push(runs);
    }
    if !items.is_empty() {
        blocks.push(Block::List { numbered: false, items });
    }
    blocks
}

fn ledger(briefing: &Briefing) -> Vec<Block> {
    let beside = &briefing.beside;
    let mut blocks = vec![Block::Heading(1, "6. Phản hồi đã đưa và độ phủ".into())];
    if beside.answers.is_empty() {
        blocks.push(Block::plain("Sổ phản hồi chưa ghi trả lời nào."));
    }
    if let Some(hours) = beside.hours_to_answer {
        blocks.push(Block::Paragraph(named("Thời gian đến trả lời đầu tiên", format!("{} giờ kể từ khi mở cảnh báo", decimal(hours)))));
    }
    let said = |a: &Answer| {
        let more: Vec<&str> = [a.channel.as_str(), a.note.as_str()].into_iter().filter(|t| !t.is_empty()).collect();
        let more = if more.is_empty() { String::new() } else { format!(" ({})", more.join("; ")) };
        vec![Run::plain(format!("{}: ", a.at.vi())), Run::linked(&a.url, Some(a.url.clone())), Run::plain(more)]
    };
    list(&mut blocks, "Trả lời đã ghi", beside.answers.iter().map(said).collect());
    if let Some(c) = beside.correction.as_ref().map(correction) {
        blocks.push(Block::Heading(2, format!("Độ phủ kể từ phản hồi đầu tiên ({})", c.since)));
        blocks.push(Block::Paragraph(named("Luận điệu", c.claim)));
        blocks.push(Block::Paragraph(named("Phản hồi, bác bỏ", format!("{} ({})", c.correction, c.ratio))));
        let rows: Vec<_> = c.days.into_iter().map(|(day, claims, answers)| vec![cell(day), cell(claims), cell(answers)]).collect();
        if !rows.is_empty() {
            let columns = vec![column("Ngày", 2, false), column("Bài lan truyền", 1, true), column("Bài phản hồi", 1, true)];
            blocks.push(Block::Table(Grid { columns, rows }));
        }
    }
    blocks
}

fn draft(draft: &Draft) -> Vec<Block> {
    let mut blocks = vec![Block::Heading(1, "7. Dự thảo trả lời".into())];
    if draft.is_empty() {
        blocks.push(Block::plain("Chưa soạn."));
        return blocks;
    }
    let lines = |text: &str| text.lines().map(str::trim).filter(|line| !line.is_empty()).map(cell).collect::<Vec<_>>();
    if !draft.message.is_empty() {
        blocks.push(Block::Heading(2, "Thông điệp".into()));
        blocks.extend(lines(&draft.message).into_iter().map(Block::Paragraph));
    }
    if !draft.facts.is_empty() {
        blocks.push(Block::Heading(2, "Số liệu, văn bản làm căn cứ".into()));
        blocks.push(Block::List { numbered: false, items: lines(&draft.facts) });
    }
    if !draft.questions.is_empty() {
        blocks.push(Block::Heading(2, "Hỏi và đáp".into()));
        let asked = draft.questions.iter().map(|q| vec![Run::bold(&q.question), Run::plain(format!("\n{}", q.answer))]);
        blocks.push(Block::List { numbered: true, items: asked.collect() });
    }
    for (name, words) in [("Người phát ngôn", &draft.spokesperson), ("Kênh trả lời", &draft.channel)] {
        if !words.is_empty() {
            blocks.push(Block::Paragraph(named(name, words)));
        }
    }
    blocks
}
