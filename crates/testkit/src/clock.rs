//! A clock that stands still until told otherwise.

use std::sync::Mutex;

use chrono::{DateTime, TimeDelta};
use rialto_kernel::{Clock, Instant};

/// A clock that starts at [`FakeClock::START_SECONDS`] and moves only by [`FakeClock::advance`].
#[derive(Debug)]
pub struct FakeClock(Mutex<Instant>);

impl FakeClock {
    /// 2023-11-14T22:13:20Z, in seconds since 1970.
    pub const START_SECONDS: i64 = 1_700_000_000;

    /// A clock at the start.
    #[must_use]
    pub fn new() -> Self {
        Self(Mutex::new(DateTime::from_timestamp(Self::START_SECONDS, 0).unwrap()))
    }

    /// Moves the clock and tells the new time. A negative step sets it back.
    pub fn advance(&self, by: TimeDelta) -> Instant {
        let mut now = self.0.lock().unwrap();
        *now += by;
        *now
    }
}

impl Default for FakeClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Instant {
        *self.0.lock().unwrap()
    }
}
