//! The contract suite of the port, on every provider.
#![allow(clippy::unwrap_used, reason = "test code: a failure panics")]

use std::sync::Arc;

use rialto_adapter_prices::{CoinGeckoPriceProvider, CoinGeckoSettings, SimulatedPriceProvider};
use rialto_kernel::Clock;
use rialto_portfolio::{AssetId, Currency};
use rialto_testkit::FakeClock;
use rialto_testkit::contract::price_provider::{Provider, Supports};
use rialto_testkit::providers::{FakeCoinGecko, FakeMarket};

fn asset(id: &str) -> AssetId {
    AssetId::parse(id).unwrap()
}

fn known() -> Vec<AssetId> {
    ["bitcoin", "ethereum", "tether", "solana"].map(asset).to_vec()
}

async fn simulated() -> Provider {
    let clock = Arc::new(FakeClock::new());
    Provider {
        provider: Arc::new(SimulatedPriceProvider::new(42, clock.clone())),
        supports: Supports::all_in(&["usd", "eur", "gbp", "chf", "jpy", "cny", "rub", "inr", "brl"]),
        known: known(),
        unknown: asset("nocoin"),
        unknown_currency: Currency::parse("zzz").unwrap(),
        now: clock.now(),
        keep: Box::new(()),
    }
}

async fn coingecko() -> Provider {
    let clock = Arc::new(FakeClock::new());
    let market = FakeMarket::everyday(clock.clone());
    market.move_every_minute();
    let fake = FakeCoinGecko::start(market).await;
    let settings = CoinGeckoSettings { base_url: fake.base_url(), ..CoinGeckoSettings::default() };
    Provider {
        provider: Arc::new(CoinGeckoPriceProvider::new(settings, clock.clone()).unwrap()),
        supports: Supports::all_in(&["usd", "eur", "gbp", "btc"]),
        known: known(),
        unknown: asset("nocoin"),
        unknown_currency: Currency::parse("zzz").unwrap(),
        now: clock.now(),
        keep: Box::new(fake),
    }
}

mod price_provider {
    rialto_testkit::price_provider_contract!(coingecko, crate::coingecko);
    rialto_testkit::price_provider_contract!(simulated, crate::simulated);
}
