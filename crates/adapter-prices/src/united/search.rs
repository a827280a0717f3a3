//! Looking for assets.

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use rialto_kernel::Instant;
use rialto_portfolio::{Asset, AssetQuery, Found, PriceProvider, ProviderError};
use tokio::runtime::Handle;

use super::Core;
use super::flights::Flights;
use super::shelf::{age, bounded};

type Outcome = Result<Arc<Found>, ProviderError>;
type Key = (AssetQuery, u16);

/// Names change seldom.
const TTL: Duration = Duration::from_secs(600);
const MAX_SEARCHES: u64 = 2_000;

/// What was found, and what is being looked for.
pub(super) struct Searches {
    found: Cache<Key, (Arc<Found>, Instant)>,
    flights: Flights<Key, Outcome>,
}

impl Searches {
    pub(super) fn new(runtime: Handle) -> Self {
        Self { found: bounded(MAX_SEARCHES), flights: Flights::new(runtime) }
    }

    pub(super) fn clear(&self) {
        self.found.invalidate_all();
    }
}

impl Core {
    pub(super) async fn search_assets(
        self: &Arc<Self>,
        query: &AssetQuery,
        limit: u16,
    ) -> Result<Found, ProviderError> {
        let key = (query.clone(), limit);
        if let Some(found) = self.found_lately(&key) {
            return Ok((*found).clone());
        }
        let work = || Arc::clone(self).look_for(key.clone());
        let outcome = self.searches.flights.join(key.clone(), work).await;
        let interrupted = || Err(ProviderError::Malformed { what: "the search was interrupted".to_owned() });
        match outcome.unwrap_or_else(interrupted) {
            Ok(found) => Ok((*found).clone()),
            // What was found long ago is better than nothing.
            Err(error) => self.searches.found.get(&key).map(|(found, _)| (*found).clone()).ok_or(error),
        }
    }

    fn found_lately(&self, key: &Key) -> Option<Arc<Found>> {
        let (found, at) = self.searches.found.get(key)?;
        age(at, self.clock.now()).is_some_and(|age| age < TTL).then_some(found)
    }

    /// The first provider that finds anything; nothing only if one answered and none failed. Who stands in for another
    /// names assets as that one would, or not at all: an id of its own would be a second one.
    async fn look_for(self: Arc<Self>, key: Key) -> Outcome {
        if let Some(found) = self.found_lately(&key) {
            return Ok(found);
        }
        let (mut failure, mut answered): (Option<ProviderError>, bool) = (None, false);
        for source in &self.sources {
            if !source.provider.spares_calls() {
                failure.get_or_insert(ProviderError::RateLimited { retry_after: None });
                continue;
            }
            let outcome = source.provider.search(&key.0, key.1).await.map(|mut assets| {
                if answered || failure.is_some() {
                    assets.retain(|asset| source.lists_by_common_id(&asset.id));
                }
                assets
            });
            match outcome {
                // What a less preferred one finds is asked again soon.
                Ok(assets) if !assets.is_empty() && failure.is_some() => {
                    return Ok(Arc::new(Found { assets, missed: failure }));
                }
                Ok(assets) if !assets.is_empty() => return Ok(self.keep_found(key, assets)),
                Ok(_) => answered = true,
                Err(ProviderError::Unsupported) => {}
                Err(error) => drop(failure.get_or_insert(error)),
            }
        }
        match failure {
            Some(failure) => Err(failure),
            None if answered => Ok(self.keep_found(key, Vec::new())),
            None => Err(ProviderError::Unsupported),
        }
    }

    fn keep_found(&self, key: Key, assets: Vec<Asset>) -> Arc<Found> {
        let found = Arc::new(Found { assets, missed: None });
        self.searches.found.insert(key, (Arc::clone(&found), self.clock.now()));
        found
    }
}
