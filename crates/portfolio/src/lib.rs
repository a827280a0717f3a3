//! What things are worth: assets, quotes and where they come from.
//!
//! | where | what |
//! |---|---|
//! | [`model`] | assets, currencies, quotes: values that are valid once they exist |
//! | [`ports`] | what this domain asks of the outside: a price feed, a ticker |
//! | [`service`] | [`PriceService`], one file per use case |
//!
//! To add a price provider: implement [`PriceFeed`] in an adapter, run the contract suite on it, and
//! name it in the configuration.

pub mod model;
pub mod ports;
pub mod service;

pub use model::{AssetId, Currency, Quote};
pub use ports::{PriceFeed, PriceFeedError, QuoteTicker, QuoteTicks};
pub use service::{BulkError, BulkLimits, PriceDeps, PriceService, QuoteError};
