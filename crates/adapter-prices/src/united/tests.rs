//! What the feed promises beyond the contract of its port.

mod caching;
mod conversion;
mod failover;
mod gathering;
mod lists;
mod sanity;
mod strangers;

use std::sync::Arc;
use std::time::Duration;

use rialto_testkit::PausedTime;
use tokio::runtime::Handle;

use super::*;
use crate::testing::FakeProvider;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);

/// A feed over fakes, the preferred one first.
fn feed(time: PausedTime, fakes: &[&Arc<FakeProvider>]) -> UnitedPriceFeed {
    feed_with(time, fakes, FeedSettings::default())
}

fn feed_with(time: PausedTime, fakes: &[&Arc<FakeProvider>], settings: FeedSettings) -> UnitedPriceFeed {
    let sources = fakes.iter().map(|fake| fake.source(time)).collect();
    UnitedPriceFeed::new(sources, settings, Arc::new(time), Arc::new(time), Handle::current())
}

/// A quote in a few words: price, provider, and whether it is stale.
fn words(outcome: &Result<Quote, QuoteError>) -> String {
    match outcome {
        Ok(quote) => format!("{} {}{}", quote.price, quote.provider, if quote.stale { " stale" } else { "" }),
        Err(QuoteError::Provider(error)) => error.kind().to_owned(),
        Err(QuoteError::UnknownAsset(_)) => "unknown_asset".to_owned(),
        Err(QuoteError::TimedOut) => "timed_out".to_owned(),
    }
}
