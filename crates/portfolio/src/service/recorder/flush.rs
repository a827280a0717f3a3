use rialto_kernel::StoreError;

use super::PriceRecorder;

/// How many points are written in one act.
const BATCH: usize = 500;

/// What a flush did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flushed {
    /// Points that were written.
    pub written: u64,
    /// Points that were given up since the last flush, because too many waited.
    pub given_up: u64,
}

impl PriceRecorder {
    /// Writes what changed since the last flush. What cannot be written waits for the next.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn flush(&self) -> Result<Flushed, StoreError> {
        // Not what comes meanwhile: a flush ends.
        let mut left = self.pending().len();
        let mut written = 0;
        while left > 0 {
            let batch = self.pending().some(BATCH.min(left));
            if batch.is_empty() {
                break;
            }
            self.deps.points.record(&batch).await?;
            self.pending().remove(&batch);
            left = left.saturating_sub(batch.len());
            written += batch.len() as u64;
        }
        Ok(Flushed { written, given_up: self.pending().take_given_up() })
    }
}
