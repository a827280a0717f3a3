//! Second factors that are lost.

use actix_web::{HttpResponse, delete};

use super::accounts::no_such_user;
use super::guard::ByAdmin;
use crate::error::ApiError;
use crate::path::UserPath;
use crate::state::State;
use crate::task::run_to_end;

/// Switches a user's second factor off, for who has lost it and the recovery codes.
///
/// Sessions go on, and the password stays. Make sure first that it is they who ask.
#[utoipa::path(
    tag = "admin",
    params(("id" = uuid::Uuid, Path, description = "Whose")),
    responses((status = 204, description = "None is on"))
)]
#[delete("/api/v1/admin/users/{id}/totp")]
pub(crate) async fn reset_totp(state: State, request: ByAdmin<UserPath>) -> Result<HttpResponse, ApiError> {
    let ByAdmin { operator, input: UserPath(id) } = request;
    let admin = state.admin.clone();
    let is_there = run_to_end(async move { admin.reset_totp(&operator, id).await }).await?;
    if is_there { Ok(HttpResponse::NoContent().finish()) } else { Err(no_such_user()) }
}
