//! What this domain asks of the outside. Every port has a contract suite in the testkit that each
//! adapter passes.

mod alert_courier;
mod alert_store;
mod price_feed;
mod price_operations;
mod price_point_store;
mod price_provider;
mod provider_budgets;
mod quote_ticker;
mod watchlist_store;

pub use alert_courier::{AlertCourier, CourierError};
pub use alert_store::{AlertStore, CreateAlertRefusal, FireOutcome};
pub use price_feed::{Found, PriceFeed, QuoteError, QuoteOutcome, QuoteOutcomes};
pub use price_operations::PriceOperations;
pub use price_point_store::{PricePointStore, Series};
pub use price_provider::{PriceProvider, ProviderError};
pub use provider_budgets::{ProviderBudgets, Reservation};
pub use quote_ticker::{QuoteTicker, QuoteTicks};
pub use watchlist_store::{WatchRefusal, WatchlistStore};

#[cfg(any(test, feature = "mocks"))]
pub use self::{
    price_feed::MockPriceFeed, price_operations::MockPriceOperations, price_point_store::MockPricePointStore,
    price_provider::MockPriceProvider, provider_budgets::MockProviderBudgets, quote_ticker::MockQuoteTicker,
    watchlist_store::MockWatchlistStore,
};

#[cfg(any(test, feature = "mocks"))]
pub use self::{alert_courier::MockAlertCourier, alert_store::MockAlertStore};
