//! Waits that differ, so that nodes which failed together do not return together.

use std::time::Duration;

/// A small generator of random numbers; nothing secret hangs on it.
pub(super) struct Jitter(u64);

impl Jitter {
    pub(super) fn new() -> Self {
        Self::seeded(getrandom::u64().unwrap_or(1))
    }

    pub(super) fn seeded(seed: u64) -> Self {
        Self(seed | 1)
    }

    /// Between half and the whole of `first`, doubled for every time before this one, up to `longest`.
    pub(super) fn wait(&mut self, first: Duration, times_before: u32, longest: Duration) -> Duration {
        let whole = first.saturating_mul(1 << times_before.min(16)).min(longest);
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let part = (self.0 >> 33) as u32 & 0xffff;
        whole / 2 + whole / 2 * part / 0xffff
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_are_never_under_half() {
        let (first, longest) = (Duration::from_secs(5), Duration::from_secs(300));
        let mut jitter = Jitter::seeded(7);
        for _ in 0..1_000 {
            for (times, whole) in [(0, 5), (1, 10), (4, 80), (6, 300), (u32::MAX, 300)] {
                let wait = jitter.wait(first, times, longest).as_secs_f64();
                assert!(wait >= f64::from(whole) / 2.0 && wait <= f64::from(whole), "{wait} of {whole}");
            }
        }
    }
}
