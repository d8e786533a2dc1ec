//! How is text made safe for markup, for addresses and for choosing?

use unicode_normalization::UnicodeNormalization;

/// Escapes text for HTML and XML, in elements and in quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// A JSON string that may stand inside a `<script>` element.
pub(crate) fn json_in_script(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace("</", "<\\/")
}

/// A CDATA section; the one sequence that would end it early is split over two.
pub(crate) fn cdata(text: &str) -> String {
    format!("<![CDATA[{}]]>", text.replace("]]>", "]]]]><![CDATA[>"))
}

/// `Kinh tế biển` → `kinh-te-bien`, for addresses.
pub(crate) fn fold(text: &str) -> String {
    let mut out = String::new();
    for c in text.nfd().flat_map(char::to_lowercase) {
        match c {
            'đ' => out.push('d'),
            'a'..='z' | '0'..='9' => out.push(c),
            '\u{300}'..='\u{36f}' => {}
            _ if !out.is_empty() && !out.ends_with('-') => out.push('-'),
            _ => {}
        }
    }
    out.trim_end_matches('-').to_owned()
}

/// A stable number for a text (FNV-1a): makes entity tags and the choices that look random but are always the same.
pub(crate) fn number_of(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// `count` different entries of `pool` that `seed` chooses, always the same ones.
pub(crate) fn choose<T: Copy>(pool: &[T], seed: u64, count: usize) -> Vec<T> {
    let start = (seed % pool.len().max(1) as u64) as usize;
    pool.iter().cycle().skip(start).take(count.min(pool.len())).copied().collect()
}

/// The first words of a text, at most `limit` characters and an ellipsis: a title for what has none.
pub(crate) fn headline(text: &str, limit: usize) -> String {
    let mut out = String::new();
    for word in text.split_whitespace() {
        if !out.is_empty() && out.chars().count() + 1 + word.chars().count() > limit {
            out.push('…');
            return out;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(escape(r#"<b a="1">M&A's"#), "&lt;b a=&quot;1&quot;&gt;M&amp;A&#39;s");
        assert_eq!(json_in_script("</script>\"\n"), "\"<\\/script>\\\"\\n\"");
        assert_eq!(cdata("a]]>b"), "<![CDATA[a]]]]><![CDATA[>b]]>");
    }

    #[test]
    fn folds_for_addresses() {
        assert_eq!(fold("Mua bán – Rao vặt"), "mua-ban-rao-vat");
        assert_eq!(fold("Đời sống"), "doi-song");
        assert_eq!(fold(" Ô tô, xe máy!"), "o-to-xe-may");
    }

    #[test]
    fn headlines_end_at_words() {
        assert_eq!(headline("một hai ba bốn", 8), "một hai…");
        assert_eq!(headline("một hai", 20), "một hai");
        assert_eq!(headline("", 20), "");
    }

    #[test]
    fn choices_repeat() {
        assert_eq!(choose(&[1, 2, 3], 7, 2), choose(&[1, 2, 3], 7, 2));
        assert_eq!(choose(&[1, 2, 3], 1, 9), [2, 3, 1]);
    }
}
