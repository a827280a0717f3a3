//! Where a client comes from.

use std::net::IpAddr;

/// The address of the client: the peer's, or what trusted proxies say of it in `X-Forwarded-For`. That header is read
/// from the right, as far as it was written by proxies we know: what stands further left, anyone can write.
#[must_use]
pub fn client_address<'a>(peer: IpAddr, forwarded: impl IntoIterator<Item = &'a [u8]>, trusted: &[IpAddr]) -> IpAddr {
    let mut address = peer.to_canonical();
    if !trusted.contains(&address) {
        return address;
    }
    let values = forwarded.into_iter().filter_map(|value| str::from_utf8(value).ok());
    let hops: Vec<&str> = values.flat_map(|value| value.split(',')).collect();
    for hop in hops.into_iter().rev() {
        if !trusted.contains(&address) {
            break;
        }
        let Ok(before) = hop.trim().parse::<IpAddr>() else { break };
        address = before.to_canonical();
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &str) -> String {
        let trusted = ["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()];
        client_address(peer.parse().unwrap(), [forwarded.as_bytes()], &trusted).to_string()
    }

    #[test]
    fn a_peer_that_is_no_known_proxy_cannot_choose_its_address() {
        assert_eq!(seen("203.0.113.9", "198.51.100.1"), "203.0.113.9");
    }

    #[test]
    fn known_proxies_are_believed_up_to_the_first_unknown_hop() {
        assert_eq!(seen("10.0.0.1", "198.51.100.1"), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.2"), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", "198.51.100.1, nonsense"), "10.0.0.1");
        assert_eq!(seen("::ffff:10.0.0.1", "2001:db8::1"), "2001:db8::1");
    }
}
