//! Numbers, read from their own digits and never through a float.

use chrono::{DateTime, SubsecRound, Utc};
use rialto_kernel::{Decimal, DecimalError, Instant};
use rialto_portfolio::ProviderError;
use serde_json::value::RawValue;

/// A JSON number. One that we cannot hold is none; a value that is no number at all means that the format changed.
pub(crate) fn number(field: &str, raw: Option<&RawValue>) -> Result<Option<Decimal>, ProviderError> {
    let Some(token) = raw.map(RawValue::get) else { return Ok(None) };
    // An absent value and a null are the same.
    if token == "null" {
        return Ok(None);
    }
    match Decimal::parse_rounded(token) {
        Ok(number) => Ok(Some(number)),
        Err(DecimalError::NotANumber) if !token.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
            Err(ProviderError::Malformed { what: format!("{field} is not a number") })
        }
        Err(_) => Ok(None),
    }
}

/// A price: nothing is sold for nothing, so a zero is how a price too small for the provider shows.
pub(crate) fn price(field: &str, raw: Option<&RawValue>) -> Result<Option<Decimal>, ProviderError> {
    Ok(number(field, raw)?.filter(is_a_price))
}

/// Whether something can be sold for it.
pub(crate) fn is_a_price(price: &Decimal) -> bool {
    !price.is_zero() && !price.is_negative()
}

/// A place by capitalisation, from 1; whatever else stands there is no place.
pub(crate) fn rank(raw: Option<&RawValue>) -> Option<u32> {
    raw?.get().parse().ok().filter(|rank| *rank > 0)
}

/// A number in a JSON string.
pub(crate) fn in_text(field: &str, text: Option<&str>) -> Result<Option<Decimal>, ProviderError> {
    let Some(text) = text else { return Ok(None) };
    match Decimal::parse_rounded(text) {
        Ok(number) => Ok(Some(number)),
        Err(DecimalError::NotANumber) => Err(ProviderError::Malformed { what: format!("{field} is not a number") }),
        Err(_) => Ok(None),
    }
}

/// A time as RFC 3339 writes it.
pub(crate) fn instant(text: &str) -> Option<Instant> {
    DateTime::parse_from_rfc3339(text).ok().map(|at| at.with_timezone(&Utc).trunc_subsecs(6))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(token: &str) -> Result<Option<String>, ProviderError> {
        let raw: Box<RawValue> = serde_json::from_str(token).unwrap();
        number("it", Some(&raw)).map(|number| number.map(|number| number.to_string()))
    }

    #[test]
    fn integers_fractions_and_exponents_are_read_exactly_and_null_is_none() {
        assert_eq!(read("61234").unwrap().as_deref(), Some("61234"));
        assert_eq!(read("0.1234567890123456789").unwrap().as_deref(), Some("0.123456789012345679"));
        assert_eq!(read("3.1e-07").unwrap().as_deref(), Some("0.00000031"));
        assert_eq!(read("1.5E3").unwrap().as_deref(), Some("1500"));
        assert_eq!(read("null").unwrap(), None);
        assert_eq!(read("1e30").unwrap(), None);
    }

    #[test]
    fn a_rank_is_a_whole_number_from_1_or_none() {
        let read = |token: &str| rank(Some(&serde_json::from_str::<Box<RawValue>>(token).unwrap()));
        assert_eq!(read("7"), Some(7));
        for token in ["0", "-1", "1.5", r#""7""#, "{}", "null"] {
            assert_eq!(read(token), None, "{token}");
        }
    }

    #[test]
    fn what_is_no_number_means_that_the_format_changed() {
        for token in [r#""1""#, "{}", "[1]", "true"] {
            assert!(matches!(read(token), Err(ProviderError::Malformed { .. })), "{token}");
        }
        assert!(matches!(in_text("it", Some("NaN")), Err(ProviderError::Malformed { .. })));
    }
}
