//! Does a chain of entries hold, read one after the other?

use super::{AuditBreak, AuditCheck, AuditHead, BreakKind};
use kiemtin_model::hex::{hex, unhex};
use sha2::{Digest, Sha256};

/// An entry as it is stored: words as they stand there, whether they can be read or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number.
    pub number: i64,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// Word of the [`kiemtin_model::ActorKind`].
    pub actor_kind: String,
    /// Sign-in name.
    pub actor_name: String,
    /// Name of the token.
    pub actor_token: String,
    /// Word of the [`kiemtin_model::AuditAction`].
    pub action: String,
    /// To what.
    pub object: String,
    /// JSON with sorted keys.
    pub detail: String,
    /// Its hash, as stored.
    pub hash: String,
}

impl AuditRow {
    /// What its hash must be after an entry of this hash, if it were the one of this number.
    pub fn hash_after(&self, before: &str, number: i64) -> Option<String> {
        let entry = serde_json::to_vec(&(
            number,
            self.at,
            &self.actor_kind,
            &self.actor_name,
            &self.actor_token,
            &self.action,
            &self.object,
            &self.detail,
        ));
        Some(hex(&Sha256::new().chain_update(unhex(before).filter(|bytes| bytes.len() == 32)?).chain_update(entry.ok()?).finalize()))
    }
}

/// Hash of the chain before its first entry.
pub(crate) fn genesis(origin: &str) -> AuditHead {
    AuditHead { number: 0, hash: hex(&Sha256::digest(origin.as_bytes())) }
}

/// Holds a chain against heads that are known, while it is read from its first entry on.
pub struct ChainCheck {
    entries: u64,
    head: AuditHead,
    known: Vec<AuditHead>,
    broken: Option<AuditBreak>,
}

impl ChainCheck {
    /// Begins before the first entry of the store whose first [`log_id`](crate::Store::log_id) was this; the chain must pass the `known`
    /// heads.
    pub fn new(origin: &str, known: impl IntoIterator<Item = AuditHead>) -> Self {
        let mut check = Self { entries: 0, head: genesis(origin), known: known.into_iter().collect(), broken: None };
        check.held();
        check
    }

    /// Takes the next entries, ascending by number. `false`: the chain is broken among them, nothing more is to be read.
    pub fn take(&mut self, rows: &[AuditRow]) -> bool {
        for (i, row) in rows.iter().enumerate() {
            let number = self.head.number + 1;
            self.entries += 1;
            if row.number != number {
                self.stop(number, BreakKind::Missing);
            } else if row.hash_after(&self.head.hash, number).as_ref() == Some(&row.hash) {
                self.head = AuditHead { number, hash: row.hash.clone() };
                self.held();
            } else {
                // Written under this number, read under a later one?
                let moved = rows.iter().skip(i + 1).any(|r| r.hash_after(&self.head.hash, number).as_ref() == Some(&r.hash));
                self.stop(number, if moved { BreakKind::Reordered } else { BreakKind::Changed });
            }
            if self.broken.is_some() {
                return false;
            }
        }
        true
    }

    /// What was found, after the last entry.
    pub fn end(mut self) -> AuditCheck {
        if self.broken.is_none() && self.known.iter().any(|k| k.number > self.head.number) {
            self.stop(self.head.number + 1, BreakKind::CutOff);
        }
        AuditCheck { entries: self.entries, head: self.head, broken: self.broken, at: None }
    }

    fn stop(&mut self, number: i64, kind: BreakKind) {
        self.broken = Some(AuditBreak { number, kind });
    }

    /// Holds the head against those that are known of its number.
    fn held(&mut self) {
        if self.known.iter().any(|k| k.number == self.head.number && k.hash != self.head.hash) {
            self.stop(self.head.number, BreakKind::Rewritten);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "0123";

    fn chain(entries: usize) -> Vec<AuditRow> {
        let mut head = genesis(LOG);
        let row = |number: i64| AuditRow {
            number,
            at: 1_000 * number,
            actor_kind: "user".into(),
            actor_name: "lan".into(),
            actor_token: String::new(),
            action: "export".into(),
            object: format!("trends/{number}"),
            detail: r#"{"q":"\"giá\""}"#.into(),
            hash: String::new(),
        };
        (1..=entries as i64)
            .map(|number| {
                let mut row = row(number);
                row.hash = row.hash_after(&head.hash, number).unwrap();
                head = AuditHead { number, hash: row.hash.clone() };
                row
            })
            .collect()
    }

    fn check(rows: &[AuditRow], known: Vec<AuditHead>) -> Option<(i64, BreakKind)> {
        let mut check = ChainCheck::new(LOG, known);
        for part in rows.chunks(4) {
            if !check.take(part) {
                break;
            }
        }
        check.end().broken.map(|b| (b.number, b.kind))
    }

    /// By `hashlib` and `json` of Python 3: another program comes to the same hashes.
    #[test]
    fn hashes_are_those_of_another_program() {
        assert_eq!(genesis(LOG).hash, "1be2e452b46d7a0d9656bbb1f768e8248eba1b75baed65f5d99eafa948899a6a");
        assert_eq!(chain(2)[1].hash, "9751982886651040fa6bbc6f34fc3fa876b75d2e4f21633ad25198debc917889");
    }

    #[test]
    fn every_way_of_breaking_is_found() {
        let whole = chain(10);
        let head = |i: usize| AuditHead { number: whole[i].number, hash: whole[i].hash.clone() };
        assert_eq!(check(&whole, vec![head(9), head(3)]), None);
        assert_eq!(check(&[], vec![]), None);
        let changed = |change: &dyn Fn(&mut Vec<AuditRow>)| {
            let mut rows = whole.clone();
            change(&mut rows);
            check(&rows, vec![])
        };
        assert_eq!(changed(&|r| r[4].object.push('x')), Some((5, BreakKind::Changed)));
        assert_eq!(changed(&|r| r[4].at += 1), Some((5, BreakKind::Changed)));
        assert_eq!(changed(&|r| r[4].hash = "zz".into()), Some((5, BreakKind::Changed)));
        assert_eq!(changed(&|r| drop(r.remove(4))), Some((5, BreakKind::Missing)));
        assert_eq!(changed(&|r| drop(r.drain(..2))), Some((1, BreakKind::Missing)));
        let swap = |r: &mut Vec<AuditRow>| {
            r.swap(4, 6);
            (r[4].number, r[6].number) = (5, 7);
        };
        assert_eq!(changed(&swap), Some((5, BreakKind::Reordered)));
        // The same letters in another field are another entry.
        assert_eq!(changed(&|r| r[4].actor_token = std::mem::take(&mut r[4].actor_name)), Some((5, BreakKind::Changed)));
        // A tail that was cut off, or a chain that was written anew, shows against what was known.
        assert_eq!(check(&whole[..7], vec![]), None);
        assert_eq!(check(&whole[..7], vec![head(8)]), Some((8, BreakKind::CutOff)));
        assert_eq!(check(&[], vec![head(0)]), Some((1, BreakKind::CutOff)));
        let mut other = head(3);
        other.hash = "0".repeat(64);
        assert_eq!(check(&whole, vec![other]), Some((4, BreakKind::Rewritten)));
        assert_eq!(check(&whole, vec![AuditHead { number: 0, hash: "0".repeat(64) }]), Some((0, BreakKind::Rewritten)));
    }
}
