//! Prices that are made up, and say so: for laptops without a network, for tests and for demonstrations.

mod assets;
mod history;
mod market;
mod rates;
mod steps;
mod walk;

use std::cmp::Reverse;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use rialto_kernel::{Clock, DecimalError, Instant};
use rialto_portfolio::{
    Asset, AssetId, AssetQuery, Currency, PricePoint, PriceProvider, ProviderError, Quote, SIMULATED, Span,
};

use self::assets::SimulatedAsset;
use self::market::Market;
use self::steps::Steps;
use crate::guarded::{CountedPriceProvider, Turnstile};
use crate::search;

/// Made-up prices of the assets of the [catalogue](crate::catalogue), in nine currencies. Each wanders around its
/// start without ever leaving it by more than 7 % (stable coins 0.1 %), in steps of 2 s of at most 0.3 %.
///
/// A price depends on the seed and the time alone, so nodes with one seed agree, a restart changes nothing, and the
/// histories and the change over 24 hours are those of the simulation itself. Nobody is called; what is asked is
/// counted as a call all the same, so that reports tell of it.
pub struct SimulatedPriceProvider {
    seed: u64,
    assets: Vec<SimulatedAsset>,
    steps: Steps,
    clock: Arc<dyn Clock>,
    turnstile: Turnstile,
}

/// The place of an asset in the list, with its size.
struct Place {
    index: usize,
    size: i128,
}

impl SimulatedPriceProvider {
    /// A simulation over a seed.
    #[must_use]
    pub fn new(seed: u64, clock: Arc<dyn Clock>) -> Self {
        Self { seed, assets: SimulatedAsset::all(0), steps: Steps::default(), clock, turnstile: Turnstile::default() }
    }

    /// With so many more assets that exist nowhere, `sim-0001` and so on: for tests of load.
    #[must_use]
    pub fn with_made_up_assets(self, count: u16) -> Self {
        Self { assets: SimulatedAsset::all(count), ..self }
    }

    /// With prices that change this often, from a millisecond to a minute, instead of every 2 s.
    #[must_use]
    pub fn with_steps_of(self, length: Duration) -> Self {
        Self { steps: Steps::of(length), ..self }
    }

    /// Everything there is, the greatest first.
    fn board(&self, rate: i128, step: i64) -> Vec<Place> {
        let sizes = self.assets.iter().map(|asset| Market::new(asset, self.seed, rate).size(step));
        let mut places: Vec<_> = sizes.enumerate().map(|(index, size)| Place { index, size }).collect();
        places.sort_by_key(|place| Reverse(place.size));
        places
    }

    fn list(
        &self,
        currency: &Currency,
        limit: usize,
        wanted: impl Fn(&SimulatedAsset) -> bool,
    ) -> Result<Vec<Quote>, ProviderError> {
        let rate = rate_of(currency)?;
        let now = self.clock.now();
        let board = self.board(rate, self.steps.at(now));
        let places = board.iter().zip(1..).map(|(place, rank)| (&self.assets[place.index], rank));
        let chosen = places.filter(|(asset, _)| wanted(asset)).take(limit);
        let quotes: Result<_, _> = chosen.map(|(asset, rank)| self.quote(asset, rank, rate, currency, now)).collect();
        quotes.map_err(malformed)
    }

    fn quote(
        &self,
        asset: &SimulatedAsset,
        rank: u32,
        rate: i128,
        currency: &Currency,
        now: Instant,
    ) -> Result<Quote, DecimalError> {
        let step = self.steps.at(now);
        let market = Market::new(asset, self.seed, rate);
        let price = market.price(step)?;
        let yesterday = market.price(step - self.steps.per_day())?;
        let change = price.checked_sub(&yesterday)?;
        let percent = change.checked_mul(&100.into())?.checked_div(&yesterday)?.round(4);
        Ok(Quote {
            asset_id: AssetId::parse(&asset.id).map_err(|_| DecimalError::NotANumber)?,
            symbol: asset.symbol.to_string(),
            name: asset.name.to_string(),
            price,
            currency: currency.clone(),
            change_24h: Some(change),
            change_percent_24h: Some(percent),
            market_cap: Some(market.market_cap(step)?),
            volume_24h: Some(market.volume(step, self.steps.per_day() / 2)?),
            rank: Some(rank),
            provider: SIMULATED,
            observed_at: self.steps.start_of(step).unwrap_or(now),
            fetched_at: now,
            stale: false,
            conversion: Vec::new(),
        })
    }
}

fn rate_of(currency: &Currency) -> Result<i128, ProviderError> {
    rates::hundredths(currency).ok_or_else(|| ProviderError::UnknownCurrency(currency.clone()))
}

fn malformed(error: DecimalError) -> ProviderError {
    ProviderError::Malformed { what: error.to_string() }
}

#[async_trait]
impl PriceProvider for SimulatedPriceProvider {
    fn name(&self) -> &'static str {
        SIMULATED
    }

    fn max_batch(&self) -> usize {
        250
    }

    async fn quotes(&self, assets: &[AssetId], currency: &Currency) -> Result<Vec<Quote>, ProviderError> {
        let wanted: HashSet<&str> = assets.iter().map(AssetId::as_str).collect();
        self.turnstile.pass(async { self.list(currency, wanted.len(), |asset| wanted.contains(&*asset.id)) }).await
    }

    async fn popular(&self, limit: u16, currency: &Currency) -> Result<Vec<Quote>, ProviderError> {
        self.turnstile.pass(async { self.list(currency, usize::from(limit), |_| true) }).await
    }

    async fn search(&self, query: &AssetQuery, limit: u16) -> Result<Vec<Asset>, ProviderError> {
        let board = self.board(100, self.steps.at(self.clock.now()));
        let assets = board.iter().zip(1..).filter_map(|(place, rank)| {
            let asset = &self.assets[place.index];
            let id = AssetId::parse(&asset.id).ok()?;
            Some(Asset { id, symbol: asset.symbol.to_string(), name: asset.name.to_string(), rank: Some(rank) })
        });
        self.turnstile.pass(async { Ok(search::best(query, assets, limit, false)) }).await
    }

    async fn history(
        &self,
        asset: &AssetId,
        currency: &Currency,
        span: &Span,
    ) -> Result<Vec<PricePoint>, ProviderError> {
        let rate = rate_of(currency)?;
        let Some(simulated) = self.assets.iter().find(|simulated| simulated.id == asset.as_str()) else {
            return Ok(Vec::new());
        };
        let market = Market::new(simulated, self.seed, rate);
        let closes = || history::closes(market, self.steps, asset, currency, span, self.clock.now());
        self.turnstile.pass(async { closes().map_err(malformed) }).await
    }
}

impl CountedPriceProvider for SimulatedPriceProvider {
    fn turnstile(&self) -> &Turnstile {
        &self.turnstile
    }
}

#[cfg(test)]
mod tests;
