//! May this address be asked at all?
//!
//! A feed, page or redirect can name any address; the guard keeps the crawler out of private networks. It looks at every
//! literal address before each hop, and it is the resolver of the HTTP client, so the addresses that were checked are
//! the ones that are dialled (a name that changes its answer between the check and the connection gains nothing).

use crate::crawler::CrawlError;
use kiemtin_model::Refusal;
use kiemtin_model::network::{Network, is_local_name, is_public, unmap};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use thiserror::Error;
use url::{Host, Url};

/// Decides which addresses may be asked.
#[derive(Clone)]
pub(crate) struct Guard {
    allowed: Arc<[Network]>,
    ports: Arc<[u16]>,
    lookup: Lookup,
}

/// Asks where a name leads.
pub(crate) type Lookup = Arc<dyn Fn(String) -> Answer + Send + Sync>;
/// The addresses of a name.
pub(crate) type Answer = Pin<Box<dyn Future<Output = std::io::Result<Vec<SocketAddr>>> + Send>>;

/// What the machine's own resolver says.
fn system(name: String) -> Answer {
    Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.collect()) })
}

/// A name leads to an address that may not be asked. Travels through the HTTP client's errors.
#[derive(Debug, Error)]
#[error("{name} leads to the private address {address}")]
pub(crate) struct PrivateName {
    name: String,
    address: IpAddr,
}

impl Guard {
    pub(crate) fn new(allow_networks: &[String], allow_ports: &[u16]) -> Result<Self, CrawlError> {
        Self::with_lookup(allow_networks, allow_ports, Arc::new(system))
    }

    /// A guard that asks `lookup` where names lead.
    pub(crate) fn with_lookup(allow_networks: &[String], allow_ports: &[u16], lookup: Lookup) -> Result<Self, CrawlError> {
        let allowed =
            allow_networks.iter().map(|n| Network::parse(n).ok_or_else(|| CrawlError::Network(n.clone()))).collect::<Result<_, _>>()?;
        Ok(Self { allowed, ports: allow_ports.into(), lookup })
    }

    /// Checks what can be told from the address itself. The WHATWG parser has already turned `0x7f.1`, `2130706433` and
    /// full-width digits into plain addresses. Names are checked again when they are resolved.
    pub(crate) fn check(&self, url: &Url) -> Result<(), Refusal> {
        if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::Address);
        }
        let address = match url.host().ok_or(Refusal::Address)? {
            Host::Ipv4(v4) => IpAddr::V4(v4),
            Host::Ipv6(v6) => IpAddr::V6(v6),
            Host::Domain(name) => {
                if self.allowed.is_empty() && is_local_name(name) {
                    return Err(Refusal::PrivateAddress);
                }
                return self.check_port(url);
            }
        };
        if self.is_allowed(address) {
            return Ok(());
        }
        if !is_public(address) {
            return Err(Refusal::PrivateAddress);
        }
        self.check_port(url)
    }

    /// Where the host of an address is, as far as can be told: the first of its addresses.
    pub(crate) async fn place_of(&self, url: &Url) -> Option<IpAddr> {
        match url.host()? {
            Host::Ipv4(v4) => Some(IpAddr::V4(v4)),
            Host::Ipv6(v6) => Some(unmap(IpAddr::V6(v6))),
            // What goes wrong here goes wrong again with the request, which tells.
            Host::Domain(name) => Some(unmap((self.lookup)(name.to_owned()).await.ok()?.first()?.ip())),
        }
    }

    /// Whether a connection to this address may be used.
    pub(crate) fn admits(&self, address: IpAddr) -> bool {
        is_public(address) || self.is_allowed(address)
    }

    fn is_allowed(&self, address: IpAddr) -> bool {
        let address = unmap(address);
        self.allowed.iter().any(|network| network.contains(address))
    }

    fn check_port(&self, url: &Url) -> Result<(), Refusal> {
        let port = url.port_or_known_default().unwrap_or(0);
        if self.ports.is_empty() || self.ports.contains(&port) { Ok(()) } else { Err(Refusal::Address) }
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let name = name.as_str();
            let addresses = (guard.lookup)(name.to_owned()).await?;
            // One private address spoils the whole answer: a mixed one is an attack or a mistake.
            if let Some(address) = addresses.iter().map(SocketAddr::ip).find(|ip| !guard.admits(*ip)) {
                return Err(PrivateName { name: name.to_owned(), address }.into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(networks: &[&str]) -> Guard {
        let networks: Vec<String> = networks.iter().map(|n| (*n).to_owned()).collect();
        Guard::new(&networks, &[80, 443]).unwrap()
    }

    fn check(guard: &Guard, url: &str) -> Result<(), Refusal> {
        guard.check(&Url::parse(url).unwrap())
    }

    #[test]
    fn private_addresses_in_all_spellings() {
        let guard = guard(&[]);
        for host in [
            "127.0.0.1",
            "127.1",
            "0x7f.1",
            "0177.0.0.1",
            "2130706433",
            "0",
            "①②⑦.⓪.⓪.①",
            "127。0。0。1",
            "127.0.0.1.",
            "10.1.2.3",
            "172.31.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[::127.0.0.1]",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
            "[2001::1]",
            "[fe80::1]",
            "[fc00::1]",
            "[ff02::1]",
            "localhost",
            "LOCALHOST",
            "a.localhost",
            "printer.local",
            "db.internal",
            "intranet",
        ] {
            assert_eq!(check(&guard, &format!("http://{host}/")), Err(Refusal::PrivateAddress), "{host}");
        }
        for host in ["1.1.1.1", "8.8.8.8", "[2606:4700::1111]", "congthuong.vn", "vnexpress.net."] {
            assert_eq!(check(&guard, &format!("https://{host}/")), Ok(()), "{host}");
        }
        for url in ["ftp://1.1.1.1/", "http://1.1.1.1:22/", "https://a:b@bao.vn/", "https://public@127.0.0.1/", "http://bao.vn:6379/"] {
            assert_eq!(check(&guard, url), Err(Refusal::Address), "{url}");
        }
    }

    #[test]
    fn allowed_networks_open_what_they_name() {
        let guard = guard(&["127.0.3.0/24", "::1"]);
        assert_eq!(check(&guard, "http://127.0.3.9:4711/"), Ok(()));
        assert_eq!(check(&guard, "http://[::1]:9/"), Ok(()));
        assert_eq!(check(&guard, "http://[::ffff:127.0.3.9]/"), Ok(()));
        assert_eq!(check(&guard, "http://127.0.4.1/"), Err(Refusal::PrivateAddress));
        assert_eq!(check(&guard, "http://10.0.0.1/"), Err(Refusal::PrivateAddress));
        for wrong in ["127.0.0.0/33", "abc", "1.2.3/8", ""] {
            assert!(Guard::new(&[wrong.to_owned()], &[]).is_err(), "{wrong}");
        }
        assert!(Guard::new(&["0.0.0.0/0".to_owned()], &[]).unwrap().admits(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST)));
    }

    #[tokio::test]
    async fn names_are_checked_where_they_lead() {
        let resolve = |guard: Guard| async move { guard.resolve("localhost".parse().unwrap()).await.map(|a| a.count()) };
        let error = resolve(guard(&[])).await.unwrap_err();
        assert!(error.downcast_ref::<PrivateName>().is_some(), "{error}");
        assert!(resolve(guard(&["127.0.0.0/8", "::1"])).await.unwrap() > 0);
    }
}
