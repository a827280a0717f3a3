use std::fmt;

use chrono::{DateTime, Datelike, NaiveDate};
use rialto_kernel::Instant;

/// A calendar month in UTC: what monthly budgets are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i32,
    month: u32,
}

impl Month {
    /// The month that an instant is in.
    #[must_use]
    pub fn of(at: Instant) -> Self {
        Self { year: at.year(), month: at.month() }
    }

    /// When the next month begins.
    #[must_use]
    pub fn end(self) -> Instant {
        let (year, month) = if self.month == 12 { (self.year + 1, 1) } else { (self.year, self.month + 1) };
        let midnight = NaiveDate::from_ymd_opt(year, month, 1).and_then(|day| day.and_hms_opt(0, 0, 0));
        // Only a year beyond 262,000 has no first day.
        midnight.map_or(DateTime::<chrono::Utc>::MAX_UTC, |at| at.and_utc())
    }
}

impl fmt::Display for Month {
    /// `2026-11`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn a_month_ends_where_the_next_begins() {
        let november = Month::of(at("2026-11-30T23:59:59Z"));
        assert_eq!((november.to_string().as_str(), november.end()), ("2026-11", at("2026-12-01T00:00:00Z")));
        assert_eq!(Month::of(at("2026-12-01T00:00:00Z")).end(), at("2027-01-01T00:00:00Z"));
    }
}
