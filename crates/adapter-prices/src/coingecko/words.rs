//! What went wrong at CoinGecko, in its own words.

use serde_json::Value;

use crate::http::one_line;

/// An error body. CoinGecko has three shapes: `{"status": {…}}`, `{"error": {"status": {…}}}` and
/// `{"error": "…"}`; whatever stands before it has pages of HTML, which have no words for us.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) code: Option<i64>,
    pub(super) message: String,
}

impl Words {
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let status = body.get("status").or_else(|| body.pointer("/error/status"));
        if let Some(status) = status {
            let code = status.get("error_code").and_then(Value::as_i64);
            let message = status.get("error_message").and_then(Value::as_str);
            return Some(Self { code, message: one_line(message.unwrap_or("no reason given")) });
        }
        body.get("error").and_then(Value::as_str).map(|message| Self { code: None, message: one_line(message) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(body: &str) -> Option<(Option<i64>, String)> {
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
}
