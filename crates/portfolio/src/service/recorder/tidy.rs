use rialto_kernel::{Instant, StoreError};

use super::PriceRecorder;
use crate::model::Interval;

/// How many points are forgotten in one act, so that nobody waits long for it, and in how many acts at most.
const STEP: u32 = 1_000;
const MAX_STEPS: u32 = 50;

impl PriceRecorder {
    /// Forgets points that have been kept long enough, in small steps and only so many; says how many.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn tidy(&self, now: Instant) -> Result<u64, StoreError> {
        let mut forgotten = 0;
        for interval in Interval::ALL {
            let kept = self.deps.settings.retention.of(interval);
            let before = kept.and_then(|kept| now.checked_sub_signed(chrono::TimeDelta::from_std(kept).ok()?));
            let Some(before) = before else { continue };
            for _ in 0..MAX_STEPS {
                let pruned = self.deps.points.prune(interval, before, STEP).await?;
                forgotten += pruned;
                if pruned < u64::from(STEP) {
                    break;
                }
            }
        }
        Ok(forgotten)
    }
}
