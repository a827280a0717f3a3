use std::any::Any;
use std::fmt;
use std::sync::Arc;

use rialto_identity::{AccountDeletions, IdentityStore};
use rialto_kernel::{Clock, UserId};
use rialto_portfolio::{PricePointStore, ProviderBudgets, WatchlistStore};

use crate::{FakeClock, FakeIds, builders};

/// The store ports of prices over one fresh, empty database, and those of the people who follow them.
pub struct PriceStores {
    /// Where the users are.
    pub identity: Arc<dyn IdentityStore>,
    /// How they go.
    pub deletions: Arc<dyn AccountDeletions>,
    /// What prices were.
    pub points: Arc<dyn PricePointStore>,
    /// Which assets users follow.
    pub watchlists: Arc<dyn WatchlistStore>,
    /// How often providers may be asked.
    pub budgets: Arc<dyn ProviderBudgets>,
    /// Ids nobody else has.
    pub ids: FakeIds,
    /// The time.
    pub clock: FakeClock,
    _guard: Box<dyn Any + Send + Sync>,
}

impl PriceStores {
    /// One value that implements all store ports of prices, beside one for the users. The guard is whatever must live as
    /// long as the database is used, such as a temporary directory.
    pub fn new<I, P>(identity: Arc<I>, prices: Arc<P>, guard: impl Any + Send + Sync) -> Self
    where
        I: IdentityStore + AccountDeletions + 'static,
        P: PricePointStore + WatchlistStore + ProviderBudgets + 'static,
    {
        Self {
            deletions: identity.clone(),
            identity,
            points: prices.clone(),
            watchlists: prices.clone(),
            budgets: prices,
            ids: FakeIds::new(),
            clock: FakeClock::new(),
            _guard: Box::new(guard),
        }
    }

    /// Stores a user of this name.
    pub async fn user(&self, name: &str) -> UserId {
        let account = builders::account(&self.ids, builders::user(&self.ids, name, self.clock.now()));
        let id = account.user.id;
        self.identity.insert_account(account).await.unwrap();
        id
    }
}

impl fmt::Debug for PriceStores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PriceStores").finish_non_exhaustive()
    }
}
