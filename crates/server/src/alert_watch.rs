//! Watches prices for alerts, and sees that those who have them hear of what fires.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use rialto_kernel::Clock;
use rialto_portfolio::{AlertService, AssetId, Currency, PriceFeed, PriceService, Quote, WatchedAssets};
use tokio::sync::Notify;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

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
            if let Err(error) = self.alerts.reload().await {
                tracing::warn!(error = &error as &dyn std::error::Error, "alerts cannot be read; trying again");
                sleep(DELIVER).await;
                continue;
            }
            let generation = self.alerts.generation();
            let (ticking, others): (Vec<_>, Vec<_>) =
                self.alerts.watched_assets().into_iter().partition(|watched| watched.currency == Currency::default());
            let ticking: Vec<AssetId> = ticking.into_iter().flat_map(|watched| watched.assets).collect();
            let changed = async {
                while self.alerts.generation() == generation {
                    sleep(LOOK).await;
                }
            };
            let _ = timeout(RELOAD, async {
                tokio::select! {
                    () = changed => {}
                    () = self.follow(ticking) => {}
                    () = self.ask(others) => {}
                }
            })
            .await;
        }
    }

    async fn follow(&self, assets: Vec<AssetId>) {
        if assets.is_empty() {
            return std::future::pending().await;
        }
        let mut ticks = self.prices.watch(assets);
        while let Some(quote) = ticks.next().await {
            self.judge(&quote).await;
        }
    }

    async fn ask(&self, watched: Vec<WatchedAssets>) {
        if watched.is_empty() {
            return std::future::pending().await;
        }
        let mut rounds = interval(self.every);
        rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            rounds.tick().await;
            for WatchedAssets { currency, assets } in &watched {
                let mut outcomes = self.feed.quotes(assets.clone(), currency.clone());
                while let Some((_, outcome)) = outcomes.next().await {
                    if let Ok(quote) = outcome {
                        self.judge(&quote).await;
                    }
                }
            }
        }
    }

    async fn judge(&self, quote: &Quote) {
        // The price that crosses a threshold may not come again: a store that hiccups is asked once more.
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
