//! Who may register where registration is by invitation.

use actix_web::{HttpResponse, delete, get, post};
use rialto_wire::admin::{CreateInvitationRequest, InvitationView, IssuedInvitationView};
use rialto_wire::list::List;

use super::convert::{invitation_view, invite, issued_invitation_view};
use super::guard::ByAdmin;
use crate::body::OptionalJson;
use crate::error::ApiError;
use crate::lists::list_of;
use crate::path::InvitationPath;
use crate::query::{PageQuery, ValidQuery};
use crate::state::State;
use crate::task::run_to_end;

/// Makes an invitation, and tells its token this once.
#[utoipa::path(
    tag = "admin",
    request_body(content = Option<CreateInvitationRequest>),
    responses((status = 201, description = "The invitation and its token", body = IssuedInvitationView))
)]
#[post("/api/v1/admin/invitations")]
pub(crate) async fn create_invitation(
    state: State,
    request: ByAdmin<OptionalJson<CreateInvitationRequest>>,
) -> Result<HttpResponse, ApiError> {
    let ByAdmin { operator, input: OptionalJson(body) } = request;
    let (admin, input) = (state.admin.clone(), invite(&body)?);
    let issued = run_to_end(async move { admin.invite(&operator, input).await }).await?;
    Ok(HttpResponse::Created().json(issued_invitation_view(&issued, state.clock.now())))
}

/// The invitations there are, those that are over or used up too, newest first.
#[utoipa::path(
    tag = "admin",
    params(PageQuery),
    responses((status = 200, description = "A page of invitations", body = List<InvitationView>))
)]
#[get("/api/v1/admin/invitations")]
pub(crate) async fn list_invitations(
    state: State,
    request: ByAdmin<ValidQuery<PageQuery>>,
) -> Result<HttpResponse, ApiError> {
    let ValidQuery(page) = request.input;
    let found = state.admin.list_invitations(page.cursor, page.limit).await?;
    let now = state.clock.now();
    Ok(HttpResponse::Ok().json(list_of(found, |invitation| invitation_view(&invitation, now))))
}

/// Takes an invitation back; accounts that were made with it stay.
#[utoipa::path(
    tag = "admin",
    params(("id" = uuid::Uuid, Path, description = "Which")),
    responses((status = 204, description = "It works no more"))
)]
#[delete("/api/v1/admin/invitations/{id}")]
pub(crate) async fn revoke_invitation(
    state: State,
    request: ByAdmin<InvitationPath>,
) -> Result<HttpResponse, ApiError> {
    let ByAdmin { operator, input: InvitationPath(id) } = request;
    let admin = state.admin.clone();
    if run_to_end(async move { admin.revoke_invitation(&operator, id).await }).await? {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(ApiError::not_found("invitation_not_found", "there is no such invitation"))
    }
}
