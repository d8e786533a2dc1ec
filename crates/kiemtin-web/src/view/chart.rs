//! How did it spread over time? Bars drawn on the server, and the same numbers as a table.

mod moments;

use crate::briefing::HourCount;
use kiemtin_model::time::{DAY_MS, HOUR_MS};
use kiemtin_model::{Time, words};

/// Most bars drawn; what came before goes into a sentence.
const MAX_BARS: i64 = 100;
/// Milliseconds that Vietnamese time is ahead of UTC.
const VN_MS: i64 = 7 * HOUR_MS;

pub use moments::{Moment, MomentKind};
use moments::{PlacedMoment, reached};

/// Something that happened on a day, to be marked on charts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Vietnamese day number.
    pub day: i64,
    /// What sort of thing.
    pub kind: MarkKind,
    /// In words.
    pub title: String,
}

words! {
    /// What is marked on charts.
    MarkKind {
        /// Something expected, by the calendar of the policies.
        Calendar = "calendar" / "lịch chính sách",
        /// An early warning was raised.
        Warning = "warning" / "cảnh báo sớm",
        /// Sources lack documents.
        Gap = "gap" / "thiếu dữ liệu nguồn",
    }
}

impl MarkKind {
    /// Its sign.
    pub fn shape(self) -> &'static str {
        match self {
            Self::Calendar => "▲",
            Self::Warning => "◆",
            Self::Gap => "◌",
        }
    }
}

/// A bar chart. Its drawing is 100 high; each bar has a place 10 wide.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// What one bar stands for: `giờ`, `ngày` or `tuần`.
    pub unit: &'static str,
    /// Bars from the first to the last, empty ones included.
    pub bars: Vec<Bar>,
    /// Width of the drawing.
    pub width: usize,
    /// Largest number.
    pub most: u32,
    /// All numbers together.
    pub total: u32,
    /// Documents too early to be drawn.
    pub earlier: u32,
    /// What happened beside, where it stands in the drawing; what lies outside of it has no place.
    pub moments: Vec<PlacedMoment>,
}

/// One bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// What it stands for, in words.
    pub label: String,
    /// Number of documents.
    pub count: u32,
    /// Left edge.
    pub x: usize,
    /// Upper edge.
    pub y: u32,
    /// Height.
    pub height: u32,
    /// What happened in its time, in words.
    pub notes: Vec<String>,
}

impl Chart {
    /// From counts per hour, ascending; `None` without any.
    pub fn new(hours: &[HourCount]) -> Option<Self> {
        Self::with_moments(hours, vec![])
    }

    /// The same with what happened beside marked: the drawing reaches to the moments that lie near.
    pub fn with_moments(hours: &[HourCount], moments: Vec<Moment>) -> Option<Self> {
        let (first, last) = reached((hours.first()?.hour, hours.last()?.hour), &moments);
        let (unit, step, origin) = match last.0 - first.0 {
            span if span < 48 * HOUR_MS => ("giờ", HOUR_MS, 0),
            span if span < 60 * DAY_MS => ("ngày", DAY_MS, 0),
            // 1970-01-01 was a Thursday: weeks begin on the Monday before.
            _ => ("tuần", 7 * DAY_MS, -3 * DAY_MS),
        };
        let place = |t: Time| (t.0 + VN_MS - origin).div_euclid(step);
        let from = place(first).max(place(last) - MAX_BARS + 1);
        let mut counts = vec![0_u32; usize::try_from(place(last) - from + 1).unwrap_or(1)];
        let mut earlier = 0;
        for h in hours {
            match usize::try_from(place(h.hour) - from).ok().and_then(|i| counts.get_mut(i)) {
                Some(count) => *count += h.documents,
                None => earlier += h.documents,
            }
        }
        let most = counts.iter().copied().max().unwrap_or(0).max(1);
        let bar = |(i, count): (usize, u32)| {
            let start = Time((from + i64::try_from(i).unwrap_or(0)) * step - VN_MS + origin);
            // A single document among hundreds stays visible.
            let height = if count == 0 { 0 } else { (count * 100 / most).max(2) };
            Bar { label: label(unit, start), count, x: i * 10, y: 100 - height, height, notes: vec![] }
        };
        let total = counts.iter().sum();
        let width = counts.len() * 10;
        let mut bars: Vec<Bar> = counts.into_iter().enumerate().map(bar).collect();
        let moments = moments.into_iter().map(|moment| {
            let at = usize::try_from(place(moment.at) - from).ok().filter(|at| *at < bars.len());
            if let Some(bar) = at.and_then(|at| bars.get_mut(at)) {
                bar.notes.push(moment.told());
            }
            PlacedMoment::new(moment, at, width / 10)
        });
        let moments = moments.collect();
        Some(Self { unit, width, bars, most, total, earlier, moments })
    }

    /// Bars with something in them or beside them, for the table.
    pub fn filled(&self) -> impl Iterator<Item = &Bar> {
        self.bars.iter().filter(|b| b.count > 0 || !b.notes.is_empty())
    }

    /// Sorts of what happened beside, each once, with their signs.
    pub fn signs(&self) -> Vec<MomentKind> {
        MomentKind::ALL.iter().copied().filter(|kind| self.moments.iter().any(|m| m.kind == *kind && m.x.is_some())).collect()
    }

    /// What happened outside of the drawing, in words.
    pub fn outside(&self) -> impl Iterator<Item = &str> {
        self.moments.iter().filter(|m| m.x.is_none()).map(|m| m.told.as_str())
    }

    /// What the first bar stands for.
    pub fn first(&self) -> &str {
        self.bars.first().map_or("", |b| &b.label)
    }

    /// What the last bar stands for.
    pub fn last(&self) -> &str {
        self.bars.last().map_or("", |b| &b.label)
    }
}

fn label(unit: &str, start: Time) -> String {
    let words = start.vi();
    let day = words.split(' ').next().unwrap_or("");
    match unit {
        "giờ" => words,
        "ngày" => day.to_owned(),
        _ => format!("tuần từ {day}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(day: i8, hour: i8, documents: u32) -> HourCount {
        HourCount { hour: Time::local(2026, 11, day, hour, 0, 0).unwrap(), documents }
    }

    #[test]
    fn hours_days_and_weeks() {
        let chart = Chart::new(&[hour(23, 8, 4), hour(23, 10, 2)]).unwrap();
        assert_eq!((chart.unit, chart.bars.len(), chart.most, chart.total), ("giờ", 3, 4, 6));
        assert_eq!((chart.first(), chart.bars[2].height, chart.bars[1].count), ("23/11/2026 08:00", 50, 0));
        let days = Chart::new(&[hour(1, 23, 1), hour(2, 0, 1), hour(20, 0, 5)]).unwrap();
        assert_eq!((days.unit, days.bars.len(), days.first(), days.last()), ("ngày", 20, "01/11/2026", "20/11/2026"));
        let old = HourCount { hour: Time(0), documents: 7 };
        let weeks = Chart::new(&[old, hour(22, 23, 1), hour(23, 0, 1)]).unwrap();
        assert_eq!((weeks.unit, weeks.bars.len(), weeks.earlier, weeks.total), ("tuần", 100, 7, 2));
        assert_eq!(weeks.last(), "tuần từ 23/11/2026");
        assert_eq!(Chart::new(&[]), None);
    }
}
