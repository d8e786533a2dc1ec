//! How do hashes and secrets stand in text? As hexadecimal digits, two per byte.

/// Bytes as small digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of an even number of digits, capital or small; `None` for anything else.
pub fn unhex(digits: &str) -> Option<Vec<u8>> {
    // Not `from_str_radix`, which takes a sign.
    let value = |digit: &u8| char::from(*digit).to_digit(16).and_then(|v| u8::try_from(v).ok());
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| Some(value(pair.first()?)? << 4 | value(pair.get(1)?)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for bytes in [&[][..], &[0], &[0x0f, 0xf0, 0xff, 0x7a]] {
            assert_eq!(unhex(&hex(bytes)).as_deref(), Some(bytes));
        }
        assert_eq!((hex(&[0x0a, 0xb0]), unhex("0AB0")), ("0ab0".to_owned(), Some(vec![0x0a, 0xb0])));
        for wrong in ["0", "0g", "+f", " 0", "0x", "é"] {
            assert_eq!(unhex(wrong), None, "{wrong}");
        }
    }
}
