//! Closing prices, watchlists and the calls that providers allow, in SQLite.

mod price_points;
mod provider_budgets;
mod store;
mod watchlist;

pub(crate) use watchlist::forget_watchlist;

pub use store::SqlitePortfolioStore;
