//! Prices from CoinGecko (API v3). One endpoint, `/coins/markets`, gives price, name, symbol, rank and
//! market capitalisation of up to 250 assets in one call.

mod answer;
mod closes;
mod currencies;
mod found;
mod history;
mod row;
pub mod settings;
mod words;

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use async_trait::async_trait;
use rialto_kernel::Clock;
use rialto_portfolio::{Asset, AssetId, AssetQuery, Currency, PricePoint, PriceProvider, ProviderError, Quote, Span};

pub use self::settings::CoinGeckoSettings;
use crate::guarded::{CountedPriceProvider, Turnstile};
use crate::http::{Client, ProviderSetupError};
use crate::search;

/// What quotes from here say of their provider.
pub const PROVIDER: &str = "coingecko";

/// How many assets one call takes, by CoinGecko's own limit of rows.
const MAX_BATCH: usize = 250;

/// How many popular assets are listed at the most: a page is a call.
const MAX_POPULAR: usize = 4 * MAX_BATCH;

/// Prices from CoinGecko. It calls once for up to 250 assets, for as many popular ones, and for 90 days of hours.
pub struct CoinGeckoPriceProvider {
    client: Client,
    clock: Arc<dyn Clock>,
    /// Whether CoinGecko has refused a history of more than a year.
    keeps_one_year: AtomicBool,
}

impl CoinGeckoPriceProvider {
    /// A provider that makes no call until it is asked. Installs ring as the process's TLS cryptography if
    /// there is none yet.
    ///
    /// # Errors
    /// See [`ProviderSetupError`].
    pub fn new(settings: CoinGeckoSettings, clock: Arc<dyn Clock>) -> Result<Self, ProviderSetupError> {
        Ok(Self { client: Client::new(settings.into())?, clock, keeps_one_year: AtomicBool::new(false) })
    }

    async fn markets(&self, query: &str, currency: &Currency) -> Result<Vec<Quote>, ProviderError> {
        let path = format!("coins/markets?vs_currency={currency}&precision=full&{query}");
        self.client.get(&path, |answer| row::quotes(answer::rows(answer, currency)?, currency, self.clock.now())).await
    }
}

#[async_trait]
impl PriceProvider for CoinGeckoPriceProvider {
    fn name(&self) -> &'static str {
        PROVIDER
    }

    fn max_batch(&self) -> usize {
        MAX_BATCH
    }

    async fn quotes(&self, assets: &[AssetId], currency: &Currency) -> Result<Vec<Quote>, ProviderError> {
        currencies::check(currency)?;
        let mut quotes = Vec::with_capacity(assets.len());
        for batch in assets.chunks(MAX_BATCH) {
            // Ids and currencies are letters, digits and -_. alone, so nothing needs escaping.
            let ids = batch.iter().map(AssetId::as_str).collect::<Vec<_>>().join(",");
            let found = self.markets(&format!("ids={ids}&per_page={MAX_BATCH}"), currency).await?;
            quotes.extend(found.into_iter().filter(|quote| batch.contains(&quote.asset_id)));
        }
        Ok(quotes)
    }

    async fn popular(&self, limit: u16, currency: &Currency) -> Result<Vec<Quote>, ProviderError> {
        currencies::check(currency)?;
        let limit = usize::from(limit).min(MAX_POPULAR);
        let mut quotes: Vec<Quote> = Vec::with_capacity(limit);
        let mut listed = HashSet::new();
        // A page of the same size each, or the pages would overlap.
        let per_page = limit.min(MAX_BATCH);
        for page in 1..=limit.div_ceil(MAX_BATCH) {
            let query = format!("order=market_cap_desc&per_page={per_page}&page={page}");
            let rows = self.markets(&query, currency).await?;
            let is_last = rows.is_empty();
            // The list moves between two calls, so the next page may repeat what the last one had.
            quotes.extend(rows.into_iter().filter(|row| listed.insert(row.asset_id.clone())));
            if is_last {
                break;
            }
        }
        quotes.truncate(limit);
        Ok(quotes)
    }

    async fn search(&self, query: &AssetQuery, limit: u16) -> Result<Vec<Asset>, ProviderError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let found = self.client.get_with("search", &[("query", query.as_str())], found::assets).await?;
        Ok(search::best(query, found, limit, true))
    }

    async fn history(
        &self,
        asset: &AssetId,
        currency: &Currency,
        span: &Span,
    ) -> Result<Vec<PricePoint>, ProviderError> {
        currencies::check(currency)?;
        self.closes(asset, currency, span).await
    }
}

impl CountedPriceProvider for CoinGeckoPriceProvider {
    fn turnstile(&self) -> &Turnstile {
        self.client.turnstile()
    }
}
