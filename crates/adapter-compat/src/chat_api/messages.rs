//! `/api/messages`.

use actix_web::{HttpResponse, web};
use rialto_identity::Username;
use serde::Deserialize;

use super::caller::Caller;
use super::place::Place;
use super::refusal::Refusal;
use super::say::{Saying, say};
use super::view::MessageView;
use super::{State, id, listing};
use crate::body::LooseJson;

#[derive(Deserialize)]
struct PostBody {
    sender: Option<String>,
    #[serde(flatten)]
    saying: Saying,
}

/// `POST /api/messages`.
pub(super) async fn post(state: web::Data<State>, caller: Caller, body: LooseJson) -> Result<HttpResponse, Refusal> {
    let PostBody { sender, saying } = body.read()?;
    let is_own = |sender: &str| caller.is_called(sender) || id::parse(sender) == Some(caller.id().uuid());
    if sender.is_some_and(|sender| !sender.is_empty() && !is_own(&sender)) {
        return Err(Refusal::forbidden("sender must be the user who is signed in"));
    }
    let (message, place) = say(&state, caller.user(), caller.from, saying).await?;
    Ok(HttpResponse::Ok().json(MessageView::of(&message, &place)))
}

/// `GET /api/messages`: all that the caller may read.
pub(super) async fn list(state: web::Data<State>, caller: Caller) -> Result<HttpResponse, Refusal> {
    Ok(HttpResponse::Ok().json(listing::of_all(caller.id(), &state.deps.messaging).await?))
}

/// `GET /api/messages/between/{one}/{other}`: for the two of them.
pub(super) async fn list_between(
    state: web::Data<State>,
    caller: Caller,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Refusal> {
    let (one, other) = path.into_inner();
    let other = match (caller.is_called(&one), caller.is_called(&other)) {
        (true, _) => other,
        (false, true) => one,
        (false, false) => return Err(Refusal::forbidden("only the two may read what is between them")),
    };
    let name = Username::parse(&other).map_err(|_| Refusal::no_such_user())?;
    let other = state.identity.find_member_named(&name).await?.ok_or_else(Refusal::no_such_user)?;
    let messaging = &state.deps.messaging;
    let Some(direct) = messaging.find_direct(caller.id(), other.id).await? else {
        return Ok(HttpResponse::Ok().json(Vec::<MessageView>::new()));
    };
    let place = Place::of(&direct, caller.id(), messaging).await?;
    Ok(HttpResponse::Ok().json(listing::of_one(direct.id, &place, caller.id(), messaging).await?))
}
