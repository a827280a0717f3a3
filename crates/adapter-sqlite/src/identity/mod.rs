//! Accounts, sessions and refresh tokens in SQLite.

mod accounts;
mod rows;
mod sessions;
mod store;
mod upgrades;

pub use store::SqliteIdentityStore;
