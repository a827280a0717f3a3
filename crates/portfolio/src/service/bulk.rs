use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use futures_util::future::{Either, select};
use futures_util::{StreamExt, stream};

use super::PriceService;
use super::quote::QuoteError;
use crate::model::{AssetId, Currency, Quote};

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

impl PriceService {
    /// The prices of many assets, each with its price or the reason why there is none, in the order
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
    ) -> Result<Vec<(AssetId, Result<Quote, QuoteError>)>, BulkError> {
        let limits = self.deps.bulk;
        let mut seen = HashSet::new();
        let assets: Vec<AssetId> = assets.into_iter().filter(|asset| seen.insert(asset.clone())).collect();
        if assets.is_empty() {
            return Err(BulkError::NoAssets);
        }
        if assets.len() > limits.max_assets {
            return Err(BulkError::TooManyAssets { max: limits.max_assets });
        }

        let mut found = BTreeMap::new();
        let feed = &self.deps.feed;
        let mut batches = stream::iter(assets.chunks(feed.max_batch().max(1)))
            .map(|batch| async move { (batch, feed.quotes(batch, currency).await) })
            .buffer_unordered(limits.max_in_flight.max(1));
        let mut deadline = self.deps.timer.sleep(timeout.min(limits.max_timeout));
        loop {
            let (batch, answer) = match select(batches.next(), deadline).await {
                Either::Left((Some(outcome), rest)) => {
                    deadline = rest;
                    outcome
                }
                Either::Left((None, _)) | Either::Right(_) => break,
            };
            match answer {
                Ok(quotes) => {
                    found.extend(quotes.into_iter().map(|quote| (quote.asset_id.clone(), Ok(quote))));
                    for asset in batch {
                        let unknown = || Err(QuoteError::UnknownAsset(asset.clone()));
                        found.entry(asset.clone()).or_insert_with(unknown);
                    }
                }
                Err(error) => {
                    found.extend(batch.iter().map(|asset| (asset.clone(), Err(QuoteError::Feed(error.clone())))));
                }
            }
        }
        drop(batches);
        Ok(assets
            .into_iter()
            .map(|asset| {
                let outcome = found.remove(&asset).unwrap_or(Err(QuoteError::TimedOut));
                (asset, outcome)
            })
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use async_trait::async_trait;

    use super::*;
    use crate::ports::{PriceFeed, PriceFeedError};
    use crate::service::fixtures::{Mocks, asset, quote_of, service_over};

    const LONG: Duration = Duration::from_secs(15);

    fn assets(count: usize) -> Vec<AssetId> {
        (0..count).map(|n| asset(&format!("coin-{n}"))).collect()
    }

    #[tokio::test]
    async fn every_asset_has_its_price_or_the_reason_in_the_order_asked_for() {
        let mut mocks = Mocks::default();
        mocks.feed.expect_quotes().returning(|assets, _| {
            if assets.contains(&asset("coin-3")) {
                return Err(PriceFeedError::RateLimited { retry_after: None });
            }
            Ok(assets.iter().filter(|id| **id != asset("coin-1")).map(quote_of).collect())
        });
        let outcome = mocks.service().bulk(assets(4), &Currency::default(), LONG).await.unwrap();
        let words: Vec<_> = outcome
            .iter()
            .map(|(id, outcome)| match outcome {
                Ok(quote) => format!("{id}: {}", quote.price),
                Err(error) => format!("{id}: {error}"),
            })
            .collect();
        assert_eq!(
            words,
            [
                "coin-0: 1",
                "coin-1: no price provider knows the asset coin-1",
                "coin-2: the price provider limits the rate of calls",
                "coin-3: the price provider limits the rate of calls",
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

    /// A feed whose batches of coin-0 never come, and that counts what is in flight.
    #[derive(Default)]
    struct FakeSlowFeed {
        in_flight: AtomicUsize,
        most_in_flight: AtomicUsize,
    }

    #[async_trait]
    impl PriceFeed for FakeSlowFeed {
        async fn quotes(&self, assets: &[AssetId], _: &Currency) -> Result<Vec<Quote>, PriceFeedError> {
            let now = self.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
            self.most_in_flight.fetch_max(now, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(5)).await;
            if assets.contains(&asset("coin-0")) {
                std::future::pending::<()>().await;
            }
            self.in_flight.fetch_sub(1, Ordering::SeqCst);
            Ok(assets.iter().map(quote_of).collect())
        }

        async fn popular(&self, _: u16, _: &Currency) -> Result<Vec<Quote>, PriceFeedError> {
            Ok(vec![])
        }

        fn max_batch(&self) -> usize {
            2
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_has_not_come_in_time_is_told_so_and_fan_out_is_bounded() {
        let feed = Arc::new(FakeSlowFeed::default());
        let service = service_over(feed.clone());
        let outcome = service.bulk(assets(40), &Currency::default(), Duration::from_secs(1)).await.unwrap();
        let late = outcome.iter().filter(|(_, o)| matches!(o, Err(QuoteError::TimedOut))).count();
        assert_eq!((outcome.len(), late), (40, 2));
        assert_eq!(feed.most_in_flight.load(Ordering::SeqCst), 5);
    }
}
