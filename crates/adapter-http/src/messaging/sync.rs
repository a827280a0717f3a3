//! What changed while one was away.

use actix_web::{HttpResponse, get};
use rialto_convert::conversations::changes_view;
use rialto_wire::messaging::ChangesView;

use crate::auth::Signed;
use crate::error::ApiError;
use crate::query::{PageQuery, ValidQuery};
use crate::state::State;

/// The conversations in which something happened since a cursor, and those one is not in any more.
///
/// Without a cursor, all of them. Ask again with `next_cursor`: at once while `more`, and from then on to learn what has
/// changed since. A conversation may be named more than once; none is left out.
#[utoipa::path(
    tag = "conversations",
    params(PageQuery),
    responses((status = 200, description = "A page of changes", body = ChangesView))
)]
#[get("/api/v1/sync")]
pub(crate) async fn sync(state: State, request: Signed<ValidQuery<PageQuery>>) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: ValidQuery(page) } = request;
    let changes = state.messaging.list_changes(caller.id(), page.cursor, page.limit).await?;
    Ok(HttpResponse::Ok().json(changes_view(&changes, caller.id())))
}
