//! What things are worth: assets, quotes and where they come from.
//!
//! | where | what |
//! |---|---|
//! | [`model`] | assets, currencies, quotes, points of a history: values that are valid once they exist |
//! | [`ports`] | what this domain asks of the outside: providers, the feed that unites them, a ticker, stores |
//! | [`service`] | [`PriceService`] and [`AlertService`], one file per use case |
//!
//! To add a price provider: implement [`PriceProvider`] in an adapter, run the contract suite on it, and
//! name it in the configuration.

pub mod model;
pub mod ports;
pub mod service;

pub use model::{
    Alert, AlertChanges, AlertNote, AlertRule, AlertState, Cooldown, Delivery, DeliveryOutcome, DeliveryState,
    DeliveryTarget, DueDelivery, Firing, Hysteresis, LoggedFiring, MoveDirection, MovePercent, MoveWindow, NewAlert,
    RuleParts, Threshold, Verdict, judge,
};
pub use model::{
    Asset, AssetId, AssetQuery, BudgetReport, CacheStats, Conversion, Currency, Interval, LastFailure, Month,
    PricePoint, ProviderReport, ProviderState, Quote, SIMULATED, Span,
};
pub use ports::{AlertCourier, AlertStore, CourierError, CreateAlertRefusal, FireOutcome};
pub use ports::{
    PriceFeed, PriceOperations, PricePointStore, PriceProvider, ProviderBudgets, ProviderError, QuoteError,
    QuoteOutcome, QuoteOutcomes, QuoteTicker, QuoteTicks, Reservation, Series, WatchRefusal, WatchlistStore,
};
pub use service::{
    AlertDeps, AlertLimits, AlertService, ChangeAlertError, CreateAlertError, DeliveryRun, WatchedAssets,
};
pub use service::{BulkError, BulkLimits, PriceDeps, PriceService};
