use std::collections::HashMap;
use std::time::Duration;

use rialto_kernel::Decimal;

use super::PriceService;
use super::bulk::BulkError;
use crate::model::{AssetId, Currency, Quote};
use crate::ports::QuoteError;

/// So much of an asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// As it was named: an id or an alias.
    pub asset: AssetId,
    /// How much of it.
    pub quantity: Decimal,
}

/// What holdings are worth now.
#[derive(Clone, Debug)]
pub struct Valuation {
    /// One per holding, in the order asked for.
    pub items: Vec<ValuedHolding>,
    /// What the holdings with a value are worth together; `None` when none has one, or when the sum is beyond what can
    /// be written.
    pub total: Option<Decimal>,
    /// In what.
    pub currency: Currency,
}

/// One holding and what it is worth.
#[derive(Clone, Debug)]
pub struct ValuedHolding {
    /// So much of what.
    pub holding: Holding,
    /// Its price, or why there is none.
    pub quote: Result<Quote, QuoteError>,
    /// Quantity times price, rounded half to even at 18 fraction digits; `None` without a price, or when it is
    /// beyond what can be written.
    pub value: Option<Decimal>,
}

impl Valuation {
    /// How many of the holdings have a value, from 0 to 1, in four digits.
    #[must_use]
    pub fn coverage(&self) -> Decimal {
        let count = |count: usize| Decimal::from(u32::try_from(count).unwrap_or(u32::MAX));
        let valued = self.items.iter().filter(|item| item.value.is_some()).count();
        let ratio = count(valued).checked_div(&count(self.items.len()));
        // Nothing at all is wholly known.
        ratio.map_or_else(|_| Decimal::from(1), |ratio| ratio.round(4))
    }
}

impl PriceService {
    /// What these holdings are worth now, each with its price or the reason why there is none; an asset named twice is
    /// looked up once. A missing price is missing from the total, never zero.
    ///
    /// # Errors
    /// See [`BulkError`].
    pub async fn value(
        &self,
        holdings: Vec<Holding>,
        currency: &Currency,
        timeout: Duration,
    ) -> Result<Valuation, BulkError> {
        let assets = holdings.iter().map(|holding| holding.asset.clone()).collect();
        let looked_up = self.bulk(assets, currency, timeout).await?;
        let quotes: HashMap<AssetId, Result<Quote, QuoteError>> =
            looked_up.into_iter().map(|item| (item.name, item.outcome)).collect();
        let value = |holding: Holding| {
            let quote = quotes.get(&holding.asset).cloned().unwrap_or(Err(QuoteError::TimedOut));
            let value = quote.as_ref().ok().and_then(|quote| quote.price.checked_mul(&holding.quantity).ok());
            ValuedHolding { holding, quote, value }
        };
        let items: Vec<_> = holdings.into_iter().map(value).collect();
        let mut values = items.iter().filter_map(|item| item.value.as_ref()).peekable();
        let total = match values.peek() {
            Some(_) => values.try_fold(Decimal::zero(), |sum, value| sum.checked_add(value)).ok(),
            None => None,
        };
        Ok(Valuation { items, total, currency: currency.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::fixtures::{Mocks, asset, known, quote_of};

    async fn valued(holdings: &[(&str, &str)]) -> Valuation {
        let mut mocks = Mocks::default();
        mocks.feed.expect_quotes().returning(|assets, _| {
            known(assets, |id| {
                let price = match id.as_str() {
                    "bitcoin" => "61234.5",
                    "dust" => "0.000000000000000001",
                    "giant" => "99999999999999999999",
                    _ => return None,
                };
                Some(Quote { price: price.parse().unwrap(), ..quote_of(id) })
            })
        });
        let holding = |(id, quantity): &(&str, &str)| Holding { asset: asset(id), quantity: quantity.parse().unwrap() };
        let holdings = holdings.iter().map(holding).collect();
        mocks.service().value(holdings, &Currency::default(), Duration::from_secs(1)).await.unwrap()
    }

    fn words(valuation: &Valuation) -> (Vec<String>, String, String) {
        let text = |value: &Option<Decimal>| value.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
        let items = valuation.items.iter().map(|item| text(&item.value)).collect();
        (items, text(&valuation.total), valuation.coverage().to_string())
    }

    #[tokio::test]
    async fn a_valuation_is_exact_and_counts_what_is_named_twice_twice() {
        let valuation = valued(&[("bitcoin", "0.1"), ("btc", "2"), ("dust", "3")]).await;
        let items = ["6123.45", "122469", "0.000000000000000003"].map(String::from).to_vec();
        assert_eq!(words(&valuation), (items, "128592.450000000000000003".into(), "1".into()));
    }

    #[tokio::test]
    async fn what_has_no_price_is_left_out_of_the_total_and_said_so() {
        let valuation = valued(&[("bitcoin", "1"), ("nocoin", "5"), ("nocoin2", "1")]).await;
        let items = ["61234.5", "-", "-"].map(String::from).to_vec();
        assert_eq!(words(&valuation), (items, "61234.5".into(), "0.3333".into()));
        assert_eq!(words(&valued(&[("nocoin", "5")]).await), (vec!["-".into()], "-".into(), "0".into()));
    }

    #[tokio::test]
    async fn a_value_beyond_all_bounds_is_missing_rather_than_wrong() {
        let valuation = valued(&[("giant", "2"), ("bitcoin", "1")]).await;
        assert_eq!(words(&valuation), (vec!["-".into(), "61234.5".into()], "61234.5".into(), "0.5".into()));
    }
}
