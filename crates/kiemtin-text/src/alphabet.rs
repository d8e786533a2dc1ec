//! What is one character: a letter of the Vietnamese alphabet with its tone, a mark, a foreign letter, or no letter?
//!
//! Answered once per character of Unicode's first 7,936 into a table of 16 bits each, so that the scanner looks up instead
//! of asking.

use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// Letter codes: index in this string + 1. The seven Vietnamese letters follow the Latin ones and the digits.
const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz0123456789ăâđêôơư";
/// Number of letter codes, 0 (none) included; codes have six bits.
const CODES: usize = 64;
/// Characters below are looked up, others classified anew: Latin and its extensions end here.
const TABLE_END: usize = 0x1F00;

/// What a character is, packed: letter code in bits 0–5, tone in bits 6–8, class in bits 12–14.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Char(u16);

/// Class of a character.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Class {
    /// Not part of a word.
    Break,
    /// A letter or digit with a code, and a tone where it carries one.
    Known,
    /// A tone mark that stands alone (NFD).
    Tone,
    /// A circumflex, breve or horn that stands alone (NFD) and changes the letter before it.
    Shape,
    /// A letter or mark outside the Vietnamese alphabet.
    Foreign,
    /// Invisible: zero-width space and joiners, soft hyphen, byte order mark.
    Ignored,
}

impl Char {
    const fn new(class: Class, code: u8, tone: u8) -> Self {
        Self((class as u16) << 12 | (tone as u16) << 6 | code as u16)
    }

    pub(crate) const fn class(self) -> Class {
        match self.0 >> 12 {
            1 => Class::Known,
            2 => Class::Tone,
            3 => Class::Shape,
            4 => Class::Foreign,
            5 => Class::Ignored,
            _ => Class::Break,
        }
    }

    /// Letter code of a known letter, number of the shape (0–2) of a shape mark.
    pub(crate) const fn code(self) -> u64 {
        (self.0 & 63) as u64
    }

    /// Tone of a letter or tone mark: 0 none, 1 huyền, 2 sắc, 3 ngã, 4 hỏi, 5 nặng.
    pub(crate) const fn tone(self) -> u64 {
        (self.0 >> 6 & 7) as u64
    }
}

/// All tables of the scanner.
pub(crate) struct Alphabet {
    chars: Box<[Char]>,
    /// Letter code → code of the letter without its mark.
    pub(crate) bare: [u8; CODES],
    /// (letter code, shape) → code of the letter with the shape; 0: there is no such letter.
    pub(crate) shaped: [[u8; 4]; CODES],
}

static ALPHABET: LazyLock<Alphabet> = LazyLock::new(|| {
    let mut alphabet = Alphabet {
        chars: (0..TABLE_END as u32).map(|c| char::from_u32(c).map_or(Char::new(Class::Break, 0, 0), classify)).collect(),
        bare: [0; CODES],
        shaped: [[0; 4]; CODES],
    };
    for (letter, code) in LETTERS.chars().zip(1usize..) {
        alphabet.bare[code] = code_of(bare(letter)).unwrap_or(0);
        for (number, shape) in SHAPES.into_iter().enumerate() {
            alphabet.shaped[code][number] = shaped(letter, shape).and_then(code_of).unwrap_or(0);
        }
    }
    alphabet
});

/// Circumflex, breve, horn.
const SHAPES: [char; 3] = ['\u{302}', '\u{306}', '\u{31B}'];

/// The tables, made at the first call.
pub(crate) fn alphabet() -> &'static Alphabet {
    &ALPHABET
}

impl Alphabet {
    /// What this character is.
    pub(crate) fn of(&self, c: u32) -> Char {
        match self.chars.get(c as usize) {
            Some(known) => *known,
            None => char::from_u32(c).map_or(Char::new(Class::Break, 0, 0), classify),
        }
    }
}

/// Whether a character is invisible inside words.
pub(crate) fn ignored(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}')
}

pub(crate) fn code_of(c: char) -> Option<u8> {
    LETTERS.chars().position(|l| l == c).map(|i| i as u8 + 1)
}

/// Letter code → its byte in an index term: itself, and a capital for each of `ăâđêôơư`.
pub(crate) const LETTER_BYTES: [u8; CODES] = {
    let ascii = *b"abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
    let mut bytes = [b'?'; CODES];
    let mut at = 0;
    while at < ascii.len() {
        bytes[at + 1] = ascii[at];
        at += 1;
    }
    bytes
};

pub(crate) fn tone_of(mark: char) -> Option<u8> {
    Some(match mark {
        '\u{300}' => 1,
        '\u{301}' => 2,
        '\u{303}' => 3,
        '\u{309}' => 4,
        '\u{323}' => 5,
        _ => return None,
    })
}

fn classify(c: char) -> Char {
    if let Some(tone) = tone_of(c) {
        return Char::new(Class::Tone, 0, tone);
    }
    if let Some(number) = SHAPES.iter().position(|s| *s == c) {
        return Char::new(Class::Shape, number as u8, 0);
    }
    let of = |class| Char::new(class, 0, 0);
    match c {
        _ if ignored(c) => return of(Class::Ignored),
        'đ' | 'Đ' | 'Ð' => return Char::new(Class::Known, code_of('đ').unwrap_or(0), 0),
        '\u{300}'..='\u{36F}' => return of(Class::Foreign),
        _ if !c.is_alphanumeric() => return of(Class::Break),
        _ => {}
    }
    let (mut base, mut tone) = (None, 0);
    for part in c.to_lowercase().nfd() {
        match (tone_of(part), base) {
            (Some(t), _) if tone == 0 => tone = t,
            (Some(_), _) => return of(Class::Foreign),
            (None, None) if part.is_ascii_alphanumeric() => base = Some(part),
            (None, Some(b)) => match shaped(b, part) {
                Some(letter) => base = Some(letter),
                None => return of(Class::Foreign),
            },
            (None, None) => return of(Class::Foreign),
        }
    }
    base.and_then(code_of).map_or(of(Class::Foreign), |code| Char::new(Class::Known, code, tone))
}

fn shaped(base: char, shape: char) -> Option<char> {
    Some(match (base, shape) {
        ('a', '\u{302}') => 'â',
        ('e', '\u{302}') => 'ê',
        ('o', '\u{302}') => 'ô',
        ('a', '\u{306}') => 'ă',
        ('o', '\u{31B}') => 'ơ',
        ('u', '\u{31B}') => 'ư',
        _ => return None,
    })
}

/// The letter without its mark.
pub(crate) fn bare(c: char) -> char {
    match c {
        'ă' | 'â' => 'a',
        'đ' => 'd',
        'ê' => 'e',
        'ô' | 'ơ' => 'o',
        'ư' => 'u',
        c => c,
    }
}
