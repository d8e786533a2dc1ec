//! In which bytes does a site send its pages?

use encoding_rs::WINDOWS_1258;
use unicode_normalization::UnicodeNormalization;

/// How the text of a site becomes bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Charset {
    /// UTF-8, letters composed (NFC).
    Utf8,
    /// UTF-8, letters taken apart (NFD), as some editing systems save them.
    Utf8Decomposed,
    /// The Vietnamese code page; only the pages say so, not the HTTP header.
    Windows1258,
}

impl Charset {
    /// Name in `<meta charset>` and XML declarations.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Utf8 | Self::Utf8Decomposed => "utf-8",
            Self::Windows1258 => "windows-1258",
        }
    }

    /// What follows the media type in the `Content-Type` header.
    pub(crate) fn parameter(self) -> &'static str {
        match self {
            Self::Utf8 | Self::Utf8Decomposed => "; charset=utf-8",
            Self::Windows1258 => "",
        }
    }

    /// The bytes of a page or feed. What the code page lacks becomes a numeric character reference, so this is for
    /// markup only.
    pub(crate) fn encode(self, markup: &str) -> Vec<u8> {
        match self {
            Self::Utf8 => markup.as_bytes().to_vec(),
            Self::Utf8Decomposed => markup.nfd().collect::<String>().into_bytes(),
            Self::Windows1258 => WINDOWS_1258.encode(&split_tones(markup)).0.into_owned(),
        }
    }
}

/// windows-1258 has the Vietnamese base letters (â, ơ, đ …), a few toned ones (á, à) and five combining tone marks: a toned
/// letter that it lacks is written as base letter and mark.
fn split_tones(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    let mut letter = [0_u8; 4];
    for c in text.nfc() {
        let (_, _, lacking) = WINDOWS_1258.encode(c.encode_utf8(&mut letter));
        if !lacking {
            out.push(c);
            continue;
        }
        let (tones, base): (Vec<char>, Vec<char>) = std::iter::once(c).nfd().partition(|mark| is_tone(*mark));
        out.extend(base.into_iter().nfc());
        out.extend(tones);
    }
    out
}

fn is_tone(c: char) -> bool {
    matches!(c, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY_LETTER: &str = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ";

    #[test]
    fn the_code_page_holds_all_vietnamese() {
        for text in [EVERY_LETTER, &EVERY_LETTER.to_uppercase(), "“Giá điện” – 2.204,07 đồng/kWh…"] {
            let bytes = Charset::Windows1258.encode(text);
            assert!(std::str::from_utf8(&bytes).is_err(), "not UTF-8 by chance");
            let (back, _, bad) = WINDOWS_1258.decode(&bytes);
            assert!(!bad);
            assert_eq!(back.nfc().collect::<String>(), *text);
        }
        assert_eq!(Charset::Windows1258.encode("ế"), [0xea, 0xec]);
        assert_eq!(Charset::Windows1258.encode("→🔥"), b"&#8594;&#128293;");
    }

    #[test]
    fn decomposed_is_decomposed() {
        let bytes = Charset::Utf8Decomposed.encode(EVERY_LETTER);
        let text = String::from_utf8(bytes).unwrap();
        assert_ne!(text, EVERY_LETTER);
        assert_eq!(text.nfc().collect::<String>(), EVERY_LETTER);
    }
}
