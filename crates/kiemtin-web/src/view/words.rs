//! How are numbers, times and addresses written in Vietnamese?

pub use kiemtin_model::written::{count, decimal, percent};

use kiemtin_model::Time;
use kiemtin_model::time::{DAY_MS, HOUR_MS};

const MINUTE_MS: i64 = 60_000;

/// Points: `6` or `6,5`.
pub fn points(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or_else(|| text.replace('.', ","), str::to_owned)
}

/// `25 phút trước`.
pub fn ago(at: Time, now: Time) -> String {
    match now.0 - at.0 {
        ms if ms < MINUTE_MS => "vừa xong".to_owned(),
        ms => format!("{} trước", span(ms)),
    }
}

/// `còn 5 giờ`, or `quá hạn 2 ngày`.
pub fn left(deadline: Time, now: Time) -> String {
    match deadline.0 - now.0 {
        ms if ms >= 0 => format!("còn {}", span(ms)),
        ms => format!("quá hạn {}", span(-ms)),
    }
}

/// Length of a stretch of time, in its largest unit, rounded down.
pub fn span(ms: i64) -> String {
    match ms {
        ms if ms < HOUR_MS => format!("{} phút", ms / MINUTE_MS),
        ms if ms < 2 * DAY_MS => format!("{} giờ", ms / HOUR_MS),
        ms => format!("{} ngày", ms / DAY_MS),
    }
}

/// The address when it may become a link: crawled text must not smuggle in `javascript:` or the like.
pub fn link(url: Option<&str>) -> Option<String> {
    let url = url?;
    let web = ["http://", "https://"].iter().any(|scheme| url.get(..scheme.len()).is_some_and(|s| s.eq_ignore_ascii_case(scheme)));
    web.then(|| url.to_owned())
}

/// A value of a query, percent-encoded.
pub fn encode(value: &str) -> String {
    use std::fmt::Write;
    value.bytes().fold(String::with_capacity(value.len()), |mut out, b| {
        if b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
            out.push(char::from(b));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{b:02X}");
        }
        out
    })
}

/// `path?a=1&b=2` of the pairs that have a value.
pub fn address(path: &str, pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<_> = pairs.iter().filter(|(_, v)| !v.is_empty()).map(|(k, v)| format!("{k}={}", encode(v))).collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vietnamese_numbers_and_times() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(count), ["0", "999", "1.000", "1.234.567"]);
        assert_eq!([6.0, 6.5, 0.5].map(points), ["6", "6,5", "0,5"]);
        assert_eq!([2204.0655, 46.0, -0.5, 1_234_567.5].map(decimal), ["2.204,0655", "46", "-0,5", "1.234.567,5"]);
        assert_eq!([0.0, 0.0035, 0.024, 1.0].map(percent), ["0,0 %", "0,35 %", "2,4 %", "100,0 %"]);
        let now = Time(100 * DAY_MS);
        assert_eq!(ago(now, now), "vừa xong");
        assert_eq!(ago(now.plus(-25 * MINUTE_MS), now), "25 phút trước");
        assert_eq!(left(now.plus(5 * HOUR_MS + 1), now), "còn 5 giờ");
        assert_eq!(left(now.plus(-3 * DAY_MS), now), "quá hạn 3 ngày");
        assert_eq!(left(now.plus(47 * HOUR_MS), now), "còn 47 giờ");
    }

    #[test]
    fn only_web_addresses_become_links() {
        assert!(link(Some("https://a.vn/x")).is_some() && link(Some("HTTP://a.vn")).is_some());
        for bad in ["javascript:alert(1)", "data:text/html,x", "//a.vn", "ệ", ""] {
            assert_eq!(link(Some(bad)), None, "{bad}");
        }
        assert_eq!(address("/", &[("q", "giá \"&"), ("x", "")]), "/?q=gi%C3%A1%20%22%26");
        assert_eq!(address("/", &[]), "/");
    }
}
