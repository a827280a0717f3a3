use std::future::poll_fn;
use std::task::Poll;

use rialto_kernel::{Instant, StoreError};

use super::PriceRecorder;
use crate::model::Interval;

/// How many points are forgotten in one act, so that nobody waits long for it.
const STEP: u32 = 1_000;

impl PriceRecorder {
    /// Forgets all points that have been kept long enough, in small steps between which others have their turn; says
    /// how many.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn tidy(&self, now: Instant) -> Result<u64, StoreError> {
        let mut forgotten = 0;
        for interval in Interval::ALL {
            let kept = self.deps.settings.retention.of(interval);
            let before = kept.and_then(|kept| now.checked_sub_signed(chrono::TimeDelta::from_std(kept).ok()?));
            let Some(before) = before else { continue };
            // It ends: nothing that is so old is recorded any more.
            loop {
                let pruned = self.deps.points.prune(interval, before, STEP).await?;
                forgotten += pruned;
                if pruned < u64::from(STEP) {
                    break;
                }
                give_way().await;
            }
        }
        Ok(forgotten)
    }
}

/// Lets others have their turn once.
async fn give_way() {
    let mut gave_way = false;
    poll_fn(|context| {
        if std::mem::replace(&mut gave_way, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
