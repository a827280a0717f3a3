//! What an HTTP answer means.

use std::time::Duration;

use rialto_kernel::Instant;
use rialto_portfolio::{Month, ProviderError};
use serde::Deserialize;
use serde_json::Value;

use crate::http::{Answer, Problem, one_line};

/// A body of the right kind, or why there is none. `first` is what it begins with.
pub(super) fn read<'a, T: Deserialize<'a>>(answer: &'a Answer, first: u8, now: Instant) -> Result<T, ProviderError> {
    match answer.status {
        200 if answer.begins_with(first) => answer.read(),
        200 => Err(ProviderError::Malformed { what: format!("it does not begin with {:?}", char::from(first)) }),
        // Its calls are counted by the calendar month.
        402 => Err(ProviderError::BudgetSpent { until: Month::of(now).end() }),
        429 => {
            let retry_after = answer.retry_after(Duration::from_secs(1), Duration::from_secs(300));
            Err(ProviderError::RateLimited { retry_after })
        }
        status => Err(Problem::told("CoinPaprika", status, None, words(answer).as_deref()).unavailable()),
    }
}

/// Whether CoinPaprika does not know the asset.
pub(super) fn is_unknown(answer: &Answer) -> bool {
    // Whatever stands before it may say 404 too, in HTML, and that says nothing of the asset.
    answer.status == 404 && answer.begins_with(b'{')
}

/// What it says is wrong: nothing is promised of the form.
fn words(answer: &Answer) -> Option<String> {
    let body: Value = serde_json::from_slice(&answer.body).ok()?;
    body.get("error").and_then(Value::as_str).map(one_line)
}
