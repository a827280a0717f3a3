//! Accounts, sessions and refresh tokens in SQLite.

mod accounts;
mod known_addresses;
mod rows;
mod sessions;
mod store;
mod upgrades;

pub use store::SqliteIdentityStore;
