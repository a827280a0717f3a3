//! All providers as one feed.

mod convert;
mod fetch;
mod flights;
mod gather;
mod history;
mod judge;
mod live;
mod outcomes;
mod popular;
mod rates;
mod search;
mod settings;
mod shelf;
mod stats;

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use async_trait::async_trait;
use rialto_kernel::{Clock, Instant, Timer};
use rialto_portfolio::{
    AssetId, AssetQuery, CacheStats, Currency, Found, PriceFeed, PriceOperations, PricePoint, ProviderError,
    ProviderReport, Quote, QuoteError, QuoteOutcomes, Span,
};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use self::gather::Gather;
use self::history::Histories;
pub use self::live::LiveQuotes;
use self::outcomes::Outcomes;
use self::popular::Popular;
use self::rates::Rates;
use self::search::Searches;
pub use self::settings::{FeedSettings, PriceSource};
use self::shelf::{Look, Shelf, marked_stale};
use self::stats::Counters;
use crate::catalogue;

/// Several providers in an order of preference, with what is remembered of them.
///
/// What a provider leaves out, and what it fails to say, is asked of the next. What many ask for at the same time
/// is one call. A price is given again for as long as its provider is not likely to have another; after that it is
/// given at once, marked as stale, while a newer one is fetched; and when none is to be had, for a day. A price
/// that is far from the one held is not given until another agrees with it. Prices of providers that do not know
/// the currency asked for are converted, and say how.
#[derive(Clone)]
pub struct UnitedPriceFeed {
    core: Arc<Core>,
}

struct Core {
    sources: Vec<PriceSource>,
    settings: FeedSettings,
    clock: Arc<dyn Clock>,
    timer: Arc<dyn Timer>,
    /// Callers live on runtimes that come and go; fetches belong to the process.
    runtime: Handle,
    shelf: Shelf,
    gather: Gather,
    rates: Rates,
    popular: Popular,
    searches: Searches,
    histories: Histories,
    counters: Arc<Counters>,
}

impl UnitedPriceFeed {
    /// A feed over `sources`, the preferred one first, whose fetches are made on `runtime`.
    #[must_use]
    pub fn new(
        sources: Vec<PriceSource>,
        settings: FeedSettings,
        clock: Arc<dyn Clock>,
        timer: Arc<dyn Timer>,
        runtime: Handle,
    ) -> Self {
        for provider in sources.iter().map(|source| Arc::clone(&source.provider)) {
            runtime.spawn(async move {
                if let Err(error) = provider.look_at_budget().await {
                    tracing::warn!(%error, "what is left of a price provider's month is not known yet");
                }
            });
        }
        let core = Core {
            shelf: Shelf::new(&settings),
            gather: Gather::new(settings.max_waiting),
            rates: Rates::new(),
            popular: Popular::new(runtime.clone()),
            searches: Searches::new(runtime.clone()),
            histories: Histories::new(runtime.clone()),
            counters: Arc::default(),
            sources,
            settings,
            clock,
            timer,
            runtime,
        };
        Self { core: Arc::new(core) }
    }
}

impl Core {
    fn quotes(self: &Arc<Self>, assets: Vec<AssetId>, currency: Currency) -> QuoteOutcomes {
        let now = self.clock.now();
        let (mut ready, mut old) = (VecDeque::new(), HashMap::new());
        let (mut refresh, mut missing) = (Vec::new(), Vec::new());
        let (mut seen, mut hits, mut stale) = (HashSet::with_capacity(assets.len()), 0, 0);
        let give = |quote: &Quote| self.counters.given(quote.age(now));
        for asset in assets {
            if !seen.insert(asset.clone()) {
                continue;
            }
            let key = (asset.clone(), currency.clone());
            match self.shelf.look(&key, self.sources.len(), now) {
                Look::Fresh(quote) => {
                    hits += 1;
                    give(&quote);
                    ready.push_back((asset, Ok((*quote).clone())));
                }
                Look::Unknown => {
                    hits += 1;
                    ready.push_back((asset.clone(), Err(QuoteError::UnknownAsset(asset))));
                }
                Look::Serve(quote, and_refresh) => {
                    stale += 1;
                    give(&quote);
                    ready.push_back((asset.clone(), Ok(marked_stale(&quote))));
                    if and_refresh {
                        refresh.push(asset);
                    }
                }
                Look::Old(quote) => {
                    old.insert(asset.clone(), quote);
                    missing.push(asset);
                }
                Look::Nothing => missing.push(asset),
            }
        }
        self.counters.hits(hits);
        self.counters.stale(stale);
        self.counters.misses(missing.len());

        let waiting: HashSet<AssetId> = missing.iter().cloned().collect();
        let (waiter, coming) = mpsc::unbounded_channel();
        self.send_for(refresh, &currency, None);
        self.send_for(missing, &currency, Some(&waiter));
        let patience = (!old.is_empty()).then(|| {
            let (timer, patience) = (Arc::clone(&self.timer), self.settings.patience);
            let wait = async move { timer.sleep(patience).await };
            Box::pin(wait) as futures_util::future::BoxFuture<'static, ()>
        });
        Box::pin(Outcomes { ready, coming, waiting, old, patience, counters: Arc::clone(&self.counters) })
    }

    fn at_hand(&self, asset: &AssetId, currency: &Currency) -> Option<Arc<Quote>> {
        let now = self.clock.now();
        let key = (asset.clone(), currency.clone());
        let Look::Fresh(quote) = self.shelf.look(&key, self.sources.len(), now) else { return None };
        self.counters.hits(1);
        self.counters.given(quote.age(now));
        Some(quote)
    }

    /// Whether a price is held or likely to be had, or may be one of a name that somebody made up.
    fn is_known(&self, asset: &AssetId, currency: &Currency, now: Instant) -> bool {
        let well_known = || {
            let is_proven = (0..self.sources.len()).any(|source| self.is_proven(source, currency));
            is_proven && catalogue::by_id(asset.as_str()).is_some()
        };
        self.shelf.usable(&(asset.clone(), currency.clone()), now).is_some() || well_known()
    }

    /// Has assets fetched, with all that others ask for in a moment.
    fn send_for(self: &Arc<Self>, assets: Vec<AssetId>, currency: &Currency, waiter: Option<&gather::Waiter>) {
        let now = self.clock.now();
        let wanted = |asset: AssetId| {
            let is_known = self.is_known(&asset, currency, now);
            (asset, is_known)
        };
        let assets: Vec<_> = assets.into_iter().map(wanted).collect();
        if assets.is_empty() || !self.gather.join(assets, currency, waiter) {
            return;
        }
        let core = Arc::clone(self);
        self.runtime.spawn(async move {
            // Prices that are made here cost nothing that waiting would save.
            if !core.sources.iter().all(|source| source.provider.is_simulated()) {
                core.timer.sleep(core.settings.gather).await;
            }
            for (currency, assets) in core.gather.depart() {
                core.runtime.spawn(Arc::clone(&core).fetch(assets, currency));
            }
        });
    }
}

#[async_trait]
impl PriceFeed for UnitedPriceFeed {
    fn quotes(&self, assets: Vec<AssetId>, currency: Currency) -> QuoteOutcomes {
        self.core.quotes(assets, currency)
    }

    fn at_hand(&self, asset: &AssetId, currency: &Currency) -> Option<Arc<Quote>> {
        self.core.at_hand(asset, currency)
    }

    async fn popular(&self, limit: u16, currency: &Currency) -> Result<Vec<Quote>, ProviderError> {
        self.core.popular_quotes(limit, currency).await
    }

    async fn search(&self, query: &AssetQuery, limit: u16) -> Result<Found, ProviderError> {
        self.core.search_assets(query, limit).await
    }

    async fn history(&self, asset: &AssetId, currency: &Currency, span: &Span) -> Result<Vec<PricePoint>, QuoteError> {
        self.core.history_points(asset, currency, span).await
    }
}

impl PriceOperations for UnitedPriceFeed {
    fn providers(&self) -> Vec<ProviderReport> {
        self.core.sources.iter().map(|source| source.provider.report()).collect()
    }

    fn cache_stats(&self) -> CacheStats {
        let reports = self.providers();
        CacheStats {
            calls: reports.iter().map(|report| report.calls).sum(),
            failed_calls: reports.iter().map(|report| report.failed_calls).sum(),
            entries: self.core.shelf.len(),
            ..self.core.counters.read()
        }
    }

    fn held_assets(&self, currency: &Currency) -> Vec<AssetId> {
        self.core.shelf.held(currency)
    }

    fn clear_cache(&self) {
        self.core.shelf.clear();
        self.core.rates.clear();
        self.core.popular.clear();
        self.core.searches.clear();
    }
}

#[cfg(test)]
mod tests;
