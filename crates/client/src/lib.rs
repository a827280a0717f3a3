//! The typed client of a Rialto server, over the same `rialto-wire` types that the server speaks.
//!
//! | module | holds |
//! |---|---|
//! | [`rest`] | [`Rest`]: requests and problems |
//! | [`socket`] | [`Socket`]: one `rialto.v1` connection |
//! | [`error`] | [`ClientError`] |
//!
//! To add a call: 1. its types in `rialto-wire`; 2. a method in the module of its context under `rest/`.

pub mod error;
pub mod rest;
pub mod socket;

pub use error::ClientError;
pub use rest::Rest;
pub use rialto_wire as wire;
pub use socket::Socket;
