//! The values of this domain. Whatever has a `parse` is valid once it exists.

mod attempt;
mod email;
mod mail;
mod name;
mod password;
mod password_reset;
mod redemption;
mod security_entry;
mod session;
mod throttle;
mod ticket;
mod token;
mod upgrade;
mod user;

pub use attempt::{AccountKey, AttemptKey, AttemptOutcome, Attempts, Tally};
pub use email::Email;
pub use mail::Mail;
pub use name::{DisplayName, Username};
pub use password::{Password, PasswordHash};
pub use password_reset::{
    NewReset, PasswordChange, RESETS_A_MINUTE, RESETS_AN_HOUR, ResetDigest, ResetRules, ResetToken,
};
pub use redemption::{Redemption, RetryKey, RetryKeyDigest};
pub use security_entry::{SecurityAct, SecurityEntry};
pub use session::{Device, NewAccount, NewRefreshToken, Session, SessionInUse};
pub use throttle::{ThrottleRule, ThrottleRules};
pub use ticket::{IssuedTicket, NewTicket, Ticket, TicketDigest, TicketHolder};
pub use token::{AccessClaims, AccessToken, RefreshDigest, RefreshToken, SignedIn, TokenPair};
pub use upgrade::GuestUpgrade;
pub use user::{Login, Role, User};
