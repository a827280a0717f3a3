//! Where prices come from: providers behind the portfolio domain's
//! [`PriceProvider`](rialto_portfolio::PriceProvider), what unites them, and ticks.
//!
//! | module | holds |
//! |---|---|
//! | [`binance`] | [`BinancePriceProvider`]: prices in USDT from Binance; [`BinanceTicks`]: the same as they change |
//! | [`catalogue`] | the well-known assets, and what each provider calls them |
//! | [`coingecko`] | [`CoinGeckoPriceProvider`]: prices from CoinGecko |
//! | [`coinpaprika`] | [`CoinPaprikaPriceProvider`]: prices from CoinPaprika |
//! | [`simulated`] | [`SimulatedPriceProvider`]: made-up prices that say so |
//! | [`guarded`] | [`GuardedPriceProvider`]: a provider's limits, and what we do when it refuses or fails |
//! | [`united`] | [`UnitedPriceFeed`]: all providers as one feed, with what is remembered of them |
//! | [`ticker`] | [`PolledQuoteTicker`]: one poll for all who watch |
//!
//! The order is ticker → united feed → for each provider its guard → the provider → its turnstile, where the guard's
//! limits are kept call by call.
//!
//! To add a provider: 1. a module with a type `<Name>PriceProvider` that reads numbers from their own digits,
//! bounds time and size of every call, makes each through its [`Turnstile`], as the shared HTTP client does, and puts
//! its name into every quote; 2. a fake of its wire format in the testkit; 3. the contract suite on it; 4. its name in the server's configuration.

pub mod binance;
pub mod catalogue;
pub mod coingecko;
pub mod coinpaprika;
pub mod guarded;
mod http;
mod search;
pub mod simulated;
pub mod ticker;
pub mod united;

pub use binance::{BinancePriceProvider, BinanceSettings, BinanceTicks};
pub use coingecko::{CoinGeckoPriceProvider, CoinGeckoSettings};
pub use coinpaprika::{CoinPaprikaPriceProvider, CoinPaprikaSettings};
pub use guarded::{CountedPriceProvider, GuardSettings, GuardedPriceProvider, Turnstile};
pub use http::ProviderSetupError;
pub use simulated::SimulatedPriceProvider;
pub use ticker::PolledQuoteTicker;
pub use united::{FeedSettings, LiveQuotes, PriceSource, UnitedPriceFeed};

#[cfg(test)]
mod testing;
