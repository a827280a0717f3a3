//! Prices on request.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use rialto_kernel::RateClass;
use rialto_portfolio::{AssetId, Currency, FindQuoteError};
use serde::Deserialize;
use tokio::time::Instant;

use super::asker::Asker;
use super::coin::{Coin, Portfolio};
use super::look_up::{KNOWN, Missing, USUAL_TIMEOUT, look_up};
use super::params::Params;
use super::reply::{self, Refusal};
use crate::body::LooseJson;
use crate::deps::CompatDeps;
use crate::limits;

/// The most coins that a look-up of many may name.
const MAX_BULK: usize = 20;
/// The server that this surface stands in for had no bound here.
const MAX_PORTFOLIO: usize = 1_000;

const NOT_FETCHED: &str = "Failed to fetch crypto data";

/// `GET /api/v1/crypto/{coin}`.
pub(super) async fn get_coin(
    _asker: Asker,
    name: web::Path<String>,
    deps: web::Data<CompatDeps>,
) -> Result<HttpResponse, Refusal> {
    let asset = AssetId::parse(&name).map_err(|_| not_found(&name))?;
    let quote = deps.prices.find_quote(&asset, &Currency::default()).await.map_err(|error| match error {
        FindQuoteError::Ambiguous { .. } => Refusal::new(StatusCode::CONFLICT, NOT_FETCHED).because(error.to_string()),
        FindQuoteError::Quote(error) => match Missing::of(&name, error) {
            Missing::Unknown(_) => not_found(&name),
            why @ (Missing::TimedOut | Missing::Failed(_)) => {
                Refusal::new(StatusCode::SERVICE_UNAVAILABLE, NOT_FETCHED).because(why.to_string())
            }
        },
    })?;
    Ok(reply::with(StatusCode::OK, "Crypto data retrieved successfully", Coin::priced(&name, &quote)))
}

fn not_found(name: &str) -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, NOT_FETCHED).because(Missing::Unknown(name.to_owned()).to_string())
}

/// `GET /api/v1/crypto/popular`.
pub(super) async fn list_popular(_asker: Asker, req: HttpRequest, deps: web::Data<CompatDeps>) -> HttpResponse {
    let limit = Params::of(&req).number("limit", 1..=50, 10);
    let names: Vec<String> =
        KNOWN.iter().take(usize::try_from(limit).unwrap_or_default()).map(|name| (*name).to_owned()).collect();
    let portfolio = portfolio(&deps, &names, USUAL_TIMEOUT).await;
    reply::with(StatusCode::OK, "Popular coins retrieved successfully", portfolio)
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    coins: Vec<String>,
    /// In seconds.
    timeout: Option<i64>,
}

impl Wanted {
    /// What a body wants, at most `max` coins.
    pub fn read(body: &LooseJson, max: usize, too_many: &'static str) -> Result<Self, Refusal> {
        let refusal = |message| Refusal::new(StatusCode::BAD_REQUEST, message);
        let wanted: Self = body.read().map_err(|error| refusal("Invalid request format").because(error.to_string()))?;
        match wanted.coins.len() {
            0 => Err(refusal("At least one coin is required")),
            count if count > max => Err(refusal(too_many)),
            _ => Ok(wanted),
        }
    }

    /// The coins alone.
    pub fn into_coins(self) -> Vec<String> {
        self.coins
    }

    fn timeout(&self) -> Duration {
        let seconds = self.timeout.and_then(|seconds| u64::try_from(seconds).ok()).filter(|seconds| *seconds > 0);
        seconds.map_or(USUAL_TIMEOUT, Duration::from_secs)
    }
}

/// `POST /api/v1/crypto/bulk`.
pub(super) async fn look_up_many(
    asker: Asker,
    deps: web::Data<CompatDeps>,
    body: LooseJson,
) -> Result<HttpResponse, Refusal> {
    let wanted = Wanted::read(&body, MAX_BULK, "Maximum 20 coins allowed")?;
    limits::take_from_network(&deps, asker.network, RateClass::Bulk).await.map_err(Refusal::too_many)?;
    let portfolio = portfolio(&deps, &wanted.coins, wanted.timeout()).await;
    Ok(reply::with(StatusCode::OK, "Bulk crypto data retrieved successfully", portfolio))
}

/// `POST /api/v1/crypto/portfolio`.
pub(super) async fn value_portfolio(
    asker: Asker,
    deps: web::Data<CompatDeps>,
    body: LooseJson,
) -> Result<HttpResponse, Refusal> {
    let wanted = Wanted::read(&body, MAX_PORTFOLIO, "Maximum 1000 coins allowed")?;
    limits::take_from_network(&deps, asker.network, RateClass::Bulk).await.map_err(Refusal::too_many)?;
    let portfolio = portfolio(&deps, &wanted.coins, wanted.timeout()).await;
    Ok(reply::with(StatusCode::OK, "Portfolio data retrieved successfully", portfolio))
}

async fn portfolio(deps: &CompatDeps, names: &[String], timeout: Duration) -> Portfolio {
    let started = Instant::now();
    let found = look_up(&deps.prices, names, timeout).await;
    Portfolio::of(&found, started.elapsed(), deps.clock.now())
}
