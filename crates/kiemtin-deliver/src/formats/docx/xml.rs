//! How do words from outside stand in XML so that they stay words?

pub(super) use crate::formats::words::escaped;
use std::fmt::Write;

/// First line of every part.
pub(super) const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
/// What the parts with text name.
pub(super) const SPACES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
     xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";

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
