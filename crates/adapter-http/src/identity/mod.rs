//! Sign-in, tokens, people.

mod convert;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
pub(crate) mod users;
