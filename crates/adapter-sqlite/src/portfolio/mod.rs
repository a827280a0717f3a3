//! What is kept of prices, in SQLite.
//!
//! | file | acts on |
//! |---|---|
//! | `store` | the ports of [`SqlitePortfolioStore`] |
//! | `price_points` | closing prices |
//! | `watchlist` | what users follow |
//! | `provider_budgets` | the calls that providers allow |
//! | `alert_store` | alerts, and the port of [`SqliteAlertStore`] |
//! | `alert_log` | firings and deliveries |
//! | `alert_rows` | what their tables hold |

mod alert_log;
mod alert_rows;
mod alert_store;
mod price_points;
mod provider_budgets;
mod store;
mod watchlist;

pub use alert_store::SqliteAlertStore;
pub(crate) use alert_store::delete_alerts_of;
pub use store::SqlitePortfolioStore;
pub(crate) use watchlist::forget_watchlist;
