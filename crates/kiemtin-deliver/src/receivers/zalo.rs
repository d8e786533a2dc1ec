//! A Zalo Official Account: a message of at most 2,000 characters to one who follows it.
//! <https://developers.zalo.me/docs/official-account/tin-nhan/tin-tu-van/gui-tin-tu-van-dang-van-ban>

use super::{PostWay, json, plain_id};
use crate::message::{Part, text};
use crate::sender::{Answer, Outgoing, Post, SendError, Sender};
use crate::settings::DeliverSettings;
use serde_json::{Value, json};

/// Most characters of a message.
const LONGEST: usize = 2_000;
/// Errors that stay however often one tries: wrong parameters, who does not follow the account, who has not written to it lately.
const FOR_GOOD: &[i64] = &[-201, -213, -230, -232];

/// The channel.
pub struct Zalo;

impl PostWay for Zalo {
    fn post(&self, outgoing: &Outgoing<'_>, settings: &DeliverSettings) -> Result<Post, SendError> {
        let text = text(outgoing.message, LONGEST, |part| match part {
            Part::Entry(words) => format!("• {words}"),
            other => other.words().to_owned(),
        });
        let body = json(&json!({ "recipient": { "user_id": outgoing.receiver.target }, "message": { "text": text } }))?;
        let url = format!("{}/v3.0/oa/message/cs", settings.zalo_api.trim_end_matches('/'));
        Ok(Post { url, headers: vec![("access_token", outgoing.secret.reveal().to_owned())], body })
    }

    /// Every answer comes with status 200; the body says how it went.
    fn judge(&self, answer: &Answer<'_>) -> Result<String, SendError> {
        answer.by_status()?;
        let said: Value = serde_json::from_slice(answer.body).unwrap_or_default();
        let words: String = said.get("message").and_then(Value::as_str).unwrap_or("").chars().take(200).collect();
        match said.get("error").and_then(Value::as_i64) {
            Some(0) => Ok("ok".to_owned()),
            Some(code) if FOR_GOOD.contains(&code) => Err(SendError::permanent(format!("Zalo {code}: {words}"))),
            Some(code) => Err(SendError::for_now(format!("Zalo {code}: {words}"))),
            None => Err(SendError::for_now("Zalo trả lời không đúng dạng")),
        }
    }

    fn check(&self, target: &str, _: &Sender) -> Result<(), String> {
        plain_id(target, "-_")
    }
}
