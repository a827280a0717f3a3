//! What this domain asks of the outside. Every port has a contract suite in the testkit that each
//! adapter passes.

mod account_listener;
mod errands;
mod identity_store;
mod mailer;
mod password_hasher;
mod password_store;
mod security_log;
mod session_store;
mod ticket_board;
mod token_issuer;

pub use account_listener::*;
pub use errands::*;
pub use identity_store::*;
pub use mailer::*;
pub use password_hasher::*;
pub use password_store::*;
pub use security_log::*;
pub use session_store::*;
pub use ticket_board::*;
pub use token_issuer::*;
