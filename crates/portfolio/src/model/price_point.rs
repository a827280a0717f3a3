use rialto_kernel::{Decimal, Instant};

use super::{AssetId, Currency, Interval, Quote};

/// The closing price of an interval: the last one seen in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricePoint {
    /// What is priced.
    pub asset_id: AssetId,
    /// In what.
    pub currency: Currency,
    /// How long the interval is.
    pub interval: Interval,
    /// When the interval began; the close of 28 November is the point of `2026-11-28T00:00:00Z`.
    pub at: Instant,
    /// One unit in `currency`.
    pub price: Decimal,
    /// When the provider saw this price.
    pub observed_at: Instant,
    /// Who says so; `simulated` is no real price.
    pub provider: String,
}

impl PricePoint {
    /// A quote as the close of the interval in which it was observed, for as long as nothing later is seen.
    #[must_use]
    pub fn of(quote: &Quote, interval: Interval) -> Self {
        Self {
            asset_id: quote.asset_id.clone(),
            currency: quote.currency.clone(),
            interval,
            at: interval.start_of(quote.observed_at),
            price: quote.price.clone(),
            observed_at: quote.observed_at,
            provider: if quote.is_simulated() { super::SIMULATED } else { quote.provider }.to_owned(),
        }
    }

    /// Whether the price is made up.
    #[must_use]
    pub fn is_simulated(&self) -> bool {
        self.provider == super::SIMULATED
    }
}
