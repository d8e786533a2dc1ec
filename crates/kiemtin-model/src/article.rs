//! How are the article pages of one source read, where the general way does not do?
//!
//! Sites are rebuilt: each set of hints holds for a time, and a page is read by the set in force when it was fetched.

use crate::time::{Day, Time};
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

/// Most versions that one source may have.
const MAX_VERSIONS: usize = 50;

/// Hints for reading article pages of one source, and when they hold.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArticleHints {
    /// First day they hold; from the beginning when left out.
    #[serde(default)]
    pub from: Option<Day>,
    /// Last day they hold; without end when left out.
    #[serde(default)]
    pub until: Option<Day>,
    /// CSS selector of the title.
    #[serde(default)]
    pub title_selector: Option<String>,
    /// CSS selector of the lead.
    #[serde(default)]
    pub lead_selector: Option<String>,
    /// CSS selector of the element, or the elements, that hold the body.
    #[serde(default)]
    pub body_selector: Option<String>,
    /// CSS selectors of what is cut before the body is read.
    #[serde(default)]
    pub remove: Vec<String>,
    /// CSS selector of the element that holds the publication date.
    #[serde(default)]
    pub date_selector: Option<String>,
    /// How that date is written, see `kiemtin_text::date::DateFormat`.
    #[serde(default)]
    pub date_format: Option<String>,
}

impl ArticleHints {
    /// Whether they hold on this day.
    pub fn holds_on(&self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// Whether there is a day on which both hold.
    pub fn overlaps(&self, other: &Self) -> bool {
        let begins_in_time = |a: &Self, b: &Self| a.from.zip(b.until).is_none_or(|(from, until)| from <= until);
        begins_in_time(self, other) && begins_in_time(other, self)
    }
}

/// All hints of one source: one `[article]` table, or a list of `[[article]]` tables.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ArticleVersions(pub Vec<ArticleHints>);

impl ArticleVersions {
    /// The hints in force at a moment.
    pub fn at(&self, at: Time) -> Option<&ArticleHints> {
        let day = Day::of(at);
        self.0.iter().find(|hints| hints.holds_on(day))
    }

    /// The day on which the last hints ended, when none is in force at this moment and none is to come.
    pub fn ended(&self, at: Time) -> Option<Day> {
        let day = Day::of(at);
        let last = self.0.iter().map(|hints| hints.until).max_by_key(|until| until.unwrap_or(Day(i64::MAX)))??;
        (last < day).then_some(last)
    }
}

impl<'de> Deserialize<'de> for ArticleVersions {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(OneOrMore)
    }
}

/// Keeps the exact words and places of faults, which an untagged enum would lose.
struct OneOrMore;

impl<'de> Visitor<'de> for OneOrMore {
    type Value = ArticleVersions;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table [article] or tables [[article]]")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Ok(ArticleVersions(vec![ArticleHints::deserialize(MapAccessDeserializer::new(map))?]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut versions = vec![];
        while let Some(hints) = seq.next_element()? {
            if versions.len() >= MAX_VERSIONS {
                return Err(serde::de::Error::custom(format!("got more than {MAX_VERSIONS} [[article]] tables")));
            }
            versions.push(hints);
        }
        Ok(ArticleVersions(versions))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hints(from: &str, until: &str) -> ArticleHints {
        let day = |s: &str| (!s.is_empty()).then(|| s.parse().unwrap());
        ArticleHints { from: day(from), until: day(until), ..ArticleHints::default() }
    }

    #[test]
    fn versions_hold_by_the_day_of_the_fetch() {
        let versions = ArticleVersions(vec![hints("", "2026-03-31"), hints("2026-04-01", "2026-06-30")]);
        let at = |s: &str| Time::parse(s).unwrap();
        let check = |moment: &str, expected: Option<usize>, ended: Option<&str>| {
            assert_eq!(versions.at(at(moment)), expected.and_then(|i| versions.0.get(i)), "{moment}");
            assert_eq!(versions.ended(at(moment)).map(|d| d.to_string()).as_deref(), ended, "{moment}");
        };
        check("2020-01-01T00:00:00+07:00", Some(0), None);
        check("2026-03-31T23:59:59+07:00", Some(0), None);
        // Midnight in Vietnam, still March in UTC.
        check("2026-03-31T17:00:00Z", Some(1), None);
        check("2026-06-30T23:59:59+07:00", Some(1), None);
        check("2026-07-01T00:00:00+07:00", None, Some("2026-06-30"));
        let to_come = ArticleVersions(vec![hints("", "2026-03-31"), hints("2027-01-01", "")]);
        assert_eq!(to_come.ended(at("2026-07-01T00:00:00+07:00")), None, "another version is to come");
        assert_eq!(ArticleVersions::default().ended(at("2026-07-01T00:00:00+07:00")), None);
    }

    #[test]
    fn overlaps() {
        let check = |a: (&str, &str), b: (&str, &str), expected: bool| {
            let (a, b) = (hints(a.0, a.1), hints(b.0, b.1));
            assert_eq!((a.overlaps(&b), b.overlaps(&a)), (expected, expected), "{a:?} {b:?}");
        };
        check(("", ""), ("", ""), true);
        check(("", "2026-03-31"), ("2026-04-01", ""), false);
        check(("", "2026-04-01"), ("2026-04-01", ""), true);
        check(("2026-01-01", "2026-12-31"), ("2026-05-01", "2026-05-02"), true);
        check(("2026-01-01", ""), ("2027-01-01", ""), true);
        check(("2026-01-01", "2026-01-31"), ("2026-03-01", "2026-03-31"), false);
    }
}
