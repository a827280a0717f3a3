//! Waiting.

use std::time::Duration;

use async_trait::async_trait;
use rialto_kernel::Timer;

/// Waits on the timer of the tokio runtime that polls it; follows tokio's paused time in tests.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemTimer;

#[async_trait]
impl Timer for SystemTimer {
    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_returns_no_earlier_than_asked() {
        let started = std::time::Instant::now();
        SystemTimer.sleep(Duration::from_millis(15)).await;
        assert!(started.elapsed() >= Duration::from_millis(15));
    }
}
