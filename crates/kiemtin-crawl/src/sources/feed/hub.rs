//! Which hub does a feed name in its head? `<link rel="hub" href="…">` of Atom, also inside RSS and RDF.

use super::super::xml::{Piece, Pieces, attributes, local};
use super::pace::head;
use crate::hub::HubLinks;
use kiemtin_text::markup::decode_entities;

/// The hubs and the own address in the head of a feed.
pub(super) fn links(text: &str) -> HubLinks {
    let mut links = HubLinks::default();
    for piece in Pieces::new(head(text)) {
        let Piece::Start { name, attributes: given, .. } = piece else { continue };
        if !local(name).eq_ignore_ascii_case("link") {
            continue;
        }
        let given = attributes(given);
        let of = |name: &str| given.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| *value);
        if let (Some(rel), Some(href)) = (of("rel"), of("href")) {
            links.take(rel, &decode_entities(href));
        }
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_of_the_head() {
        let check = |text: &str, hubs: &[&str], topic: Option<&str>| {
            let read = links(text);
            let hubs: Vec<String> = hubs.iter().map(|h| (*h).to_owned()).collect();
            assert_eq!((read.hubs, read.topic.as_deref()), (hubs, topic), "{text}");
        };
        let hub = "<atom:link rel=\"hub\" href=\"https://hub.vn/?a=1&amp;b=2\"/>";
        let own =
            "<atom10:link xmlns:atom10='http://www.w3.org/2005/Atom' rel='self' type='application/rss+xml' href='https://bao.vn/rss' />";
        check(
            &format!("<rss><channel><link>https://bao.vn/</link>{hub}{own}<item>"),
            &["https://hub.vn/?a=1&b=2"],
            Some("https://bao.vn/rss"),
        );
        check("<feed><link href='https://bao.vn/'/><link href='/hub' rel=hub></link><entry>", &["/hub"], None);
        check(&format!("<rss><channel><!-- {hub} --><item>{hub}</item></channel></rss>"), &[], None);
        check("<feed><link rel='hub'/><link href='x'/><link", &[], None);
        check("", &[], None);
    }
}
