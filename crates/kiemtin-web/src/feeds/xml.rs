//! How does any text stand in XML 1.0? Escaped, without what XML has no place for.

use std::fmt::Write;

/// `<name a="…">text</name>`; `<name a="…"/>` without a text.
pub(super) fn element(out: &mut String, name: &str, attributes: &[(&str, &str)], text: Option<&str>) {
    out.push('<');
    out.push_str(name);
    for (key, value) in attributes {
        // Writing into a string cannot fail.
        let _ = write!(out, " {key}=\"{}\"", escaped(value));
    }
    match text {
        Some(text) => {
            let _ = write!(out, ">{}</{name}>", escaped(text));
        }
        None => out.push_str("/>"),
    }
}

/// Characters that XML 1.0 (§2.2) does not allow become U+FFFD; a carriage return is written so that it survives.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\r' => out.push_str("&#13;"),
            '\t' | '\n' => out.push(c),
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out() {
        let check = |text: &str, expected: &str| assert_eq!(escaped(text), expected);
        check("giá điện & <b>\"xăng\"</b>", "giá điện &amp; &lt;b&gt;&quot;xăng&quot;&lt;/b&gt;");
        check("]]>\u{0}\u{1b}\u{7f}\u{fffe}", "]]&gt;\u{fffd}\u{fffd}\u{fffd}\u{fffd}");
        check("a\r\n\tb", "a&#13;\n\tb");
        let mut out = String::new();
        element(&mut out, "a", &[("b", "\"><x")], None);
        assert_eq!(out, "<a b=\"&quot;&gt;&lt;x\"/>");
    }
}
