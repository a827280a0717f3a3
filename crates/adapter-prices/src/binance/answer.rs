//! What an HTTP answer means.

use std::time::Duration;

use rialto_portfolio::ProviderError;
use serde::Deserialize;

use crate::http::{Answer, Problem, one_line};

/// The code of "there is no such market".
const NO_SUCH_MARKET: i64 = -1121;
/// The code of "too much was asked".
const TOO_MUCH: i64 = -1003;

/// One of the markets that were asked for does not exist. It is an answer; only where no market was named is it an error.
#[derive(Debug)]
pub(super) struct NoSuchMarket;

impl From<NoSuchMarket> for ProviderError {
    fn from(_: NoSuchMarket) -> Self {
        Problem::told("Binance", 400, Some(NO_SUCH_MARKET), Some("no such market")).unavailable()
    }
}

#[derive(Deserialize)]
struct Words {
    code: i64,
    #[serde(default)]
    msg: String,
}

/// What came of one call that named markets.
pub(super) type Told<T> = Result<Result<T, NoSuchMarket>, ProviderError>;

/// What `make` makes of a list, or why there is none.
pub(super) fn read<'a, T: Deserialize<'a>, U>(
    answer: &'a Answer,
    make: impl FnOnce(T) -> Result<U, ProviderError>,
) -> Told<U> {
    if answer.status == 200 && answer.begins_with(b'[') {
        return make(answer.read()?).map(Ok);
    }
    let words: Option<Words> = serde_json::from_slice(&answer.body).ok();
    let code = words.as_ref().map(|words| words.code);
    // 418 is a ban, for going on after a 429.
    if matches!(answer.status, 418 | 429) || code == Some(TOO_MUCH) {
        // It was seen as 0 whatever the case. A ban may last for three days.
        let told = answer.retry_after(Duration::ZERO, Duration::from_secs(3 * 86_400));
        return Err(ProviderError::RateLimited { retry_after: told.filter(|wait| !wait.is_zero()) });
    }
    if code == Some(NO_SUCH_MARKET) {
        return Ok(Err(NoSuchMarket));
    }
    if answer.status == 200 && words.is_none() {
        return Err(ProviderError::Malformed { what: "it is not a JSON array".to_owned() });
    }
    let message = words.map(|words| one_line(&words.msg));
    Err(Problem::told("Binance", answer.status, code, message.as_deref()).unavailable())
}
