mod account_admin;
mod invitations;
mod security_log;
mod session_watch;
mod setup;
mod store;
pub(crate) mod tables;
pub(crate) mod tickets;
