use std::fmt;

use chrono::TimeDelta;
use rialto_kernel::text::{is_hidden, is_visible};
use rialto_kernel::{Decimal, InvalidValue};

fn out_of_range(message: &str) -> InvalidValue {
    InvalidValue::new("out_of_range", message)
}

/// The price at which an alert fires: more than 0, at most 10^18.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Threshold(Decimal);

impl Threshold {
    /// Checks a price.
    ///
    /// # Errors
    /// `out_of_range`. The bound leaves room for what hysteresis adds.
    pub fn new(price: Decimal) -> Result<Self, InvalidValue> {
        let most = Decimal::from_scaled(10_i128.pow(18), 0).map_err(|_| out_of_range("must be smaller"))?;
        if price <= Decimal::zero() || price > most {
            return Err(out_of_range("must be more than 0 and at most 1000000000000000000"));
        }
        Ok(Self(price))
    }

    /// The price.
    #[must_use]
    pub const fn price(&self) -> &Decimal {
        &self.0
    }
}

/// By how much a price must move: 0.01 to 1000 percent of where it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovePercent(Decimal);

impl MovePercent {
    /// Checks a percentage.
    ///
    /// # Errors
    /// `out_of_range`.
    pub fn new(percent: Decimal) -> Result<Self, InvalidValue> {
        // A hundred times as much, so that the bounds are whole numbers.
        let hundredths = percent.checked_mul(&Decimal::from(100)).map_err(|_| out_of_range("must be at most 1000"))?;
        if hundredths < Decimal::from(1) || hundredths > Decimal::from(100_000) {
            return Err(out_of_range("must be between 0.01 and 1000 percent"));
        }
        Ok(Self(percent))
    }

    /// The percentage.
    #[must_use]
    pub const fn percent(&self) -> &Decimal {
        &self.0
    }
}

/// Over how long a move is measured: 60 seconds to 7 days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MoveWindow(u32);

impl MoveWindow {
    /// Checks a length in seconds.
    ///
    /// # Errors
    /// `out_of_range`.
    pub fn from_seconds(seconds: u64) -> Result<Self, InvalidValue> {
        seconds_within(seconds, 60, 7 * 86_400).map(Self)
    }

    /// In seconds.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        self.0
    }

    /// Its length.
    #[must_use]
    pub fn length(self) -> TimeDelta {
        TimeDelta::seconds(self.0.into())
    }
}

/// How far, in percent of the threshold, a price must have gone back before an alert may fire again: 0 to 50.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hysteresis(Decimal);

impl Hysteresis {
    /// Checks a percentage.
    ///
    /// # Errors
    /// `out_of_range`.
    pub fn new(percent: Decimal) -> Result<Self, InvalidValue> {
        if percent.is_negative() || percent > Decimal::from(50) {
            return Err(out_of_range("must be between 0 and 50 percent"));
        }
        Ok(Self(percent))
    }

    /// The percentage.
    #[must_use]
    pub const fn percent(&self) -> &Decimal {
        &self.0
    }
}

impl Default for Hysteresis {
    /// 1 percent.
    fn default() -> Self {
        Self(Decimal::from(1))
    }
}

/// How long an alert that fired is quiet at least: 0 seconds to 30 days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cooldown(u32);

impl Cooldown {
    /// Checks a length in seconds.
    ///
    /// # Errors
    /// `out_of_range`.
    pub fn from_seconds(seconds: u64) -> Result<Self, InvalidValue> {
        seconds_within(seconds, 0, 30 * 86_400).map(Self)
    }

    /// In seconds.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        self.0
    }

    /// Its length.
    #[must_use]
    pub fn length(self) -> TimeDelta {
        TimeDelta::seconds(self.0.into())
    }
}

impl Default for Cooldown {
    /// 5 minutes.
    fn default() -> Self {
        Self(300)
    }
}

fn seconds_within(seconds: u64, min: u32, max: u32) -> Result<u32, InvalidValue> {
    let refusal = || out_of_range(&format!("must be between {min} and {max} seconds"));
    u32::try_from(seconds).ok().filter(|seconds| (min..=max).contains(seconds)).ok_or_else(refusal)
}

/// What its owner wrote beside an alert: 1 to 280 characters on one or more lines, none of them hidden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertNote(String);

impl AlertNote {
    /// Reads a note as typed, without white space around it.
    ///
    /// # Errors
    /// `too_short`, `too_long` or `invalid_character`.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let note = text.trim();
        InvalidValue::check_length(note, 1, 280)?;
        if !is_visible(note) || note.chars().any(|c| c != '\n' && is_hidden(c)) {
            return Err(InvalidValue::new("invalid_character", "must hold visible characters only"));
        }
        Ok(Self(note.to_owned()))
    }

    /// The note.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AlertNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_out_of_bounds_is_refused() {
        assert!(Threshold::new(Decimal::zero()).is_err());
        assert!(Threshold::new(decimal("-1")).is_err());
        assert!(Threshold::new(decimal("1000000000000000001")).is_err());
        assert!(Threshold::new(decimal("0.000000000000000001")).is_ok());
        assert!(MovePercent::new(decimal("0.009")).is_err());
        assert!(MovePercent::new(decimal("0.01")).is_ok());
        assert!(MovePercent::new(decimal("1000.01")).is_err());
        assert!(Hysteresis::new(decimal("50.1")).is_err());
        assert!(Hysteresis::new(decimal("-0.1")).is_err());
        assert!(MoveWindow::from_seconds(59).is_err());
        assert!(MoveWindow::from_seconds(604_800).is_ok());
        assert!(MoveWindow::from_seconds(604_801).is_err());
        assert!(Cooldown::from_seconds(0).is_ok());
        assert!(Cooldown::from_seconds(2_592_001).is_err());
        assert!(Cooldown::from_seconds(u64::MAX).is_err());
    }

    #[test]
    fn a_note_is_short_and_visible() {
        assert_eq!(AlertNote::parse(" sell\nhalf ").unwrap().as_str(), "sell\nhalf");
        assert!(AlertNote::parse("  ").is_err());
        assert!(AlertNote::parse(&"x".repeat(281)).is_err());
        assert!(AlertNote::parse("a\u{202e}b").is_err());
    }
}
