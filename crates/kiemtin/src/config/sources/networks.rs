//! Does a feed of a network have what its kind needs, and does its source say how its posts are found?

use kiemtin_analyze::{ConfigFile, Fault};
use kiemtin_model::{FeedKind, FeedSpec, FoundBy, Source};

/// Most keywords of a feed.
const MOST_KEYWORDS: usize = 100;

/// Adds the faults of one feed, which stands at `place` of its file.
pub(super) fn check(file: &ConfigFile, source: &Source, feed: &FeedSpec, place: usize, faults: &mut Vec<Fault>) {
    let mut fault = |key: &str, message: String| faults.push(file.fault(place, key, message));
    let by_keyword = feed.kind.finds_by_keyword().unwrap_or_else(|| feed.url.contains("/timelines/tag/"));
    let expected = if by_keyword { FoundBy::Keyword } else { FoundBy::Channel };
    if source.found_by != expected {
        let why = if by_keyword {
            "posts of this kind are found by keyword: neither link nor id of them may be kept"
        } else {
            "this kind reads a channel; posts found by keyword come from searches, hashtags and streams, or as document lines"
        };
        fault("found_by", format!("got \"{}\", expected \"{expected}\" for kind = \"{}\": {why}", source.found_by, feed.kind));
    }
    if feed.kind.wants_keywords() && feed.keywords.is_empty() {
        fault(
            "feeds.keywords",
            format!("missing, expected phrases such as [\"giá điện\", \"Bộ Công Thương\"] for kind = \"{}\"", feed.kind),
        );
    }
    if !feed.kind.wants_keywords() && !feed.keywords.is_empty() {
        fault("feeds.keywords", format!("got {}, expected none: kind = \"{}\" takes everything", feed.keywords.len(), feed.kind));
    }
    if feed.keywords.len() > MOST_KEYWORDS {
        fault("feeds.keywords", format!("got {}, expected at most {MOST_KEYWORDS}", feed.keywords.len()));
    }
    for phrase in &feed.keywords {
        let syllables = kiemtin_text::scan(phrase).tokens.len();
        if !(1..=8).contains(&syllables) || phrase.chars().filter(|c| c.is_alphanumeric()).count() < 3 {
            fault("feeds.keywords", format!("got \"{phrase}\", expected one to eight syllables, three letters at least"));
        }
    }
    if matches!(feed.kind, FeedKind::YoutubeComments | FeedKind::FacebookPage) && feed.token_file.is_none() {
        fault("feeds.token_file", format!("missing, expected the file of the key or token for kind = \"{}\"", feed.kind));
    }
    if feed.per_day == Some(0) {
        fault("feeds.per_day", "got 0, expected the most requests of a day; enabled = false stops a source".into());
    }
}
