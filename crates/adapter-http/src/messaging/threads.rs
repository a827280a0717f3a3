//! Threads.

use actix_web::{HttpResponse, get};
use rialto_convert::messages::thread_view;
use rialto_wire::messaging::ThreadView;

use super::messages::{HistoryQuery, position};
use crate::auth::Signed;
use crate::error::ApiError;
use crate::path::MessagePath;
use crate::query::{PageQuery, ValidQuery};
use crate::state::State;

/// The thread that a message starts, with a page of its replies, newest first unless told.
#[utoipa::path(
    tag = "messages",
    params(("id" = uuid::Uuid, Path, description = "Its first message"), HistoryQuery, PageQuery),
    responses((status = 200, description = "The thread", body = ThreadView))
)]
#[get("/api/v1/messages/{id}/thread")]
pub(crate) async fn get_thread(
    state: State,
    request: Signed<(MessagePath, ValidQuery<(HistoryQuery, PageQuery)>)>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: (MessagePath(id), ValidQuery((query, page))) } = request;
    let position = position(&query, &page)?;
    let thread = state.messaging.read_thread(id, caller.id(), position, page.limit).await?;
    Ok(HttpResponse::Ok().json(thread_view(thread, caller.id())))
}
