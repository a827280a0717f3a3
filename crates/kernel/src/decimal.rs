//! Exact decimals with bounds: at most 20 integer and 18 fraction digits, no NaN, no infinity.

use std::fmt;
use std::str::FromStr;

use bigdecimal::num_bigint::BigInt;
use bigdecimal::{BigDecimal, RoundingMode, Signed, Zero};

/// An exact decimal number: a price, a quantity or an amount. Always within ±10^20 and with at most
/// 18 fraction digits, so it fits `NUMERIC(38,18)`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(BigDecimal);

/// Why a text or a result is not a [`Decimal`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Not a number in plain or exponent notation.
    #[error("not a decimal number")]
    NotANumber,
    /// More than 20 digits before the point.
    #[error("more than 20 digits before the decimal point")]
    TooLarge,
    /// More than 18 digits after the point.
    #[error("more than 18 digits after the decimal point")]
    TooPrecise,
    /// Division by zero.
    #[error("division by zero")]
    DivisionByZero,
}

impl Decimal {
    /// Digits allowed before the point.
    pub const MAX_INTEGER_DIGITS: i64 = 20;
    /// Digits allowed after the point.
    pub const MAX_FRACTION_DIGITS: i64 = 18;
    const MAX_TEXT_BYTES: usize = 64;

    /// Zero.
    #[must_use]
    pub fn zero() -> Self {
        Self(BigDecimal::zero())
    }

    /// `digits × 10^-scale`, the way fixed-point sources give numbers.
    ///
    /// # Errors
    /// When the value is out of bounds.
    pub fn from_scaled(digits: i128, scale: u8) -> Result<Self, DecimalError> {
        Self::bounded(BigDecimal::new(BigInt::from(digits), i64::from(scale)))
    }

    /// Reads a number as providers write it (`61234.5`, `3.1e-07`) and rounds what is finer than 18
    /// fraction digits half to even. Use it for observed prices, never for what a person entered.
    ///
    /// # Errors
    /// When the text is no number or has more than 20 integer digits.
    pub fn parse_rounded(text: &str) -> Result<Self, DecimalError> {
        Self::rounded(Self::read(text)?)
    }

    /// The sum.
    ///
    /// # Errors
    /// When the result is out of bounds.
    pub fn checked_add(&self, other: &Self) -> Result<Self, DecimalError> {
        Self::bounded(&self.0 + &other.0)
    }

    /// The difference.
    ///
    /// # Errors
    /// When the result is out of bounds.
    pub fn checked_sub(&self, other: &Self) -> Result<Self, DecimalError> {
        Self::bounded(&self.0 - &other.0)
    }

    /// The product, rounded half to even at 18 fraction digits.
    ///
    /// # Errors
    /// When the result is out of bounds.
    pub fn checked_mul(&self, other: &Self) -> Result<Self, DecimalError> {
        Self::rounded(&self.0 * &other.0)
    }

    /// The quotient, rounded half to even at 18 fraction digits.
    ///
    /// # Errors
    /// When the divisor is zero or the result is out of bounds.
    pub fn checked_div(&self, other: &Self) -> Result<Self, DecimalError> {
        if other.0.is_zero() {
            return Err(DecimalError::DivisionByZero);
        }
        Self::rounded(&self.0 / &other.0)
    }

    /// Rounded half to even at `digits` fraction digits.
    #[must_use]
    pub fn round(&self, digits: u8) -> Self {
        Self(self.0.with_scale_round(i64::from(digits), RoundingMode::HalfEven).normalized())
    }

    /// Whether the value is below zero.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        self.0.is_negative()
    }

    /// Whether the value is exactly zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    fn read(text: &str) -> Result<BigDecimal, DecimalError> {
        // The length bound and the exponent bound come first: `1e999999999` must cost nothing.
        if text.is_empty() || text.len() > Self::MAX_TEXT_BYTES {
            return Err(DecimalError::NotANumber);
        }
        let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
        if !plain {
            return Err(DecimalError::NotANumber);
        }
        if let Some((_, exponent)) = text.split_once(['e', 'E']) {
            let exponent: i64 = exponent.parse().map_err(|_| DecimalError::NotANumber)?;
            if exponent > 2 * Self::MAX_TEXT_BYTES as i64 {
                return Err(DecimalError::TooLarge);
            }
            if exponent < -2 * (Self::MAX_TEXT_BYTES as i64) {
                return Err(DecimalError::TooPrecise);
            }
        }
        BigDecimal::from_str(text).map_err(|_| DecimalError::NotANumber)
    }

    fn rounded(value: BigDecimal) -> Result<Self, DecimalError> {
        Self::bounded(value.with_scale_round(Self::MAX_FRACTION_DIGITS, RoundingMode::HalfEven))
    }

    fn bounded(value: BigDecimal) -> Result<Self, DecimalError> {
        let value = value.normalized();
        if value.fractional_digit_count() > Self::MAX_FRACTION_DIGITS {
            return Err(DecimalError::TooPrecise);
        }
        let integer_digits = value.digits() as i64 - value.fractional_digit_count();
        if !value.is_zero() && integer_digits > Self::MAX_INTEGER_DIGITS {
            return Err(DecimalError::TooLarge);
        }
        Ok(Self(value))
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    /// Reads a number exactly; what is out of bounds is refused, never rounded.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::bounded(Self::read(text)?)
    }
}

impl From<u32> for Decimal {
    fn from(value: u32) -> Self {
        Self(BigDecimal::from(value))
    }
}

impl fmt::Display for Decimal {
    /// Plain notation without an exponent or trailing zeros: `0.00000031`, `61234.5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_plain_string())
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn plain_and_exponent_notation_are_read_exactly() {
        assert_eq!(decimal("3.1e-07").to_string(), "0.00000031");
        assert_eq!(decimal("61234.50").to_string(), "61234.5");
        assert_eq!(decimal("-0").to_string(), "0");
        assert_eq!(decimal("1e3").to_string(), "1000");
        assert_eq!(
            decimal("99999999999999999999.999999999999999999").to_string(),
            "99999999999999999999.999999999999999999"
        );
    }

    #[test]
    fn values_out_of_bounds_are_refused() {
        assert_eq!("100000000000000000000".parse::<Decimal>(), Err(DecimalError::TooLarge));
        assert_eq!("1e999999999".parse::<Decimal>(), Err(DecimalError::TooLarge));
        assert_eq!("0.0000000000000000001".parse::<Decimal>(), Err(DecimalError::TooPrecise));
        for text in ["NaN", "inf", "", "1,5", "0x10", "1_000", " 1", "--1", "1e", "e5"] {
            assert_eq!(text.parse::<Decimal>(), Err(DecimalError::NotANumber), "{text:?}");
        }
    }

    #[test]
    fn observed_prices_are_rounded_half_to_even() {
        assert_eq!(Decimal::parse_rounded("0.12345678901234567850").unwrap().to_string(), "0.123456789012345678");
    }

    #[test]
    fn division_by_zero_is_an_error() {
        assert_eq!(decimal("1").checked_div(&Decimal::zero()), Err(DecimalError::DivisionByZero));
        assert_eq!(decimal("1").checked_div(&decimal("3")).unwrap().to_string(), "0.333333333333333333");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_but_never_panics(text in ".{0,80}") {
            let _ = text.parse::<Decimal>();
            let _ = Decimal::parse_rounded(&text);
        }

        #[test]
        fn what_is_printed_is_read_back(digits in -10i128.pow(37)..10i128.pow(37)) {
            let value = Decimal::from_scaled(digits, 18).unwrap();
            prop_assert_eq!(value.to_string().parse::<Decimal>().unwrap(), value);
        }
    }
}
