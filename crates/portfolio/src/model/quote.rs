use std::time::Duration;

use rialto_kernel::{Decimal, Instant};

use super::{AssetId, Currency};

/// The price of an asset, with who says so and since when. What a provider does not know is `None`,
/// never zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// What is priced.
    pub asset_id: AssetId,
    /// Its ticker, lower case; others may share it.
    pub symbol: String,
    /// Its name.
    pub name: String,
    /// One unit in `currency`.
    pub price: Decimal,
    /// What the price is counted in.
    pub currency: Currency,
    /// How much the price moved in 24 hours, in `currency`.
    pub change_24h: Option<Decimal>,
    /// How much the price moved in 24 hours, in percent.
    pub change_percent_24h: Option<Decimal>,
    /// What all units are worth, in `currency`.
    pub market_cap: Option<Decimal>,
    /// What was traded in 24 hours, in `currency`.
    pub volume_24h: Option<Decimal>,
    /// Place by market capitalisation, from 1.
    pub rank: Option<u32>,
    /// Who says so: `coingecko`, `simulated`, …
    pub provider: &'static str,
    /// When the provider saw this price.
    pub observed_at: Instant,
    /// When this server got it.
    pub fetched_at: Instant,
    /// Whether it is older than the cache allows, shown because nothing newer is to be had.
    pub stale: bool,
}

impl Quote {
    /// How old the observation is at `now`; zero if the provider's clock runs ahead.
    #[must_use]
    pub fn age(&self, now: Instant) -> Duration {
        (now - self.observed_at).to_std().unwrap_or_default()
    }
}
