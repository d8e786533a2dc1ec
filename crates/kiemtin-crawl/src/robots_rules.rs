//! What does a robots.txt allow, and how long a pause does it ask for? (RFC 9309)
//!
//! The matcher is the `robotstxt` crate, behind a filter: it lets any unknown line between two user-agent lines end their
//! group and stumbles over a byte order mark, which allows more than the publisher wrote. With nothing but the three kinds
//! of lines that matter it agrees with the reference implementation.

use robotstxt::DefaultMatcher;
use std::time::Duration;
use url::Url;

/// Bytes of a robots.txt that count (RFC 9309 §2.5).
pub(crate) const MAX_ROBOTS_BYTES: usize = 500 * 1024;
/// A longer `Crawl-delay` is taken for a mistake and shortened to this.
pub(crate) const LONGEST_DELAY: f64 = 120.0;
/// Most sitemaps that are kept of one file: it stays in memory for hours.
const MAX_SITEMAPS: usize = 8;
/// Longest address of a sitemap that is kept, in bytes.
const LONGEST_SITEMAP: usize = 500;

/// The rules of one robots.txt for one crawler.
#[derive(Debug)]
pub(crate) struct Rules {
    agent: String,
    filtered: String,
    /// Pause that is asked for between two requests.
    pub(crate) crawl_delay: Option<Duration>,
    /// Sitemaps that the file names, as written, at most [`MAX_SITEMAPS`].
    pub(crate) sitemaps: Box<[String]>,
}

impl Rules {
    /// Reads the first 500 KiB of a robots.txt. `user_agent` is the full header; its leading letters are the name.
    pub(crate) fn parse(bytes: &[u8], user_agent: &str) -> Self {
        let bytes = bytes.get(..MAX_ROBOTS_BYTES).unwrap_or(bytes);
        // Looks at the byte order mark (UTF-16 too) and is UTF-8 without one.
        let (text, _, _) = encoding_rs::UTF_8.decode(bytes);
        let agent = product_token(user_agent).to_owned();
        let lines: Vec<(Key, &str)> = text.lines().flat_map(|line| line.split('\r')).filter_map(read_line).collect();
        let filtered = lines.iter().filter_map(|(key, value)| key.word().map(|word| format!("{word}: {value}\n"))).collect();
        let crawl_delay = crawl_delay(&lines, &agent);
        let sitemaps = lines.iter().filter(|(key, value)| *key == Key::Sitemap && (1..=LONGEST_SITEMAP).contains(&value.len()));
        let sitemaps = sitemaps.take(MAX_SITEMAPS).map(|(_, value)| (*value).to_owned()).collect();
        Self { agent, filtered, crawl_delay, sitemaps }
    }

    /// Nothing is forbidden: there is no robots.txt.
    pub(crate) fn allow_all() -> Self {
        Self { agent: String::new(), filtered: String::new(), crawl_delay: None, sitemaps: Box::default() }
    }

    /// Everything is forbidden: the robots.txt cannot be read (RFC 9309 §2.3.1.4).
    pub(crate) fn forbid_all() -> Self {
        Self { filtered: "user-agent: *\ndisallow: /\n".into(), ..Self::allow_all() }
    }

    /// Whether this address may be asked.
    pub(crate) fn allows(&self, url: &Url) -> bool {
        url.path() == "/robots.txt" || DefaultMatcher::default().one_agent_allowed_by_robots(&self.filtered, &self.agent, url.as_str())
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Key {
    Agent,
    Allow,
    Disallow,
    Delay,
    /// Belongs to no group and ends none.
    Sitemap,
}

impl Key {
    /// The word that the matcher reads.
    fn word(self) -> Option<&'static str> {
        match self {
            Self::Agent => Some("user-agent"),
            Self::Allow => Some("allow"),
            Self::Disallow => Some("disallow"),
            Self::Delay | Self::Sitemap => None,
        }
    }
}

/// A line that counts: its key (known misspellings included) and value.
fn read_line(line: &str) -> Option<(Key, &str)> {
    let line = line.split('#').next().unwrap_or("").trim();
    // Some forget the colon; then there must be exactly two words.
    let (key, value) = line.split_once(':').or_else(|| line.split_once([' ', '\t']).filter(|(_, v)| !v.trim().contains([' ', '\t'])))?;
    let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
    let starts = |names: &[&str]| names.iter().any(|name| key.starts_with(name));
    let key = if starts(&["user-agent", "useragent", "user agent"]) {
        Key::Agent
    } else if starts(&["allow"]) {
        Key::Allow
    } else if starts(&["disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"]) {
        Key::Disallow
    } else if starts(&["crawl-delay", "crawldelay"]) {
        Key::Delay
    } else if starts(&["sitemap", "site-map"]) {
        Key::Sitemap
    } else {
        return None;
    };
    Some((key, value))
}

/// `kiemtin` of `kiemtin/0.1 (+https://…)`.
fn product_token(user_agent: &str) -> &str {
    let end = user_agent.find(|c: char| !(c.is_ascii_alphabetic() || c == '-' || c == '_')).unwrap_or(user_agent.len());
    user_agent.get(..end).unwrap_or("")
}

/// The longest delay of the groups that name the crawler, else of those for everybody.
fn crawl_delay(lines: &[(Key, &str)], agent: &str) -> Option<Duration> {
    let (mut ours, mut everybodys) = (None, None);
    let mut named = false;
    let (mut for_us, mut for_all, mut in_rules) = (false, false, false);
    for (key, value) in lines {
        match key {
            Key::Agent => {
                if in_rules {
                    (for_us, for_all, in_rules) = (false, false, false);
                }
                let token = product_token(value);
                for_us |= !token.is_empty() && token.eq_ignore_ascii_case(agent);
                for_all |= value.starts_with('*');
                named |= for_us;
            }
            Key::Delay => {
                in_rules = true;
                let Some(delay) = seconds(value) else { continue };
                if for_us {
                    ours = ours.max(Some(delay));
                }
                if for_all {
                    everybodys = everybodys.max(Some(delay));
                }
            }
            Key::Allow | Key::Disallow => in_rules = true,
            Key::Sitemap => {}
        }
    }
    if named { ours } else { everybodys }
}

fn seconds(value: &str) -> Option<Duration> {
    let seconds: f64 = value.split_whitespace().next()?.parse().ok()?;
    (seconds > 0.0).then(|| Duration::from_secs_f64(seconds.min(LONGEST_DELAY)))
}

#[cfg(test)]
mod decisions;

#[cfg(test)]
mod tests {
    use super::*;

    const AGENT: &str = "kiemtin/0.1 (+https://kiemtin.example/bot)";

    fn allows(robots: &str, path: &str) -> bool {
        Rules::parse(robots.as_bytes(), AGENT).allows(&Url::parse("https://bao.vn").unwrap().join(path).unwrap())
    }

    #[test]
    fn rfc_9309() {
        assert!(allows("", "/a"));
        assert!(allows("<html><body>404</body></html>", "/a"));
        assert!(!allows("User-agent: *\nDisallow: /", "/a"));
        assert!(allows("User-agent: *\nDisallow: /", "/robots.txt"));
        assert!(allows("User-agent: *\nDisallow:", "/a"));
        assert!(allows("User-agent: *\nDisallow: /\nUser-agent: KiemTin\nAllow: /", "/a"));
        assert!(!allows("User-agent: kiemtin/2.0\nDisallow: /tin", "/tin-1"));
        assert!(allows("User-agent: kiemtinbot\nDisallow: /", "/a"));
        assert!(!allows("User-agent: *\nDisallow: /a\nAllow: /", "/a"));
        assert!(allows("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c"));
        assert!(allows("User-agent: *\nDisallow: /a\nAllow: /a", "/a"), "allow wins ties");
        assert!(!allows("User-agent: *\nDisallow: /*.php$", "/x.php"));
        assert!(allows("User-agent: *\nDisallow: /*.php$", "/x.php?a=1"));
        assert!(!allows("User-agent: *\nDisallow: /t%C3%ACm", "/tìm"));
        assert!(!allows("User-agent: *\nDisallow: /tìm", "/tìm?q=1"));
        // Groups of the same agent are merged.
        assert!(!allows("User-agent: kiemtin\nDisallow: /a\n\nUser-agent: kiemtin\nDisallow: /b", "/a"));
    }

    #[test]
    fn what_the_matcher_alone_gets_wrong() {
        // An unknown line between user-agent lines does not end their group.
        assert!(!allows("User-agent: kiemtin\nSitemap: https://bao.vn/s.xml\nUser-agent: other\nDisallow: /", "/a"));
        assert!(!allows("User-agent: kiemtin\nHost: bao.vn\nX: y\nUser-agent: other\nDisallow: /", "/a"));
        assert!(!allows("\u{feff}User-agent: *\nDisallow: /", "/a"));
        let utf16: Vec<u8> = "\u{feff}User-agent: *\r\nDisallow: /".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(!Rules::parse(&utf16, AGENT).allows(&Url::parse("https://bao.vn/a").unwrap()));
        assert!(!allows("User-agent: *\rDisallow: /\r", "/a"));
        assert!(!allows("useragent *\nDisalow: /", "/a"));
        assert!(!allows("User agent: *\nDissallow : /", "/a"));
        assert!(allows(&format!("User-agent: *\n{}Disallow: /", "# x\n".repeat(200_000)), "/a"), "only 500 KiB count");
    }

    #[test]
    fn delays() {
        let delay = |robots: &str| Rules::parse(robots.as_bytes(), AGENT).crawl_delay.map(|d| d.as_secs_f64());
        assert_eq!(delay("User-agent: *\nCrawl-delay: 5"), Some(5.0));
        assert_eq!(delay("User-agent: *\nCrawl-delay: 0.5 # s"), Some(0.5));
        assert_eq!(delay("User-agent: *\nCrawl-delay: 86400"), Some(120.0));
        assert_eq!(delay("User-agent: *\nCrawl-delay: 5\nUser-agent: kiemtin\nAllow: /"), None);
        assert_eq!(delay("User-agent: *\nCrawl-delay: 5\n\nUser-agent: kiemtin\nCrawl-delay: 9\n"), Some(9.0));
        assert_eq!(delay("User-agent: other\nUser-agent: kiemtin\nDisallow: /x\nCrawl-delay: 7"), Some(7.0));
        for none in [
            "",
            "User-agent: other\nCrawl-delay: 5",
            "User-agent: *\nCrawl-delay: 0",
            "User-agent: *\nCrawl-delay: -3",
            "User-agent: *\nCrawl-delay: soon",
            "User-agent: *\nCrawl-delay: NaN",
        ] {
            assert_eq!(delay(none), None, "{none}");
        }
    }

    #[test]
    fn sitemaps() {
        let check = |robots: &str, expected: &[&str]| assert_eq!(&*Rules::parse(robots.as_bytes(), AGENT).sitemaps, expected, "{robots}");
        check(
            "User-agent: x\nSitemap: https://bao.vn/s.xml # tin\nDisallow: /\nSITEMAP : /t.xml.gz",
            &["https://bao.vn/s.xml", "/t.xml.gz"],
        );
        check("Sitemap:\nUser-agent: *\nDisallow: /sitemap", &[]);
        check(&format!("Sitemap: /{}", "a".repeat(600)), &[]);
        assert_eq!(Rules::parse("Sitemap: /a\n".repeat(100).as_bytes(), AGENT).sitemaps.len(), MAX_SITEMAPS);
    }

    #[test]
    fn the_two_extremes() {
        let url = Url::parse("https://bao.vn/a").unwrap();
        assert!(Rules::allow_all().allows(&url));
        assert!(!Rules::forbid_all().allows(&url));
    }
}
