//! In which encoding is this body written?
//!
//! A byte order mark decides; then UTF-8, if the bytes mostly are it (one broken byte in a page of Vietnamese must not turn
//! the rest into windows-1258); then what the server or the page declares; then a guess for a Vietnamese site. The text
//! comes out in NFC: windows-1258 and many editors write letters and tone marks apart.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use unicode_normalization::UnicodeNormalization;

/// Where a declaration must stand, in bytes.
const DECLARED_WITHIN: usize = 1_024;

/// A decoded body.
pub(crate) struct Decoded {
    /// The text, NFC.
    pub(crate) text: String,
    /// Name of the encoding.
    pub(crate) encoding: &'static str,
    /// Whether some bytes could not be read and stand as U+FFFD.
    pub(crate) damaged: bool,
}

/// The text of a page from a file: decoded as [`Crawler`](crate::Crawler) decodes what a server sends, NFC.
pub fn decode_html(bytes: &[u8], content_type: Option<&str>) -> String {
    decode(bytes, content_type).text
}

/// Decodes a body; `content_type` is the header as received.
pub(crate) fn decode(bytes: &[u8], content_type: Option<&str>) -> Decoded {
    let (encoding, bytes) = detect(bytes, content_type);
    let (text, damaged) = encoding.decode_without_bom_handling(bytes);
    let text = match unicode_normalization::is_nfc_quick(text.chars()) {
        unicode_normalization::IsNormalized::Yes => text.into_owned(),
        _ => text.nfc().collect(),
    };
    Decoded { text, encoding: encoding.name(), damaged }
}

fn detect<'a>(bytes: &'a [u8], content_type: Option<&str>) -> (&'static Encoding, &'a [u8]) {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return (encoding, bytes.get(length..).unwrap_or(&[]));
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return (encoding, bytes);
    }
    if is_mostly_utf8(bytes) {
        return (UTF_8, bytes);
    }
    let declared = content_type.and_then(|ct| label_after(ct.as_bytes(), b"charset")).or_else(|| declared(bytes));
    // What says UTF-8 (or UTF-16) here is wrong: the bytes are not.
    let usable = |e: &&'static Encoding| *e != UTF_8 && *e != UTF_16LE && *e != UTF_16BE;
    if let Some(encoding) = declared.as_deref().and_then(Encoding::for_label).filter(usable) {
        return (encoding, bytes);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    (detector.guess(Some(b"vn"), Utf8Detection::Deny), bytes)
}

/// Markup starts with `<`; in UTF-16 a zero byte stands beside it.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [b'<', 0, second, 0, ..] if *second != 0 => Some(UTF_16LE),
        [0, b'<', 0, second, ..] if *second != 0 => Some(UTF_16BE),
        _ => None,
    }
}

/// Whether fewer sequences are broken than right. Legacy Vietnamese has hardly one right by chance. ASCII is UTF-8.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut right, mut broken) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        right += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    broken * 2 <= right
}

/// The label in `<meta charset=…>`, `<meta … content="…; charset=…">` or `<?xml … encoding="…"?>`.
fn declared(bytes: &[u8]) -> Option<Vec<u8>> {
    let head = bytes.get(..DECLARED_WITHIN).unwrap_or(bytes);
    label_after(head, b"charset").or_else(|| label_after(head, b"encoding"))
}

/// The word after `key` `=`, quoted or not.
fn label_after(text: &[u8], key: &[u8]) -> Option<Vec<u8>> {
    let places = text.windows(key.len()).enumerate().filter(|(_, window)| window.eq_ignore_ascii_case(key));
    places.map(|(at, _)| at + key.len()).find_map(|at| {
        let rest = text.get(at..)?.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
        let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest);
        let label: Vec<u8> = rest.iter().copied().take_while(|b| b.is_ascii_alphanumeric() || b"-_:.".contains(b)).take(40).collect();
        (!label.is_empty()).then_some(label)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Bộ Công Thương điều chỉnh giá xăng dầu từ 15 giờ chiều nay, giá bán lẻ điện bình quân không đổi.";

    fn check(bytes: &[u8], content_type: Option<&str>, encoding: &str, text: &str) {
        let decoded = decode(bytes, content_type);
        assert_eq!((decoded.encoding, decoded.text.as_str()), (encoding, text));
    }

    fn windows_1258(text: &str) -> Vec<u8> {
        // The encoding has the letters with circumflex, breve and horn, and the five tones as marks of their own.
        let mut out = String::new();
        for c in text.nfc() {
            let parts: Vec<char> = std::iter::once(c).nfd().collect();
            let tone = parts.iter().copied().find(|m| matches!(m, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}'));
            out.extend(parts.iter().copied().filter(|m| Some(*m) != tone).nfc());
            out.extend(tone);
        }
        let (bytes, _, lost) = encoding_rs::WINDOWS_1258.encode(&out);
        assert!(!lost, "{out}");
        bytes.into_owned()
    }

    #[test]
    fn vietnamese_in_all_dresses() {
        check(TEXT.as_bytes(), None, "UTF-8", TEXT);
        check(TEXT.nfd().collect::<String>().as_bytes(), None, "UTF-8", TEXT);
        check(format!("\u{feff}{TEXT}").as_bytes(), Some("text/html; charset=iso-8859-1"), "UTF-8", TEXT);
        check(TEXT.as_bytes(), Some("text/html; charset=ISO-8859-1"), "UTF-8", TEXT);
        let legacy = windows_1258(TEXT);
        check(&legacy, Some("text/html; charset=windows-1258"), "windows-1258", TEXT);
        check(&legacy, Some("text/html; charset=UTF-8"), "windows-1258", TEXT);
        check(&legacy, None, "windows-1258", TEXT);
        for head in [
            "<meta charset=windows-1258>",
            "<META CONTENT='text/html; Charset = \"windows-1258\"'>",
            "<?xml version='1.0' encoding='windows-1258'?>",
        ] {
            check(&[head.as_bytes(), &legacy].concat(), None, "windows-1258", &format!("{head}{TEXT}"));
        }
    }

    #[test]
    fn a_broken_byte_does_not_spoil_the_page() {
        let broken = [TEXT.as_bytes(), b"\xe1", TEXT.as_bytes()].concat();
        check(&broken, Some("text/html; charset=windows-1258"), "UTF-8", &format!("{TEXT}\u{fffd}{TEXT}"));
        assert!(decode(&broken, None).damaged);
        let cut = &TEXT.as_bytes()[..3];
        assert_eq!(decode(&[TEXT.as_bytes(), cut].concat(), None).encoding, "UTF-8");
    }

    #[test]
    fn utf16_with_and_without_mark() {
        let page = format!("<p>{TEXT}</p>");
        let little: Vec<u8> = page.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = page.encode_utf16().flat_map(u16::to_be_bytes).collect();
        check(&little, None, "UTF-16LE", &page);
        check(&big, None, "UTF-16BE", &page);
        check(&[b"\xff\xfe", &little[..]].concat(), None, "UTF-16LE", &page);
        check(&[b"\xfe\xff", &big[..]].concat(), None, "UTF-16BE", &page);
        check(TEXT.as_bytes(), Some("text/xml; charset=utf-16"), "UTF-8", TEXT);
        check(b"", None, "UTF-8", "");
    }
}
