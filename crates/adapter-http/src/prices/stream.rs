//! Prices as they tick, as server-sent events.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get};
use bytes::Bytes;
use futures_util::stream;
use rialto_portfolio::{AssetId, PriceService};
use rialto_wire::prices::QuoteView;
use utoipa::IntoParams;

use super::convert::quote_view;
use super::updates::{Pace, PriceUpdates, Update};
use crate::auth::judge_follower;
use crate::error::ApiError;
use crate::query::{FromQuery, Params, ValidQuery};
use crate::state::State;

const MAX_COINS: usize = 100;
const DEFAULT_INTERVAL_S: u64 = 5;

/// What to stream, and how much of it.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct StreamQuery {
    /// 1 to 100 asset ids or aliases, separated by commas.
    #[param(value_type = String, example = "bitcoin,ethereum")]
    coins: Vec<AssetId>,
    /// Seconds between two updates of one asset, at least; 5 unless told.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 3600)]
    interval: Duration,
    /// After how many updates of each asset the stream ends; 0, the default, means never.
    #[param(value_type = Option<u64>)]
    max_updates: u64,
    /// Says who follows, once, where neither a header nor a cookie can: from `POST auth/tickets`.
    ticket: Option<String>,
}

impl FromQuery for StreamQuery {
    fn read(params: &mut Params) -> Self {
        let coins = read_coins(params);
        let interval = params.number("interval", 1..=3600).unwrap_or(DEFAULT_INTERVAL_S);
        let max_updates = params.number("max_updates", 0..=u64::MAX).unwrap_or_default();
        let ticket = params.take("ticket");
        Self { coins, interval: Duration::from_secs(interval), max_updates, ticket }
    }
}

fn read_coins(params: &mut Params) -> Vec<AssetId> {
    let Some(text) = params.take("coins") else {
        params.refuse("coins", "missing_field", "is needed");
        return Vec::new();
    };
    let texts = text.split(',').filter(|text| !text.trim().is_empty());
    match texts.take(MAX_COINS + 1).map(AssetId::parse).collect::<Result<Vec<_>, _>>() {
        Err(refusal) => params.refuse("coins", refusal.code, &refusal.message),
        Ok(coins) if coins.is_empty() => params.refuse("coins", "missing_field", "is needed"),
        Ok(coins) if coins.len() > MAX_COINS => params.refuse("coins", "too_long", "may name at most 100 assets"),
        Ok(coins) => {
            let assets: BTreeSet<_> = coins.iter().map(PriceService::asset_named).collect();
            return assets.into_iter().collect();
        }
    }
    Vec::new()
}

/// Prices as they tick, as server-sent events.
///
/// `price_update` events in US dollars, the first at once. Assets that no provider knows never tick. A
/// client that comes back gets the newest prices; ids go on from `Last-Event-ID`. Nobody needs to say who they are; who
/// does, by bearer token, cookie or ticket, must be.
#[utoipa::path(
    tag = "prices",
    security((), ("bearer" = []), ("cookie" = [])),
    params(
        StreamQuery,
        ("Last-Event-ID" = Option<u64>, Header, description = "The id of the last event seen"),
    ),
    responses((
        status = 200,
        description = "`id:`, `event: price_update` and `data:` with a quote; comments in between show that it lives",
        body = QuoteView,
        content_type = "text/event-stream"
    ))
)]
#[get("/api/v1/crypto/stream/prices")]
pub(crate) async fn stream_prices(
    req: HttpRequest,
    state: State,
    query: ValidQuery<StreamQuery>,
) -> Result<HttpResponse, ApiError> {
    let ValidQuery(query) = query;
    // Before a ticket is used up.
    let seat = state.event_streams.admit(&req, &state.settings)?;
    judge_follower(&req, query.ticket.as_deref()).await?;
    let last_id = req.headers().get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let pace = Pace {
        interval: query.interval,
        heartbeat: state.settings.sse_heartbeat,
        max_updates: (query.max_updates > 0).then_some(query.max_updates),
    };
    let health = state.health.clone();
    let drain = Box::pin(async move { health.drain_begins().await });
    let assets = query.coins.len();
    let updates = PriceUpdates::new(state.prices.watch(query.coins), assets, drain, pace);

    let clock = state.clock.clone();
    let events = stream::unfold((updates, seat, last_id.unwrap_or(0_u64)), move |(mut updates, seat, last_id)| {
        let clock = clock.clone();
        async move {
            let (text, last_id) = match updates.next().await? {
                Update::Heartbeat => (":\n\n".to_owned(), last_id),
                Update::Quote(quote) => {
                    let id = last_id.wrapping_add(1);
                    let data = serde_json::to_string(&quote_view(&quote, clock.now())).ok()?;
                    (format!("id: {id}\nevent: price_update\ndata: {data}\n\n"), id)
                }
            };
            Some((Ok::<_, Infallible>(Bytes::from(text)), (updates, seat, last_id)))
        }
    });
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        // Neither a compressor nor a proxy may hold events back to fill a buffer.
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .insert_header(("x-accel-buffering", "no"))
        .streaming(events))
}

#[cfg(test)]
mod tests;
