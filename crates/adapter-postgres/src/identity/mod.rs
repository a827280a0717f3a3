//! Accounts and sessions in PostgreSQL.

mod accounts;
mod blocks;
mod deletions;
pub(crate) mod directory;
mod people;
mod profiles;
mod rows;
mod sessions;
mod store;
mod upgrades;

pub use store::PgIdentityStore;
