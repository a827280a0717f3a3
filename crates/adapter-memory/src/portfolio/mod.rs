mod price_points;
mod provider_budgets;
pub(crate) mod tables;
mod watchlist;
