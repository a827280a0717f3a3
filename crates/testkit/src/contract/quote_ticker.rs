//! What every [`QuoteTicker`] promises.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use futures_util::{FutureExt, StreamExt};
use rialto_kernel::{Decimal, Instant};
use rialto_portfolio::{AssetId, Currency, Quote, QuoteTicker, QuoteTicks};
use tokio::time::timeout;

/// Runs the rules of [`QuoteTicker`](rialto_portfolio::QuoteTicker) on an adapter. The constructor is the
/// absolute path of an `async fn() -> `[`Ticker`](crate::contract::quote_ticker::Ticker).
#[macro_export]
macro_rules! quote_ticker_contract {
    ($name:ident, $new:path) => {
        $crate::contract_tests! { $name, $new, quote_ticker:
            the_first_round_comes_at_once,
            ticks_are_of_watched_assets_only,
            ticks_go_on,
            an_unknown_asset_keeps_no_other_from_ticking,
            watchers_of_different_assets_get_their_own,
            who_watches_later_gets_a_first_round_too,
            a_dropped_watcher_holds_up_nobody,
            a_slow_watcher_never_sees_an_older_tick_after_a_newer,
            watching_nothing_is_no_error,
        }
    };
}

/// A ticker that is running.
pub struct Ticker {
    /// The ticker. It ticks at least every 200 milliseconds, with prices that its feed changes or not.
    pub ticker: Arc<dyn QuoteTicker>,
    /// At least three assets that tick.
    pub known: Vec<AssetId>,
    /// An asset that never ticks.
    pub unknown: AssetId,
}

impl std::fmt::Debug for Ticker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ticker").field("known", &self.known).field("unknown", &self.unknown).finish_non_exhaustive()
    }
}

const PATIENCE: Duration = Duration::from_secs(10);

async fn next(ticks: &mut QuoteTicks) -> Arc<Quote> {
    timeout(PATIENCE, ticks.next()).await.expect("the ticker ticks in time").expect("the ticker goes on")
}

/// The assets of the next `count` ticks.
async fn assets_in(ticks: &mut QuoteTicks, count: usize) -> BTreeSet<AssetId> {
    let mut assets = BTreeSet::new();
    for _ in 0..count {
        assets.insert(next(ticks).await.asset_id.clone());
    }
    assets
}

/// Every watched asset, with a price in the default currency.
pub async fn the_first_round_comes_at_once(Ticker { ticker, known, .. }: Ticker) {
    let mut ticks = ticker.watch(known.clone());
    let mut missing: BTreeSet<_> = known.into_iter().collect();
    while !missing.is_empty() {
        let quote = next(&mut ticks).await;
        assert!(quote.price > Decimal::zero());
        assert_eq!(quote.currency, Currency::default());
        missing.remove(&quote.asset_id);
    }
}

/// Whatever else others watch.
pub async fn ticks_are_of_watched_assets_only(Ticker { ticker, known, .. }: Ticker) {
    let mut others = ticker.watch(known[1..].to_vec());
    let mut ticks = ticker.watch(vec![known[0].clone()]);
    next(&mut others).await;
    assert_eq!(assets_in(&mut ticks, 4).await, BTreeSet::from([known[0].clone()]));
}

/// Round after round.
pub async fn ticks_go_on(Ticker { ticker, known, .. }: Ticker) {
    let mut ticks = ticker.watch(known.clone());
    let mut counts: HashMap<AssetId, u32> = HashMap::new();
    while counts.len() < known.len() || counts.values().any(|count| *count < 3) {
        *counts.entry(next(&mut ticks).await.asset_id.clone()).or_default() += 1;
    }
}

/// It just never comes.
pub async fn an_unknown_asset_keeps_no_other_from_ticking(Ticker { ticker, known, unknown }: Ticker) {
    let mut ticks = ticker.watch(vec![unknown, known[0].clone()]);
    assert_eq!(assets_in(&mut ticks, 3).await, BTreeSet::from([known[0].clone()]));
}

/// Overlapping interests share an upstream poll, not a stream.
pub async fn watchers_of_different_assets_get_their_own(Ticker { ticker, known, .. }: Ticker) {
    let mut first = ticker.watch(known[..2].to_vec());
    let mut second = ticker.watch(known[1..].to_vec());
    let of_first = assets_in(&mut first, 6).await;
    let of_second = assets_in(&mut second, 6).await;
    assert!(of_first.iter().all(|asset| known[..2].contains(asset)), "{of_first:?}");
    assert!(of_second.iter().all(|asset| known[1..].contains(asset)), "{of_second:?}");
}

/// A watcher does not wait for a price to change.
pub async fn who_watches_later_gets_a_first_round_too(Ticker { ticker, known, .. }: Ticker) {
    let mut early = ticker.watch(known.clone());
    assets_in(&mut early, 2 * known.len()).await;
    let mut late = ticker.watch(vec![known[0].clone()]);
    assert_eq!(next(&mut late).await.asset_id, known[0]);
}

/// Nor does it end the interest of others in the same asset.
pub async fn a_dropped_watcher_holds_up_nobody(Ticker { ticker, known, .. }: Ticker) {
    let mut staying = ticker.watch(vec![known[0].clone()]);
    for _ in 0..20 {
        let mut leaving = ticker.watch(known.clone());
        next(&mut leaving).await;
    }
    for _ in 0..3 {
        next(&mut staying).await;
    }
}

/// Ticks it missed are missed; their order stays.
pub async fn a_slow_watcher_never_sees_an_older_tick_after_a_newer(Ticker { ticker, known, .. }: Ticker) {
    let mut ticks = ticker.watch(known.clone());
    let mut newest: HashMap<AssetId, Instant> = HashMap::new();
    for round in 0..12 {
        if round % 4 == 0 {
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        let quote = next(&mut ticks).await;
        let before = newest.insert(quote.asset_id.clone(), quote.observed_at);
        assert!(before.is_none_or(|before| before <= quote.observed_at), "{quote:?} after {before:?}");
    }
}

/// It yields no tick.
pub async fn watching_nothing_is_no_error(Ticker { ticker, .. }: Ticker) {
    let mut ticks = ticker.watch(Vec::new());
    assert!(!matches!(ticks.next().now_or_never(), Some(Some(_))));
}
