//! A signed request to any address: JSON, `Kiemtin-Signature: v1=hex(HMAC-SHA256(key, timestamp "." body))`, the time in
//! `Kiemtin-Timestamp` (seconds since 1970), and `Idempotency-Key`, the same for every attempt.

use super::{PostWay, json};
use crate::message::Message;
use crate::sender::{Outgoing, Post, SendError};
use crate::settings::DeliverSettings;
use hmac::{Hmac, KeyInit, Mac};
use kiemtin_model::hex::hex;
use serde_json::{Value, json};
use sha2::Sha256;

/// The channel.
pub struct Webhook;

impl PostWay for Webhook {
    fn post(&self, outgoing: &Outgoing<'_>, _: &DeliverSettings) -> Result<Post, SendError> {
        let body = json(&content(outgoing))?;
        let timestamp = outgoing.at.0.div_euclid(1_000).to_string();
        let signature = signature(outgoing.secret.reveal().as_bytes(), &timestamp, &body)?;
        Ok(Post {
            url: outgoing.receiver.target.clone(),
            headers: vec![
                ("Kiemtin-Timestamp", timestamp),
                ("Kiemtin-Signature", format!("v1={signature}")),
                ("Idempotency-Key", outgoing.key.to_owned()),
            ],
            body,
        })
    }
}

fn content(outgoing: &Outgoing<'_>) -> Value {
    let Message { title, banner, sections, fields } = outgoing.message;
    let entry = |e: &crate::message::Entry| json!({ "title": e.title, "lines": e.lines, "link": e.link });
    let section = |s: &crate::message::Section| json!({ "title": s.title, "entries": s.entries.iter().map(entry).collect::<Vec<_>>() });
    let mut content = json!({
        "id": outgoing.key, "made_at": outgoing.made_at, "title": title, "banner": banner,
        "sections": sections.iter().map(section).collect::<Vec<_>>(),
    });
    if let (Value::Object(content), Value::Object(fields)) = (&mut content, fields) {
        content.extend(fields.clone());
    }
    content
}

fn signature(key: &[u8], timestamp: &str, body: &[u8]) -> Result<String, SendError> {
    let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).map_err(|_| SendError::permanent("khóa không dùng được"))?;
    let code = mac.chain_update(timestamp).chain_update(".").chain_update(body).finalize().into_bytes();
    Ok(hex(&code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_other_implementations() {
        // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac khoa
        let ours = signature(b"khoa", "1700000000", br#"{"a":1}"#).unwrap();
        assert_eq!(ours, "b10486a18a1dd5f788493b9a24c9301ee2d38188d5abcb97a97a1c338b0332a9");
    }
}
