//! What is held: prices, and who does not know what.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use rialto_kernel::Instant;
use rialto_portfolio::{AssetId, Currency, Quote};

use super::FeedSettings;
use super::judge::Doubt;

/// An asset in a currency.
pub(super) type Key = (AssetId, Currency);

/// What was fetched stays here for as long as there is room.
pub(super) struct Shelf {
    stale_while: Duration,
    stale_max: Duration,
    quotes: Cache<Key, Held>,
    /// Until when a source, by its place, is not asked again for what it does not know.
    absent: Cache<(usize, Key), Instant>,
    /// Until when a source is not asked again for what it has nothing newer of.
    no_news: Cache<(usize, Key), Instant>,
    /// Until when a source is not asked again for prices in a currency that it does not know.
    unspoken: Cache<(usize, Currency), Instant>,
    /// In which currencies a source has given prices.
    spoken: Cache<(usize, Currency), ()>,
    doubts: Cache<Key, Doubt>,
}

/// A price with what decides when it is fetched again.
#[derive(Clone)]
pub(super) struct Held {
    pub(super) quote: Arc<Quote>,
    ttl: Duration,
    /// No earlier than this is it fetched again.
    next_check: Instant,
}

/// What the shelf says of an asset.
pub(super) enum Look {
    /// As good as fetched now.
    Fresh(Arc<Quote>),
    /// Good enough to be given at once, marked as stale; and whether to fetch a newer one meanwhile.
    Serve(Arc<Quote>, bool),
    /// Better than nothing.
    Old(Arc<Quote>),
    /// Nobody knows it.
    Unknown,
    /// Nothing is held.
    Nothing,
}

/// More currencies than any provider has.
const MAX_CURRENCIES: u64 = 2_000;

impl Shelf {
    pub(super) fn new(settings: &FeedSettings) -> Self {
        Self {
            stale_while: settings.stale_while,
            stale_max: settings.stale_max,
            quotes: bounded(settings.max_entries),
            absent: bounded(settings.max_unknown),
            no_news: bounded(settings.max_entries),
            unspoken: bounded(MAX_CURRENCIES),
            spoken: bounded(MAX_CURRENCIES),
            doubts: bounded(settings.max_entries),
        }
    }

    /// What is held, out of a feed of so many `sources`.
    pub(super) fn look(&self, key: &Key, sources: usize, now: Instant) -> Look {
        if let Some(held) = self.quotes.get(key) {
            return match age(held.quote.fetched_at, now) {
                Some(age) if age < held.ttl => Look::Fresh(held.quote),
                Some(age) if age < self.stale_max && (age < self.stale_while || now < held.next_check) => {
                    Look::Serve(held.quote, now >= held.next_check)
                }
                Some(age) if age < self.stale_max => Look::Old(held.quote),
                // The clock was set back: how old it is, is not known.
                None => Look::Old(held.quote),
                Some(_) => self.without_quote(key, sources, now),
            };
        }
        self.without_quote(key, sources, now)
    }

    fn without_quote(&self, key: &Key, sources: usize, now: Instant) -> Look {
        let unknown = sources > 0 && (0..sources).all(|source| self.is_absent(source, key, now));
        if unknown { Look::Unknown } else { Look::Nothing }
    }

    /// What may be given when nothing newer is to be had.
    pub(super) fn usable(&self, key: &Key, now: Instant) -> Option<Arc<Quote>> {
        let quote = self.quotes.get(key)?.quote;
        age(quote.fetched_at, now).is_none_or(|age| age < self.stale_max).then_some(quote)
    }

    /// What was fetched less than `ttl` ago.
    pub(super) fn recent(&self, key: &Key, ttl: Duration, now: Instant) -> Option<Arc<Quote>> {
        let quote = self.quotes.get(key)?.quote;
        age(quote.fetched_at, now).is_some_and(|age| age < ttl).then_some(quote)
    }

    pub(super) fn put(&self, key: Key, quote: Arc<Quote>, ttl: Duration, now: Instant) {
        if !ttl.is_zero() {
            self.doubts.invalidate(&key);
            self.quotes.insert(key, Held { quote, ttl, next_check: now });
        }
    }

    /// Leaves what is held as it is, and lets it be fetched again no sooner than after `pause`.
    pub(super) fn put_off(&self, key: &Key, pause: Duration, now: Instant) {
        if let Some(held) = self.quotes.get(key) {
            self.quotes.insert(key.clone(), Held { next_check: later(now, pause), ..held });
        }
    }

    pub(super) fn is_absent(&self, source: usize, key: &Key, now: Instant) -> bool {
        self.absent.get(&(source, key.clone())).is_some_and(|until| now < until)
    }

    pub(super) fn put_absent(&self, source: usize, key: Key, ttl: Duration, now: Instant) {
        self.absent.insert((source, key), later(now, ttl));
    }

    pub(super) fn has_no_news(&self, source: usize, key: &Key, now: Instant) -> bool {
        self.no_news.get(&(source, key.clone())).is_some_and(|until| now < until)
    }

    pub(super) fn put_no_news(&self, source: usize, key: Key, ttl: Duration, now: Instant) {
        self.no_news.insert((source, key), later(now, ttl));
    }

    pub(super) fn is_unspoken(&self, source: usize, currency: &Currency, now: Instant) -> bool {
        self.unspoken.get(&(source, currency.clone())).is_some_and(|until| now < until)
    }

    pub(super) fn put_unspoken(&self, source: usize, currency: Currency, ttl: Duration, now: Instant) {
        self.unspoken.insert((source, currency), later(now, ttl));
    }

    pub(super) fn is_spoken(&self, source: usize, currency: &Currency) -> bool {
        self.spoken.contains_key(&(source, currency.clone()))
    }

    pub(super) fn put_spoken(&self, source: usize, currency: Currency) {
        self.spoken.insert((source, currency), ());
    }

    pub(super) fn doubt(&self, key: &Key) -> Option<Doubt> {
        self.doubts.get(key)
    }

    pub(super) fn drop_doubt(&self, key: &Key) {
        self.doubts.invalidate(key);
    }

    pub(super) fn put_doubt(&self, key: Key, doubt: Doubt) {
        self.doubts.insert(key, doubt);
    }

    /// How many assets are held, in all currencies, unknown ones too.
    pub(super) fn len(&self) -> u64 {
        self.quotes.run_pending_tasks();
        self.absent.run_pending_tasks();
        self.quotes.entry_count() + self.absent.entry_count()
    }

    /// The assets whose price in this currency is held.
    pub(super) fn held(&self, currency: &Currency) -> Vec<AssetId> {
        let mut held: Vec<AssetId> =
            self.quotes.iter().filter(|(key, _)| key.1 == *currency).map(|(key, _)| key.0.clone()).collect();
        held.sort();
        held
    }

    pub(super) fn clear(&self) {
        self.quotes.invalidate_all();
        self.absent.invalidate_all();
        self.no_news.invalidate_all();
        self.unspoken.invalidate_all();
        self.spoken.invalidate_all();
        self.doubts.invalidate_all();
    }
}

/// A cache that keeps what was used last: what was just paid for is never refused a place.
pub(super) fn bounded<K, V>(max: u64) -> Cache<K, V>
where
    K: std::hash::Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    Cache::builder().max_capacity(max.max(1)).eviction_policy(EvictionPolicy::lru()).build()
}

/// How long ago something was; `None` if it has not been yet.
pub(super) fn age(at: Instant, now: Instant) -> Option<Duration> {
    (now - at).to_std().ok()
}

pub(super) fn later(now: Instant, by: Duration) -> Instant {
    TimeDelta::from_std(by).ok().and_then(|by| now.checked_add_signed(by)).unwrap_or(now)
}

pub(super) fn marked_stale(quote: &Quote) -> Quote {
    Quote { stale: true, ..quote.clone() }
}
