//! What stands in one post of Bluesky (`app.bsky.feed.post`), and by which key is it known?
//!
//! Search and stream give the same record. The account that wrote it is part of its address (`at://did/collection/rkey`), so
//! the key is a hash of that address: the same in both, and nothing of the account can be read from it.

use super::super::words::{kept, without_accounts};
use kiemtin_model::Time;
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// Mentions of a post that are looked at.
const MOST_FACETS: usize = 200;
/// The feature of a facet that marks an account.
const MENTION: &str = "app.bsky.richtext.facet#mention";

/// The part of a record that is read. Posts that it quotes or answers are not.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in super::super) struct Record {
    #[serde(default)]
    text: String,
    #[serde(default)]
    created_at: String,
    #[serde(default)]
    langs: Vec<String>,
    #[serde(default)]
    facets: Vec<Facet>,
}

/// A stretch of the text that means something.
#[derive(Deserialize)]
struct Facet {
    index: ByteSlice,
    #[serde(default)]
    features: Vec<Feature>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ByteSlice {
    byte_start: usize,
    byte_end: usize,
}

#[derive(Deserialize)]
struct Feature {
    #[serde(rename = "$type", default)]
    kind: String,
}

impl Record {
    /// Its text, without the accounts that it mentions.
    pub(in super::super) fn text(&self) -> String {
        let marks = |facet: &&Facet| facet.features.iter().any(|feature| feature.kind == MENTION);
        let facets = self.facets.iter().take(MOST_FACETS).filter(marks);
        kept(&without_accounts(&self.text, facets.map(|facet| facet.index.byte_start..facet.index.byte_end).collect()))
    }

    /// When it was written, by its author's word.
    pub(in super::super) fn created_at(&self) -> Option<Time> {
        Time::parse(&self.created_at).ok()
    }

    /// Whether it is Vietnamese by its author's word, or has letters that hardly another language has.
    pub(in super::super) fn is_vietnamese(&self) -> bool {
        let told = self.langs.iter().any(|lang| lang.split('-').next().is_some_and(|lang| lang.eq_ignore_ascii_case("vi")));
        told || kiemtin_text::compose(self.text.as_str().into()).chars().any(is_vietnamese)
    }
}

/// Letters of Vietnamese: ă đ ơ ư, and those of the block that was made for its tones.
fn is_vietnamese(letter: char) -> bool {
    matches!(letter, '\u{1ea0}'..='\u{1ef9}' | 'ă' | 'Ă' | 'đ' | 'Đ' | 'ơ' | 'Ơ' | 'ư' | 'Ư')
}

/// The key of a post: the same wherever it is found.
pub(in super::super) fn key(did: &str, collection: &str, rkey: &str) -> String {
    key_of(&format!("at://{did}/{collection}/{rkey}"))
}

/// The key of a post by its address; the name of the host is one that never leads anywhere (RFC 2606 §2).
pub(in super::super) fn key_of(uri: &str) -> String {
    let hash: String = Sha256::digest(uri.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("https://bluesky.invalid/{hash}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiemtin_model::canonical::canonical_url;

    #[test]
    fn mentions_are_masked_by_their_bytes() {
        let text = "Điện tăng @ai.bsky.social ơi #giadien";
        let (at, tag) = (text.find('@').unwrap(), text.find('#').unwrap());
        let json = serde_json::json!({
            "$type": "app.bsky.feed.post", "text": text, "createdAt": "2025-05-12T01:30:00.000Z", "langs": ["en"],
            "facets": [
                { "index": { "byteStart": tag, "byteEnd": tag + 8 }, "features": [{ "$type": "app.bsky.richtext.facet#tag", "tag": "giadien" }] },
                { "index": { "byteStart": at, "byteEnd": at + 15 }, "features": [{ "$type": MENTION, "did": "did:plc:ai" }] },
                { "index": { "byteStart": 1, "byteEnd": 2 }, "features": [{ "$type": MENTION }] },
            ],
        });
        let record: Record = serde_json::from_value(json).unwrap();
        assert_eq!(record.text(), "Điện tăng [tên tài khoản] ơi #giadien");
        assert!(record.is_vietnamese());
        assert_eq!(record.created_at().unwrap().to_string(), "2025-05-12T08:30:00+07:00");
    }

    #[test]
    fn which_texts_are_vietnamese() {
        let record =
            |text: &str, langs: &[&str]| serde_json::from_value::<Record>(serde_json::json!({ "text": text, "langs": langs })).unwrap();
        assert!(record("gia dien tang", &["en", "vi-VN"]).is_vietnamese());
        assert!(record("gia\u{301} đie\u{323}\u{302}n", &[]).is_vietnamese(), "decomposed letters");
        assert!(!record("prix à la hausse, preço não", &["fr"]).is_vietnamese());
    }

    #[test]
    fn keys_say_nothing_and_stay() {
        let key = key("did:plc:ai", "app.bsky.feed.post", "3kabc");
        assert_eq!(key, key_of("at://did:plc:ai/app.bsky.feed.post/3kabc"));
        assert_eq!(canonical_url("", &key).as_ref(), Some(&key));
        assert!(!key.contains("did") && !key.contains("3kabc"));
    }
}
