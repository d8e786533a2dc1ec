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
    if feed.kind == FeedKind::ChannelPreview && !says_enabled(file) {
        let why = "Viet Nam had access to Telegram blocked in 2025: somebody must have decided that this is read, and from where";
        fault("enabled", format!("missing, expected enabled = true or false in a source with kind = \"{}\": {why}", feed.kind));
    }
    if feed.per_day == Some(0) {
        fault("feeds.per_day", "got 0, expected the most requests of a day; enabled = false stops a source".into());
    }
}

/// Whether the file itself says so, and does not leave it to the default.
fn says_enabled(file: &ConfigFile) -> bool {
    toml::from_str::<toml::Table>(&file.text).is_ok_and(|table| table.contains_key("enabled"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(lines: &str, feed: &str) -> Vec<String> {
        let text = format!(
            "id = \"kenh\"\nname = \"Kênh\"\nsite = \"https://t.me/\"\ngroup = \"social\"\n{lines}\n[[feeds]]\nurl = \"https://t.me/s/kenh\"\n{feed}\n"
        );
        let file = ConfigFile { path: "sources/kenh.toml".into(), text };
        let mut faults = vec![];
        let source: Source = file.read(&mut faults).unwrap();
        check(&file, &source, &source.feeds[0], 0, &mut faults);
        faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_channel_of_telegram_is_decided_on() {
        let preview = "kind = \"channel_preview\"";
        let left_open = faults("", preview);
        assert!(matches!(left_open.as_slice(), [one] if one.contains("enabled") && one.contains("decided")), "{left_open:?}");
        for decided in ["enabled = true", "enabled = false"] {
            assert_eq!(faults(decided, preview), Vec::<String>::new(), "{decided}");
        }
        assert_eq!(faults("", "kind = \"xenforo\""), Vec::<String>::new());
    }
}
