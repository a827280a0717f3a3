//! Prices, one by one, in bulk and as they tick; what they were; what holdings are worth; how providers do: open to
//! everyone but for what only an admin may do. And watchlists, which are their owners'.

pub(crate) mod convert;
pub(crate) mod handlers;
pub(crate) mod history;
pub(crate) mod operations;
pub(crate) mod ready;
pub(crate) mod seats;
pub(crate) mod stream;
mod updates;
pub(crate) mod valuation;
pub(crate) mod watchlist;
