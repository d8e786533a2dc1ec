//! Where does the next round go on? At the last posts of a channel, or at a time where posts are found by keyword.

use kiemtin_model::Time;
use serde::{Deserialize, Serialize};

/// Posts of a channel that are remembered, so that their edits and deletions are seen. One page holds them and as many new ones.
const REMEMBERED: usize = 16;
/// Longest cursor that is read, in bytes.
const LONGEST: usize = 64 << 10;

/// Where a round ended.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cursor {
    /// The last posts of a channel, oldest first. Empty for posts found by keyword.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) last: Vec<Seen>,
    /// The time up to which the posts of a hashtag were read, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) at: Option<i64>,
    /// The ids of this server are times.
    #[serde(default)]
    pub(super) timed: bool,
    /// The round did not come to the end of what there was.
    #[serde(default)]
    pub(super) behind: bool,
}

/// A post of a channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Seen {
    pub(super) id: String,
    /// Its address; empty for what was not taken.
    pub(super) link: String,
    /// When it was last edited, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) edited: Option<i64>,
}

impl Cursor {
    /// Reads a cursor; `Err`: it is none of ours.
    pub(super) fn read(text: Option<&str>, by_keyword: bool) -> Result<Option<Self>, ()> {
        let Some(text) = text else { return Ok(None) };
        let cursor: Self = if text.len() <= LONGEST { serde_json::from_str(text).map_err(|_| ())? } else { return Err(()) };
        let fits = if by_keyword { cursor.at.is_some() && cursor.last.is_empty() } else { !cursor.last.is_empty() };
        let ids = cursor.last.iter().all(|seen| super::status::is_id(&seen.id));
        if fits && ids { Ok(Some(cursor)) } else { Err(()) }
    }

    pub(super) fn write(mut self) -> Option<String> {
        let excess = self.last.len().saturating_sub(REMEMBERED);
        self.last.drain(..excess);
        if self.last.is_empty() && self.at.is_none() { None } else { serde_json::to_string(&self).ok() }
    }

    /// A place in a hashtag.
    pub(super) fn at(at: Time, timed: bool, behind: bool) -> Self {
        Self { at: Some(at.0), timed, behind, last: vec![] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounded_and_suspicious() {
        let seen = |n: usize| Seen { id: n.to_string(), link: String::new(), edited: None };
        let written = Cursor { last: (0..100).map(seen).collect(), ..Cursor::default() }.write().unwrap();
        let read = Cursor::read(Some(&written), false).unwrap().unwrap();
        assert_eq!((read.last.len(), read.last[15].id.as_str()), (REMEMBERED, "99"));
        assert!(Cursor::read(Some(&written), true).is_err(), "ids have no place beside keywords");
        let at = Cursor::at(Time(5), true, false).write().unwrap();
        assert_eq!(Cursor::read(Some(&at), true).unwrap().unwrap().at, Some(5));
        for hostile in ["", "7", "{}", r#"{"last":[{"id":"../x","link":""}]}"#, r#"{"last":[],"x":1}"#, &"[".repeat(70_000)] {
            assert!(Cursor::read(Some(hostile), false).is_err(), "{hostile}");
        }
        assert_eq!((Cursor::read(None, false), Cursor::default().write()), (Ok(None), None));
    }
}
