//! What happened beside the documents that a chart counts, and where does it stand in the drawing?

use kiemtin_model::time::{DAY_MS, HOUR_MS};
use kiemtin_model::{Time, words};

words! {
    /// What is marked on the chart of an alert.
    MomentKind {
        /// The claim appeared.
        First = "first" / "Bài đầu tiên",
        /// Somebody answered: an office, the press, or the ministry by its own note.
        Answer = "answer" / "Phản hồi",
        /// People concluded.
        Decision = "decision" / "Kết luận",
        /// An answer is due.
        Deadline = "deadline" / "Hạn trả lời",
    }
}

impl MomentKind {
    /// Its sign.
    pub fn shape(self) -> &'static str {
        match self {
            Self::First => "▼",
            Self::Answer => "●",
            Self::Decision => "■",
            Self::Deadline => "◆",
        }
    }
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// When.
    pub at: Time,
    /// What sort of thing.
    pub kind: MomentKind,
    /// More, in words; empty: the sort says it all.
    pub title: String,
}

impl Moment {
    /// `23/11/2026 08:05: Phản hồi, Báo A`.
    pub fn told(&self) -> String {
        let more = if self.title.is_empty() { String::new() } else { format!(", {}", self.title) };
        format!("{}: {}{more}", self.at.vi(), self.kind.vi())
    }
}

/// Something that happened, at its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedMoment {
    /// Percent of the width; none outside of the drawing.
    pub x: Option<String>,
    /// What sort of thing.
    pub kind: MomentKind,
    /// When and what, in words.
    pub told: String,
}

impl PlacedMoment {
    pub(super) fn new(moment: Moment, bar: Option<usize>, bars: usize) -> Self {
        let x = bar.map(|bar| format!("{:.2}", (bar as f64 + 0.5) * 100.0 / bars.max(1) as f64));
        Self { x, kind: moment.kind, told: moment.told() }
    }
}

/// First and last moment of a drawing: those of what is counted, and of what happened at most as far before and after as the counted
/// time is long (two days, when it is shorter). What happened later would press the bars together.
pub(super) fn reached((first, last): (Time, Time), moments: &[Moment]) -> (Time, Time) {
    let reach = (last.0 - first.0).max(2 * DAY_MS - HOUR_MS);
    let near = |m: &&Moment| m.at.0 >= first.0 - reach && m.at.0 <= last.0 + reach;
    let at = moments.iter().filter(near).map(|m| m.at);
    (at.clone().min().unwrap_or(first).min(first), at.max().unwrap_or(last).max(last))
}

#[cfg(test)]
mod tests {
    use super::super::Chart;
    use super::*;
    use crate::briefing::HourCount;

    #[test]
    fn what_lies_near_is_drawn_and_the_rest_is_told() {
        let at = |day, hour| Time::local(2026, 11, day, hour, 30, 0).unwrap();
        let moment = |at, kind, title: &str| Moment { at, kind, title: title.into() };
        let hours = [HourCount { hour: Time::local(2026, 11, 23, 8, 0, 0).unwrap(), documents: 4 }];
        let moments = vec![
            moment(at(23, 8), MomentKind::First, ""),
            moment(at(23, 11), MomentKind::Answer, "Báo A"),
            moment(at(23, 11), MomentKind::Decision, "Tin giả"),
            moment(at(30, 9), MomentKind::Deadline, ""),
        ];
        let chart = Chart::with_moments(&hours, moments).unwrap();
        assert_eq!((chart.unit, chart.bars.len(), chart.total), ("giờ", 4, 4));
        let placed: Vec<_> = chart.moments.iter().map(|m| m.x.as_deref()).collect();
        assert_eq!(placed, [Some("12.50"), Some("87.50"), Some("87.50"), None]);
        let notes: Vec<_> = chart.filled().map(|b| (b.count, b.notes.len())).collect();
        assert_eq!(notes, [(4, 1), (0, 2)], "hours in which something else happened stand in the table too");
        assert_eq!(chart.signs(), [MomentKind::First, MomentKind::Answer, MomentKind::Decision]);
        assert_eq!(chart.outside().collect::<Vec<_>>(), ["30/11/2026 09:30: Hạn trả lời"]);
        assert_eq!(Chart::with_moments(&[], vec![moment(at(23, 8), MomentKind::First, "")]), None);
    }
}
