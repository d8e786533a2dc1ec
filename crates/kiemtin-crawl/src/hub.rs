//! Which hub tells of a feed's news? By the headers of its answer, and else by the feed itself (WebSub §4).

use crate::guard::Guard;
use http::HeaderMap;
use http::header::LINK;
use kiemtin_model::HubOffer;
use url::Url;

/// Longest address that is taken, in bytes.
const LONGEST: usize = 2_048;
/// Most hubs of one feed that are looked at: it says the same to each of them.
const MOST_HUBS: usize = 4;
/// Most `Link` headers, and bytes of each, that are read.
const MOST_HEADERS: usize = 20;
const LONGEST_HEADER: usize = 8_192;

/// Addresses as given, of hubs and of the feed itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HubLinks {
    /// Hubs that tell of its news; at most four.
    pub hubs: Vec<String>,
    /// The address by which a hub knows it.
    pub topic: Option<String>,
}

impl HubLinks {
    /// Takes a link up, when `rel` says that it is one of these; the first of each kind counts.
    pub(crate) fn take(&mut self, rel: &str, address: &str) {
        let address = address.trim();
        if address.is_empty() || address.len() > LONGEST {
            return;
        }
        let says = |word: &str| rel.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case(word));
        if says("hub") && self.hubs.len() < MOST_HUBS {
            self.hubs.push(address.to_owned());
        }
        if says("self") {
            self.topic.get_or_insert_with(|| address.to_owned());
        }
    }

    /// What the headers of an answer say.
    pub(crate) fn of_headers(headers: &HeaderMap) -> Self {
        let mut links = Self::default();
        for value in headers.get_all(LINK).iter().take(MOST_HEADERS).filter_map(|v| v.to_str().ok()).filter(|v| v.len() <= LONGEST_HEADER) {
            each_link(value, |rel, address| links.take(rel, address));
        }
        links
    }

    /// These, and `others` for what these do not say.
    pub(crate) fn or(self, others: Self) -> Self {
        Self { hubs: if self.hubs.is_empty() { others.hubs } else { self.hubs }, topic: self.topic.or(others.topic) }
    }

    /// The first hub that may be asked, for a feed that was polled at `polled` and found at `found` after redirects.
    pub(crate) fn offer(&self, polled: &str, found: &Url, guard: &Guard) -> Option<HubOffer> {
        let absolute = |address: &String| found.join(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let mut hub = self.hubs.iter().filter_map(absolute).find(|url| guard.check(url).is_ok())?;
        hub.set_fragment(None);
        let topic = self.topic.as_ref().and_then(absolute).map_or_else(|| polled.to_owned(), String::from);
        (hub.as_str().len() <= LONGEST && topic.len() <= LONGEST).then(|| HubOffer { hub: hub.into(), topic })
    }
}

/// Reads a `Link` header (RFC 8288): `<address>; rel="hub"; title="a, b", <other>; rel=self`.
fn each_link(header: &str, mut take: impl FnMut(&str, &str)) {
    let mut rest = header;
    while let Some((_, after)) = rest.split_once('<') {
        let Some((address, after)) = after.split_once('>') else { return };
        let (parameters, next) = until_comma(after);
        let mut rel = None;
        for parameter in parameters.split(';') {
            if let Some((name, value)) = parameter.split_once('=')
                && name.trim().eq_ignore_ascii_case("rel")
            {
                rel = rel.or(Some(value.trim().trim_matches('"')));
            }
        }
        take(rel.unwrap_or_default(), address);
        rest = next;
    }
}

/// What stands before the next comma that is not quoted, and what after it.
fn until_comma(text: &str) -> (&str, &str) {
    let mut quoted = false;
    let at = text.find(|c| {
        quoted ^= c == '"';
        c == ',' && !quoted
    });
    at.and_then(|at| Some((text.get(..at)?, text.get(at + 1..)?))).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(values: &[&str]) -> HubLinks {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(LINK, value.parse().unwrap());
        }
        HubLinks::of_headers(&headers)
    }

    #[test]
    fn headers_as_servers_write_them() {
        let check = |values: &[&str], hubs: &[&str], topic: Option<&str>| {
            let read = links(values);
            assert_eq!(
                (read.hubs.as_slice(), read.topic.as_deref()),
                (&hubs.iter().map(|h| (*h).to_owned()).collect::<Vec<_>>()[..], topic)
            );
        };
        check(&["<https://hub.vn/>; rel=\"hub\"", "<https://bao.vn/rss>; rel=\"self\""], &["https://hub.vn/"], Some("https://bao.vn/rss"));
        check(&["<https://hub.vn/?a=1,2>; rel=hub, <https://bao.vn/rss>;rel=self"], &["https://hub.vn/?a=1,2"], Some("https://bao.vn/rss"));
        check(&["<https://a.vn/>; title=\"x, <y>\"; REL=\"next HUB\""], &["https://a.vn/"], None);
        check(&["<https://a.vn/>; rel=next; rel=hub"], &[], None);
        check(&["<https://a.vn/>; rel=hub, <https://b.vn/>; rel=hub"], &["https://a.vn/", "https://b.vn/"], None);
        check(&["https://a.vn/; rel=hub", "<https://a.vn/; rel=hub", "<>; rel=hub", "", ",,<", "<a>;=;rel"], &[], None);
        let long = format!("<https://a.vn/{}>; rel=hub", "a".repeat(3_000));
        check(&[&long], &[], None);
        let many = "<https://a.vn/>; rel=hub, ".repeat(20);
        assert_eq!(links(&[&many]).hubs.len(), MOST_HUBS);
    }

    #[test]
    fn an_offer_names_a_hub_that_may_be_asked() {
        let guard = Guard::new(&[], &[80, 443]).unwrap();
        let polled = "https://bao.vn/rss";
        let check = |hubs: &[&str], topic: Option<&str>, expected: Option<(&str, &str)>| {
            let links = HubLinks { hubs: hubs.iter().map(|h| (*h).to_owned()).collect(), topic: topic.map(str::to_owned) };
            let offer = links.offer(polled, &Url::parse("https://www.bao.vn/feed/rss").unwrap(), &guard);
            assert_eq!(offer.as_ref().map(|o| (o.hub.as_str(), o.topic.as_str())), expected, "{hubs:?} {topic:?}");
        };
        check(&["https://hub.vn/#a"], Some("https://bao.vn/feed"), Some(("https://hub.vn/", "https://bao.vn/feed")));
        check(&["/hub"], None, Some(("https://www.bao.vn/hub", polled)));
        check(&["https://hub.vn/"], Some("javascript:alert(1)"), Some(("https://hub.vn/", polled)));
        check(&["http://127.0.0.1/", "ftp://hub.vn/", "http://hub.vn:22/", "https://hub.vn/"], None, Some(("https://hub.vn/", polled)));
        check(&["http://169.254.169.254/"], None, None);
        check(&[], Some("https://bao.vn/feed"), None);
    }
}
