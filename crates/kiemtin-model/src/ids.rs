//! When are two documents the same?

use crate::hex::hex;
use kiemtin_text::{Scanned, scan};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

/// The stable name of a document: 128 bits of SHA-256 in hex, over the canonical URL, or (without one) over source,
/// title and text. A new version of an article keeps its id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
pub struct DocId(pub String);

impl DocId {
    /// From a canonical URL.
    pub fn from_url(canonical: &str) -> Self {
        Self(hex128(&["url", canonical]))
    }

    /// From what the document says. `salt` is empty but for posts found by keyword, whose id must not be guessable.
    pub fn from_content(source: &str, title: &str, text: &str, salt: &str) -> Self {
        Self(hex128(&["content", salt, source, title, text]))
    }
}

impl fmt::Display for DocId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Equal for texts that differ only in accents' placement, Unicode form, case, spacing and punctuation.
/// Title and text count; accents themselves do (a text without accents is another version).
pub fn content_hash(title: &str, text: &str) -> String {
    hash_words(&[&scan(title), &scan(text)])
}

/// [`content_hash`] and [`text_hash`] of one document, from one scan.
pub fn content_and_text_hash(title: &str, text: &str) -> (String, String) {
    let (title, text) = (scan(title), scan(text));
    (hash_words(&[&title, &text]), story_hash(&title, &text))
}

/// Texts shorter than this are copies only together with their title.
pub const STORY_WORDS: usize = 8;

/// Equal for copies: the same text, whatever headline was put on it. Short texts need the same headline as well.
pub fn text_hash(title: &str, text: &str) -> String {
    story_hash(&scan(title), &scan(text))
}

fn story_hash(title: &Scanned<'_>, text: &Scanned<'_>) -> String {
    if text.tokens.len() < STORY_WORDS { hash_words(&[title, text]) } else { hash_words(&[text]) }
}

fn hash_words(parts: &[&Scanned<'_>]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        for token in &part.tokens {
            hash.update(token.key.0.to_le_bytes());
        }
        hash.update([0xff; 9]);
    }
    hex(&hash.finalize()[..16])
}

pub(crate) fn hex128(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hex(&hash.finalize()[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_may_have_another_headline() {
        let text = "Từ chiều nay giá xăng dầu trong nước giảm theo kỳ điều hành.";
        assert_eq!(text_hash("Giá xăng giảm", text), text_hash("Tin vui cho tài xế", &text.to_uppercase()));
        assert_ne!(content_hash("Giá xăng giảm", text), content_hash("Tin vui cho tài xế", text));
        assert_ne!(text_hash("Giá xăng", "Chia sẻ gấp!"), text_hash("Giá điện", "Chia sẻ gấp!"), "short texts need their headline");
    }
}
