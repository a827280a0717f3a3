//! What a client signs in with, as far as it can be known.

use std::future::{Ready, ready};
use std::net::IpAddr;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};
use rialto_identity::Device;

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
            let address = client_address(req, &state.settings.trusted_proxies);
            Self(Device::new(&user_agent, address))
        }))
    }
}

/// The address of the client: the peer's, or what trusted proxies say of it. Their header is read from
/// the right, as far as it was written by proxies we know: what stands further left, anyone can write.
pub(crate) fn client_address(req: &HttpRequest, trusted: &[IpAddr]) -> Option<String> {
    let mut address = req.peer_addr()?.ip().to_canonical();
    let forwarded: Vec<&str> = req
        .headers()
        .get_all("x-forwarded-for")
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    for hop in forwarded.into_iter().rev() {
        if !trusted.contains(&address) {
            break;
        }
        let Ok(before) = hop.trim().parse::<IpAddr>() else { break };
        address = before.to_canonical();
    }
    Some(address.to_string())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn seen(peer: &str, forwarded: &str) -> String {
        let req = TestRequest::get()
            .peer_addr(format!("{peer}:4000").parse().unwrap())
            .insert_header(("x-forwarded-for", forwarded))
            .to_http_request();
        let trusted = ["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()];
        client_address(&req, &trusted).unwrap()
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
    }
}
