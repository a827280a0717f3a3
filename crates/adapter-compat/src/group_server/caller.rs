//! Who asks: whoever a token names by number that the shared secret signed.

use actix_web::http::StatusCode;
use actix_web::http::header::HeaderMap;
use actix_web::{HttpResponse, web};
use rialto_edge::Authorization;
use rialto_identity::{AccessTokenError, User};
use rialto_kernel::{Numbered, UserId};

use super::answer::{fail, refuse};
use crate::client::authorization_of;
use crate::deps::CompatDeps;

/// The token of an `Authorization` header.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    match authorization_of(headers) {
        Authorization::Bearer(token) if !token.is_empty() => Some(token),
        _ => None,
    }
}

/// The user whom a token names, whose account is open.
pub(super) async fn user_of(deps: &web::Data<CompatDeps>, token: &str) -> Result<User, HttpResponse> {
    let verdict = match &deps.group_server.tokens {
        Some(tokens) => tokens.verify(token, deps.clock.now()),
        None => Err(AccessTokenError::Invalid),
    };
    // The same for all of them: a token that is not good for anything says nothing of who is there.
    let invalid = || refuse(StatusCode::UNAUTHORIZED, "Invalid or expired JWT");
    let number = verdict.map_err(|_: AccessTokenError| invalid())?;
    let user = match deps.numbers.id_of(Numbered::User, number).await {
        Ok(Some(id)) => deps.identity.find_user(UserId::from_uuid(id)).await,
        Ok(None) => Ok(None),
        Err(error) => Err(error),
    };
    let user = user.map_err(|error| fail(&error))?;
    user.filter(|user| user.disabled_at.is_none()).ok_or_else(invalid)
}
