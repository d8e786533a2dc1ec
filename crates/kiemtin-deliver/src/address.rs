//! May this address be told of anything? Receivers stand on the public internet, or in a network that the configuration allows.
//!
//! The guard is the resolver of the HTTP client: the addresses that were checked are the ones that are dialled, so a name that
//! changes its answer between the check and the connection gains nothing.

use kiemtin_model::network::{Network, is_local_name, is_public, unmap};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use url::{Host, Url};

/// Longest address in bytes.
pub const LONGEST: usize = 2_000;

/// Decides which addresses may be connected to.
#[derive(Clone, Debug)]
pub struct AddressGuard {
    allowed: Arc<[Network]>,
}

/// A name leads to an address that may not be connected to.
#[derive(Debug, thiserror::Error)]
#[error("tên miền dẫn tới địa chỉ nội bộ {0}")]
struct PrivateName(IpAddr);

impl AddressGuard {
    /// Allows public addresses and these networks; `Err` is one that cannot be read.
    pub fn new(allow_networks: &[String]) -> Result<Self, String> {
        let read = |text: &String| Network::parse(text).ok_or_else(|| text.clone());
        Ok(Self { allowed: allow_networks.iter().map(read).collect::<Result<_, _>>()? })
    }

    /// Whether a connection to this address may be used.
    pub fn admits(&self, address: IpAddr) -> bool {
        is_public(address) || self.allows(address)
    }

    fn allows(&self, address: IpAddr) -> bool {
        let address = unmap(address);
        self.allowed.iter().any(|network| network.contains(address))
    }

    /// Checks what can be told from the address itself: https (http inside an allowed network), no user, no private host.
    /// The error says what is wrong, in Vietnamese.
    pub fn check(&self, address: &str) -> Result<Url, String> {
        if address.len() > LONGEST {
            return Err(format!("địa chỉ dài quá {LONGEST} byte"));
        }
        let url = Url::parse(address).map_err(|_| "không phải một địa chỉ https://…".to_owned())?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err("địa chỉ không được mang tên người dùng hay mật khẩu".to_owned());
        }
        let literal = match url.host() {
            Some(Host::Ipv4(v4)) => Some(IpAddr::V4(v4)),
            Some(Host::Ipv6(v6)) => Some(IpAddr::V6(v6)),
            Some(Host::Domain(name)) => {
                if self.allowed.is_empty() && is_local_name(name) {
                    return Err("tên miền thuộc mạng nội bộ".to_owned());
                }
                None
            }
            None => return Err("địa chỉ thiếu tên miền".to_owned()),
        };
        if literal.is_some_and(|ip| !self.admits(ip)) {
            return Err("địa chỉ thuộc mạng nội bộ; mạng được phép ghi ở [deliver] allow_networks".to_owned());
        }
        match url.scheme() {
            "https" => Ok(url),
            "http" if literal.is_some_and(|ip| self.allows(ip)) => Ok(url),
            "http" => Err("cần https; http chỉ được dùng với địa chỉ số trong [deliver] allow_networks".to_owned()),
            _ => Err("không phải một địa chỉ https://…".to_owned()),
        }
    }
}

/// What is shown of an address that is a secret itself.
pub fn host_of(address: &str) -> String {
    Url::parse(address).ok().and_then(|u| u.host_str().map(str::to_owned)).unwrap_or_default()
}

impl Resolve for AddressGuard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let addresses: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str().to_owned(), 0)).await?.collect();
            // One private address spoils the whole answer: a mixed one is an attack or a mistake.
            if let Some(address) = addresses.iter().map(SocketAddr::ip).find(|ip| !guard.admits(*ip)) {
                return Err(PrivateName(address).into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_and_allowed_networks() {
        let none = AddressGuard::new(&[]).unwrap();
        let inside = AddressGuard::new(&["10.1.0.0/16".into()]).unwrap();
        for (address, outside, within) in [
            ("https://nhan.example.vn/vao", true, true),
            ("http://nhan.example.vn/vao", false, false),
            ("https://1.1.1.1/", true, true),
            ("http://10.1.2.3:8080/vao", false, true),
            ("https://10.2.2.3/", false, false),
            ("https://127.1/", false, false),
            ("https://[::ffff:127.0.0.1]/", false, false),
            ("https://2130706433/", false, false),
            ("https://169.254.169.254/latest", false, false),
            ("https://localhost/", false, true),
            ("https://may-in.local/", false, true),
            ("https://ai:do@nhan.example.vn/", false, false),
            ("ftp://nhan.example.vn/", false, false),
            ("file:///etc/passwd", false, false),
            ("", false, false),
        ] {
            assert_eq!(none.check(address).is_ok(), outside, "{address}");
            assert_eq!(inside.check(address).is_ok(), within, "{address} inside");
        }
    }

    #[tokio::test]
    async fn names_are_checked_where_they_lead() {
        let resolve = |guard: AddressGuard| async move { guard.resolve("localhost".parse().unwrap()).await.map(|a| a.count()) };
        assert!(resolve(AddressGuard::new(&[]).unwrap()).await.is_err());
        assert!(resolve(AddressGuard::new(&["127.0.0.0/8".into(), "::1".into()]).unwrap()).await.unwrap() > 0);
    }
}
