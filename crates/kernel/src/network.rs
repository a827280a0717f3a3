//! Where a client comes from, as coarsely as it is worth counting.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

/// What is counted as one place: an IPv4 address, or the first half of an IPv6 one. Whoever has one IPv6 address has
/// the 2⁶⁴ beside it too (RFC 6177), so counting each alone would count nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Network(IpAddr);

impl Network {
    /// The network that an address is in.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self(address.into()),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Self(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into())
            }
        }
    }

    /// Whether it is the server's own machine.
    #[must_use]
    pub const fn is_loopback(self) -> bool {
        match self.0 {
            IpAddr::V4(address) => address.is_loopback(),
            // Nothing but `::1` comes from the first half of nothing.
            IpAddr::V6(prefix) => prefix.is_unspecified(),
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(address) => write!(f, "{address}"),
            IpAddr::V6(prefix) => write!(f, "{prefix}/64"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        Network::of(text.parse().unwrap())
    }

    #[test]
    fn an_ipv6_address_counts_with_its_neighbours_and_an_ipv4_address_alone() {
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
        assert_eq!(network("2001:db8:1:2::1").to_string(), "2001:db8:1:2::/64");
    }

    #[test]
    fn only_the_machine_itself_is_loopback() {
        assert!(network("127.0.0.1").is_loopback() && network("127.9.9.9").is_loopback());
        assert!(network("::1").is_loopback() && network("::ffff:127.0.0.1").is_loopback());
        for other in ["192.168.0.1", "2001:db8::1", "fe80::1", "0.0.0.0"] {
            assert!(!network(other).is_loopback(), "{other}");
        }
    }
}
