//! Which spellings sound the same to many: onsets and endings that are one sound in some region, hỏi and ngã in half the country.

use unicode_normalization::UnicodeNormalization;

/// Onsets that are taken for one another, each pair both ways.
const ONSETS: [(&str, &str); 12] = [
    ("tr", "ch"),
    ("x", "s"),
    ("l", "n"),
    ("gi", "d"),
    ("r", "d"),
    ("r", "gi"),
    ("r", "g"),
    ("v", "d"),
    ("ngh", "ng"),
    ("gh", "g"),
    ("k", "c"),
    ("qu", "w"),
];
/// Endings that are taken for one another.
const ENDINGS: [(&str, &str); 4] = [("ng", "n"), ("c", "t"), ("nh", "n"), ("ch", "t")];

/// Spellings of a word in lower case that may sound like it.
pub(super) fn alike(word: &str) -> Vec<String> {
    let mut found = vec![];
    for (a, b) in ONSETS.into_iter().flat_map(|(a, b)| [(a, b), (b, a)]) {
        // `n` is no onset of `ngh`, nor `c` of `ch`.
        let whole = |rest: &&str| !rest.starts_with(['h', 'g', 'r']) || a.len() > 1;
        if let Some(rest) = word.strip_prefix(a).filter(whole) {
            found.push(format!("{b}{rest}"));
        }
    }
    for (a, b) in ENDINGS.into_iter().flat_map(|(a, b)| [(a, b), (b, a)]) {
        if let Some(rest) = word.strip_suffix(a).filter(|rest| !rest.is_empty()) {
            found.push(format!("{rest}{b}"));
        }
    }
    found
}

/// Whether two words differ by hỏi in the place of ngã, or the other way round.
pub(super) fn hoi_for_nga(a: &str, b: &str) -> bool {
    const HOI: char = '\u{309}';
    const NGA: char = '\u{303}';
    let swapped = a.nfd().map(|c| {
        if c == HOI {
            NGA
        } else if c == NGA {
            HOI
        } else {
            c
        }
    });
    a != b && swapped.eq(b.nfd())
}

/// The tone mark of a word, as a combining character.
pub(super) fn tone(word: &str) -> Option<char> {
    word.nfd().find(|c| matches!(c, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sounds() {
        for (typed, meant) in
            [("trung", "chung"), ("nợn", "lợn"), ("săng", "xăng"), ("zá", ""), ("khai", ""), ("thát", "thác"), ("dá", "giá")]
        {
            let found = alike(typed);
            assert_eq!(found.iter().any(|w| w == meant), !meant.is_empty(), "{typed}: {found:?}");
        }
        assert!(hoi_for_nga("bẫn", "bẩn") && hoi_for_nga("quãn", "quản") && !hoi_for_nga("bán", "bẩn") && !hoi_for_nga("bẩn", "bẩn"));
    }
}
