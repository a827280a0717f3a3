//! Sign-in, tokens, tickets, people.

pub(crate) mod become_member;
pub(crate) mod blocks;
mod convert;
mod export;
pub(crate) mod goodbye;
pub(crate) mod profile;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
pub(crate) mod tickets;
pub(crate) mod users;
