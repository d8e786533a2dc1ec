//! What happened to an alert, in words?

use crate::view::words::{ago, count};
use kiemtin_model::{AlertEvent, AlertEventKind, DeskChange, DeskState, Time};

/// One line of the history.
pub struct HistoryLine {
    /// When.
    pub at: String,
    /// The same relative to now.
    pub ago: String,
    /// Who did it; empty for the service.
    pub by: String,
    /// What.
    pub what: String,
    /// What changed, or what there was then.
    pub more: String,
    /// Why, or the note.
    pub reason: String,
    /// Official document or address.
    pub reference: String,
}

/// The history, newest first. Growth after growth is one line: three hundred copies bury no decision.
pub fn lines(history: &[AlertEvent], now: Time) -> Vec<HistoryLine> {
    let grew = |e: &AlertEvent| e.kind == AlertEventKind::Grew;
    let told = |run: &[AlertEvent]| {
        let (first, last) = run.first().zip(run.last())?;
        let mut told = line(last, now);
        if run.len() > 1 {
            told.more.push_str(&format!(" (lần thứ {} kể từ {})", count(run.len() as u64), first.at.vi()));
        }
        Some(told)
    };
    let mut lines: Vec<HistoryLine> = history.chunk_by(|a, b| grew(a) && grew(b)).filter_map(told).collect();
    lines.reverse();
    lines
}

fn line(event: &AlertEvent, now: Time) -> HistoryLine {
    let more = match &event.change {
        Some(change) => changes(change),
        None => format!("mức {}, {} bài", event.level.vi(), count(event.documents.into())),
    };
    HistoryLine {
        at: event.at.vi(),
        ago: ago(event.at, now),
        by: event.by.clone().unwrap_or_default(),
        what: event.kind.vi().to_owned(),
        more,
        reason: event.reason.clone(),
        reference: event.reference.clone(),
    }
}

/// `Tình trạng: Mới → Đã tiếp nhận; người xử lý: chưa ai → lan`.
fn changes(change: &DeskChange) -> String {
    let DeskChange { before, after } = change;
    let nobody = "chưa ai".to_owned();
    let standing = |state: &DeskState| state.decision.standing(state.status);
    let person = |name: &Option<String>| name.clone().unwrap_or_else(|| nobody.clone());
    let shown = |restricted: bool| if restricted { "hạn chế" } else { "mọi đơn vị" }.to_owned();
    let none = || "chưa có".to_owned();
    let (was, is) = (&before.decision, &after.decision);
    let pairs = [
        ("tình trạng", standing(before), standing(after)),
        ("người xử lý", person(&before.assignee), person(&after.assignee)),
        ("kết luận", was.finding.map_or_else(none, |f| f.vi().to_owned()), is.finding.map_or_else(none, |f| f.vi().to_owned())),
        (
            "lý do bỏ qua",
            was.dismissed_as.map_or_else(none, |r| r.vi().to_owned()),
            is.dismissed_as.map_or_else(none, |r| r.vi().to_owned()),
        ),
        ("hạn trả lời", before.deadline.vi(), after.deadline.vi()),
        ("phạm vi xem", shown(before.restricted), shown(after.restricted)),
    ];
    let told = pairs.iter().filter(|(_, a, b)| a != b).map(|(name, a, b)| format!("{name}: {a} → {b}"));
    told.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiemtin_model::{AlertStatus, Decision, Level};

    fn event(kind: AlertEventKind, documents: u32) -> AlertEvent {
        AlertEvent {
            id: 0,
            kind,
            at: Time(0),
            level: Level::Alert,
            documents,
            by: None,
            reason: String::new(),
            reference: String::new(),
            change: None,
        }
    }

    #[test]
    fn growth_is_one_line() {
        use AlertEventKind::{Escalated, Grew, Opened};
        let history = [event(Opened, 1), event(Grew, 2), event(Grew, 3), event(Escalated, 4), event(Grew, 5)];
        let told: Vec<_> = lines(&history, Time(0)).into_iter().map(|l| l.more).collect();
        assert_eq!(
            told,
            ["mức Cảnh báo, 5 bài", "mức Cảnh báo, 4 bài", "mức Cảnh báo, 3 bài (lần thứ 2 kể từ 01/01/1970 07:00)", "mức Cảnh báo, 1 bài"]
        );
    }

    #[test]
    fn a_change_says_what_was_and_what_is() {
        let before =
            DeskState { status: AlertStatus::New, assignee: None, deadline: Time(0), restricted: false, decision: Decision::default() };
        let after = DeskState { status: AlertStatus::Acknowledged, assignee: Some("lan".into()), ..before.clone() };
        assert_eq!(changes(&DeskChange { before, after }), "tình trạng: Mới → Đã tiếp nhận; người xử lý: chưa ai → lan");
    }
}
