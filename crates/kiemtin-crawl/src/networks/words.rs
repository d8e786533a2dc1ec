//! What of a post's text is taken: so many letters, composed, and no names of accounts where the wire marks them.

use kiemtin_text::mask::Personal;
use std::ops::Range;

/// Most characters that are kept of a post.
const MOST_CHARS: usize = 20_000;

/// What stands in the place of an account's name.
pub(super) const ACCOUNT: &str = Personal::Handle.label();

/// A text in NFC, cut where it is longer than a post may be.
pub(super) fn kept(text: &str) -> String {
    let end = text.char_indices().nth(MOST_CHARS).map_or(text.len(), |(at, _)| at);
    kiemtin_text::compose(text.get(..end).unwrap_or_default().trim().into()).into_owned()
}

/// A text with the label of an account in the place of these ranges of its bytes. A range that is none, or that cuts a letter, is
/// passed over; so is the inside of one that was replaced.
pub(super) fn without_accounts(text: &str, mut ranges: Vec<Range<usize>>) -> String {
    ranges.sort_by_key(|range| range.start);
    let (mut out, mut from) = (String::with_capacity(text.len()), 0);
    for range in ranges {
        if range.start < from || text.get(range.clone()).is_none_or(str::is_empty) {
            continue;
        }
        out.push_str(text.get(from..range.start).unwrap_or_default());
        out.push_str(ACCOUNT);
        from = range.end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_bytes_and_may_be_wrong() {
        let text = "Chào @a.vn và @b.vn";
        let (a, b) = (text.find("@a").unwrap(), text.find("@b").unwrap());
        let both = vec![b..b + 5, a..a + 5];
        assert_eq!(without_accounts(text, both), "Chào [tên tài khoản] và [tên tài khoản]");
        let backwards = Range { start: 9, end: 3 };
        let wrong = [3..4, backwards, 0..0, 5..99, usize::MAX..usize::MAX];
        assert_eq!(without_accounts(text, wrong.to_vec()), text, "`à` is two bytes from byte 2");
        assert_eq!(without_accounts(text, vec![a..a + 5, a..a + 5, a + 1..a + 3]), "Chào [tên tài khoản] và @b.vn");
    }

    #[test]
    fn long_and_decomposed_texts() {
        assert_eq!(kept(" gia\u{301} "), "giá");
        assert_eq!(kept(&"ạ".repeat(30_000)).chars().count(), MOST_CHARS);
    }
}
