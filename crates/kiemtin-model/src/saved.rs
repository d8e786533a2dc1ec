//! What does somebody want to be told of again and again?

use crate::ids::DocId;
use crate::staff::Sight;
use crate::time::{DAY_MS, HOUR_MS, Time};
use crate::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Hour of the Vietnamese day at which the daily and the weekly digest are made.
pub const DIGEST_HOUR: i64 = 7;
/// 1970-01-01 was a Thursday: so many days after it came the first Monday.
const FIRST_MONDAY: i64 = 4;
/// Vietnam is seven hours ahead of UTC.
const AHEAD_MS: i64 = 7 * HOUR_MS;

words! {
    /// When somebody is told of what a saved search matches.
    Notify {
        /// Never.
        None = "none" / "không báo",
        /// At once, of each new story.
        Each = "each" / "báo từng bài mới",
        /// In a digest every hour.
        Hourly = "hourly" / "bản tin mỗi giờ",
        /// In a digest every day.
        Daily = "daily" / "bản tin hằng ngày",
        /// In a digest every Monday.
        Weekly = "weekly" / "bản tin hằng tuần",
    }
}

impl Notify {
    /// The moment after `now` at which the next digest is made: the full hour, 7:00 of the day, 7:00 of Monday, in Vietnam.
    /// `None` for what has no digests.
    pub fn next_digest(self, now: Time) -> Option<Time> {
        let (length, first) = match self {
            Self::None | Self::Each => return None,
            Self::Hourly => (HOUR_MS, 0),
            Self::Daily => (DAY_MS, DIGEST_HOUR * HOUR_MS - AHEAD_MS),
            Self::Weekly => (7 * DAY_MS, FIRST_MONDAY * DAY_MS + DIGEST_HOUR * HOUR_MS - AHEAD_MS),
        };
        Some(Time(now.0 + length - (now.0 - first).rem_euclid(length)))
    }
}

/// A search under a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SavedSearch {
    /// Its number: never given twice.
    pub id: i64,
    /// What people call it; no other one has this name, whatever its capital letters.
    pub name: String,
    /// As it was typed.
    pub query: String,
    /// When somebody is told.
    pub notify: Notify,
    /// When it was saved.
    pub created_at: Time,
    /// The unit whose people alone see it, beside those who see all; left out: everybody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub unit: Option<String>,
}

impl SavedSearch {
    /// Whether somebody with this sight sees it.
    pub fn is_seen(&self, sight: &Sight) -> bool {
        self.unit.as_ref().is_none_or(|unit| sight.sees(true, std::slice::from_ref(unit)))
    }
}

words! {
    /// Why a notice of a saved search goes out.
    SavedNoticeKind {
        /// A new story.
        Story = "story" / "bài mới",
        /// More new stories than are told one by one.
        Summary = "summary" / "tổng hợp",
        /// It is time for the digest.
        Digest = "digest" / "bản tin",
    }
}

/// A story in a notice: its newest document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldDocument {
    /// The document.
    pub id: DocId,
    /// Its title; empty for most posts.
    pub title: String,
    /// Its address.
    pub url: Option<String>,
    /// Its source.
    pub source: String,
    /// When it was published.
    pub published_at: Option<Time>,
}

/// What a saved search matched since its last notice. No claim that anything is false.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedNotice {
    /// The saved search as it is.
    pub search: SavedSearch,
    /// Why it goes out.
    pub kind: SavedNoticeKind,
    /// When it was made.
    pub at: Time,
    /// New documents.
    pub documents: u32,
    /// New stories among them.
    pub stories: u32,
    /// (source, documents), most first, at most five.
    pub sources: Vec<(String, u32)>,
    /// The newest stories, at most ten.
    pub newest: Vec<ToldDocument>,
}

impl SavedNotice {
    /// In one line: `tìm kiếm đã lưu «Giá điện»: bài mới «…» (bao-a)`.
    pub fn line(&self) -> String {
        let name = &self.search.name;
        match (self.kind, self.newest.first()) {
            (SavedNoticeKind::Story, Some(document)) => {
                let title = if document.title.is_empty() { "(bài đăng không có tiêu đề)" } else { &document.title };
                format!("tìm kiếm đã lưu «{name}»: bài mới «{title}» ({})", document.source)
            }
            (kind, _) => format!("tìm kiếm đã lưu «{name}»: {}, {} bài mới thuộc {} luồng tin", kind.vi(), self.documents, self.stories),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_come_at_vietnamese_hours() {
        // 23 November 2026 is a Monday.
        for (notify, now, expected) in [
            (Notify::Hourly, (23, 8, 5), Some((23, 9, 0))),
            (Notify::Hourly, (23, 9, 0), Some((23, 10, 0))),
            (Notify::Daily, (23, 6, 59), Some((23, 7, 0))),
            (Notify::Daily, (23, 7, 0), Some((24, 7, 0))),
            (Notify::Weekly, (23, 6, 59), Some((23, 7, 0))),
            (Notify::Weekly, (23, 8, 0), Some((30, 7, 0))),
            (Notify::Weekly, (28, 23, 0), Some((30, 7, 0))),
            (Notify::Each, (23, 8, 0), None),
            (Notify::None, (23, 8, 0), None),
        ] {
            let at = |(day, hour, minute)| Time::local(2026, 11, day, hour, minute, 0).unwrap();
            assert_eq!(notify.next_digest(at(now)), expected.map(at), "{notify} {now:?}");
        }
    }
}
