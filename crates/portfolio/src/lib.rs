//! What things are worth: assets, quotes and where they come from.
//!
//! | where | what |
//! |---|---|
//! | [`model`] | assets, currencies, quotes, points of a history: values that are valid once they exist |
//! | [`ports`] | what this domain asks of the outside: providers, the feed that unites them, a ticker, stores |
//! | [`service`] | [`PriceService`], [`HistoryService`], [`WatchlistService`]: one file per use case; [`PriceRecorder`] |
//! | [`service`] | [`PriceService`] and [`AlertService`], one file per use case |
//!
//! To add a price provider: implement [`PriceProvider`] in an adapter, run the contract suite on it, and
//! name it in the configuration.

pub mod model;
pub mod ports;
pub mod service;

pub use model::{
    Alert, AlertChanges, AlertNote, AlertRule, AlertState, Asset, AssetId, AssetQuery, BudgetReport, CacheStats,
    Conversion, Cooldown, Currency, Delivery, DeliveryOutcome, DeliveryState, DeliveryTarget, DueDelivery, Firing,
    Hysteresis, Interval, LastFailure, LoggedFiring, Month, MoveDirection, MovePercent, MoveWindow, NewAlert,
    PricePoint, ProviderReport, ProviderState, Quote, RuleParts, SIMULATED, Span, Threshold, Verdict, judge,
};
pub use ports::{
    AlertCourier, AlertStore, CourierError, CreateAlertRefusal, FireOutcome, Found, PriceFeed, PriceOperations,
    PricePointStore, PriceProvider, ProviderBudgets, ProviderError, QuoteError, QuoteOutcome, QuoteOutcomes,
    QuoteTicker, QuoteTicks, Reservation, Series, WatchRefusal, WatchlistStore,
};
pub use service::{
    AddWatchedError, AlertDeps, AlertLimits, AlertService, BulkError, BulkLimits, ChangeAlertError, CreateAlertError,
    DeliveryRun, FindQuoteError, Flushed, History, HistoryDeps, HistoryError, HistoryLimits, HistoryPoint,
    HistoryService, Holding, LookedUp, PriceDeps, PriceRecorder, PriceService, RecorderDeps, RecorderSettings,
    Retention, UnfitAlert, Valuation, ValuedHolding, WatchedAssets, WatchlistDeps, WatchlistLimits, WatchlistService,
};
