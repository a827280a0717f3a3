use rialto_kernel::Instant;
use rialto_portfolio::Month;

/// A bucket of calls and a month of them. Every call counts, refused ones too.
#[derive(Debug, Default)]
pub(super) struct Limits {
    bucket: Option<Bucket>,
    month: Option<Quota>,
}

#[derive(Debug)]
struct Bucket {
    per_minute: u32,
    burst: u32,
    /// In thousandths of a call.
    left: i64,
    since: Option<Instant>,
}

#[derive(Debug)]
struct Quota {
    limit: u64,
    used: u64,
    month: Option<Month>,
}

/// What a call went beyond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Excess {
    Rate { retry_after_s: u32 },
    Month,
}

impl Limits {
    pub(super) fn set_rate(&mut self, per_minute: u32, burst: u32) {
        self.bucket = Some(Bucket { per_minute, burst, left: i64::from(burst) * 1_000, since: None });
    }

    pub(super) fn set_month(&mut self, limit: u64) {
        self.month = Some(Quota { limit, used: 0, month: None });
    }

    /// Counts a call.
    pub(super) fn take(&mut self, now: Instant) -> Option<Excess> {
        let month = self.month.as_mut().and_then(|quota| quota.take(now));
        let rate = self.bucket.as_mut().and_then(|bucket| bucket.take(now));
        month.or(rate)
    }
}

impl Bucket {
    fn take(&mut self, now: Instant) -> Option<Excess> {
        let passed = self.since.map_or(0, |since| (now - since).num_milliseconds().max(0));
        self.since = Some(now);
        let refill = passed * i64::from(self.per_minute) / 60;
        self.left = (self.left + refill).min(i64::from(self.burst) * 1_000);
        if self.left >= 1_000 {
            self.left -= 1_000;
            return None;
        }
        let retry_after_s = 60_u32.div_ceil(self.per_minute.max(1));
        Some(Excess::Rate { retry_after_s })
    }
}

impl Quota {
    fn take(&mut self, now: Instant) -> Option<Excess> {
        let month = Month::of(now);
        if self.month.replace(month) != Some(month) {
            self.used = 0;
        }
        self.used += 1;
        (self.used > self.limit).then_some(Excess::Month)
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;

    #[test]
    fn a_bucket_fills_with_time_and_a_month_with_calls() {
        let start = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let mut limits = Limits::default();
        limits.set_rate(30, 2);
        assert_eq!([limits.take(start), limits.take(start)], [None, None]);
        assert_eq!(limits.take(start), Some(Excess::Rate { retry_after_s: 2 }));
        assert_eq!(limits.take(start + TimeDelta::seconds(2)), None);

        let mut limits = Limits::default();
        limits.set_month(2);
        assert_eq!([limits.take(start), limits.take(start), limits.take(start)], [None, None, Some(Excess::Month)]);
        assert_eq!(limits.take(start + TimeDelta::days(20)), None);
    }
}
