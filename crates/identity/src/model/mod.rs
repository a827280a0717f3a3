//! The values of this domain. Whatever has a `parse` is valid once it exists.

mod account;
mod attempt;
mod email;
mod invitation;
mod mail;
mod name;
mod operator;
mod password;
mod password_reset;
mod redemption;
mod registration;
mod secret;
mod security_entry;
mod session;
mod throttle;
mod ticket;
mod token;
mod totp;
mod upgrade;
mod user;

pub use account::{AccountChange, AccountChanged, AccountCounts, AccountFilter, AccountStart};
pub use attempt::{AccountKey, AttemptKey, AttemptOutcome, Attempts, Tally};
pub use email::Email;
pub use invitation::{Invitation, InvitationNote, IssuedInvitation, NewInvitation};
pub use mail::Mail;
pub use name::{DisplayName, Username};
pub use operator::Operator;
pub use password::{Password, PasswordHash};
pub use password_reset::{
    NewReset, PasswordChange, RESETS_A_MINUTE, RESETS_AN_HOUR, ResetDigest, ResetRules, ResetToken,
};
pub use redemption::{Redemption, RetryKey, RetryKeyDigest};
pub use registration::{Registration, RegistrationPolicy};
pub use secret::{SecretDigest, SecretToken};
pub use security_entry::{SecurityAct, SecurityEntry};
pub use session::{Device, NewAccount, NewRefreshToken, Session, SessionInUse};
pub use throttle::{ThrottleRule, ThrottleRules};
pub use ticket::{IssuedTicket, NewTicket, Ticket, TicketDigest, TicketHolder};
pub use token::{AccessClaims, AccessToken, RefreshDigest, RefreshToken, SignedIn, TokenPair};
pub use totp::{RECOVERY_CODES, RecoveryCode, SecondFactor, Totp, TotpSecret, TotpStart, TotpStep};
pub use upgrade::GuestUpgrade;
pub use user::{Login, Role, User};
