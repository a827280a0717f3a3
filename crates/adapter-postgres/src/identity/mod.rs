//! Accounts and sessions in PostgreSQL.

mod accounts;
mod known_addresses;
mod rows;
mod sessions;
mod store;
mod upgrades;

pub use store::PgIdentityStore;
