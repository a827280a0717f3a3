//! Prices, one by one, in bulk and as they tick; what holdings are worth; how providers do. Open to everyone but for
//! what only an admin may do.

pub(crate) mod convert;
pub(crate) mod handlers;
pub(crate) mod operations;
pub(crate) mod stream;
mod updates;
pub(crate) mod valuation;
