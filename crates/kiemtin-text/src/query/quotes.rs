//! What stands in quotation marks?

use crate::scan::Scanned;

/// Longest quotation, in tokens: a mark that was never closed encloses nothing.
const LONGEST: u32 = 400;

/// Ranges of token numbers (first, after the last) between quotation marks, ascending. A quotation may cross sentences but
/// not paragraphs; a straight mark opens and closes by turns.
pub fn quotes(scanned: &Scanned<'_>) -> Vec<(u32, u32)> {
    let mut found = vec![];
    let mut open: Option<(char, u32)> = None;
    for (at, mark) in marks(scanned.text) {
        let token = scanned.tokens.partition_point(|t| (t.end as usize) <= at) as u32;
        open = match (open, mark) {
            (_, '\n') => None,
            (Some((opened, from)), _) if closes(opened, mark) => {
                if from < token && token - from <= LONGEST {
                    found.push((from, token));
                }
                None
            }
            (None, '"' | '“' | '«') => Some((mark, token)),
            (open, _) => open,
        };
    }
    found
}

/// Bytes that are looked at together.
const BLOCK: usize = 64;

/// Quotation marks and ends of lines, each with its first byte. They are rare: blocks of bytes none of which can begin one are passed
/// over whole, which compilers make a few instructions of, and the other bytes undecoded.
fn marks(text: &str) -> impl Iterator<Item = (usize, char)> {
    let may_begin = |byte: u8| (byte == b'"') | (byte == b'\n') | (byte == 0xC2) | (byte == 0xE2);
    let blocks = text.as_bytes().chunks(BLOCK).zip((0..).step_by(BLOCK));
    let blocks = blocks.filter(move |(block, _)| block.iter().fold(0, |any, byte| any | u8::from(may_begin(*byte))) != 0);
    let found = blocks.flat_map(move |(block, from)| (from..).zip(block).filter(move |(_, byte)| may_begin(**byte)));
    let found = found.filter_map(|(at, _)| Some((at, text.get(at..)?.chars().next()?)));
    found.filter(|(_, mark)| matches!(mark, '"' | '“' | '”' | '«' | '»' | '\n'))
}

fn closes(opened: char, mark: char) -> bool {
    match opened {
        '"' => mark == '"',
        '“' => matches!(mark, '”' | '"'),
        _ => mark == '»',
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::scan;

    #[test]
    fn quotations_are_found() {
        for (text, expected) in [
            ("Ông nói: \"giá xăng tăng\". Hết.", vec![(2, 5)]),
            ("“một hai” và «ba»", vec![(0, 2), (3, 4)]),
            ("\"không đóng\nđoạn mới", vec![]),
            ("không có", vec![]),
            ("90° – “ba €” và ‘bốn’", vec![(1, 2)]),
        ] {
            assert_eq!(quotes(&scan(text)), expected, "{text}");
        }
    }
}
