//! Accounts and sessions in PostgreSQL; invitations, the first admin, the security log.

mod account_admin;
mod account_import;
mod accounts;
mod api_tokens;
mod blocks;
mod deletions;
pub(crate) mod directory;
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

pub use store::PgIdentityStore;
