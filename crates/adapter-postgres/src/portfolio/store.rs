use crate::pool::PgDatabase;

/// The stores of the portfolio domain in PostgreSQL, one file for each port.
#[derive(Clone, Debug)]
pub struct PgPortfolioStore {
    pub(super) database: PgDatabase,
}

impl PgPortfolioStore {
    /// A store over a connected database whose migrations are applied.
    #[must_use]
    pub fn new(database: PgDatabase) -> Self {
        Self { database }
    }
}
