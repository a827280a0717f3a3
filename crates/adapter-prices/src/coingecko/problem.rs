//! What went wrong at CoinGecko, in its own words.

use std::error::Error as StdError;
use std::fmt;

use serde_json::Value;

/// A call that gave no prices: the cause of a [`PriceFeedError::Unavailable`](rialto_portfolio::PriceFeedError).
#[derive(Debug)]
pub(super) struct CoinGeckoProblem {
    /// What the provider or the network said, in one short line.
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl CoinGeckoProblem {
    /// A failure on the way.
    pub(super) fn new(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { message: "the call to CoinGecko failed".to_owned(), source: Some(source.into()) }
    }

    /// No call was made, because the last one found nobody.
    pub(super) fn still_unreachable() -> Self {
        Self { message: "CoinGecko could not be reached a moment ago".to_owned(), source: None }
    }

    /// A failure that CoinGecko told.
    pub(super) fn told(status: u16, words: Option<&Words>) -> Self {
        let message = match words {
            Some(Words { code: Some(code), message }) => {
                format!("CoinGecko answered {status}, code {code}: {message}")
            }
            Some(Words { code: None, message }) => format!("CoinGecko answered {status}: {message}"),
            None => format!("CoinGecko answered {status}"),
        };
        Self { message, source: None }
    }
}

impl fmt::Display for CoinGeckoProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for CoinGeckoProblem {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

/// An error body. CoinGecko has three shapes: `{"status": {…}}`, `{"error": {"status": {…}}}` and
/// `{"error": "…"}`; whatever stands before it has pages of HTML, which have no words for us.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) code: Option<u64>,
    pub(super) message: String,
}

impl Words {
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let status = body.get("status").or_else(|| body.pointer("/error/status"));
        if let Some(status) = status {
            let code = status.get("error_code").and_then(Value::as_u64);
            let message = status.get("error_message").and_then(Value::as_str);
            return Some(Self { code, message: one_line(message.unwrap_or("no reason given")) });
        }
        body.get("error").and_then(Value::as_str).map(|message| Self { code: None, message: one_line(message) })
    }
}

/// Words of others go into our log: cut, and without line breaks that would forge entries.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(body: &str) -> Option<(Option<u64>, String)> {
        Words::read(body.as_bytes()).map(|words| (words.code, words.message))
    }

    #[test]
    fn all_three_shapes_are_read() {
        assert_eq!(
            words(r#"{"status":{"error_code":429,"error_message":"You've exceeded the rate limit."}}"#),
            Some((Some(429), "You've exceeded the rate limit.".into()))
        );
        assert_eq!(
            words(r#"{"error":{"status":{"timestamp":"2024","error_code":10012,"error_message":"range exceeded"}}}"#),
            Some((Some(10012), "range exceeded".into()))
        );
        assert_eq!(words(r#"{"error":"coin not found"}"#), Some((None, "coin not found".into())));
    }

    #[test]
    fn what_is_no_error_body_has_no_words() {
        for body in ["", "<html><body>error 1020</body></html>", "[]", "{}", "null", r#"{"error":7}"#] {
            assert_eq!(words(body), None, "{body}");
        }
    }

    #[test]
    fn words_of_others_are_cut_to_one_short_line() {
        let body = format!(r#"{{"error":"a\nb{}"}}"#, "x".repeat(500));
        let (_, message) = words(&body).unwrap();
        assert!(message.starts_with("a b") && message.len() == 200);
    }
}
