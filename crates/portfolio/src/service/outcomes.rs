use std::collections::HashMap;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::{Either, select};
use rialto_kernel::Timer;

use crate::model::{AssetId, Currency};
use crate::ports::{PriceFeed, QuoteError, QuoteOutcome};

/// What is known of each of these assets within `timeout`, in the order asked for; what has not come by then is
/// [`QuoteError::TimedOut`]. Each must be named once.
pub async fn outcomes_within(
    feed: &dyn PriceFeed,
    timer: &dyn Timer,
    assets: Vec<AssetId>,
    currency: &Currency,
    timeout: Duration,
) -> Vec<QuoteOutcome> {
    let mut found = HashMap::new();
    let mut outcomes = feed.quotes(assets.clone(), currency.clone());
    let mut deadline = timer.sleep(timeout);
    while let Either::Left((Some((asset, outcome)), rest)) = select(outcomes.next(), deadline).await {
        found.insert(asset, outcome);
        deadline = rest;
    }
    let outcomes = assets.into_iter().map(|asset| {
        let outcome = found.remove(&asset).unwrap_or(Err(QuoteError::TimedOut));
        (asset, outcome)
    });
    outcomes.collect()
}
