use std::sync::{Mutex, MutexGuard};

use rialto_kernel::StoreError;

use crate::identity::tables::IdentityTables;
use crate::messaging::tables::MessagingTables;
use crate::numbers::NumberTables;
use crate::portfolio::alert_tables::AlertTables;
use crate::portfolio::tables::PortfolioTables;

/// Accounts, conversations, logs and prices in memory. Every act holds one lock from its first check to its
/// last change, and waits for nothing in between: acts happen one after the other, whole or not at all.
#[derive(Debug, Default)]
pub struct MemoryStore {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub identity: IdentityTables,
    pub messaging: MessagingTables,
    pub portfolio: PortfolioTables,
    pub alerts: AlertTables,
    pub numbers: NumberTables,
}

impl MemoryStore {
    /// A store in which nothing has happened.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The state, for one act.
    pub(crate) fn state(&self) -> Result<MutexGuard<'_, State>, StoreError> {
        // An act that panicked may have stopped half-way: what it left is not to be trusted.
        self.state.lock().map_err(|_| StoreError::unavailable("an earlier act on the store panicked"))
    }
}
