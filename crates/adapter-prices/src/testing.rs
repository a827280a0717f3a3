//! What the tests of several modules share.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::StreamExt;
use rialto_kernel::{Clock, Decimal, StoreError};
use rialto_portfolio::{
    Asset, AssetId, AssetQuery, Currency, Month, PriceFeed, PricePoint, PriceProvider, ProviderBudgets, ProviderError,
    Quote, QuoteError, Reservation, Span,
};
use rialto_testkit::PausedTime;

use crate::{CountedPriceProvider, GuardSettings, GuardedPriceProvider, PriceSource, Turnstile};

pub fn asset(id: &str) -> AssetId {
    AssetId::parse(id).unwrap()
}

pub fn assets(ids: &[&str]) -> Vec<AssetId> {
    ids.iter().map(|id| asset(id)).collect()
}

pub fn currency(code: &str) -> Currency {
    Currency::parse(code).unwrap()
}

pub fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub fn unavailable() -> ProviderError {
    ProviderError::Unavailable { source: Arc::new(std::io::Error::other("connection reset")) }
}

/// Counts in memory.
#[derive(Default)]
pub struct FakeBudgets {
    pub used: Mutex<HashMap<(String, Month), u64>>,
    pub reservations: AtomicU32,
}

#[async_trait]
impl ProviderBudgets for FakeBudgets {
    async fn reserve(&self, provider: &str, month: Month, wanted: u32, limit: u64) -> Result<Reservation, StoreError> {
        self.reservations.fetch_add(u32::from(wanted > 0), Ordering::SeqCst);
        let mut used = self.used.lock().unwrap();
        let used = used.entry((provider.to_owned(), month)).or_default();
        let granted = limit.saturating_sub(*used).min(u64::from(wanted)) as u32;
        *used += u64::from(granted);
        Ok(Reservation { granted, used: *used })
    }
}

/// What a fake says instead of prices.
pub type Refusal = Arc<dyn Fn() -> ProviderError + Send + Sync>;

/// A provider that says what it is told to.
pub struct FakeProvider {
    pub name: &'static str,
    pub max_batch: usize,
    /// Prices by asset and currency. A currency that no price is in is unknown to it.
    pub prices: Mutex<HashMap<(String, String), Decimal>>,
    pub refusal: Mutex<Option<Refusal>>,
    pub takes: Mutex<Duration>,
    /// How long ago it saw its prices.
    pub lag: Mutex<Duration>,
    /// The assets of every call.
    pub calls: Mutex<Vec<Vec<String>>>,
    pub in_flight: AtomicU32,
    pub most_in_flight: AtomicU32,
    turnstile: Turnstile,
    clock: Arc<dyn Clock>,
}

impl FakeProvider {
    /// Of `name`, with prices such as `bitcoin usd 60000`.
    pub fn new(name: &'static str, prices: &[&str], clock: Arc<dyn Clock>) -> Arc<Self> {
        let fake = Self {
            name,
            max_batch: 50,
            prices: Mutex::default(),
            refusal: Mutex::default(),
            takes: Mutex::default(),
            lag: Mutex::default(),
            calls: Mutex::default(),
            in_flight: AtomicU32::new(0),
            most_in_flight: AtomicU32::new(0),
            turnstile: Turnstile::default(),
            clock,
        };
        prices.iter().for_each(|price| fake.set(price));
        Arc::new(fake)
    }

    pub fn set(&self, price: &str) {
        let [asset, currency, price] = price.split(' ').collect::<Vec<_>>()[..] else { panic!("{price}") };
        self.prices.lock().unwrap().insert((asset.into(), currency.into()), decimal(price));
    }

    pub fn refuse(&self, refusal: impl Fn() -> ProviderError + Send + Sync + 'static) {
        *self.refusal.lock().unwrap() = Some(Arc::new(refusal));
    }

    pub fn answer(&self) {
        *self.refusal.lock().unwrap() = None;
    }

    pub fn calls(&self) -> usize {
        self.calls.lock().unwrap().len()
    }

    pub fn guarded(self: &Arc<Self>, time: PausedTime) -> Arc<GuardedPriceProvider> {
        self.guarded_with(time, GuardSettings::default(), Arc::default())
    }

    pub fn guarded_with(
        self: &Arc<Self>,
        time: PausedTime,
        settings: GuardSettings,
        budgets: Arc<FakeBudgets>,
    ) -> Arc<GuardedPriceProvider> {
        let guarded = GuardedPriceProvider::new(self.clone(), settings, budgets, Arc::new(time), Arc::new(time));
        Arc::new(guarded.with_jitter_seed(5))
    }

    /// As a source whose prices are kept for a minute, or not at all if they are simulated.
    pub fn source(self: &Arc<Self>, time: PausedTime) -> PriceSource {
        PriceSource::new(self.guarded(time))
    }

    async fn called(&self, asked: Vec<String>) -> Result<(), ProviderError> {
        self.turnstile.pass(self.call(asked)).await
    }

    async fn call(&self, asked: Vec<String>) -> Result<(), ProviderError> {
        self.calls.lock().unwrap().push(asked);
        let now = self.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_in_flight.fetch_max(now, Ordering::SeqCst);
        let takes = *self.takes.lock().unwrap();
        if !takes.is_zero() {
            tokio::time::sleep(takes).await;
        }
        self.in_flight.fetch_sub(1, Ordering::SeqCst);
        let refusal = self.refusal.lock().unwrap().clone();
        refusal.map_or(Ok(()), |refusal| Err(refusal()))
    }

    fn quote(&self, asset_id: &AssetId, currency: &Currency) -> Option<Quote> {
        let key = (asset_id.as_str().to_owned(), currency.as_str().to_owned());
        let price = self.prices.lock().unwrap().get(&key)?.clone();
        let now = self.clock.now();
        Some(Quote {
            asset_id: asset_id.clone(),
            symbol: "c".into(),
            name: "Coin".into(),
            market_cap: price.checked_mul(&Decimal::from(1_000)).ok(),
            volume_24h: price.checked_mul(&Decimal::from(10)).ok(),
            change_24h: price.checked_div(&Decimal::from(100)).ok(),
            change_percent_24h: Some(Decimal::from(1)),
            price,
            currency: currency.clone(),
            rank: None,
            provider: self.name,
            observed_at: now - *self.lag.lock().unwrap(),
            fetched_at: now,
            stale: false,
            conversion: vec![],
        })
    }

    fn knows(&self, currency: &Currency) -> Result<(), ProviderError> {
        let known = self.prices.lock().unwrap().keys().any(|(_, code)| code == currency.as_str());
        if known { Ok(()) } else { Err(ProviderError::UnknownCurrency(currency.clone())) }
    }
}

#[async_trait]
impl PriceProvider for FakeProvider {
    fn name(&self) -> &'static str {
        self.name
    }

    fn max_batch(&self) -> usize {
        self.max_batch
    }

    async fn quotes(&self, assets: &[AssetId], currency: &Currency) -> Result<Vec<Quote>, ProviderError> {
        assert!(assets.len() <= self.max_batch && !assets.is_empty());
        self.called(assets.iter().map(ToString::to_string).collect()).await?;
        self.knows(currency)?;
        Ok(assets.iter().filter_map(|asset| self.quote(asset, currency)).collect())
    }

    async fn popular(&self, limit: u16, currency: &Currency) -> Result<Vec<Quote>, ProviderError> {
        self.called(vec!["popular".into()]).await?;
        self.knows(currency)?;
        let ids: HashSet<String> = self.prices.lock().unwrap().keys().map(|(id, _)| id.clone()).collect();
        let mut quotes: Vec<Quote> = ids.iter().filter_map(|id| self.quote(&asset(id), currency)).collect();
        quotes.sort_by(|a, b| b.market_cap.cmp(&a.market_cap));
        quotes.truncate(usize::from(limit));
        Ok(quotes)
    }

    async fn search(&self, query: &AssetQuery, limit: u16) -> Result<Vec<Asset>, ProviderError> {
        self.called(vec![format!("search {}", query.as_str())]).await?;
        let ids: HashSet<String> = self.prices.lock().unwrap().keys().map(|(id, _)| id.clone()).collect();
        let found = ids.into_iter().filter(|id| id.contains(query.as_str())).take(usize::from(limit));
        Ok(found.map(|id| Asset { id: asset(&id), symbol: "c".into(), name: "Coin".into(), rank: None }).collect())
    }

    async fn history(
        &self,
        asset_id: &AssetId,
        currency: &Currency,
        span: &Span,
    ) -> Result<Vec<PricePoint>, ProviderError> {
        self.called(vec![format!("history {asset_id}")]).await?;
        self.knows(currency)?;
        let Some(quote) = self.quote(asset_id, currency) else { return Ok(vec![]) };
        let first = PricePoint { at: span.from, ..PricePoint::of(&quote, span.interval) };
        Ok(vec![first])
    }
}

impl CountedPriceProvider for FakeProvider {
    fn turnstile(&self) -> &Turnstile {
        &self.turnstile
    }
}

/// What a feed says of one asset.
pub async fn one(feed: &dyn PriceFeed, id: &str, code: &str) -> Result<Quote, QuoteError> {
    let outcomes: Vec<_> = feed.quotes(vec![asset(id)], currency(code)).collect().await;
    let [(said, outcome)] = <[_; 1]>::try_from(outcomes).unwrap();
    assert_eq!(said, asset(id));
    outcome
}
