//! One's alerts.

use actix_web::{HttpResponse, delete, get, patch, post};
use rialto_portfolio::{AlertRule, Currency};
use rialto_wire::alerts::{AlertView, ChangeAlertRequest, CreateAlertRequest, FiringView};
use rialto_wire::list::List;

use super::convert::{alert_view, changes, firing_view, new_alert, not_priced};
use crate::auth::Signed;
use crate::body::ValidJson;
use crate::error::ApiError;
use crate::lists::list_of;
use crate::path::AlertPath;
use crate::query::{PageQuery, ValidQuery};
use crate::state::State;
use crate::task::run_to_end;

/// Makes an alert; at most 100. One that is met already fires with the next price.
#[utoipa::path(
    tag = "alerts",
    request_body = CreateAlertRequest,
    responses((status = 201, description = "The alert", body = AlertView))
)]
#[post("/api/v1/alerts")]
pub(crate) async fn create_alert(
    state: State,
    request: Signed<ValidJson<CreateAlertRequest>>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: ValidJson(body) } = request;
    let (alerts, new) = (state.alerts.clone(), new_alert(&body)?);
    require_price(&state, &new.rule, &new.currency).await?;
    let alert = run_to_end(async move { alerts.create(caller.id(), new).await }).await?;
    Ok(HttpResponse::Created().json(alert_view(&alert)))
}

/// One's alerts, the newest first.
#[utoipa::path(
    tag = "alerts",
    params(PageQuery),
    responses((status = 200, description = "A page of them", body = List<AlertView>))
)]
#[get("/api/v1/alerts")]
pub(crate) async fn list_alerts(
    state: State,
    request: Signed<ValidQuery<PageQuery>>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: ValidQuery(PageQuery { cursor, limit }) } = request;
    let page = state.alerts.list(caller.id(), cursor, limit).await?;
    Ok(HttpResponse::Ok().json(list_of(page, |alert| alert_view(&alert))))
}

/// One of one's alerts.
#[utoipa::path(
    tag = "alerts",
    params(("id" = uuid::Uuid, Path, description = "Which")),
    responses((status = 200, description = "The alert", body = AlertView))
)]
#[get("/api/v1/alerts/{id}")]
pub(crate) async fn get_alert(state: State, request: Signed<AlertPath>) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: AlertPath(id) } = request;
    let alert = state.alerts.find(caller.id(), id).await?.ok_or_else(no_alert)?;
    Ok(HttpResponse::Ok().json(alert_view(&alert)))
}

/// Changes one of one's alerts. With another rule or currency it is armed anew.
#[utoipa::path(
    tag = "alerts",
    params(("id" = uuid::Uuid, Path, description = "Which")),
    request_body = ChangeAlertRequest,
    responses((status = 200, description = "The alert as it is now", body = AlertView))
)]
#[patch("/api/v1/alerts/{id}")]
pub(crate) async fn change_alert(
    state: State,
    request: Signed<(AlertPath, ValidJson<ChangeAlertRequest>)>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: (AlertPath(id), ValidJson(body)) } = request;
    let before = state.alerts.find(caller.id(), id).await?.ok_or_else(no_alert)?;
    let (alerts, changes) = (state.alerts.clone(), changes(&body, &before)?);
    if changes.rule.is_some() || changes.currency.is_some() {
        let rule = changes.rule.as_ref().unwrap_or(&before.rule);
        require_price(&state, rule, changes.currency.as_ref().unwrap_or(&before.currency)).await?;
    }
    let alert = run_to_end(async move { alerts.change(caller.id(), id, changes).await }).await?;
    Ok(HttpResponse::Ok().json(alert_view(&alert)))
}

/// Drops one of one's alerts, with the log of its firings.
#[utoipa::path(
    tag = "alerts",
    params(("id" = uuid::Uuid, Path, description = "Which")),
    responses((status = 204, description = "It is gone"))
)]
#[delete("/api/v1/alerts/{id}")]
pub(crate) async fn delete_alert(state: State, request: Signed<AlertPath>) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: AlertPath(id) } = request;
    let alerts = state.alerts.clone();
    let was_there = run_to_end(async move { alerts.delete(caller.id(), id).await }).await?;
    if was_there { Ok(HttpResponse::NoContent().finish()) } else { Err(no_alert()) }
}

/// What an alert fired and who was told, the newest first.
#[utoipa::path(
    tag = "alerts",
    params(("id" = uuid::Uuid, Path, description = "Which"), PageQuery),
    responses((status = 200, description = "A page of its firings", body = List<FiringView>))
)]
#[get("/api/v1/alerts/{id}/firings")]
pub(crate) async fn list_firings(
    state: State,
    request: Signed<(AlertPath, ValidQuery<PageQuery>)>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: (AlertPath(id), ValidQuery(PageQuery { cursor, limit })) } = request;
    let page = state.alerts.firings(caller.id(), id, cursor, limit).await?.ok_or_else(no_alert)?;
    Ok(HttpResponse::Ok().json(list_of(page, |logged| firing_view(&logged))))
}

/// What nobody prices never fires: better to say so now.
async fn require_price(state: &State, rule: &AlertRule, currency: &Currency) -> Result<(), ApiError> {
    let Some(asset) = rule.asset_id() else { return Ok(()) };
    state.prices.check_priced(asset, currency).await.map_err(|error| not_priced(&error))
}

fn no_alert() -> ApiError {
    ApiError::not_found("alert_not_found", "you have no such alert")
}
