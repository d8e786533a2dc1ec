//! How does what is written about something change with time: how many documents per hour, day, week or month, by topic, source
//! and the like?

use crate::types::Seq;
use kiemtin_model::time::{DAY_MS, HOUR_MS};
use kiemtin_model::{DocId, Time, words};
use kiemtin_text::query::Query;

words! {
    /// Length of a period of a trend. Periods begin as the Vietnamese calendar (UTC+7) has it.
    Span as TrendSpan {
        /// A full hour.
        Hour = "hour" / "giờ",
        /// A calendar day.
        Day = "day" / "ngày",
        /// Monday to Sunday (ISO 8601).
        Week = "week" / "tuần",
        /// A calendar month.
        Month = "month" / "tháng",
    }
}

impl Span {
    /// When the period begins that this moment is in.
    pub fn start_of(self, at: Time) -> Time {
        let midnight = |day: i64| Time(day.saturating_mul(DAY_MS).saturating_sub(7 * HOUR_MS));
        match self {
            Self::Hour => Time(at.0.div_euclid(HOUR_MS) * HOUR_MS),
            Self::Day => midnight(at.day_number()),
            // Day 0, 1970-01-01, was a Thursday.
            Self::Week => midnight(at.day_number() - (at.day_number() + 3).rem_euclid(7)),
            Self::Month => at.month_start(),
        }
    }

    /// When the period after the one that begins then begins.
    pub fn after(self, start: Time) -> Time {
        match self {
            Self::Hour => start.plus(HOUR_MS),
            Self::Day => start.plus(DAY_MS),
            Self::Week => start.plus(7 * DAY_MS),
            Self::Month => start.plus(32 * DAY_MS).month_start(),
        }
    }

    /// What the period that begins then is called in files: `2026-11-23T08:00:00+07:00`, `2026-11-23`, `2026-W47`, `2026-11`.
    pub fn name(self, start: Time) -> String {
        match self {
            Self::Hour => start.to_string(),
            Self::Day => start.day(),
            Self::Week => {
                let (year, week) = start.iso_week();
                format!("{year}-W{week:02}")
            }
            Self::Month => start.day().chars().take(7).collect(),
        }
    }
}

/// What documents of a period are told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    /// Topics: a document may have several, and counts for each.
    Topic,
    /// The outlet.
    Source,
    /// Group of the source.
    Group,
    /// What the document does with the claim.
    Stance,
    /// Level of the assessment.
    Level,
    /// Kind of document.
    Kind,
    /// Places: a document may have several, and counts for each. Named without accents, in small letters.
    Province,
}

impl Dimension {
    /// All of them.
    pub const ALL: [Self; 7] = [Self::Topic, Self::Source, Self::Group, Self::Stance, Self::Level, Self::Kind, Self::Province];

    /// Its name in queries, and of its field in the index.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Topic => "topic",
            Self::Source => "source",
            Self::Group => "group",
            Self::Stance => "stance",
            Self::Level => "level",
            Self::Kind => "kind",
            Self::Province => "province",
        }
    }
}

impl std::str::FromStr for Dimension {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|d| d.as_str() == s).ok_or_else(|| {
            let all = Self::ALL.map(Self::as_str).join(", ");
            format!("got \"{s}\", expected one of {all}")
        })
    }
}

/// Most cells of an answer, if the asker does not say.
pub const MOST_CELLS: usize = 200_000;

/// What is to be counted. By default: all documents by day, not told apart.
#[derive(Clone, Debug)]
pub struct TrendRequest {
    /// What must match; `None` matches all.
    pub query: Option<Query>,
    /// The moment that `date:P7D` counts back from.
    pub now: Time,
    /// Published at or after.
    pub from: Option<Time>,
    /// Published before.
    pub to: Option<Time>,
    /// Length of the periods.
    pub span: Span,
    /// What documents are told apart by, at most two.
    pub by: Vec<Dimension>,
    /// Most cells of the answer, at most 5,000,000; a request with more is refused.
    pub most_cells: usize,
    /// Whether stories are counted beside documents: one more number is read of every matching document.
    pub stories: bool,
    /// Stories to name that have most matching documents; only where stories are counted. At most 100.
    pub largest: usize,
    /// Matching documents to name, spread evenly over the time asked for. At most 5,000.
    pub sample: usize,
}

impl Default for TrendRequest {
    fn default() -> Self {
        Self {
            query: None,
            now: Time(0),
            from: None,
            to: None,
            span: Span::Day,
            by: vec![],
            most_cells: MOST_CELLS,
            stories: false,
            largest: 0,
            sample: 0,
        }
    }
}

/// What was counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Trend {
    /// Periods in which any document was published, newest first; last, documents without a date, when no time was asked for.
    pub periods: Vec<TrendPeriod>,
    /// For each of `by`, its values, in the order of their letters. The first is empty: documents that have none.
    pub values: Vec<Vec<String>>,
    /// What is not 0, by period; those of a period in no firm order. One per period with a match, when nothing was asked for in
    /// `by`.
    pub cells: Vec<TrendCell>,
    /// Documents that match.
    pub matching: u64,
    /// All documents of the time asked for.
    pub all: u64,
    /// Stories that match; 0 where they were not asked for.
    pub stories: u64,
    /// Those with most matching documents, most first.
    pub largest: Vec<LargeStory>,
    /// Matching documents, newest period first.
    pub sample: Vec<DocId>,
    /// Last change that the index has seen.
    pub indexed_through: Seq,
}

/// A period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrendPeriod {
    /// When it begins; `None`: no date.
    pub start: Option<Time>,
    /// Documents that match.
    pub matching: u64,
    /// All documents, for shares.
    pub all: u64,
    /// Stories whose first matching document of the whole time asked for is in it: a reprint of the next day counts for the
    /// period in which its story began. They add up to the stories of that time.
    pub stories: u64,
}

/// Documents of a period that have the same values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrendCell {
    /// Place in `periods`.
    pub period: u32,
    /// Places in `values`; 0 for what was not asked for.
    pub values: [u32; 2],
    /// How many.
    pub documents: u32,
    /// Stories whose first matching document is one of them. Where several appeared in the same millisecond, the one whose values
    /// come first by their letters.
    pub stories: u32,
}

/// A group of copies of one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LargeStory {
    /// Its first document, which need not match.
    pub story: DocId,
    /// Documents of it that match.
    pub documents: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_begin_as_in_vietnam() {
        let check = |span: Span, at: &str, expect: &str| {
            let start = Time::parse(at).map(|at| span.start_of(at).to_string());
            assert_eq!(start, Ok(expect.to_owned()), "{span:?} of {at}");
        };
        check(Span::Hour, "2026-11-22T17:59:59Z", "2026-11-23T00:00:00+07:00");
        check(Span::Day, "2026-11-22T16:59:59Z", "2026-11-22T00:00:00+07:00");
        check(Span::Day, "2026-11-22T17:00:00Z", "2026-11-23T00:00:00+07:00");
        check(Span::Week, "2026-11-22T17:00:00Z", "2026-11-23T00:00:00+07:00");
        check(Span::Week, "2026-11-22T16:59:59Z", "2026-11-16T00:00:00+07:00");
        check(Span::Week, "1969-12-30T00:00:00+07:00", "1969-12-29T00:00:00+07:00");
        check(Span::Month, "2026-02-28T17:00:00Z", "2026-03-01T00:00:00+07:00");
        check(Span::Month, "2026-02-28T16:59:59Z", "2026-02-01T00:00:00+07:00");
        check(Span::Month, "1969-07-31T23:00:00+07:00", "1969-07-01T00:00:00+07:00");
    }

    #[test]
    fn periods_have_names_and_follow_one_another() {
        let check = |span: Span, at: &str, name: &str, next: &str| {
            let start = span.start_of(Time::parse(at).unwrap());
            assert_eq!((span.name(start).as_str(), span.name(span.after(start)).as_str()), (name, next), "{span} of {at}");
        };
        check(Span::Hour, "2026-11-22T16:59:59Z", "2026-11-22T23:00:00+07:00", "2026-11-23T00:00:00+07:00");
        check(Span::Day, "2026-12-31T12:00:00Z", "2026-12-31", "2027-01-01");
        // Days of a week and of its year differ at the turn of the year.
        check(Span::Week, "2027-01-01T12:00:00Z", "2026-W53", "2027-W01");
        check(Span::Week, "2024-12-31T12:00:00Z", "2025-W01", "2025-W02");
        check(Span::Month, "2026-01-31T12:00:00Z", "2026-01", "2026-02");
        check(Span::Month, "2026-12-31T16:59:59Z", "2026-12", "2027-01");
    }

    #[test]
    fn dimensions_are_read_by_name() {
        for dimension in Dimension::ALL {
            assert_eq!(dimension.as_str().parse(), Ok(dimension));
        }
        assert!("author".parse::<Dimension>().is_err_and(|e| e.contains("topic, source")));
    }
}
