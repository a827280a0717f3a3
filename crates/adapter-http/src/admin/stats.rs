//! How much there is.

use actix_web::{HttpResponse, get};
use rialto_wire::admin::StatsView;

use super::convert::stats_view;
use super::guard::ByAdmin;
use crate::error::ApiError;
use crate::state::State;

/// How much there is on the server.
#[utoipa::path(tag = "admin", responses((status = 200, description = "Counts", body = StatsView)))]
#[get("/api/v1/admin/stats")]
pub(crate) async fn get_stats(state: State, _: ByAdmin<()>) -> Result<HttpResponse, ApiError> {
    let accounts = state.admin.count_accounts().await?;
    let messaging = state.messaging.count_all().await?;
    Ok(HttpResponse::Ok().json(stats_view(accounts, messaging, state.health.open_sockets())))
}
