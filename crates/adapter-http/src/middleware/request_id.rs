use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use rialto_kernel::IdSource;

pub(crate) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

const MAX_BYTES: usize = 64;

tokio::task_local! {
    static CURRENT: String;
}

/// The name a client or proxy gave the exchange, if it is fit for a log line; a fresh one otherwise.
pub(crate) fn choose(headers: &HeaderMap, ids: &dyn IdSource) -> String {
    let given = headers.get(&HEADER).and_then(|id| id.to_str().ok()).filter(|id| is_sane(id));
    given.map_or_else(|| ids.uuid().to_string(), str::to_owned)
}

fn is_sane(id: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    (1..=MAX_BYTES).contains(&id.len()) && id.bytes().all(plain)
}

/// Runs an exchange under its name.
pub(crate) async fn scope<T>(id: String, exchange: impl Future<Output = T>) -> T {
    CURRENT.scope(id, exchange).await
}

/// The name of the exchange at hand; empty outside of any.
pub(crate) fn current() -> String {
    CURRENT.try_with(Clone::clone).unwrap_or_default()
}

pub(crate) fn apply(headers: &mut HeaderMap, id: &str) {
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(HEADER, id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_short_plain_names_are_taken_over() {
        assert!(is_sane("0190a0e0-0000-7000-8000-000000000001"));
        for id in ["", "a b", "a\"b", "ä", "{}", &"x".repeat(65)] {
            assert!(!is_sane(id), "{id}");
        }
    }
}
