//! Decimals as JSON numbers, digit by digit: no floating point comes between.

use rialto_kernel::Decimal;
use serde_json::value::RawValue;

/// A number in JSON.
pub(super) type Number = Box<RawValue>;

/// All its digits.
pub(super) fn exact(decimal: &Decimal) -> Option<Number> {
    // The plain form of a decimal is a number in JSON.
    RawValue::from_string(decimal.to_string()).ok()
}

/// The whole number that is nearest.
pub(super) fn whole(decimal: &Decimal) -> Option<Number> {
    exact(&decimal.round(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(number: Option<Number>) -> String {
        serde_json::to_string(&number).unwrap()
    }

    #[test]
    fn every_digit_is_written_and_none_is_made_up() {
        for digits in ["0.000000000000000001", "61234.5", "-0.5", "99999999999999999999.999999999999999999", "0"] {
            assert_eq!(text(exact(&digits.parse().unwrap())), digits);
        }
        assert_eq!(text(whole(&"1260800000000.73".parse().unwrap())), "1260800000001");
        assert_eq!(text(None), "null");
    }
}
