use std::fmt;

use chrono::TimeDelta;
use rialto_kernel::{Instant, InvalidValue};

/// How far points of a price history are apart. Intervals begin at whole multiples in UTC: a day at midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Interval {
    /// `5m`.
    FiveMinutes,
    /// `1h`.
    Hour,
    /// `1d`.
    Day,
}

impl Interval {
    /// All of them, the shortest first.
    pub const ALL: [Self; 3] = [Self::FiveMinutes, Self::Hour, Self::Day];

    /// Reads `5m`, `1h` or `1d`.
    ///
    /// # Errors
    /// `unknown_value`.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        Self::ALL
            .into_iter()
            .find(|interval| interval.as_str() == text)
            .ok_or_else(|| InvalidValue::new("unknown_value", "must be 5m, 1h or 1d"))
    }

    /// `5m`, `1h` or `1d`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FiveMinutes => "5m",
            Self::Hour => "1h",
            Self::Day => "1d",
        }
    }

    /// Its length.
    #[must_use]
    pub const fn length(self) -> TimeDelta {
        TimeDelta::seconds(self.seconds())
    }

    /// Its length in seconds.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        match self {
            Self::FiveMinutes => 300,
            Self::Hour => 3_600,
            Self::Day => 86_400,
        }
    }

    /// When the interval that an instant is in began.
    #[must_use]
    pub fn start_of(self, at: Instant) -> Instant {
        let into = TimeDelta::seconds(at.timestamp().rem_euclid(self.seconds()));
        let fraction = TimeDelta::nanoseconds(i64::from(at.timestamp_subsec_nanos()));
        // Only the first instants that can be written have no start; they are their own.
        at.checked_sub_signed(into + fraction).unwrap_or(at)
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A stretch of history: the intervals that begin at `from` or later and before `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// The first instant.
    pub from: Instant,
    /// The first instant after it.
    pub to: Instant,
    /// How far points are apart.
    pub interval: Interval,
}

impl Span {
    /// How many intervals begin within it.
    #[must_use]
    pub fn intervals(&self) -> u64 {
        let length = self.interval.seconds();
        // The first start at `from` or later.
        let first = (self.from - TimeDelta::nanoseconds(1)).timestamp().div_euclid(length);
        let last = (self.to - TimeDelta::nanoseconds(1)).timestamp().div_euclid(length);
        u64::try_from(last - first).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn intervals_begin_at_whole_multiples_in_utc() {
        let now = at("2026-11-28T15:58:07.25Z");
        let starts = Interval::ALL.map(|interval| interval.start_of(now));
        assert_eq!(starts, [at("2026-11-28T15:55:00Z"), at("2026-11-28T15:00:00Z"), at("2026-11-28T00:00:00Z")]);
        assert_eq!(Interval::Day.start_of(at("1969-12-31T23:00:00Z")), at("1969-12-31T00:00:00Z"));
        assert!(starts.iter().zip(Interval::ALL).all(|(start, interval)| interval.start_of(*start) == *start));
    }

    #[test]
    fn a_span_counts_the_intervals_that_begin_in_it() {
        let days = |from, to| Span { from: at(from), to: at(to), interval: Interval::Day }.intervals();
        assert_eq!(days("2026-11-01T00:00:00Z", "2026-11-03T00:00:00Z"), 2);
        assert_eq!(days("2026-11-01T00:00:01Z", "2026-11-03T00:00:01Z"), 2);
        assert_eq!(days("2026-11-01T00:00:01Z", "2026-11-01T23:00:00Z"), 0);
        assert_eq!(days("2026-11-03T00:00:00Z", "2026-11-01T00:00:00Z"), 0);
    }

    #[test]
    fn an_interval_is_read_as_it_is_written() {
        for interval in Interval::ALL {
            assert_eq!(Interval::parse(interval.as_str()), Ok(interval));
        }
        assert!(Interval::parse("2h").is_err());
    }
}
