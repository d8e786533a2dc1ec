//! Which spellings of a syllable are the same?
//!
//! A [`Key`] packs up to ten letters (6 bits each) and the tone (3 bits) of a syllable into 64 bits. The tone is kept
//! apart from the letters, *wherever it was written*, so `hoà` and `hòa` are one key without a table of rules, and so
//! are NFC and NFD. Longer words and foreign letters are hashed (FNV-1a, top bit set).

use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// A syllable without its spelling variants. Equal keys mean the same syllable.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Key(pub u64);

const HASHED: u64 = 1 << 63;
const TONE_SHIFT: u32 = 60;
/// Letters that fit into a packed key.
const PACKED_LETTERS: usize = 10;
/// Letter codes: index in this string + 1. The seven Vietnamese letters follow the Latin ones and the digits.
const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz0123456789ăâđêôơư";
/// What a packed tone is written as at the end of an index term: none, huyền, sắc, ngã, hỏi, nặng.
const TONES: [char; 6] = ['\0', '`', '´', '^', '?', '.'];

/// One character, taken apart.
#[derive(Clone, Copy)]
pub(crate) enum Letter {
    /// Letter code (1-based in [`LETTERS`]) and tone (0 when none).
    Known { code: u8, tone: u8 },
    /// A tone mark that stands alone (NFD).
    Tone(u8),
    /// A circumflex, breve or horn that stands alone (NFD) and changes the letter before it.
    Shape(char),
    /// A letter or mark outside the Vietnamese alphabet.
    Foreign,
    /// Invisible: zero-width space and joiners, soft hyphen, byte order mark.
    Ignored,
    /// Not part of a word.
    Break,
}

const TABLE_END: usize = 0x1F00;
static TABLE: LazyLock<Vec<Letter>> =
    LazyLock::new(|| (0..TABLE_END as u32).map(|c| char::from_u32(c).map_or(Letter::Break, classify)).collect());

/// Letter code → code of the letter without its mark.
static FOLDED: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let codes = LETTERS.chars().map(|c| code_of(bare(c)).unwrap_or(0));
    std::iter::once(0).chain(codes).collect()
});

pub(crate) fn letter(c: char) -> Letter {
    match TABLE.get(c as usize) {
        Some(letter) => *letter,
        None => classify(c),
    }
}

fn code_of(c: char) -> Option<u8> {
    LETTERS.chars().position(|l| l == c).map(|i| i as u8 + 1)
}

fn letter_of(code: u8) -> char {
    LETTERS.chars().nth(code as usize - 1).unwrap_or('?')
}

fn classify(c: char) -> Letter {
    match c {
        '\u{300}' => return Letter::Tone(1),
        '\u{301}' => return Letter::Tone(2),
        '\u{303}' => return Letter::Tone(3),
        '\u{309}' => return Letter::Tone(4),
        '\u{323}' => return Letter::Tone(5),
        '\u{302}' | '\u{306}' | '\u{31B}' => return Letter::Shape(c),
        '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' => return Letter::Ignored,
        'đ' | 'Đ' | 'Ð' => return Letter::Known { code: code_of('đ').unwrap_or(0), tone: 0 },
        _ => {}
    }
    if ('\u{300}'..='\u{36F}').contains(&c) {
        return Letter::Foreign;
    }
    if !c.is_alphanumeric() {
        return Letter::Break;
    }
    let (mut base, mut tone) = (None, 0);
    for part in c.to_lowercase().nfd() {
        match classify_part(part, base) {
            Some(Part::Base(b)) => base = Some(b),
            Some(Part::Tone(t)) if tone == 0 => tone = t,
            _ => return Letter::Foreign,
        }
    }
    base.and_then(code_of).map_or(Letter::Foreign, |code| Letter::Known { code, tone })
}

enum Part {
    Base(char),
    Tone(u8),
}

fn classify_part(part: char, base: Option<char>) -> Option<Part> {
    Some(match part {
        '\u{300}' => Part::Tone(1),
        '\u{301}' => Part::Tone(2),
        '\u{303}' => Part::Tone(3),
        '\u{309}' => Part::Tone(4),
        '\u{323}' => Part::Tone(5),
        '\u{302}' | '\u{306}' | '\u{31B}' => Part::Base(shaped(base?, part)?),
        c if base.is_none() && c.is_ascii_alphanumeric() => Part::Base(c),
        _ => return None,
    })
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

fn bare(c: char) -> char {
    match c {
        'ă' | 'â' => 'a',
        'đ' => 'd',
        'ê' => 'e',
        'ô' | 'ơ' => 'o',
        'ư' => 'u',
        c => c,
    }
}

/// Collects the letters of one word and makes its two keys.
#[derive(Default)]
pub(crate) struct KeyBuilder {
    codes: Vec<u8>,
    tone: u8,
    foreign: bool,
}

impl KeyBuilder {
    pub fn push(&mut self, letter: Letter) {
        match letter {
            Letter::Known { code, tone } => {
                self.codes.push(code);
                self.set_tone(tone);
            }
            Letter::Tone(tone) => self.set_tone(tone),
            Letter::Shape(shape) => match self.codes.last_mut() {
                Some(last) => match shaped(letter_of(*last), shape).and_then(code_of) {
                    Some(code) => *last = code,
                    None => self.foreign = true,
                },
                None => self.foreign = true,
            },
            Letter::Foreign => self.foreign = true,
            Letter::Ignored | Letter::Break => {}
        }
    }

    fn set_tone(&mut self, tone: u8) {
        if tone == 0 {
            return;
        }
        if self.tone != 0 {
            self.foreign = true;
        }
        self.tone = tone;
    }

    /// The exact and the folded key; `word` is the original spelling, read again only for rare words.
    pub fn finish(&mut self, word: &str) -> Keys {
        let keys = if self.foreign || self.codes.len() > PACKED_LETTERS { slow(word) } else { self.packed() };
        self.codes.clear();
        self.tone = 0;
        self.foreign = false;
        keys
    }

    fn packed(&mut self) -> Keys {
        let plain = |c: u8| u64::from(FOLDED.get(c as usize).copied().unwrap_or(c));
        merge_i_y(&mut self.codes);
        let letters = self.codes.iter().fold(0u64, |acc, c| acc << 6 | u64::from(*c));
        let folded = self.codes.iter().fold(0u64, |acc, c| acc << 6 | plain(*c));
        let exact = letters | u64::from(self.tone) << TONE_SHIFT;
        Keys { exact: Key(exact), fold: Key(folded), marked: exact != folded }
    }
}

/// Both keys of a word, and whether the word carries a Vietnamese mark (then the keys differ).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keys {
    /// With accents.
    pub exact: Key,
    /// Without accents.
    pub fold: Key,
    /// The word carries at least one accent.
    pub marked: bool,
}

/// In open syllables `i` and `y` are two spellings of one sound after these letters (`kỹ`/`kĩ`, `quy`/`qui`).
fn merge_i_y(codes: &mut [u8]) {
    let y = code_of('y').unwrap_or(0);
    let merges = match codes {
        [first, last] => *last == y && "hklmstv".contains(letter_of(*first)),
        [q, u, last] => *last == y && letter_of(*q) == 'q' && letter_of(*u) == 'u',
        _ => false,
    };
    if let (true, Some(last)) = (merges, codes.last_mut()) {
        *last = code_of('i').unwrap_or(0);
    }
}

fn slow(word: &str) -> Keys {
    let (exact, fold) = (slow_exact(word), slow_fold(word));
    let marked = exact != fold;
    Keys { exact: Key(hash(&exact)), fold: Key(hash(&fold)), marked }
}

fn visible(word: &str) -> impl Iterator<Item = char> + '_ {
    word.chars().filter(|c| !matches!(letter(*c), Letter::Ignored))
}

/// The text in lower case without any accent, `đ` as `d`.
pub fn folded(text: &str) -> String {
    slow_fold(text)
}

fn slow_exact(word: &str) -> String {
    visible(word).flat_map(char::to_lowercase).nfc().collect()
}

fn slow_fold(word: &str) -> String {
    let marks = |c: &char| !('\u{300}'..='\u{36F}').contains(c);
    visible(word).flat_map(char::to_lowercase).nfd().filter(marks).map(|c| if c == 'ð' { 'd' } else { bare(c) }).collect()
}

/// FNV-1a, 64 bits, top bit set to keep hashed keys apart from packed ones.
fn hash(s: &str) -> u64 {
    s.bytes().fold(0xcbf2_9ce4_8422_2325, |h: u64, b| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3)) | HASHED
}

/// The index term of an exact key: its letters with the tone written last (`hoa\``), or the word itself in lower case.
pub fn exact_term(key: Key, word: &str, out: &mut String) {
    if key.0 & HASHED != 0 {
        out.push_str(&slow_exact(word));
        return;
    }
    unpack(key.0 & ((1 << TONE_SHIFT) - 1), out);
    let tone = (key.0 >> TONE_SHIFT) as usize;
    if tone > 0 {
        out.push(TONES.get(tone).copied().unwrap_or('?'));
    }
}

/// The index term of a folded key: `~` and the letters without marks.
pub fn fold_term(key: Key, word: &str, out: &mut String) {
    out.push('~');
    if key.0 & HASHED != 0 { out.push_str(&slow_fold(word)) } else { unpack(key.0, out) }
}

fn unpack(letters: u64, out: &mut String) {
    for slot in (0..PACKED_LETTERS as u32).rev() {
        let code = (letters >> (6 * slot)) as u8 & 63;
        if code != 0 {
            out.push(letter_of(code));
        }
    }
}
