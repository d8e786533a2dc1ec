//! How long does a server ask to wait?

use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};
use kiemtin_model::Time;
use kiemtin_text::date::parse_when;
use std::time::Duration;

/// A server cannot ask for more than a day.
const LONGEST: Duration = Duration::from_secs(24 * 3_600);

/// Smallest number that is a moment (seconds since 1970) and no length: 32 years.
const MOMENTS_FROM: u64 = 1_000_000_000;

/// The wait that `Retry-After` asks for, in seconds or as an HTTP date; without one, the wait until the limit is renewed. A date
/// is measured from the server's own `Date` when it sends one (its clock may be wrong), else from `now`.
pub(crate) fn retry_after(headers: &HeaderMap, now: Time) -> Option<Duration> {
    let Some(value) = text(headers, RETRY_AFTER.as_str()) else { return until_renewed(headers, now) };
    let wait = match value.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => until(http_date(value)?, headers, now),
    };
    Some(wait.min(LONGEST))
}

/// The wait until the limit of requests is renewed, where the headers say that none is left.
pub(crate) fn used_up(headers: &HeaderMap, now: Time) -> Option<Duration> {
    (remaining(headers)? == 0).then(|| until_renewed(headers, now)).flatten()
}

/// The wait until the limit is renewed, unless requests are left: `X-RateLimit-Reset` or `RateLimit-Reset`, as a moment (RFC 3339
/// at Mastodon, seconds since 1970 at Bluesky) or as seconds from now (Reddit, drafts of the IETF).
fn until_renewed(headers: &HeaderMap, now: Time) -> Option<Duration> {
    if remaining(headers).is_some_and(|left| left > 0) {
        return None;
    }
    let value = either(headers, ["x-ratelimit-reset", "ratelimit-reset"])?;
    let whole = value.split_once('.').map_or(value, |(whole, _)| whole);
    let wait = match whole.parse::<u64>() {
        Ok(moment) if moment >= MOMENTS_FROM => until(Time(i64::try_from(moment).ok()?.checked_mul(1_000)?), headers, now),
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => until(Time::parse(value).ok()?, headers, now),
    };
    Some(wait.min(LONGEST))
}

fn remaining(headers: &HeaderMap) -> Option<u64> {
    either(headers, ["x-ratelimit-remaining", "ratelimit-remaining"])?.split('.').next()?.parse().ok()
}

fn either<'a>(headers: &'a HeaderMap, names: [&str; 2]) -> Option<&'a str> {
    names.iter().find_map(|name| text(headers, name))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

fn until(moment: Time, headers: &HeaderMap, now: Time) -> Duration {
    let from = text(headers, DATE.as_str()).and_then(http_date).unwrap_or(now);
    Duration::from_millis(u64::try_from(moment.0.saturating_sub(from.0)).unwrap_or(0))
}

/// An HTTP date is always in GMT, said or not.
fn http_date(text: &str) -> Option<Time> {
    let when = parse_when(text)?;
    when.time?;
    Time::from_when(&kiemtin_text::date::When { offset_minutes: Some(when.offset_minutes.unwrap_or(0)), ..when })
}

/// The wait after the `times`-th refusal in a row that did not say how long: a minute, doubled each time, 6 hours at most.
pub(crate) fn back_off(times: u32) -> Duration {
    Duration::from_secs((60u64 << times.min(9)).min(6 * 3_600))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms() {
        let now = Time::parse("2025-05-12T08:30:00Z").unwrap();
        let read = |pairs: &[(http::HeaderName, &str)]| {
            let headers = pairs.iter().map(|(k, v)| (k.clone(), v.parse().unwrap())).collect::<HeaderMap>();
            retry_after(&headers, now).map(|d| d.as_secs())
        };
        assert_eq!(read(&[(RETRY_AFTER, "120")]), Some(120));
        assert_eq!(read(&[(RETRY_AFTER, "Mon, 12 May 2025 08:31:00 GMT")]), Some(60));
        assert_eq!(read(&[(RETRY_AFTER, "Monday, 12-May-25 08:31:00 GMT")]), Some(60));
        assert_eq!(read(&[(RETRY_AFTER, "Mon May 12 08:31:00 2025")]), Some(60));
        assert_eq!(read(&[(RETRY_AFTER, "Mon, 12 May 2025 08:29:00 GMT")]), Some(0));
        assert_eq!(read(&[(RETRY_AFTER, "Mon, 12 May 2025 10:00:10 GMT"), (DATE, "Mon, 12 May 2025 10:00:00 GMT")]), Some(10));
        assert_eq!(read(&[(RETRY_AFTER, "99999999999")]), Some(24 * 3_600));
        for wrong in ["soon", "-5", "1.5", ""] {
            assert_eq!(read(&[(RETRY_AFTER, wrong)]), None, "{wrong}");
        }
        let (left, reset) = (http::HeaderName::from_static("x-ratelimit-remaining"), http::HeaderName::from_static("x-ratelimit-reset"));
        let (plain_left, plain) = (http::HeaderName::from_static("ratelimit-remaining"), http::HeaderName::from_static("ratelimit-reset"));
        for (pairs, expected) in [
            (vec![(reset.clone(), "2025-05-12T08:35:00.000000Z")], Some(300)),
            (vec![(reset.clone(), "2025-05-12T08:35:00.000000Z"), (left.clone(), "0")], Some(300)),
            (vec![(reset.clone(), "2025-05-12T08:35:00.000000Z"), (left.clone(), "7")], None),
            (vec![(plain.clone(), "1747038660"), (plain_left.clone(), "0")], Some(60)),
            (vec![(plain.clone(), "1747038660"), (DATE, "Mon, 12 May 2025 08:30:30 GMT")], Some(30)),
            (vec![(plain.clone(), "41"), (RETRY_AFTER, "120")], Some(120)),
            (vec![(reset.clone(), "41.0"), (left.clone(), "0.0")], Some(41)),
            (vec![(reset.clone(), "bald")], None),
            (vec![(reset.clone(), "18446744073709551615")], None),
            (vec![(reset.clone(), "9999999999")], Some(24 * 3_600)),
        ] {
            assert_eq!(read(&pairs), expected, "{pairs:?}");
        }
        let told = |pairs: &[(http::HeaderName, &str)]| {
            let headers = pairs.iter().map(|(k, v)| (k.clone(), v.parse().unwrap())).collect::<HeaderMap>();
            used_up(&headers, now).map(|d| d.as_secs())
        };
        assert_eq!(told(&[(left.clone(), "0"), (reset.clone(), "60")]), Some(60));
        assert_eq!(told(&[(left, "1"), (reset.clone(), "60")]), None);
        assert_eq!(told(&[(reset, "60")]), None, "what is not said is not used up");
        assert_eq!((back_off(0).as_secs(), back_off(3).as_secs(), back_off(99).as_secs()), (60, 480, 6 * 3_600));
    }
}
