//! Running the server: for its admins alone.

pub(crate) mod accounts;
pub(crate) mod audit;
mod convert;
mod guard;
pub(crate) mod invitations;
pub(crate) mod set_up;
pub(crate) mod stats;
pub(crate) mod totp;
