//! Alerts: what users ask for, when it comes true, and that they hear of it.
//!
//! | file | what |
//! |---|---|
//! | `manage` | alerts are made, changed and dropped by their owners |
//! | `fit` | what an alert may ask for |
//! | `book`, `ring` | what is in memory: the enabled alerts by asset, and the last prices of what they look at |
//! | `base` | what a price was at the beginning of a window |
//! | `evaluate` | quotes are judged, and what fires is written down |
//! | `deliver` | what is written down is told, until it is |
//!
//! Whoever runs the service loads the book ([`AlertService::reload`]) at the start, whenever
//! [`AlertService::generation`] changed, and from time to time for what other nodes changed; hands every quote to
//! [`AlertService::evaluate`]; and calls [`AlertService::deliver_due`] after a firing and every few seconds.

mod base;
mod book;
mod deliver;
mod evaluate;
mod fit;
mod manage;
mod ring;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::TimeDelta;
use rialto_kernel::{Clock, IdSource};

pub use deliver::DeliveryRun;
pub use fit::UnfitAlert;
pub use manage::{ChangeAlertError, CreateAlertError};

use self::book::Book;
use crate::model::{AssetId, Currency};
use crate::ports::{AlertCourier, AlertStore, PricePointStore};

/// What the service is made of.
#[derive(Clone)]
pub struct AlertDeps {
    /// Keeps alerts, firings and deliveries.
    pub store: Arc<dyn AlertStore>,
    /// Tells people.
    pub courier: Arc<dyn AlertCourier>,
    /// Knows what prices were.
    pub points: Arc<dyn PricePointStore>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives ids.
    pub ids: Arc<dyn IdSource>,
    /// Bounds.
    pub limits: AlertLimits,
}

/// Bounds of alerts.
#[derive(Clone, Copy, Debug)]
pub struct AlertLimits {
    /// The most alerts that one user may have, disabled ones too.
    pub max_per_user: u32,
    /// How long firings are kept.
    pub keep_firings: TimeDelta,
    /// The longest window of a move: a little less than points of five minutes are kept, since the price at its beginning
    /// must be known.
    pub max_window: TimeDelta,
    /// How long an alert that may fire again is quiet at least, if it is said in a conversation.
    pub min_posted_cooldown: TimeDelta,
}

impl Default for AlertLimits {
    /// 100 alerts a user, firings for 90 days, windows of 6 days and 23 hours, and a minute in conversations.
    fn default() -> Self {
        Self {
            max_per_user: 100,
            keep_firings: TimeDelta::days(90),
            max_window: TimeDelta::hours(7 * 24 - 1),
            min_posted_cooldown: TimeDelta::minutes(1),
        }
    }
}

/// Alerts of all users. Clones share what is in memory.
#[derive(Clone)]
pub struct AlertService {
    deps: AlertDeps,
    book: Arc<Mutex<Book>>,
    generation: Arc<AtomicU64>,
}

/// Assets whose prices are needed in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchedAssets {
    /// The currency.
    pub currency: Currency,
    /// The assets, each once.
    pub assets: Vec<AssetId>,
}

impl AlertService {
    /// A service over its ports.
    #[must_use]
    pub fn new(deps: AlertDeps) -> Self {
        Self { deps, book: Arc::default(), generation: Arc::default() }
    }

    /// A number that is another whenever the alerts to be judged changed through this service: the book must be
    /// loaded anew.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// What the alerts in the book look at, by currency. Tickers tick in [`Currency::default`]; prices in others must be
    /// asked for.
    #[must_use]
    pub fn watched_assets(&self) -> Vec<WatchedAssets> {
        self.book().watched()
    }

    fn changed(&self) {
        self.generation.fetch_add(1, Ordering::AcqRel);
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        // What a panic left half-done is put right by the next load.
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
