//! Sign-in, tokens, tickets, people.

pub(crate) mod api_tokens;
pub(crate) mod become_member;
pub(crate) mod blocks;
mod convert;
mod export;
pub(crate) mod goodbye;
pub(crate) mod passwords;
pub(crate) mod profile;
mod retry_key;
pub(crate) mod sessions;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
pub(crate) mod tickets;
pub(crate) mod totp;
pub(crate) mod users;
