use rialto_kernel::{Decimal, Instant};

use super::{AssetId, Currency, Interval, Quote};
use crate::ports::Series;

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

    /// The series that it is a point of.
    #[must_use]
    pub fn series(&self) -> Series {
        Series { asset_id: self.asset_id.clone(), currency: self.currency.clone(), interval: self.interval }
    }

    /// Whether the price is made up.
    #[must_use]
    pub fn is_simulated(&self) -> bool {
        self.provider == super::SIMULATED
    }

    /// Whether this is the close rather than another point of the same series and time: the one observed later is, of
    /// two observed at once the one that was there first; and an observed price before a made-up one, whenever it was.
    #[must_use]
    pub fn takes_the_place_of(&self, held: &Self) -> bool {
        match (self.is_simulated(), held.is_simulated()) {
            (false, true) => true,
            (true, false) => false,
            _ => self.observed_at > held.observed_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SIMULATED;

    fn point(provider: &str, second: i64) -> PricePoint {
        PricePoint {
            asset_id: AssetId::parse("bitcoin").unwrap(),
            currency: Currency::default(),
            interval: Interval::Day,
            at: chrono::DateTime::from_timestamp(1_699_920_000, 0).unwrap(),
            price: Decimal::from(1),
            observed_at: chrono::DateTime::from_timestamp(1_699_920_000 + second, 0).unwrap(),
            provider: provider.to_owned(),
        }
    }

    #[test]
    fn the_later_observation_is_the_close_and_a_made_up_price_never_displaces_a_real_one() {
        assert!(point("one", 2).takes_the_place_of(&point("other", 1)));
        assert!(!point("one", 1).takes_the_place_of(&point("other", 1)));
        assert!(!point("one", 1).takes_the_place_of(&point("other", 2)));
        assert!(point("one", 1).takes_the_place_of(&point(SIMULATED, 2)));
        assert!(!point(SIMULATED, 2).takes_the_place_of(&point("one", 1)));
        assert!(point(SIMULATED, 2).takes_the_place_of(&point(SIMULATED, 1)));
    }
}
