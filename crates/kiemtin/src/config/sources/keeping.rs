//! Is `keep_days` of a source possible, and is it short enough for the terms of the services that are read?

use crate::config::retention::MOST_DAYS;
use kiemtin_analyze::{ConfigFile, Fault};
use kiemtin_model::{Source, SourceGroup};

/// Adds what is wrong.
pub(super) fn check(file: &ConfigFile, source: &Source, faults: &mut Vec<Fault>) {
    let mut fault = |key: &str, message: String| {
        let place = file.text.find(&format!("\n{key}")).map_or(0, |at| at + 1);
        faults.push(file.fault(place, key, message));
    };
    let most = source.keep_at_most();
    match source.keep_days {
        Some(days) if !source.has_posts() => {
            let group = source.group;
            fault("keep_days", format!("got {days}, expected none in group = \"{group}\": only posts (forum, social) are deleted by age"));
        }
        Some(days) if days == 0 || days > most.unwrap_or(MOST_DAYS) => {
            let why = most.map_or("", |_| ", for its service lets nothing be kept longer that came by key");
            fault("keep_days", format!("got {days}, expected 1 to {} days{why}", most.unwrap_or(MOST_DAYS)));
        }
        _ => {}
    }
    if let Some(most) = most.filter(|_| !source.has_posts() && source.group != SourceGroup::OwnMedia) {
        let expected = "expected \"social\", or \"own_media\" for the office's own channel";
        let why = format!("what comes by key must be deleted after {most} days, and only posts are deleted by age");
        fault("group", format!("got \"{}\", {expected}: {why}", source.group));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(group: &str, lines: &str, feed: &str) -> Vec<String> {
        let text = format!(
            "id = \"kenh\"\nname = \"Kênh\"\nsite = \"https://kenh.vn/\"\ngroup = \"{group}\"\n{lines}\n[[feeds]]\nurl = \"https://kenh.vn/a\"\n{feed}\n"
        );
        let file = ConfigFile { path: "sources/kenh.toml".into(), text };
        let mut faults = vec![];
        let source: Source = file.read(&mut faults).unwrap();
        check(&file, &source, &mut faults);
        faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_can_be_kept_for_how_long() {
        let (forum, videos, by_key) =
            ("kind = \"xenforo\"", "kind = \"youtube_channel\"", "kind = \"youtube_channel\"\ntoken_file = \"k\"");
        let check = |group: &str, lines: &str, feed: &str, expected: &[&str]| {
            let found = faults(group, lines, feed);
            let fits = found.len() == expected.len() && expected.iter().all(|words| found.iter().any(|told| told.contains(words)));
            assert!(fits, "{group} {lines} {feed}: {found:?}");
        };
        check("forum", "", forum, &[]);
        check("forum", "keep_days = 14", forum, &[]);
        check("forum", "keep_days = 0", forum, &["kenh.toml:5: keep_days: got 0, expected 1 to 3650"]);
        check("press", "keep_days = 14", "kind = \"feed\"", &["only posts"]);
        check("social", "keep_days = 31", videos, &[]);
        check("social", "", by_key, &[]);
        check("social", "keep_days = 31", by_key, &["1 to 30 days, for its service"]);
        check("own_media", "", by_key, &[]);
        check("press", "", by_key, &["kenh.toml:4: group: got \"press\""]);
        check("press", "keep_days = 9", by_key, &["only posts (forum", "must be deleted after 30 days"]);
    }
}
