//! Does an address belong to the public internet?
//!
//! Pure: the tables and the comparison. Who asks names for their addresses stands with the clients that connect.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Names that never belong to a publisher or a public service.
pub fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    !name.contains('.') || [".localhost", ".local", ".internal", ".home.arpa"].iter().any(|end| name.ends_with(end))
}

/// IPv4 addresses written as IPv6 (`::ffff:127.0.0.1`) are judged as what they are.
pub fn unmap(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    }
}

/// Whether an address belongs to the public internet (IANA special-purpose registries).
pub fn is_public(address: IpAddr) -> bool {
    match unmap(address) {
        IpAddr::V4(v4) => !SPECIAL_V4.iter().any(|(base, prefix)| same_prefix_v4(v4, Ipv4Addr::from(*base), *prefix)),
        IpAddr::V6(v6) => {
            // Only 2000::/3 is assigned; the rest is local, mapped, NAT64 (64:ff9b::/96) or multicast.
            same_prefix_v6(v6, Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3)
                && !SPECIAL_V6.iter().any(|(base, prefix)| same_prefix_v6(v6, Ipv6Addr::from(*base), *prefix))
        }
    }
}

const SPECIAL_V4: &[([u8; 4], u32)] = &[
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 31, 196, 0], 24),
    ([192, 52, 193, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([192, 175, 48, 0], 24),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 3),
];

/// Inside 2000::/3: protocol assignments with Teredo, documentation, 6to4, documentation.
const SPECIAL_V6: &[([u16; 8], u32)] = &[
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32),
    ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16),
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),
];

fn same_prefix_v4(a: Ipv4Addr, b: Ipv4Addr, prefix: u32) -> bool {
    (u32::from(a) ^ u32::from(b)).checked_shr(32 - prefix.min(32)).unwrap_or(0) == 0
}

fn same_prefix_v6(a: Ipv6Addr, b: Ipv6Addr, prefix: u32) -> bool {
    (u128::from(a) ^ u128::from(b)).checked_shr(128 - prefix.min(128)).unwrap_or(0) == 0
}

/// A network in CIDR form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    base: IpAddr,
    prefix: u32,
}

impl Network {
    /// Reads `10.1.0.0/16`, or one address. `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (base, prefix) = text.trim().split_once('/').map_or((text.trim(), None), |(b, p)| (b, Some(p)));
        let base: IpAddr = base.parse().ok()?;
        let longest = if base.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Some(longest), |p| p.parse().ok())?;
        (prefix <= longest).then_some(Self { base, prefix })
    }

    /// Whether an address is in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.base, address) {
            (IpAddr::V4(base), IpAddr::V4(address)) => same_prefix_v4(base, address, self.prefix),
            (IpAddr::V6(base), IpAddr::V6(address)) => same_prefix_v6(base, address, self.prefix),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_addresses_are_not_public() {
        for (address, public) in [("1.1.1.1", true), ("127.0.0.1", false), ("::ffff:10.0.0.1", false), ("2606:4700::1111", true)] {
            assert_eq!(is_public(address.parse().unwrap()), public, "{address}");
        }
        assert!(is_local_name("intranet") && is_local_name("a.LOCALHOST.") && !is_local_name("bct.example.vn"));
    }

    #[test]
    fn networks_hold_their_addresses() {
        let network = Network::parse("127.0.3.0/24").unwrap();
        assert!(network.contains("127.0.3.9".parse().unwrap()) && !network.contains("127.0.4.9".parse().unwrap()));
        for wrong in ["127.0.0.0/33", "abc", "1.2.3/8", ""] {
            assert_eq!(Network::parse(wrong), None, "{wrong}");
        }
    }
}
