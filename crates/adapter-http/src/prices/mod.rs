//! Prices, one by one, in bulk and as they tick. Open to everyone.

mod convert;
pub(crate) mod handlers;
pub(crate) mod stream;
mod updates;
