//! Who writes reports, to whom, and who signs them, in each language?

use kiemtin_model::lang::Lang;
use serde::Deserialize;

/// Who writes reports, and to whom.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Letterhead {
    /// The body above: `BỘ CÔNG THƯƠNG`.
    pub above: String,
    /// The body that writes: `VĂN PHÒNG BỘ`.
    pub issuer: String,
    /// Its letters in numbers of documents: `VP`.
    pub symbol: String,
    /// Where it is: `Hà Nội`.
    pub place: String,
    /// Who gets reports, a line each.
    pub recipients: Vec<String>,
    /// For whom and as what somebody signs, a line each.
    pub signer: Vec<String>,
    /// The same for reports in English.
    pub english: EnglishLetterhead,
}

/// What stands above and below reports in English.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EnglishLetterhead {
    /// The body above: `MINISTRY OF INDUSTRY AND TRADE`.
    pub above: String,
    /// The body that writes: `MINISTRY OFFICE`.
    pub issuer: String,
    /// Where it is: `Hanoi`.
    pub place: String,
    /// Who gets reports, a line each.
    pub recipients: Vec<String>,
    /// For whom and as what somebody signs, a line each.
    pub signer: Vec<String>,
}

fn lines(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

impl Default for Letterhead {
    fn default() -> Self {
        Self {
            above: "BỘ CÔNG THƯƠNG".to_owned(),
            issuer: "VĂN PHÒNG BỘ".to_owned(),
            symbol: "VP".to_owned(),
            place: "Hà Nội".to_owned(),
            recipients: lines(&["Lãnh đạo Bộ", "Các đơn vị thuộc Bộ", "Lưu: VT, VP"]),
            signer: lines(&["TL. BỘ TRƯỞNG", "CHÁNH VĂN PHÒNG"]),
            english: EnglishLetterhead::default(),
        }
    }
}

impl Default for EnglishLetterhead {
    fn default() -> Self {
        Self {
            above: "MINISTRY OF INDUSTRY AND TRADE".to_owned(),
            issuer: "MINISTRY OFFICE".to_owned(),
            place: "Hanoi".to_owned(),
            recipients: lines(&["Leadership of the Ministry", "Units of the Ministry", "Filed: VT, VP"]),
            signer: lines(&["BY ORDER OF THE MINISTER", "CHIEF OF THE MINISTRY OFFICE"]),
        }
    }
}

impl Letterhead {
    /// The body above and the body that writes.
    pub(super) fn issuer(&self, lang: Lang) -> (String, String) {
        let [above, issuer] = [[&self.above, &self.english.above], [&self.issuer, &self.english.issuer]].map(|pair| lang.of(pair).clone());
        (above, issuer)
    }

    /// Where it is.
    pub(super) fn place(&self, lang: Lang) -> &str {
        lang.of([&self.place, &self.english.place])
    }

    /// Who gets reports, and who signs them.
    pub(super) fn closing(&self, lang: Lang) -> (Vec<String>, Vec<String>) {
        let english = &self.english;
        (lang.of([&self.recipients, &english.recipients]).clone(), lang.of([&self.signer, &english.signer]).clone())
    }
}
