//! Ticks: one poll of a feed for all who watch.

mod interest;
mod mailbox;

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use metrics::gauge;
use rialto_kernel::Timer;
use rialto_portfolio::{AssetId, Currency, PriceFeed, PriceFeedError, Quote, QuoteTicker, QuoteTicks};
use tokio::runtime::Handle;

use self::interest::Interest;
use self::mailbox::Mailbox;

/// Polls a feed every `interval` for all assets that anybody watches, in the largest batches the feed
/// takes; while nobody watches anything it does nothing. A new watcher's first round is asked for at
/// once, in a call of its own: put a [`CachedPriceFeed`](crate::CachedPriceFeed) underneath. Rounds within
/// its time to live repeat what it holds, so the interval may be shorter than a provider's budget allows.
pub struct PolledQuoteTicker {
    shared: Arc<Shared>,
}

struct Shared {
    feed: Arc<dyn PriceFeed>,
    interval: Duration,
    timer: Arc<dyn Timer>,
    /// Callers live on runtimes of one thread that come and go; polling belongs to the process.
    runtime: Handle,
    interest: Mutex<Interest>,
}

impl PolledQuoteTicker {
    /// A ticker whose work is done on `runtime`.
    #[must_use]
    pub fn new(feed: Arc<dyn PriceFeed>, interval: Duration, timer: Arc<dyn Timer>, runtime: Handle) -> Self {
        Self { shared: Arc::new(Shared { feed, interval, timer, runtime, interest: Mutex::default() }) }
    }
}

impl QuoteTicker for PolledQuoteTicker {
    fn watch(&self, mut assets: Vec<AssetId>) -> QuoteTicks {
        assets.sort();
        assets.dedup();
        let mailbox = Arc::new(Mailbox::default());
        let shared = Arc::clone(&self.shared);
        let watcher = {
            let mut interest = shared.interest();
            let watcher = interest.add(&assets, &mailbox);
            if !assets.is_empty() && interest.poller.as_ref().is_none_or(|poller| poller.is_finished()) {
                interest.poller = Some(shared.runtime.spawn(Arc::clone(&shared).poll()));
            }
            watcher
        };
        if !assets.is_empty() {
            shared.runtime.spawn(Arc::clone(&shared).first_round(assets.clone(), Arc::downgrade(&mailbox)));
        }
        Box::pin(Ticks { shared, assets, watcher, mailbox })
    }
}

impl Shared {
    /// Polls until nobody watches.
    async fn poll(self: Arc<Self>) {
        let mut failing = false;
        loop {
            self.timer.sleep(self.interval).await;
            let assets = {
                let mut interest = self.interest();
                let assets = interest.assets();
                if assets.is_empty() {
                    // Under the lock, so that a watcher who comes now starts another poller.
                    interest.poller = None;
                }
                assets
            };
            gauge!("rialto_price_watched_assets").set(assets.len() as f64);
            if assets.is_empty() {
                return;
            }
            let outcome = self.round(&assets, |quote| self.interest().deliver(quote)).await;
            if let Err(error) = &outcome
                && !failing
            {
                tracing::warn!(%error, "prices do not tick until the provider answers again");
            }
            failing = outcome.is_err();
        }
    }

    async fn first_round(self: Arc<Self>, assets: Vec<AssetId>, mailbox: Weak<Mailbox>) {
        let put = |quote: &Arc<Quote>| {
            if let Some(mailbox) = mailbox.upgrade() {
                mailbox.put(quote);
            }
        };
        if let Err(error) = self.round(&assets, put).await {
            tracing::debug!(%error, "a watcher's first prices have to wait for the next round");
        }
    }

    /// Asks for all the assets, batch by batch; a batch that fails does not keep the others from coming.
    async fn round(&self, assets: &[AssetId], deliver: impl Fn(&Arc<Quote>)) -> Result<(), PriceFeedError> {
        let mut outcome = Ok(());
        for batch in assets.chunks(self.feed.max_batch().max(1)) {
            match self.feed.quotes(batch, &Currency::default()).await {
                Ok(quotes) => quotes.into_iter().map(Arc::new).for_each(|quote| deliver(&quote)),
                Err(error) => outcome = Err(error),
            }
        }
        outcome
    }

    fn interest(&self) -> MutexGuard<'_, Interest> {
        self.interest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One watcher's ticks; its end is the end of the interest.
struct Ticks {
    shared: Arc<Shared>,
    assets: Vec<AssetId>,
    watcher: u64,
    mailbox: Arc<Mailbox>,
}

impl Stream for Ticks {
    type Item = Arc<Quote>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.mailbox.poll_take(context).map(Some)
    }
}

impl Drop for Ticks {
    fn drop(&mut self) {
        self.shared.interest().remove(&self.assets, self.watcher);
    }
}

#[cfg(test)]
mod tests;
