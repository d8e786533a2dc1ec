//! How much does one word speak for Vietnamese?
//!
//! A table of every syllable, with and without the accents that make letters, made once from the rules of spelling and three short
//! lists. The weights were set beforehand from how often words of a kind occur, in tenths of a nat.

use super::words;
use kiemtin_text::syllables;
use kiemtin_text::{Key, scan};
use std::collections::HashSet;
use std::sync::LazyLock;

/// Evidence for Vietnamese against each rival.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Weight {
    /// Against languages in Latin letters with words of any length.
    pub latin: i16,
    /// Against pinyin.
    pub pinyin: i16,
    /// It counts among the Vietnamese words: a syllable that is not at home elsewhere.
    pub counts: bool,
}

/// Points from which a text is Vietnamese: 55 to 1, if words were independent. Chosen on one half of the material, see [`super`].
pub(super) const ENOUGH: i32 = 40;
/// A syllable: nine words of ten in Vietnamese, one of seven elsewhere.
const PLAIN: i16 = 18;
/// One with a spelling that few other languages have.
const DISTINCT: i16 = 26;
const COMMON: i16 = 32;
/// Frequent words elsewhere that are syllables too, and those of them that Vietnamese uses as often.
const ELSEWHERE: i16 = -12;
const BOTH: i16 = 5;
/// Against pinyin: what it cannot spell; what both can; what only it can.
const NOT_PINYIN: i16 = 30;
const SHARED: i16 = -5;
const PINYIN_ONLY: i16 = -40;
/// A frequent Vietnamese syllable is so much likelier than others, also against pinyin.
const COMMON_MORE: i16 = 10;
/// No syllable: one word of twelve in Vietnamese texts (names, abbreviations), three of four elsewhere.
const NO_SYLLABLE: Weight = Weight { latin: -22, pinyin: -5, counts: false };
/// A letter that Vietnamese does not have.
pub(super) const NOT_LATIN: Weight = Weight { latin: -30, pinyin: -30, counts: false };
const TYPED_SHORT: Weight = Weight { latin: 6, pinyin: 10, counts: true };
/// A syllable with an accent that other languages have as well, and one that only Vietnamese writes.
const ACCENTED: i16 = 22;
const OWN_ACCENT: Weight = Weight { latin: 45, pinyin: 45, counts: true };

/// What is known of one spelling.
#[derive(Clone, Copy)]
enum Entry {
    /// Says nothing.
    Neutral,
    /// No syllable, or a short form.
    Word(Weight),
    Syllable {
        weight: Weight,
        /// Ends in `c ch p t`, which take two tones only.
        stopped: bool,
        /// Has an accent that makes a letter.
        shaped: bool,
        /// `ă đ ơ ư`: with a Vietnamese spelling around it no other language's.
        own: bool,
    },
}

/// Open addressing over the keys of words, without their tones.
pub(super) struct Weights {
    slots: Box<[(u64, Entry)]>,
}

pub(super) static WEIGHTS: LazyLock<Weights> = LazyLock::new(Weights::new);

/// Twice the entries there are, so that a look-up ends soon; a power of two.
const SLOTS: usize = 1 << 14;
const FREE: u64 = u64::MAX;

impl Weights {
    fn new() -> Self {
        let mut all = Self { slots: vec![(FREE, Entry::Neutral); SLOTS].into() };
        let pinyin = pinyin();
        for word in &pinyin {
            all.put(word, Entry::Word(Weight { pinyin: PINYIN_ONLY, ..NO_SYLLABLE }));
        }
        let pinyin: Vec<Key> = pinyin.iter().filter_map(|w| key(w)).collect();
        for written in syllables::syllables() {
            let bare = kiemtin_text::key::folded(&written);
            let stopped = bare.ends_with(['c', 'p', 't']) || bare.ends_with("ch");
            let is_pinyin = key(&bare).is_some_and(|k| pinyin.contains(&k));
            let weight = Weight {
                latin: if is_distinct(&bare) { DISTINCT } else { PLAIN },
                pinyin: if is_pinyin { SHARED } else { NOT_PINYIN },
                counts: true,
            };
            let rest = written.strip_prefix('đ').unwrap_or(&written);
            for spelling in [&bare, &format!("{}{}", if rest == written { "" } else { "đ" }, kiemtin_text::key::folded(rest)), &written] {
                let entry =
                    Entry::Syllable { weight, stopped, shaped: *spelling != bare, own: spelling.contains(['ă', 'đ', 'ơ', 'ư']) };
                all.put(spelling, entry);
            }
        }
        let (common, foreign): (HashSet<&str>, HashSet<&str>) =
            (words::VIETNAMESE.split_whitespace().collect(), words::FOREIGN.split_whitespace().collect());
        for word in common.union(&foreign) {
            let (here, there) = (common.contains(word), foreign.contains(word));
            let latin = if here && there {
                BOTH
            } else if here {
                COMMON
            } else {
                ELSEWHERE
            };
            let more = if here && !words::PINYIN_FREQUENT.split(' ').any(|w| w == *word) { COMMON_MORE } else { 0 };
            all.change(word, |w| Weight { latin, pinyin: w.pinyin + more, counts: here });
        }
        for word in words::TYPED_SHORT.split_whitespace() {
            all.put(word, Entry::Word(TYPED_SHORT));
        }
        for word in words::NEUTRAL.split_whitespace() {
            all.put(word, Entry::Neutral);
        }
        all
    }

    fn slot(&self, key: Key) -> usize {
        let mut at = (key.0.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 50) as usize;
        while self.slots[at].0 != FREE && self.slots[at].0 != key.0 {
            at = (at + 1) % SLOTS;
        }
        at
    }

    fn put(&mut self, word: &str, entry: Entry) {
        if let Some(key) = key(word) {
            let at = self.slot(key);
            self.slots[at] = (key.0, entry);
        }
    }

    fn change(&mut self, word: &str, change: impl Fn(Weight) -> Weight) {
        let Some(at) = key(word).map(|k| self.slot(k)) else { return };
        if let Entry::Syllable { weight, .. } = &mut self.slots[at].1 {
            *weight = change(*weight);
        }
    }

    /// What a word of these letters says, `toned` being its key if it has a tone; nothing if it is at home everywhere.
    pub fn of(&self, letters: Key, toned: Option<Key>) -> Option<Weight> {
        let (found, entry) = self.slots[self.slot(letters)];
        let Entry::Syllable { weight, stopped, shaped, own } = (if found == FREE { Entry::Word(NO_SYLLABLE) } else { entry }) else {
            return match entry {
                _ if found == FREE || toned.is_some() => Some(NO_SYLLABLE),
                Entry::Word(weight) => Some(weight),
                _ => None,
            };
        };
        match toned {
            Some(key) if stopped && !key.rises_or_drops() => Some(NO_SYLLABLE),
            Some(key) if own || shaped || key.is_asking() => Some(OWN_ACCENT),
            None if own => Some(OWN_ACCENT),
            Some(_) => Some(Weight { latin: ACCENTED.max(weight.latin), ..weight }),
            None if shaped => Some(Weight { latin: ACCENTED, ..weight }),
            None => Some(weight),
        }
    }

    /// What a word says that Vietnamese cannot spell.
    pub fn no_syllable(&self) -> Weight {
        NO_SYLLABLE
    }
}

/// Every syllable of pinyin. No initial is written as an empty word, which `split(' ')` keeps.
fn pinyin() -> Vec<String> {
    let group = |(initials, finals): &(&'static str, &'static str)| {
        let finals = *finals;
        initials.split(' ').flat_map(move |i| finals.split(' ').map(move |f| format!("{i}{f}"))).collect::<Vec<_>>()
    };
    words::PINYIN.iter().flat_map(group).collect()
}

/// `ng`, `nh`, `kh`, `gh`, `tr` before the vowel, `nh` after it, and vowels that are written in pairs.
fn is_distinct(bare: &str) -> bool {
    ["ng", "nh", "kh", "gh", "tr"].iter().any(|onset| bare.starts_with(onset))
        || bare.ends_with("nh")
        || ["iem", "ien", "iep", "iet", "ieu", "uoc", "uoi", "uom", "uon", "uot", "uye", "uyn"].iter().any(|vowels| bare.contains(vowels))
}

/// The key of a word, without its tone.
fn key(word: &str) -> Option<Key> {
    scan(word).tokens.first().map(|t| t.key.toneless())
}
