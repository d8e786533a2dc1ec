//! Which words of a document have capitals? For `=Word`, which asks for them.
//!
//! A column has them, for few searches ask and as terms they would cost a sixth of the speed of indexing. Bytes, eight to a value: for
//! each word with capitals a number as LEB128 (seven bits a byte, lowest first), how far its position is behind that of the one before,
//! doubled; one more, and the word's capitals after it, if its first letter is not the only one. Zeros fill the last value.

use super::analyzer::positions;
use super::gather::engine;
use super::schema::CAPITALS;
use crate::index::IndexError;
use kiemtin_text::Scanned;
use tantivy::columnar::Column;
use tantivy::{DocId, SegmentReader};

/// The capitals of a word that begins with its only one.
const FIRST: u32 = 1;

/// The values of a document.
pub(super) fn of(texts: [&Scanned<'_>; 2]) -> Vec<u64> {
    let (mut bytes, mut before) = (vec![], None::<u32>);
    for (position, token) in positions(&texts) {
        let bits = token.capitals;
        if bits == 0 {
            continue;
        }
        // Counted from the place before the first one, so that no number is zero.
        let step = u64::from(before.map_or(position + 1, |before| position - before));
        before = Some(position);
        put(&mut bytes, step << 1 | u64::from(bits != FIRST));
        if bits != FIRST {
            put(&mut bytes, u64::from(bits));
        }
    }
    let value = |eight: &[u8]| eight.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte));
    bytes.chunks(8).map(value).collect()
}

fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// The next number; 0 at the end.
fn take(bytes: &mut impl Iterator<Item = u8>) -> u64 {
    let mut number = 0;
    for shift in (0..63).step_by(7) {
        let Some(byte) = bytes.next() else { return 0 };
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            break;
        }
    }
    number
}

/// The capitals of the documents of one segment.
pub(super) struct Capitals {
    column: Column<u64>,
    /// Positions with capitals in the document read last, ascending.
    at: Vec<(u32, u32)>,
}

impl Capitals {
    pub(super) fn of(segment: &SegmentReader) -> Result<Self, IndexError> {
        Ok(Self { column: segment.fast_fields().u64(CAPITALS).map_err(engine)?, at: vec![] })
    }

    /// Reads those of this document.
    pub(super) fn read(&mut self, doc: DocId) {
        self.at.clear();
        let mut bytes = self.column.values_for_doc(doc).flat_map(u64::to_le_bytes);
        // Before the first word.
        let mut position = u32::MAX;
        loop {
            let number = take(&mut bytes);
            if number == 0 {
                return;
            }
            position = position.wrapping_add((number >> 1) as u32);
            let bits = if number & 1 == 0 { FIRST } else { take(&mut bytes) as u32 };
            self.at.push((position, bits));
        }
    }

    /// The [`kiemtin_text::Token::capitals`] of the word at a position.
    pub(super) fn at(&self, position: u32) -> u32 {
        let found = self.at.binary_search_by_key(&position, |(at, _)| *at);
        found.ok().and_then(|number| self.at.get(number)).map_or(0, |(_, bits)| *bits)
    }
}
