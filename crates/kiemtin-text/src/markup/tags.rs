//! Where are the tags of a page? A lenient reader that follows the HTML tokenizer for what hides tags: comments,
//! quoted attribute values, scripts and other raw text.

/// Text between tags, or a tag. Comments, declarations and raw text (scripts, styles) are passed over.
#[derive(Debug, PartialEq)]
pub(super) enum Piece<'a> {
    /// Text as written, entities not decoded.
    Text(&'a str),
    /// A start or end tag.
    Tag(Tag<'a>),
}

/// A tag.
#[derive(Debug, PartialEq)]
pub(super) struct Tag<'a> {
    /// Its name as written.
    pub(super) name: &'a str,
    /// Byte of its `<`.
    pub(super) at: usize,
    /// `</name>`
    pub(super) end: bool,
    /// `<name/>`
    pub(super) self_closing: bool,
    /// How many attributes it has.
    pub(super) attributes: usize,
}

/// Reads the pieces of a page in order.
pub(super) struct Tags<'a> {
    html: &'a str,
    at: usize,
    foreign: bool,
}

impl<'a> Tags<'a> {
    pub(super) fn new(html: &'a str) -> Self {
        Self { html, at: 0, foreign: false }
    }

    /// Whether the place is inside SVG or MathML.
    pub(super) fn foreign(&self) -> bool {
        self.foreign
    }

    /// The tag that came last, as it is written.
    pub(super) fn written(&self, tag: &Tag<'a>) -> &'a str {
        self.html.get(tag.at..self.at).unwrap_or("")
    }

    /// In SVG and MathML the content of `<style>` and the like is markup, and `<![CDATA[` is text.
    pub(super) fn set_foreign(&mut self, foreign: bool) {
        self.foreign = foreign;
    }

    fn rest(&self, at: usize) -> &'a str {
        self.html.get(at..).unwrap_or("")
    }

    fn byte(&self, at: usize) -> u8 {
        self.html.as_bytes().get(at).copied().unwrap_or(0)
    }

    /// The place after the next `end`, or the end of the page.
    fn after(&self, from: usize, end: &str) -> usize {
        self.rest(from).find(end).map_or(self.html.len(), |found| from + found + end.len())
    }

    /// The place after a comment that starts at `at` with `<!--`.
    fn after_comment(&self, at: usize) -> usize {
        // `<!-->` and `<!--->` are whole comments, so the search starts at the dashes of the opening.
        let mut from = at + 2;
        while let Some(found) = self.rest(from).find("--") {
            let dashes = from + found;
            match (self.byte(dashes + 2), self.byte(dashes + 3)) {
                (b'>', _) => return dashes + 3,
                (b'!', b'>') if dashes >= at + 4 => return dashes + 4,
                _ => from = dashes + 1,
            }
        }
        self.html.len()
    }

    /// The place of `</name`, or the end of the page.
    fn raw_text_end(&self, from: usize, name: &str) -> usize {
        let mut from = from;
        while let Some(found) = self.rest(from).find("</") {
            let at = from + found;
            let after = at + 2 + name.len();
            let same = self.html.get(at + 2..after).is_some_and(|n| n.eq_ignore_ascii_case(name));
            if same && matches!(self.byte(after), b'>' | b'/' | b' ' | b'\t' | b'\n' | b'\r' | 0x0c) {
                return at;
            }
            from = at + 2;
        }
        self.html.len()
    }

    fn tag(&mut self, at: usize, end: bool) -> Tag<'a> {
        let start = at + 1 + usize::from(end);
        let name_end =
            self.rest(start).find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>')).map_or(self.html.len(), |n| start + n);
        let mut tag = Tag { name: self.html.get(start..name_end).unwrap_or(""), at, end, self_closing: false, attributes: 0 };
        let mut i = name_end;
        loop {
            while self.byte(i).is_ascii_whitespace() {
                i += 1;
            }
            match self.byte(i) {
                b'>' => break i += 1,
                b'/' => {
                    tag.self_closing = self.byte(i + 1) == b'>';
                    i += 1;
                }
                _ if i >= self.html.len() => break,
                _ => {
                    tag.attributes += 1;
                    i = self.after_attribute(i);
                }
            }
        }
        self.at = i.min(self.html.len());
        tag
    }

    /// The place after `name`, `name=value` or `name="value"`; always further than `at`.
    fn after_attribute(&self, at: usize) -> usize {
        let mut i = at + 1;
        while i < self.html.len() && !matches!(self.byte(i), b'=' | b'>' | b'/') && !self.byte(i).is_ascii_whitespace() {
            i += 1;
        }
        let mut value = i;
        while self.byte(value).is_ascii_whitespace() {
            value += 1;
        }
        if self.byte(value) != b'=' {
            return i;
        }
        value += 1;
        while self.byte(value).is_ascii_whitespace() {
            value += 1;
        }
        match self.byte(value) {
            b'"' => self.after(value + 1, "\""),
            b'\'' => self.after(value + 1, "'"),
            _ => {
                while value < self.html.len() && self.byte(value) != b'>' && !self.byte(value).is_ascii_whitespace() {
                    value += 1;
                }
                value
            }
        }
    }
}

impl<'a> Iterator for Tags<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        while self.at < self.html.len() {
            let at = self.at;
            let rest = self.rest(at);
            if !rest.starts_with('<') {
                self.at = rest.find('<').map_or(self.html.len(), |n| at + n);
                return self.html.get(at..self.at).map(Piece::Text);
            }
            match (self.byte(at + 1), self.byte(at + 2)) {
                (b'!', _) if rest.starts_with("<!--") => self.at = self.after_comment(at),
                (b'!', _) if self.foreign && rest.starts_with("<![CDATA[") => self.at = self.after(at + 9, "]]>"),
                // A feed's text may hold one; as text it is what its author meant.
                (b'!' | b'?', _) => self.at = self.after(at + 2, ">"),
                (b'/', c) if c.is_ascii_alphabetic() => return Some(Piece::Tag(self.tag(at, true))),
                (b'/', 1..) => self.at = self.after(at + 2, ">"),
                (c, _) if c.is_ascii_alphabetic() => {
                    let tag = self.tag(at, false);
                    if !self.foreign && is_raw_text(tag.name) {
                        self.at = self.raw_text_end(self.at, tag.name);
                    }
                    return Some(Piece::Tag(tag));
                }
                _ => {
                    self.at = at + 1;
                    return Some(Piece::Text("<"));
                }
            }
        }
        None
    }
}

fn is_raw_text(name: &str) -> bool {
    ["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"].iter().any(|raw| raw.eq_ignore_ascii_case(name))
}
