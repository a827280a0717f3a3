//! Accounts, sessions and refresh tokens in SQLite; invitations, the first admin, the security log.

mod account_admin;
mod accounts;
mod invitations;
mod rows;
mod security_log;
mod session_watch;
mod sessions;
mod setup;
mod store;
mod upgrades;

pub use store::SqliteIdentityStore;
