//! What an HTTP answer means.

use std::time::Duration;

use rialto_portfolio::{Currency, ProviderError};
use serde::Deserialize;

use super::row::MarketRow;
use super::words::Words;
use crate::http::{Answer, Problem};

/// The code of "more history than your plan has".
const BEYOND_THE_PLAN: i64 = 10_012;

/// The rows of a list of markets, or why there are none.
pub(super) fn rows<'a>(answer: &'a Answer, currency: &Currency) -> Result<Vec<MarketRow<'a>>, ProviderError> {
    read(answer, b'[', Some(currency))
}

/// A body of the right kind, or why there is none. `first` is what it begins with.
pub(super) fn read<'a, T: Deserialize<'a>>(
    answer: &'a Answer,
    first: u8,
    currency: Option<&Currency>,
) -> Result<T, ProviderError> {
    let words = Words::read(&answer.body);
    if answer.status == 200 && words.is_none() && answer.begins_with(first) {
        return answer.read();
    }
    // The code in the body counts as much as the status: both were seen without the other.
    if answer.status == 429 || words.as_ref().is_some_and(|words| words.code == Some(429)) {
        // The header is not documented; a promise outside 1 s to 5 min is bent into it.
        let retry_after = answer.retry_after(Duration::from_secs(1), Duration::from_secs(300));
        return Err(ProviderError::RateLimited { retry_after });
    }
    if let (Some(words), Some(currency)) = (&words, currency)
        && words.message.contains("vs_currency")
    {
        return Err(ProviderError::UnknownCurrency(currency.clone()));
    }
    if answer.status == 200 && words.is_none() {
        return Err(ProviderError::Malformed { what: format!("it does not begin with {:?}", char::from(first)) });
    }
    let (code, message) = words.map_or((None, None), |words| (words.code, Some(words.message)));
    Err(Problem::told("CoinGecko", answer.status, code, message.as_deref()).unavailable())
}

/// Whether CoinGecko keeps a history of one year only for us.
pub(super) fn is_beyond_the_plan(answer: &Answer) -> bool {
    answer.status != 200 && Words::read(&answer.body).is_some_and(|words| words.code == Some(BEYOND_THE_PLAN))
}

/// Whether CoinGecko does not know the asset.
pub(super) fn is_unknown(answer: &Answer) -> bool {
    // Whatever stands before it may say 404 too, in HTML, and that says nothing of the asset.
    answer.status == 404 && Words::read(&answer.body).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, retry_after_s: None, body: body.into() }
    }

    fn outcome(status: u16, body: &str) -> String {
        match rows(&answer(status, body), &Currency::default()) {
            Ok(rows) => format!("{} rows", rows.len()),
            Err(ProviderError::RateLimited { .. }) => "limited".to_owned(),
            Err(ProviderError::Unavailable { source }) => source.to_string(),
            Err(ProviderError::Malformed { .. }) => "malformed".to_owned(),
            Err(ProviderError::UnknownCurrency(currency)) => format!("unknown currency {currency}"),
            Err(error) => panic!("{error}"),
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

    #[test]
    fn a_page_of_html_says_nothing_of_the_asset() {
        assert!(is_unknown(&answer(404, r#"{"error":"coin not found"}"#)));
        assert!(!is_unknown(&answer(404, "<html>not found</html>")));
        let body = r#"{"error":{"status":{"error_code":10012,"error_message":"time range exceeded"}}}"#;
        assert!(is_beyond_the_plan(&answer(401, body)) && !is_beyond_the_plan(&answer(401, "{}")));
    }
}
