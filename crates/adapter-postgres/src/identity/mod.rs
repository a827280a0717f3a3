//! Accounts and sessions in PostgreSQL.

mod accounts;
mod rows;
mod sessions;
mod store;

pub use store::PgIdentityStore;
