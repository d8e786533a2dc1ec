//! How often does a feed say that it should be read? `<ttl>` (RSS 2.0) and the syndication module of RSS 1.0 and WordPress.

use std::time::Duration;

/// Where such elements stand: in the head of the feed, before its first entry.
const HEAD_BYTES: usize = 16 << 10;
/// A day: what asks for more is no news feed, or a mistake.
const LONGEST: Duration = Duration::from_secs(24 * 3_600);

/// What stands before the first entry.
pub(super) fn head(text: &str) -> &str {
    let end = (0..=HEAD_BYTES.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let head = text.get(..end).unwrap_or_default();
    ["<item", "<entry"].iter().filter_map(|tag| head.find(tag)).min().and_then(|at| head.get(..at)).unwrap_or(head)
}

/// The longest of the pauses that the feed asks for, a day at most.
pub(crate) fn asked_pause(text: &str) -> Option<Duration> {
    let head = head(text);
    let minutes = element(head, "ttl").and_then(|value| value.parse::<u32>().ok()).filter(|minutes| *minutes > 0);
    let ttl = minutes.map(|minutes| Duration::from_secs(u64::from(minutes) * 60));
    ttl.into_iter().chain(syndication(head)).max().map(|pause| pause.min(LONGEST))
}

fn syndication(head: &str) -> Option<Duration> {
    let hours = match element(head, "sy:updatePeriod")? {
        "hourly" => 1,
        "daily" => 24,
        "weekly" => 7 * 24,
        "monthly" => 30 * 24,
        "yearly" => 365 * 24,
        _ => return None,
    };
    let times = element(head, "sy:updateFrequency").and_then(|value| value.parse::<u32>().ok()).unwrap_or(1).max(1);
    Some(Duration::from_secs(hours * 3_600) / times)
}

/// The text of the first element with this name.
fn element<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = head;
    loop {
        let (_, after) = rest.split_once('<')?;
        if let Some(after) = after.strip_prefix(name)
            && let Some((attributes, value)) = after.split_once('>')
            && (attributes.is_empty() || attributes.starts_with(char::is_whitespace))
        {
            return value.split('<').next().map(str::trim);
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_pause_in_the_head() {
        let check = |text: &str, minutes: Option<u64>| {
            assert_eq!(asked_pause(text), minutes.map(|m| Duration::from_secs(m * 60)), "{text}");
        };
        check("<rss><channel><ttl>15</ttl><item/></channel></rss>", Some(15));
        check("<rss><channel><ttl> 15 </ttl><sy:updatePeriod>\n hourly </sy:updatePeriod></channel></rss>", Some(60));
        check("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", Some(15));
        check("<sy:updatePeriod>daily</sy:updatePeriod><ttl>5</ttl>", Some(24 * 60));
        check("<ttl>9999999</ttl>", Some(24 * 60));
        check("<channel><item><ttl>15</ttl></item></channel>", None);
        check("<feed><entry/></feed>", None);
        check("<ttl>0</ttl>", None);
        check("<ttl>bao giờ cũng được</ttl>", None);
        check("<ttlx>5</ttlx><ttl", None);
        check(&format!("<rss>{}<ttl>5</ttl>", "ệ".repeat(20_000)), None);
    }
}
