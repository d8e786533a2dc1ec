//! Where was the time of a document found, and why was a time that stood there not believed?

use crate::time::{DAY_MS, Time};
use crate::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Earliest year that is believed: there were no newspapers on the web before.
const FIRST_YEAR: i16 = 1995;
/// Longest piece of a refused date that is kept, in Unicode scalar values.
const KEPT: usize = 60;

words! {
    /// What named the publication time.
    PublishedFrom {
        /// The feed, sitemap, list or document line.
        Listing = "listing" / "nguồn cấp tin",
        /// `datePublished` of ld+json.
        JsonLd = "json_ld" / "dữ liệu cấu trúc của trang",
        /// A `meta` element.
        Meta = "meta" / "thẻ meta",
        /// The element that the source's configuration names.
        Selector = "selector" / "vị trí đã khai báo",
        /// An element that holds a date by its kind or class.
        Element = "element" / "trên trang",
        /// The address of the page.
        Address = "address" / "địa chỉ trang",
        /// Nothing that can be believed: `date_note` tells what stood there.
        Rejected = "rejected" / "không đáng tin",
        /// Nothing did.
        Missing = "missing" / "không có",
        /// Not recorded: stored by an earlier version of the program.
        Unknown = "unknown" / "không rõ",
    }
}

words! {
    /// Why a date is not believed.
    DateRefusal {
        /// More than a day ahead of the time it was read.
        Future = "future" / "ở tương lai",
        /// From before 1995.
        TooOld = "too_old" / "trước năm 1995",
        /// No date that can be read, or no day of the calendar.
        Unreadable = "unreadable" / "không đọc được",
        /// Only told from the moment of reading ("2 giờ trước"), which is never exact.
        Relative = "relative" / "chỉ ghi khoảng cách thời gian",
    }
}

/// A date that stood there and was not believed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DateNote {
    /// What stood there, at most 60 Unicode scalar values of it.
    pub text: String,
    /// Why it was not taken.
    pub why: DateRefusal,
}

impl DateNote {
    /// A note of `text`, on one line and cut.
    pub fn new(text: &str, why: DateRefusal) -> Self {
        let words: Vec<&str> = text.split_whitespace().take(KEPT).collect();
        Self { text: words.join(" ").chars().take(KEPT).collect(), why }
    }
}

/// How the time of a document is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Dating {
    /// What named the publication time.
    pub published_from: PublishedFrom,
    /// Time of the last change, by the publisher's word.
    pub modified_at: Option<Time>,
    /// The first date that was refused, also when a later one was believed.
    pub date_note: Option<DateNote>,
}

impl Default for Dating {
    /// Nothing is known of it.
    fn default() -> Self {
        Self { published_from: PublishedFrom::Unknown, modified_at: None, date_note: None }
    }
}

impl Dating {
    /// Of a time that a listing or document line gave, or did not.
    pub fn listed(published_at: Option<Time>, date_note: Option<DateNote>) -> Self {
        let published_from = match (published_at, &date_note) {
            (Some(_), _) => PublishedFrom::Listing,
            (None, Some(_)) => PublishedFrom::Rejected,
            (None, None) => PublishedFrom::Missing,
        };
        Self { published_from, modified_at: None, date_note }
    }
}

/// The time, when something read at `now` can be from it.
pub fn believed(at: Time, now: Time) -> Result<Time, DateRefusal> {
    if at > now.plus(DAY_MS) {
        return Err(DateRefusal::Future);
    }
    if at.year() < FIRST_YEAR { Err(DateRefusal::TooOld) } else { Ok(at) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_believed() {
        let now = Time::parse("2026-05-12T12:00:00+07:00").unwrap();
        let check = |at: &str, expected: Result<(), DateRefusal>| {
            assert_eq!(believed(Time::parse(at).unwrap(), now).map(drop), expected, "{at}");
        };
        check("2026-05-12T11:00:00+07:00", Ok(()));
        check("2026-05-13T12:00:00+07:00", Ok(()));
        check("2026-05-13T12:00:01+07:00", Err(DateRefusal::Future));
        check("1995-01-01T00:00:00+07:00", Ok(()));
        check("1994-12-31T23:59:59+07:00", Err(DateRefusal::TooOld));
        check("1970-01-01T00:00:00Z", Err(DateRefusal::TooOld));
    }

    #[test]
    fn notes_are_short() {
        assert_eq!(DateNote::new(" a\n  b ", DateRefusal::Relative).text, "a b");
        assert_eq!(DateNote::new(&"ngày ".repeat(1_000), DateRefusal::Relative).text.chars().count(), KEPT);
        assert_eq!(Dating::listed(None, Some(DateNote::new("x", DateRefusal::Future))).published_from, PublishedFrom::Rejected);
    }
}
