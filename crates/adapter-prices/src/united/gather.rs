//! Who waits for which price.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rialto_portfolio::{AssetId, Currency, ProviderError, Quote, QuoteError, QuoteOutcome};
use tokio::sync::mpsc::UnboundedSender;

use super::shelf::Key;

/// An asset, and whether it is more than a name that somebody may have made up.
pub(super) type Wanted = (AssetId, bool);

/// Where the outcomes of one request go.
pub(super) type Waiter = UnboundedSender<QuoteOutcome>;

/// What is being fetched with those who wait for it, and what will be fetched with the next departure.
pub(super) struct Gather {
    max_waiting: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    flights: HashMap<Key, Flight>,
    /// How many of the flights are for what may be made up.
    strangers: usize,
    queue: HashMap<Currency, Vec<AssetId>>,
}

struct Flight {
    is_known: bool,
    waiters: Vec<Waiter>,
}

impl Gather {
    pub(super) fn new(max_waiting: usize) -> Self {
        Self { max_waiting: max_waiting.max(1), state: Mutex::default() }
    }

    /// Puts assets on the list, or on that of a fetch under way; `true` if somebody must see to a departure, because
    /// nothing was queued before. Those for which there is no room are refused; what may be made up has half of it.
    pub(super) fn join(&self, assets: Vec<Wanted>, currency: &Currency, waiter: Option<&Waiter>) -> bool {
        let mut state = self.state();
        let was_queued = !state.queue.is_empty();
        let mut queued = Vec::new();
        for (asset, is_known) in assets {
            let full = state.flights.len() >= self.max_waiting;
            let full = full || (!is_known && state.strangers >= self.max_waiting.div_ceil(2));
            match state.flights.entry((asset.clone(), currency.clone())) {
                Entry::Occupied(mut flight) => flight.get_mut().waiters.extend(waiter.cloned()),
                Entry::Vacant(_) if full => {
                    let refusal = QuoteError::Provider(ProviderError::RateLimited { retry_after: None });
                    if let Some(waiter) = waiter {
                        let _ = waiter.send((asset, Err(refusal)));
                    }
                }
                Entry::Vacant(flight) => {
                    flight.insert(Flight { is_known, waiters: waiter.cloned().into_iter().collect() });
                    state.strangers += usize::from(!is_known);
                    queued.push(asset);
                }
            }
        }
        if queued.is_empty() {
            return false;
        }
        state.queue.entry(currency.clone()).or_default().extend(queued);
        !was_queued
    }

    /// What was gathered since the last departure.
    pub(super) fn depart(&self) -> HashMap<Currency, Vec<AssetId>> {
        std::mem::take(&mut self.state().queue)
    }

    /// Tells all who wait for a price what came of it.
    pub(super) fn resolve(&self, key: &Key, outcome: &Result<Quote, QuoteError>) {
        let flight = {
            let mut state = self.state();
            let flight = state.flights.remove(key);
            if flight.as_ref().is_some_and(|flight| !flight.is_known) {
                state.strangers -= 1;
            }
            flight
        };
        for waiter in flight.into_iter().flat_map(|flight| flight.waiters) {
            // Who has left does not hear it.
            let _ = waiter.send((key.0.clone(), outcome.clone()));
        }
    }

    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.state().flights.len()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
