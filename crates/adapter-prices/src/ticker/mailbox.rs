//! What one watcher has not taken yet.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use rialto_kernel::Instant;
use rialto_portfolio::{AssetId, Quote};

/// The newest quote of each asset, in the order in which they came. It holds at most one per asset: a
/// newer quote takes the place of the one before, so a slow watcher costs no more than a fast one.
#[derive(Default)]
pub(super) struct Mailbox(Mutex<Content>);

#[derive(Default)]
struct Content {
    waiting: VecDeque<AssetId>,
    newest: HashMap<AssetId, Newest>,
    waker: Option<Waker>,
}

struct Newest {
    /// `None` once the watcher has taken it.
    quote: Option<Arc<Quote>>,
    provider: &'static str,
    observed_at: Instant,
    fetched_at: Instant,
}

impl Newest {
    fn of(quote: &Arc<Quote>) -> Self {
        Self {
            quote: Some(Arc::clone(quote)),
            provider: quote.provider,
            observed_at: quote.observed_at,
            fetched_at: quote.fetched_at,
        }
    }

    /// Providers' clocks differ, so quotes of two of them are compared by when they came to us.
    fn is_newer_than(&self, quote: &Quote) -> bool {
        if self.provider == quote.provider {
            (self.observed_at, self.fetched_at) > (quote.observed_at, quote.fetched_at)
        } else {
            self.fetched_at > quote.fetched_at
        }
    }
}

impl Mailbox {
    /// Puts a quote in, unless a newer one of the asset came before.
    pub(super) fn put(&self, quote: &Arc<Quote>) {
        let mut content = self.content();
        let before = content.newest.get(&quote.asset_id);
        if before.is_some_and(|before| before.is_newer_than(quote)) {
            return;
        }
        let waits_already = before.is_some_and(|before| before.quote.is_some());
        if !waits_already {
            content.waiting.push_back(quote.asset_id.clone());
        }
        content.newest.insert(quote.asset_id.clone(), Newest::of(quote));
        let waker = content.waker.take();
        drop(content);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Takes the quote that waits longest.
    pub(super) fn poll_take(&self, context: &Context<'_>) -> Poll<Arc<Quote>> {
        let mut content = self.content();
        while let Some(asset) = content.waiting.pop_front() {
            if let Some(quote) = content.newest.get_mut(&asset).and_then(|newest| newest.quote.take()) {
                return Poll::Ready(quote);
            }
        }
        content.waker = Some(context.waker().clone());
        Poll::Pending
    }

    fn content(&self) -> MutexGuard<'_, Content> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
