//! The contract suite of the port, on every provider.
#![allow(clippy::unwrap_used, reason = "test code: a failure panics")]

use std::sync::Arc;

use rialto_adapter_prices::{
    BinancePriceProvider, BinanceSettings, CoinGeckoPriceProvider, CoinGeckoSettings, CoinPaprikaPriceProvider,
    CoinPaprikaSettings, SimulatedPriceProvider,
};
use rialto_kernel::Clock;
use rialto_portfolio::{AssetId, Currency};
use rialto_testkit::FakeClock;
use rialto_testkit::contract::price_provider::{Provider, Supports};
use rialto_testkit::providers::{FakeBinance, FakeCoinGecko, FakeCoinPaprika, FakeMarket};

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

async fn coinpaprika() -> Provider {
    let clock = Arc::new(FakeClock::new());
    let market = FakeMarket::everyday(clock.clone());
    market.move_every_minute();
    let fake = FakeCoinPaprika::start(market).await;
    let settings = CoinPaprikaSettings { base_url: fake.base_url(), ..CoinPaprikaSettings::default() };
    Provider {
        provider: Arc::new(CoinPaprikaPriceProvider::new(settings, clock.clone()).unwrap()),
        supports: Supports { history: vec![], ..Supports::all_in(&["usd", "eur", "gbp", "btc"]) },
        known: known(),
        unknown: asset("no-coin"),
        unknown_currency: Currency::parse("zzz").unwrap(),
        now: clock.now(),
        keep: Box::new(fake),
    }
}

async fn binance() -> Provider {
    let clock = Arc::new(FakeClock::new());
    let market = FakeMarket::everyday(clock.clone());
    market.move_every_minute();
    let fake = FakeBinance::start(market).await;
    let settings = BinanceSettings { base_url: fake.base_url(), ..BinanceSettings::default() };
    Provider {
        provider: Arc::new(BinancePriceProvider::new(settings, clock.clone()).unwrap()),
        supports: Supports { popular: false, ..Supports::all_in(&["usdt"]) },
        known: ["bitcoin", "ethereum", "binancecoin", "solana"].map(asset).to_vec(),
        unknown: asset("nocoin"),
        unknown_currency: Currency::parse("zzz").unwrap(),
        now: clock.now(),
        keep: Box::new(fake),
    }
}

mod price_provider {
    rialto_testkit::price_provider_contract!(binance, crate::binance);
    rialto_testkit::price_provider_contract!(coinpaprika, crate::coinpaprika);
    rialto_testkit::price_provider_contract!(coingecko, crate::coingecko);
    rialto_testkit::price_provider_contract!(simulated, crate::simulated);
}
