//! Time and identifiers come in from outside, so that tests can say what they are.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A point in time, UTC, with microsecond precision: the finest that every store keeps.
pub type Instant = DateTime<Utc>;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The current time in UTC, truncated to microseconds.
    fn now(&self) -> Instant;
}

/// Waits.
#[async_trait]
pub trait Timer: Send + Sync {
    /// Returns once `duration` has passed.
    async fn sleep(&self, duration: Duration);
}

/// Gives identifiers that were never given before.
pub trait IdSource: Send + Sync {
    /// A fresh UUIDv7: ids of one process sort in the order they were made.
    fn uuid(&self) -> Uuid;
}

impl dyn IdSource {
    /// A fresh id of the kind the caller asks for.
    pub fn next<I: From<Uuid>>(&self) -> I {
        I::from(self.uuid())
    }
}
