//! What does a publisher allow to be shown of a page? (`X-Robots-Tag` and `<meta name="robots">`)

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Name by which a publisher may mean this crawler alone.
const OWN_NAME: &str = "kiemtin";
/// Most rules of one value that are read.
const MOST_RULES: usize = 50;

/// What may not be shown of a document. The title and the link always may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Restrictions {
    /// No copy of the page is shown (`noarchive`, `nocache`).
    pub no_archive: bool,
    /// No excerpt of its text is shown (`nosnippet`, `max-snippet:0`).
    pub no_snippet: bool,
}

impl Restrictions {
    /// Reads one value, as `noarchive, nosnippet` or `somebot: nosnippet`. Rules for another crawler do not count.
    pub fn read(value: &str) -> Self {
        let mut read = Self::default();
        let mut meant = true;
        for part in value.split(',').take(MOST_RULES) {
            let mut rule = part.trim().to_ascii_lowercase();
            // A name stands before its first rule and counts for all that follow in this value.
            if let Some((name, rest)) = rule.split_once(':').filter(|(name, _)| !takes_value(name.trim())) {
                meant = matches!(name.trim(), OWN_NAME | "*");
                rule = rest.trim().to_owned();
            }
            if !meant {
                continue;
            }
            let limit = rule.strip_prefix("max-snippet").and_then(|rest| rest.trim_start().strip_prefix(':'));
            read.no_archive |= matches!(rule.as_str(), "noarchive" | "nocache");
            read.no_snippet |= rule == "nosnippet" || limit.is_some_and(|n| n.trim() == "0");
        }
        read
    }

    /// Both together: what either forbids is forbidden.
    pub fn and(self, other: Self) -> Self {
        Self { no_archive: self.no_archive || other.no_archive, no_snippet: self.no_snippet || other.no_snippet }
    }
}

/// Rules that are written with a colon themselves.
fn takes_value(name: &str) -> bool {
    matches!(name, "max-snippet" | "max-image-preview" | "max-video-preview" | "unavailable_after")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read() {
        let check = |value: &str, archive: bool, snippet: bool| {
            assert_eq!(Restrictions::read(value), Restrictions { no_archive: archive, no_snippet: snippet }, "{value}");
        };
        check("", false, false);
        check("index, follow", false, false);
        check("noarchive", true, false);
        check("NoArchive,NOSNIPPET", true, true);
        check("noindex, nosnippet", false, true);
        check("nocache", true, false);
        check("max-snippet:0", false, true);
        check("max-snippet: 0, max-image-preview:large", false, true);
        check("max-snippet:-1, max-video-preview:-1", false, false);
        check("max-snippet:160", false, false);
        check("unavailable_after: 25 Jun 2030 15:00:00 GMT, nosnippet", false, true);
        check("otherbot: noarchive, nosnippet", false, false);
        check("kiemtin: nosnippet", false, true);
        check("otherbot: noarchive, kiemtin: nosnippet", false, true);
        check("nosnippetx, xnoarchive", false, false);
        check(&format!("{}nosnippet", "x,".repeat(MOST_RULES)), false, false);
    }

    #[test]
    fn what_either_forbids_is_forbidden() {
        let (a, b) = (Restrictions::read("noarchive"), Restrictions::read("nosnippet"));
        assert_eq!(a.and(b), Restrictions { no_archive: true, no_snippet: true });
        assert_eq!(a.and(Restrictions::default()), a);
    }
}
