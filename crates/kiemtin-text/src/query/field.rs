//! Which fields are there, under which names, and which one was meant?

use super::ast::Part;
use crate::compose;
use crate::key::folded;
use std::borrow::Cow;
use strsim::osa_distance;

/// What stands before a colon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Part(Part),
    Source,
    Kind,
    Topic,
    Stance,
    Level,
    Unit,
    Province,
    Lang,
    Group,
    Story,
    Search,
    Date,
}

/// English name, Vietnamese names (in searches only), field. A Vietnamese name has one or two words.
const NAMES: [(&str, &[&str], Field); 16] = [
    ("title", &["tiêu đề", "tựa đề"], Field::Part(Part::Title)),
    ("text", &["nội dung"], Field::Part(Part::Text)),
    ("lead", &["mở đầu"], Field::Part(Part::Lead)),
    ("quote", &["trích dẫn"], Field::Part(Part::Quote)),
    ("source", &["nguồn"], Field::Source),
    ("kind", &["loại"], Field::Kind),
    ("topic", &["chủ đề"], Field::Topic),
    ("stance", &["thái độ", "lập trường"], Field::Stance),
    ("level", &["mức"], Field::Level),
    ("unit", &["đơn vị"], Field::Unit),
    ("province", &["tỉnh"], Field::Province),
    ("lang", &["ngôn ngữ"], Field::Lang),
    ("group", &["nhóm"], Field::Group),
    ("story", &["chuỗi bài"], Field::Story),
    ("search", &["tìm kiếm"], Field::Search),
    ("date", &["ngày"], Field::Date),
];

impl Field {
    /// By its English name as it is written.
    pub fn named(name: &str) -> Option<Self> {
        NAMES.iter().find(|(english, _, _)| *english == name).map(|(_, _, field)| *field)
    }

    /// By any of its names, as people type it: without regard to case, Vietnamese ones without accents too.
    pub fn called(name: &str) -> Option<Self> {
        let lower = compose(Cow::Owned(name.to_lowercase()));
        let is = |vietnamese: &&str| *vietnamese == lower || lower.is_ascii() && folded(vietnamese) == *lower;
        NAMES.iter().find(|(english, names, _)| *english == lower || names.iter().any(is)).map(|(_, _, field)| *field)
    }

    /// Its English name.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(_, _, field)| *field == self).map_or("", |(name, _, _)| name)
    }

    /// Whether rules may use it: the others ask what is known only after the rules have spoken.
    pub fn in_rules(self) -> bool {
        matches!(self, Self::Part(_) | Self::Source | Self::Kind | Self::Topic)
    }
}

/// The English names, for those who typed another one.
pub(super) fn all_names() -> String {
    NAMES.iter().map(|(name, _, _)| format!("{name}:")).collect::<Vec<_>>().join(" ")
}

/// The field whose English name was probably meant: one letter is wrong, left out, too many or swapped with
/// the next, or two in a longer name that begins the same (Damerau 1964, optimal string alignment).
pub(super) fn meant(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    if name.len() < 3 || !name.bytes().all(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let near = |known: &&'static str| match osa_distance(&name, known) {
        0 | 1 => true,
        2 => name.len() >= 5 && name.as_bytes().first() == known.as_bytes().first(),
        _ => false,
    };
    NAMES.iter().map(|(known, _, _)| *known).filter(near).min_by_key(|known| osa_distance(&name, known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_in_both_languages() {
        for (name, expected) in [
            ("source", Some(Field::Source)),
            ("Source", Some(Field::Source)),
            ("nguồn", Some(Field::Source)),
            ("nguon", Some(Field::Source)),
            ("Chủ đề", Some(Field::Topic)),
            ("chủ đe", None),
            ("tính", None),
            ("https", None),
        ] {
            assert_eq!(Field::called(name), expected, "{name}");
        }
    }

    #[test]
    fn near_names_are_meant() {
        for (name, expected) in [
            ("sources", Some("source")),
            ("soruce", Some("source")),
            ("provinse", Some("province")),
            ("titel", Some("title")),
            ("note", None),
            ("giờ", None),
            ("10", None),
            ("https", None),
        ] {
            assert_eq!(meant(name), expected, "{name}");
        }
    }
}
