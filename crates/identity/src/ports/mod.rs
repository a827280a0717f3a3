//! What this domain asks of the outside. Every port has a contract suite in the testkit that each
//! adapter passes.

mod account_admin;
mod account_listener;
mod identity_store;
mod invitation_store;
mod password_hasher;
mod secret_source;
mod security_log;
mod session_watch;
mod setup_store;
mod ticket_board;
mod token_issuer;

pub use account_admin::*;
pub use account_listener::*;
pub use identity_store::*;
pub use invitation_store::*;
pub use password_hasher::*;
pub use secret_source::*;
pub use security_log::*;
pub use session_watch::*;
pub use setup_store::*;
pub use ticket_board::*;
pub use token_issuer::*;
