//! What do the dates of an ld+json script say, whatever is wrong with the script?
//!
//! These scripts are written by templates: raw line ends, trailing commas, HTML comments around them, quotes of the wrong
//! kind, escaped slashes. A pattern finds the values in all of them. Only where a property stands there more than once is
//! the script read as JSON, to tell the article's own date from that of a comment on it or of another article.

use regex::Regex;
use serde_json::Value;
use std::sync::LazyLock;

/// Largest script that is read as JSON, in bytes.
const LARGEST: usize = 1 << 20;
/// Most values of one script that are tried.
const MOST: usize = 20;

/// A date that an article states of itself (schema.org).
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Property {
    /// `datePublished`
    Published,
    /// `dateModified`
    Modified,
}

impl Property {
    fn name(self) -> &'static str {
        match self {
            Self::Published => "datePublished",
            Self::Modified => "dateModified",
        }
    }

    fn pattern(self) -> Option<&'static Regex> {
        static PUBLISHED: LazyLock<Option<Regex>> = LazyLock::new(|| pattern("datePublished"));
        static MODIFIED: LazyLock<Option<Regex>> = LazyLock::new(|| pattern("dateModified"));
        match self {
            Self::Published => PUBLISHED.as_ref(),
            Self::Modified => MODIFIED.as_ref(),
        }
    }
}

/// `"name": "value"`, with quotes of any kind, also as entities, and the value in a list or not.
fn pattern(name: &str) -> Option<Regex> {
    let quote = r#"(?:"|'|&quot;|&#34;|&#x22;|\\")"#;
    Regex::new(&format!(r#"(?i){quote}{name}{quote}\s*:\s*\[?\s*{quote}((?:[^"'&<>]){{0,60}}?){quote}"#)).ok()
}

/// The values of a property in a script, those of the article itself first.
pub(super) fn values(script: &str, property: Property) -> Vec<String> {
    let Some(pattern) = property.pattern() else { return vec![] };
    let found: Vec<String> =
        pattern.captures_iter(script).take(MOST).filter_map(|c| c.get(1)).map(|m| unescaped(m.as_str().trim())).collect();
    let plain = found.into_iter().filter(|v| !v.is_empty()).collect::<Vec<_>>();
    if plain.len() < 2 || script.len() > LARGEST {
        return plain;
    }
    // The reader of JSON refuses deep nesting by itself; then the order of the script counts.
    let Ok(value) = serde_json::from_str::<Value>(script.trim()) else { return plain };
    let mut of = Ranked::default();
    of.walk(&value, property.name(), true);
    of.article.extend(of.other);
    if of.article.is_empty() { plain } else { of.article }
}

/// Values by what they belong to.
#[derive(Default)]
struct Ranked {
    /// Of articles that are no part of another thing.
    article: Vec<String>,
    /// Of pages and of things that are not named.
    other: Vec<String>,
}

impl Ranked {
    /// `own`: no thing around this one is an article, so that its date is not one of a comment or of a part.
    fn walk(&mut self, value: &Value, name: &str, own: bool) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.walk(item, name, own)),
            Value::Object(thing) => {
                let kind = kind(thing.get("@type"));
                let dates = thing.get(name).map(texts).unwrap_or_default();
                match kind {
                    Kind::Article if own => self.article.extend(dates),
                    Kind::Article | Kind::Other if own => self.other.extend(dates),
                    _ => {}
                }
                let inside = own && kind == Kind::Other;
                thing.values().filter(|v| v.is_object() || v.is_array()).for_each(|v| self.walk(v, name, inside));
            }
            _ => {}
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Article,
    /// What stands beside or inside an article.
    Part,
    Other,
}

fn kind(of: Option<&Value>) -> Kind {
    let names = of.map(texts).unwrap_or_default();
    let any = |ends: &[&str]| names.iter().any(|n| ends.iter().any(|e| n.ends_with(e)));
    if any(&["Article", "BlogPosting", "Report", "NewsItem", "LiveBlogPosting", "DiscussionForumPosting"]) {
        Kind::Article
    } else if any(&["Comment", "Review", "Answer", "Question", "ImageObject", "VideoObject", "ListItem", "ItemList", "Person"]) {
        Kind::Part
    } else {
        Kind::Other
    }
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.trim().to_owned()],
        Value::Array(items) => items.iter().filter_map(Value::as_str).map(|s| s.trim().to_owned()).collect(),
        _ => vec![],
    }
}

/// `\/` and `\u002B` are common in these values: writers of JSON escape slashes and plus signs.
fn unescaped(value: &str) -> String {
    if !value.contains('\\') {
        return value.to_owned();
    }
    serde_json::from_str(&format!("\"{value}\"")).unwrap_or_else(|_| value.replace('\\', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_scripts() {
        let check = |script: &str, expected: &[&str]| assert_eq!(values(script, Property::Published), expected, "{script}");
        const DAY: &str = "2025-05-12T08:30:00+07:00";
        for script in [
            r#"{"datePublished":"2025-05-12T08:30:00+07:00"}"#,
            r#"{"datePublished" : "2025-05-12T08:30:00+07:00",}"#,
            "{\"headline\":\"a\nb\",\n\"datePublished\":\n\"2025-05-12T08:30:00+07:00\"}",
            "<!-- {\"datePublished\":\"2025-05-12T08:30:00+07:00\"} -->",
            "//<![CDATA[\n{\"datePublished\":\"2025-05-12T08:30:00+07:00\"}\n//]]>",
            "{'datePublished':'2025-05-12T08:30:00+07:00'}",
            "{&quot;datePublished&quot;:&quot;2025-05-12T08:30:00+07:00&quot;}",
            r#"{"datePublished":"2025-05-12T08:30:00\u002B07:00"}"#,
            r#"{"datePublished":["2025-05-12T08:30:00+07:00"]}"#,
            r#"{"DatePublished":" 2025-05-12T08:30:00+07:00 "}"#,
            r#"[{"@type":"BreadcrumbList"},{"@type":"NewsArticle","datePublished":"2025-05-12T08:30:00+07:00"}]"#,
            r#"{"@graph":[{"@type":"NewsArticle","author":{"@type":"Person"},"datePublished":"2025-05-12T08:30:00+07:00"}]}"#,
            r#"{"headline":"chưa đóng, "datePublished":"2025-05-12T08:30:00+07:00"}"#,
        ] {
            check(script, &[DAY]);
        }
        check(r#"{"datePublished":"12\/05\/2025 08:30"}"#, &["12/05/2025 08:30"]);
        for script in ["", "{}", r#"{"datePublished":""}"#, r#"{"datePublished":null}"#, r#"{"dateModified":"2025-05-12"}"#] {
            check(script, &[]);
        }
    }

    #[test]
    fn the_articles_own_date_comes_first() {
        let check =
            |script: &str| assert_eq!(values(script, Property::Published).first().map(String::as_str), Some("2025-05-12"), "{script}");
        check(r#"{"@graph":[{"@type":"WebPage","datePublished":"2024-01-01"},{"@type":"NewsArticle","datePublished":"2025-05-12"}]}"#);
        check(r#"{"@type":"NewsArticle","comment":[{"@type":"Comment","datePublished":"2025-06-01"}],"datePublished":"2025-05-12"}"#);
        check(
            r#"[{"@type":"ItemList","itemListElement":[{"@type":"NewsArticle","datePublished":"2025-01-01"}]},{"@type":["Article","Thing"],"datePublished":"2025-05-12"}]"#,
        );
        check(r#"{"@type":"WebPage","datePublished":"2025-05-12","video":{"@type":"VideoObject","datePublished":"2020-01-01"}}"#);
        check(r#"{"mainEntity":{"@type":"NewsArticle","datePublished":"2025-05-12","isPartOf":{"datePublished":"2019-01-01"}}}"#);
        // No JSON: the order of the script.
        check(r#"{"datePublished":"2025-05-12","x":"a" "b",{"datePublished":"2024-05-12"}"#);
    }

    #[test]
    fn hostile_scripts_end() {
        let begun = std::time::Instant::now();
        for script in
            ["[".repeat(500_000), "\"datePublished\":\"".repeat(50_000), "{\"datePublished\":".repeat(50_000), "\\\"".repeat(500_000)]
        {
            let _ = values(&script, Property::Published);
        }
        assert!(begun.elapsed().as_secs() < 3, "{:?}", begun.elapsed());
    }
}
