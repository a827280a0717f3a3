//! The assets of greatest market capitalisation.

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use rialto_kernel::Instant;
use rialto_portfolio::{Currency, PriceProvider, ProviderError, Quote};
use tokio::runtime::Handle;

use super::Core;
use super::convert::Question;
use super::flights::Flights;
use super::judge::Verdict;
use super::shelf::{age, bounded, later, marked_stale};

type Outcome = Result<Arc<Vec<Quote>>, ProviderError>;

/// The lists that are held, and those being fetched.
pub(super) struct Popular {
    lists: Cache<Currency, List>,
    flights: Flights<(u16, Currency), Outcome>,
}

#[derive(Clone)]
struct List {
    /// How many were asked for; there may be fewer.
    limit: u16,
    quotes: Arc<Vec<Quote>>,
    at: Instant,
    ttl: Duration,
    /// No earlier than this is it fetched again.
    next_check: Instant,
}

/// The lengths of lists that are fetched.
const LENGTHS: [u16; 3] = [50, 100, 250];

/// More currencies than any provider has.
const MAX_LISTS: u64 = 256;

impl Popular {
    pub(super) fn new(runtime: Handle) -> Self {
        Self { lists: bounded(MAX_LISTS), flights: Flights::new(runtime) }
    }

    pub(super) fn clear(&self) {
        self.lists.invalidate_all();
    }

    /// Whether any list in this currency is held.
    pub(super) fn lists_in(&self, currency: &Currency) -> bool {
        self.lists.contains_key(currency)
    }

    /// A list that is long enough, with its age.
    fn held(&self, limit: u16, currency: &Currency, now: Instant, max: Duration) -> Option<(List, Duration)> {
        let list = self.lists.get(currency).filter(|list| list.limit >= limit)?;
        // Of unknown age, if the clock was set back.
        let age = age(list.at, now).unwrap_or(list.ttl);
        (age < max).then_some((list, age))
    }

    /// Keeps a list. A shorter one does not drive out a longer one that is fresh and answers for both.
    fn put(&self, currency: &Currency, list: List, now: Instant) {
        let longer = self.held(list.limit.saturating_add(1), currency, now, list.ttl);
        if longer.is_none() && !list.ttl.is_zero() {
            self.lists.insert(currency.clone(), list);
        }
    }
}

impl Core {
    pub(super) async fn popular_quotes(
        self: &Arc<Self>,
        limit: u16,
        currency: &Currency,
    ) -> Result<Vec<Quote>, ProviderError> {
        let now = self.clock.now();
        let wanted = self.list_length(limit);
        let key = (wanted, currency.clone());
        let work = || Arc::clone(self).fetch_popular(wanted, currency.clone());
        let held = self.popular.held(limit, currency, now, self.settings.stale_max);
        match &held {
            Some((list, age)) if *age < list.ttl => {
                self.counters.hits(1);
                return Ok(self.labelled(&list.quotes, limit));
            }
            Some((list, age)) if *age < self.settings.stale_while || now < list.next_check => {
                if now >= list.next_check {
                    drop(self.popular.flights.board(key, work));
                }
                self.counters.stale(1);
                return Ok(first(&list.quotes, limit).map(marked_stale).collect());
            }
            _ => self.counters.misses(1),
        }
        let interrupted = || ProviderError::Malformed { what: "the fetch was interrupted".to_owned() };
        match self.popular.flights.join(key, work).await.unwrap_or_else(|| Err(interrupted())) {
            Ok(quotes) => Ok(self.labelled(&quotes, limit)),
            Err(error) => {
                let (list, _) = held.ok_or(error)?;
                self.counters.stale(1);
                Ok(first(&list.quotes, limit).map(marked_stale).collect())
            }
        }
    }

    /// How long a list to fetch, so that lists of many lengths are one call. Lists that are not kept serve nobody else.
    fn list_length(&self, limit: u16) -> u16 {
        let kept = self.sources.iter().any(|source| !source.ttl.is_zero());
        let length = LENGTHS.into_iter().find(|length| *length >= limit).filter(|_| kept);
        length.unwrap_or(limit)
    }

    async fn fetch_popular(self: Arc<Self>, limit: u16, currency: Currency) -> Outcome {
        let now = self.clock.now();
        // Another may have brought it since this was asked for.
        if let Some((list, age)) = self.popular.held(limit, &currency, now, self.settings.stale_max)
            && age < list.ttl
        {
            return Ok(list.quotes);
        }
        let mut failure: Option<ProviderError> = None;
        // Whether one that does have lists failed. Who stands in for it names assets as that one would, or not at all.
        let mut stands_in = false;
        for source in 0..self.sources.len() {
            let provider = &self.sources[source].provider;
            // Made-up prices never take the place of real ones.
            let is_held = self.popular.held(limit, &currency, now, self.settings.stale_max).is_some();
            if provider.is_simulated() && is_held {
                continue;
            }
            let leaves_out = stands_in && self.sources[source].lists_own_ids();
            // Some more, for those that are left out.
            let asked = if leaves_out { limit.saturating_mul(2) } else { limit };
            match self.ask(source, Question::Popular(asked), &currency).await {
                Ok(mut quotes) => {
                    if leaves_out {
                        quotes.retain(|quote| self.sources[source].lists_by_common_id(&quote.asset_id));
                        quotes.truncate(usize::from(limit));
                    }
                    return Ok(self.keep_popular(source, limit, &currency, quotes));
                }
                Err(error) => {
                    stands_in |= error.is_passing();
                    tracing::debug!(provider = provider.name(), %error, "a price provider gave no list");
                    // What another call could cure tells more than what none could.
                    if failure.as_ref().is_none_or(|before| !before.is_passing() && error.is_passing()) {
                        failure = Some(error);
                    }
                }
            }
        }
        if let Some((list, _)) = self.popular.held(limit, &currency, now, self.settings.stale_max) {
            let next_check = later(self.clock.now(), self.settings.failure_pause);
            self.popular.lists.insert(currency, List { next_check, ..list });
        }
        Err(failure.unwrap_or(ProviderError::Unsupported))
    }

    /// The first of a new list, in which there may be older prices in the place of those that were not believed.
    fn labelled(&self, quotes: &[Quote], limit: u16) -> Vec<Quote> {
        let now = self.clock.now();
        let is_fresh = |quote: &Quote| {
            let ttl = self.sources.iter().find(|source| source.provider.name() == quote.provider).map(|s| s.ttl);
            quote.is_simulated() || age(quote.fetched_at, now).is_some_and(|age| Some(age) < ttl)
        };
        let label = |quote: &Quote| Quote { stale: quote.stale || !is_fresh(quote), ..quote.clone() };
        first(quotes, limit).map(label).collect()
    }

    /// Keeps the list, and each of its prices that is believed; the place of one that is not takes the one held.
    fn keep_popular(&self, source: usize, limit: u16, currency: &Currency, quotes: Vec<Quote>) -> Arc<Vec<Quote>> {
        let now = self.clock.now();
        let judged = quotes.into_iter().filter_map(|quote| {
            let key = (quote.asset_id.clone(), currency.clone());
            match self.accept(source, &key, quote, now) {
                Ok(quote) => Some((*quote).clone()),
                Err(Verdict::Doubted) => self.shelf.usable(&key, now).map(|held| marked_stale(&held)),
                Err(_) => self.shelf.usable(&key, now).map(|held| (*held).clone()),
            }
        });
        let quotes: Vec<Quote> = judged.collect();
        let simulated = quotes.iter().any(Quote::is_simulated);
        let quotes = Arc::new(quotes);
        let ttl = if simulated { Duration::ZERO } else { self.sources[source].ttl };
        let list = List { limit, quotes: Arc::clone(&quotes), at: now, ttl, next_check: now };
        self.popular.put(currency, list, now);
        quotes
    }
}

fn first(quotes: &[Quote], limit: u16) -> impl Iterator<Item = &Quote> {
    quotes.iter().take(usize::from(limit))
}
