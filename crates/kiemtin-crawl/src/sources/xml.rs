//! What stands in XML that may not be XML? Reads tags, text and CDATA in order and is never lost for long.
//!
//! Used for sitemaps and for the repair of feeds. No tree, no recursion, no entity is ever defined or expanded.

/// A piece of a document; offsets are bytes from its start.
#[derive(Debug, PartialEq)]
pub(crate) enum Piece<'a> {
    /// `<name …>` or `<name …/>`
    Start { name: &'a str, attributes: &'a str, self_closing: bool },
    /// `</name>`
    End { name: &'a str },
    /// Text as written, entities not decoded.
    Text(&'a str),
    /// What stands in `<![CDATA[…]]>`.
    CData(&'a str),
}

/// Reads pieces. Comments, processing instructions and declarations are passed over.
pub(crate) struct Pieces<'a> {
    text: &'a str,
    pub(crate) at: usize,
}

impl<'a> Pieces<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// What stands before `end` (or before the end of the document), and moves behind it.
    fn until(&mut self, end: &str) -> &'a str {
        let rest = self.rest();
        let (inside, length) = match rest.find(end) {
            Some(found) => (rest.get(..found).unwrap_or(""), found + end.len()),
            None => (rest, rest.len()),
        };
        self.at += length;
        inside
    }

    /// The length of the tag that starts here, `<` and `>` included; a `>` inside quotes does not end it.
    fn tag_length(&self) -> usize {
        let bytes = self.rest().as_bytes();
        let mut quote = None;
        for (i, b) in bytes.iter().enumerate().skip(1) {
            match (quote, b) {
                (None, b'>') => return i + 1,
                // A quote that is never closed is a mistake: the tag ends at the next one.
                (_, b'<') => return i,
                (None, b'"' | b'\'') if bytes.get(i - 1) == Some(&b'=') => quote = Some(*b),
                (Some(open), b) if open == *b => quote = None,
                _ => {}
            }
        }
        bytes.len()
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        loop {
            let rest = self.rest();
            let second = *rest.as_bytes().get(1).unwrap_or(&0);
            if rest.is_empty() {
                return None;
            } else if !rest.starts_with('<') {
                let length = rest.find('<').unwrap_or(rest.len());
                self.at += length;
                return Some(Piece::Text(rest.get(..length).unwrap_or("")));
            } else if rest.starts_with("<![CDATA[") {
                self.at += 9;
                return Some(Piece::CData(self.until("]]>")));
            } else if rest.starts_with("<!--") {
                self.at += 4;
                self.until("-->");
            } else if second == b'?' || second == b'!' {
                self.until(">");
            } else if is_name_start(second) || (second == b'/' && rest.as_bytes().get(2).is_some_and(|b| is_name_start(*b))) {
                let length = self.tag_length();
                self.at += length;
                return Some(tag(rest.get(..length).unwrap_or("")));
            } else {
                self.at += 1;
                return Some(Piece::Text("<"));
            }
        }
    }
}

fn is_name_start(b: u8) -> bool {
    b.is_ascii_alphabetic() || b == b'_'
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':')
}

fn tag(tag: &str) -> Piece<'_> {
    let inside = tag.trim_start_matches('<').trim_end_matches('>');
    let (end, inside) = inside.strip_prefix('/').map_or((false, inside), |i| (true, i));
    let name_end = inside.find(|c| !is_name(c)).unwrap_or(inside.len());
    let (name, rest) = inside.split_at_checked(name_end).unwrap_or((inside, ""));
    if end {
        return Piece::End { name };
    }
    let rest = rest.trim_end();
    let (attributes, self_closing) = rest.strip_suffix('/').map_or((rest, false), |a| (a, true));
    Piece::Start { name, attributes, self_closing }
}

/// The attributes of a tag: name and value as written. Attributes without a value or named twice are left out.
pub(crate) fn attributes(text: &str) -> Vec<(&str, &str)> {
    let mut found: Vec<(&str, &str)> = Vec::new();
    let mut rest = text.trim_start();
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.trim().rsplit(char::is_whitespace).next().unwrap_or("");
        let after = after.trim_start();
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (value, next) = match quote {
            Some(quote) => after.get(1..).and_then(|a| a.split_once(quote)).unwrap_or((after, "")),
            None => after.split_once(char::is_whitespace).unwrap_or((after, "")),
        };
        if !name.is_empty()
            && name.chars().all(is_name)
            && name.bytes().next().is_some_and(is_name_start)
            && found.len() < 50
            && !found.iter().any(|(n, _)| *n == name)
        {
            found.push((name, value));
        }
        rest = next.trim_start();
    }
    found
}

/// `name` without its prefix.
pub(crate) fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start<'a>(name: &'a str, attributes: &'a str, self_closing: bool) -> Piece<'a> {
        Piece::Start { name, attributes, self_closing }
    }

    #[test]
    fn pieces_in_order() {
        let read: Vec<Piece<'_>> = Pieces::new("<?xml version='1.0'?><!-- <x> --><a b=\"1>2\"><c/>t<u<![CDATA[<p>]]></a > & < b").collect();
        let expected = [
            start("a", " b=\"1>2\"", false),
            start("c", "", true),
            Piece::Text("t"),
            start("u", "", false),
            Piece::CData("<p>"),
            Piece::End { name: "a" },
            Piece::Text(" & "),
            Piece::Text("<"),
            Piece::Text(" b"),
        ];
        assert_eq!(read, expected);
        assert_eq!(Pieces::new("<![CDATA[never closed").collect::<Vec<_>>(), [Piece::CData("never closed")]);
    }

    #[test]
    fn attribute_values() {
        assert_eq!(attributes(" a=\"1\" b='2' a=\"3\" c=4 d e = \"5 6\" 7=\"8\""), [("a", "1"), ("b", "2"), ("c", "4"), ("e", "5 6")]);
        assert_eq!(attributes(" href=\"x"), [("href", "\"x")]);
        assert_eq!(attributes(""), []);
    }
}
