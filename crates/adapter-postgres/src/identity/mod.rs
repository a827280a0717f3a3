//! Accounts and sessions in PostgreSQL.

mod accounts;
mod rows;
mod sessions;
mod store;
mod upgrades;

pub use store::PgIdentityStore;
