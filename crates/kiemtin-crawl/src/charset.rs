//! In which encoding is this body written?
//!
//! A byte order mark decides; then what the server declares, then what the page declares, unless the bytes contradict it:
//! text that mostly is UTF-8 is UTF-8 (one broken byte in a page of Vietnamese must not turn the rest into windows-1258),
//! and the encodings from before Unicode call themselves Latin; then a guess for a Vietnamese site. The text comes out in
//! NFC: windows-1258 and many editors write letters and tone marks apart.

mod legacy;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use legacy::Legacy;

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
    let (charset, bytes) = detect(bytes, content_type);
    let (text, damaged) = match charset {
        Charset::Known(encoding) => encoding.decode_without_bom_handling(bytes),
        Charset::Legacy(legacy) => {
            let text = legacy.decode(bytes);
            let damaged = text.contains('\u{fffd}');
            (text.into(), damaged)
        }
    };
    let text = kiemtin_text::compose(text).into_owned();
    Decoded { text, encoding: charset.name(), damaged }
}

#[derive(Clone, Copy)]
enum Charset {
    /// One that browsers know.
    Known(&'static Encoding),
    Legacy(Legacy),
}

impl Charset {
    fn name(self) -> &'static str {
        match self {
            Self::Known(encoding) => encoding.name(),
            Self::Legacy(legacy) => legacy.name(),
        }
    }

    fn for_label(label: &[u8]) -> Option<Self> {
        Legacy::for_label(label).map(Self::Legacy).or_else(|| Encoding::for_label(label).map(Self::Known))
    }
}

fn detect<'a>(bytes: &'a [u8], content_type: Option<&str>) -> (Charset, &'a [u8]) {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return (Charset::Known(encoding), bytes.get(length..).unwrap_or(&[]));
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return (Charset::Known(encoding), bytes);
    }
    if is_mostly_utf8(bytes) {
        return (Charset::Known(UTF_8), bytes);
    }
    // What says UTF-8 (or UTF-16) here is wrong: the bytes are not.
    let usable = |c: &Charset| !matches!(c, Charset::Known(e) if *e == UTF_8 || *e == UTF_16LE || *e == UTF_16BE);
    let by_server = content_type.and_then(|ct| label_after(ct.as_bytes(), b"charset"));
    let said = by_server.as_deref().and_then(Charset::for_label).filter(usable);
    let said = said.or_else(|| declared(bytes).as_deref().and_then(Charset::for_label).filter(usable));
    let charset = match said {
        Some(Charset::Known(latin)) if latin == WINDOWS_1252 => {
            Legacy::guess(bytes, Some(latin)).map_or(Charset::Known(latin), Charset::Legacy)
        }
        Some(said) => said,
        None => Legacy::guess(bytes, None).map_or_else(|| Charset::Known(by_statistics(bytes)), Charset::Legacy),
    };
    (charset, bytes)
}

fn by_statistics(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(Some(b"vn"), Utf8Detection::Deny)
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
    use unicode_normalization::UnicodeNormalization;

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
    fn encodings_from_before_unicode() {
        const OLD: &str = "bộ Công thương đề nghị các tỉnh, thành phố không tăng giá bán lẻ xăng dầu; người dân được thông tin đầy đủ.";
        for legacy in [Legacy::Tcvn3, Legacy::Vni, Legacy::Viscii] {
            let bytes = legacy::tests::encode(legacy, OLD);
            let page = [b"<html><body><p>".as_slice(), &bytes, b"</p></body></html>"].concat();
            let text = format!("<html><body><p>{OLD}</p></body></html>");
            for said in [None, Some("text/html"), Some("text/html; charset=iso-8859-1"), Some("text/html; charset=utf-8")] {
                check(&page, said, legacy.name(), &text);
            }
            let meta = "<meta charset=\"windows-1252\">";
            check(&[meta.as_bytes(), &bytes].concat(), None, legacy.name(), &format!("{meta}{OLD}"));
            // One that is named is believed, however short the text is.
            let short = legacy::tests::encode(legacy, "đủ");
            let said = format!("text/html; charset={}", legacy.name().to_lowercase());
            check(&short, Some(&said), legacy.name(), "đủ");
        }
    }

    #[test]
    fn the_server_comes_before_the_page() {
        let legacy = windows_1258(TEXT);
        let page = [b"<meta charset=windows-1251>".as_slice(), &legacy].concat();
        check(&page, Some("text/html; charset=windows-1258"), "windows-1258", &format!("<meta charset=windows-1251>{TEXT}"));
        assert_eq!(decode(&page, None).encoding, "windows-1251");
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
