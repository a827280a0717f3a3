//! The values of this domain. Whatever has a `parse` is valid once it exists.

mod alert;
mod alert_changes;
mod alert_delivery;
mod alert_firing;
mod alert_rule;
mod alert_values;
mod alert_verdict;
mod aliases;
mod asset;
mod cache_stats;
mod currency;
mod interval;
mod month;
mod price_point;
mod provider_report;
mod quote;

pub use alert::{Alert, AlertState, NewAlert};
pub use alert_changes::AlertChanges;
pub use alert_delivery::{
    Delivery, DeliveryOutcome, DeliveryState, DeliveryTarget, DueDelivery, LoggedFiring, wait_after,
};
pub use alert_firing::Firing;
pub use alert_rule::{AlertRule, MoveDirection, RuleParts};
pub use alert_values::{AlertNote, Cooldown, Hysteresis, MovePercent, MoveWindow, Threshold};
pub use alert_verdict::{Verdict, judge};
pub use aliases::{alias_of, asset_of_currency};
pub use asset::{Asset, AssetId, AssetQuery};
pub use cache_stats::CacheStats;
pub use currency::Currency;
pub use interval::{Interval, Span};
pub use month::Month;
pub use price_point::PricePoint;
pub use provider_report::{BudgetReport, LastFailure, ProviderReport, ProviderState};
pub use quote::{Conversion, Quote, SIMULATED};

#[cfg(test)]
pub(crate) mod alert_fixtures;
