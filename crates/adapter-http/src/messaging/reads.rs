//! What people have read.

use actix_web::{HttpResponse, get, put};
use rialto_convert::reads::{read_state_view, receipt_view};
use rialto_wire::list::List;
use rialto_wire::messaging::{MarkReadRequest, ReadStateView, ReceiptView};

use crate::auth::Signed;
use crate::body::ValidJson;
use crate::error::ApiError;
use crate::lists::list_of;
use crate::path::ConversationPath;
use crate::query::{PageQuery, ValidQuery};
use crate::state::State;
use crate::task::run_to_end;

/// Says how far one has read, in a conversation or in one of its threads.
///
/// The pointer only moves forward, and not past the last message. One's other devices hear of it as `read.changed`.
#[utoipa::path(
    tag = "conversations",
    params(("id" = uuid::Uuid, Path, description = "Which conversation")),
    request_body = MarkReadRequest,
    responses((status = 200, description = "The pointer as it is now, and what is left", body = ReadStateView))
)]
#[put("/api/v1/conversations/{id}/read")]
pub(crate) async fn mark_read(
    state: State,
    request: Signed<(ConversationPath, ValidJson<MarkReadRequest>)>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: (ConversationPath(id), ValidJson(body)) } = request;
    let (messaging, thread_root) = (state.messaging.clone(), body.thread_root.map(Into::into));
    let mark = async move { messaging.mark_read(id, thread_root, caller.id(), body.ordinal).await };
    Ok(HttpResponse::Ok().json(read_state_view(run_to_end(mark).await?)))
}

/// How far the members have read, where the conversation shows that.
#[utoipa::path(
    tag = "conversations",
    params(("id" = uuid::Uuid, Path, description = "Which conversation"), PageQuery),
    responses((status = 200, description = "A page of receipts", body = List<ReceiptView>))
)]
#[get("/api/v1/conversations/{id}/receipts")]
pub(crate) async fn list_receipts(
    state: State,
    request: Signed<(ConversationPath, ValidQuery<PageQuery>)>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: (ConversationPath(id), ValidQuery(page)) } = request;
    let found = state.messaging.list_receipts(id, caller.id(), page.cursor, page.limit).await?;
    Ok(HttpResponse::Ok().json(list_of(found, receipt_view)))
}
