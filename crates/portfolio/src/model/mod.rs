//! The values of this domain. Whatever has a `parse` is valid once it exists.

mod aliases;
mod asset;
mod cache_stats;
mod currency;
mod interval;
mod month;
mod price_point;
mod provider_report;
mod quote;

pub use aliases::{alias_of, asset_of_currency};
pub use asset::{Asset, AssetId, AssetQuery};
pub use cache_stats::CacheStats;
pub use currency::Currency;
pub use interval::{Interval, Span};
pub use month::Month;
pub use price_point::PricePoint;
pub use provider_report::{BudgetReport, LastFailure, ProviderReport, ProviderState};
pub use quote::{Conversion, Quote, SIMULATED};
