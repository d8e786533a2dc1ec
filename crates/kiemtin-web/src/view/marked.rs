//! How is text with marked words shown? As pieces that the template escapes one by one.

use askama::Template;
use askama::filters::HtmlSafe;

/// A stretch of text, marked or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The words.
    pub text: String,
    /// They are marked.
    pub mark: bool,
}

/// Text with marked words. Shows itself with every piece escaped, so templates print it as it is.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(
    ext = "html",
    source = "{% for p in pieces %}{% if p.mark %}<mark>{{ p.text }}</mark>{% else %}{{ p.text }}{% endif %}{% endfor %}"
)]
pub struct Marked {
    /// The text in order.
    pub pieces: Vec<Piece>,
}

impl HtmlSafe for Marked {}

impl Marked {
    /// With byte ranges marked: ascending, not overlapping; a range that is not one of the text is left out.
    pub fn bytes(text: &str, marks: &[(usize, usize)]) -> Self {
        let mut pieces = vec![];
        let mut done = 0;
        for (start, end) in marks {
            let (Some(before), Some(words)) = (text.get(done..*start), text.get(*start..*end)) else { continue };
            push(&mut pieces, before, false);
            push(&mut pieces, words, true);
            done = *end;
        }
        push(&mut pieces, text.get(done..).unwrap_or(""), false);
        Self { pieces }
    }

    /// With ranges of Unicode scalar values marked.
    pub fn chars(text: &str, marks: &[(usize, usize)]) -> Self {
        let at: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
        let bytes: Vec<_> = marks.iter().filter_map(|(a, b)| Some((*at.get(*a)?, *at.get(*b)?))).collect();
        Self::bytes(text, &bytes)
    }
}

fn push(pieces: &mut Vec<Piece>, text: &str, mark: bool) {
    if !text.is_empty() {
        pieces.push(Piece { text: text.to_owned(), mark });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_escapes() {
        let html = Marked::chars("Giá <b>điện</b>", &[(7, 11)]).to_string();
        assert_eq!(html, "Giá &#60;b&#62;<mark>điện</mark>&#60;/b&#62;");
        assert_eq!(Marked::bytes("ệ", &[(0, 1), (0, 9)]).to_string(), "ệ");
        assert_eq!(Marked::chars("a", &[(0, 1)]).to_string(), "<mark>a</mark>");
        assert_eq!(Marked::bytes("", &[]).to_string(), "");
    }
}
