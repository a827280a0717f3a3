//! The assets that somebody follows.

use actix_web::{HttpResponse, delete, get, put, web};
use rialto_portfolio::{AssetId, PriceService, QuoteOutcome};
use rialto_wire::list::List;
use rialto_wire::prices::WatchedView;

use super::convert::outcome_view;
use super::handlers::{CurrencyQuery, no_asset};
use crate::auth::{Authenticated, Signed};
use crate::error::ApiError;
use crate::query::ValidQuery;
use crate::state::State;
use crate::task::run_to_end;

/// The assets one follows, in the order in which they were added, each with its quote or the reason why there is none.
#[utoipa::path(
    tag = "prices",
    params(CurrencyQuery),
    responses((status = 200, description = "They", body = List<WatchedView>))
)]
#[get("/api/v1/watchlist")]
pub(crate) async fn list_watched(
    state: State,
    request: Signed<ValidQuery<CurrencyQuery>>,
) -> Result<HttpResponse, ApiError> {
    let Signed { caller, input: ValidQuery(CurrencyQuery { currency }) } = request;
    let watched = state.watchlists.list(caller.id(), &currency).await?;
    let now = state.clock.now();
    let view = |(asset, outcome): QuoteOutcome| {
        let (quote, error) = outcome_view(&outcome, now);
        WatchedView { asset_id: asset.to_string(), quote, error }
    };
    let items = watched.into_iter().map(view).collect();
    Ok(HttpResponse::Ok().json(List::<WatchedView> { items, next_cursor: None }))
}

/// Follows an asset; at most 200.
#[utoipa::path(
    tag = "prices",
    params(("coin" = String, Path, description = "A stable id such as `bitcoin`, or an alias")),
    responses((status = 204, description = "It is on the list"))
)]
#[put("/api/v1/watchlist/{coin}")]
pub(crate) async fn watch_asset(
    state: State,
    caller: Authenticated,
    coin: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let asset = named(&coin)?;
    let watchlists = state.watchlists.clone();
    run_to_end(async move { watchlists.add(caller.id(), &asset).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Follows an asset no longer.
#[utoipa::path(
    tag = "prices",
    params(("coin" = String, Path, description = "A stable id such as `bitcoin`, or an alias")),
    responses((status = 204, description = "It is not on the list"))
)]
#[delete("/api/v1/watchlist/{coin}")]
pub(crate) async fn unwatch_asset(
    state: State,
    caller: Authenticated,
    coin: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let asset = named(&coin)?;
    let watchlists = state.watchlists.clone();
    run_to_end(async move { watchlists.remove(caller.id(), &asset).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn named(coin: &str) -> Result<AssetId, ApiError> {
    AssetId::parse(coin).map(|name| PriceService::asset_named(&name)).map_err(|_| no_asset())
}
