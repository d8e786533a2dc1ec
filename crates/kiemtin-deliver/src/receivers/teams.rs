//! Microsoft Teams, by the address of a workflow that posts an Adaptive Card: a message of at most 28 KB.
//! <https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook>

use super::{PostWay, json};
use crate::message::{Part, text};
use crate::sender::{Outgoing, Post, SendError};
use crate::settings::DeliverSettings;
use serde_json::{Value, json};

/// Characters of all text: in bytes and with its frame well below 28 KB.
const LONGEST: usize = 5_000;

/// The channel.
pub struct Teams;

impl PostWay for Teams {
    fn post(&self, outgoing: &Outgoing<'_>, _: &DeliverSettings) -> Result<Post, SendError> {
        // One block of text per line: a block reads a little Markdown, in which a line cannot do any harm but look odd.
        let whole = text(outgoing.message, LONGEST, |part| match part {
            Part::Entry(words) => format!("• {words}"),
            Part::Link(address) => format!("[Xem trên kiemtin]({address})"),
            other => other.words().to_owned(),
        });
        let block = |(i, line): (usize, &str)| {
            let heading = i == 0 || outgoing.message.banner == Some(line);
            let weight = if heading { "Bolder" } else { "Default" };
            let colour = if outgoing.message.banner == Some(line) { "Attention" } else { "Default" };
            json!({ "type": "TextBlock", "text": line, "wrap": true, "weight": weight, "color": colour })
        };
        let blocks: Vec<Value> = whole.lines().take(80).enumerate().map(block).collect();
        let card = json!({
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4", "body": blocks,
        });
        let attachment = json!({ "contentType": "application/vnd.microsoft.card.adaptive", "content": card });
        let body = json(&json!({ "type": "message", "attachments": [attachment] }))?;
        Ok(Post { url: outgoing.secret.reveal().to_owned(), headers: vec![], body })
    }
}
