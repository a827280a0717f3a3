//! What an HTTP answer means.

use std::time::Duration;

use rialto_portfolio::{Currency, PriceFeedError};

use super::problem::Words;
use super::row::MarketRow;
use super::{CoinGeckoProblem, unavailable};

/// An answer, whole.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) retry_after: Option<Duration>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// The rows, or why there are none.
    pub(super) fn rows(&self, currency: &Currency) -> Result<Vec<MarketRow<'_>>, PriceFeedError> {
        if self.status == 200 && self.body.trim_ascii_start().starts_with(b"[") {
            return serde_json::from_slice(&self.body)
                .map_err(|error| PriceFeedError::Malformed { what: error.to_string() });
        }
        let words = Words::read(&self.body);
        // The code in the body counts as much as the status: both were seen without the other.
        if self.status == 429 || words.as_ref().is_some_and(|words| words.code == Some(429)) {
            return Err(PriceFeedError::RateLimited { retry_after: self.retry_after });
        }
        if words.as_ref().is_some_and(|words| words.message.contains("vs_currency")) {
            return Err(PriceFeedError::UnknownCurrency(currency.clone()));
        }
        if self.status == 200 && words.is_none() {
            return Err(PriceFeedError::Malformed { what: "it is not a JSON array".to_owned() });
        }
        Err(unavailable(CoinGeckoProblem::told(self.status, words.as_ref())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(status: u16, body: &str) -> String {
        let answer = Answer { status, retry_after: None, body: body.into() };
        match answer.rows(&Currency::default()) {
            Ok(rows) => format!("{} rows", rows.len()),
            Err(PriceFeedError::RateLimited { .. }) => "limited".to_owned(),
            Err(PriceFeedError::Unavailable { source }) => source.to_string(),
            Err(PriceFeedError::Malformed { .. }) => "malformed".to_owned(),
            Err(PriceFeedError::UnknownCurrency(currency)) => format!("unknown currency {currency}"),
        }
    }

    #[test]
    fn limits_are_told_by_the_status_or_by_the_body() {
        assert_eq!(outcome(429, ""), "limited");
        assert_eq!(outcome(429, "<html>Too many requests</html>"), "limited");
        assert_eq!(outcome(200, r#"{"status":{"error_code":429,"error_message":"slow down"}}"#), "limited");
        assert_eq!(outcome(403, r#"{"error":{"status":{"error_code":429,"error_message":"m"}}}"#), "limited");
    }

    #[test]
    fn an_unknown_currency_is_told_apart_from_a_failure() {
        assert_eq!(outcome(400, r#"{"error":"invalid vs_currency"}"#), "unknown currency usd");
        assert_eq!(outcome(400, r#"{"error":"bad request"}"#), "CoinGecko answered 400: bad request");
    }

    #[test]
    fn failures_keep_the_providers_words() {
        let body = r#"{"error":{"status":{"error_code":10002,"error_message":"API key missing"}}}"#;
        assert_eq!(outcome(401, body), "CoinGecko answered 401, code 10002: API key missing");
        assert_eq!(outcome(403, "<html>error code: 1020</html>"), "CoinGecko answered 403");
        assert_eq!(outcome(302, ""), "CoinGecko answered 302");
        assert_eq!(outcome(503, "[]"), "CoinGecko answered 503");
    }

    #[test]
    fn only_an_array_holds_prices() {
        assert_eq!(outcome(200, " []"), "0 rows");
        for body in ["", "{}", "<html>", "[", r#"[{"id":"#, r#"{"data":{"message":"deprecated"}}"#, "[7]"] {
            assert_eq!(outcome(200, body), "malformed", "{body}");
        }
    }
}
