//! Which one address stands for all spellings of it?

use url::Url;

/// Longest address that is followed or kept, in bytes.
pub const MAX_URL_BYTES: usize = 2_048;

/// The address of `href` on a page at `base` (which may be empty for an absolute `href`), in the one spelling that names
/// a document: lower-case host, no default port, no fragment, no empty query, no tracking parameters.
///
/// `None` for what is not http(s), carries a user name or password, or is longer than [`MAX_URL_BYTES`].
/// The result is a fixed point: canonicalised again it stays the same.
pub fn canonical_url(base: &str, href: &str) -> Option<String> {
    let href = repair(href.trim());
    if href.len() > MAX_URL_BYTES {
        return None;
    }
    let mut url = match Url::parse(base) {
        Ok(base) => base.join(&href).ok()?,
        Err(_) => Url::parse(&href).ok()?,
    };
    if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    url.set_fragment(None);
    let query =
        url.query().map(|query| query.split('&').filter(|pair| !pair.is_empty() && !is_tracking(pair)).collect::<Vec<_>>().join("&"));
    url.set_query(query.as_deref().filter(|q| !q.is_empty()));
    // `url` leaves `^` as it is, the WHATWG standard writes %5E: without this one page has two names.
    let text = String::from(url).replace('^', "%5E");
    (text.len() <= MAX_URL_BYTES).then_some(text)
}

/// The host of an absolute address in lower case, without `www.`: tells whether two addresses belong to one site.
pub fn site_host(address: &str) -> Option<String> {
    let host = Url::parse(address).ok()?.host_str()?.to_lowercase();
    Some(host.strip_prefix("www.").map_or(host.clone(), str::to_owned))
}

/// The registrable domain of a host, as the public suffix list has it: `baocongthuong.com.vn` of `m.baocongthuong.com.vn`.
/// What has none (an IP address, a name without a dot, a suffix alone) stands for itself.
pub fn registrable_domain(host: &str) -> &str {
    let is_ip = host.starts_with('[') || host.parse::<std::net::IpAddr>().is_ok();
    if is_ip { host } else { psl::domain_str(host).unwrap_or(host) }
}

/// Whether two absolute addresses belong to one publisher: the same registrable domain and port.
pub fn same_site(a: &str, b: &str) -> bool {
    let site = |address: &str| {
        let url = Url::parse(address).ok()?;
        Some((registrable_domain(url.host_str()?).to_owned(), url.port()))
    };
    site(a).is_some_and(|a| Some(a) == site(b))
}

/// Three or more slashes at the front mean two (WHATWG); the parser calls that an empty host.
fn repair(href: &str) -> String {
    let rest = href.trim_start_matches(['/', '\\']);
    let slashes = href.len() - rest.len();
    if slashes >= 3 { format!("//{rest}") } else { href.to_owned() }
}

/// Whether `name=value` only tells where a reader came from.
fn is_tracking(pair: &str) -> bool {
    let name = pair.split_once('=').map_or(pair, |(name, _)| name).to_ascii_lowercase();
    PREFIXES.iter().any(|prefix| name.starts_with(prefix)) || NAMES.contains(&name.as_str())
}

/// `vn_` is VnExpress's own spelling of `utm_`, so its parameters are listed one by one below.
const PREFIXES: &[&str] = &["utm_", "mtm_", "hsa_", "__hs"];

const NAMES: &[&str] = &[
    "_branch_match_id",
    "_branch_referrer",
    "_hsenc",
    "_hsmi",
    "_openstat",
    "campaign_content",
    "campaign_id",
    "campaign_medium",
    "campaign_name",
    "campaign_source",
    "campaign_term",
    "dclid",
    "ef_id",
    "fbclid",
    "gad_source",
    "gbraid",
    "gclid",
    "gclsrc",
    "hsctatracking",
    "igsh",
    "igshid",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "msclkid",
    "oly_anon_id",
    "oly_enc_id",
    "rb_clickid",
    "s_cid",
    "s_kwcid",
    "srsltid",
    "twclid",
    "ttclid",
    "vero_conv",
    "vero_id",
    "vn_campaign",
    "vn_content",
    "vn_medium",
    "vn_source",
    "vn_term",
    "wbraid",
    "wickedid",
    "yclid",
    "ysclid",
    "zarsrc",
];

#[cfg(test)]
mod tests;
