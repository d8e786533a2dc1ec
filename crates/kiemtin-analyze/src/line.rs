//! What does a document line (NDJSON) say?

use crate::extract::clean;
use crate::language::language;
use kiemtin_model::canonical::canonical_url;
use kiemtin_model::{DateNote, DateOrigin, DateRefusal, Dating, DocId, DocKind, Document, FoundBy, Restrictions, SourceGroup, Time};
use kiemtin_text::date::parse_when;
use schemars::JsonSchema;
use serde::Deserialize;

/// Longest title kept, in Unicode scalar values.
const MAX_TITLE: usize = 1_000;

/// A document line as it comes. `text` or `title` is required; unknown fields (authors among them) are never read.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct DocumentLine {
    /// Its address.
    #[serde(default)]
    url: Option<String>,
    /// Its title.
    #[serde(default)]
    title: Option<String>,
    /// Its text, paragraphs on lines of their own.
    #[serde(default)]
    text: Option<String>,
    /// When it was published. Read leniently; what cannot be read is left out and told.
    #[serde(default)]
    published_at: Option<serde_json::Value>,
    /// Id of its source; else the host of its address.
    #[serde(default)]
    source: Option<String>,
    /// Kind of document; news when not given.
    #[serde(default)]
    kind: Option<DocKind>,
    /// How it was found; in a channel when not given.
    #[serde(default)]
    found_by: Option<FoundBy>,
    /// Language, ISO 639-1; told by the text when not given.
    #[serde(default)]
    lang: Option<String>,
    /// Its id at its source.
    #[serde(default)]
    #[schemars(extend("type" = ["string", "number", "null"]))]
    id: Option<serde_json::Value>,
}

/// What a line became.
#[derive(Debug)]
pub struct ReadLine {
    /// The document.
    pub document: Document,
    /// The date it carried and that could not be read.
    pub bad_date: Option<String>,
    /// The line's id as given, to be echoed; unlike `document.source_id` also for posts found by keyword.
    pub echo_id: Option<String>,
    /// The line's url as given, to be echoed.
    pub echo_url: Option<String>,
}

/// How a line is read.
pub struct LineRules<'a> {
    /// When it is read.
    pub now: Time,
    /// Salt of the ids of posts found by keyword.
    pub salt: &'a str,
    /// Group of a known source.
    pub group_of: &'a dyn Fn(&str) -> Option<SourceGroup>,
    /// Leave the text exactly as given (`classify`), instead of NFC and without a by-line.
    pub as_given: bool,
}

/// A document as somebody hands it in, before anything of it is judged. There is no place for an author.
#[derive(Debug, Default)]
pub struct Given {
    /// Address.
    pub url: Option<String>,
    /// Title.
    pub title: String,
    /// Text, paragraphs on lines of their own.
    pub text: String,
    /// Publication time.
    pub published_at: GivenDate,
    /// Id of the source; else the host of the address.
    pub source: Option<String>,
    /// Kind; news when not given.
    pub kind: Option<DocKind>,
    /// How it was found; in a channel when not given.
    pub found_by: Option<FoundBy>,
    /// Language, ISO 639-1; told by the text when not given.
    pub lang: Option<String>,
    /// Id at its source.
    pub id: Option<String>,
}

/// A publication time as somebody hands it in.
#[derive(Debug, Default, PartialEq)]
pub enum GivenDate {
    /// None was given.
    #[default]
    Missing,
    /// It was read.
    At(Time),
    /// As it stands there; it cannot be read.
    Unreadable(String),
}

/// Reads one line. The error says what is wrong with it.
pub fn read_line(line: &str, rules: &LineRules<'_>) -> Result<ReadLine, String> {
    let line: DocumentLine = serde_json::from_str(line).map_err(|e| format!("not a document line: {e}"))?;
    let published_at = match line.published_at {
        None | Some(serde_json::Value::Null) => GivenDate::Missing,
        Some(value) => lenient_date(&value).map_or_else(|| GivenDate::Unreadable(value.to_string()), GivenDate::At),
    };
    let given = Given {
        url: line.url,
        title: line.title.unwrap_or_default(),
        text: line.text.unwrap_or_default(),
        published_at,
        source: line.source,
        kind: line.kind,
        found_by: line.found_by,
        lang: line.lang,
        id: line.id.map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned)),
    };
    read_given(given, rules)
}

/// Makes a document of what was handed in. The error says what is missing.
pub fn read_given(given: Given, rules: &LineRules<'_>) -> Result<ReadLine, String> {
    let Given { title, text, .. } = &given;
    if title.trim().is_empty() && text.trim().is_empty() {
        return Err("not a document line: expected \"text\" or \"title\"".into());
    }
    let kind = given.kind.unwrap_or(DocKind::News);
    let (title, text) = match kind {
        _ if rules.as_given => (given.title, given.text),
        DocKind::News => (clean::one_line(title, MAX_TITLE), clean::article_text(text)),
        DocKind::Social | DocKind::Official => (clean::one_line(title, MAX_TITLE), clean::paragraphs(text)),
    };
    let found_by = given.found_by.unwrap_or(FoundBy::Channel);
    let keyword = found_by == FoundBy::Keyword;
    let canonical = given.url.as_deref().and_then(|u| canonical_url(u, u));
    let source = given.source.filter(|s| !s.is_empty()).or_else(|| canonical.as_deref().and_then(host)).unwrap_or_default();
    let url = if keyword { None } else { canonical };
    let id = match &url {
        Some(url) => DocId::from_url(url),
        None => DocId::from_content(&source, &title, &text, if keyword { rules.salt } else { "" }),
    };
    let (published_at, bad_date) = match given.published_at {
        GivenDate::Missing => (None, None),
        GivenDate::At(at) => (Some(at), None),
        GivenDate::Unreadable(text) => (None, Some(text)),
    };
    let group = (rules.group_of)(&source).unwrap_or(match kind {
        DocKind::News => SourceGroup::Press,
        DocKind::Social => SourceGroup::Social,
        DocKind::Official => SourceGroup::Official,
    });
    let lang = given.lang.filter(|l| (2..=3).contains(&l.len())).unwrap_or_else(|| language(&title, &text));
    let document = Document {
        id,
        url,
        source,
        source_id: if keyword { None } else { given.id.clone() },
        group,
        kind,
        found_by,
        title,
        text,
        lang,
        date_origin: if published_at.is_some() { DateOrigin::Listing } else { DateOrigin::Missing },
        published_at,
        dating: Dating::listed(published_at, bad_date.as_deref().map(|d| DateNote::new(d, DateRefusal::Unreadable))),
        fetched_at: rules.now,
        restrictions: Restrictions::default(),
    };
    Ok(ReadLine { document, bad_date, echo_id: given.id, echo_url: given.url })
}

fn lenient_date(value: &serde_json::Value) -> Option<Time> {
    let text = value.as_str()?;
    Time::parse(text).ok().or_else(|| parse_when(text).and_then(|w| Time::from_when(&w)))
}

fn host(url: &str) -> Option<String> {
    let host = url::Url::parse(url).ok()?.host_str()?.to_owned();
    Some(host.strip_prefix("www.").unwrap_or(&host).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<ReadLine, String> {
        read_line(line, &LineRules { now: Time(0), salt: "s", group_of: &|_| None, as_given: false })
    }

    #[test]
    fn reads_leniently() {
        let line = read(
            r#"{"title":"Giá điện","text":"Nội dung","published_at":"2025-06-03","author":"x","url":"https://A.vn/b?utm_source=c#d"}"#,
        )
        .unwrap();
        assert_eq!(line.document.url.as_deref(), Some("https://a.vn/b"));
        assert_eq!(line.document.published_at.unwrap().to_string(), "2025-06-03T00:00:00+07:00");
        assert_eq!(line.document.source, "a.vn");
        let bad = read(r#"{"text":"a","published_at":"hôm nọ"}"#).unwrap();
        assert_eq!((bad.document.published_at, bad.bad_date.as_deref()), (None, Some("\"hôm nọ\"")));
        assert!(read("{}").is_err() && read("[1]").is_err() && read(r#"{"text":1}"#).is_err());
    }

    #[test]
    fn keyword_posts_keep_no_link() {
        let line = read(r#"{"text":"a b c","url":"https://x.vn/1","id":"p1","found_by":"keyword","kind":"social"}"#).unwrap();
        assert_eq!((line.document.url, line.document.source_id), (None, None));
        assert_eq!(line.echo_id.as_deref(), Some("p1"));
    }
}
