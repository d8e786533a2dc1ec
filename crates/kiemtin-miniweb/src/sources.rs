//! Which source files describe the bundled web to the crawler?

use crate::layouts;
use crate::sites::{self, Listing, SITES, Spec};

/// Name and TOML text of the source file of every site.
pub(crate) fn write(port: u16) -> Vec<(String, String)> {
    SITES.iter().enumerate().map(|(index, spec)| (format!("{}.toml", spec.id), source(spec, index, port))).collect()
}

fn source(spec: &Spec, index: usize, port: u16) -> String {
    let origin = format!("http://{}:{port}", sites::address(index));
    let mut out = String::new();
    for (key, value) in [
        ("id", spec.id),
        ("name", spec.name),
        ("site", &format!("{origin}/")),
        ("group", spec.group),
        ("found_by", "channel"),
        ("lang", "vi"),
    ] {
        push(&mut out, key, value);
    }
    if spec.listing == Listing::Channel {
        // A source of this kind says so itself: it is never on by default.
        out.push_str("enabled = true\n");
    }
    out.push_str("\n[[feeds]]\n");
    push(&mut out, "url", &format!("{origin}{}", spec.feed_path));
    push(&mut out, "kind", kind(spec.listing));
    if spec.listing == Listing::Page {
        push(&mut out, "link_selector", layouts::LINK_SELECTOR);
        push(&mut out, "title_selector", layouts::TITLE_SELECTOR);
    }
    let date = match spec.layout {
        sites::Layout::Market => layouts::MARKET_DATE,
        sites::Layout::Portal => layouts::PORTAL_DATE,
        _ => return out,
    };
    out.push_str("\n[article]\n");
    push(&mut out, "date_selector", date);
    out
}

fn kind(listing: Listing) -> &'static str {
    match listing {
        Listing::Rss(_) | Listing::Rdf | Listing::Atom | Listing::JsonFeed | Listing::ForumRss => "feed",
        Listing::Sitemap => "news_sitemap",
        Listing::Page => "listing",
        Listing::Channel => "channel_preview",
        Listing::Mastodon => "mastodon",
    }
}

/// No value here holds control characters, so a quoted string with two escapes is enough.
fn push(out: &mut String, key: &str, value: &str) {
    out.push_str(&format!("{key} = \"{}\"\n", value.replace('\\', "\\\\").replace('"', "\\\"")));
}
