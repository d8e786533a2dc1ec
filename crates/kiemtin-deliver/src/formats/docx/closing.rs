//! How does a document of an office end? At the left who gets it, at the right for whom and as what somebody signs, with room for the
//! signature (Decree 30/2020/NĐ-CP, annex I, parts 7 to 9).

use super::body::{WIDTH, Writer};
use crate::formats::paper::{Closing, Run, recipients};

/// Empty lines for the signature.
const ROOM: usize = 4;

/// Writes the last lines, in two columns without borders that stay on one page.
pub(super) fn write(w: &mut Writer, closing: &Closing) {
    if closing.recipients.is_empty() && closing.signer.is_empty() {
        return;
    }
    let left = WIDTH / 2;
    w.put(format_args!(
        "<w:p><w:pPr><w:pStyle w:val=\"Cell\"/><w:keepNext/></w:pPr></w:p><w:tbl><w:tblPr><w:tblW w:w=\"{WIDTH}\" w:type=\"dxa\"/>\
         <w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid><w:gridCol w:w=\"{left}\"/><w:gridCol w:w=\"{}\"/></w:tblGrid><w:tr><w:trPr>\
         <w:cantSplit/></w:trPr>",
        WIDTH - left
    ));
    let all = &closing.recipients;
    let ended = (1..).zip(all).map(|(number, line)| recipient(line, number == all.len()));
    let lines = ended.map(|line| ("Recipient", line));
    let head = (!all.is_empty()).then(|| ("Recipients", recipients(w.lang).to_owned()));
    cell(w, left, head.into_iter().chain(lines));
    let signer = closing.signer.iter().map(|line| ("Signer", line.clone()));
    let room = std::iter::repeat_n(("Signer", String::new()), if closing.signer.is_empty() { 0 } else { ROOM });
    cell(w, WIDTH - left, signer.chain(room));
    // Word asks for a paragraph after a last table.
    w.put(format_args!("</w:tr></w:tbl><w:p><w:pPr><w:pStyle w:val=\"Cell\"/></w:pPr></w:p>"));
}

/// A line of the list, ended as the decree has it.
fn recipient(line: &str, last: bool) -> String {
    let bare = line.trim().trim_start_matches("- ").trim_end_matches([';', '.', ' ']);
    format!("- {bare}{}", if last { '.' } else { ';' })
}

/// A cell; it has a paragraph at least.
fn cell(w: &mut Writer, width: u32, lines: impl Iterator<Item = (&'static str, String)>) {
    w.put(format_args!("<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/></w:tcPr>"));
    let mut lines = lines.peekable();
    if lines.peek().is_none() {
        w.styled("Cell", &[]);
    }
    for (style, words) in lines {
        w.styled(style, &[Run::plain(words)]);
    }
    w.put(format_args!("</w:tc>"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_of_the_list_ends_it() {
        for (line, last, expected) in [
            ("Như trên", false, "- Như trên;"),
            ("- Như trên;", false, "- Như trên;"),
            ("Lưu: VT, VP.", true, "- Lưu: VT, VP."),
            (" Lưu: VT;", true, "- Lưu: VT."),
        ] {
            assert_eq!(recipient(line, last), expected, "{line}");
        }
    }
}
