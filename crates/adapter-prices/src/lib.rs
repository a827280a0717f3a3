//! Where prices come from: providers behind the portfolio domain's
//! [`PriceProvider`](rialto_portfolio::PriceProvider), the feed that unites them, and ticks.
//!
//! | module | holds |
//! |---|---|
//! | [`coingecko`] | CoinGecko |
//! | [`simulated`] | made-up prices that say so |
//! | [`guarded`] | [`GuardedPriceProvider`]: a provider's limits, and what we do when it refuses or fails |
//! | [`united`] | [`UnitedPriceFeed`]: all providers as one feed, with what is remembered of them |
//! | [`ticker`] | [`PolledQuoteTicker`]: one poll for all who watch |
//!
//! ticker → united feed → for each provider its guard → the provider.

#[cfg(any())]
pub mod coingecko;
pub mod guarded;
#[cfg(any())]
pub mod simulated;
pub mod ticker;
pub mod united;

pub use guarded::{GuardSettings, GuardedPriceProvider};
pub use ticker::PolledQuoteTicker;
pub use united::{FeedSettings, LiveQuotes, PriceSource, UnitedPriceFeed};

#[cfg(test)]
mod testing;
