//! How do words from outside stand in XML so that they stay words?

use std::fmt::Write;

/// First line of every part.
pub(super) const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
/// What the parts with text name.
pub(super) const SPACES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
     xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";
/// Longest address that Word takes in a link, in bytes (its own limit is 2,079 letters).
const LONGEST_LINK: usize = 2_000;

/// Escaped, without the characters that XML 1.0 does not know, and without those that turn the direction of what follows: a title
/// could show itself as something else by them.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' | '\r' => out.push(' '),
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FFFE}' | '\u{FFFF}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// The address as it may stand in a relation: one of the web, spelt as the standard has it. Word refuses a whole file for one
/// address that is none.
pub(super) fn address(link: &str) -> Option<String> {
    let url = url::Url::parse(link.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())?;
    // What stands before an @ in an address is read as the host by people.
    (url.username().is_empty() && url.password().is_none() && url.as_str().len() <= LONGEST_LINK).then(|| url.to_string())
}

/// The text of a run: line ends become breaks of lines.
pub(super) fn text(out: &mut String, words: &str) {
    for (i, line) in words.split('\n').enumerate() {
        let before = if i > 0 { "<w:br/>" } else { "" };
        // Writing to a string cannot fail.
        let _ = write!(out, "{before}<w:t xml:space=\"preserve\">{}</w:t>", escaped(line));
    }
}

/// The head of each page but the first: its number (Decree 30/2020/NĐ-CP has it in the middle above), and the banner.
pub(super) fn header(banner: &str) -> String {
    let mut out = format!(
        "{HEAD}<w:hdr {SPACES}><w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r>\
         <w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>2</w:t>\
         </w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>"
    );
    if !banner.is_empty() {
        out.push_str("<w:p><w:pPr><w:pStyle w:val=\"BannerHead\"/></w:pPr><w:r>");
        text(&mut out, banner);
        out.push_str("</w:r></w:p>");
    }
    out.push_str("</w:hdr>");
    out
}
