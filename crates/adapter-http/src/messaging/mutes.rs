//! Members who may not write for a while.

use std::time::Duration;

use actix_web::{HttpResponse, delete, put};
use rialto_convert::members::member_view;
use rialto_kernel::InvalidValue;
use rialto_wire::messaging::{MemberView, MuteRequest};

use super::convert::field;
use crate::auth::Signed;
use crate::body::ValidJson;
use crate::error::ApiError;
use crate::path::{ConversationPath, MemberPath};
use crate::state::State;
use crate::task::run_to_end;

/// A year.
const MAX_SECONDS: u64 = 31_536_000;

/// Silences a member for a while; for who keeps order. Members hear of it as `member.mute_changed`.
#[utoipa::path(
    tag = "moderation",
    params(
        ("id" = uuid::Uuid, Path, description = "Which conversation"),
        ("user_id" = uuid::Uuid, Path, description = "Whom"),
    ),
    request_body = MuteRequest,
    responses((status = 200, description = "The member as they are now", body = MemberView))
)]
#[put("/api/v1/conversations/{id}/mutes/{user_id}")]
pub(crate) async fn mute_member(
    state: State,
    request: Signed<(ConversationPath, MemberPath, ValidJson<MuteRequest>)>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: (ConversationPath(id), MemberPath(user_id), ValidJson(body)) } = request;
    let until = Some(state.clock.now() + Duration::from_secs(field("seconds", bounded(body.seconds))?));
    let messaging = state.messaging.clone();
    let member = run_to_end(async move { messaging.mute_member(id, caller.id(), user_id, until).await }).await?;
    Ok(HttpResponse::Ok().json(member_view(&member)))
}

fn bounded(seconds: u64) -> Result<u64, InvalidValue> {
    let refusal = || InvalidValue::new("out_of_range", format!("must be a whole number from 1 to {MAX_SECONDS}"));
    (1..=MAX_SECONDS).contains(&seconds).then_some(seconds).ok_or_else(refusal)
}

/// Lets a member write again.
#[utoipa::path(
    tag = "moderation",
    params(
        ("id" = uuid::Uuid, Path, description = "Which conversation"),
        ("user_id" = uuid::Uuid, Path, description = "Whom"),
    ),
    responses((status = 200, description = "The member as they are now", body = MemberView))
)]
#[delete("/api/v1/conversations/{id}/mutes/{user_id}")]
pub(crate) async fn unmute_member(
    state: State,
    request: Signed<(ConversationPath, MemberPath)>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: (ConversationPath(id), MemberPath(user_id)) } = request;
    let messaging = state.messaging.clone();
    let member = run_to_end(async move { messaging.mute_member(id, caller.id(), user_id, None).await }).await?;
    Ok(HttpResponse::Ok().json(member_view(&member)))
}
