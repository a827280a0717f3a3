//! Ticks: one poll of a feed for all who watch.

mod mailbox;
mod topic;

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_core::Stream;
use futures_util::StreamExt;
use metrics::gauge;
use rialto_kernel::Timer;
use rialto_portfolio::{AssetId, Currency, PriceFeed, Quote, QuoteTicker, QuoteTicks};
use tokio::runtime::Handle;

use self::mailbox::Mailbox;
use self::topic::{Topic, Topics};
use crate::LiveQuotes;

/// So many quotes that come together are delivered before anybody is woken for them.
const TOGETHER: usize = 1_024;

/// Polls a feed every `interval` for all assets that anybody watches; while nobody watches anything it does nothing.
/// A new watcher's first round is asked for at once. Each price is passed on as it comes: one that takes long holds
/// up no other, and is not asked for again before it came.
///
/// Live quotes, where there are any, are passed on as they come, and what ticked by itself since the last poll is not
/// polled. They must be as the feed would give them: see [`UnitedPriceFeed::live`](crate::UnitedPriceFeed::live).
pub struct PolledQuoteTicker {
    shared: Arc<Shared>,
}

struct Shared {
    feed: Arc<dyn PriceFeed>,
    interval: Duration,
    timer: Arc<dyn Timer>,
    /// Callers live on runtimes of one thread that come and go; polling belongs to the process.
    runtime: Handle,
    topics: Mutex<Topics>,
}

impl PolledQuoteTicker {
    /// A ticker whose work is done on `runtime`. Live quotes are taken for as long as it lives.
    #[must_use]
    pub fn new(
        feed: Arc<dyn PriceFeed>,
        interval: Duration,
        live: Option<LiveQuotes>,
        timer: Arc<dyn Timer>,
        runtime: Handle,
    ) -> Self {
        let shared = Arc::new(Shared { feed, interval, timer, runtime, topics: Mutex::default() });
        if let Some(live) = live {
            shared.runtime.spawn(pass_on(live, Arc::downgrade(&shared)));
        }
        Self { shared }
    }
}

impl QuoteTicker for PolledQuoteTicker {
    fn watch(&self, mut assets: Vec<AssetId>) -> QuoteTicks {
        assets.sort();
        assets.dedup();
        let mailbox = Arc::new(Mailbox::new(assets.len()));
        let shared = Arc::clone(&self.shared);
        let watcher = {
            let mut topics = shared.topics();
            let watcher = topics.add(&assets, &mailbox);
            if !assets.is_empty() && !topics.polling {
                topics.polling = true;
                shared.runtime.spawn(Arc::clone(&shared).poll());
            }
            gauge!("rialto_price_stream_subscribers").set(topics.watchers() as f64);
            watcher
        };
        if !assets.is_empty() {
            shared.runtime.spawn(first_round(Arc::clone(&shared), assets.clone(), Arc::downgrade(&mailbox)));
        }
        Box::pin(Ticks { shared, assets, watcher, mailbox })
    }
}

impl Shared {
    /// Polls until nobody watches.
    async fn poll(self: Arc<Self>) {
        let polling = Polling(&self);
        loop {
            self.timer.sleep(self.interval).await;
            let (watched, asked) = {
                let mut topics = self.topics();
                if topics.len() == 0 {
                    // Under the lock, so that a watcher who comes now starts another poller.
                    topics.polling = false;
                    std::mem::forget(polling);
                    gauge!("rialto_price_watched_assets").set(0.0);
                    return;
                }
                (topics.len(), topics.next_round())
            };
            gauge!("rialto_price_watched_assets").set(watched as f64);
            if !asked.is_empty() {
                // Apart, so that the next poll does not wait for what is slow in this one.
                self.runtime.spawn(round(Arc::clone(&self.feed), Asked(asked)));
            }
        }
    }

    fn topics(&self) -> MutexGuard<'_, Topics> {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A poller that crashes lets the next watcher start another.
struct Polling<'a>(&'a Shared);

impl Drop for Polling<'_> {
    fn drop(&mut self) {
        self.0.topics().polling = false;
    }
}

/// What a poll asked for and has not heard of yet; when the poll ends, it may be asked for again.
struct Asked(HashMap<AssetId, Arc<Topic>>);

impl Drop for Asked {
    fn drop(&mut self) {
        self.0.values().for_each(|topic| topic.answered());
    }
}

async fn round(feed: Arc<dyn PriceFeed>, mut asked: Asked) {
    let outcomes = feed.quotes(asked.0.keys().cloned().collect(), Currency::default());
    // Whoever watches many assets is woken once for all that comes together.
    let mut outcomes = outcomes.ready_chunks(TOGETHER);
    let mut to_wake = Vec::new();
    while let Some(together) = outcomes.next().await {
        for (asset, outcome) in together {
            let Some(topic) = asked.0.remove(&asset) else { continue };
            topic.answered();
            match outcome {
                Ok(quote) => topic.deliver(&Arc::new(quote), &mut to_wake),
                Err(error) => tracing::debug!(asset = asset.as_str(), %error, "a watched asset does not tick"),
            }
        }
        to_wake.drain(..).for_each(Waker::wake);
    }
}

async fn first_round(shared: Arc<Shared>, assets: Vec<AssetId>, mailbox: Weak<Mailbox>) {
    let mut outcomes = shared.feed.quotes(assets.clone(), Currency::default());
    while let Some((asset, outcome)) = outcomes.next().await {
        // Who is gone needs no first round.
        let Some(mailbox) = mailbox.upgrade() else { return };
        let Ok(quote) = outcome else { continue };
        let topic = shared.topics().get(&asset);
        topic.inspect(|topic| topic.note_price());
        if let Ok(place) = assets.binary_search(&asset)
            && let Some(waker) = mailbox.put(place, &Arc::new(quote))
        {
            waker.wake();
        }
    }
}

async fn pass_on(live: LiveQuotes, shared: Weak<Shared>) {
    let mut live = live.ready_chunks(TOGETHER);
    let mut to_wake = Vec::new();
    while let Some(together) = live.next().await {
        let Some(shared) = shared.upgrade() else { return };
        for quote in together.into_iter().filter(|quote| quote.currency == Currency::default()) {
            let topic = shared.topics().get(&quote.asset_id);
            if let Some(topic) = topic {
                topic.ticked();
                topic.deliver(&Arc::new(quote), &mut to_wake);
            }
        }
        to_wake.drain(..).for_each(Waker::wake);
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
        let mut topics = self.shared.topics();
        topics.remove(&self.assets, self.watcher);
        gauge!("rialto_price_stream_subscribers").set(topics.watchers() as f64);
    }
}

#[cfg(test)]
mod tests;
