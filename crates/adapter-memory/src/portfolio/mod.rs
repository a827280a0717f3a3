mod alert_store;
pub(crate) mod alert_tables;
mod price_points;
mod provider_budgets;
pub(crate) mod tables;
mod watchlist;
