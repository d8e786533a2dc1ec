//! Which syllables can Vietnamese spell?
//!
//! Made by rule from the onsets and rimes of the orthography (chữ quốc ngữ; the tables are those of Đoàn Thiện Thuật, *Ngữ âm
//! tiếng Việt*, 1977, ch. 3–5), not collected from texts: `c g ng` stand before back vowels and `k gh ngh` before `e ê i y`, rounded
//! rimes after `c` are written with `qu`, labials take no rounded rimes.

/// Onsets that may stand before every rime that is not rounded.
const ANY: [&str; 20] = ["", "b", "ch", "d", "đ", "gi", "h", "kh", "l", "m", "n", "nh", "ph", "r", "s", "t", "th", "tr", "v", "x"];
/// Onsets before back vowels, and how the same sounds are written before `e ê i y`.
const BACK: [&str; 3] = ["c", "g", "ng"];
const FRONT: [&str; 3] = ["k", "gh", "ngh"];
/// Onsets that rounded rimes (`oa oe uê uy …`) may follow; labials, `n`, `r`, `g`, `v` have none but in a word or two.
const BEFORE_ROUNDED: [&str; 16] = ["", "ch", "d", "đ", "gi", "h", "kh", "l", "ng", "nh", "s", "t", "th", "tr", "x", "n"];

/// Rimes by their first vowel, without tones.
const BACK_RIMES: &str = "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây \
    o oc oi om on ong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt \
    u ua uc ui um un ung up ut uôc uôi uôm uôn uông uôt ư ưa ưc ưi ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu";
const FRONT_RIMES: &str = "e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu";
/// What is written with `o` or `u` before the vowel; after `q` the `o` too is a `u`.
const ROUNDED_RIMES: &str = "oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oen oeo oet \
    uân uâng uât uây uê uêch uênh uơ uy uya uych uyên uyêt uynh uyt uyu";
/// Rimes after `qu`, their own `u` taken away.
const AFTER_QU: &str = "a ac ach ai an ang anh ao au at ay ăc ăm ăn ăng ăp ăt âc ân âng ât ây e en eo et ê êch ên ênh êt ơ \
    y ych ynh yt yên yêt i ich it in inh ot";
/// Syllables that no table gives: `y` alone and at the beginning, `gi` that swallows the `i` of its rime, `oo` before `ng`, and the few
/// with a rounded rime after other onsets or with the `p` of foreign words.
const SINGLE: &str = "y yêm yên yêng yêt yêu gi gim gin giêng giêt giêc xoong boong goong moong coong voan noan roa roan goa goe quôc \
    ngoeo khuyu tuyp buyt pin pa";
/// Open syllables that are also written with `y`; the keys of `hy` and `hi` and their like are one already.
const WITH_Y: &str = "ky my ly ty sy vy hy";

/// Every syllable in its letters without tones, with the accents that make letters: about 2,900. A typist who leaves out some accents
/// only (`đuoc`) writes others.
pub fn syllables() -> Vec<String> {
    let mut all = Vec::new();
    let mut join = |onsets: &[&str], rimes: &str| {
        for onset in onsets {
            // `gi` before `i` is `gi`, written once.
            let rimes = rimes.split_whitespace().filter(|r| !(*onset == "gi" && r.starts_with('i')));
            all.extend(rimes.map(|rime| format!("{onset}{rime}")));
        }
    };
    join(&ANY, BACK_RIMES);
    join(&ANY, FRONT_RIMES);
    join(&BACK, BACK_RIMES);
    join(&FRONT, FRONT_RIMES);
    join(&BEFORE_ROUNDED, ROUNDED_RIMES);
    join(&["qu"], AFTER_QU);
    join(&[""], SINGLE);
    join(&[""], WITH_Y);
    all
}
