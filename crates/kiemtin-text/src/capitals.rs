//! Which letters of a word are capitals?

/// A bit for each of the first 32 letters and digits of a word, the first one lowest: set where it is a capital. Accents that stand
/// alone (NFD) are no letters, so every spelling of a word has the same bits.
pub fn capitals(word: &str) -> u32 {
    if !word.chars().any(char::is_uppercase) {
        return 0;
    }
    let letters = word.chars().filter(|c| c.is_alphanumeric());
    letters.take(32).enumerate().fold(0, |bits, (at, c)| bits | u32::from(c.is_uppercase()) << at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_has_its_bit() {
        for (word, bits) in [("bộ", 0), ("Bộ", 0b1), ("BỘ", 0b11), ("bO\u{323}\u{302}", 0b10), ("TpHCM", 0b11101), ("5G", 0b10), ("", 0)]
        {
            assert_eq!(capitals(word), bits, "{word}");
        }
        assert_eq!(capitals(&"Ô".repeat(40)), u32::MAX, "the rest does not count");
    }
}
