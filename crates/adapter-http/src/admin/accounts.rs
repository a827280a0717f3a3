//! Everybody's accounts.

use actix_web::{HttpResponse, delete, get, patch, put};
use rialto_identity::{AccountFilter, AccountStart, Operator, Role, User};
use rialto_kernel::{InvalidValue, UserId};
use rialto_messaging::Presence;
use rialto_wire::admin::{AccountView, ChangeAccountRequest, SetPasswordRequest};
use rialto_wire::list::List;
use utoipa::IntoParams;

use super::convert::{account_change, account_view, new_password};
use super::guard::ByAdmin;
use crate::body::ValidJson;
use crate::error::ApiError;
use crate::lists::list_of;
use crate::path::UserPath;
use crate::query::{FromQuery, PageQuery, Params, ValidQuery};
use crate::state::State;
use crate::task::run_to_end;

/// Which accounts.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AccountsQuery {
    /// What their username or e-mail address starts with, in any letter case.
    #[param(value_type = Option<String>, max_length = 254)]
    query: String,
    /// `admin`, `member` or `guest`.
    #[param(value_type = Option<String>)]
    role: Option<Role>,
    /// Whether they are closed.
    disabled: Option<bool>,
}

impl FromQuery for (AccountsQuery, PageQuery) {
    fn read(params: &mut Params) -> Self {
        let query = params.parse("query", |text| {
            InvalidValue::check_length(text, 0, 254)?;
            Ok(text.trim().to_owned())
        });
        let role = params.parse("role", |word| {
            Role::from_word(word).ok_or_else(|| InvalidValue::new("unknown_value", "must be admin, member or guest"))
        });
        let disabled = params.parse("disabled", |word| {
            word.parse().map_err(|_| InvalidValue::new("wrong_type", "must be true or false"))
        });
        (AccountsQuery { query: query.unwrap_or_default(), role, disabled }, PageQuery::read(params))
    }
}

/// Everybody, guests too, in order of name.
#[utoipa::path(
    tag = "admin",
    params(AccountsQuery, PageQuery),
    responses((status = 200, description = "A page of accounts", body = List<AccountView>))
)]
#[get("/api/v1/admin/users")]
pub(crate) async fn list_accounts(
    state: State,
    request: ByAdmin<ValidQuery<(AccountsQuery, PageQuery)>>,
) -> Result<HttpResponse, ApiError> {
    let ValidQuery((wanted, page)) = request.input;
    let filter = AccountFilter { start: AccountStart::of(&wanted.query), role: wanted.role, disabled: wanted.disabled };
    let found = state.admin.list_accounts(filter, page.cursor, page.limit).await?;
    let ids: Vec<UserId> = found.items.iter().map(|user| user.id).collect();
    let presences = presence_of(&state, &request.operator, &ids).await;
    let present = |id| presences.iter().find(|presence| presence.user_id == id).copied();
    Ok(HttpResponse::Ok().json(list_of(found, |user| account_view(&user, present(user.id)))))
}

/// One account.
#[utoipa::path(
    tag = "admin",
    params(("id" = uuid::Uuid, Path, description = "Whose")),
    responses((status = 200, description = "The account", body = AccountView))
)]
#[get("/api/v1/admin/users/{id}")]
pub(crate) async fn get_account(state: State, request: ByAdmin<UserPath>) -> Result<HttpResponse, ApiError> {
    let UserPath(id) = request.input;
    let user = state.admin.find_account(id).await?.ok_or_else(no_such_user)?;
    Ok(answer(&state, &request.operator, user).await)
}

/// Makes a user an admin or a member, closes an account or opens it again.
///
/// Whoever is no admin any more, or whose account is closed, is signed out everywhere before this answers: sessions
/// have ended and sockets are shut. The last admin whose account is open stays one: 409 `last_admin`.
#[utoipa::path(
    tag = "admin",
    params(("id" = uuid::Uuid, Path, description = "Whose")),
    request_body = ChangeAccountRequest,
    responses((status = 200, description = "The account as it is now", body = AccountView))
)]
#[patch("/api/v1/admin/users/{id}")]
pub(crate) async fn change_account(
    state: State,
    request: ByAdmin<(UserPath, ValidJson<ChangeAccountRequest>)>,
) -> Result<HttpResponse, ApiError> {
    let ByAdmin { operator, input: (UserPath(id), ValidJson(body)) } = request;
    let (admin, change, by) = (state.admin.clone(), account_change(body), operator.clone());
    let user = run_to_end(async move { admin.change_account(&by, id, change).await }).await?;
    Ok(answer(&state, &operator, user).await)
}

/// Signs a user out everywhere.
#[utoipa::path(
    tag = "admin",
    params(("id" = uuid::Uuid, Path, description = "Whom")),
    responses((status = 204, description = "All their sessions have ended"))
)]
#[delete("/api/v1/admin/users/{id}/sessions")]
pub(crate) async fn end_sessions(state: State, request: ByAdmin<UserPath>) -> Result<HttpResponse, ApiError> {
    let ByAdmin { operator, input: UserPath(id) } = request;
    let admin = state.admin.clone();
    let is_there = run_to_end(async move { admin.end_sessions(&operator, id).await }).await?;
    if is_there { Ok(HttpResponse::NoContent().finish()) } else { Err(no_such_user()) }
}

/// Gives a user another password, and signs them out everywhere.
#[utoipa::path(
    tag = "admin",
    params(("id" = uuid::Uuid, Path, description = "Whom")),
    request_body = SetPasswordRequest,
    responses((status = 204, description = "The new password works, and all sessions have ended"))
)]
#[put("/api/v1/admin/users/{id}/password")]
pub(crate) async fn set_password(
    state: State,
    request: ByAdmin<(UserPath, ValidJson<SetPasswordRequest>)>,
) -> Result<HttpResponse, ApiError> {
    let ByAdmin { operator, input: (UserPath(id), ValidJson(body)) } = request;
    let (admin, password) = (state.admin.clone(), new_password(&body)?);
    run_to_end(async move { admin.set_password(&operator, id, password).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}

pub(super) fn no_such_user() -> ApiError {
    ApiError::not_found("user_not_found", "there is no such user")
}

/// Whoever hides is hidden from those who run the server too.
async fn presence_of(state: &State, operator: &Operator, users: &[UserId]) -> Vec<Presence> {
    match operator.id() {
        Some(reader) => state.messaging.presence_of(reader, users).await,
        None => Vec::new(),
    }
}

async fn answer(state: &State, operator: &Operator, user: User) -> HttpResponse {
    let presence = presence_of(state, operator, &[user.id]).await.first().copied();
    HttpResponse::Ok().json(account_view(&user, presence))
}
