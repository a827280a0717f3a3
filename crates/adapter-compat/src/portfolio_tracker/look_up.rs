//! Prices of coins by the names that clients know them by. One look-up asks for each coin once, however often it is named, and
//! all look-ups together share the calls to providers.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::future::join_all;
use rialto_portfolio::{AssetId, Currency, PriceService, Quote, QuoteError};

/// The coins that are popular, as clients name them.
pub(super) const KNOWN: [&str; 15] = [
    "bitcoin",
    "ethereum",
    "tether",
    "bnb",
    "solana",
    "usdc",
    "xrp",
    "dogecoin",
    "cardano",
    "avalanche-2",
    "chainlink",
    "polygon",
    "litecoin",
    "uniswap",
    "ethereum-classic",
];

/// How long a look-up waits unless told.
pub(super) const USUAL_TIMEOUT: Duration = Duration::from_secs(15);

/// A coin that was named, with its price or why there is none.
#[derive(Debug)]
pub(super) struct Named {
    /// As it was named.
    pub name: String,
    pub outcome: Result<Quote, Missing>,
}

/// Why a coin has no price.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum Missing {
    /// Nobody knows it.
    #[error("coin not found: {0}")]
    Unknown(String),
    /// It did not come in time.
    #[error("timeout")]
    TimedOut,
    /// The providers do not say.
    #[error("{0}")]
    Failed(QuoteError),
}

impl Missing {
    pub fn of(name: &str, error: QuoteError) -> Self {
        match error {
            QuoteError::UnknownAsset(_) => Self::Unknown(name.to_owned()),
            QuoteError::TimedOut => Self::TimedOut,
            error @ QuoteError::Provider(_) => Self::Failed(error),
        }
    }
}

/// Looks all of them up at once; one for each name, in the same order.
pub(super) async fn look_up(prices: &PriceService, names: &[String], timeout: Duration) -> Vec<Named> {
    let currency = Currency::default();
    let asked: Vec<Option<AssetId>> = names.iter().map(|name| AssetId::parse(name).ok()).collect();
    let mut distinct: Vec<AssetId> = asked.iter().flatten().cloned().collect();
    distinct.sort();
    distinct.dedup();
    // The feed makes one call of what is asked for at the same time.
    let parts = distinct.chunks(prices.max_bulk()).map(|part| prices.bulk(part.to_vec(), &currency, timeout));
    let found: HashMap<AssetId, Result<Quote, QuoteError>> = join_all(parts)
        .await
        .into_iter()
        .flatten()
        .flatten()
        .map(|looked_up| (looked_up.name, looked_up.outcome))
        .collect();
    let outcome = |name: &String, asset: Option<AssetId>| match asset.map(|asset| found.get(&asset).cloned()) {
        None => Err(Missing::Unknown(name.clone())),
        Some(None) => Err(Missing::TimedOut),
        Some(Some(outcome)) => outcome.map_err(|error| Missing::of(name, error)),
    };
    let named = |(name, asset): (&String, _)| Named { name: name.clone(), outcome: outcome(name, asset) };
    names.iter().zip(asked).map(named).collect()
}
