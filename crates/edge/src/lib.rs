//! What every way into the server judges before anybody is served, written once, so that a request and a socket are
//! let in by the same rules. Knows headers as bytes, and no library that reads them.
//!
//! | module | holds |
//! |---|---|
//! | [`address`] | where a client comes from, through proxies that are trusted |
//! | [`authorization`] | [`Authorization`]: a bearer token |
//! | [`cookie`] | a cookie among others |
//! | [`limits`] | [`RateLimits`]: how often which class of request may come, from whom |
//! | [`origin`] | [`Origin`]: whether the page behind a request may act for its user |
//! | [`whole_seconds`] | how long somebody is told to wait |
//!
//! To add a class of requests that is limited: 1. a variant of [`RateClass`](rialto_kernel::RateClass); 2. its rate in
//! [`limits`] and in the settings; 3. where the edge takes from it.

pub mod address;
pub mod authorization;
pub mod cookie;
pub mod limits;
pub mod origin;
mod wait;

pub use address::client_address;
pub use authorization::Authorization;
pub use limits::{RateLimits, Rates};
pub use origin::Origin;
pub use wait::whole_seconds;
