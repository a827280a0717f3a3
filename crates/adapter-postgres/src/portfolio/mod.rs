//! Closing prices, watchlists and the calls that providers allow, in PostgreSQL.

mod price_points;
mod provider_budgets;
mod store;
mod watchlist;

pub(crate) use watchlist::forget_watchlist;

pub use store::PgPortfolioStore;
