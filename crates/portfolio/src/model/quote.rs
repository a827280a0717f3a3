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
    /// How the provider's price came to be in `currency`, step by step; empty when the provider itself says it.
    pub conversion: Vec<Conversion>,
}

/// The provider of made-up prices.
pub const SIMULATED: &str = "simulated";

/// One step from the currency of a provider to the currency asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// From what.
    pub from: Currency,
    /// To what.
    pub to: Currency,
    /// One unit of `from` in `to`.
    pub rate: Decimal,
    /// Who says so; `parity` when a stablecoin is taken for what it stands for because nobody prices it.
    pub provider: &'static str,
    /// When that was so.
    pub observed_at: Instant,
}

impl Quote {
    /// Whether the price, or a rate it was converted with, is made up.
    #[must_use]
    pub fn is_simulated(&self) -> bool {
        self.provider == SIMULATED || self.conversion.iter().any(|step| step.provider == SIMULATED)
    }

    /// How old the observation is at `now`; zero if the provider's clock runs ahead.
    #[must_use]
    pub fn age(&self, now: Instant) -> Duration {
        (now - self.observed_at).to_std().unwrap_or_default()
    }
}
