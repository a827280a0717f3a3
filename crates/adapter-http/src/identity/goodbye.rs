//! How people go, and what they take along.

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, delete, get};
use futures_util::stream::unfold;
use rialto_convert::identity::actor;
use rialto_identity::Password;
use rialto_identity::service::DeleteAccount;
use rialto_wire::identity::{DeleteAccountRequest, ExportView, MessagesWord};

use super::export::{Sources, export};
use super::users::view_of;
use crate::auth::{Authenticated, Signed};
use crate::body::OptionalJson;
use crate::cookies;
use crate::device::CallerDevice;
use crate::error::ApiError;
use crate::state::State;
use crate::task::run_to_end;

/// Deletes one's account.
///
/// It is done at once: nobody signs in to it any more, sockets close, name and address are free. Soon after, one is out
/// of every group and channel, and with `"messages": "delete"` all that one has said is taken back.
#[utoipa::path(
    tag = "users",
    request_body(content = Option<DeleteAccountRequest>),
    responses((status = 204, description = "The account is gone"))
)]
#[delete("/api/v1/users/me")]
pub(crate) async fn delete_account(
    state: State,
    device: CallerDevice,
    request: Signed<OptionalJson<DeleteAccountRequest>>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: OptionalJson(body) } = request;
    let input = DeleteAccount {
        user: caller.user,
        session_id: caller.session_id,
        password: body.password.as_deref().map(Password::claimed),
        device: device.0,
        erase_messages: body.messages == MessagesWord::Delete,
    };
    let identity = state.identity.clone();
    run_to_end(async move { identity.delete_account(input).await }).await?;
    let mut response = HttpResponse::NoContent();
    cookies::clear(&mut response, &state.settings);
    Ok(response.finish())
}

/// All that the server keeps of oneself, as one document.
///
/// It is written while it is sent: one that breaks off is not whole, and not JSON.
#[utoipa::path(
    tag = "users",
    responses((status = 200, description = "The document, to be saved", body = ExportView))
)]
#[get("/api/v1/users/me/export")]
pub(crate) async fn export_data(state: State, caller: Authenticated) -> HttpResponse {
    state.identity.note_export(caller.id()).await;
    let reader = actor(&caller.user);
    let profile = view_of(&state, caller.user, reader).await;
    let sources = Sources {
        identity: state.identity.clone(),
        messaging: state.messaging.clone(),
        watchlists: state.watchlists.clone(),
        alerts: state.alerts.clone(),
    };
    let pieces = export(sources, profile, state.clock.now());
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"rialto-export.json\""))
        .streaming(unfold(pieces, |mut pieces| async { pieces.recv().await.map(|piece| (piece, pieces)) }))
}
