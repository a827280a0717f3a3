//! Alerts on prices: made, changed and dropped by their owners, and what became of them.

mod convert;
pub(crate) mod handlers;
