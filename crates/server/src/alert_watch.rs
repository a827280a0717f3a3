//! Watches prices for alerts, and sees that those who have them hear of what fires.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::join_all;
use rialto_kernel::Clock;
use rialto_portfolio::{AlertService, AssetId, Currency, PriceFeed, PriceService, Quote, WatchedAssets};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

/// How often is looked whether alerts have changed.
const LOOK: Duration = Duration::from_millis(250);
/// How often a price is judged when the store does not answer.
const ATTEMPTS: u32 = 3;
/// How often alerts are read anew, for what other nodes changed.
const RELOAD: Duration = Duration::from_secs(30);
/// How often is looked for deliveries that are due again.
const DELIVER: Duration = Duration::from_secs(5);

/// What the watch needs.
pub struct AlertWatch {
    pub alerts: AlertService,
    pub prices: PriceService,
    pub feed: Arc<dyn PriceFeed>,
    pub clock: Arc<dyn Clock>,
    /// How often prices are asked for in currencies that do not tick.
    pub every: Duration,
    /// Whether made-up prices count: where there are others, they are no reason to tell anybody anything.
    pub simulated: bool,
    /// Something fired.
    pub fired: Notify,
}

impl AlertWatch {
    /// Watches until the task is dropped; whatever is written down by then is told after the next start.
    pub async fn run(self) {
        tokio::join!(self.watch(), self.deliver());
    }

    async fn watch(&self) {
        loop {
            // Before the alerts are read: what changes meanwhile is read again.
            let generation = self.alerts.generation();
            if let Err(error) = self.alerts.reload().await {
                tracing::warn!(error = &error as &dyn std::error::Error, "alerts cannot be read; trying again");
                sleep(DELIVER).await;
                continue;
            }
            let (ticking, others): (Vec<_>, Vec<_>) =
                self.alerts.watched_assets().into_iter().partition(|watched| watched.currency == Currency::default());
            let ticking: Vec<AssetId> = ticking.into_iter().flat_map(|watched| watched.assets).collect();
            // A price that is being judged is judged to the end: it may not come again.
            let stop = CancellationToken::new();
            let asks = join_all(others.iter().map(|watched| self.ask(watched, &stop)));
            tokio::join!(self.follow(ticking, &stop), asks, self.stop_when_changed(generation, &stop));
        }
    }

    async fn stop_when_changed(&self, generation: u64, stop: &CancellationToken) {
        let until = Instant::now() + RELOAD;
        while self.alerts.generation() == generation && Instant::now() < until {
            sleep(LOOK).await;
        }
        stop.cancel();
    }

    async fn follow(&self, assets: Vec<AssetId>, stop: &CancellationToken) {
        if assets.is_empty() {
            return;
        }
        let mut ticks = self.prices.watch(assets);
        while let Some(Some(quote)) = stop.run_until_cancelled(ticks.next()).await {
            self.judge(&quote).await;
        }
    }

    async fn ask(&self, watched: &WatchedAssets, stop: &CancellationToken) {
        loop {
            let mut outcomes = self.feed.quotes(watched.assets.clone(), watched.currency.clone());
            while let Some(Some((_, outcome))) = stop.run_until_cancelled(outcomes.next()).await {
                if let Ok(quote) = outcome {
                    self.judge(&quote).await;
                }
            }
            if stop.run_until_cancelled(sleep(self.every)).await.is_none() {
                return;
            }
        }
    }

    async fn judge(&self, quote: &Quote) {
        if quote.is_simulated() && !self.simulated {
            return;
        }
        for _ in 0..ATTEMPTS {
            match self.alerts.evaluate(quote).await {
                Ok(fired) if !fired.is_empty() => return self.fired.notify_one(),
                Ok(_) => return,
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "an alert could not be judged");
                    sleep(LOOK).await;
                }
            }
        }
    }

    async fn deliver(&self) {
        loop {
            match self.alerts.deliver_due(self.clock.now()).await {
                Ok(run) if run.more => continue,
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "firings are told later");
                }
            }
            let _ = timeout(DELIVER, self.fired.notified()).await;
        }
    }
}
