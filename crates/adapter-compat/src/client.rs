//! Who is at the other end of a request.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use rialto_edge::{Authorization, client_address};
use rialto_identity::Device;
use rialto_kernel::Network;

use crate::deps::CompatSettings;

/// The network that a request is counted by.
pub(crate) fn network_of(req: &HttpRequest, settings: &CompatSettings) -> Network {
    Network::of(address_of(req, settings))
}

/// The `Authorization` header.
pub(crate) fn authorization_of(headers: &HeaderMap) -> Authorization<'_> {
    Authorization::read(headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes))
}

/// What somebody signs in with.
pub(crate) fn device_of(req: &HttpRequest, settings: &CompatSettings) -> Device {
    let agent = req.headers().get(header::USER_AGENT).map(HeaderValue::as_bytes).unwrap_or_default();
    Device::new(&String::from_utf8_lossy(agent), Some(address_of(req, settings).to_string()))
}

fn address_of(req: &HttpRequest, settings: &CompatSettings) -> IpAddr {
    let peer = req.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    let forwarded = req.headers().get_all("x-forwarded-for").map(HeaderValue::as_bytes);
    client_address(peer, forwarded, &settings.trusted_proxies)
}
