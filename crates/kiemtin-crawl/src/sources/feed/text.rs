//! Where does a text element of a feed end, and how is its text written so that XML holds it?

use super::repair::TextKind;
use kiemtin_text::markup::named_entity;

/// Finds the ends of text elements. Looks at every byte a bounded number of times, however often elements are unclosed.
pub(super) struct Texts<'a> {
    text: &'a str,
    /// Per element name: before this byte it has no end tag inside its item.
    unclosed_before: Vec<(&'a str, usize)>,
}

/// The inside of a text element.
pub(super) struct Inside<'a> {
    pub(super) raw: &'a str,
    /// Where reading goes on.
    pub(super) next: usize,
}

impl<'a> Texts<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, unclosed_before: Vec::new() }
    }

    /// What stands in the element of local name `name` whose start tag ends at `from`.
    pub(super) fn inside(&mut self, from: usize, name: &'a str, kind: TextKind) -> Inside<'a> {
        let known_unclosed = self.unclosed_before.iter().any(|(n, before)| *n == name && from < *before);
        if kind == TextKind::Long && !known_unclosed {
            match self.own_end(from, name) {
                Ok(end) => return self.between(from, end),
                Err(stopped) => {
                    self.unclosed_before.retain(|(n, _)| *n != name);
                    self.unclosed_before.push((name, stopped));
                }
            }
        }
        self.between(from, self.next_tag(from))
    }

    fn between(&self, from: usize, end: usize) -> Inside<'a> {
        Inside { raw: self.text.get(from..end).unwrap_or(""), next: end }
    }

    /// The place of `</name>` or `</prefix:name>`; or the place where the item ends without one.
    fn own_end(&self, from: usize, name: &str) -> Result<usize, usize> {
        let mut at = from;
        while let Some(found) = self.text.get(at..).and_then(|rest| rest.find('<')) {
            at += found;
            let rest = self.text.get(at + 1..).unwrap_or("");
            if let Some(cdata) = rest.strip_prefix("![CDATA[") {
                let Some(length) = cdata.find("]]>") else { return Err(self.text.len()) };
                at += 9 + length + 3;
                continue;
            }
            let (end_tag, tag) = rest.strip_prefix('/').map_or((false, rest), |t| (true, t));
            let tag_end = tag.bytes().take(40).position(|b| !(b.is_ascii_alphanumeric() || b == b':')).unwrap_or(0);
            let tag = tag.get(..tag_end).unwrap_or("");
            let plain = tag.rsplit(':').next().unwrap_or("");
            if end_tag && plain.eq_ignore_ascii_case(name) {
                return Ok(at);
            }
            if matches!(tag.to_ascii_lowercase().as_str(), "item" | "entry" | "channel" | "feed" | "rss" | "rdf:rdf") {
                return Err(at);
            }
            at += 1;
        }
        Err(self.text.len())
    }

    /// The place of the next tag that is not CDATA.
    fn next_tag(&self, from: usize) -> usize {
        let mut at = from;
        while let Some(found) = self.text.get(at..).and_then(|rest| rest.find('<')) {
            at += found;
            let Some(cdata) = self.text.get(at..).and_then(|rest| rest.strip_prefix("<![CDATA[")) else { return at };
            let Some(length) = cdata.find("]]>") else { break };
            at += 9 + length + 3;
        }
        self.text.len()
    }
}

/// Text of an element for XML: CDATA unwrapped, raw markup and bare `&` escaped, HTML entities replaced by their
/// characters, what XML cannot hold left out.
pub(super) fn escape_text(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len() + raw.len() / 8);
    let mut rest = raw;
    while let Some((before, cdata)) = rest.split_once("<![CDATA[") {
        push_escaped(&mut out, before, Ampersand::Entity);
        let (inside, after) = cdata.split_once("]]>").unwrap_or((cdata, ""));
        push_escaped(&mut out, inside, Ampersand::Literal);
        rest = after;
    }
    push_escaped(&mut out, rest, Ampersand::Entity);
    out
}

/// Markup as the text that it is written with.
pub(super) fn escape_html(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len() + raw.len() / 8);
    push_escaped(&mut out, raw, Ampersand::Literal);
    out
}

/// The UTF-8 text that base64 holds (RFC 4648 §4; Atom 0.3 writes texts so). White space in it is passed over.
pub(super) fn base64(text: &str) -> Option<String> {
    let (mut bytes, mut bits, mut held) = (Vec::with_capacity(text.len() / 4 * 3), 0u32, 0u32);
    for c in text.bytes().filter(|b| !b.is_ascii_whitespace()).take_while(|b| *b != b'=') {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xfff;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).ok()?);
        }
    }
    String::from_utf8(bytes).ok()
}

#[derive(Clone, Copy, PartialEq)]
enum Ampersand {
    /// Begins an entity, if one stands there.
    Entity,
    /// Is itself.
    Literal,
}

fn push_escaped(out: &mut String, text: &str, ampersand: Ampersand) {
    let mut skip = 0;
    for (at, c) in text.char_indices() {
        if at < skip {
            continue;
        }
        match c {
            '&' if ampersand == Ampersand::Entity => skip = at + push_entity(out, text.get(at..).unwrap_or("&")),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c if is_xml_char(c) => out.push(c),
            _ => {}
        }
    }
}

/// Writes the entity that `text` starts with, or a literal `&`; returns the bytes used.
fn push_entity(out: &mut String, text: &str) -> usize {
    // Looks no further than the longest name, so that many `&` cost no more than their number.
    let end = text.bytes().skip(1).take(20).position(|b| b == b';').map(|n| n + 1);
    let name = end.and_then(|end| text.get(1..end)).unwrap_or("");
    let used = name.len() + 2;
    let number = name
        .strip_prefix('#')
        .and_then(|n| n.strip_prefix(['x', 'X']).map_or_else(|| n.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok()));
    if matches!(name, "amp" | "lt" | "gt" | "quot" | "apos") {
        out.push_str(text.get(..used).unwrap_or("&amp;"));
        used
    } else if let Some(number) = number {
        if let Some(c) = char::from_u32(number).filter(|c| is_xml_char(*c)) {
            out.push_str(&format!("&#{};", u32::from(c)));
        }
        used
    } else if let Some(c) = named_entity(name) {
        out.push(c);
        used
    } else {
        out.push_str("&amp;");
        1
    }
}

fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_xml_holds() {
        let check = |raw: &str, expected: &str| assert_eq!(escape_text(raw), expected, "{raw}");
        check("M&A, R&D; a?b=1&cat=2", "M&amp;A, R&amp;D; a?b=1&amp;cat=2");
        check("Gi&aacute; &amp; &lt;b&gt; &#224; &#xE0;", "Giá &amp; &lt;b&gt; &#224; &#224;");
        check("a < b <b>c</b>", "a &lt; b &lt;b&gt;c&lt;/b&gt;");
        check("x <![CDATA[<p>&nbsp;M&A</p>]]> &", "x &lt;p&gt;&amp;nbsp;M&amp;A&lt;/p&gt; &amp;");
        check("a\u{0}b\u{8}c&#0;&#8;d\u{fffe}", "abcd");
        check("&khongco; &", "&amp;khongco; &amp;");
        assert_eq!(base64(" R2nDoSB4xINu\nZw== "), Some("Giá xăng".into()));
        assert_eq!((base64("không"), base64("")), (None, Some(String::new())));
        assert_eq!(escape_html("<p>&lt;</p>"), "&lt;p&gt;&amp;lt;&lt;/p&gt;");
    }
}
