//! What did somebody type whose keyboard was not set to Vietnamese? The Telex method: `aa` is â, `aw` is ă, `dd` is đ, and
//! `s f r x j` stand for the tones.

use unicode_normalization::UnicodeNormalization;

/// The word as Telex would have made it; none when it has no keys of Telex.
pub(super) fn decoded(word: &str) -> Option<String> {
    if !word.is_ascii() || word.len() > 12 || word.len() < 2 {
        return None;
    }
    let mut letters = String::new();
    let (mut tone, mut changed) = (None, false);
    for c in word.chars() {
        let last = letters.chars().last();
        let shaped = match (last, c) {
            (Some('a'), 'a') => Some('â'),
            (Some('e'), 'e') => Some('ê'),
            (Some('o'), 'o') => Some('ô'),
            (Some('d'), 'd') => Some('đ'),
            (Some('a'), 'w') => Some('ă'),
            (Some('o'), 'w') => Some('ơ'),
            (Some('u'), 'w') => Some('ư'),
            _ => None,
        };
        let vowels = letters.contains(['a', 'e', 'i', 'o', 'u', 'y', 'â', 'ă', 'ê', 'ô', 'ơ', 'ư']);
        match (shaped, c) {
            (Some(shaped), _) => {
                letters.pop();
                // `uow` is ươ.
                if shaped == 'ơ' && letters.ends_with('u') {
                    letters.pop();
                    letters.push('ư');
                }
                letters.push(shaped);
                changed = true;
            }
            (None, 's' | 'f' | 'r' | 'x' | 'j') if vowels => {
                tone = Some(c);
                changed = true;
            }
            (None, c) => letters.push(c),
        }
    }
    if !changed {
        return None;
    }
    let mark = match tone {
        Some('s') => '\u{301}',
        Some('f') => '\u{300}',
        Some('r') => '\u{309}',
        Some('x') => '\u{303}',
        Some('j') => '\u{323}',
        _ => return Some(letters),
    };
    // Wherever the tone stands, it is the same syllable: after the last vowel will do.
    let vowel = |c: &char| "aeiouyâăêôơư".contains(*c);
    let at = letters.char_indices().rfind(|(_, c)| vowel(c))?;
    let end = at.0 + at.1.len_utf8();
    Some(format!("{}{mark}{}", letters.get(..end)?, letters.get(end..)?).nfc().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::scan;

    #[test]
    fn reads_telex() {
        for (typed, meant) in [
            ("xawng", "xăng"),
            ("daauf", "dầu"),
            ("ddieenj", "điện"),
            ("thuees", "thuế"),
            ("truowngf", "trường"),
            ("troons", "trốn"),
            ("xanh", ""),
            ("bc", ""),
        ] {
            let found = decoded(typed);
            let key = |word: &str| scan(word).tokens.first().map(|t| t.key);
            assert_eq!(found.as_deref().and_then(key), key(meant), "{typed}: {found:?}");
        }
    }
}
