//! Prices from Binance's market data: what is traded for USDT, as REST and as a stream.

mod answer;
mod klines;
pub mod settings;
mod ticker;
pub mod ticks;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use chrono::TimeDelta;
use rialto_kernel::{Clock, Instant};
use rialto_portfolio::{Asset, AssetId, AssetQuery, Currency, PricePoint, PriceProvider, ProviderError, Quote, Span};

use self::answer::{NoSuchMarket, Told};
pub use self::settings::BinanceSettings;
use self::ticker::Ticker;
pub use self::ticks::BinanceTicks;
use crate::catalogue::{self, CATALOGUE, KnownAsset};
use crate::guarded::{CountedPriceProvider, Turnstile};
use crate::http::{Client, ProviderSetupError};
use crate::search;

/// What quotes from here say of their provider.
pub const PROVIDER: &str = "binance";

/// The currency of all prices here.
pub const USDT: &str = "usdt";

/// How many assets one call takes before it weighs much more.
const MAX_BATCH: usize = 100;

/// How long a market that is not there is not asked for.
const ABSENT_FOR: TimeDelta = TimeDelta::hours(24);

/// Prices from Binance, in USDT and of assets of the [`catalogue`] alone. It knows no capitalisations,
/// so it lists no popular assets; its histories go back to the beginning.
pub struct BinancePriceProvider {
    client: Client,
    clock: Arc<dyn Clock>,
    /// Markets that turned out not to be there, and when: asking for one fails a whole call.
    absent: Mutex<HashMap<&'static str, Instant>>,
}

impl BinancePriceProvider {
    /// A provider that makes no call until it is asked. Installs ring as the process's TLS cryptography if
    /// there is none yet.
    ///
    /// # Errors
    /// See [`ProviderSetupError`].
    pub fn new(settings: BinanceSettings, clock: Arc<dyn Clock>) -> Result<Self, ProviderSetupError> {
        Ok(Self { client: Client::new(settings.into())?, clock, absent: Mutex::default() })
    }

    /// The tickers of these markets; all there are if it is none.
    async fn tickers(&self, markets: &[&'static KnownAsset]) -> Told<Vec<Quote>> {
        let symbols: Vec<String> = markets.iter().filter_map(|asset| symbol_of(asset)).collect();
        let symbols = format!("[\"{}\"]", symbols.join("\",\""));
        let query = [("symbols", symbols.as_str())];
        let query: &[_] = if markets.is_empty() { &[] } else { &query };
        let quotes = |tickers: Vec<Ticker<'_>>| {
            let now = self.clock.now();
            tickers.into_iter().filter_map(|ticker| ticker.quote(now).transpose()).collect()
        };
        self.client.get_with("api/v3/ticker/24hr", query, |answer| answer::read(answer, quotes)).await
    }

    /// As one market that is not there fails them all, all there are is asked for to find out which it was.
    async fn tickers_without_the_absent(&self, wanted: &[&'static KnownAsset]) -> Result<Vec<Quote>, ProviderError> {
        let quotes = if wanted.len() == 1 { Vec::new() } else { self.tickers(&[]).await?? };
        let now = self.clock.now();
        let mut absent = self.absent();
        for asset in wanted {
            if quotes.iter().all(|quote| quote.asset_id.as_str() != asset.id) {
                absent.insert(asset.id, now);
            }
        }
        Ok(quotes)
    }

    /// The asset as the catalogue has it, if there is a market of it as far as we know.
    fn traded(&self, asset: &AssetId) -> Option<&'static KnownAsset> {
        let known = catalogue::by_id(asset.as_str()).filter(|known| known.binance.is_some())?;
        let now = self.clock.now();
        let absent = self.absent().get(known.id).is_some_and(|since| now - *since < ABSENT_FOR);
        (!absent).then_some(known)
    }

    fn absent(&self) -> MutexGuard<'_, HashMap<&'static str, Instant>> {
        self.absent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The name of the market of an asset.
fn symbol_of(asset: &KnownAsset) -> Option<String> {
    asset.binance.map(|base| format!("{base}USDT"))
}

fn check(currency: &Currency) -> Result<(), ProviderError> {
    let known = currency.as_str() == USDT;
    known.then_some(()).ok_or_else(|| ProviderError::UnknownCurrency(currency.clone()))
}

#[async_trait]
impl PriceProvider for BinancePriceProvider {
    fn name(&self) -> &'static str {
        PROVIDER
    }

    fn max_batch(&self) -> usize {
        MAX_BATCH
    }

    async fn quotes(&self, assets: &[AssetId], currency: &Currency) -> Result<Vec<Quote>, ProviderError> {
        check(currency)?;
        let wanted: Vec<_> = assets.iter().filter_map(|asset| self.traded(asset)).collect();
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let mut quotes = match self.tickers(&wanted).await? {
            Ok(quotes) => quotes,
            Err(NoSuchMarket) => self.tickers_without_the_absent(&wanted).await?,
        };
        quotes.retain(|quote| assets.contains(&quote.asset_id));
        Ok(quotes)
    }

    async fn popular(&self, _limit: u16, _currency: &Currency) -> Result<Vec<Quote>, ProviderError> {
        Err(ProviderError::Unsupported)
    }

    async fn search(&self, query: &AssetQuery, limit: u16) -> Result<Vec<Asset>, ProviderError> {
        let assets = CATALOGUE.iter().filter_map(|known| {
            let id = AssetId::parse(known.id).ok().filter(|id| self.traded(id).is_some())?;
            Some(Asset { id, symbol: known.symbol.to_owned(), name: known.name.to_owned(), rank: None })
        });
        Ok(search::best(query, assets, limit, false))
    }

    async fn history(
        &self,
        asset: &AssetId,
        currency: &Currency,
        span: &Span,
    ) -> Result<Vec<PricePoint>, ProviderError> {
        check(currency)?;
        match self.traded(asset).and_then(symbol_of) {
            Some(symbol) => self.closes(asset, &symbol, currency, span).await,
            None => Ok(Vec::new()),
        }
    }
}

impl CountedPriceProvider for BinancePriceProvider {
    fn turnstile(&self) -> &Turnstile {
        self.client.turnstile()
    }
}
