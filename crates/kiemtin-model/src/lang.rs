//! In which language is something told to people, and how are numbers, days and moments written in it?

use crate::period::Period;
use crate::time::{Day, Time};
use crate::{words, written};

words! {
    /// A language of people.
    Lang {
        /// Vietnamese: of whoever does not ask for another one.
        Vi = "vi" / "Tiếng Việt",
        /// English.
        En = "en" / "Tiếng Anh",
    }
}

#[expect(clippy::derivable_impls, reason = "the words are made by a macro, which derives no default")]
impl Default for Lang {
    fn default() -> Self {
        Self::Vi
    }
}

impl Lang {
    /// The one of two, Vietnamese and English, that is in this language.
    pub fn of<T>(self, [vi, en]: [T; 2]) -> T {
        match self {
            Self::Vi => vi,
            Self::En => en,
        }
    }

    /// Its tag with the country whose spelling it has (BCP 47).
    pub fn tag(self) -> &'static str {
        self.of(["vi-VN", "en-GB"])
    }

    /// A whole number: `1.234` or `1,234`.
    pub fn count(self, n: u64) -> String {
        self.numbers(written::count(n))
    }

    /// A number with at most four decimals: `2.204,0655` or `2,204.0655`.
    pub fn decimal(self, value: f64) -> String {
        self.numbers(written::decimal(value))
    }

    /// A part of a whole: `2,4 %` or `2.4%`.
    pub fn percent(self, part: f64) -> String {
        self.numbers(written::percent(part))
    }

    /// How much more there is than before: `+12,5 %` or `+12.5%`; nothing can be said where there was nothing before.
    pub fn change(self, now: u64, before: u64) -> Option<String> {
        written::change(now, before).map(|change| self.numbers(change))
    }

    /// A day: `26/11/2026` or `26 November 2026`.
    pub fn day(self, day: Day) -> String {
        match self {
            Self::Vi => day.vi(),
            Self::En => day.en(),
        }
    }

    /// A moment in Vietnam: `26/11/2026 08:05` or `26 November 2026 08:05`.
    pub fn moment(self, at: Time) -> String {
        match self {
            Self::Vi => at.vi(),
            Self::En => at.en(),
        }
    }

    /// A period: `Tháng 11/2026` or `November 2026`.
    pub fn period(self, period: Period) -> String {
        match self {
            Self::Vi => period.vi(),
            Self::En => period.en(),
        }
    }

    /// A number as it is written in Vietnamese, as it is written in this language: English has dots where Vietnamese has commas, and
    /// no space before the sign of percent.
    pub fn numbers(self, vi: String) -> String {
        let turned = |c: char| match c {
            ',' => '.',
            '.' => ',',
            c => c,
        };
        match self {
            Self::Vi => vi,
            Self::En => vi.chars().map(turned).collect::<String>().replace(" %", "%"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_people_of_the_language_read_them() {
        let all = |lang: Lang| {
            let change = lang.change(9, 8).unwrap();
            [lang.count(1_234_567), lang.decimal(-2_204.0655), lang.percent(0.0035), change]
        };
        assert_eq!(all(Lang::Vi), ["1.234.567", "-2.204,0655", "0,35 %", "+12,5 %"]);
        assert_eq!(all(Lang::En), ["1,234,567", "-2,204.0655", "0.35%", "+12.5%"]);
        assert_eq!((Lang::En.change(5, 5), Lang::En.change(5, 0)), (Some("0%".into()), None));
    }

    #[test]
    fn days_and_periods_have_the_names_of_the_language() {
        let at = Time::local(2026, 11, 6, 8, 5, 0).unwrap();
        assert_eq!([Lang::Vi.day(Day::of(at)), Lang::En.day(Day::of(at))], ["06/11/2026", "6 November 2026"]);
        assert_eq!([Lang::Vi.moment(at), Lang::En.moment(at)], ["06/11/2026 08:05", "6 November 2026 08:05"]);
        for (period, en) in [
            ("2026-W47", "Week 47 (16–22 November 2026)"),
            ("2026-W49", "Week 49 (30 November–6 December 2026)"),
            ("2026-W53", "Week 53 (28 December 2026–3 January 2027)"),
            ("2026-11", "November 2026"),
            ("2026-Q4", "Quarter 4 of 2026"),
            ("2026", "Year 2026"),
        ] {
            assert_eq!(Lang::En.period(period.parse().unwrap()), en);
        }
        assert_eq!(("en".parse(), Lang::En.tag(), Lang::default()), (Ok(Lang::En), "en-GB", Lang::Vi));
    }
}
