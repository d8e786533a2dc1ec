//! How is the YouTube Data API v3 asked, and what do its refusals mean?
//!
//! The key goes in a header, never in an address, which others log. Refusals are told by their `reason` ("YouTube Data API –
//! Errors"); their words are not read: they may repeat what was asked.

use crate::networks::{Round, Secret};
use crate::sources::{read_json, unreadable};
use kiemtin_model::{Failure, Outcome, Refusal};
use serde::Deserialize;
use url::Url;

/// Where the API is, unless the feed says otherwise.
const BASE: &str = "https://www.googleapis.com/youtube/v3";
/// Units of the day's quota that one question costs; all that are asked here cost the same.
const COST: u32 = 1;

/// What a refusal says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// Nobody may comment here.
    NoComments,
    /// There is no such video or list.
    NotFound,
    /// The units of the day are used up.
    Quota,
    /// Asked too quickly.
    Slower,
    /// The key is no key, or may not ask this.
    Key,
    /// Another refusal, with its status.
    Status(u16),
}

#[derive(Deserialize)]
struct Refused {
    error: Fault,
}

#[derive(Deserialize)]
struct Fault {
    #[serde(default)]
    errors: Vec<Reason>,
    #[serde(default)]
    details: Vec<Reason>,
}

#[derive(Deserialize)]
struct Reason {
    #[serde(default)]
    reason: String,
}

impl Said {
    /// How a round ends that hears this.
    pub(super) fn outcome(self) -> Outcome {
        match self {
            Self::Quota => Outcome::Refused(Refusal::Budget),
            Self::Slower => Outcome::Failed(Failure::RetryLater),
            Self::Key => Outcome::Refused(Refusal::Token),
            Self::NotFound => Outcome::Failed(Failure::Status(404)),
            Self::NoComments => Outcome::Failed(Failure::Status(403)),
            Self::Status(status) => Outcome::Failed(Failure::Status(status)),
        }
    }

    fn of(status: u16, body: &str) -> Self {
        let reasons = read_json::<Refused>(body).map(|refused| (refused.error.errors, refused.error.details)).unwrap_or_default();
        for reason in reasons.0.iter().chain(&reasons.1).take(20) {
            return match reason.reason.as_str() {
                "commentsDisabled" => Self::NoComments,
                "videoNotFound" | "playlistNotFound" => Self::NotFound,
                "quotaExceeded" | "dailyLimitExceeded" => Self::Quota,
                "rateLimitExceeded" | "userRateLimitExceeded" => Self::Slower,
                "keyInvalid"
                | "keyExpired"
                | "API_KEY_INVALID"
                | "accessNotConfigured"
                | "SERVICE_DISABLED"
                | "forbidden"
                | "ipRefererBlocked"
                | "API_KEY_SERVICE_BLOCKED"
                | "authError"
                | "required" => Self::Key,
                _ => continue,
            };
        }
        match status {
            401 => Self::Key,
            404 => Self::NotFound,
            status => Self::Status(status),
        }
    }
}

/// Asks `method` with these parameters. `Ok(Err(…))` is a refusal that the API itself tells of.
pub(super) async fn ask(round: &Round<'_>, method: &str, parameters: &[(&str, &str)]) -> Result<Result<String, Said>, Outcome> {
    let base = round.feed.api.as_deref().unwrap_or(BASE).trim_end_matches('/');
    let mut url = Url::parse(&format!("{base}/{method}")).map_err(|_| unreadable("the address of the API cannot be read"))?;
    url.query_pairs_mut().extend_pairs(parameters);
    let answered = round.api(&url, Secret::Header("x-goog-api-key"), COST).await?;
    let status = answered.status.as_u16();
    Ok(if status == 200 { Ok(answered.text) } else { Err(Said::of(status, &answered.text)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_by_their_reason() {
        let check = |status: u16, reason: &str, expected: Said| {
            let body =
                format!(r#"{{"error":{{"code":{status},"message":"x","errors":[{{"message":"x","domain":"y","reason":"{reason}"}}]}}}}"#);
            assert_eq!(Said::of(status, &body), expected, "{reason}");
        };
        check(403, "commentsDisabled", Said::NoComments);
        check(404, "videoNotFound", Said::NotFound);
        check(403, "quotaExceeded", Said::Quota);
        check(403, "dailyLimitExceeded", Said::Quota);
        check(403, "userRateLimitExceeded", Said::Slower);
        check(403, "accessNotConfigured", Said::Key);
        check(400, "processingFailure", Said::Status(400));
        let invalid = r#"{"error":{"code":400,"errors":[{"reason":"badRequest"}],"status":"INVALID_ARGUMENT","details":[{"@type":"x","reason":"API_KEY_INVALID"}]}}"#;
        assert_eq!(Said::of(400, invalid), Said::Key);
        assert_eq!([Said::of(500, "<html>"), Said::of(401, ""), Said::of(404, "[]")], [Said::Status(500), Said::Key, Said::NotFound]);
    }
}
