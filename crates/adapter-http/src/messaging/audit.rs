//! What was decided in a conversation.

use actix_web::{HttpResponse, get};
use rialto_convert::moderation::audit_entry_view;
use rialto_wire::list::List;
use rialto_wire::messaging::AuditEntryView;

use crate::auth::Signed;
use crate::error::ApiError;
use crate::lists::list_of;
use crate::path::ConversationPath;
use crate::query::{PageQuery, ValidQuery};
use crate::state::State;

/// What was decided over a conversation and over those in it, newest first; for who keeps order.
#[utoipa::path(
    tag = "moderation",
    params(("id" = uuid::Uuid, Path, description = "Which conversation"), PageQuery),
    responses((status = 200, description = "A page of decisions", body = List<AuditEntryView>))
)]
#[get("/api/v1/conversations/{id}/audit")]
pub(crate) async fn list_audit(
    state: State,
    request: Signed<(ConversationPath, ValidQuery<PageQuery>)>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: (ConversationPath(id), ValidQuery(page)) } = request;
    let found = state.messaging.list_audit(id, caller.id(), page.cursor, page.limit).await?;
    Ok(HttpResponse::Ok().json(list_of(found, |entry| audit_entry_view(&entry))))
}
