//! What this domain asks of the outside. Every port has a contract suite in the testkit that each
//! adapter passes.

mod account_listener;
mod identity_store;
mod password_hasher;
mod security_log;
mod ticket_board;
mod token_issuer;

pub use account_listener::*;
pub use identity_store::*;
pub use password_hasher::*;
pub use security_log::*;
pub use ticket_board::*;
pub use token_issuer::*;
