//! What a dollar is worth in the simulation: made up, and always the same.

use rialto_portfolio::Currency;

/// Hundredths of a unit for one dollar.
const RATES: &[(&str, i128)] = &[
    ("usd", 100),
    ("eur", 92),
    ("gbp", 79),
    ("chf", 88),
    ("jpy", 15_000),
    ("cny", 720),
    ("rub", 9_000),
    ("inr", 8_300),
    ("brl", 500),
];

/// Hundredths of a unit of this currency for one dollar, if the simulation knows it.
pub(super) fn hundredths(currency: &Currency) -> Option<i128> {
    RATES.iter().find(|(code, _)| *code == currency.as_str()).map(|(_, rate)| *rate)
}
