//! How the feed behaves.

use std::sync::Arc;
use std::time::Duration;

use rialto_portfolio::{AssetId, PriceProvider};

use crate::{GuardedPriceProvider, catalogue, coinpaprika};

/// One of the feed's providers.
#[derive(Clone)]
pub struct PriceSource {
    /// The provider.
    pub provider: Arc<GuardedPriceProvider>,
    /// For how long its prices are given without asking it again. Zero keeps them not at all.
    pub ttl: Duration,
}

impl PriceSource {
    /// A source whose prices are kept for as long as its kind changes them no sooner: simulated ones not at all,
    /// CoinPaprika's five minutes, Binance's five seconds, all others a minute.
    #[must_use]
    pub fn new(provider: Arc<GuardedPriceProvider>) -> Self {
        let seconds = match provider.name() {
            _ if provider.is_simulated() => 0,
            "coinpaprika" => 300,
            "binance" => 5,
            _ => 60,
        };
        Self { provider, ttl: Duration::from_secs(seconds) }
    }

    /// Whether its lists name assets that the others have too by ids of its own.
    pub(super) fn lists_own_ids(&self) -> bool {
        self.provider.name() == coinpaprika::PROVIDER
    }

    /// Whether an asset in its lists has the id that everybody calls it by.
    pub(super) fn lists_by_common_id(&self, asset: &AssetId) -> bool {
        !self.lists_own_ids() || catalogue::by_id(asset.as_str()).is_some()
    }
}

/// How the feed behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedSettings {
    /// How long requests for what is not held are gathered before they are sent together.
    pub gather: Duration,
    /// A price no older than this is given at once while a newer one is fetched.
    pub stale_while: Duration,
    /// How long a request for an older one than that waits for a newer before it gets the old one after all.
    pub patience: Duration,
    /// How long a price may be given when nothing newer is to be had.
    pub stale_max: Duration,
    /// How long a provider is not asked again for what it does not know.
    pub unknown_ttl: Duration,
    /// After a fetch that brought nothing, how long what is held is given without trying again.
    pub failure_pause: Duration,
    /// The most prices that are held.
    pub max_entries: u64,
    /// The most assets of which it is remembered that a provider does not know them.
    pub max_unknown: u64,
    /// The most prices that may be waited for at once; what goes beyond is refused. Of names that somebody may have made
    /// up, half as many.
    pub max_waiting: usize,
    /// A price that differs from the held one by more than this factor needs a second opinion.
    pub sanity_factor: u32,
    /// How recent the held price must be for that.
    pub sanity_window: Duration,
}

impl Default for FeedSettings {
    fn default() -> Self {
        Self {
            gather: Duration::from_millis(20),
            stale_while: Duration::from_secs(600),
            patience: Duration::from_secs(2),
            stale_max: Duration::from_secs(24 * 3_600),
            unknown_ttl: Duration::from_secs(600),
            failure_pause: Duration::from_secs(5),
            max_entries: 20_000,
            max_unknown: 20_000,
            max_waiting: 10_000,
            sanity_factor: 5,
            // Longer than an outage usually lasts: what a provider says first after one is as likely to be wrong as anything.
            sanity_window: Duration::from_secs(24 * 3_600),
        }
    }
}
