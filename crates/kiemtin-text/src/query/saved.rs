//! What does `search:"saved name"` stand for? The saved search takes its place, and those that it names take theirs.

use super::ast::{Filter, Query};
use super::parse::MOST_SEARCH_TERMS;

/// Longest chain of saved searches that name one another.
const DEEPEST: usize = 8;
/// Most terms of a query with all saved searches put in.
const MOST_TERMS: usize = 8 * MOST_SEARCH_TERMS;

/// Why a query with saved searches cannot be asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SavedError {
    /// There is no saved search of this name.
    #[error("không có tìm kiếm đã lưu tên «{0}»")]
    Unknown(String),
    /// It names itself, or a long chain of others.
    #[error("tìm kiếm đã lưu «{0}» gọi vòng lại chính nó, hoặc qua quá {DEEPEST} tìm kiếm khác")]
    Circle(String),
    /// Together they ask for too much.
    #[error("các tìm kiếm đã lưu gộp lại có quá {MOST_TERMS} từ; hãy chia nhỏ")]
    TooLarge,
}

impl Query {
    /// Number of its terms: words, phrases and values of fields.
    pub fn terms(&self) -> usize {
        match self {
            Self::And(of) | Self::Or(of) | Self::AtLeast(_, of) => of.iter().map(Self::terms).sum(),
            Self::Near { sides, .. } => sides.0.terms() + sides.1.terms(),
            Self::Not(q) | Self::In(_, q) => q.terms(),
            Self::Phrase(_) | Self::Prefix(_) | Self::Named(..) | Self::Entity(_) | Self::Filter(_) => 1,
        }
    }

    /// The same query with another one in the place of each condition for which `find` gives one.
    pub fn with_filters(&self, find: &dyn Fn(&Filter) -> Option<Self>) -> Self {
        let all = |of: &[Self]| of.iter().map(|q| q.with_filters(find)).collect();
        match self {
            Self::And(of) => Self::And(all(of)),
            Self::Or(of) => Self::Or(all(of)),
            Self::AtLeast(least, of) => Self::AtLeast(*least, all(of)),
            Self::Not(q) => Self::Not(Box::new(q.with_filters(find))),
            Self::In(part, q) => Self::In(*part, Box::new(q.with_filters(find))),
            Self::Near { sides, distance, ordered } => {
                let sides = Box::new((sides.0.with_filters(find), sides.1.with_filters(find)));
                Self::Near { sides, distance: *distance, ordered: *ordered }
            }
            Self::Filter(filter) => find(filter).unwrap_or_else(|| self.clone()),
            Self::Phrase(_) | Self::Prefix(_) | Self::Named(..) | Self::Entity(_) => self.clone(),
        }
    }

    /// Its conditions on other than words, those under NOT among them.
    pub fn filters(&self) -> Vec<&Filter> {
        match self {
            Self::And(of) | Self::Or(of) | Self::AtLeast(_, of) => of.iter().flat_map(Self::filters).collect(),
            Self::Near { sides, .. } => sides.0.filters().into_iter().chain(sides.1.filters()).collect(),
            Self::Not(q) | Self::In(_, q) => q.filters(),
            Self::Filter(filter) => vec![filter],
            Self::Phrase(_) | Self::Prefix(_) | Self::Named(..) | Self::Entity(_) => vec![],
        }
    }

    /// The query with every `search:` replaced by what `find` gives for its name.
    ///
    /// # Errors
    /// A name that `find` does not know, a circle, or a query that becomes too large.
    pub fn with_saved(&self, find: &mut dyn FnMut(&str) -> Option<Query>) -> Result<Query, SavedError> {
        let mut left = MOST_TERMS;
        self.put_in(find, &mut vec![], &mut left)
    }

    fn put_in(&self, find: &mut dyn FnMut(&str) -> Option<Query>, within: &mut Vec<String>, left: &mut usize) -> Result<Query, SavedError> {
        let mut all = |of: &[Query]| of.iter().map(|q| q.put_in(find, within, left)).collect::<Result<Vec<_>, _>>();
        Ok(match self {
            Self::And(of) => Self::And(all(of)?),
            Self::Or(of) => Self::Or(all(of)?),
            Self::AtLeast(least, of) => Self::AtLeast(*least, all(of)?),
            Self::Not(q) => Self::Not(Box::new(q.put_in(find, within, left)?)),
            Self::In(part, q) => Self::In(*part, Box::new(q.put_in(find, within, left)?)),
            Self::Near { sides, distance, ordered } => {
                let sides = (sides.0.put_in(find, within, left)?, sides.1.put_in(find, within, left)?);
                Self::Near { sides: Box::new(sides), distance: *distance, ordered: *ordered }
            }
            Self::Filter(Filter::Saved(name)) => {
                if within.len() >= DEEPEST || within.contains(name) {
                    return Err(SavedError::Circle(name.clone()));
                }
                let saved = find(name).ok_or_else(|| SavedError::Unknown(name.clone()))?;
                within.push(name.clone());
                let saved = saved.put_in(find, within, left)?;
                within.pop();
                saved
            }
            Self::Phrase(_) | Self::Prefix(_) | Self::Named(..) | Self::Entity(_) | Self::Filter(_) => {
                *left = left.checked_sub(1).ok_or(SavedError::TooLarge)?;
                self.clone()
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;

    fn put_in(text: &str) -> Result<String, SavedError> {
        let many = format!("({})", vec!["a"; 500].join(" OR "));
        let saved = [
            ("điện", "giá điện OR search:evn"),
            ("evn", "EVN"),
            ("vòng", "a search:quanh"),
            ("quanh", "search:vòng"),
            ("nhiều", many.as_str()),
            ("rất nhiều", "search:nhiều OR (search:nhiều OR search:nhiều)"),
        ];
        let mut find = |name: &str| saved.iter().find(|(n, _)| *n == name).map(|(_, q)| parse(q).unwrap());
        parse(text).unwrap().with_saved(&mut find).map(|q| q.to_string())
    }

    #[test]
    fn saved_searches_take_the_place_of_their_names() {
        assert_eq!(put_in("tăng -search:điện").unwrap(), "tăng NOT (giá điện OR EVN)");
        assert_eq!(put_in("search:vòng").unwrap_err(), SavedError::Circle("vòng".into()));
        assert_eq!(put_in("search:gì").unwrap_err(), SavedError::Unknown("gì".into()));
        assert_eq!(put_in("search:\"rất nhiều\" search:\"rất nhiều\" search:\"rất nhiều\"").unwrap_err(), SavedError::TooLarge);
    }
}
