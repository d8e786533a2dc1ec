//! Slack, by an incoming webhook: mrkdwn text. <https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks>

use super::{PostWay, json};
use crate::message::{Part, text};
use crate::sender::{Outgoing, Post, SendError};
use crate::settings::DeliverSettings;
use serde_json::json;

/// Slack asks for texts of at most 4,000 characters.
const LONGEST: usize = 4_000;

/// The channel.
pub struct Slack;

impl PostWay for Slack {
    fn post(&self, outgoing: &Outgoing<'_>, _: &DeliverSettings) -> Result<Post, SendError> {
        let text = text(outgoing.message, LONGEST, |part| {
            // What mrkdwn reads as a sign of its own: https://docs.slack.dev/messaging/formatting-message-text#escaping
            let words = part.words().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            match part {
                Part::Title(_) | Part::Heading(_) | Part::Banner(_) => format!("*{words}*"),
                Part::Entry(_) => format!("• {words}"),
                Part::Line(_) => words,
                Part::Link(_) => format!("<{words}|Xem trên kiemtin>"),
            }
        });
        let body = json(&json!({ "text": text, "unfurl_links": false }))?;
        Ok(Post { url: outgoing.secret.reveal().to_owned(), headers: vec![], body })
    }
}
