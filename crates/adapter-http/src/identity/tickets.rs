//! Tickets: for sockets of clients that can say who they are in the address alone.

use actix_web::{HttpResponse, post};
use rialto_identity::TicketHolder;
use rialto_wire::identity::TicketView;

use super::convert::ticket_view;
use crate::auth::Authenticated;
use crate::error::ApiError;
use crate::state::State;

/// Gives out a ticket that signs one socket in.
///
/// It works once, as `/ws?ticket=…`, within seconds, and only while this session lives.
#[utoipa::path(tag = "auth", responses((status = 201, description = "The ticket", body = TicketView)))]
#[post("/api/v1/auth/tickets")]
pub(crate) async fn issue_ticket(state: State, caller: Authenticated) -> Result<HttpResponse, ApiError> {
    let holder = TicketHolder { user_id: caller.id(), session_id: caller.session_id };
    let issued = state.identity.issue_ticket(holder).await?;
    Ok(HttpResponse::Created().json(ticket_view(&issued)))
}
