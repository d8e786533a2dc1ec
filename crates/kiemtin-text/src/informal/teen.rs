//! What do the short spellings of chats stand for?
//!
//! Collected by hand from public usage; each has one usual meaning in posts about prices, services and news. Those with several
//! usual ones (`mk`: mình, mật khẩu; `hđ`: hóa đơn, hợp đồng; `tt`, `hn`, `tg`, `đk`) are left out: a wrong reading is worse
//! than none.

use super::{is_syllable, keys_of};
use crate::key::{Key, Keys};
use crate::scan::{Scanned, Token};
use std::collections::HashMap;
use std::sync::LazyLock;

/// What is meant, and how it is spelt wherever nothing else is meant.
const ALWAYS: &[(&str, &str)] = &[
    ("không", "ko kô khg hok hôk hem hổng khum hông kh"),
    ("được", "dc đc đx đuoc"),
    ("với", "vs"),
    ("gì", "ji jì zì"),
    ("người", "ngừi ngừoi ngườj"),
    ("người ta", "ngta nta"),
    ("trước", "trc trk"),
    ("như thế nào", "ntn"),
    ("thế nào", "tnao"),
    ("bây giờ", "bjo bgio"),
    ("hôm nay", "hnay"),
    ("hôm qua", "hqua"),
    ("cũng", "cx cũg cug"),
    ("đang", "đag dag đg"),
    ("luôn", "lun luôg"),
    ("những", "nhg nhữg nhug"),
    ("nhưng", "nhưg"),
    ("trong", "trog"),
    ("không", "hôg khôg kog"),
    ("nhiều", "nhìu nhìuh"),
    ("muốn", "mún mún"),
    ("thôi", "thui"),
    ("rồi", "rùi ròi gòi"),
    ("biết", "bít bik bít"),
    ("thích", "thik thjk thíc"),
    ("mình", "mik mìh"),
    ("nói", "nóa"),
    ("phải", "fải pải"),
    ("yêu", "iu"),
    ("thời gian", "tgian"),
    ("thông tin", "ttin"),
    ("nhắn tin", "ntin"),
    ("số tài khoản", "stk"),
    ("số điện thoại", "sđt sdt"),
    ("công ty", "cty"),
    ("quá", "wá qá"),
    ("vậy", "zậy dzậy zị"),
    ("vui", "zui dzui"),
    ("về", "zìa"),
    ("vô", "zô dzô"),
];

/// Initials, names and abbreviations of other things in capitals (`TK`, `MN`, `BH`, `Ms`): only in small letters.
const SMALL: &[(&str, &str)] = &[
    ("nước", "nc"),
    ("mọi người", "mn mng"),
    ("anh em", "ae"),
    ("anh chị em", "ace"),
    ("bây giờ", "bh"),
    ("làm", "lm"),
    ("mới", "ms"),
    ("tài khoản", "tk"),
    ("chuyển khoản", "ck"),
    ("điện thoại", "đt"),
    ("nhân viên", "nv"),
    ("Việt Nam", "vn"),
];

/// Single letters and what looks like other words: likewise, and not beside a figure (`5 k`, `z 1`).
const ALONE: &[(&str, &str)] = &[("không", "k hk"), ("gì", "j"), ("rồi", "r"), ("người", "ng"), ("vậy", "z")];

/// Words of their own in a text without accents (`may hong het`: hỏng).
const ACCENTED_ONLY: &[(&str, &str)] = &[("không", "hong hôn hông"), ("luôn", "lun")];

/// Words that Vietnamese never begins so, and how their sound is spelt: `wyết` quyết, `fí` phí, `zà` và, `dzô` vô, `jờ` giờ.
const ONSETS: [(&str, &[&str]); 5] = [("w", &["qu"]), ("f", &["ph"]), ("dz", &["d", "v"]), ("z", &["v", "d", "gi"]), ("j", &["gi"])];

struct Entry {
    meant: Vec<Keys>,
    place: Place,
}

/// Where a short form counts.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Always,
    Small,
    Alone,
    Accented,
}

static TABLE: LazyLock<HashMap<Key, Entry>> = LazyLock::new(|| {
    let mut table = HashMap::new();
    let lists = [(ALWAYS, Place::Always), (SMALL, Place::Small), (ALONE, Place::Alone), (ACCENTED_ONLY, Place::Accented)];
    for (list, place) in lists {
        for (meant, shorts) in list {
            for key in shorts.split(' ').filter_map(keys_of).map(|k| k.exact) {
                let meant = meant.split(' ').filter_map(|w| keys_of(&w.to_lowercase())).collect();
                table.insert(key, Entry { meant, place });
            }
        }
    }
    table
});

/// A bit per sixteenth of the keys' hashes: most words are ruled out by one look (Bloom 1970, with one hash).
static MAY_BE: LazyLock<[u64; 64]> = LazyLock::new(|| {
    let mut bits = [0u64; 64];
    for key in TABLE.keys() {
        let (slot, bit) = place(*key);
        if let Some(word) = bits.get_mut(slot) {
            *word |= 1 << bit;
        }
    }
    bits
});

fn place(key: Key) -> (usize, u64) {
    let mixed = key.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 52;
    ((mixed >> 6) as usize, mixed & 63)
}

/// Whether a word may be a short form, or begin as no Vietnamese word does: never wrongly `false`.
pub(super) fn may_be(key: Key) -> bool {
    let (slot, bit) = place(key);
    MAY_BE.get(slot).is_some_and(|bits| bits >> bit & 1 == 1) || begins_oddly(key)
}

/// The first letter is one of `f j w z`, or the word is hashed.
fn begins_oddly(key: Key) -> bool {
    if key.is_foreign() {
        return true;
    }
    let letters = key.toneless().0;
    // Codes of the alphabet's letters count from 1.
    let code = |c: u8| u64::from(c - b'a') + 1;
    let at = |number: u64| letters >> (6 * number) & 63;
    let last = (63 - u64::from((letters | 1).leading_zeros())) / 6;
    let dz = || at(last) == code(b'd') && last > 0 && at(last - 1) == code(b'z');
    [b'f', b'j', b'w', b'z'].into_iter().any(|c| code(c) == at(last)) || dz()
}

/// What a word stands for; nothing when it is what it is. `bare`: the text is typed without accents.
pub(super) fn meant(scanned: &Scanned<'_>, at: usize, token: &Token, bare: bool) -> Vec<Keys> {
    if !may_be(token.key) || is_in_an_address(scanned, token) {
        return vec![];
    }
    if let Some(entry) = TABLE.get(&token.key) {
        let held = match entry.place {
            Place::Always => true,
            Place::Small => is_small(scanned, token),
            Place::Alone => is_small(scanned, token) && !beside_a_figure(scanned, at),
            Place::Accented => !bare,
        };
        return if held { entry.meant.clone() } else { vec![] };
    }
    // A name without an accent may be any («Wang»).
    let typed = scanned.composed(token);
    if token.key.is_foreign() || !(token.marked || typed.chars().all(char::is_lowercase)) {
        return vec![];
    }
    let word = typed.to_lowercase();
    let onset = ONSETS.iter().find_map(|(odd, usual)| Some((word.strip_prefix(odd)?, usual)));
    let Some((rest, usual)) = onset else { return vec![] };
    let spelt = |onset: &&str| {
        let onset = if rest.starts_with(['i', 'í', 'ì']) && **onset == *"gi" { "g" } else { onset };
        keys_of(&format!("{onset}{rest}")).filter(|keys| is_syllable(*keys))
    };
    usual.iter().find_map(spelt).into_iter().collect()
}

/// Part of a host, a path or a mail address: nothing but its marks stands between it and a neighbour.
fn is_in_an_address(scanned: &Scanned<'_>, token: &Token) -> bool {
    let before = scanned.text.get(..token.start as usize).and_then(|t| t.chars().next_back());
    let mut after = scanned.text.get(token.end as usize..).unwrap_or("").chars();
    let mark = |c: char| matches!(c, '.' | '/' | '@' | '_' | '-' | '#');
    before.is_some_and(mark) || (after.next().is_some_and(mark) && after.next().is_some_and(char::is_alphanumeric))
}

fn is_small(scanned: &Scanned<'_>, token: &Token) -> bool {
    scanned.word(token).chars().all(char::is_lowercase)
}

fn beside_a_figure(scanned: &Scanned<'_>, at: usize) -> bool {
    let beside = |at: Option<usize>| at.and_then(|at| scanned.tokens.get(at));
    let figure = |t: &Token| scanned.word(t).contains(|c: char| c.is_ascii_digit());
    [beside(at.checked_sub(1)), beside(Some(at + 1))].into_iter().flatten().any(figure)
}
