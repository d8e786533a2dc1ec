//! Which spellings of a syllable are the same?
//!
//! A [`Key`] packs up to ten letters (6 bits each) and the tone (3 bits) of a syllable into 64 bits. The tone is kept
//! apart from the letters, *wherever it was written*, so `hoà` and `hòa` are one key without a table of rules, and so
//! are NFC and NFD. Longer words and foreign letters are hashed (FNV-1a, top bit set).

use crate::alphabet::{Alphabet, Char, Class, LETTER_BYTES, bare, code_of, ignored, tone_of};
use unicode_normalization::UnicodeNormalization;

/// A syllable without its spelling variants. Equal keys mean the same syllable.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Key(pub u64);

impl Key {
    /// The same letters without the tone; accents that make other letters (`ă â đ ê ô ơ ư`) stay. A long or foreign word is
    /// itself.
    #[inline]
    pub const fn toneless(self) -> Self {
        if self.is_foreign() { self } else { Self(self.0 & !(7 << TONE_SHIFT)) }
    }

    /// Whether the tone is sắc or nặng.
    #[inline]
    pub const fn rises_or_drops(self) -> bool {
        matches!(self.0 >> TONE_SHIFT, 2 | 5)
    }

    /// Whether the tone is hỏi, which no other language writes on its vowels.
    #[inline]
    pub const fn is_asking(self) -> bool {
        self.0 >> TONE_SHIFT == 4
    }

    /// Whether a digit stands in it; of a long or foreign word it is not known, and taken for `false`.
    pub const fn has_digit(self) -> bool {
        let mut letters = if self.is_foreign() { 0 } else { self.toneless().0 };
        while letters > 0 {
            // The ten digits follow the 26 letters; codes count from 1.
            if letters & 63 > 26 && letters & 63 <= 36 {
                return true;
            }
            letters >>= 6;
        }
        false
    }

    /// Whether a letter stands twice in a row in it, tones left aside; of a long or foreign word it is not known, and taken for `false`.
    #[inline]
    pub const fn doubles_a_letter(self) -> bool {
        let mut letters = if self.is_foreign() { 0 } else { self.toneless().0 };
        while letters > 63 {
            if letters & 63 == letters >> 6 & 63 {
                return true;
            }
            letters >>= 6;
        }
        false
    }

    /// Whether the word has a letter that Vietnamese does not write, or more letters than any of its syllables.
    #[inline]
    pub const fn is_foreign(self) -> bool {
        self.0 & HASHED != 0
    }
}

const HASHED: u64 = 1 << 63;
const TONE_SHIFT: u32 = 60;
/// Letters that fit into a packed key, and the bits they take.
const PACKED_LETTERS: u32 = 10;
const PACKED_SHIFT: u32 = 6 * PACKED_LETTERS;
/// What a packed tone is written as at the end of an index term: none, huyền, sắc, ngã, hỏi, nặng.
const TONES: [u8; 8] = *b"\0`'^?.??";
/// Codes of the letters that the i/y rule names.
const I: u64 = 9;
const Q: u64 = 17;
const U: u64 = 21;
const Y: u64 = 25;
/// In open syllables `i` and `y` are two spellings of one sound after h, k, l, m, s, t, v: a bit per letter code.
const BEFORE_Y: u64 = 1 << 8 | 1 << 11 | 1 << 12 | 1 << 13 | 1 << 19 | 1 << 20 | 1 << 22;

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

/// Collects the letters of one word and makes its two keys.
#[derive(Default)]
pub(crate) struct KeyBuilder {
    letters: u64,
    plain: u64,
    count: u32,
    tone: u64,
    foreign: bool,
}

impl KeyBuilder {
    /// Adds a character; breaks and ignored ones do not belong here and change nothing.
    #[inline]
    pub fn push(&mut self, c: Char, alphabet: &Alphabet) {
        match c.class() {
            Class::Known => {
                self.letters = self.letters << 6 | c.code();
                self.plain = self.plain << 6 | u64::from(alphabet.bare[c.code() as usize]);
                self.count += 1;
                self.set_tone(c.tone());
            }
            Class::Tone => self.set_tone(c.tone()),
            Class::Shape => match alphabet.shaped[(self.letters & 63) as usize][(c.code() & 3) as usize] {
                0 => self.foreign = true,
                code => self.letters = self.letters & !63 | u64::from(code),
            },
            Class::Foreign => self.foreign = true,
            Class::Ignored | Class::Break => {}
        }
    }

    #[inline]
    fn set_tone(&mut self, tone: u64) {
        if tone != 0 {
            self.foreign |= self.tone != 0;
            self.tone = tone;
        }
    }

    /// The keys of what was pushed since the last call; `word` is the original spelling, read again only for rare words.
    #[inline]
    pub fn finish(&mut self, word: &str) -> Keys {
        let Self { letters, plain, count, tone, foreign } = std::mem::take(self);
        if foreign || count > PACKED_LETTERS {
            return slow(word);
        }
        // `kỹ`/`kĩ`, `quy`/`qui`.
        let ends_in_y = match count {
            2 => letters & 63 == Y && BEFORE_Y >> (letters >> 6 & 63) & 1 == 1,
            3 => letters == Q << 12 | U << 6 | Y,
            _ => false,
        };
        let (letters, plain) = if ends_in_y { (letters & !63 | I, plain & !63 | I) } else { (letters, plain) };
        let exact = letters | tone << TONE_SHIFT;
        Keys { exact: Key(exact), fold: Key(plain), marked: exact != plain }
    }
}

#[cold]
fn slow(word: &str) -> Keys {
    let (exact, fold) = (slow_exact(word), slow_fold(word));
    let marked = exact != fold;
    // Without its marks it may be an ordinary word: then it has that word's key, as it has its index term.
    Keys { exact: Key(hash(&exact)), fold: packed(&fold).unwrap_or_else(|| Key(hash(&fold))), marked }
}

/// The key of a word without marks, when all its letters fit into one.
fn packed(fold: &str) -> Option<Key> {
    let mut letters = KeyBuilder::default();
    for letter in fold.chars() {
        let code = u64::from(code_of(letter).filter(|_| letter.is_ascii())?);
        (letters.letters, letters.plain) = (letters.letters << 6 | code, letters.plain << 6 | code);
        letters.count += 1;
    }
    (letters.count > 0 && letters.count <= PACKED_LETTERS).then(|| letters.finish(fold).fold)
}

fn visible(word: &str) -> impl Iterator<Item = char> + '_ {
    word.chars().filter(|c| !ignored(*c))
}

/// The text in lower case without any accent, `đ` as `d`.
pub fn folded(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { slow_fold(text) }
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

/// Adds the index term of an exact key, UTF-8: its letters with the tone written last (`hoa\``), or the word itself in lower case.
/// Letters with a mark are written as capitals (see [`LETTER_BYTES`]), so that every packed key is one ASCII byte a letter.
#[inline]
pub fn exact_term(key: Key, word: &str, out: &mut Vec<u8>) {
    if key.0 & HASHED != 0 {
        out.extend_from_slice(slow_exact(word).as_bytes());
        return;
    }
    unpack(key.0 & ((1 << TONE_SHIFT) - 1), (key.0 >> TONE_SHIFT) as usize, out);
}

/// Adds the index term of a folded key, UTF-8: the letters without marks.
#[inline]
pub fn fold_term(key: Key, word: &str, out: &mut Vec<u8>) {
    if key.0 & HASHED != 0 { out.extend_from_slice(slow_fold(word).as_bytes()) } else { unpack(key.0, 0, out) }
}

/// Writes letters without a tone as they begin an index term; false when one of them has no place in a key.
pub(crate) fn term_letters(letters: &str, out: &mut String) -> bool {
    letters.chars().all(|letter| {
        let byte = code_of(letter).and_then(|code| LETTER_BYTES.get(usize::from(code)));
        byte.map(|byte| out.push(char::from(*byte))).is_some()
    })
}

/// What ends the index term of a key with this tone, given as a combining mark.
pub(crate) fn term_tone(mark: char) -> char {
    tone_of(mark).and_then(|tone| TONES.get(usize::from(tone))).map_or('?', |byte| char::from(*byte))
}

/// Writes packed letters, first letter first, and the tone.
#[inline]
fn unpack(letters: u64, tone: usize, out: &mut Vec<u8>) {
    let len = PACKED_LETTERS - letters.leading_zeros().saturating_sub(4) / 6;
    // Always ten letters, the first one in the highest bits: a number of turns that is not known beforehand costs more.
    let first = letters << (64 - PACKED_SHIFT) << (6 * (PACKED_LETTERS - len));
    let mut bytes = [0u8; 16];
    for (byte, at) in bytes.iter_mut().zip(1..=PACKED_LETTERS) {
        *byte = LETTER_BYTES[(first >> (64 - 6 * at)) as usize & 63];
    }
    bytes[len as usize & 15] = TONES[tone & 7];
    let end = out.len() + len as usize + usize::from(tone > 0);
    // A copy whose length is known beforehand is no call: all bytes, and those that do not count are cut off again.
    out.extend_from_slice(&bytes);
    out.truncate(end);
}

#[cfg(test)]
mod tests {
    use crate::scan::scan;

    #[test]
    fn a_word_no_syllable_is_made_of_has_the_key_of_its_letters() {
        for (word, letters) in [("áả", "aa"), ("naïve", "naive"), ("kỹ́", "ki"), ("Señor", "senor")] {
            assert_eq!(scan(word).tokens[0].fold, scan(letters).tokens[0].fold, "{word}");
            assert_ne!(scan(word).tokens[0].key, scan(letters).tokens[0].key, "{word}");
        }
        assert_ne!(scan("livestreamíng").tokens[0].fold, scan("livestreams").tokens[0].fold);
    }
}
