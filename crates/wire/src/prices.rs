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
    /// How the provider's price came to be in `currency`, step by step; empty when the provider itself says it.
    #[serde(default)]
    pub conversion: Vec<ConversionView>,
}

/// One step from the currency of a provider to the currency asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConversionView {
    /// From what.
    #[schema(example = "usdt")]
    pub from: String,
    /// To what.
    #[schema(example = "usd")]
    pub to: String,
    /// One unit of `from` in `to`.
    #[schema(example = "1.0003")]
    pub rate: String,
    /// Who says so; `parity` when a stablecoin is taken for what it stands for because nobody prices it.
    pub provider: String,
    /// When that was so.
    pub observed_at: Timestamp,
}

/// Something priced, as lists and searches show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AssetView {
    /// Stable id such as `bitcoin`.
    pub id: String,
    /// Ticker, lower case; others may share it.
    pub symbol: String,
    /// Name.
    pub name: String,
    /// Place by market capitalisation, from 1.
    pub rank: Option<u32>,
}

/// Asks for many prices at once.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkQuotesRequest {
    /// 1 to 250 asset ids or well-known aliases such as `bnb`.
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
    /// As it was asked for: an id or an alias.
    pub asked: String,
    /// Which asset that is.
    pub asset_id: String,
    /// Its quote.
    pub quote: Option<QuoteView>,
    /// Why there is none.
    pub error: Option<QuoteProblem>,
}

/// Why there is no quote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct QuoteProblem {
    /// `unknown_asset`, `unknown_currency`, `timeout`, `price_provider_limited`, `price_provider_unavailable`,
    /// `price_provider_spent`.
    pub code: String,
    /// One line for a person.
    pub message: String,
}

/// Asks what holdings are worth now: `coins` for one unit of each, or `holdings`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ValuationRequest {
    /// 1 to 250 asset ids or aliases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_items = 1, max_items = 250)]
    pub coins: Option<Vec<String>>,
    /// 1 to 1,000 holdings of at most 250 assets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_items = 1, max_items = 1000)]
    pub holdings: Option<Vec<HoldingRequest>>,
    /// What to count in; `usd` unless told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Seconds to wait at the longest, 1 to 30; 15 unless told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 30)]
    pub timeout: Option<u64>,
}

/// So much of an asset.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldingRequest {
    /// An asset id or alias.
    pub asset_id: String,
    /// How much of it: at most 20 digits before the point and 18 after, not negative.
    #[schema(example = "0.25")]
    pub quantity: String,
}

/// What holdings are worth now. What has no price is left out of `total`, never counted as zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ValuationView {
    /// One per holding, in the order asked for.
    pub items: Vec<ValuedHoldingView>,
    /// What the holdings with a value are worth together; `null` when none has one.
    pub total: Option<String>,
    /// In what.
    pub currency: String,
    /// How many of the holdings have a value, from 0 to 1.
    #[schema(example = "0.75")]
    pub coverage: String,
    /// How many have a value.
    pub success_count: usize,
    /// How many have none.
    pub error_count: usize,
}

/// One holding and what it is worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ValuedHoldingView {
    /// As it was asked for: an id or an alias.
    pub asked: String,
    /// How much of it.
    pub quantity: String,
    /// Quantity times price.
    pub value: Option<String>,
    /// Its quote.
    pub quote: Option<QuoteView>,
    /// Why there is no value.
    pub error: Option<QuoteProblem>,
}

/// How well the cache of prices does, since the start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CacheStatsView {
    /// Assets answered from the cache.
    pub hits: u64,
    /// Assets that were not held, or too old.
    pub misses: u64,
    /// Hits among all look-ups, from 0 to 1; `null` before the first.
    #[schema(example = "0.9312")]
    pub hit_ratio: Option<String>,
    /// Answered with an old price.
    pub stale: u64,
    /// Calls to providers.
    pub calls: u64,
    /// Of the calls: failed.
    pub failed_calls: u64,
    /// Assets held now, in all currencies.
    pub entries: u64,
}

/// How a provider of prices does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProviderView {
    /// Its name in quotes.
    #[schema(example = "coingecko")]
    pub name: String,
    /// Whether its prices are made up.
    pub simulated: bool,
    /// `working`; or left alone: `limited` because it asked for fewer calls, `resting` because it failed repeatedly,
    /// `budget_spent` because the calls of this month are used up.
    #[schema(example = "working")]
    pub state: String,
    /// Until when it is left alone.
    pub until: Option<Timestamp>,
    /// Calls made since the start.
    pub calls: u64,
    /// Of these: failed.
    pub failed_calls: u64,
    /// Calls that may be made at once now; `null` without a limit.
    pub calls_left: Option<u32>,
    /// What is left of this month; `null` without a budget.
    pub budget: Option<BudgetView>,
    /// When it last answered.
    pub last_success_at: Option<Timestamp>,
    /// When it last failed.
    pub last_failure_at: Option<Timestamp>,
    /// How it last failed: `rate_limited`, `unavailable`, `malformed`, …
    pub last_failure: Option<String>,
}

/// The calls that a provider allows in a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BudgetView {
    /// Calls in a month.
    pub limit: u64,
    /// Calls left of it.
    pub left: u64,
    /// When the next month begins.
    pub resets_at: Timestamp,
}

/// The closing prices of an asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HistoryView {
    /// Of which asset.
    pub asset_id: String,
    /// What they are counted in.
    pub currency: String,
    /// How far they are apart: `5m`, `1h` or `1d`.
    #[schema(example = "1d")]
    pub interval: String,
    /// In order of time. An interval without a price is left out, never filled.
    pub points: Vec<PricePointView>,
    /// Who says so, each once.
    pub providers: Vec<String>,
    /// How many intervals that are over have no point.
    pub missing: u64,
    /// Why what is missing, or the price now, could not be had; `null` if the providers answered.
    pub unfilled: Option<QuoteProblem>,
}

/// The closing price of one interval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PricePointView {
    /// When the interval began: the close of 28 November is the point of `2026-11-28T00:00:00.000Z`.
    pub at: Timestamp,
    /// The last price in it.
    pub price: String,
    /// When that was seen.
    pub observed_at: Timestamp,
    /// Who says so; `simulated` is no real price.
    pub provider: String,
    /// Whether the interval is over; `false` for the one that runs.
    pub closed: bool,
}

/// One of the assets that a user follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WatchedView {
    /// Which asset.
    pub asset_id: String,
    /// Its quote.
    pub quote: Option<QuoteView>,
    /// Why there is none.
    pub error: Option<QuoteProblem>,
}
