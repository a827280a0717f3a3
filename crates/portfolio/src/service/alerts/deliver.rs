use rialto_kernel::{Instant, StoreError};

use super::AlertService;
use crate::model::{DeliveryOutcome, DeliveryState, DeliveryTarget, DueDelivery, wait_after};
use crate::ports::CourierError;

/// How many deliveries are tried in one go.
const BATCH: u32 = 100;

/// What came of one go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeliveryRun {
    /// Done.
    pub delivered: usize,
    /// To be tried again later.
    pub postponed: usize,
    /// Given up.
    pub failed: usize,
    /// Whether there may be more to do at once.
    pub more: bool,
}

impl AlertService {
    /// Tries what is due by `now`, and writes down what came of it. After a crash in between the same is told again,
    /// which the reader does not see.
    ///
    /// # Errors
    /// When the store does not answer: what is not written down stays due.
    pub async fn deliver_due(&self, now: Instant) -> Result<DeliveryRun, StoreError> {
        let due = self.deps.store.due_deliveries(now, BATCH).await?;
        let mut run = DeliveryRun { more: due.len() == BATCH as usize, ..DeliveryRun::default() };
        for delivery in due {
            let outcome = self.attempt(&delivery, now).await;
            let DueDelivery { firing, target, attempts } = delivery;
            let state = outcome.state;
            if !self.deps.store.note_delivery(firing.id, target, attempts, outcome).await? {
                // Another node was faster.
                continue;
            }
            match state {
                DeliveryState::Delivered => run.delivered += 1,
                DeliveryState::Due(_) => run.postponed += 1,
                DeliveryState::Failed => run.failed += 1,
            }
        }
        Ok(run)
    }

    async fn attempt(&self, delivery: &DueDelivery, at: Instant) -> DeliveryOutcome {
        let DueDelivery { firing, target, attempts } = delivery;
        let told = match target {
            DeliveryTarget::Owner => self.deps.courier.notify(firing.owner, firing).await,
            DeliveryTarget::Conversation(id) => self.deps.courier.post(firing.owner, *id, firing).await,
        };
        let (state, error) = match told {
            Ok(()) => (DeliveryState::Delivered, None),
            Err(CourierError::Refused { reason }) => (DeliveryState::Failed, Some(reason)),
            Err(error @ CourierError::Unavailable { .. }) => {
                let next = wait_after(attempts + 1);
                (next.map_or(DeliveryState::Failed, |wait| DeliveryState::Due(at + wait)), Some(error.to_string()))
            }
        };
        DeliveryOutcome { state, at, error }
    }
}
