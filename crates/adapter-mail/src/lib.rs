//! Letters to users: the technology behind the identity domain's [`Mailer`](rialto_identity::Mailer).
//!
//! | module | holds |
//! |---|---|
//! | [`console`] | [`ConsoleMailer`]: prints letters to the log, for those who try the server out |
//! | [`smtp`] | [`SmtpMailer`]: hands letters to a mail server |
//! | `letter` | a letter as the bytes that travel |
//!
//! To add another transport: 1. implement the port in a file of its own; 2. run the contract suite on it; 3. give it a
//! word in `mail.transport` and a case in the server's wiring.

pub mod console;
mod letter;
pub mod smtp;

pub use console::ConsoleMailer;
pub use smtp::{SmtpLogin, SmtpMailer, SmtpSettings, SmtpSetupError, SmtpTls};
