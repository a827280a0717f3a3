//! Prices from CoinGecko (API v3). One endpoint, `/coins/markets`, gives price, name, symbol, rank and
//! market capitalisation of up to 250 assets in one call.

mod answer;
mod back_off;
mod client;
mod problem;
mod row;
pub mod settings;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use rialto_kernel::Clock;
use rialto_portfolio::{AssetId, Currency, PriceFeed, PriceFeedError, Quote};
use tokio::sync::Semaphore;

use self::back_off::BackOff;
use self::client::{CallError, Client};
use self::problem::CoinGeckoProblem;
pub use self::settings::{CoinGeckoSettings, CoinGeckoSetupError};

/// What quotes from here say of their provider.
pub const PROVIDER: &str = "coingecko";

/// How many assets one call takes, by CoinGecko's own limit of rows.
const MAX_BATCH: usize = 250;

/// Prices from CoinGecko. After a "too many requests" no call is made until the time that CoinGecko
/// named, or a growing one of our own, is over: every call counts against the budget, refused ones too.
/// While no connection can be made, calls fail at once but for a few tries.
pub struct CoinGeckoPriceFeed {
    client: Client,
    clock: Arc<dyn Clock>,
    in_flight: Semaphore,
    limited: BackOff,
    unreachable: BackOff,
}

impl CoinGeckoPriceFeed {
    /// A feed that makes no call until it is asked. Installs ring as the process's TLS cryptography if
    /// there is none yet.
    ///
    /// # Errors
    /// See [`CoinGeckoSetupError`].
    pub fn new(settings: CoinGeckoSettings, clock: Arc<dyn Clock>) -> Result<Self, CoinGeckoSetupError> {
        let in_flight = Semaphore::new(settings.max_in_flight.clamp(1, Semaphore::MAX_PERMITS));
        Ok(Self {
            client: Client::new(settings)?,
            clock,
            in_flight,
            limited: BackOff::new(Duration::from_secs(300)),
            unreachable: BackOff::new(Duration::from_secs(60)),
        })
    }

    async fn markets(&self, query: &str, currency: &Currency) -> Result<Vec<Quote>, PriceFeedError> {
        let _permit = self.in_flight.acquire().await.map_err(|error| unavailable(CoinGeckoProblem::new(error)))?;
        let now = self.clock.now();
        if let Some(wait) = self.limited.remaining(now) {
            return Err(PriceFeedError::RateLimited { retry_after: Some(wait) });
        }
        if self.unreachable.remaining(now).is_some() {
            return Err(unavailable(CoinGeckoProblem::still_unreachable()));
        }
        let called = self.client.get(&format!("coins/markets?vs_currency={currency}&precision=full&{query}")).await;
        let now = self.clock.now();
        let answer = match called {
            Ok(answer) => answer,
            Err(CallError { unreachable, error }) => {
                if unreachable {
                    self.unreachable.failed(now, None);
                }
                return Err(error);
            }
        };
        self.unreachable.answered(now);
        let quotes = answer.rows(currency).and_then(|rows| row::quotes(rows, currency, now));
        match &quotes {
            Err(PriceFeedError::RateLimited { retry_after }) => self.limited.failed(now, *retry_after),
            _ => self.limited.answered(now),
        }
        quotes
    }
}

#[async_trait]
impl PriceFeed for CoinGeckoPriceFeed {
    async fn quotes(&self, assets: &[AssetId], currency: &Currency) -> Result<Vec<Quote>, PriceFeedError> {
        let mut quotes = Vec::with_capacity(assets.len());
        for batch in assets.chunks(MAX_BATCH) {
            // Ids and currencies are letters, digits and -_. alone, so nothing needs escaping.
            let ids = batch.iter().map(AssetId::as_str).collect::<Vec<_>>().join(",");
            let found = self.markets(&format!("ids={ids}&per_page={MAX_BATCH}"), currency).await?;
            quotes.extend(found.into_iter().filter(|quote| batch.contains(&quote.asset_id)));
        }
        Ok(quotes)
    }

    async fn popular(&self, limit: u16, currency: &Currency) -> Result<Vec<Quote>, PriceFeedError> {
        let limit = usize::from(limit).min(MAX_BATCH);
        if limit == 0 {
            return Ok(vec![]);
        }
        let mut quotes = self.markets(&format!("order=market_cap_desc&per_page={limit}&page=1"), currency).await?;
        quotes.truncate(limit);
        Ok(quotes)
    }

    fn max_batch(&self) -> usize {
        MAX_BATCH
    }
}

fn unavailable(problem: CoinGeckoProblem) -> PriceFeedError {
    PriceFeedError::Unavailable { source: Arc::new(problem) }
}
