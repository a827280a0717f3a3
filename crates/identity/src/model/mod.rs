//! The values of this domain. Whatever has a `parse` is valid once it exists.

mod account;
mod email;
mod invitation;
mod name;
mod operator;
mod password;
mod registration;
mod secret;
mod security_entry;
mod session;
mod ticket;
mod token;
mod upgrade;
mod user;

pub use account::{AccountChange, AccountChanged, AccountCounts, AccountFilter, AccountStart};
pub use email::Email;
pub use invitation::{Invitation, InvitationNote, IssuedInvitation, NewInvitation};
pub use name::{DisplayName, Username};
pub use operator::Operator;
pub use password::{Password, PasswordHash};
pub use registration::{Registration, RegistrationPolicy};
pub use secret::{SecretDigest, SecretToken};
pub use security_entry::{SecurityAct, SecurityEntry};
pub use session::{Device, NewAccount, NewRefreshToken, Session};
pub use ticket::{IssuedTicket, NewTicket, Ticket, TicketDigest, TicketHolder};
pub use token::{AccessClaims, AccessToken, RefreshDigest, RefreshToken, SignedIn, TokenPair};
pub use upgrade::GuestUpgrade;
pub use user::{Login, Role, User};
