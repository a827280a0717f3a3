//! What things are worth: assets, quotes and where they come from.
//!
//! | where | what |
//! |---|---|
//! | [`model`] | assets, currencies, quotes, points of a history: values that are valid once they exist |
//! | [`ports`] | what this domain asks of the outside: providers, the feed that unites them, a ticker, stores |
//! | [`service`] | [`PriceService`], [`HistoryService`], [`WatchlistService`]: one file per use case; [`PriceRecorder`] |
//!
//! To add a price provider: implement [`PriceProvider`] in an adapter, run the contract suite on it, and
//! name it in the configuration.

pub mod model;
pub mod ports;
pub mod service;

pub use model::{
    Asset, AssetId, AssetQuery, BudgetReport, CacheStats, Conversion, Currency, Interval, LastFailure, Month,
    PricePoint, ProviderReport, ProviderState, Quote, SIMULATED, Span,
};
pub use ports::{
    PriceFeed, PriceOperations, PricePointStore, PriceProvider, ProviderBudgets, ProviderError, QuoteError,
    QuoteOutcome, QuoteOutcomes, QuoteTicker, QuoteTicks, Reservation, Series, WatchRefusal, WatchlistStore,
};
pub use service::{
    AddWatchedError, BulkError, BulkLimits, FindQuoteError, Flushed, History, HistoryDeps, HistoryError, HistoryLimits,
    HistoryPoint, HistoryService, Holding, LookedUp, PriceDeps, PriceRecorder, PriceService, RecorderDeps,
    RecorderSettings, Retention, Valuation, ValuedHolding, WatchlistDeps, WatchlistLimits, WatchlistService,
};
