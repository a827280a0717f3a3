//! The typed client of a Rialto server, over the same `rialto-wire` types that the server speaks.
//!
//! | module | holds |
//! |---|---|
//! | [`rest`] | [`Rest`]: requests and problems |
//! | [`connection`] | [`Connection`]: live events and commands, over any number of disconnects; for programs |
//! | [`socket`] | [`Socket`]: one `rialto.v1` socket, frame by frame; for tests and tools |
//! | [`chat_api`] | [`ChatApi`](chat_api::ChatApi): the surface `chat-api`; to try it |
//! | [`error`] | [`ClientError`] |
//!
//! To add a call: 1. its types in `rialto-wire`; 2. a method in the module of its context under `rest/`.

pub mod chat_api;
pub mod connection;
pub mod error;
pub mod rest;
pub mod socket;

pub use connection::{Connection, End, Handle, IfCut, Item, Settings, State};
pub use error::ClientError;
pub use rest::Rest;
pub use rialto_wire as wire;
pub use socket::Socket;
use uuid::Uuid;

/// The channel that everyone is in, on every server.
pub const LOBBY: Uuid = Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0001);
