//! Which periods are asked for, and which came before them?

use super::CoverageRequest;
use crate::found::FindError;
use crate::trend::Span;
use kiemtin_model::Time;
use kiemtin_model::time::DAY_MS;
use std::collections::HashMap;

/// Most periods of an answer: ten years of days.
pub const MOST_PERIODS: usize = 3_700;
/// Days that are counted when the asker does not say.
const DAYS: i64 = 30;

/// A period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// When it begins in the calendar.
    pub start: Time,
    /// Only a part of it is counted: the time asked for begins or ends in it, or it is not over.
    pub partial: bool,
}

/// Time asked for, cut into periods.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// Published at or after.
    pub from: Time,
    /// Published before.
    pub to: Time,
    /// Length of the periods.
    pub span: Span,
    /// All of them, oldest first; also those without a document.
    pub periods: Vec<Period>,
}

fn advice(words: String) -> FindError {
    FindError::Query(words)
}

impl Range {
    /// # Errors
    /// A range that is empty or has too many periods: advice for the person who asked.
    pub fn of(request: &CoverageRequest) -> Result<Self, FindError> {
        let tomorrow = Span::Day.after(Span::Day.start_of(request.now));
        let to = request.to.unwrap_or_else(|| request.from.map_or(tomorrow, |from| tomorrow.max(from.plus(DAY_MS))));
        let from = request.from.unwrap_or_else(|| to.plus(-DAYS * DAY_MS));
        if from >= to {
            return Err(advice(format!("khoảng ngày trống: từ {} đến trước {}; ngày đầu phải trước ngày cuối", from.vi(), to.vi())));
        }
        Self::cut(from, to, request.span.unwrap_or(Span::Day), request.now)
    }

    fn cut(from: Time, to: Time, span: Span, now: Time) -> Result<Self, FindError> {
        let mut periods = vec![];
        let mut start = span.start_of(from);
        while start < to {
            if periods.len() == MOST_PERIODS {
                return Err(advice(format!(
                    "khoảng từ {} đến {} có quá {MOST_PERIODS} {}; hãy chọn kỳ dài hơn (ngày, tuần, tháng) hoặc thu hẹp khoảng ngày",
                    from.day(),
                    to.day(),
                    span.vi()
                )));
            }
            let end = span.after(start);
            periods.push(Period { start, partial: start < from || end > to || end > now });
            start = end;
        }
        Ok(Self { from, to, span, periods })
    }

    /// The same length of time before; of whole months, as many months. It ends as far before its own end as `now` lies before
    /// the end of this one, so that what is not over is held against as much.
    ///
    /// # Errors
    /// As [`Range::of`].
    pub fn before(&self, now: Time) -> Result<Self, FindError> {
        let whole = self.periods.first().is_some_and(|p| p.start == self.from) && self.span.start_of(self.to) == self.to;
        let from = if whole && self.span == Span::Month {
            (0..self.periods.len()).fold(self.from, |start, _| start.plus(-1).month_start())
        } else {
            self.from.plus(self.from.0.saturating_sub(self.to.0))
        };
        let left = self.to.0.saturating_sub(now.0.max(self.from.0)).max(0);
        let to = self.from.plus(-left).max(from.plus(1));
        Self::cut(from, to, self.span, now)
    }

    /// Places of the periods by when they begin.
    pub(super) fn places(&self) -> HashMap<Time, usize> {
        self.periods.iter().enumerate().map(|(place, period)| (period.start, place)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Time {
        Time::parse(&format!("{text}+07:00")).unwrap()
    }

    fn range(from: Option<&str>, to: Option<&str>, span: Span) -> Result<Range, FindError> {
        let (from, to) = (from.map(at), to.map(at));
        Range::of(&CoverageRequest { from, to, span: Some(span), now: at("2026-11-23T08:05:00"), ..CoverageRequest::default() })
    }

    #[test]
    fn the_last_30_days_are_asked_for_by_default() {
        let range = range(None, None, Span::Day).unwrap();
        assert_eq!((range.from, range.to, range.periods.len()), (at("2026-10-25T00:00:00"), at("2026-11-24T00:00:00"), 30));
        assert_eq!(range.periods.iter().filter(|p| p.partial).count(), 1, "today is not over");
        let before = range.before(at("2026-11-23T08:05:00")).unwrap();
        assert_eq!((before.from, before.to), (at("2026-09-25T00:00:00"), at("2026-10-24T08:05:00")), "as far as now");
    }

    #[test]
    fn months_are_held_against_as_many_months() {
        let range = range(Some("2026-03-01T00:00:00"), Some("2026-05-01T00:00:00"), Span::Month).unwrap();
        let names: Vec<String> = range.periods.iter().map(|p| Span::Month.name(p.start)).collect();
        assert_eq!((names, range.periods.iter().any(|p| p.partial)), (vec!["2026-03".to_owned(), "2026-04".into()], false));
        let before = range.before(at("2026-11-23T08:05:00")).unwrap();
        assert_eq!((before.from, before.to), (at("2026-01-01T00:00:00"), at("2026-03-01T00:00:00")));
    }

    #[test]
    fn what_is_empty_or_too_long_is_refused_with_advice() {
        let refused = |from: &str, to: &str, span| range(Some(from), Some(to), span).unwrap_err().to_string();
        assert!(refused("2026-11-02T00:00:00", "2026-11-02T00:00:00", Span::Day).contains("khoảng ngày trống"));
        assert!(refused("2026-01-01T00:00:00", "2026-12-01T00:00:00", Span::Hour).contains("chọn kỳ dài hơn"));
        let weeks = range(Some("2026-11-04T10:00:00"), Some("2026-11-17T00:00:00"), Span::Week).unwrap();
        let partial: Vec<bool> = weeks.periods.iter().map(|p| p.partial).collect();
        assert_eq!(partial, [true, false, true], "begins and ends in the middle of a week");
    }
}
