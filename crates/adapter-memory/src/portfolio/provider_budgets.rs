use async_trait::async_trait;
use rialto_kernel::StoreError;
use rialto_portfolio::{Month, ProviderBudgets, Reservation};

use crate::MemoryStore;

#[async_trait]
impl ProviderBudgets for MemoryStore {
    async fn reserve(&self, provider: &str, month: Month, wanted: u32, limit: u64) -> Result<Reservation, StoreError> {
        let budgets = &mut self.state()?.portfolio.budgets;
        let used = budgets.entry((provider.to_owned(), month)).or_default();
        let reservation = Reservation::of(*used, wanted, limit);
        *used = reservation.used;
        Ok(reservation)
    }
}
