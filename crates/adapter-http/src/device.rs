//! What a client signs in with, as far as it can be known.

use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr};

use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{FromRequest, HttpRequest};
use rialto_edge::client_address;
use rialto_identity::Device;
use rialto_kernel::Network;

use crate::error::ApiError;
use crate::state::state_of;

/// The device of the one who asks.
#[derive(Debug)]
pub(crate) struct CallerDevice(pub(crate) Device);

impl FromRequest for CallerDevice {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(state_of(req).map(|state| {
            let user_agent = req.headers().get(header::USER_AGENT).map(header::HeaderValue::as_bytes);
            let user_agent = String::from_utf8_lossy(user_agent.unwrap_or_default());
            Self(Device::new(&user_agent, address_text(req, &state.settings.trusted_proxies)))
        }))
    }
}

/// The address of the client; none if it did not come over a network.
fn address_of(req: &HttpRequest, trusted: &[IpAddr]) -> Option<IpAddr> {
    Some(behind_proxies(req.peer_addr()?.ip(), req.headers(), trusted))
}

/// The same, as it is kept.
pub(crate) fn address_text(req: &HttpRequest, trusted: &[IpAddr]) -> Option<String> {
    address_of(req, trusted).map(|address| address.to_string())
}

/// The network of the client: how it is counted.
pub(crate) fn network_of(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpAddr]) -> Network {
    let address = peer.map(|peer| behind_proxies(peer, headers, trusted));
    Network::of(address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)))
}

fn behind_proxies(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let forwarded = headers.get_all("x-forwarded-for").map(header::HeaderValue::as_bytes);
    client_address(peer, forwarded, trusted)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_proxy_is_believed_only_if_it_is_trusted() {
        let req = TestRequest::get()
            .peer_addr("10.0.0.1:4000".parse().unwrap())
            .insert_header(("x-forwarded-for", "198.51.100.1"))
            .to_http_request();
        let seen = |trusted: &[IpAddr]| address_of(&req, trusted).unwrap().to_string();
        assert_eq!(seen(&[]), "10.0.0.1");
        assert_eq!(seen(&["10.0.0.1".parse().unwrap()]), "198.51.100.1");
    }
}
