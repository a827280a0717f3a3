//! Several feeds in an order of preference.

use std::sync::Arc;

use async_trait::async_trait;
use rialto_portfolio::{AssetId, Currency, PriceFeed, PriceFeedError, Quote};

/// Asks the first feed, and the next one only if it fails: an asset that a feed does not know is not
/// asked of the next. Every quote says which provider it is from.
pub struct FailoverPriceFeed {
    first: Arc<dyn PriceFeed>,
    others: Vec<Arc<dyn PriceFeed>>,
}

impl FailoverPriceFeed {
    /// `first`, then `others` in their order.
    #[must_use]
    pub fn new(first: Arc<dyn PriceFeed>, others: Vec<Arc<dyn PriceFeed>>) -> Self {
        Self { first, others }
    }

    fn feeds(&self) -> impl Iterator<Item = &Arc<dyn PriceFeed>> {
        std::iter::once(&self.first).chain(&self.others)
    }
}

#[async_trait]
impl PriceFeed for FailoverPriceFeed {
    async fn quotes(&self, assets: &[AssetId], currency: &Currency) -> Result<Vec<Quote>, PriceFeedError> {
        let mut outcome = self.first.quotes(assets, currency).await;
        for feed in &self.others {
            let Err(error) = &outcome else { break };
            tracing::debug!(%error, "a price provider failed; the next one is asked");
            outcome = or(outcome, feed.quotes(assets, currency).await);
        }
        outcome
    }

    async fn popular(&self, limit: u16, currency: &Currency) -> Result<Vec<Quote>, PriceFeedError> {
        let mut outcome = self.first.popular(limit, currency).await;
        for feed in &self.others {
            let Err(error) = &outcome else { break };
            tracing::debug!(%error, "a price provider failed; the next one is asked");
            outcome = or(outcome, feed.popular(limit, currency).await);
        }
        outcome
    }

    fn max_batch(&self) -> usize {
        self.feeds().map(|feed| feed.max_batch()).min().unwrap_or(1)
    }
}

/// When all fail, the preferred feed's reason is the one that tells most, unless all it said is that it
/// does not price in this currency.
fn or<T>(before: Result<T, PriceFeedError>, next: Result<T, PriceFeedError>) -> Result<T, PriceFeedError> {
    match (before, next) {
        (_, Ok(found)) => Ok(found),
        (Err(PriceFeedError::UnknownCurrency(_)), Err(error)) | (Err(error), Err(_)) => Err(error),
        (Ok(found), Err(_)) => Ok(found),
    }
}

#[cfg(test)]
mod tests {
    use rialto_testkit::FakeClock;

    use super::*;
    use crate::SimulatedPriceFeed;

    struct FakeLimitedFeed;

    #[async_trait]
    impl PriceFeed for FakeLimitedFeed {
        async fn quotes(&self, _: &[AssetId], _: &Currency) -> Result<Vec<Quote>, PriceFeedError> {
            Err(PriceFeedError::RateLimited { retry_after: None })
        }

        async fn popular(&self, _: u16, _: &Currency) -> Result<Vec<Quote>, PriceFeedError> {
            Err(PriceFeedError::RateLimited { retry_after: None })
        }

        fn max_batch(&self) -> usize {
            7
        }
    }

    fn simulated() -> Arc<dyn PriceFeed> {
        Arc::new(SimulatedPriceFeed::new(1, Arc::new(FakeClock::new())))
    }

    #[tokio::test]
    async fn when_the_first_fails_the_next_answers_and_says_who_it_is() {
        let feed = FailoverPriceFeed::new(Arc::new(FakeLimitedFeed), vec![simulated()]);
        let usd = Currency::default();
        assert_eq!(feed.popular(3, &usd).await.unwrap()[0].provider, "simulated");
        let bitcoin = [AssetId::parse("bitcoin").unwrap()];
        assert_eq!(feed.quotes(&bitcoin, &usd).await.unwrap()[0].provider, "simulated");
        assert_eq!(feed.max_batch(), 7);
    }

    #[tokio::test]
    async fn when_all_fail_the_reason_is_one_that_another_call_could_cure() {
        let eur = Currency::parse("eur").unwrap();
        for (first, next) in [
            (Arc::new(FakeLimitedFeed) as Arc<dyn PriceFeed>, simulated()),
            (simulated(), Arc::new(FakeLimitedFeed) as Arc<dyn PriceFeed>),
        ] {
            let outcome = FailoverPriceFeed::new(first, vec![next]).popular(3, &eur).await;
            assert!(matches!(outcome, Err(PriceFeedError::RateLimited { .. })));
        }
    }
}
