//! Quotes and bulk look-ups. Decimals are strings.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::time::Timestamp;

/// The price of an asset, with who says so and how old it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QuoteView {
    /// Stable id such as `bitcoin`.
    pub asset_id: String,
    /// Ticker, lower case.
    pub symbol: String,
    /// Name.
    pub name: String,
    /// One unit in `currency`.
    #[schema(example = "64123.5")]
    pub price: String,
    /// What the price is counted in.
    #[schema(example = "usd")]
    pub currency: String,
    /// How much the price moved in 24 hours, in `currency`.
    pub change_24h: Option<String>,
    /// How much the price moved in 24 hours, in percent.
    pub change_percent_24h: Option<String>,
    /// What all units are worth, in `currency`.
    pub market_cap: Option<String>,
    /// What was traded in 24 hours, in `currency`.
    pub volume_24h: Option<String>,
    /// Place by market capitalisation, from 1.
    pub rank: Option<u32>,
    /// Who says so; `simulated` is no real price.
    #[schema(example = "simulated")]
    pub provider: String,
    /// When the provider saw this price.
    pub observed_at: Timestamp,
    /// When this server got it.
    pub fetched_at: Timestamp,
    /// How old the observation is, in milliseconds.
    pub age_ms: u64,
    /// Whether it is older than it should be, shown because nothing newer is to be had.
    pub stale: bool,
}

/// Asks for many prices at once.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkQuotesRequest {
    /// 1 to 250 asset ids.
    #[schema(min_items = 1, max_items = 250)]
    pub coins: Vec<String>,
    /// Seconds to wait at the longest, 1 to 30; 15 unless told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 30)]
    pub timeout: Option<u64>,
    /// What to count in; `usd` unless told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

/// Many prices, each with its quote or the reason why there is none, in the order asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BulkQuotesView {
    /// One per asset.
    pub items: Vec<BulkQuoteView>,
    /// How many have a quote.
    pub success_count: usize,
    /// How many have none.
    pub error_count: usize,
}

/// One of many prices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BulkQuoteView {
    /// Which asset.
    pub asset_id: String,
    /// Its quote.
    pub quote: Option<QuoteView>,
    /// Why there is none.
    pub error: Option<QuoteProblem>,
}

/// Why there is no quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QuoteProblem {
    /// `unknown_asset`, `unknown_currency`, `timeout`, `price_provider_limited`, `price_provider_unavailable`.
    pub code: String,
    /// One line for a person.
    pub message: String,
}
