//! When was a page published, and how does each site write that down?

use jiff::civil::DateTime;
use jiff::tz::Offset;

const VIETNAM: Offset = Offset::constant(7);
const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;
/// Start times are accepted between 1971 and 9000: every date that follows from them can then be written.
const USABLE_MS: std::ops::Range<i64> = 365 * DAY_MS..2_567_000 * DAY_MS;
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const DAYS_VI: [&str; 7] = ["Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật"];

/// A moment, in milliseconds since 1970-01-01T00:00:00Z; written in Vietnamese time unless told otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(pub(crate) i64);

/// How an RSS feed ends its `pubDate`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PubDate {
    /// `Thu, 12 Nov 2026 08:15:00 GMT+7`
    GmtPlus7,
    /// `Thu, 12 Nov 2026 08:15:00 +0700`
    Offset,
    /// `Thu, 12 Nov 2026 08:15:00 +07`
    ShortOffset,
    /// `Thu, 12 Nov 2026 01:15:00 GMT`
    Utc,
    /// `Thu, 12 Nov 2026 08:15:00`
    Zoneless,
    /// `12/11/2026 08:15`
    DayMonthYear,
}

/// Whether dates around this start time can be written.
pub(crate) fn usable(now_ms: i64) -> bool {
    USABLE_MS.contains(&now_ms)
}

/// The moment `days` Vietnamese calendar days before `now` at `hour`:`minute`; a day earlier if that is still to come.
pub(crate) fn place(now: Moment, days: i64, hour: i64, minute: i64) -> Moment {
    let midnight = (now.0 + 7 * HOUR_MS).div_euclid(DAY_MS) * DAY_MS - 7 * HOUR_MS;
    let at = midnight - days * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS;
    Moment(if at > now.0 { at - DAY_MS } else { at })
}

/// Reads the time of day `08:15`.
pub(crate) fn time_of_day(text: &str) -> Option<(i64, i64)> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.parse().ok()?);
    (text.len() == 5 && (0..24).contains(&hour) && (0..60).contains(&minute)).then_some((hour, minute))
}

/// Reads the date of an `If-Modified-Since` header; `None` when it is not an HTTP date.
pub(crate) fn read_http_date(text: &str) -> Option<Moment> {
    let at = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(Moment(at.as_millisecond()))
}

impl Moment {
    fn civil_at(self, offset: Offset) -> DateTime {
        // `usable` was asked at the start, so the fallback is never reached.
        let at = jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        offset.to_datetime(at)
    }

    fn civil(self) -> DateTime {
        self.civil_at(VIETNAM)
    }

    /// Moved by some days.
    pub(crate) fn plus_days(self, days: i64) -> Self {
        Self(self.0 + days * DAY_MS)
    }

    /// Cut to whole seconds: HTTP and feeds know no smaller unit.
    pub(crate) fn whole_seconds(self) -> Self {
        Self(self.0.div_euclid(1000) * 1000)
    }

    /// `2026-11-12T08:15:00+07:00`
    pub(crate) fn iso(self) -> String {
        let t = self.civil();
        format!("{}T{:02}:{:02}:{:02}+07:00", t.date(), t.hour(), t.minute(), t.second())
    }

    /// `2026-11-12T01:15:00.000Z`, as the Mastodon API writes it.
    pub(crate) fn iso_utc(self) -> String {
        let t = self.civil_at(Offset::UTC);
        format!("{}T{:02}:{:02}:{:02}.000Z", t.date(), t.hour(), t.minute(), t.second())
    }

    /// `Thu, 12 Nov 2026 01:15:00 GMT`
    pub(crate) fn http(self) -> String {
        format!("{} GMT", mail_style(self.civil_at(Offset::UTC)))
    }

    /// As an RSS feed of that habit writes it.
    pub(crate) fn rss(self, habit: PubDate) -> String {
        let local = mail_style(self.civil());
        match habit {
            PubDate::GmtPlus7 => format!("{local} GMT+7"),
            PubDate::Offset => format!("{local} +0700"),
            PubDate::ShortOffset => format!("{local} +07"),
            PubDate::Utc => self.http(),
            PubDate::Zoneless => local,
            PubDate::DayMonthYear => self.day_first(),
        }
    }

    /// `12/05/2025 08:30`
    pub(crate) fn day_first(self) -> String {
        let t = self.civil();
        format!("{:02}/{:02}/{} {:02}:{:02}", t.day(), t.month(), t.year(), t.hour(), t.minute())
    }

    /// `08:30 12/05/2025`
    pub(crate) fn time_first(self) -> String {
        let t = self.civil();
        format!("{:02}:{:02} {:02}/{:02}/{}", t.hour(), t.minute(), t.day(), t.month(), t.year())
    }

    /// `Thứ hai, 12/5/2025`
    pub(crate) fn weekday_date(self) -> String {
        let t = self.civil();
        let day = DAYS_VI[usize::from(t.date().weekday().to_monday_zero_offset().unsigned_abs()) % 7];
        format!("{day}, {}/{}/{}", t.day(), t.month(), t.year())
    }

    /// `Thứ hai, 12/5/2025, 08:30 (GMT+7)`
    pub(crate) fn weekday_long(self) -> String {
        let t = self.civil();
        format!("{}, {:02}:{:02} (GMT+7)", self.weekday_date(), t.hour(), t.minute())
    }

    /// `Ngày 12 tháng 5 năm 2025, 08:30`
    pub(crate) fn words(self) -> String {
        let t = self.civil();
        format!("Ngày {} tháng {} năm {}, {:02}:{:02}", t.day(), t.month(), t.year(), t.hour(), t.minute())
    }

    /// `20250512083000123`: the stamp at the end of addresses of one content system, `milliseconds` being its last part.
    pub(crate) fn stamp(self, milliseconds: u64) -> String {
        let t = self.civil();
        format!("{:04}{:02}{:02}{:02}{:02}{:02}{:03}", t.year(), t.month(), t.day(), t.hour(), t.minute(), t.second(), milliseconds % 1000)
    }
}

fn mail_style(t: DateTime) -> String {
    let day = DAYS[usize::from(t.date().weekday().to_monday_zero_offset().unsigned_abs()) % 7];
    let month = MONTHS[usize::from(t.month().unsigned_abs()).saturating_sub(1) % 12];
    format!("{day}, {:02} {month} {} {:02}:{:02}:{:02}", t.day(), t.year(), t.hour(), t.minute(), t.second())
}

#[cfg(test)]
mod tests {
    use super::*;

    // 2026-11-23 22:00 in Vietnam.
    const NOW: Moment = Moment(1_795_446_000_000);

    #[test]
    fn places_pages_on_vietnamese_days() {
        assert_eq!(NOW.iso(), "2026-11-23T22:00:00+07:00");
        assert_eq!(place(NOW, 0, 5, 20).iso(), "2026-11-23T05:20:00+07:00");
        assert_eq!(place(NOW, 0, 23, 0).iso(), "2026-11-22T23:00:00+07:00", "what is still to come was yesterday");
        assert_eq!(place(NOW, 11, 8, 15).iso(), "2026-11-12T08:15:00+07:00");
        assert_eq!(place(Moment(NOW.0 + 4 * HOUR_MS), 0, 1, 0).iso(), "2026-11-24T01:00:00+07:00");
    }

    #[test]
    fn writes_every_habit() {
        let t = place(NOW, 11, 8, 15);
        assert_eq!(t.rss(PubDate::GmtPlus7), "Thu, 12 Nov 2026 08:15:00 GMT+7");
        assert_eq!(t.rss(PubDate::Offset), "Thu, 12 Nov 2026 08:15:00 +0700");
        assert_eq!(t.rss(PubDate::ShortOffset), "Thu, 12 Nov 2026 08:15:00 +07");
        assert_eq!(t.rss(PubDate::Utc), "Thu, 12 Nov 2026 01:15:00 GMT");
        assert_eq!(t.rss(PubDate::Zoneless), "Thu, 12 Nov 2026 08:15:00");
        assert_eq!(t.rss(PubDate::DayMonthYear), "12/11/2026 08:15");
        assert_eq!(t.weekday_long(), "Thứ năm, 12/11/2026, 08:15 (GMT+7)");
        assert_eq!(t.words(), "Ngày 12 tháng 11 năm 2026, 08:15");
        assert_eq!(t.stamp(42), "20261112081500042");
        assert_eq!(t.iso_utc(), "2026-11-12T01:15:00.000Z");
        assert_eq!(read_http_date(&t.http()), Some(t));
        assert_eq!(read_http_date("yesterday"), None);
    }

    #[test]
    fn reads_times_of_day() {
        assert_eq!(time_of_day("08:15"), Some((8, 15)));
        for bad in ["8:15", "24:00", "08:60", "08.15", "", "-8:15"] {
            assert_eq!(time_of_day(bad), None, "{bad}");
        }
    }
}
