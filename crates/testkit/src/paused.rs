//! Time that passes only when nobody has anything left to do.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta};
use rialto_kernel::{Clock, Instant, Timer};

use crate::FakeClock;

/// The time of a runtime that was started paused (`#[tokio::test(start_paused = true)]`): when all tasks wait, it
/// jumps to the next thing that anybody waits for, so that a day passes in no time. It starts where
/// [`FakeClock`] starts.
#[derive(Clone, Copy, Debug)]
pub struct PausedTime(tokio::time::Instant);

impl PausedTime {
    /// Time that starts now.
    #[must_use]
    pub fn start() -> Self {
        Self(tokio::time::Instant::now())
    }
}

impl Clock for PausedTime {
    fn now(&self) -> Instant {
        let start = DateTime::from_timestamp(FakeClock::START_SECONDS, 0).unwrap();
        start + TimeDelta::from_std(self.0.elapsed()).unwrap()
    }
}

#[async_trait]
impl Timer for PausedTime {
    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
