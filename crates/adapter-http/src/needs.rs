//! What every route needs of who asks: the one place that says it. A route that is not here is for sessions alone.

use actix_web::HttpRequest;
use rialto_identity::{Credential, Scope};

use crate::error::ApiError;

/// What a route needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Nothing: nobody looks at who asks.
    Nothing,
    /// A session, or an API token with this scope. Prices need it of API tokens only: who has none may read them too.
    Scope(Scope),
    /// A session, and no API token will do.
    Session,
}

use Need::{Nothing, Session};
const READ: Need = Need::Scope(Scope::MessagesRead);
const WRITE: Need = Need::Scope(Scope::MessagesWrite);
const PRICES: Need = Need::Scope(Scope::PricesRead);
const PROFILE: Need = Need::Scope(Scope::ProfileRead);

/// Method, path as in the API document, need. Fixed paths come before patterns that would match them too.
const NEEDS: &[(&str, &str, Need)] = &[
    // Who people are
    ("POST", "/api/v1/auth/register", Nothing),
    ("POST", "/api/v1/auth/login", Nothing),
    ("POST", "/api/v1/auth/guest", Nothing),
    ("POST", "/api/v1/auth/refresh", Nothing),
    ("POST", "/api/v1/auth/upgrade", Session),
    ("POST", "/api/v1/auth/setup", Nothing),
    ("POST", "/api/v1/auth/tickets", Session),
    ("POST", "/api/v1/auth/password", Session),
    ("POST", "/api/v1/auth/password/forgot", Nothing),
    ("POST", "/api/v1/auth/password/reset", Nothing),
    ("POST", "/api/v1/auth/api-tokens", Session),
    ("GET", "/api/v1/auth/api-tokens", Session),
    ("DELETE", "/api/v1/auth/api-tokens/{id}", Session),
    ("GET", "/api/v1/auth/totp", Session),
    ("POST", "/api/v1/auth/totp", Session),
    ("DELETE", "/api/v1/auth/totp", Session),
    ("POST", "/api/v1/auth/totp/confirm", Session),
    ("POST", "/api/v1/auth/totp/recovery-codes", Session),
    ("GET", "/api/v1/auth/sessions", Session),
    ("DELETE", "/api/v1/auth/sessions/{id}", Session),
    ("POST", "/api/v1/auth/logout", Session),
    ("POST", "/api/v1/auth/logout-all", Session),
    ("GET", "/api/v1/auth/me", PROFILE),
    ("GET", "/api/v1/users", PROFILE),
    ("PATCH", "/api/v1/users/me", Session),
    ("DELETE", "/api/v1/users/me", Session),
    ("GET", "/api/v1/users/me/export", Session),
    ("PUT", "/api/v1/users/me/avatar", Session),
    ("DELETE", "/api/v1/users/me/avatar", Session),
    ("GET", "/api/v1/users/me/blocks", Session),
    ("PUT", "/api/v1/users/me/blocks/{id}", Session),
    ("DELETE", "/api/v1/users/me/blocks/{id}", Session),
    ("GET", "/api/v1/users/{id}/avatar", PROFILE),
    ("GET", "/api/v1/users/{id}", PROFILE),
    ("GET", "/api/v1/presence", PROFILE),
    // What they say
    ("POST", "/api/v1/conversations", WRITE),
    ("GET", "/api/v1/conversations", READ),
    ("GET", "/api/v1/conversations/{id}", READ),
    ("PATCH", "/api/v1/conversations/{id}", Session),
    ("DELETE", "/api/v1/conversations/{id}", Session),
    ("GET", "/api/v1/channels", READ),
    ("GET", "/api/v1/sync", READ),
    ("POST", "/api/v1/conversations/{id}/join", WRITE),
    ("POST", "/api/v1/conversations/{id}/leave", WRITE),
    ("GET", "/api/v1/conversations/{id}/members", READ),
    ("POST", "/api/v1/conversations/{id}/members", Session),
    ("PATCH", "/api/v1/conversations/{id}/members/{user_id}", Session),
    ("DELETE", "/api/v1/conversations/{id}/members/{user_id}", Session),
    ("GET", "/api/v1/conversations/{id}/messages", READ),
    ("POST", "/api/v1/conversations/{id}/messages", WRITE),
    ("GET", "/api/v1/conversations/{id}/events", READ),
    ("PUT", "/api/v1/conversations/{id}/read", WRITE),
    ("GET", "/api/v1/conversations/{id}/receipts", READ),
    ("GET", "/api/v1/conversations/{id}/pins", READ),
    ("GET", "/api/v1/messages/{id}", READ),
    ("PATCH", "/api/v1/messages/{id}", WRITE),
    ("DELETE", "/api/v1/messages/{id}", WRITE),
    ("GET", "/api/v1/messages/{id}/revisions", READ),
    ("GET", "/api/v1/messages/{id}/thread", READ),
    ("PUT", "/api/v1/messages/{id}/reactions/{emoji}", WRITE),
    ("DELETE", "/api/v1/messages/{id}/reactions/{emoji}", WRITE),
    ("PUT", "/api/v1/messages/{id}/pin", WRITE),
    ("DELETE", "/api/v1/messages/{id}/pin", WRITE),
    ("GET", "/api/v1/search", READ),
    // Who keeps order
    ("POST", "/api/v1/messages/{id}/report", Session),
    ("GET", "/api/v1/moderation/reports", Session),
    ("PATCH", "/api/v1/moderation/reports/{id}", Session),
    ("PUT", "/api/v1/conversations/{id}/mutes/{user_id}", Session),
    ("DELETE", "/api/v1/conversations/{id}/mutes/{user_id}", Session),
    ("PUT", "/api/v1/conversations/{id}/bans/{user_id}", Session),
    ("DELETE", "/api/v1/conversations/{id}/bans/{user_id}", Session),
    ("GET", "/api/v1/conversations/{id}/bans", Session),
    ("GET", "/api/v1/conversations/{id}/audit", Session),
    // What things are worth
    ("GET", "/api/v1/crypto/popular", PRICES),
    ("POST", "/api/v1/crypto/bulk", PRICES),
    ("GET", "/api/v1/crypto/stream/prices", PRICES),
    ("GET", "/api/v1/crypto/search", PRICES),
    ("POST", "/api/v1/crypto/portfolio", PRICES),
    ("GET", "/api/v1/crypto/providers", PRICES),
    ("GET", "/api/v1/crypto/cache/stats", PRICES),
    ("DELETE", "/api/v1/crypto/cache", Session),
    ("GET", "/api/v1/crypto/{coin}/history", PRICES),
    ("GET", "/api/v1/crypto/{coin}", PRICES),
    ("GET", "/api/v1/watchlist", Session),
    ("PUT", "/api/v1/watchlist/{coin}", Session),
    ("DELETE", "/api/v1/watchlist/{coin}", Session),
    ("POST", "/api/v1/alerts", Session),
    ("GET", "/api/v1/alerts", Session),
    ("GET", "/api/v1/alerts/{id}", Session),
    ("PATCH", "/api/v1/alerts/{id}", Session),
    ("DELETE", "/api/v1/alerts/{id}", Session),
    ("GET", "/api/v1/alerts/{id}/firings", Session),
    // Who runs the server
    ("GET", "/api/v1/admin/users", Session),
    ("GET", "/api/v1/admin/users/{id}", Session),
    ("PATCH", "/api/v1/admin/users/{id}", Session),
    ("DELETE", "/api/v1/admin/users/{id}/sessions", Session),
    ("PUT", "/api/v1/admin/users/{id}/password", Session),
    ("DELETE", "/api/v1/admin/users/{id}/totp", Session),
    ("GET", "/api/v1/admin/audit", Session),
    ("POST", "/api/v1/admin/invitations", Session),
    ("GET", "/api/v1/admin/invitations", Session),
    ("DELETE", "/api/v1/admin/invitations/{id}", Session),
    ("GET", "/api/v1/admin/stats", Session),
    // How the server is
    ("GET", "/health", Nothing),
    ("GET", "/health/live", Nothing),
    ("GET", "/health/ready", Nothing),
    ("GET", "/api/v1/openapi.json", Nothing),
    ("GET", "/api/v1/asyncapi.json", Nothing),
];

/// Refuses a request that its credential is not good for.
pub(crate) fn require(req: &HttpRequest, credential: &Credential) -> Result<(), ApiError> {
    if credential.is_session() {
        return Ok(());
    }
    // The path as the routes see it: an escaped letter must not lead around a need.
    match need_of(req.method().as_str(), req.match_info().as_str()) {
        Need::Nothing => Ok(()),
        Need::Scope(scope) if credential.allows(scope) => Ok(()),
        Need::Scope(scope) => {
            Err(ApiError::forbidden("scope_missing", format!("this needs an API token with the scope {scope}")))
        }
        Need::Session => Err(ApiError::forbidden(
            "scope_missing",
            "this needs a session; an API token may not do it, whatever its scopes",
        )),
    }
}

/// What a request needs; of a path that is in no row, a session.
fn need_of(method: &str, path: &str) -> Need {
    // The edge answers HEAD where there is GET.
    let method = if method == "HEAD" { "GET" } else { method };
    let row = NEEDS.iter().find(|(row_method, pattern, _)| *row_method == method && matches(pattern, path));
    row.map_or(Session, |(_, _, need)| *need)
}

/// What the API document says of it.
pub(crate) fn word_of(method: &str, pattern: &str) -> Option<&'static str> {
    match NEEDS.iter().find(|row| (row.0, row.1) == (method, pattern))?.2 {
        Nothing => None,
        Need::Scope(scope) => Some(scope.as_str()),
        Session => Some("session"),
    }
}

fn matches(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(wanted), Some(part)) if wanted == part || (wanted.starts_with('{') && !part.is_empty()) => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_route_says_what_it_needs_and_nothing_else_does() {
        let document = serde_json::to_value(crate::openapi()).unwrap();
        let mut routes = BTreeSet::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for method in item.as_object().unwrap().keys() {
                routes.insert((method.to_uppercase(), path.clone()));
            }
        }
        let stated: BTreeSet<_> =
            NEEDS.iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
        assert_eq!(NEEDS.len(), stated.len(), "a route is stated twice");
        let missing: Vec<_> = routes.difference(&stated).collect();
        assert!(missing.is_empty(), "say in this table what it needs: {missing:?}");
        let unknown: Vec<_> = stated.difference(&routes).collect();
        assert!(unknown.is_empty(), "there is no such route: {unknown:?}");
    }

    #[test]
    fn a_row_is_found_by_a_path_of_its_pattern_and_by_no_other() {
        for (method, pattern, need) in NEEDS {
            let path = pattern.replace("{id}", "1").replace("{user_id}", "2");
            let path = path.replace("{emoji}", "%F0%9F%91%8D").replace("{coin}", "bitcoin");
            assert_eq!(need_of(method, &path), *need, "{method} {pattern}");
        }
        for (method, path) in [
            ("GET", "/api/v1/conversations/"),
            ("GET", "/api/v1/conversations/1/nonsense"),
            ("TRACE", "/api/v1/conversations"),
            ("GET", "/api/v2/conversations"),
            ("GET", ""),
        ] {
            assert_eq!(need_of(method, path), Session, "{method} {path}");
        }
        assert_eq!(need_of("HEAD", "/api/v1/conversations"), READ);
    }
}
