//! What does a search ask of a document besides its words, and does a document fulfil it?

use super::days::Dates;
use super::matched::TextView;
use crate::key::folded;

/// A condition on something other than the words.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Filter {
    /// Source id.
    Source(String),
    /// `news`, `social` or `official`.
    Kind(String),
    /// Topic id.
    Topic(String),
    /// One of [`STANCES`].
    Stance(String),
    /// One of [`LEVELS`].
    Level(String),
    /// A unit of the ministry, compared without case and accents.
    Unit(String),
    /// A province, compared without case and accents.
    Province(String),
    /// Language code, `vi`.
    Lang(String),
    /// One of [`GROUPS`].
    Group(String),
    /// Story id.
    Story(String),
    /// Name of a saved search; to be replaced by it, see [`Query::with_saved`](super::Query::with_saved). Matches nothing.
    Saved(String),
    /// Number of a saved search whose matches are known, in the place of its name: the index has them. Never typed, and
    /// matches nothing here.
    MatchOf(i64),
    /// Published on these days; what has no date is in none.
    Date(Dates),
}

/// What is known of a document besides its words. Empty where it is not known.
#[derive(Clone, Copy, Debug, Default)]
pub struct About<'a> {
    /// Id of its stance.
    pub stance: &'a str,
    /// Id of its level.
    pub level: &'a str,
    /// Id of the group of its source.
    pub group: &'a str,
    /// Language code.
    pub lang: &'a str,
    /// Id of its story.
    pub story: &'a str,
    /// Units of the ministry that it concerns.
    pub units: &'a [String],
    /// Provinces that it is about.
    pub provinces: &'a [String],
    /// When it was published, in milliseconds since 1970-01-01T00:00:00Z.
    pub published: Option<i64>,
    /// The moment that durations like `P7D` count back from, in the same unit.
    pub now: i64,
}

/// Words of a closed list: as programs write them and as people read them.
pub type Words = &'static [(&'static str, &'static str)];

/// Kinds of documents.
pub const KINDS: Words = &[("news", "Tin bài"), ("social", "Bài đăng"), ("official", "Văn bản, tin chính thống")];
/// Stances.
pub const STANCES: Words = &[
    ("asserts", "Khẳng định"),
    ("reports", "Tường thuật"),
    ("refutes", "Bác bỏ"),
    ("criticises", "Phê bình, góp ý"),
    ("asks", "Hỏi"),
    ("predicts", "Dự báo"),
    ("satirises", "Châm biếm"),
];
/// Levels of documents; `urgent` is for narratives only and allowed all the same.
pub const LEVELS: Words = &[("none", "Không"), ("watch", "Theo dõi"), ("alert", "Cảnh báo"), ("urgent", "Khẩn")];
/// Groups of sources.
pub const GROUPS: Words = &[
    ("press", "Báo chí"),
    ("own_media", "Cơ quan báo chí của Bộ"),
    ("official", "Nguồn chính thống"),
    ("forum", "Diễn đàn"),
    ("social", "Mạng xã hội"),
];
/// Languages that have a name here; any other is given by its code.
pub const LANGUAGES: Words = &[("vi", "Tiếng Việt"), ("en", "Tiếng Anh"), ("zh", "Tiếng Trung"), ("fr", "Tiếng Pháp")];

/// The word of a closed list that was meant: the word itself or its label, without regard to case and accents; `_` is a space.
pub(super) fn word_of(words: Words, typed: &str) -> Option<&'static str> {
    let typed = folded(typed).replace('_', " ");
    words.iter().find(|(id, label)| id.replace('_', " ") == typed || folded(label) == typed).map(|(id, _)| *id)
}

impl Filter {
    /// The name of its field, and its value.
    pub fn parts(&self) -> (&'static str, String) {
        let of = |name, value: &String| (name, value.clone());
        match self {
            Self::Source(v) => of("source", v),
            Self::Kind(v) => of("kind", v),
            Self::Topic(v) => of("topic", v),
            Self::Stance(v) => of("stance", v),
            Self::Level(v) => of("level", v),
            Self::Unit(v) => of("unit", v),
            Self::Province(v) => of("province", v),
            Self::Lang(v) => of("lang", v),
            Self::Group(v) => of("group", v),
            Self::Story(v) => of("story", v),
            Self::Saved(v) => of("search", v),
            Self::MatchOf(number) => ("search", format!("#{number}")),
            Self::Date(dates) => ("date", dates.to_string()),
        }
    }

    /// The same with the words that are compared without accents made so, once for all documents.
    pub(super) fn prepared(&self) -> Self {
        match self {
            Self::Unit(v) => Self::Unit(folded(v)),
            Self::Province(v) => Self::Province(folded(v)),
            other => other.clone(),
        }
    }

    /// Whether a document fulfils it; of a [`prepared`](Filter::prepared) one.
    pub(super) fn holds(&self, view: &TextView<'_>, topics: &[String]) -> bool {
        let about = &view.about;
        let named = |names: &[String], wanted: &String| names.iter().any(|n| folded(n) == *wanted);
        match self {
            Self::Source(v) => v == view.source,
            Self::Kind(v) => v == view.kind,
            Self::Topic(v) => topics.contains(v),
            Self::Stance(v) => v == about.stance,
            Self::Level(v) => v == about.level,
            Self::Unit(v) => named(about.units, v),
            Self::Province(v) => named(about.provinces, v),
            Self::Lang(v) => v == about.lang,
            Self::Group(v) => v == about.group,
            Self::Story(v) => v == about.story,
            Self::Saved(_) | Self::MatchOf(_) => false,
            Self::Date(dates) => about.published.is_some_and(|at| dates.hold(at, about.now)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_labels_are_known() {
        for (words, typed, expected) in [
            (STANCES, "Asserts", Some("asserts")),
            (STANCES, "bác bỏ", Some("refutes")),
            (STANCES, "bac_bo", Some("refutes")),
            (LEVELS, "Cảnh báo", Some("alert")),
            (GROUPS, "own_media", Some("own_media")),
            (KINDS, "báo", None),
        ] {
            assert_eq!(word_of(words, typed), expected, "{typed}");
        }
    }
}
