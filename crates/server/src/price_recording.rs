//! Records prices, and forgets those that have been kept long enough.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use futures_util::StreamExt;
use rialto_kernel::{Clock, Instant, StoreError};
use rialto_portfolio::{AlertService, Currency, PriceFeed, PriceRecorder};
use tokio::time::{MissedTickBehavior, interval, sleep};

const FLUSH: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(100);
const TIDY: Duration = Duration::from_secs(60 * 60);
/// So long before an interval ends its prices are asked for, at most: what is seen last in it is its close.
const BEFORE_THE_END: TimeDelta = TimeDelta::seconds(15);

/// What recording needs.
#[derive(Clone)]
pub struct PriceRecording {
    pub recorder: PriceRecorder,
    pub feed: Arc<dyn PriceFeed>,
    pub alerts: AlertService,
    pub clock: Arc<dyn Clock>,
    /// How many popular assets are recorded.
    pub popular: u16,
    /// How often.
    pub every: Duration,
}

impl PriceRecording {
    /// Records until the task is dropped. What was not flushed by then is lost.
    pub async fn run(self) {
        tokio::join!(self.ask(), self.flush(), self.tidy());
    }

    async fn ask(&self) {
        loop {
            sleep(until_next(self.every, self.clock.now())).await;
            let wanted = self.alerts.watched_assets().into_iter().flat_map(|watched| watched.assets).collect();
            match self.recorder.wanted_assets(self.popular, wanted).await {
                Ok(assets) => {
                    let mut outcomes = self.feed.quotes(assets, Currency::default());
                    while let Some((_, outcome)) = outcomes.next().await {
                        self.recorder.record(outcome.iter());
                    }
                }
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "no prices are recorded this time");
                }
            }
        }
    }

    async fn flush(&self) {
        let mut ticks = interval(FLUSH);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            self.flush_once().await;
        }
    }

    /// Writes what waits.
    pub async fn flush_once(&self) {
        match self.recorder.flush().await {
            Ok(flushed) if flushed.given_up > 0 => {
                tracing::warn!(points = flushed.given_up, "recorded prices were given up: too many waited");
            }
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "recorded prices wait for the store");
            }
        }
    }

    async fn forget_firings(&self) -> Result<(), StoreError> {
        while self.alerts.prune(PRUNE).await? > 0 {
            // Others get their turn.
            sleep(PAUSE).await;
        }
        Ok(())
    }

    async fn tidy(&self) {
        loop {
            let recorded = self.recorder.tidy(self.clock.now()).await;
            let firings = self.forget_firings().await;
            for error in [recorded.err(), firings.err()].into_iter().flatten() {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "old prices or firings are kept a little longer"
                );
            }
            sleep(TIDY).await;
        }
    }
}

/// Old firings that are forgotten at a time.
const PRUNE: u32 = 1_000;

/// How long until shortly before the next multiple of `every`.
fn until_next(every: Duration, now: Instant) -> Duration {
    let every = i64::try_from(every.as_millis()).unwrap_or(i64::MAX).max(1);
    let early = BEFORE_THE_END.num_milliseconds().min(every / 10);
    let left = every - (now.timestamp_millis() + early).rem_euclid(every);
    Duration::from_millis(u64::try_from(left).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_asked_for_shortly_before_an_interval_ends() {
        let five_minutes = Duration::from_secs(300);
        let at = |text: &str| text.parse::<Instant>().unwrap();
        assert_eq!(until_next(five_minutes, at("2026-11-28T16:00:00Z")), Duration::from_secs(285));
        assert_eq!(until_next(five_minutes, at("2026-11-28T16:04:40Z")), Duration::from_secs(5));
        assert_eq!(until_next(five_minutes, at("2026-11-28T16:04:45Z")), five_minutes);
        assert_eq!(until_next(Duration::from_secs(1), at("2026-11-28T16:04:45.5Z")), Duration::from_millis(400));
    }
}
