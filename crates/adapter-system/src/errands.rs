//! Work that nobody waits for.

use std::sync::Arc;
use std::time::Duration;

use rialto_identity::{Errand, Errands};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

/// Runs errands as tasks of one runtime.
///
/// **Bounds.** At most as many at a time as it was made for; one more is dropped and reported.
#[derive(Clone, Debug)]
pub struct TokioErrands {
    runtime: Handle,
    places: Arc<Semaphore>,
    most: u32,
}

impl TokioErrands {
    /// Runs at most `most` errands at a time on a runtime that outlives them.
    #[must_use]
    pub fn new(runtime: Handle, most: u32) -> Self {
        Self { runtime, places: Arc::new(Semaphore::new(most as usize)), most }
    }

    /// Waits until what was begun is done, but no longer than `patience`; takes nothing new from then on. `false` if
    /// something was not done in time.
    pub async fn finish(&self, patience: Duration) -> bool {
        let all_done = tokio::time::timeout(patience, self.places.acquire_many(self.most)).await.is_ok();
        self.places.close();
        all_done
    }
}

impl Errands for TokioErrands {
    fn run(&self, errand: Errand) -> bool {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            tracing::warn!(most = self.most, "too much is under way after its answer: something was not begun");
            return false;
        };
        self.runtime.spawn(async move {
            let _place = place;
            if let Err(error) = errand.await {
                tracing::warn!(error = error.as_ref(), "what was to be done after an answer failed");
            }
        });
        true
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::oneshot;

    use super::*;

    const SOON: Duration = Duration::from_secs(5);

    #[tokio::test]
    async fn one_errand_more_than_may_run_is_dropped_and_places_come_back() {
        let errands = TokioErrands::new(Handle::current(), 2);
        let mut ends = Vec::new();
        let mut begin = || {
            let (end, ended) = oneshot::channel::<()>();
            ends.push(end);
            errands.run(Box::pin(async move { Ok(ended.await?) }))
        };
        assert_eq!([begin(), begin(), begin()], [true, true, false]);
        drop(ends);
        while errands.places.available_permits() < 2 {
            tokio::task::yield_now().await;
        }
        assert!(errands.run(Box::pin(async { Ok(()) })), "one that failed gives its place back, too");
    }

    #[tokio::test]
    async fn what_was_begun_is_finished() {
        let (errands, done) = (TokioErrands::new(Handle::current(), 4), Arc::new(AtomicUsize::new(0)));
        for _ in 0..4 {
            let done = done.clone();
            errands.run(Box::pin(async move {
                tokio::time::sleep(Duration::from_millis(20)).await;
                done.fetch_add(1, Ordering::Relaxed);
                Ok(())
            }));
        }
        assert!(errands.finish(SOON).await);
        assert_eq!(done.load(Ordering::Relaxed), 4);
        assert!(!errands.run(Box::pin(async { Ok(()) })), "nothing new is begun");
    }

    #[tokio::test]
    async fn what_takes_too_long_is_not_waited_for() {
        let errands = TokioErrands::new(Handle::current(), 1);
        errands.run(Box::pin(std::future::pending()));
        assert!(!errands.finish(Duration::from_millis(10)).await);
    }
}
