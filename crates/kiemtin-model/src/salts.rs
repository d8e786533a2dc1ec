//! How is a post that was found by keyword recognised, without anything kept by which others could find it?
//!
//! By hashes over a secret of this installation. The secret changes; the one before is kept for one more period, so that a post is
//! still recognised that was stored under it.

use crate::ids::{DocId, hex128};
use std::fmt;

/// The secret, and the one before it. Shows neither in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Salts {
    /// Under which hashes are made.
    now: String,
    /// Under which hashes were made.
    before: Option<String>,
}

impl Salts {
    /// The present secret, and the one before while it is kept.
    pub fn new(now: impl Into<String>, before: Option<String>) -> Self {
        Self { now: now.into(), before }
    }

    /// The present secret.
    pub fn now(&self) -> &str {
        &self.now
    }

    /// Name of a post for its lead (`kw:` and 128 bits of SHA-256 in hex), from its own address or id at its origin: not to be turned
    /// back, nor to be guessed without the secret.
    pub fn key(&self, post: &str) -> String {
        key(&self.now, post)
    }

    /// The names under which a post may be known: the present one, then the one under the earlier secret.
    pub fn keys(&self, post: &str) -> Vec<String> {
        self.all().map(|salt| key(salt, post)).collect()
    }

    /// The ids under which a post without an address may be known ([`DocId::from_content`]): the present one first.
    pub fn ids(&self, source: &str, title: &str, text: &str) -> Vec<DocId> {
        self.all().map(|salt| DocId::from_content(source, title, text, salt)).collect()
    }

    fn all(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.now.as_str()).chain(self.before.as_deref())
    }
}

fn key(salt: &str, post: &str) -> String {
    format!("kw:{}", hex128(&["keyword", salt, post]))
}

impl fmt::Debug for Salts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.before.is_some() { "Salts(two)" } else { "Salts(one)" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_are_known_under_both_secrets_and_no_others() {
        let post = "https://mang-xa-hoi.example/posts/1";
        let (first, second) = (Salts::new("bí mật một", None), Salts::new("bí mật hai", Some("bí mật một".into())));
        assert_eq!(first.keys(post), [first.key(post)]);
        assert_eq!(second.keys(post), [second.key(post), first.key(post)]);
        assert_ne!(second.key(post), first.key(post));
        assert_ne!(first.key(post), first.key("https://mang-xa-hoi.example/posts/2"));
        let third = Salts::new("bí mật ba", Some("bí mật hai".into()));
        assert!(!third.keys(post).contains(&first.key(post)), "what is older than one period is not recognised");
        let digits = first.key(post).strip_prefix("kw:").map(|digits| (digits.len(), digits.chars().all(|c| c.is_ascii_hexdigit())));
        assert_eq!(digits, Some((32, true)));
    }

    #[test]
    fn ids_are_those_of_the_content() {
        let salts = Salts::new("b", Some("a".into()));
        let id = |salt| DocId::from_content("mxh", "", "Chia sẻ gấp", salt);
        assert_eq!(salts.ids("mxh", "", "Chia sẻ gấp"), [id("b"), id("a")]);
        assert_eq!(salts.now(), "b");
    }

    #[test]
    fn secrets_are_not_shown() {
        let shown = format!("{:?} {:?}", Salts::new("mot-bi-mat", Some("hai-bi-mat".into())), Salts::new("mot-bi-mat", None));
        assert_eq!(shown, "Salts(two) Salts(one)");
    }
}
