//! Alerts on prices: made, changed and dropped by their owners, and what became of them.

pub(crate) mod convert;
pub(crate) mod handlers;
