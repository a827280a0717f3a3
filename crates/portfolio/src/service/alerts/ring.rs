use std::collections::VecDeque;

use chrono::TimeDelta;
use rialto_kernel::{Decimal, Instant};

use crate::model::Quote;

/// How many prices of one series are kept at most.
const MAX_PRICES: usize = 720;

/// Prices closer together than this are kept as one, the first of them.
const SPACING: TimeDelta = TimeDelta::seconds(5);

/// The last prices of one asset in one currency, the oldest first: an hour of them at least, however fast they come.
#[derive(Debug, Default)]
pub struct PriceRing {
    prices: VecDeque<(Instant, Decimal)>,
    /// Made-up prices and real ones are never compared.
    simulated: bool,
}

impl PriceRing {
    /// Remembers a price that is not older than the last one.
    pub fn remember(&mut self, quote: &Quote) {
        if quote.stale {
            return;
        }
        if self.simulated != quote.is_simulated() {
            self.prices.clear();
            self.simulated = quote.is_simulated();
        }
        if self.prices.back().is_some_and(|(last, _)| quote.observed_at < *last + SPACING) {
            return;
        }
        self.prices.push_back((quote.observed_at, quote.price.clone()));
        if self.prices.len() > MAX_PRICES {
            self.prices.pop_front();
        }
    }

    /// The last price that was seen at `at` or before; `None` if it does not reach back so far, or the price is older
    /// than `oldest`.
    pub fn price_at(&self, at: Instant, oldest: Instant) -> Option<&Decimal> {
        let after = self.prices.partition_point(|(seen, _)| *seen <= at);
        let (seen, price) = self.prices.get(after.checked_sub(1)?)?;
        (*seen >= oldest).then_some(price)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SIMULATED;
    use crate::model::alert_fixtures::{at, decimal, quote};

    #[test]
    fn a_ring_knows_what_the_price_was() {
        let mut ring = PriceRing::default();
        for (price, seconds) in [("1", 0), ("2", 60), ("3", 62), ("4", 120)] {
            ring.remember(&quote(price, seconds));
        }
        let price = |seconds| ring.price_at(at(seconds), at(0)).cloned();
        assert_eq!(price(-1), None);
        assert_eq!(price(59), Some(decimal("1")));
        assert_eq!(price(63), Some(decimal("2")), "prices close together are kept as one");
        assert_eq!(price(500), Some(decimal("4")));
        assert_eq!(ring.price_at(at(500), at(121)), None, "what is too old is no base");
    }

    #[test]
    fn a_ring_is_bounded() {
        let mut ring = PriceRing::default();
        (0..2_000).for_each(|number| ring.remember(&quote("1", 5 * number)));
        assert_eq!(ring.prices.len(), MAX_PRICES);
        assert!(ring.price_at(at(5 * 1_999 - 3_600), at(0)).is_none());
        assert!(ring.price_at(at(5 * 1_999 - 3_500), at(0)).is_some());
    }

    #[test]
    fn made_up_prices_are_no_base_for_real_ones() {
        let mut ring = PriceRing::default();
        ring.remember(&Quote { provider: SIMULATED, ..quote("1", 0) });
        ring.remember(&quote("100", 60));
        assert_eq!(ring.price_at(at(30), at(0)), None);
        ring.remember(&Quote { stale: true, ..quote("7", 120) });
        assert_eq!(ring.price_at(at(200), at(0)), Some(&decimal("100")));
    }
}
