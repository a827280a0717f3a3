//! What was fetched, and when.

use std::time::Duration;

use moka::sync::Cache;
use rialto_kernel::Instant;
use rialto_portfolio::{AssetId, Currency, Quote};

/// An asset in a currency.
pub(super) type Key = (AssetId, Currency);

/// What was fetched stays here for as long as there is room: fresh for the time to live, then stale.
pub(super) struct Shelf {
    ttl: Duration,
    quotes: Cache<Key, Kept<Option<Quote>>>,
    popular: Cache<Currency, Kept<Popular>>,
    unknown_currencies: Cache<Currency, Kept<()>>,
}

#[derive(Clone)]
struct Kept<T> {
    value: T,
    at: Instant,
}

#[derive(Clone)]
struct Popular {
    limit: u16,
    quotes: Vec<Quote>,
}

/// Lists and refusals of so many currencies are kept: more than any provider has.
const MAX_CURRENCIES: u64 = 256;

impl Shelf {
    pub(super) fn new(ttl: Duration, max_entries: u64) -> Self {
        Self {
            ttl,
            quotes: Cache::new(max_entries.max(1)),
            popular: Cache::new(MAX_CURRENCIES),
            unknown_currencies: Cache::new(MAX_CURRENCIES),
        }
    }

    /// The quote if it is fresh; `Some(None)` if the provider said a moment ago that it knows none.
    pub(super) fn fresh(&self, key: &Key, now: Instant) -> Option<Option<Quote>> {
        self.quotes.get(key).filter(|kept| self.is_fresh(kept.at, now)).map(|kept| kept.value)
    }

    /// What is held of any age, marked as stale.
    pub(super) fn stale(&self, key: &Key) -> Option<Option<Quote>> {
        self.quotes.get(key).map(|kept| kept.value.map(marked_stale))
    }

    /// Keeps what the provider said of an asset; `None` if it knows none.
    pub(super) fn put(&self, key: Key, quote: Option<Quote>, now: Instant) {
        self.quotes.insert(key, Kept { value: quote, at: now });
    }

    pub(super) fn fresh_popular(&self, limit: u16, currency: &Currency, now: Instant) -> Option<Vec<Quote>> {
        let kept = self.popular.get(currency).filter(|kept| self.is_fresh(kept.at, now))?;
        first(kept.value, limit)
    }

    pub(super) fn stale_popular(&self, limit: u16, currency: &Currency) -> Option<Vec<Quote>> {
        let quotes = first(self.popular.get(currency)?.value, limit)?;
        Some(quotes.into_iter().map(marked_stale).collect())
    }

    /// Keeps a list, and each of its quotes. A shorter list does not drive out a longer fresh one, which
    /// answers for both.
    pub(super) fn put_popular(&self, limit: u16, currency: &Currency, quotes: &[Quote], now: Instant) {
        for quote in quotes {
            self.put((quote.asset_id.clone(), currency.clone()), Some(quote.clone()), now);
        }
        if self.fresh_popular(limit, currency, now).is_none() {
            let value = Popular { limit, quotes: quotes.to_vec() };
            self.popular.insert(currency.clone(), Kept { value, at: now });
        }
    }

    pub(super) fn is_unknown_currency(&self, currency: &Currency, now: Instant) -> bool {
        self.unknown_currencies.get(currency).is_some_and(|kept| self.is_fresh(kept.at, now))
    }

    pub(super) fn put_unknown_currency(&self, currency: &Currency, now: Instant) {
        self.unknown_currencies.insert(currency.clone(), Kept { value: (), at: now });
    }

    /// How many assets are held, in all currencies.
    pub(super) fn len(&self) -> u64 {
        self.quotes.run_pending_tasks();
        self.quotes.entry_count()
    }

    fn is_fresh(&self, at: Instant, now: Instant) -> bool {
        // What was kept in the future is of unknown age: the clock was set back.
        (now - at).to_std().is_ok_and(|age| age < self.ttl)
    }
}

/// The first of a list, if the list was asked to be that long.
fn first(popular: Popular, limit: u16) -> Option<Vec<Quote>> {
    (popular.limit >= limit).then(|| popular.quotes.into_iter().take(usize::from(limit)).collect())
}

fn marked_stale(quote: Quote) -> Quote {
    Quote { stale: true, ..quote }
}
