//! Does the query language know the very words that documents are described with?

use kiemtin_model::{DocKind, Level, SourceGroup, Stance};
use kiemtin_text::query::{GROUPS, KINDS, LEVELS, STANCES};

#[test]
fn the_query_language_knows_the_words_of_the_model() {
    assert_eq!(KINDS, DocKind::ALL.iter().map(|w| (w.as_str(), w.vi())).collect::<Vec<_>>());
    assert_eq!(STANCES, Stance::ALL.iter().map(|w| (w.as_str(), w.vi())).collect::<Vec<_>>());
    assert_eq!(LEVELS, Level::ALL.iter().map(|w| (w.as_str(), w.vi())).collect::<Vec<_>>());
    assert_eq!(GROUPS, SourceGroup::ALL.iter().map(|w| (w.as_str(), w.vi())).collect::<Vec<_>>());
}
