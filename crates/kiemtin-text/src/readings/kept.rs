//! How is what was counted kept, so that a restart does not forget it?
//!
//! One run of bytes: [`MAGIC`], then numbers as LEB128 (seven bits a byte, lowest first) and syllables in UTF-8, then a check sum
//! (FNV-1a, 64 bits). Keys are made from the syllables again, so that they follow the scanner of the build that reads.

use super::{MOST_PAIRS, MOST_SYLLABLES, Readings, pair};
use crate::scan::scan;

/// What the bytes begin with: the last one is the version of the form.
const MAGIC: &[u8; 8] = b"ktread\0\x02";
/// Longest syllable in bytes: as when it was counted.
const LONGEST: usize = 40;
/// Longest short form or long form in bytes.
const LONGEST_FORM: usize = 400;

impl Readings {
    /// All that was counted, at most some megabytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        put(&mut bytes, self.texts);
        put(&mut bytes, self.total);
        put(&mut bytes, self.syllables.len() as u64);
        for syllable in &self.syllables {
            put(&mut bytes, u64::from(syllable.count));
            put(&mut bytes, syllable.text.len() as u64);
            bytes.extend_from_slice(syllable.text.as_bytes());
        }
        // In order, so that only the distance to the one before is kept.
        let mut pairs: Vec<(u64, u32)> = self.pairs.iter().map(|(pair, seen)| (*pair, *seen)).collect();
        pairs.sort_unstable();
        put(&mut bytes, pairs.len() as u64);
        let mut before = 0;
        for (pair, seen) in pairs {
            put(&mut bytes, pair - before);
            put(&mut bytes, u64::from(seen));
            before = pair;
        }
        let shorts = self.shorts.all();
        put(&mut bytes, shorts.len() as u64);
        for (short, long, seen) in shorts {
            for text in [short, long] {
                put(&mut bytes, text.len() as u64);
                bytes.extend_from_slice(text.as_bytes());
            }
            put(&mut bytes, u64::from(seen));
        }
        let sum = check_sum(&bytes);
        bytes.extend_from_slice(&sum.to_le_bytes());
        bytes
    }

    /// What was kept. None when the bytes are damaged, of another version, or larger than what is ever kept.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (bytes, sum) = bytes.split_at_checked(bytes.len().checked_sub(8)?)?;
        if check_sum(bytes).to_le_bytes() != *sum {
            return None;
        }
        let mut rest = bytes.strip_prefix(MAGIC)?;
        let rest = &mut rest;
        let mut readings = Self { texts: take(rest)?, total: take(rest)?, ..Self::default() };
        let syllables = take(rest).filter(|n| *n <= MOST_SYLLABLES as u64)?;
        // Number in the bytes → number here: a syllable that this build reads otherwise is left out.
        let mut numbers = Vec::with_capacity(syllables as usize);
        for _ in 0..syllables {
            let count = u32::try_from(take(rest)?).ok()?;
            numbers.push(readings.put_back(text(rest, LONGEST)?, count));
        }
        let pairs = take(rest).filter(|n| *n <= 2 * MOST_PAIRS as u64)?;
        readings.pairs.reserve(pairs as usize);
        let mut before = 0u64;
        for _ in 0..pairs {
            before = before.checked_add(take(rest)?)?;
            let seen = u32::try_from(take(rest)?).ok()?;
            let number = |n: u64| usize::try_from(n).ok().and_then(|n| numbers.get(n)).copied();
            if let (Some(first), Some(second)) = (number(before >> 32)?, number(before & u64::from(u32::MAX))?) {
                readings.pairs.insert(pair(first, second), seen);
            }
        }
        for _ in 0..take(rest)? {
            let (short, long) = (text(rest, LONGEST_FORM)?, text(rest, LONGEST_FORM)?);
            readings.shorts.put_back(short, long, u32::try_from(take(rest)?).ok()?);
        }
        rest.is_empty().then_some(readings)
    }

    /// Counts a syllable `count` times. None when it is none, or no more fit.
    pub(super) fn put_back(&mut self, text: &str, count: u32) -> Option<u32> {
        let scanned = scan(text);
        let [token] = scanned.tokens.as_slice() else { return None };
        let number = self.number(token.key, token.fold, token.marked, || text.to_owned())?;
        let syllable = self.syllables.get_mut(number as usize)?;
        syllable.count = syllable.count.saturating_add(count);
        Some(number)
    }
}

fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn take(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

/// A text of at most so many bytes.
fn text<'a>(rest: &mut &'a [u8], longest: usize) -> Option<&'a str> {
    let length = usize::try_from(take(rest)?).ok().filter(|length| *length <= longest)?;
    let (text, after) = rest.split_at_checked(length)?;
    *rest = after;
    std::str::from_utf8(text).ok()
}

fn check_sum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn taught() -> Readings {
        let mut readings = Readings::default();
        for _ in 0..5 {
            readings.learn(&scan(
                "Giá xăng dầu tăng. Quản lý thị trường kiểm tra thuỷ điện, tai nạn lao động (TNLĐ), xuất khẩu gạo đạt kỷ lục 2026.",
            ));
        }
        readings
    }

    #[test]
    fn what_was_kept_reads_the_same() {
        let (readings, kept) = (taught(), taught().to_bytes());
        let again = Readings::from_bytes(&kept).expect("whole");
        assert_eq!((again.texts(), again.short_for("TNLĐ")), (readings.texts(), vec!["tai nạn lao động".to_owned()]));
        for typed in ["gia xang dau", "gia xang tnag", "quan ly thi trờng", "thuỷ dien", "xuất khâu gạo"] {
            assert_eq!(again.of(typed, 8), readings.of(typed, 8), "{typed}");
        }
        assert_eq!(again.to_bytes(), kept, "kept again, nothing changes");
        assert!(Readings::from_bytes(&Readings::default().to_bytes()).is_some_and(|r| r.texts() == 0));
    }

    #[test]
    fn damage_is_seen() {
        let kept = taught().to_bytes();
        for at in 0..kept.len() {
            let mut damaged = kept.clone();
            damaged[at] ^= 0x20;
            assert!(Readings::from_bytes(&damaged).is_none(), "byte {at}");
            assert!(Readings::from_bytes(&kept[..at]).is_none(), "cut at {at}");
        }
    }

    proptest! {
        /// Bytes with a right check sum and anything within give something or nothing, and never more than fits.
        #[test]
        fn any_bytes_are_survived(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut bytes = MAGIC.to_vec();
            bytes.extend(body);
            let sum = check_sum(&bytes);
            bytes.extend_from_slice(&sum.to_le_bytes());
            if let Some(readings) = Readings::from_bytes(&bytes) {
                prop_assert!(readings.of("gia xang", 3).len() <= 3);
            }
        }
    }
}
