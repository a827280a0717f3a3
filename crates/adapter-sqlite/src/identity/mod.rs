//! Accounts, sessions and refresh tokens in SQLite; invitations, the first admin, the security log.

mod account_admin;
mod account_import;
mod accounts;
mod api_tokens;
pub(crate) mod blocks;
mod deletions;
mod directory;
mod invitations;
mod known_addresses;
mod members;
mod passwords;
mod people;
mod profiles;
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

pub(crate) use directory::index_names;
pub use store::SqliteIdentityStore;
