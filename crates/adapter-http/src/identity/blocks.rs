//! Whom one wants nothing to do with.

use actix_web::{HttpResponse, delete, get, put};
use rialto_convert::identity::block_view;
use rialto_wire::identity::BlockView;
use rialto_wire::list::List;

use crate::auth::Signed;
use crate::error::ApiError;
use crate::lists::list_of;
use crate::path::BlockPath;
use crate::query::{PageQuery, ValidQuery};
use crate::state::State;
use crate::task::run_to_end;

/// Whom one has blocked, in order of id.
#[utoipa::path(
    tag = "users",
    params(PageQuery),
    responses((status = 200, description = "A page of blocks", body = List<BlockView>))
)]
#[get("/api/v1/users/me/blocks")]
pub(crate) async fn list_blocks(
    state: State,
    request: Signed<ValidQuery<PageQuery>>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: ValidQuery(page) } = request;
    let found = state.identity.list_blocks(caller.id(), page.cursor, page.limit).await?;
    Ok(HttpResponse::Ok().json(list_of(found, |block| block_view(&block))))
}

/// Blocks a user.
///
/// They cannot start a direct conversation with one, nor write, react or type in the one there is, nor add one to
/// conversations, and see one offline. In groups and channels nothing changes.
#[utoipa::path(
    tag = "users",
    params(("id" = uuid::Uuid, Path, description = "Whom")),
    responses((status = 204, description = "They are blocked"))
)]
#[put("/api/v1/users/me/blocks/{id}")]
pub(crate) async fn block_user(state: State, request: Signed<BlockPath>) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: BlockPath(id) } = request;
    let identity = state.identity.clone();
    run_to_end(async move { identity.block_user(caller.id(), id).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Lifts a block.
#[utoipa::path(
    tag = "users",
    params(("id" = uuid::Uuid, Path, description = "Of whom")),
    responses((status = 204, description = "They are not blocked"))
)]
#[delete("/api/v1/users/me/blocks/{id}")]
pub(crate) async fn unblock_user(state: State, request: Signed<BlockPath>) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: BlockPath(id) } = request;
    let identity = state.identity.clone();
    run_to_end(async move { identity.unblock_user(caller.id(), id).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}
