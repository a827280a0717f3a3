//! Who is at the other end of a request.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use rialto_edge::client_address;
use rialto_identity::Device;
use rialto_kernel::Network;

use crate::deps::CompatSettings;

/// The network that a request is counted by.
pub(crate) fn network_of(req: &HttpRequest, settings: &CompatSettings) -> Network {
    network(req.peer_addr().map(|peer| peer.ip()), req.headers(), settings)
}

/// The same from its parts.
pub(crate) fn network(peer: Option<IpAddr>, headers: &HeaderMap, settings: &CompatSettings) -> Network {
    Network::of(address(peer, headers, settings))
}

/// What somebody signs in with.
pub(crate) fn device_of(req: &HttpRequest, settings: &CompatSettings) -> Device {
    let agent = req.headers().get(header::USER_AGENT).map(HeaderValue::as_bytes).unwrap_or_default();
    let address = address(req.peer_addr().map(|peer| peer.ip()), req.headers(), settings);
    Device::new(&String::from_utf8_lossy(agent), Some(address.to_string()))
}

fn address(peer: Option<IpAddr>, headers: &HeaderMap, settings: &CompatSettings) -> IpAddr {
    let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    client_address(peer, headers.get_all("x-forwarded-for").map(HeaderValue::as_bytes), &settings.trusted_proxies)
}
