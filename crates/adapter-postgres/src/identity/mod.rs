//! Accounts and sessions in PostgreSQL; invitations, the first admin, the security log.

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

pub use store::PgIdentityStore;
