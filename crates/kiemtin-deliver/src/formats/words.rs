//! What may stand in the words and addresses of a file, whoever wrote them? What people see, and nothing that shows itself as
//! something else.

use std::borrow::Cow;

/// Longest address that Word and Excel take in a link, in bytes (their own limit is 2,079 letters).
const LONGEST_LINK: usize = 2_000;

/// Whether no file keeps it: characters that XML 1.0 does not know, and those that turn the direction of what follows, by which a
/// title could show itself as something else. Line ends and tabs are control characters too: who keeps them asks for them first.
pub(super) fn unwanted(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FFFE}' | '\u{FFFF}')
}

/// The words without what is unwanted. Line ends stay, one kind of them; tabs become spaces.
pub(super) fn kept(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| unwanted(c) && c != '\n') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => out.push(' '),
            '\n' => out.push('\n'),
            c if unwanted(c) => {}
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// As [`kept`], on one line: names and titles.
pub(super) fn line(text: &str) -> String {
    kept(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// At most so many UTF-16 units of the words, by which Excel counts; `…` stands for the rest.
pub(super) fn cut(text: Cow<'_, str>, most: usize) -> Cow<'_, str> {
    // A letter has at least as many bytes as UTF-16 units.
    if text.len() <= most || text.encode_utf16().count() <= most {
        return text;
    }
    let mut units = 1;
    let mut out: String = text
        .chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= most
        })
        .collect();
    out.push('…');
    Cow::Owned(out)
}

/// The address as it may stand in a file: one of the web, spelt as the standard has it, in ASCII. Word refuses a whole file for one
/// address that is none.
pub(super) fn address(link: &str) -> Option<String> {
    let url = url::Url::parse(link.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())?;
    // What stands before an @ in an address is read as the host by people.
    (url.username().is_empty() && url.password().is_none() && url.as_str().len() <= LONGEST_LINK).then(|| url.to_string())
}

/// Escaped for XML and HTML, on one line, without what no file keeps.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' | '\r' => out.push(' '),
            c if unwanted(c) => {}
            c => out.push(c),
        }
    }
    out
}

/// The letter as it may stand in a line: line ends and tabs are spaces.
pub(super) fn letter(c: char) -> Option<char> {
    match c {
        '\n' | '\t' | '\r' => Some(' '),
        c => (!unwanted(c)).then_some(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_and_what_nobody_sees_goes() {
        assert!(matches!(kept("giá điện\nmới"), Cow::Borrowed(_)));
        assert_eq!(kept("a\u{0}\u{b}b\r\nc\td\u{202e}e\u{2066}\u{ffff}"), "ab\nc de");
        assert_eq!(line(" a\r\n\tb  c\u{202e} "), "a b c");
    }

    #[test]
    fn long_words_end_with_a_sign_that_more_followed() {
        let cut = |text: &str, most| cut(Cow::Borrowed(text), most).into_owned();
        assert_eq!(cut("điện", 4), "điện", "seven bytes, four units");
        assert_eq!(cut("điện lực", 5), "điện…");
        assert_eq!((cut("😀😀😀", 5), cut("😀😀😀", 6)), ("😀😀…".into(), "😀😀😀".into()), "two units each");
    }

    #[test]
    fn only_addresses_of_the_web_become_links() {
        for (link, expected) in [
            ("https://moit.gov.vn/tin", Some("https://moit.gov.vn/tin")),
            (" HTTP://a.vn ", Some("http://a.vn/")),
            ("https://a.vn/giá điện", Some("https://a.vn/gi%C3%A1%20%C4%91i%E1%BB%87n")),
            ("https://moit.gov.vn@la.example/", None),
            ("javascript:alert(1)", None),
            ("file:///etc/passwd", None),
            ("\\\\host\\share", None),
            ("", None),
        ] {
            assert_eq!(address(link).as_deref(), expected, "{link}");
        }
        assert_eq!(address(&format!("https://a.vn/{}", "x".repeat(2_000))), None);
    }
}
