use std::collections::{BTreeMap, HashMap};

use rialto_kernel::{Instant, UserId};
use rialto_portfolio::{AssetId, Month, PricePoint, Series};

/// What is kept of prices.
#[derive(Debug, Default)]
pub(crate) struct PortfolioTables {
    /// Of each series, by the beginning of the interval.
    pub price_points: HashMap<Series, BTreeMap<Instant, PricePoint>>,
    /// In the order in which they were added.
    pub watchlists: HashMap<UserId, Vec<AssetId>>,
    /// Calls to providers.
    pub budgets: HashMap<(String, Month), u64>,
}
