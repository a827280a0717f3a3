//! The outcomes of one request, as they come.

use std::collections::{HashMap, HashSet, VecDeque};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use rialto_portfolio::{AssetId, Quote, QuoteOutcome};
use tokio::sync::mpsc::UnboundedReceiver;

use super::shelf::marked_stale;
use super::stats::Counters;

/// First what is there at once, then what is waited for; what has not come when patience ends is given as it was
/// held, if it was.
pub(super) struct Outcomes {
    pub(super) ready: VecDeque<QuoteOutcome>,
    pub(super) coming: UnboundedReceiver<QuoteOutcome>,
    /// What is still to come.
    pub(super) waiting: HashSet<AssetId>,
    /// Of that, what is held and old.
    pub(super) old: HashMap<AssetId, Arc<Quote>>,
    pub(super) patience: Option<BoxFuture<'static, ()>>,
    pub(super) counters: Arc<Counters>,
}

impl Stream for Outcomes {
    type Item = QuoteOutcome;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if let Some(outcome) = this.ready.pop_front() {
                return Poll::Ready(Some(outcome));
            }
            if this.waiting.is_empty() {
                return Poll::Ready(None);
            }
            match this.coming.poll_recv(context) {
                Poll::Ready(Some((asset, outcome))) => {
                    if this.waiting.remove(&asset) {
                        this.old.remove(&asset);
                        return Poll::Ready(Some((asset, outcome)));
                    }
                    continue;
                }
                // Nobody is left who could bring the rest.
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => {}
            }
            let over = this.patience.as_mut().is_some_and(|patience| patience.poll_unpin(context).is_ready());
            if !over {
                return Poll::Pending;
            }
            this.patience = None;
            this.counters.stale(this.old.len());
            for (asset, quote) in this.old.drain() {
                this.waiting.remove(&asset);
                this.ready.push_back((asset, Ok(marked_stale(&quote))));
            }
        }
    }
}
