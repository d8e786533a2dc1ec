//! Which language is a text written in?
//!
//! whatlang alone takes unaccented Vietnamese for other languages (right on 0.4–0.7 of short texts), so letters and
//! syllables that only Vietnamese has are looked at first.

use kiemtin_text::scan;

/// Characters looked at: a language shows early, and whatlang's cost grows with the text.
const SAMPLE_CHARS: usize = 1_500;
/// Share of Vietnamese-looking syllables that makes an unaccented text Vietnamese.
const SYLLABLE_SHARE: f64 = 0.8;

/// ISO 639-1 code where there is one, else ISO 639-3; `und` when it cannot be told.
pub fn language(title: &str, text: &str) -> String {
    let looked_at = title.chars().chain(" ".chars()).chain(text.chars()).take(SAMPLE_CHARS);
    let (mut own, mut letters) = (0, 0);
    for c in looked_at {
        // Far more than any other language's words in a Vietnamese text could make up for.
        if own * 50 >= SAMPLE_CHARS {
            return "vi".into();
        }
        own += usize::from(is_vietnamese_letter(c));
        letters += usize::from(c.is_alphabetic());
    }
    if letters == 0 {
        return "und".into();
    }
    if own * 50 >= letters {
        return "vi".into();
    }
    let sample: String = title.chars().chain(" ".chars()).chain(text.chars()).take(SAMPLE_CHARS).collect();
    let words: Vec<String> = {
        let scanned = scan(&sample);
        scanned.tokens.iter().map(|t| scanned.word(t).to_lowercase()).filter(|w| w.chars().all(char::is_alphabetic)).collect()
    };
    let syllables = words.iter().filter(|w| is_bare_syllable(w)).count();
    let known = words.iter().filter(|w| COMMON.contains(&w.as_str())).count();
    if words.len() >= 4 && syllables as f64 >= SYLLABLE_SHARE * words.len() as f64 && known * 6 >= words.len() {
        return "vi".into();
    }
    match whatlang::detect(&sample) {
        Some(info) => two_letters(info.lang().code()).to_owned(),
        None => "und".into(),
    }
}

fn is_vietnamese_letter(c: char) -> bool {
    matches!(c, 'ơ' | 'Ơ' | 'ư' | 'Ư' | 'đ' | 'Đ' | 'ă' | 'Ă' | '\u{1EA0}'..='\u{1EF9}' | '\u{309}' | '\u{323}' | '\u{31B}')
}

/// Frequent Vietnamese syllables without their accents that are no frequent word of English, French or Indonesian.
const COMMON: [&str; 48] = [
    "cua", "va", "nhung", "khong", "duoc", "nguoi", "trong", "cho", "voi", "cac", "nay", "nhieu", "ngay", "tien", "dien", "gia", "xang",
    "ban", "mua", "phai", "thi", "nhu", "nha", "dang", "tang", "thong", "tin", "nuoc", "hang", "moi", "roi", "het", "cung", "sap", "tai",
    "theo", "viet", "bo", "cong", "thuong", "chua", "den", "lai", "minh", "biet", "gi", "bao", "nam",
];

/// Onset + vowels + coda as Vietnamese allows, without accents.
fn is_bare_syllable(word: &str) -> bool {
    const ONSETS: [&str; 27] = [
        "ngh", "ng", "nh", "ch", "gh", "gi", "kh", "ph", "qu", "th", "tr", "b", "c", "d", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t",
        "v", "x", "",
    ];
    const CODAS: [&str; 9] = ["ng", "nh", "ch", "c", "m", "n", "p", "t", ""];
    let vowels = |s: &str| (1..=3).contains(&s.len()) && s.chars().all(|c| "aeiouy".contains(c));
    ONSETS.iter().filter_map(|o| word.strip_prefix(o)).any(|rest| CODAS.iter().filter_map(|c| rest.strip_suffix(c)).any(vowels))
}

fn two_letters(code: &str) -> &str {
    match code {
        "vie" => "vi",
        "eng" => "en",
        "fra" => "fr",
        "deu" => "de",
        "cmn" => "zh",
        "jpn" => "ja",
        "kor" => "ko",
        "rus" => "ru",
        "spa" => "es",
        "por" => "pt",
        "ita" => "it",
        "ind" => "id",
        "tha" => "th",
        "khm" => "km",
        "nld" => "nl",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_languages() {
        for (text, expected) in [
            ("Giá bán lẻ điện bình quân được điều chỉnh từ hôm nay.", "vi"),
            ("gia dien tang roi ba con oi, thang nay tien dien nhieu lam", "vi"),
            ("Vietnam has banned all rice exports, effective this week, traders in Manila said on Monday.", "en"),
            ("Le ministère du commerce a annoncé une nouvelle mesure pour les exportations de riz.", "fr"),
            ("", "und"),
        ] {
            assert_eq!(language("", text), expected, "{text}");
        }
    }
}
