//! What this domain asks of the outside. Every port has a contract suite in the testkit that each
//! adapter passes.

mod account_admin;
mod account_listener;
mod attempt_board;
mod code_source;
mod errands;
mod identity_store;
mod invitation_store;
mod known_addresses;
mod mailer;
mod password_hasher;
mod password_store;
mod secret_source;
mod security_log;
mod session_store;
mod session_watch;
mod setup_store;
mod ticket_board;
mod token_issuer;
mod totp_store;

pub use account_admin::*;
pub use account_listener::*;
pub use attempt_board::*;
pub use code_source::*;
pub use errands::*;
pub use identity_store::*;
pub use invitation_store::*;
pub use known_addresses::*;
pub use mailer::*;
pub use password_hasher::*;
pub use password_store::*;
pub use secret_source::*;
pub use security_log::*;
pub use session_store::*;
pub use session_watch::*;
pub use setup_store::*;
pub use ticket_board::*;
pub use token_issuer::*;
pub use totp_store::*;
