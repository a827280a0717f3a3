//! Sign-in, tokens, tickets, people.

pub(crate) mod become_member;
mod convert;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
pub(crate) mod tickets;
pub(crate) mod users;
