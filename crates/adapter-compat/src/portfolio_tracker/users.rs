//! The list of users, and what they, or an admin in their place, do with their accounts. Addresses are shown to their owners
//! and to admins.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use rialto_identity::service::ManageAccountError;
use rialto_identity::{Email, User, Username};
use rialto_kernel::{Numbered, PageLimit, StoreError, UserId};
use serde::{Deserialize, Serialize};

use super::Desk;
use super::accounts::{INVALID, invalid, no_answer, unfit};
use super::asker::Asker;
use super::params::Params;
use super::reply::{self, Refusal};
use crate::body::LooseJson;
use crate::deps::CompatDeps;

const USUAL_LIMIT: u64 = 10;

/// A user as clients see them.
#[derive(Serialize)]
pub(super) struct UserView {
    id: u64,
    username: String,
    email: String,
}

impl UserView {
    /// As the user sees themselves.
    pub async fn of(deps: &CompatDeps, user: &User) -> Result<Self, StoreError> {
        let numbers = deps.numbers.numbers_of(Numbered::User, &[user.id.uuid()]).await?;
        let id = numbers.first().copied().ok_or_else(|| StoreError::corrupt("the number of a user"))?;
        Ok(Self::with_number(id, user))
    }

    fn with_number(id: u64, user: &User) -> Self {
        let email = user.email.as_ref().map(|email| email.as_str().to_owned()).unwrap_or_default();
        Self { id, username: user.username.as_str().to_owned(), email }
    }

    /// As `asker` sees `user`.
    fn seen_by(self, asker: &Asker, user: UserId) -> Self {
        let may_see = asker.user.id == user || asker.user.runs_the_server();
        if may_see { self } else { Self { email: String::new(), ..self } }
    }
}

#[derive(Serialize)]
struct UserPage {
    data: Vec<UserView>,
    total: u64,
    page: u64,
    limit: u64,
    total_pages: u64,
}

/// `GET /api/v1/users`.
pub(super) async fn list(
    asker: Asker,
    req: HttpRequest,
    deps: web::Data<CompatDeps>,
    desk: web::Data<Desk>,
) -> Result<HttpResponse, Refusal> {
    let params = Params::of(&req);
    let page = params.number("page", 1..=u64::from(u32::MAX), 1);
    let limit = params.number("limit", 1..=u64::from(PageLimit::MAX), USUAL_LIMIT);
    let length = PageLimit::parse(limit).unwrap_or_default();
    let found = desk.identity.list_members((page - 1) * limit, length).await.map_err(no_answer)?;
    let ids: Vec<_> = found.members.iter().map(|member| member.id.uuid()).collect();
    let numbers = deps.numbers.numbers_of(Numbered::User, &ids).await.map_err(no_answer)?;
    let numbered = numbers.into_iter().zip(&found.members);
    let data = numbered.map(|(number, user)| UserView::with_number(number, user).seen_by(&asker, user.id)).collect();
    let total_pages = found.total.div_ceil(limit);
    let users = UserPage { data, total: found.total, page, limit, total_pages };
    Ok(reply::with(StatusCode::OK, "Users retrieved successfully", users))
}

/// `GET /api/v1/users/{id}`.
pub(super) async fn show(
    asker: Asker,
    number: web::Path<String>,
    deps: web::Data<CompatDeps>,
    desk: web::Data<Desk>,
) -> Result<HttpResponse, Refusal> {
    let id = id_of(&deps, &number).await?;
    let user = desk.identity.find_member(id).await.map_err(no_answer)?.ok_or(NOT_FOUND)?;
    let view = UserView::of(&deps, &user).await.map_err(no_answer)?.seen_by(&asker, id);
    Ok(reply::with(StatusCode::OK, "User retrieved successfully", view))
}

#[derive(Deserialize)]
struct ChangeRequest {
    username: Option<String>,
    email: Option<String>,
    /// Never changed here: whoever sends one must not believe that it was.
    password: Option<serde_json::Value>,
}

/// `PUT /api/v1/users/{id}`.
pub(super) async fn change(
    asker: Asker,
    number: web::Path<String>,
    deps: web::Data<CompatDeps>,
    desk: web::Data<Desk>,
    body: LooseJson,
) -> Result<HttpResponse, Refusal> {
    let id = id_of(&deps, &number).await?;
    let request: ChangeRequest = body.read().map_err(invalid)?;
    if request.password.is_some() {
        let refusal = Refusal::new(StatusCode::BAD_REQUEST, INVALID);
        return Err(refusal.because("a password is not changed here; username and email are"));
    }
    let username = request.username.as_deref().map(Username::choose).transpose();
    let username = username.map_err(|why| unfit("username", &why))?;
    let email = request.email.as_deref().map(Email::parse).transpose().map_err(|why| unfit("email", &why))?;
    let by = asker.manager();
    let act = tokio::spawn(async move { desk.identity.change_login(&by, id, username, email).await });
    let changed = settled("Failed to update user", act.await)?;
    let view = UserView::of(&deps, &changed).await.map_err(no_answer)?.seen_by(&asker, id);
    Ok(reply::with(StatusCode::OK, "User updated successfully", view))
}

/// `DELETE /api/v1/users/{id}`.
pub(super) async fn delete(
    asker: Asker,
    number: web::Path<String>,
    deps: web::Data<CompatDeps>,
    desk: web::Data<Desk>,
) -> Result<HttpResponse, Refusal> {
    let id = id_of(&deps, &number).await?;
    let by = asker.manager();
    let act = tokio::spawn(async move { desk.identity.delete_account_by(&by, id).await });
    settled("Failed to delete user", act.await)?;
    Ok(reply::done("User deleted successfully"))
}

const NOT_FOUND: Refusal = Refusal::new(StatusCode::NOT_FOUND, "User not found");

async fn id_of(deps: &CompatDeps, number: &str) -> Result<UserId, Refusal> {
    let number: Option<u64> = number.parse().ok().filter(|number| *number > 0);
    let number = number.ok_or(Refusal::new(StatusCode::BAD_REQUEST, "Invalid user ID"))?;
    let id = deps.numbers.id_of(Numbered::User, number).await.map_err(no_answer)?;
    id.map(UserId::from).ok_or(NOT_FOUND)
}

/// How an act in a task of its own ended.
fn settled<T>(
    message: &'static str,
    outcome: Result<Result<T, ManageAccountError>, tokio::task::JoinError>,
) -> Result<T, Refusal> {
    let error = match outcome {
        Ok(Ok(done)) => return Ok(done),
        Ok(Err(error)) => error,
        Err(error) => return Err(Refusal::unavailable(message, &error)),
    };
    let status = match error {
        ManageAccountError::UnknownUser => return Err(NOT_FOUND),
        ManageAccountError::Store(error) => return Err(Refusal::unavailable(message, &error)),
        ManageAccountError::NotAllowed => StatusCode::FORBIDDEN,
        ManageAccountError::UsernameTaken | ManageAccountError::EmailTaken | ManageAccountError::LastAdmin => {
            StatusCode::CONFLICT
        }
    };
    Err(Refusal::new(status, message).because(error.to_string()))
}
