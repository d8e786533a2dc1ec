//! How did Vietnamese look before Unicode? Tables of the encodings that browsers never knew: TCVN3, VNI and VISCII.
//!
//! Pages in them say nothing of it, or call themselves Latin: their readers had the fonts. So they are told by what comes
//! out: the table that gives the most common words of the language.

use encoding_rs::{Encoding, WINDOWS_1252, WINDOWS_1258};
use std::collections::HashSet;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// An encoding of its own table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Legacy {
    /// TCVN 5712:1993 VN3, of the ABC fonts (.VnTime).
    Tcvn3,
    /// VNI for Windows: a letter and a sign of its own for its marks.
    Vni,
    /// RFC 1456.
    Viscii,
}

/// Bytes 0x80–0xFF of TCVN 5712:1993 VN3; `·` stands for a byte that has no letter.
const TCVN3: &[&str] = &[
    "················",
    "················",
    "·ĂÂÊÔƠƯĐăâêôơưđ·",
    "·····àảãáạ·ằẳẵắ·",
    "······ặầẩẫấậè·ẻẽ",
    "éẹềểễếệìỉ···ĩíịò",
    "·ỏõóọồổỗốộờởỡớợù",
    "·ủũúụừửữứựỳỷỹýỵ·",
];

/// Bytes 0x80–0xFF of VISCII (RFC 1456).
const VISCII: &[&str] = &[
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐ",
    "ỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ",
    "Õắằặấầẩậẽẹếềểễệố",
    "ồổỗỠƠộờởịỰỨỪỬơớƯ",
    "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳ",
    "ĐứÒÓÔạỷừửÙÚỹỵÝỡư",
    "àáâãảăữẫèéêẻìíĩỉ",
    "đựòóôõỏọụùúũủýợỮ",
];

/// The six capitals of VISCII that stand among the control codes.
const VISCII_CONTROLS: &[(u8, char)] = &[(0x02, 'Ẳ'), (0x05, 'Ẵ'), (0x06, 'Ẫ'), (0x14, 'Ỷ'), (0x19, 'Ỹ'), (0x1e, 'Ỵ')];

/// The signs of VNI that are letters themselves.
const VNI_LETTERS: &[(char, char)] = &[
    ('ñ', 'đ'),
    ('Ñ', 'Đ'),
    ('ô', 'ơ'),
    ('Ô', 'Ơ'),
    ('ö', 'ư'),
    ('Ö', 'Ư'),
    ('í', 'í'),
    ('Í', 'Í'),
    ('ì', 'ì'),
    ('Ì', 'Ì'),
    ('æ', 'ỉ'),
    ('Æ', 'Ỉ'),
    ('ó', 'ĩ'),
    ('Ó', 'Ĩ'),
    ('ò', 'ị'),
    ('Ò', 'Ị'),
    ('î', 'ỵ'),
    ('Î', 'Ỵ'),
];

/// The signs of VNI that put marks on the letter before them (small signs; capital ones do the same).
const VNI_MARKS: &[(char, &str)] = &[
    ('ø', "\u{300}"),
    ('ù', "\u{301}"),
    ('û', "\u{309}"),
    ('õ', "\u{303}"),
    ('ï', "\u{323}"),
    ('â', "\u{302}"),
    ('à', "\u{302}\u{300}"),
    ('á', "\u{302}\u{301}"),
    ('å', "\u{302}\u{309}"),
    ('ã', "\u{302}\u{303}"),
    ('ä', "\u{323}\u{302}"),
    ('ê', "\u{306}"),
    ('è', "\u{306}\u{300}"),
    ('é', "\u{306}\u{301}"),
    ('ú', "\u{306}\u{309}"),
    ('ü', "\u{306}\u{303}"),
    ('ë', "\u{323}\u{306}"),
];

/// Common words with marks; none of them is a word of French, Spanish or Portuguese.
const COMMON: &str = "của và được các những không một người với để này đã đến từ về tại như ngày năm giá điện nước tỉnh việt số việc \
     phải nhiều cũng trên sẽ đồng bộ công thương thị trường xăng dầu tăng giảm đầu thành phố nhà bán lẻ mới đó khi đây rất hoặc vào \
     thể hiện tháng theo chính phủ nghị định quyết doanh nghiệp sản xuất khẩu nhập hàng hóa kinh tế chủ tịch cơ quan quản lý \
     thông tin báo đề nghị yêu cầu bình quân điều chỉnh";

static WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| COMMON.split_whitespace().filter(|w| !w.is_ascii()).collect());

/// Bytes that are looked at to tell the encoding.
const SAMPLE: usize = 32 << 10;

impl Legacy {
    /// All of them.
    const ALL: [Self; 3] = [Self::Tcvn3, Self::Vni, Self::Viscii];

    /// Its usual name.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Tcvn3 => "TCVN3",
            Self::Vni => "VNI",
            Self::Viscii => "VISCII",
        }
    }

    /// The encoding that a label in a header or page means.
    pub(super) fn for_label(label: &[u8]) -> Option<Self> {
        match label.to_ascii_lowercase().as_slice() {
            b"tcvn" | b"tcvn3" | b"tcvn-5712" | b"tcvn5712" | b"tcvn5712-1" | b"tcvn-5712-1" | b"x-viet-tcvn" | b"x-viet-tcvn5712"
            | b"abc" => Some(Self::Tcvn3),
            b"vni" | b"x-viet-vni" | b"vni-win" => Some(Self::Vni),
            b"viscii" | b"csviscii" | b"viscii1.1-1" | b"x-viet-viscii" => Some(Self::Viscii),
            _ => None,
        }
    }

    /// The text. A byte that has no letter becomes U+FFFD.
    pub(super) fn decode(self, bytes: &[u8]) -> String {
        match self {
            Self::Tcvn3 => by_table(bytes, TCVN3, &[]),
            Self::Viscii => by_table(bytes, VISCII, VISCII_CONTROLS),
            Self::Vni => vni(bytes),
        }
    }

    /// The encoding that makes clearly more words of `bytes` than `otherwise` and the two that browsers know.
    pub(super) fn guess(bytes: &[u8], otherwise: Option<&'static Encoding>) -> Option<Self> {
        let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
        let known = [otherwise, Some(WINDOWS_1258), Some(WINDOWS_1252)].into_iter().flatten();
        let best_known = known.map(|e| words(&e.decode_without_bom_handling(sample).0)).max().unwrap_or(0);
        let (count, best) = Self::ALL.into_iter().map(|l| (words(&l.decode(sample)), l)).max_by_key(|(count, _)| *count)?;
        (count >= 2 && count > 2 * best_known).then_some(best)
    }
}

/// How many common words a text has.
fn words(text: &str) -> usize {
    let text: String = text.nfc().flat_map(char::to_lowercase).collect();
    text.split(|c: char| !c.is_alphabetic()).filter(|w| WORDS.contains(w)).count()
}

fn by_table(bytes: &[u8], table: &[&str], controls: &[(u8, char)]) -> String {
    let letters: Vec<char> = table.iter().flat_map(|row| row.chars()).collect();
    let letter = |byte: &u8| match byte.checked_sub(0x80) {
        None => controls.iter().find(|(code, _)| code == byte).map_or(char::from(*byte), |(_, c)| *c),
        // A space that does not break stands where Latin has it.
        Some(0x20) if letters.get(0x20) == Some(&'·') => '\u{a0}',
        Some(index) => letters.get(usize::from(index)).copied().filter(|c| *c != '·').unwrap_or('\u{fffd}'),
    };
    bytes.iter().map(letter).collect()
}

fn vni(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() + bytes.len() / 2);
    let mut bare_vowel = false;
    for c in WINDOWS_1252.decode_without_bom_handling(bytes).0.chars() {
        let small = c.to_lowercase().next().unwrap_or(c);
        match VNI_MARKS.iter().find(|(sign, _)| *sign == small).filter(|_| bare_vowel) {
            Some((_, marks)) => {
                out.push_str(marks);
                bare_vowel = false;
            }
            None => {
                let letter = VNI_LETTERS.iter().find(|(sign, _)| *sign == c).map_or(c, |(_, letter)| *letter);
                out.push(letter);
                bare_vowel = matches!(letter.to_ascii_lowercase(), 'a' | 'e' | 'o' | 'u' | 'y' | 'ơ' | 'ư' | 'Ơ' | 'Ư');
            }
        }
    }
    out
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Text as the bytes of a legacy encoding: the inverse of its table.
    pub(crate) fn encode(legacy: Legacy, text: &str) -> Vec<u8> {
        let by = |table: &[&str], controls: &[(u8, char)]| {
            let letters: Vec<char> = table.iter().flat_map(|row| row.chars()).collect();
            let byte = |c: char| {
                let high = letters.iter().position(|l| *l == c).map(|at| u8::try_from(at + 0x80).unwrap());
                high.or_else(|| controls.iter().find(|(_, l)| *l == c).map(|(code, _)| *code)).unwrap_or_else(|| u8::try_from(c).unwrap())
            };
            text.nfc().map(byte).collect()
        };
        match legacy {
            Legacy::Tcvn3 => by(TCVN3, &[]),
            Legacy::Viscii => by(VISCII, VISCII_CONTROLS),
            Legacy::Vni => text.nfc().flat_map(vni_bytes).collect(),
        }
    }

    fn vni_bytes(c: char) -> Vec<u8> {
        let latin = |c: char| WINDOWS_1252.encode(c.encode_utf8(&mut [0; 4])).0.into_owned();
        if let Some((sign, _)) = VNI_LETTERS.iter().find(|(_, letter)| *letter == c) {
            return latin(*sign);
        }
        for (sign, marks) in VNI_MARKS {
            for base in "aeouyơưAEOUYƠƯ".chars() {
                if std::iter::once(base).chain(marks.chars()).nfc().eq([c]) {
                    let letter = VNI_LETTERS.iter().find(|(_, l)| *l == base).map_or(base, |(sign, _)| *sign);
                    let sign = if base.is_uppercase() { sign.to_uppercase().next().unwrap() } else { *sign };
                    return [latin(letter), latin(sign)].concat();
                }
            }
        }
        latin(c)
    }

    #[test]
    fn every_letter_has_its_code() {
        let small = "aàảãáạăằẳẵắặâầẩẫấậđeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵ";
        assert_eq!(Legacy::Tcvn3.decode(&encode(Legacy::Tcvn3, small)), small);
        for legacy in [Legacy::Vni, Legacy::Viscii] {
            for text in [small.to_owned(), small.to_uppercase()] {
                assert_eq!(legacy.decode(&encode(legacy, &text)).nfc().collect::<String>(), text, "{legacy:?}");
            }
        }
        assert_eq!(TCVN3.concat().chars().count() + VISCII.concat().chars().count(), 256);
    }

    #[test]
    fn bytes_from_the_standards() {
        assert_eq!(Legacy::Tcvn3.decode(b"\xa7i\xd6n"), "Điện");
        assert_eq!(Legacy::Tcvn3.decode(b"gi\xb8 \xaei\xd6n"), "giá điện");
        assert_eq!(Legacy::Vni.decode(b"gia\xf9 \xf1ie\xe4n").nfc().collect::<String>(), "giá điện");
        assert_eq!(Legacy::Viscii.decode(b"gi\xe1 \xf0i\xaen"), "giá điện");
        assert_eq!(Legacy::Tcvn3.decode(b"\x80\xa0"), "\u{fffd}\u{a0}");
    }

    #[test]
    fn other_languages_are_left_alone() {
        for text in
            ["Déjà vu à l'été: où était le café créé en août?", "¿Dónde está la niña? Él está allí, señor.", "Übung für Köln, Größe", "abc"]
        {
            let bytes = WINDOWS_1252.encode(text).0.into_owned();
            assert_eq!(Legacy::guess(&bytes, None), None, "{text}");
        }
    }
}
