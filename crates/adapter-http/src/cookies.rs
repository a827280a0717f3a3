//! The two cookies that hold tokens where scripts cannot read them.

use std::time::Duration;

use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::{HttpRequest, HttpResponseBuilder};
use rialto_edge::cookie;
use rialto_identity::TokenPair;

use crate::state::HttpSettings;

/// One of the two cookies.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TokenCookie {
    /// Opens the API and the socket.
    Access,
    /// Gets the next pair; sent nowhere else.
    Refresh,
}

impl TokenCookie {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Access => "rialto_access",
            Self::Refresh => "rialto_refresh",
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Access => "/",
            Self::Refresh => "/api/v1/auth",
        }
    }

    /// The token in this cookie of a request.
    pub(crate) fn read(self, headers: &HeaderMap) -> Option<&str> {
        cookie::read(headers.get_all(header::COOKIE).map(HeaderValue::as_bytes), self.name())
    }

    fn write(self, token: &str, lifetime: Duration, settings: &HttpSettings) -> String {
        let secure = if settings.secure_cookies { "; Secure" } else { "" };
        let (name, path, max_age) = (self.name(), self.path(), lifetime.as_secs());
        format!("{name}={token}; Path={path}; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}")
    }
}

/// Adds both cookies to an answer.
pub(crate) fn set(response: &mut HttpResponseBuilder, tokens: &TokenPair, settings: &HttpSettings) {
    let access = TokenCookie::Access.write(tokens.access.reveal(), tokens.access_lifetime, settings);
    let refresh = TokenCookie::Refresh.write(tokens.refresh.reveal(), tokens.refresh_lifetime, settings);
    response.append_header((header::SET_COOKIE, access)).append_header((header::SET_COOKIE, refresh));
}

/// Takes both cookies back.
pub(crate) fn clear(response: &mut HttpResponseBuilder, settings: &HttpSettings) {
    for cookie in [TokenCookie::Access, TokenCookie::Refresh] {
        response.append_header((header::SET_COOKIE, cookie.write("", Duration::ZERO, settings)));
    }
}

/// The refresh token in the cookies of a request.
pub(crate) fn refresh_token(req: &HttpRequest) -> Option<String> {
    TokenCookie::Refresh.read(req.headers()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let req = TestRequest::get()
            .insert_header(("cookie", "theme=dark; xrialto_access=no; rialto_access=a.b.c; rialto_refresh="))
            .to_http_request();
        assert_eq!(TokenCookie::Access.read(req.headers()), Some("a.b.c"));
        assert_eq!(TokenCookie::Refresh.read(req.headers()), None);
    }

    #[test]
    fn the_refresh_cookie_travels_to_the_sign_in_routes_alone() {
        let settings = HttpSettings::default();
        assert_eq!(
            TokenCookie::Refresh.write("r", Duration::from_secs(60), &settings),
            "rialto_refresh=r; Path=/api/v1/auth; Max-Age=60; HttpOnly; SameSite=Lax; Secure"
        );
        let plain = HttpSettings { secure_cookies: false, ..settings };
        assert!(!TokenCookie::Access.write("a", Duration::ZERO, &plain).contains("Secure"));
    }
}
