//! Accounts and sessions in PostgreSQL.

mod accounts;
mod known_addresses;
mod passwords;
mod redemptions;
mod resets;
mod rows;
mod session_list;
mod sessions;
mod store;
mod upgrades;

pub use store::PgIdentityStore;
