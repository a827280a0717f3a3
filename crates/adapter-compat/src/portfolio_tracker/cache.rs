//! The cache of prices. Everybody here may clear it, as on the server that this surface stands in for; but the cache is the whole
//! server's, and each clearing costs calls to providers. So admins do it as often as they like, and all others together a few
//! times at once and once a minute over time, which is as often as prices are fetched anew anyway.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use rialto_kernel::{Instant, RatePolicy, RateState, RateVerdict};
use rialto_portfolio::{AssetId, Currency};
use serde::Serialize;

use super::Desk;
use super::asker::Asker;
use super::reply::{self, Refusal};
use crate::deps::CompatDeps;

const CLEARS: RatePolicy = RatePolicy { limit: 5, window: Duration::from_secs(5 * 60) };

/// How often those who are no admins may clear the cache, all together.
#[derive(Default)]
pub(super) struct ClearAllowance(Mutex<RateState>);

impl ClearAllowance {
    fn take(&self, now: Instant) -> RateVerdict {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (after, verdict) = CLEARS.judge(*state, 1, now);
        *state = after;
        verdict
    }
}

#[derive(Serialize)]
struct Stats {
    cached_coins: usize,
    cache_hits: u64,
    cache_keys: Vec<String>,
}

/// `GET /api/v1/crypto/cache/stats`.
pub(super) async fn show_stats(_asker: Asker, deps: web::Data<CompatDeps>) -> HttpResponse {
    let held = deps.prices.held_assets(&Currency::default());
    let stats = Stats {
        cached_coins: held.len(),
        cache_hits: deps.prices.cache_stats().hits,
        cache_keys: held.iter().map(AssetId::to_string).collect(),
    };
    reply::with(StatusCode::OK, "Cache stats retrieved successfully", stats)
}

/// `DELETE /api/v1/crypto/cache`.
pub(super) async fn clear(
    asker: Asker,
    deps: web::Data<CompatDeps>,
    desk: web::Data<Desk>,
) -> Result<HttpResponse, Refusal> {
    if !asker.user.runs_the_server() {
        let verdict = desk.clears.take(deps.clock.now());
        if !verdict.allowed {
            return Err(Refusal::new(StatusCode::TOO_MANY_REQUESTS, "Failed to clear cache")
                .because("the cache was cleared often enough; its prices are fresh")
                .after(verdict.retry_after));
        }
    }
    deps.prices.clear_cache();
    Ok(reply::done("Cache cleared successfully"))
}
