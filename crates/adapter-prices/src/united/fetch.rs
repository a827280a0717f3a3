//! One fetch: provider after provider, until each asset has its price or none has it.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use rialto_kernel::Instant;
use rialto_portfolio::{AssetId, Currency, PriceProvider, ProviderError, Quote, QuoteError};

use super::Core;
use super::convert::Question;
use super::judge::{SECOND_THOUGHT, Verdict};
use super::shelf::{Key, Look, age, marked_stale};
use crate::catalogue;

/// The assets of a fetch that have no outcome yet; if the fetch crashes, those who wait learn it.
struct Open {
    core: Arc<Core>,
    currency: Currency,
    assets: BTreeMap<AssetId, Progress>,
}

/// What providers said of an asset so far.
#[derive(Default)]
struct Progress {
    /// What the most preferred of those that failed said.
    failure: Option<ProviderError>,
    /// A price was given that is not believed.
    doubted: bool,
    /// A price was given that is older than what is held.
    no_news: bool,
}

impl Open {
    fn resolve(&mut self, asset: &AssetId, outcome: &Result<Quote, QuoteError>) {
        if self.assets.remove(asset).is_some() {
            self.core.gather.resolve(&(asset.clone(), self.currency.clone()), outcome);
        }
    }

    fn key(&self, asset: &AssetId) -> Key {
        (asset.clone(), self.currency.clone())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        for asset in std::mem::take(&mut self.assets).into_keys() {
            let outcome = Err(QuoteError::Provider(ProviderError::Unavailable { source: Arc::new(Interrupted) }));
            self.core.gather.resolve(&(asset, self.currency.clone()), &outcome);
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the fetch was interrupted")]
struct Interrupted;

impl Core {
    /// Fetches these assets and tells all who wait for them.
    pub(super) async fn fetch(self: Arc<Self>, assets: Vec<AssetId>, currency: Currency) {
        let assets = assets.into_iter().map(|asset| (asset, Progress::default())).collect();
        let mut open = Open { core: Arc::clone(&self), currency: currency.clone(), assets };
        self.settle_what_has_come_meanwhile(&mut open);
        for source in 0..self.sources.len() {
            let max_batch = self.sources[source].provider.max_batch();
            let asked = self.worth_asking(source, max_batch, &mut open);
            let (core, currency) = (&self, &currency);
            let calls = asked.chunks(max_batch).map(|batch| async move {
                let outcome = core.ask(source, Question::Quotes(batch), currency).await;
                (batch, outcome)
            });
            let mut calls: FuturesUnordered<_> = calls.collect();
            while let Some((batch, outcome)) = calls.next().await {
                match outcome {
                    Ok(quotes) => self.take(source, batch, quotes, &mut open),
                    Err(error) => {
                        for asset in batch {
                            if let Some(progress) = open.assets.get_mut(asset) {
                                progress.failure.get_or_insert_with(|| error.clone());
                            }
                        }
                    }
                }
            }
        }
        for (asset, progress) in std::mem::take(&mut open.assets) {
            let key = (asset, currency.clone());
            let outcome = self.conclude(&key, progress);
            self.gather.resolve(&key, &outcome);
        }
    }

    /// Between the look at the shelf and this fetch another may have brought it.
    fn settle_what_has_come_meanwhile(&self, open: &mut Open) {
        let now = self.clock.now();
        for asset in open.assets.keys().cloned().collect::<Vec<_>>() {
            match self.shelf.look(&open.key(&asset), self.sources.len(), now) {
                Look::Fresh(quote) => open.resolve(&asset, &Ok((*quote).clone())),
                Look::Unknown => open.resolve(&asset, &Err(QuoteError::UnknownAsset(asset.clone()))),
                Look::Serve(..) | Look::Old(_) | Look::Nothing => {}
            }
        }
    }

    /// What to ask a source for: what is held or well known before what nobody has heard of, so that made-up names
    /// come last: at most one call is made for names alone, and none while calls are scarce. In a currency that may be
    /// made up, nothing is well known.
    fn worth_asking(&self, source: usize, max_batch: usize, open: &mut Open) -> Vec<AssetId> {
        let now = self.clock.now();
        let provider = &self.sources[source].provider;
        // What it does not speak is no call, but a way round by prices that it has.
        let is_proven = self.is_proven(source, &open.currency) || self.shelf.is_unspoken(source, &open.currency, now);
        let (mut known, mut new) = (Vec::new(), Vec::new());
        for asset in open.assets.keys() {
            let key = open.key(asset);
            let is_held = self.shelf.usable(&key, now).is_some();
            // A made-up price never takes the place of a real one.
            let pointless = self.shelf.is_absent(source, &key, now) || self.shelf.has_no_news(source, &key, now);
            if (provider.is_simulated() && is_held) || pointless {
                continue;
            }
            let is_known = is_held || (is_proven && catalogue::by_id(asset.as_str()).is_some());
            if is_known { known.push(asset.clone()) } else { new.push(asset.clone()) }
        }
        if provider.is_limited() {
            // They may come along in a call that is made anyway.
            let along = known.len().next_multiple_of(max_batch) - known.len();
            let room = if provider.spares_calls() { along + max_batch } else { along };
            for asset in new.split_off(room.min(new.len())) {
                if let Some(progress) = open.assets.get_mut(&asset) {
                    progress.failure.get_or_insert(ProviderError::RateLimited { retry_after: None });
                }
            }
        }
        known.append(&mut new);
        known
    }

    fn take(&self, source: usize, batch: &[AssetId], quotes: Vec<Quote>, open: &mut Open) {
        let now = self.clock.now();
        let mut answered: BTreeMap<AssetId, Quote> =
            quotes.into_iter().map(|quote| (quote.asset_id.clone(), quote)).collect();
        for asset in batch {
            let key = open.key(asset);
            let Some(quote) = answered.remove(asset) else {
                self.shelf.put_absent(source, key, self.settings.unknown_ttl, now);
                continue;
            };
            match self.accept(source, &key, quote, now) {
                Ok(quote) => open.resolve(asset, &Ok((*quote).clone())),
                Err(verdict) => {
                    let Some(progress) = open.assets.get_mut(asset) else { continue };
                    progress.doubted |= verdict == Verdict::Doubted;
                    if verdict == Verdict::Doubted {
                        continue;
                    }
                    progress.no_news = true;
                    let ttl = self.sources[source].ttl;
                    // One that comes before it failed: that one is asked again soon, this one is not.
                    let another_failed = progress.failure.is_some();
                    if another_failed {
                        self.shelf.put_no_news(source, key.clone(), ttl, now);
                    }
                    // What is held is recent: not worth another provider's call.
                    if let Some(held) = self.recently_held(&key, now) {
                        let pause = if another_failed { self.settings.failure_pause } else { ttl };
                        self.shelf.put_off(&key, pause, now);
                        self.counters.stale(1);
                        open.resolve(asset, &Ok(held));
                    }
                }
            }
        }
    }

    /// Keeps a price if it is believed.
    ///
    /// # Errors
    /// Why it is not given.
    pub(super) fn accept(&self, source: usize, key: &Key, quote: Quote, now: Instant) -> Result<Arc<Quote>, Verdict> {
        let simulated = quote.is_simulated();
        // A made-up price never takes the place of a real one, nor does one that rests on a made-up rate.
        if simulated && self.shelf.usable(key, now).is_some() {
            return Err(Verdict::NoNews);
        }
        let verdict = self.judge(key, &quote, now);
        if verdict != Verdict::Believed {
            return Err(verdict);
        }
        // No provider has seen anything later than now.
        let quote = Arc::new(Quote { observed_at: quote.observed_at.min(now), ..quote });
        if !simulated {
            self.shelf.put(key.clone(), Arc::clone(&quote), self.sources[source].ttl, now);
        }
        Ok(quote)
    }

    fn recently_held(&self, key: &Key, now: Instant) -> Option<Quote> {
        let held = self.shelf.usable(key, now)?;
        age(held.fetched_at, now).is_some_and(|age| age < self.settings.stale_while).then(|| marked_stale(&held))
    }

    /// The outcome of an asset for which every provider was asked.
    fn conclude(&self, key: &Key, progress: Progress) -> Result<Quote, QuoteError> {
        let now = self.clock.now();
        if let Some(held) = self.shelf.usable(key, now) {
            let all_answered = progress.no_news && progress.failure.is_none();
            let pause = if progress.doubted || all_answered { SECOND_THOUGHT } else { self.settings.failure_pause };
            self.shelf.put_off(key, pause, now);
            self.counters.stale(1);
            return Ok(marked_stale(&held));
        }
        match progress.failure {
            Some(failure) => Err(QuoteError::Provider(failure)),
            None if progress.doubted || progress.no_news => {
                Err(QuoteError::Provider(ProviderError::Malformed { what: "the price cannot be right".to_owned() }))
            }
            None => Err(QuoteError::UnknownAsset(key.0.clone())),
        }
    }
}
