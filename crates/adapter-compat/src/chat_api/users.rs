//! People.

use actix_web::{HttpResponse, web};
use rialto_identity::User;
use rialto_kernel::{PageLimit, UserId};

use super::State;
use super::caller::Caller;
use super::id;
use super::listing::MOST;
use super::refusal::Refusal;
use super::view::UserView;
use crate::pages::gather;

/// `GET /api/users`: members in order of name.
pub(super) async fn list(state: web::Data<State>, caller: Caller) -> Result<HttpResponse, Refusal> {
    let users = gather(MOST, async |after| state.identity.list_users("", after, PageLimit::FULL).await).await?;
    let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
    let presences = state.deps.messaging.presence_of(caller.id(), &ids).await;
    let views: Vec<UserView> =
        users.iter().zip(presences).map(|(user, presence)| view_of(user, presence.online, &caller)).collect();
    Ok(HttpResponse::Ok().json(views))
}

/// `GET /api/users/{id}`.
pub(super) async fn show(
    state: web::Data<State>,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse, Refusal> {
    let user = find(&state, &path).await?;
    let presence = state.deps.messaging.presence_of(caller.id(), &[user.id]).await.pop();
    let is_online = presence.is_some_and(|presence| presence.online);
    Ok(HttpResponse::Ok().json(view_of(&user, is_online, &caller)))
}

/// The user of an id, as it is written in a path or a body.
pub(super) async fn find(state: &State, id: &str) -> Result<User, Refusal> {
    let id = id::parse(id).ok_or_else(Refusal::no_such_user)?;
    state.identity.find_user(id.into()).await?.ok_or_else(Refusal::no_such_user)
}

/// Whoever asks is there.
fn view_of(user: &User, is_online: bool, caller: &Caller) -> UserView {
    if user.id == caller.id() { UserView::own(user, true) } else { UserView::of(user, is_online) }
}
