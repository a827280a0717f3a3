//! What this domain asks of the outside. Every port has a contract suite in the testkit that each
//! adapter passes.

mod account_deletions;
mod account_listener;
mod block_store;
mod identity_store;
mod password_hasher;
mod picture_fetcher;
mod profile_store;
mod security_log;
mod session_records;
mod ticket_board;
mod token_issuer;

pub use account_deletions::*;
pub use account_listener::*;
pub use block_store::*;
pub use identity_store::*;
pub use password_hasher::*;
pub use picture_fetcher::*;
pub use profile_store::*;
pub use security_log::*;
pub use session_records::*;
pub use ticket_board::*;
pub use token_issuer::*;
