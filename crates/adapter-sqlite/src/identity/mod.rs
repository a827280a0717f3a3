//! Accounts, sessions and refresh tokens in SQLite.

mod accounts;
pub(crate) mod blocks;
mod deletions;
mod directory;
mod people;
mod profiles;
mod rows;
mod sessions;
mod store;
mod upgrades;

pub(crate) use directory::index_names;
pub use store::SqliteIdentityStore;
