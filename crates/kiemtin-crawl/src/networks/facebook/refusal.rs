//! What does the Graph API say when it refuses, and how much of what it allows is used?
//!
//! Codes as in "Handle Errors", shares as in "Rate Limits" of the Graph API. The words of an error are not read: they may repeat
//! what was asked.

use super::PAUSE;
use crate::networks::Answered;
use crate::sources::{read_json, unreadable};
use http::HeaderMap;
use kiemtin_model::{Failure, Outcome, Refusal};
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;

/// Longest pause that is believed.
const LONGEST: Duration = Duration::from_secs(24 * 3_600);
/// Headers that tell shares in percent: of the app, and of each business.
const USAGE: [&str; 2] = ["x-app-usage", "x-business-use-case-usage"];

#[derive(Deserialize)]
struct Refused {
    error: Fault,
}

#[derive(Deserialize)]
struct Fault {
    #[serde(default)]
    code: i64,
    #[serde(default)]
    error_subcode: i64,
}

/// How an answer ends the round, and how long it asks to be left alone; `None`: it is no refusal.
pub(super) fn of(answered: &Answered) -> Option<(Outcome, Option<Duration>)> {
    let status = answered.status.as_u16();
    // An error may come with status 200.
    let fault = read_json::<Refused>(&answered.text).ok().map(|refused| refused.error);
    let Some(fault) = fault else {
        let outcome = if status == 401 { Outcome::Refused(Refusal::Token) } else { Outcome::Failed(Failure::Status(status)) };
        return (status != 200).then_some((outcome, None));
    };
    Some(match (fault.code, fault.error_subcode) {
        (190 | 102 | 463 | 467, _) | (_, 463 | 467) => (Outcome::Refused(Refusal::Token), None),
        (10 | 200..=299, _) => (Outcome::Refused(Refusal::Closed), None),
        (4 | 17 | 32 | 341 | 368 | 613 | 80_000..=80_014, _) => {
            (Outcome::Failed(Failure::RetryLater), Some(regained(&answered.headers).unwrap_or(PAUSE)))
        }
        // No such page, or none that this token may see.
        (803, _) | (100, 33) => (Outcome::Failed(Failure::Status(404)), None),
        (100, _) => (unreadable("the API does not know one of the parameters (error 100)"), None),
        _ => (Outcome::Failed(Failure::Status(if status == 200 { 500 } else { status })), None),
    })
}

/// The largest share of what the API allows that is used, in percent; 0 where it says nothing.
pub(super) fn used(headers: &HeaderMap) -> f64 {
    told(headers)
        .iter()
        .flat_map(|usage| ["call_count", "total_time", "total_cputime"].map(|key| usage.get(key).and_then(Value::as_f64)))
        .flatten()
        .fold(0.0, f64::max)
}

/// When calls are possible again, by the word of the API (`estimated_time_to_regain_access`, in minutes).
fn regained(headers: &HeaderMap) -> Option<Duration> {
    let minutes = told(headers).iter().filter_map(|usage| usage.get("estimated_time_to_regain_access")?.as_u64()).max()?;
    Some(Duration::from_secs(minutes.saturating_mul(60)).min(LONGEST)).filter(|wait| !wait.is_zero())
}

/// What is told of the app and of each business.
fn told(headers: &HeaderMap) -> Vec<Value> {
    let values = USAGE.iter().filter_map(|name| headers.get(*name)?.to_str().ok()).filter(|text| text.len() <= 8 << 10);
    let mut found = vec![];
    for value in values.filter_map(|text| serde_json::from_str::<Value>(text).ok()) {
        if let Value::Object(by_business) = &value {
            found.extend(by_business.values().filter_map(Value::as_array).flatten().cloned());
        }
        found.push(value);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::StatusCode;

    fn answered(status: u16, headers: &[(&'static str, &str)], text: &str) -> Answered {
        let headers = headers.iter().map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap())).collect();
        Answered { status: StatusCode::from_u16(status).unwrap(), headers, text: text.into(), url: url::Url::parse("http://x/").unwrap() }
    }

    #[test]
    fn refusals_by_their_code() {
        let check = |code: i64, subcode: i64, expected: Outcome| {
            let text = format!(
                r#"{{"error":{{"message":"x","type":"OAuthException","code":{code},"error_subcode":{subcode},"fbtrace_id":"A"}}}}"#
            );
            assert_eq!(of(&answered(400, &[], &text)).map(|(outcome, _)| outcome), Some(expected), "{code}/{subcode}");
        };
        for (code, subcode) in [(190, 0), (190, 463), (102, 0), (467, 0)] {
            check(code, subcode, Outcome::Refused(Refusal::Token));
        }
        for code in [10, 200, 283] {
            check(code, 0, Outcome::Refused(Refusal::Closed));
        }
        for code in [4, 17, 32, 613, 80_001] {
            check(code, 0, Outcome::Failed(Failure::RetryLater));
        }
        check(803, 0, Outcome::Failed(Failure::Status(404)));
        check(100, 33, Outcome::Failed(Failure::Status(404)));
        check(2, 0, Outcome::Failed(Failure::Status(400)));
        assert_eq!(of(&answered(200, &[], "{\"data\":[]}")), None);
        assert_eq!(of(&answered(502, &[], "<html>")), Some((Outcome::Failed(Failure::Status(502)), None)));
    }

    #[test]
    fn shares_and_pauses() {
        let app = ("x-app-usage", r#"{"call_count":28,"total_time":91.5,"total_cputime":25}"#);
        let business = (
            "x-business-use-case-usage",
            r#"{"112":[{"type":"pages","call_count":97,"total_cputime":1,"total_time":1,"estimated_time_to_regain_access":19}]}"#,
        );
        let all = answered(400, &[app, business], r#"{"error":{"code":32}}"#);
        assert_eq!((used(&answered(200, &[app], "").headers), used(&all.headers)), (91.5, 97.0));
        assert_eq!(of(&all).and_then(|(_, pause)| pause), Some(Duration::from_secs(19 * 60)));
        assert_eq!(of(&answered(400, &[], r#"{"error":{"code":4}}"#)).and_then(|(_, pause)| pause), Some(PAUSE));
        assert_eq!(used(&answered(200, &[("x-app-usage", "[[[")], "").headers), 0.0);
    }
}
