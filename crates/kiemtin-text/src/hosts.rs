//! Which hosts does a text name?
//!
//! In links and in running text; also as they are hidden from filters: `moit[.]gov[.]vn`, `moit . gov . vn`, `hxxp://`. A host
//! stands only where letters or digits are joined to letters by a dot: a search for dots and brackets is all that most texts
//! cost.

use crate::Scanned;
use memchr::memchr3_iter;
use std::ops::Range;

/// Most hosts read from one text.
pub const MAX_HOSTS: usize = 500;
/// Longest host, in bytes (RFC 1035).
const LONGEST: usize = 253;

/// A host as a text names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Where it stands: a byte range of the text.
    pub span: Range<usize>,
    /// Its labels in lower case, joined by plain dots.
    pub name: String,
}

/// All hosts of a text, in order, at most [`MAX_HOSTS`]. A missing space after a full stop («hết.mai») reads as a host too.
pub fn hosts(scanned: &Scanned<'_>) -> Vec<Host> {
    let (text, bytes) = (scanned.text, scanned.text.as_bytes());
    let mut found: Vec<Host> = vec![];
    for mark in memchr3_iter(b'.', b'[', b'(', bytes) {
        // «moit .gov»: the word ended before the space.
        let end = mark - usize::from(mark > 0 && bytes.get(mark - 1) == Some(&b' '));
        let inside = found.last().map_or(0, |h| h.span.end);
        if inside > end || dot(text, end).is_none() {
            continue;
        }
        let at = scanned.tokens.partition_point(|t| (t.end as usize) < end);
        let Some(token) = scanned.tokens.get(at).filter(|t| t.end as usize == end) else { continue };
        let Some(host) = host(text, token.start as usize, end, inside) else { continue };
        found.push(host);
        if found.len() == MAX_HOSTS {
            break;
        }
    }
    found
}

/// A dot, plain or hidden, at a byte, with a letter or digit after it: the byte after the dot.
fn dot(text: &str, at: usize) -> Option<usize> {
    let rest = text.as_bytes().get(at..)?;
    let signs: &[&[u8]] = match rest.first()? {
        b'.' => &[b". ", b"."],
        b'[' => &[b"[.]", b"[dot]"],
        b'(' => &[b"(.)", b"(dot)"],
        b' ' => &[b" . ", b" .", b" [.] "],
        _ => return None,
    };
    let sign = signs.iter().find(|s| rest.starts_with(s))?;
    let next = *rest.get(sign.len())?;
    let spaced = sign.contains(&b' ');
    // «hết. Mai» ends a sentence; a host is written small.
    let joins = if spaced { next.is_ascii_lowercase() } else { next.is_ascii_alphanumeric() || next >= 0x80 };
    (joins && (!spaced || ends_a_host(text, at + sign.len()))).then_some(at + sign.len())
}

/// After a dot with spaces only the end of a well-known kind of host counts, or text with spaced punctuation is full of hosts.
fn ends_a_host(text: &str, at: usize) -> bool {
    const ENDS: [&str; 12] = ["com", "vn", "net", "org", "gov", "info", "xyz", "top", "site", "online", "club", "shop"];
    let rest = text.get(at..).unwrap_or("");
    let word = rest.get(..label(rest)).unwrap_or("");
    ENDS.contains(&word)
}

/// Length of the label at the start of a text.
fn label(text: &str) -> usize {
    text.char_indices().find(|(_, c)| !(c.is_alphanumeric() || *c == '-')).map_or(text.len(), |(i, _)| i)
}

fn host(text: &str, start: usize, end: usize, from: usize) -> Option<Host> {
    // «dautu-bct.example»: the label begins before its last token.
    let head = text.get(from..start)?;
    let before = head.char_indices().rev().take_while(|(_, c)| c.is_alphanumeric() || *c == '-').last().map_or(start, |(i, _)| from + i);
    let mut name = text.get(before..end)?.trim_start_matches('-').to_lowercase();
    let before = end - text.get(before..end)?.trim_start_matches('-').len();
    let mut last = end;
    while let Some(next) = dot(text, last) {
        let rest = text.get(next..)?;
        let length = label(rest);
        if length == 0 || name.len() + length > LONGEST {
            break;
        }
        name.push('.');
        name.push_str(&rest.get(..length)?.to_lowercase());
        last = next + length;
    }
    let ending = name.rsplit('.').next()?;
    let sound = ending.chars().count() >= 2 && ending.chars().all(|c| c.is_alphabetic() || ending.starts_with("xn--"));
    (sound && name.len() <= LONGEST && last > end).then_some(Host { span: before..last, name })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = hosts(&scan(text)).into_iter().map(|h| h.name).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn hosts_in_links_and_words() {
        check("vào https://dautu-bct.example/x?a=b.c ngay", &["dautu-bct.example"]);
        check("hxxp://evn.com.vn.thanhtoan.xyz.", &["evn.com.vn.thanhtoan.xyz"]);
        check("moit[.]gov[.]vn và moit . gov . vn", &["moit.gov.vn", "moit.gov.vn"]);
        check("congthuong .vn, EVN.COM.VN", &["congthuong.vn", "evn.com.vn"]);
        check("m\u{43e}it.gov.vn", &["m\u{43e}it.gov.vn"]);
        check("abc@moit.gov.vn", &["moit.gov.vn"]);
    }

    #[test]
    fn what_is_no_host() {
        check("Giá 2.204,07 đồng. Mai tăng. Ngày 30.3.2022, TP. HCM", &[]);
        check("hết tiền .\nvn", &[]);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "([a-zđ0-9]{1,3}|\\.| |\\[\\.\\]|-|vn|com|\n|о){0,40}") {
            for h in hosts(&scan(&text)) {
                prop_assert!(text.get(h.span.clone()).is_some_and(|s| !s.is_empty()));
            }
        }
    }
}
