//! What the tests of the use cases share.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::DateTime;
use rialto_kernel::{Decimal, Timer};

use super::{BulkLimits, PriceDeps, PriceService};
use crate::model::{AssetId, Currency, Quote};
use crate::ports::{MockPriceFeed, MockPriceOperations, MockQuoteTicker, PriceFeed, QuoteError, QuoteOutcomes};

#[derive(Default)]
pub struct Mocks {
    pub feed: MockPriceFeed,
}

impl Mocks {
    pub fn service(self) -> PriceService {
        service_over(Arc::new(self.feed))
    }
}

pub fn service_over(feed: Arc<dyn PriceFeed>) -> PriceService {
    PriceService::new(PriceDeps {
        feed,
        operations: Arc::new(MockPriceOperations::new()),
        ticker: Arc::new(MockQuoteTicker::new()),
        timer: Arc::new(FakeTimer),
        bulk: BulkLimits { max_assets: 250, max_timeout: Duration::from_secs(30) },
    })
}

pub struct FakeTimer;

#[async_trait]
impl Timer for FakeTimer {
    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

pub fn asset(id: &str) -> AssetId {
    AssetId::parse(id).unwrap()
}

pub fn quote_of(asset_id: &AssetId) -> Quote {
    let at = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
    Quote {
        asset_id: asset_id.clone(),
        symbol: "c".into(),
        name: "Coin".into(),
        price: Decimal::from(1),
        currency: Currency::default(),
        change_24h: None,
        change_percent_24h: None,
        market_cap: None,
        volume_24h: None,
        rank: None,
        provider: "fake",
        observed_at: at,
        fetched_at: at,
        stale: false,
        conversion: vec![],
    }
}

/// The outcomes of a feed that answers each asset at once: with a price, or that nobody knows it.
pub fn known(assets: Vec<AssetId>, quote: impl Fn(&AssetId) -> Option<Quote>) -> QuoteOutcomes {
    let outcome = |id: AssetId| {
        let outcome = quote(&id).ok_or_else(|| QuoteError::UnknownAsset(id.clone()));
        (id, outcome)
    };
    Box::pin(futures_util::stream::iter(assets.into_iter().map(outcome).collect::<Vec<_>>()))
}
