//! Running the server: for its admins alone.

pub(crate) mod accounts;
pub(crate) mod audit;
mod convert;
pub(crate) mod guard;
pub(crate) mod invitations;
pub(crate) mod set_up;
pub(crate) mod stats;
pub(crate) mod totp;
