//! What this domain asks of the outside. Every port has a contract suite in the testkit that each
//! adapter passes.

mod account_listener;
mod attempt_board;
mod identity_store;
mod known_addresses;
mod password_hasher;
mod security_log;
mod ticket_board;
mod token_issuer;

pub use account_listener::*;
pub use attempt_board::*;
pub use identity_store::*;
pub use known_addresses::*;
pub use password_hasher::*;
pub use security_log::*;
pub use ticket_board::*;
pub use token_issuer::*;
