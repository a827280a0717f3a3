//! Accounts, sessions and refresh tokens in SQLite; invitations, the first admin, the security log.

mod account_admin;
mod accounts;
mod invitations;
mod known_addresses;
mod passwords;
mod redemptions;
mod resets;
mod rows;
mod security_log;
mod session_list;
mod session_watch;
mod sessions;
mod setup;
mod store;
mod totp;
mod upgrades;

pub use store::SqliteIdentityStore;
