//! What is read of a post of a page: its words and times. People who are named in it are masked.

use crate::networks::wire::{bounded, when};
use kiemtin_model::Time;
use kiemtin_text::mask::Personal;
use serde::Deserialize;

/// Where posts are shown.
pub(super) const SITE: &str = "https://www.facebook.com/";

/// A post. An edge gives only what was asked for.
#[derive(Debug, PartialEq)]
pub(super) struct Post {
    /// `<page>_<post>`.
    pub(super) id: String,
    /// Its words; empty for a picture without any.
    pub(super) text: String,
    pub(super) created: Time,
    /// When it was edited or commented on.
    pub(super) updated: Option<Time>,
}

#[derive(Deserialize)]
struct Wire {
    id: String,
    #[serde(default)]
    message: Option<String>,
    created_time: String,
    #[serde(default)]
    updated_time: Option<String>,
    #[serde(default)]
    message_tags: Vec<Tag>,
}

/// A part of the text that names somebody or something. Its name and id are not read.
#[derive(Clone, Copy, Debug, Deserialize)]
struct Tag {
    /// In Unicode code points.
    #[serde(default)]
    offset: usize,
    #[serde(default)]
    length: usize,
    #[serde(default, rename = "type")]
    kind: Kind,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Page,
    Group,
    Event,
    /// A person, or what is not known not to be one.
    #[default]
    #[serde(other)]
    Person,
}

impl Post {
    /// Reads a post; the error names what is missing, and nothing that stands in it.
    pub(super) fn of(value: serde_json::Value) -> Result<Self, &'static str> {
        let wire: Wire = serde_json::from_value(value).map_err(|_| "a field is missing or of another type")?;
        let is_id = (1..=100).contains(&wire.id.len()) && wire.id.chars().all(|c| c.is_ascii_digit() || c == '_');
        if !is_id {
            return Err("its id is none");
        }
        let created = when(&wire.created_time).ok_or("its time cannot be read")?;
        let updated = wire.updated_time.as_deref().and_then(when).filter(|at| *at != created);
        Ok(Self { id: wire.id, text: bounded(masked(&wire.message.unwrap_or_default(), &wire.message_tags)), created, updated })
    }
}

/// The public address of a post, which stays the same; the one that the API gives does not.
pub(super) fn link(id: &str) -> String {
    match id.split_once('_') {
        Some((page, post)) => format!("{SITE}{page}/posts/{post}"),
        None => format!("{SITE}{id}"),
    }
}

/// A text with a label in the place of every person that is named in it.
fn masked(text: &str, tags: &[Tag]) -> String {
    let mut people: Vec<(usize, usize)> = tags
        .iter()
        .take(1_000)
        .filter(|tag| tag.kind == Kind::Person && tag.length > 0)
        .map(|tag| (tag.offset, tag.offset.saturating_add(tag.length)))
        .collect();
    people.sort_unstable();
    let mut out = String::with_capacity(text.len());
    let mut people = people.into_iter().peekable();
    let mut until = 0;
    for (at, c) in text.chars().enumerate() {
        while let Some((_, end)) = people.next_if(|(start, _)| *start <= at) {
            if end > at {
                if until <= at {
                    out.push_str(Personal::Handle.label());
                }
                until = until.max(end);
            }
        }
        if at >= until {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn people_are_masked_by_place() {
        let check = |tags: &[(usize, usize, &str)], expected: &str| {
            let tags: Vec<Tag> = tags
                .iter()
                .map(|(offset, length, kind)| {
                    serde_json::from_value(json!({"id": "1", "name": "x", "offset": offset, "length": length, "type": kind})).unwrap()
                })
                .collect();
            assert_eq!(masked("Cảm ơn Lê Thị B và EVN 🎉 nhé", &tags), expected, "{tags:?}");
        };
        check(&[(7, 8, "user")], "Cảm ơn [tên tài khoản] và EVN 🎉 nhé");
        check(&[(19, 3, "page")], "Cảm ơn Lê Thị B và EVN 🎉 nhé");
        check(&[(7, 8, "user"), (25, 3, "user")], "Cảm ơn [tên tài khoản] và EVN 🎉 [tên tài khoản]");
        check(&[(7, 4, "user"), (9, 6, "application")], "Cảm ơn [tên tài khoản] và EVN 🎉 nhé");
        check(&[(7, usize::MAX, "user")], "Cảm ơn [tên tài khoản]");
        check(&[(900, 3, "user"), (7, 0, "user")], "Cảm ơn Lê Thị B và EVN 🎉 nhé");
    }

    #[test]
    fn what_is_no_post() {
        let read = |value| Post::of(value);
        let post = read(
            json!({"id": "1_2", "message": "Giá điện", "created_time": "2025-05-12T01:30:00+0000", "updated_time": "2025-05-12T01:30:00+0000",
            "from": {"name": "Tên Người", "id": "5"}, "message_tags": [{"offset": 0, "length": 3, "type": "page", "name": "x"}]}),
        );
        let post = post.unwrap();
        assert_eq!((post.text.as_str(), post.updated, link(&post.id).as_str()), ("Giá điện", None, "https://www.facebook.com/1/posts/2"));
        assert!(read(json!({"id": "1_2", "message": 5, "created_time": "2025-05-12T01:30:00+0000"})).is_err());
        assert!(read(json!({"id": "a/b", "created_time": "2025-05-12T01:30:00+0000"})).is_err());
        assert!(read(json!({"id": "1_2", "created_time": "hôm qua"})).is_err() && read(json!([])).is_err());
    }
}
