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
//!
//! To add a provider: 1. a module with a type `<Name>PriceProvider` that reads numbers from their own digits,
//! bounds time and size of every call, makes no call that it is not asked for and puts its name into every quote;
//! 2. a fake of its wire format in the testkit; 3. the contract suite on it; 4. its name in the server's configuration.

pub mod binance;
pub mod catalogue;
pub mod coingecko;
pub mod coinpaprika;
mod http;
mod search;
pub mod simulated;

pub use binance::{BinancePriceProvider, BinanceSettings, BinanceTicks};
pub use coingecko::{CoinGeckoPriceProvider, CoinGeckoSettings};
pub use coinpaprika::{CoinPaprikaPriceProvider, CoinPaprikaSettings};
pub use http::ProviderSetupError;
pub use simulated::SimulatedPriceProvider;
