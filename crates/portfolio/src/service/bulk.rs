use std::collections::{HashMap, HashSet};
use std::time::Duration;

use super::PriceService;
use super::outcomes::outcomes_within;
use crate::model::{AssetId, Currency, Quote};
use crate::ports::QuoteError;

/// Why a bulk look-up was not begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BulkError {
    /// Nothing was asked for.
    #[error("at least one asset is needed")]
    NoAssets,
    /// More was asked for than one look-up may.
    #[error("at most {max} assets may be looked up at once")]
    TooManyAssets {
        /// The bound.
        max: usize,
    },
}

/// What is known of an asset that was named.
#[derive(Clone, Debug)]
pub struct LookedUp {
    /// As it was named: an id or an alias.
    pub name: AssetId,
    /// Which asset that is.
    pub asset: AssetId,
    /// Its price, or why there is none.
    pub outcome: Result<Quote, QuoteError>,
}

impl PriceService {
    /// How many assets one look-up may name.
    #[must_use]
    pub const fn max_bulk(&self) -> usize {
        self.deps.bulk.max_assets
    }

    /// The prices of many assets, named by id or alias, each with its price or the reason why there is none, in the order
    /// asked for, each once. Answers no later than `timeout` (at most the configured one): what has not
    /// come by then is [`QuoteError::TimedOut`].
    ///
    /// # Errors
    /// See [`BulkError`].
    pub async fn bulk(
        &self,
        assets: Vec<AssetId>,
        currency: &Currency,
        timeout: Duration,
    ) -> Result<Vec<LookedUp>, BulkError> {
        let limits = self.deps.bulk;
        let mut seen = HashSet::new();
        let names: Vec<AssetId> = assets.into_iter().filter(|asset| seen.insert(asset.clone())).collect();
        if names.is_empty() {
            return Err(BulkError::NoAssets);
        }
        if names.len() > limits.max_assets {
            return Err(BulkError::TooManyAssets { max: limits.max_assets });
        }
        let asked: HashSet<AssetId> = names.iter().map(Self::asset_named).collect();

        let (feed, timer) = (self.deps.feed.as_ref(), self.deps.timer.as_ref());
        let timeout = timeout.min(limits.max_timeout);
        let found = outcomes_within(feed, timer, asked.into_iter().collect(), currency, timeout).await;
        let found: HashMap<_, _> = found.into_iter().collect();
        let look_up = |name: AssetId| {
            let asset = Self::asset_named(&name);
            let outcome = found.get(&asset).cloned().unwrap_or(Err(QuoteError::TimedOut));
            LookedUp { name, asset, outcome }
        };
        Ok(names.into_iter().map(look_up).collect())
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{StreamExt, stream};

    use super::*;
    use crate::ports::ProviderError;
    use crate::service::fixtures::{Mocks, asset, quote_of};

    const LONG: Duration = Duration::from_secs(15);

    fn assets(count: usize) -> Vec<AssetId> {
        (0..count).map(|n| asset(&format!("coin-{n}"))).collect()
    }

    #[tokio::test]
    async fn every_asset_has_its_price_or_the_reason_in_the_order_asked_for() {
        let mut mocks = Mocks::default();
        mocks.feed.expect_quotes().returning(|assets, _| {
            let outcomes = assets.into_iter().rev().map(|id| match id.as_str() {
                "coin-1" => (id.clone(), Err(QuoteError::UnknownAsset(id))),
                "coin-2" => (id, Err(ProviderError::RateLimited { retry_after: None }.into())),
                _ => (id.clone(), Ok(quote_of(&id))),
            });
            Box::pin(stream::iter(outcomes.collect::<Vec<_>>()))
        });
        let asked = [assets(3), assets(2)].concat();
        let outcome = mocks.service().bulk(asked, &Currency::default(), LONG).await.unwrap();
        let words: Vec<_> = outcome
            .iter()
            .map(|LookedUp { name, outcome, .. }| match outcome {
                Ok(quote) => format!("{name}: {}", quote.price),
                Err(error) => format!("{name}: {error}"),
            })
            .collect();
        assert_eq!(
            words,
            [
                "coin-0: 1",
                "coin-1: no price provider knows the asset coin-1",
                "coin-2: the price provider limits the rate of calls",
            ]
        );
    }

    #[tokio::test]
    async fn empty_and_enormous_look_ups_are_refused() {
        let service = || Mocks::default().service();
        let refusal = service().bulk(vec![], &Currency::default(), LONG).await.unwrap_err();
        assert_eq!(refusal, BulkError::NoAssets);
        let refusal = service().bulk(assets(251), &Currency::default(), LONG).await.unwrap_err();
        assert_eq!(refusal, BulkError::TooManyAssets { max: 250 });
    }

    #[tokio::test(start_paused = true)]
    async fn what_has_not_come_in_time_is_told_so_and_what_has_is_given() {
        let mut mocks = Mocks::default();
        mocks.feed.expect_quotes().returning(|assets, _| {
            let quick = assets.into_iter().skip(2).map(|id| (id.clone(), Ok(quote_of(&id)))).collect::<Vec<_>>();
            Box::pin(stream::iter(quick).chain(stream::pending()))
        });
        let outcome = mocks.service().bulk(assets(40), &Currency::default(), Duration::from_secs(1)).await.unwrap();
        let late = outcome.iter().filter(|item| matches!(item.outcome, Err(QuoteError::TimedOut))).count();
        assert_eq!((outcome.len(), late), (40, 2));
    }
}
