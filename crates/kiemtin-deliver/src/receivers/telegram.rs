//! Telegram, by a bot: `sendMessage` with a little HTML, at most 4,096 characters. <https://core.telegram.org/bots/api#sendmessage>

use super::{PostWay, escaped, json, plain_id};
use crate::message::{Part, text};
use crate::sender::{Answer, Outgoing, Post, SendError, Sender};
use crate::settings::DeliverSettings;
use serde_json::{Value, json};

/// Most characters of a message.
const LONGEST: usize = 4_096;

/// The channel.
pub struct Telegram;

impl PostWay for Telegram {
    fn post(&self, outgoing: &Outgoing<'_>, settings: &DeliverSettings) -> Result<Post, SendError> {
        let text = text(outgoing.message, LONGEST, |part| {
            let words = escaped(part.words());
            match part {
                Part::Title(_) | Part::Heading(_) | Part::Banner(_) => format!("<b>{words}</b>"),
                Part::Entry(_) => format!("• {words}"),
                Part::Line(_) => words,
                Part::Link(_) => format!("<a href=\"{words}\">Xem trên kiemtin</a>"),
            }
        });
        let body = json(&json!({
            "chat_id": outgoing.receiver.target, "text": text, "parse_mode": "HTML", "link_preview_options": { "is_disabled": true },
        }))?;
        let url = format!("{}/bot{}/sendMessage", settings.telegram_api.trim_end_matches('/'), outgoing.secret.reveal());
        Ok(Post { url, headers: vec![], body })
    }

    fn judge(&self, answer: &Answer<'_>) -> Result<String, SendError> {
        let said: Value = serde_json::from_slice(answer.body).unwrap_or_default();
        let wait = said.pointer("/parameters/retry_after").and_then(Value::as_u64).or(answer.retry_after);
        answer.by_status().map(|_| "ok".to_owned()).map_err(|error| if error.permanent { error } else { error.after(wait) })
    }

    fn check(&self, target: &str, _: &Sender) -> Result<(), String> {
        plain_id(target, "-@_")
    }
}
