//! Sign-in, tokens, tickets, people.

pub(crate) mod become_member;
mod convert;
pub(crate) mod passwords;
mod retry_key;
pub(crate) mod sessions;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
pub(crate) mod tickets;
pub(crate) mod totp;
pub(crate) mod users;
