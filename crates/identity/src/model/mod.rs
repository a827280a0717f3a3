//! The values of this domain. Whatever has a `parse` is valid once it exists.

mod account;
mod api_token;
mod attempt;
mod block;
mod deletion;
mod email;
mod import;
mod invitation;
mod mail;
mod name;
mod operator;
mod password;
mod password_reset;
mod picture;
mod profile;
mod redemption;
mod registration;
mod secret;
mod security_entry;
mod session;
mod sought;
mod throttle;
mod ticket;
mod token;
mod totp;
mod upgrade;
mod user;

pub use account::{AccountChange, AccountChanged, AccountCounts, AccountFilter, AccountStart};
pub use api_token::{ApiToken, ApiTokenName, Credential, IssuedApiToken, NewApiToken, Scope, Scopes};
pub use attempt::{AccountKey, AttemptKey, AttemptOutcome, Attempts, Tally};
pub use block::Block;
pub use deletion::{AccountDeletion, UnfinishedDeletion};
pub use email::Email;
pub use import::{AccountHere, AccountThere, ImportRules};
pub use invitation::{Invitation, InvitationNote, IssuedInvitation, NewInvitation};
pub use mail::Mail;
pub use name::{DisplayName, Username};
pub use operator::Operator;
pub use password::{Password, PasswordHash};
pub use password_reset::{
    NewReset, PasswordChange, RESETS_A_MINUTE, RESETS_AN_HOUR, ResetDigest, ResetRules, ResetToken,
};
pub use picture::{Picture, PictureKind, PictureRefusal};
pub use profile::{AvatarChange, Bio, PresenceSetting, ProfileChanges, avatar_url};
pub use redemption::{Redemption, RetryKey, RetryKeyDigest};
pub use registration::{Registration, RegistrationPolicy};
pub use secret::{SecretDigest, SecretToken};
pub use security_entry::{SecurityAct, SecurityEntry};
pub use session::{Device, NewAccount, NewRefreshToken, Session, SessionInUse, SessionRecord};
pub use sought::Sought;
pub use throttle::{ThrottleRule, ThrottleRules};
pub use ticket::{IssuedTicket, NewTicket, Ticket, TicketDigest, TicketHolder};
pub use token::{AccessClaims, AccessToken, RefreshDigest, RefreshToken, SignedIn, TokenAudience, TokenPair};
pub use totp::{RECOVERY_CODES, RecoveryCode, SecondFactor, Totp, TotpSecret, TotpStart, TotpStep};
pub use upgrade::GuestUpgrade;
pub use user::{Login, Role, User};
