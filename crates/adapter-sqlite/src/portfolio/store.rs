use crate::database::SqliteDatabase;

/// The stores of the portfolio domain in SQLite, one file for each port.
#[derive(Clone)]
pub struct SqlitePortfolioStore {
    pub(super) database: SqliteDatabase,
}

impl SqlitePortfolioStore {
    /// A store in this database.
    #[must_use]
    pub fn new(database: SqliteDatabase) -> Self {
        Self { database }
    }
}
