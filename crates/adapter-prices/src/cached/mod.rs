//! A cache in front of any feed.

mod flights;
mod shelf;
mod stats;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::FutureExt;
use futures_util::future::join_all;
use rialto_kernel::{Clock, Instant};
use rialto_portfolio::{AssetId, Currency, PriceFeed, PriceFeedError, Quote};

use self::flights::{Flights, Outcome};
use self::shelf::{Key, Shelf};
pub use self::stats::CacheStats;
use self::stats::Counters;

/// What the inner feed said of each asset; `None` if it knows none.
type Answers = Arc<HashMap<AssetId, Option<Quote>>>;

/// Answers from memory what the inner feed said less than `ttl` ago, that it knows no such asset or
/// currency too. All that is missing for one request is one call to the inner feed, and requests that
/// overlap share it. While the inner feed fails, older quotes are given with `stale: true`; a request
/// that names an asset of which nothing is held fails whole, because leaving it out would say that the
/// provider does not know it.
#[derive(Clone)]
pub struct CachedPriceFeed {
    core: Arc<Core>,
}

struct Core {
    inner: Arc<dyn PriceFeed>,
    clock: Arc<dyn Clock>,
    shelf: Shelf,
    counters: Counters,
    quote_flights: Flights<Key, Answers>,
    popular_flights: Flights<(u16, Currency), Vec<Quote>>,
}

impl CachedPriceFeed {
    /// A cache of at most about `max_entries` assets in front of `inner`.
    #[must_use]
    pub fn new(inner: Arc<dyn PriceFeed>, ttl: Duration, max_entries: u64, clock: Arc<dyn Clock>) -> Self {
        Self {
            core: Arc::new(Core {
                inner,
                clock,
                shelf: Shelf::new(ttl, max_entries),
                counters: Counters::default(),
                quote_flights: Flights::default(),
                popular_flights: Flights::default(),
            }),
        }
    }

    /// How well the cache has done since the start.
    #[must_use]
    pub fn stats(&self) -> CacheStats {
        self.core.counters.read(self.core.shelf.len())
    }
}

#[async_trait]
impl PriceFeed for CachedPriceFeed {
    async fn quotes(&self, assets: &[AssetId], currency: &Currency) -> Result<Vec<Quote>, PriceFeedError> {
        let core = &self.core;
        let now = core.clock.now();
        core.refuse_unknown(currency, now)?;
        let (mut found, mut missing) = (HashMap::new(), Vec::new());
        let mut hits = 0;
        for asset in assets {
            let key = (asset.clone(), currency.clone());
            if let Some(answer) = core.shelf.fresh(&key, now) {
                hits += 1;
                found.insert(asset.clone(), answer);
            } else if !missing.contains(&key) {
                missing.push(key);
            }
        }
        core.counters.hits(hits);
        core.counters.misses(missing.len());

        let launch = |keys: Vec<Key>| Arc::clone(core).fetch(keys, currency.clone()).boxed();
        let mut failure = None;
        for outcome in join_all(core.quote_flights.board(missing.clone(), launch)).await {
            match outcome {
                Ok(brought) => {
                    // A shared flight may bring more than this request asked for.
                    let asked = missing.iter().filter_map(|(asset, _)| brought.get_key_value(asset));
                    found.extend(asked.map(|(asset, answer)| (asset.clone(), answer.clone())));
                }
                Err(error) => failure = Some(error),
            }
        }
        if let Some(error) = failure {
            missing.retain(|(asset, _)| !found.contains_key(asset));
            found.extend(core.stale_answers(missing, error)?);
        }
        Ok(found.into_values().flatten().collect())
    }

    async fn popular(&self, limit: u16, currency: &Currency) -> Result<Vec<Quote>, PriceFeedError> {
        let core = &self.core;
        let now = core.clock.now();
        core.refuse_unknown(currency, now)?;
        if let Some(quotes) = core.shelf.fresh_popular(limit, currency, now) {
            core.counters.hits(1);
            return Ok(quotes);
        }
        core.counters.misses(1);
        let launch = |_| Arc::clone(core).fetch_popular(limit, currency.clone()).boxed();
        let flights = core.popular_flights.board(vec![(limit, currency.clone())], launch);
        let mut quotes = Vec::new();
        for outcome in join_all(flights).await {
            quotes = match outcome {
                Ok(brought) => brought,
                Err(error @ PriceFeedError::UnknownCurrency(_)) => return Err(error),
                Err(error) => {
                    let held = core.shelf.stale_popular(limit, currency).ok_or(error)?;
                    core.counters.stale(1);
                    held
                }
            };
        }
        Ok(quotes)
    }

    fn max_batch(&self) -> usize {
        self.core.inner.max_batch()
    }
}

impl Core {
    fn refuse_unknown(&self, currency: &Currency, now: Instant) -> Result<(), PriceFeedError> {
        if self.shelf.is_unknown_currency(currency, now) {
            return Err(PriceFeedError::UnknownCurrency(currency.clone()));
        }
        Ok(())
    }

    async fn fetch(self: Arc<Self>, keys: Vec<Key>, currency: Currency) -> Outcome<Answers> {
        let (mut answers, mut missing) = (HashMap::new(), Vec::new());
        // Another flight may have landed between the look at the shelf and the launch of this one.
        let now = self.clock.now();
        for key in keys {
            match self.shelf.fresh(&key, now) {
                Some(answer) => drop(answers.insert(key.0, answer)),
                None => missing.push(key.0),
            }
        }
        if missing.is_empty() {
            return Ok(Arc::new(answers));
        }
        let outcome = self.inner.quotes(&missing, &currency).await;
        let quotes = self.note(outcome, &currency)?;
        answers.extend(missing.iter().map(|asset| (asset.clone(), None)));
        answers.extend(quotes.into_iter().map(|quote| (quote.asset_id.clone(), Some(quote))));
        let now = self.clock.now();
        for asset in missing {
            let answer = answers.get(&asset).cloned().flatten();
            self.shelf.put((asset, currency.clone()), answer, now);
        }
        Ok(Arc::new(answers))
    }

    async fn fetch_popular(self: Arc<Self>, limit: u16, currency: Currency) -> Outcome<Vec<Quote>> {
        if let Some(quotes) = self.shelf.fresh_popular(limit, &currency, self.clock.now()) {
            return Ok(quotes);
        }
        let outcome = self.inner.popular(limit, &currency).await;
        let quotes = self.note(outcome, &currency)?;
        self.shelf.put_popular(limit, &currency, &quotes, self.clock.now());
        Ok(quotes)
    }

    fn note<T>(&self, outcome: Outcome<T>, currency: &Currency) -> Outcome<T> {
        self.counters.call(outcome.is_ok());
        if let Err(PriceFeedError::UnknownCurrency(_)) = &outcome {
            self.shelf.put_unknown_currency(currency, self.clock.now());
        }
        outcome
    }

    /// What is held of the keys, if that is something of each; else the error.
    fn stale_answers(&self, keys: Vec<Key>, error: PriceFeedError) -> Outcome<HashMap<AssetId, Option<Quote>>> {
        if let PriceFeedError::UnknownCurrency(_) = error {
            return Err(error);
        }
        let count = keys.len();
        let held: Option<HashMap<_, _>> =
            keys.into_iter().map(|key| self.shelf.stale(&key).map(|answer| (key.0, answer))).collect();
        let held = held.ok_or(error)?;
        self.counters.stale(count);
        Ok(held)
    }
}

#[cfg(test)]
mod tests;
