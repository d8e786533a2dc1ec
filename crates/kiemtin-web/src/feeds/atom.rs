//! A feed in Atom (RFC 4287).

use super::xml::element;
use super::{Entry, Feed};

/// The document.
pub(super) fn write(feed: &Feed) -> String {
    let mut out =
        String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"vi\">\n");
    element(&mut out, "id", &[], Some(&feed.id));
    element(&mut out, "title", &[], Some(&feed.title));
    element(&mut out, "updated", &[], Some(&feed.updated.to_string()));
    element(&mut out, "link", &[("rel", "self"), ("type", "application/atom+xml"), ("href", &feed.own)], None);
    element(&mut out, "link", &[("rel", "alternate"), ("type", "text/html"), ("href", &feed.home)], None);
    out.push_str("<author><name>kiemtin</name></author>\n");
    feed.entries.iter().for_each(|one| entry(&mut out, one));
    out.push_str("</feed>\n");
    out
}

fn entry(out: &mut String, entry: &Entry) {
    out.push_str("<entry>");
    element(out, "id", &[], Some(&entry.id));
    element(out, "title", &[("type", "text")], Some(&entry.title));
    element(out, "link", &[("rel", "alternate"), ("type", "text/html"), ("href", &entry.link)], None);
    element(out, "published", &[], Some(&entry.published.to_string()));
    element(out, "updated", &[], Some(&entry.updated.to_string()));
    entry.tags.iter().for_each(|tag| element(out, "category", &[("term", tag)], None));
    element(out, "content", &[("type", "text")], Some(&entry.text));
    out.push_str("</entry>\n");
}
