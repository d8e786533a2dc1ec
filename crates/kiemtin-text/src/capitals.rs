//! Which letters of a word are capitals?

/// A bit for each of the first 32 letters and digits of a word, the first one lowest: set where it is a capital. Accents that stand
/// alone (NFD) are no letters, so every spelling of a word has the same bits.
pub(crate) fn capitals(word: &str) -> u32 {
    if !word.chars().any(is_capital) {
        return 0;
    }
    let letters = word.chars().filter(|c| c.is_alphanumeric());
    letters.take(32).enumerate().fold(0, |bits, (at, c)| bits | u32::from(is_capital(c)) << at)
}

/// As [`char::is_uppercase`], which looks the letters of Vietnamese up in a table.
fn is_capital(c: char) -> bool {
    match c {
        'à'..='ÿ' | 'ă' | 'đ' | 'ĩ' | 'ũ' | 'ơ' | 'ư' => false,
        'Ạ'..='ỹ' => u32::from(c) % 2 == 0,
        _ => c.is_uppercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_are_those_of_unicode() {
        for c in '\0'..='\u{2FFF}' {
            assert_eq!(is_capital(c), c.is_uppercase(), "{c}");
        }
    }

    #[test]
    fn every_letter_has_its_bit() {
        for (word, bits) in [("bộ", 0), ("Bộ", 0b1), ("BỘ", 0b11), ("bO\u{323}\u{302}", 0b10), ("TpHCM", 0b11101), ("5G", 0b10), ("", 0)]
        {
            assert_eq!(capitals(word), bits, "{word}");
        }
        assert_eq!(capitals(&"Ô".repeat(40)), u32::MAX, "the rest does not count");
    }
}
