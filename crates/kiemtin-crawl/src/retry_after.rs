//! How long does a server ask to wait?

use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};
use kiemtin_model::Time;
use kiemtin_text::date::parse_when;
use std::time::Duration;

/// A server cannot ask for more than a day.
const LONGEST: Duration = Duration::from_secs(24 * 3_600);

/// The wait that `Retry-After` asks for, in seconds or as an HTTP date. A date is measured from the server's own `Date`
/// when it sends one (its clock may be wrong), else from `now`.
pub(crate) fn retry_after(headers: &HeaderMap, now: Time) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match value.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let until = http_date(value)?;
            let from = headers.get(DATE).and_then(|d| d.to_str().ok()).and_then(http_date).unwrap_or(now);
            Duration::from_millis(u64::try_from(until.0 - from.0).unwrap_or(0))
        }
    };
    Some(wait.min(LONGEST))
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
        assert_eq!((back_off(0).as_secs(), back_off(3).as_secs(), back_off(99).as_secs()), (60, 480, 6 * 3_600));
    }
}
