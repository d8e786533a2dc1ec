//! What was done, by whom, and can it be shown that nobody changed the record of it?
//!
//! Entries are numbered without gaps and chained: `hash(n) = SHA-256(hash(n-1) ‖ entry n)`, where hash(0) is SHA-256 of
//! the first [`Store::log_id`](crate::Store::log_id) that the store had and an entry is the JSON list `[number, at in ms, kind, name, token, action, object,
//! detail]`, without spaces, with `detail` as the text that is stored (JSON with sorted keys). A chain shows what was changed,
//! removed or moved in its middle; that its end was cut off, or all of it written anew, shows only against an [`AuditHead`] that
//! was kept elsewhere. The method is that of B. Schneier and J. Kelsey, «Secure Audit Logs to Support Computer Forensics» (1999),
//! without its keys: whoever could change the file could read a key on the same machine too.

mod chain;

pub(crate) use chain::genesis;
pub use chain::{AuditRow, ChainCheck};

use crate::store::StoreError;
use crate::types::Page;
use async_trait::async_trait;
use kiemtin_model::{Actor, AuditAction, AuditEntry, Time, words};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// Most entries on one page of a list.
pub const MOST_ON_PAGE: usize = 500;
/// Longest name, object, key or value of an entry, in Unicode scalar values; what is longer is cut and ends with «…».
pub const LONGEST_WORD: usize = 500;
/// Most pairs of a detail; the first by name are kept.
pub const MOST_DETAILS: usize = 50;

/// Where the chain stands: keep it elsewhere, and a tail that was cut off later is found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AuditHead {
    /// Number of the last entry; 0 when there is none.
    pub number: i64,
    /// Its hash, 64 hexadecimal digits.
    pub hash: String,
}

impl fmt::Display for AuditHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.number, self.hash)
    }
}

impl FromStr for AuditHead {
    type Err = String;

    fn from_str(s: &str) -> Result<Self, String> {
        let bad = || "expected a number and 64 hexadecimal digits, like 12:9f86…".to_owned();
        let (number, hash) = s.trim().split_once(':').ok_or_else(bad)?;
        let number = number.parse::<i64>().ok().filter(|n| *n >= 0).ok_or_else(bad)?;
        let whole = hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
        if whole { Ok(Self { number, hash: hash.to_ascii_lowercase() }) } else { Err(bad()) }
    }
}

words! {
    /// How the chain is broken at an entry.
    BreakKind {
        /// The entry is not what was written.
        Changed = "changed" / "đã bị sửa",
        /// There is no entry of this number, but later ones.
        Missing = "missing" / "bị thiếu",
        /// What was written under this number stands under another one now.
        Reordered = "reordered" / "đã bị đổi thứ tự",
        /// The chain ends before an entry that is known to have been there.
        CutOff = "cut_off" / "phần cuối đã bị cắt",
        /// The chain holds, but is another one than was known.
        Rewritten = "rewritten" / "đã bị ghi lại từ đầu",
    }
}

/// Where the chain is broken first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AuditBreak {
    /// Number of the entry that is not as it was.
    pub number: i64,
    /// How.
    pub kind: BreakKind,
}

/// What a check of the whole chain found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AuditCheck {
    /// Entries looked at.
    pub entries: u64,
    /// The last entry that holds, and its hash.
    pub head: AuditHead,
    /// The first place where the chain does not hold.
    #[serde(rename = "break")]
    pub broken: Option<AuditBreak>,
    /// When it was checked; none before it is kept.
    #[serde(default)]
    pub at: Option<Time>,
}

/// Which entries are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Of this action.
    pub action: Option<AuditAction>,
    /// By the user of this sign-in name, or by a token of theirs.
    pub actor: Option<String>,
    /// Whose object begins so.
    pub object: Option<String>,
    /// At or after this time.
    pub from: Option<Time>,
    /// Before this time.
    pub to: Option<Time>,
}

/// An entry as the log holds it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AuditRecord {
    /// Its number, from 1, without gaps.
    pub number: i64,
    /// Its hash: 64 hexadecimal digits.
    pub hash: String,
    /// What was logged; none when it cannot be read, since somebody changed it.
    pub entry: Option<AuditEntry>,
}

/// The audit log.
#[async_trait]
pub trait AuditStore: Send + Sync {
    /// Logs these, in a transaction of their own.
    async fn put_audit(&self, entries: &[AuditEntry]) -> Result<(), StoreError>;
    /// Entries, newest first, at most `limit` (and [`MOST_ON_PAGE`]).
    async fn audit(&self, filter: &AuditFilter, cursor: Option<&str>, limit: usize) -> Result<Page<AuditRecord>, StoreError>;
    /// Reads the whole chain in parts, from the first entry on, up to the first place where it does not hold; calls `progress`
    /// with the number of each part's last entry. It is held against `anchor`, a head that was kept elsewhere, and against the
    /// head that the last check left ([`AuditStore::last_audit_check`]).
    async fn verify_audit(&self, anchor: Option<&AuditHead>, progress: &mut (dyn FnMut(i64) + Send)) -> Result<AuditCheck, StoreError>;
    /// Keeps what a check found, with its time. The head of a check that found the chain broken is not kept: the one before
    /// stays, to be held against again.
    async fn keep_audit_check(&self, check: &AuditCheck, at: Time) -> Result<(), StoreError>;
    /// What the last check found.
    async fn last_audit_check(&self) -> Result<Option<AuditCheck>, StoreError>;
}

/// The audit log, inside a transaction: a change and its entry stand together or not at all.
#[async_trait]
pub trait AuditBatch: Send {
    /// Logs this.
    async fn put_audit(&mut self, entry: &AuditEntry) -> Result<(), StoreError>;
}

/// The entry with nothing in it that is longer than an entry may be.
pub(crate) fn bounded(entry: &AuditEntry) -> AuditEntry {
    let detail: BTreeMap<_, _> = entry.detail.iter().take(MOST_DETAILS).map(|(k, v)| (cut(k), cut(v))).collect();
    let Actor { kind, name, token } = &entry.actor;
    let actor = Actor { kind: *kind, name: cut(name), token: cut(token) };
    AuditEntry { at: entry.at, actor, action: entry.action, object: cut(&entry.object), detail }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST_WORD) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_read_as_they_are_written() {
        let hash = "0123456789abcdef".repeat(4);
        let head = AuditHead { number: 12, hash: hash.clone() };
        assert_eq!(head.to_string().parse(), Ok(head.clone()));
        assert_eq!(format!(" 12:{} ", hash.to_uppercase()).parse(), Ok(head));
        for wrong in ["", "12", "12:", ":", "-1:00", "12:zz", &format!("-1:{hash}"), &format!("1:{hash}0"), &format!("x:{hash}")] {
            assert!(wrong.parse::<AuditHead>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn long_words_are_cut() {
        assert_eq!(cut("điện"), "điện");
        let long = cut(&"ệ".repeat(LONGEST_WORD + 1));
        assert_eq!((long.chars().count(), long.ends_with('…')), (LONGEST_WORD + 1, true));
        assert_eq!(cut(&"ệ".repeat(LONGEST_WORD)).chars().count(), LONGEST_WORD);
    }
}
