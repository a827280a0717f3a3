//! People.

use actix_web::{HttpRequest, HttpResponse, get};
use rialto_convert::identity::{actor, user_view};
use rialto_identity::User;
use rialto_kernel::{InvalidValue, UserId};
use rialto_messaging::Actor;
use rialto_wire::identity::UserView;
use rialto_wire::list::List;
use utoipa::IntoParams;

use crate::auth::{Authenticated, Signed};
use crate::error::ApiError;
use crate::etag;
use crate::lists::list_of;
use crate::path::UserPath;
use crate::query::{FromQuery, PageQuery, Params, ValidQuery};
use crate::state::State;

/// The user who asks.
#[utoipa::path(tag = "auth", responses((status = 200, description = "Oneself", body = UserView)))]
#[get("/api/v1/auth/me")]
pub(crate) async fn get_me(req: HttpRequest, state: State, caller: Authenticated) -> Result<HttpResponse, ApiError> {
    let reader = actor(&caller.user);
    etag::answer(&req, &view_of(&state, caller.user, reader).await)
}

/// Which users.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct UsersQuery {
    /// What their username starts with, or words that words of their display name start with; in any letter case.
    #[param(value_type = Option<String>, max_length = 50)]
    query: String,
}

impl FromQuery for (UsersQuery, PageQuery) {
    fn read(params: &mut Params) -> Self {
        let query = params.parse("query", |text| {
            InvalidValue::check_length(text, 0, 50)?;
            Ok(text.trim().to_owned())
        });
        (UsersQuery { query: query.unwrap_or_default() }, PageQuery::read(params))
    }
}

/// Members of the server, in order of name.
#[utoipa::path(
    tag = "users",
    params(UsersQuery, PageQuery),
    responses((status = 200, description = "A page of users", body = List<UserView>))
)]
#[get("/api/v1/users")]
pub(crate) async fn list_users(
    state: State,
    request: Signed<ValidQuery<(UsersQuery, PageQuery)>>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: ValidQuery((users, page)) } = request;
    let found = state.identity.list_users(&users.query, page.cursor, page.limit).await?;
    let ids: Vec<UserId> = found.items.iter().map(|user| user.id).collect();
    let presences = state.messaging.presence_of(caller.id(), &ids).await;
    let present = |id| presences.iter().find(|presence| presence.user_id == id).copied();
    let reader = actor(&caller.user);
    let view = |user: User| user_view(&user, present(user.id), reader);
    Ok(HttpResponse::Ok().json(list_of(found, view)))
}

/// One user.
#[utoipa::path(
    tag = "users",
    params(("id" = uuid::Uuid, Path, description = "Who")),
    responses((status = 200, description = "The user", body = UserView))
)]
#[get("/api/v1/users/{id}")]
pub(crate) async fn get_user(
    req: HttpRequest,
    state: State,
    request: Signed<UserPath>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: UserPath(id) } = request;
    let user = state.identity.find_user(id).await?;
    let user = user.ok_or_else(|| ApiError::not_found("user_not_found", "there is no such user"))?;
    etag::answer(&req, &view_of(&state, user, actor(&caller.user)).await)
}

pub(super) async fn view_of(state: &State, user: User, reader: Actor) -> UserView {
    let presence = state.messaging.presence_of(reader.id, &[user.id]).await.first().copied();
    user_view(&user, presence, reader)
}
