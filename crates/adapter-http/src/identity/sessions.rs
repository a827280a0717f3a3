//! One's own sessions.

use actix_web::{HttpResponse, delete, get};
use rialto_wire::identity::SessionView;
use rialto_wire::list::List;

use super::convert::session_view;
use super::sign_out::signed_out;
use crate::auth::{Authenticated, Signed};
use crate::error::ApiError;
use crate::path::SessionPath;
use crate::state::State;
use crate::task::run_to_end;

/// One's live sessions, the one used last first; at most 100.
#[utoipa::path(tag = "auth", responses((status = 200, description = "The sessions", body = List<SessionView>)))]
#[get("/api/v1/auth/sessions")]
pub(crate) async fn list_sessions(state: State, caller: Authenticated) -> Result<HttpResponse, ApiError> {
    let sessions = state.identity.list_sessions(caller.id()).await?;
    let items = sessions.iter().map(|in_use| session_view(in_use, caller.session_id)).collect();
    Ok(HttpResponse::Ok().json(List { items, next_cursor: None }))
}

/// Ends one of one's sessions.
///
/// Its sockets close at once, and its tokens open nothing any more.
#[utoipa::path(
    tag = "auth",
    params(("id" = uuid::Uuid, Path, description = "Which session")),
    responses((status = 204, description = "The session has ended"))
)]
#[delete("/api/v1/auth/sessions/{id}")]
pub(crate) async fn end_session(state: State, request: Signed<SessionPath>) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: SessionPath(id) } = request;
    let (identity, user) = (state.identity.clone(), caller.id());
    run_to_end(async move { identity.end_session(user, id).await }).await?;
    Ok(if id == caller.session_id { signed_out(&state) } else { HttpResponse::NoContent().finish() })
}
