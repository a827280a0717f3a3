//! What one watcher has not taken yet.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use rialto_portfolio::Quote;

/// The newest quote of each asset, in the order in which they came. It holds at most one per asset: a
/// newer quote takes the place of the one before, so a slow watcher costs no more than a fast one. Once every asset
/// has ticked, a tick allocates nothing.
pub(super) struct Mailbox(Mutex<Content>);

struct Content {
    /// The places of quotes that were not taken, each at most once.
    waiting: VecDeque<usize>,
    newest: Vec<Slot>,
    waker: Option<Waker>,
}

/// One asset.
#[derive(Clone, Default)]
struct Slot {
    /// The newest, taken or not.
    newest: Option<Arc<Quote>>,
    waits: bool,
}

impl Mailbox {
    /// A mailbox for so many assets.
    pub(super) fn new(assets: usize) -> Self {
        Self(Mutex::new(Content { waiting: VecDeque::new(), newest: vec![Slot::default(); assets], waker: None }))
    }

    /// Puts a quote in, unless a newer one of the asset came before, and gives who waits for it, to be woken when
    /// all that comes together is in.
    #[must_use]
    pub(super) fn put(&self, place: usize, quote: &Arc<Quote>) -> Option<Waker> {
        let mut guard = self.content();
        let content = &mut *guard;
        let slot = content.newest.get_mut(place)?;
        if slot.newest.as_ref().is_some_and(|before| is_newer(before, quote)) {
            return None;
        }
        slot.newest = Some(Arc::clone(quote));
        if !slot.waits {
            slot.waits = true;
            content.waiting.push_back(place);
        }
        content.waker.take()
    }

    /// Takes the quote that waits longest.
    pub(super) fn poll_take(&self, context: &Context<'_>) -> Poll<Arc<Quote>> {
        let mut guard = self.content();
        let content = &mut *guard;
        while let Some(place) = content.waiting.pop_front() {
            let Some(slot) = content.newest.get_mut(place) else { continue };
            slot.waits = false;
            if let Some(quote) = &slot.newest {
                return Poll::Ready(Arc::clone(quote));
            }
        }
        match &content.waker {
            Some(waker) if waker.will_wake(context.waker()) => {}
            _ => content.waker = Some(context.waker().clone()),
        }
        Poll::Pending
    }

    fn content(&self) -> MutexGuard<'_, Content> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Providers' clocks differ, so quotes of two of them are compared by when they came to us.
fn is_newer(before: &Quote, quote: &Quote) -> bool {
    if before.provider == quote.provider {
        (before.observed_at, before.fetched_at) > (quote.observed_at, quote.fetched_at)
    } else {
        before.fetched_at > quote.fetched_at
    }
}
