//! The wire: every request, response and socket frame as the API and the `rialto.v1` protocol define
//! them. Types and their JSON form only; no rules.
//!
//! | module | holds |
//! |---|---|
//! | [`admin`] | running the server: accounts, invitations, the security log |
//! | [`alerts`] | price alerts |
//! | [`identity`] | registration, login, tokens, users |
//! | [`messaging`] | conversations, members, messages, events, presence |
//! | [`prices`] | quotes, bulk look-ups |
//! | [`frame`] | the frames of `rialto.v1` |
//! | [`problem`] | errors as `application/problem+json` (RFC 9457) |
//! | [`list`] | the envelope of every list |
//! | [`health`] | what `/health` answers |

pub mod admin;
pub mod alerts;
pub mod frame;
pub mod health;
pub mod identity;
pub mod list;
pub mod messaging;
pub mod prices;
pub mod problem;
pub mod time;
