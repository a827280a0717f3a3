//! Where prices come from: providers behind the portfolio domain's
//! [`PriceFeed`](rialto_portfolio::PriceFeed), what is put in front of them, and ticks.
//!
//! | module | holds |
//! |---|---|
//! | [`coingecko`] | [`CoinGeckoPriceFeed`]: prices from CoinGecko |
//! | [`simulated`] | [`SimulatedPriceFeed`]: made-up prices that say so |
//! | [`cached`] | [`CachedPriceFeed`]: time to live, single flight, old quotes while a provider fails |
//! | [`failover`] | [`FailoverPriceFeed`]: the next provider when one fails |
//! | [`ticker`] | [`PolledQuoteTicker`]: one poll for all who watch |
//!
//! The usual order is ticker → fail-over → for each provider behind a network a cache → the provider.
//!
//! To add a provider: 1. a module with a type `<Name>PriceFeed` that reads numbers from their own digits,
//! bounds time and size of every call and puts its name into every quote; 2. a fake of its wire format in
//! `tests/`; 3. the contract suite on it; 4. its name in the server's configuration.

pub mod coingecko;
pub mod simulated;

pub use coingecko::{CoinGeckoPriceFeed, CoinGeckoSettings, CoinGeckoSetupError};
pub use simulated::SimulatedPriceFeed;
