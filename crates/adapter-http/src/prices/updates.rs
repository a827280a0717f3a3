//! Thins ticks out to the pace a client asked for.

use std::collections::HashMap;
use std::future::pending;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use rialto_portfolio::{AssetId, Quote, QuoteTicks};
use tokio::time::{Instant, sleep_until};

/// How fast and how long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// Between two updates of one asset, at least.
    pub(super) interval: Duration,
    /// Between two signs of life, at most.
    pub(super) heartbeat: Duration,
    /// How many updates of each asset; `None` is endless.
    pub(super) max_updates: Option<u64>,
}

/// One thing to send.
#[derive(Debug)]
pub(super) enum Update {
    /// A new price.
    Quote(Arc<Quote>),
    /// Nothing happened for a while.
    Heartbeat,
}

/// What comes of each asset: how often it was sent, when it may be sent again, and its newest quote if
/// that must wait.
#[derive(Debug)]
struct Lane {
    sent: u64,
    due: Instant,
    waiting: Option<Arc<Quote>>,
}

/// What becomes of a tick.
enum Admission {
    /// It is sent at once.
    Now(Arc<Quote>),
    /// It waits, or is not wanted.
    NotNow,
    /// Its asset was sent often enough a whole interval ago: the assets that still lack updates do not
    /// tick, and the stream does not wait for them for ever.
    Over,
}

/// The updates of one client.
pub(super) struct PriceUpdates {
    ticks: QuoteTicks,
    drain: Pin<Box<dyn Future<Output = ()> + Send>>,
    pace: Pace,
    assets: u64,
    lanes: HashMap<AssetId, Lane>,
    quiet_until: Instant,
    sent: u64,
}

impl PriceUpdates {
    /// Over the ticks of so many `assets`.
    pub(super) fn new(
        ticks: QuoteTicks,
        assets: usize,
        drain: Pin<Box<dyn Future<Output = ()> + Send>>,
        pace: Pace,
    ) -> Self {
        let quiet_until = Instant::now() + pace.heartbeat;
        Self { ticks, drain, pace, assets: assets as u64, lanes: HashMap::new(), quiet_until, sent: 0 }
    }

    /// The next thing to send; `None` when the stream is over: enough was sent, the ticker stopped or the
    /// server drains.
    pub(super) async fn next(&mut self) -> Option<Update> {
        if self.pace.max_updates.is_some_and(|max| self.sent >= max.saturating_mul(self.assets)) {
            return None;
        }
        let update = loop {
            let next_due = self.lanes.values().filter(|lane| lane.waiting.is_some()).map(|lane| lane.due).min();
            let due = async {
                match next_due {
                    Some(due) => sleep_until(due).await,
                    None => pending().await,
                }
            };
            tokio::select! {
                biased;
                () = &mut self.drain => return None,
                () = due => if let Some(quote) = take_due(&mut self.lanes, self.pace.interval) {
                    break Update::Quote(quote);
                },
                tick = self.ticks.next() => match admit(&mut self.lanes, tick?, &self.pace) {
                    Admission::Now(quote) => break Update::Quote(quote),
                    Admission::NotNow => {}
                    Admission::Over => return None,
                },
                () = sleep_until(self.quiet_until) => break Update::Heartbeat,
            }
        };
        if matches!(update, Update::Quote(_)) {
            self.sent += 1;
        }
        self.quiet_until = Instant::now() + self.pace.heartbeat;
        Some(update)
    }
}

/// Sends the tick if its asset is due; otherwise it waits, in place of an older one.
fn admit(lanes: &mut HashMap<AssetId, Lane>, tick: Arc<Quote>, pace: &Pace) -> Admission {
    let now = Instant::now();
    let lane = lanes.entry(tick.asset_id.clone()).or_insert(Lane { sent: 0, due: now, waiting: None });
    let enough = pace.max_updates.is_some_and(|max| lane.sent >= max);
    match (enough, lane.due <= now) {
        (true, true) => Admission::Over,
        (true, false) => Admission::NotNow,
        (false, true) => {
            *lane = Lane { sent: lane.sent + 1, due: now + pace.interval, waiting: None };
            Admission::Now(tick)
        }
        (false, false) => {
            lane.waiting = Some(tick);
            Admission::NotNow
        }
    }
}

/// A quote whose waiting is over.
fn take_due(lanes: &mut HashMap<AssetId, Lane>, interval: Duration) -> Option<Arc<Quote>> {
    let now = Instant::now();
    let lane = lanes.values_mut().find(|lane| lane.waiting.is_some() && lane.due <= now)?;
    lane.due = now + interval;
    lane.sent += 1;
    lane.waiting.take()
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;
    use crate::fixtures::quote_at;

    const LONG: Duration = Duration::from_secs(600);

    fn updates(ticks: QuoteTicks, interval: Duration, max_updates: Option<u64>) -> PriceUpdates {
        let pace = Pace { interval, heartbeat: LONG, max_updates };
        PriceUpdates::new(ticks, 2, Box::pin(pending()), pace)
    }

    fn ticks(ticks: &[(&str, u32)]) -> QuoteTicks {
        let quotes: Vec<_> = ticks.iter().map(|(asset, price)| Arc::new(quote_at(asset, *price))).collect();
        Box::pin(stream::iter(quotes).chain(stream::pending()))
    }

    async fn next_price(updates: &mut PriceUpdates) -> String {
        match updates.next().await {
            Some(Update::Quote(quote)) => format!("{} {}", quote.asset_id, quote.price),
            other => format!("{other:?}"),
        }
    }

    #[actix_web::test]
    async fn the_first_price_of_each_asset_comes_at_once_and_later_ones_at_the_pace_newest_only() {
        let interval = Duration::from_millis(80);
        let started = Instant::now();
        let ticks = ticks(&[("bitcoin", 1), ("ethereum", 2), ("bitcoin", 3), ("bitcoin", 4)]);
        let mut updates = updates(ticks, interval, None);
        assert_eq!(next_price(&mut updates).await, "bitcoin 1");
        assert_eq!(next_price(&mut updates).await, "ethereum 2");
        assert!(started.elapsed() < interval);
        assert_eq!(next_price(&mut updates).await, "bitcoin 4");
        assert!(started.elapsed() >= interval);
    }

    #[actix_web::test]
    async fn the_stream_ends_once_each_asset_was_updated_so_often() {
        let mut updates = updates(ticks(&[("bitcoin", 1), ("ethereum", 2), ("bitcoin", 3)]), LONG, Some(1));
        assert_eq!(next_price(&mut updates).await, "bitcoin 1");
        assert_eq!(next_price(&mut updates).await, "ethereum 2");
        assert_eq!(next_price(&mut updates).await, "None");
    }

    #[actix_web::test]
    async fn an_asset_that_never_ticks_does_not_keep_the_stream_open() {
        let endless = stream::repeat_with(|| Arc::new(quote_at("bitcoin", 1)));
        let mut updates = updates(Box::pin(endless), Duration::from_millis(5), Some(2));
        assert_eq!(next_price(&mut updates).await, "bitcoin 1");
        assert_eq!(next_price(&mut updates).await, "bitcoin 1");
        assert_eq!(next_price(&mut updates).await, "None");
    }

    #[actix_web::test]
    async fn a_silent_stream_shows_that_it_lives() {
        let pace = Pace { interval: LONG, heartbeat: Duration::from_millis(5), max_updates: None };
        let mut updates = PriceUpdates::new(Box::pin(stream::pending()), 1, Box::pin(pending()), pace);
        assert!(matches!(updates.next().await, Some(Update::Heartbeat)));
        assert!(matches!(updates.next().await, Some(Update::Heartbeat)));
    }

    #[actix_web::test]
    async fn a_draining_server_ends_the_stream_even_while_prices_tick() {
        let pace = Pace { interval: Duration::ZERO, heartbeat: LONG, max_updates: None };
        let endless = stream::repeat_with(|| Arc::new(quote_at("bitcoin", 1)));
        let mut updates = PriceUpdates::new(Box::pin(endless), 1, Box::pin(std::future::ready(())), pace);
        assert!(updates.next().await.is_none());
    }
}
