//! Who people are: accounts, guests, sign-in, sessions and their tokens.
//!
//! | where | what |
//! |---|---|
//! | [`model`] | users, names, passwords, sessions, tokens, tickets: values that are valid once they exist |
//! | [`ports`] | what this domain asks of the outside: stores, hasher, token issuer, ticket board, mailer, errands, listener, security log |
//! | [`service`] | [`IdentityService`], one file per use case |
//! | [`ports`] | what this domain asks of the outside: stores, hasher, token issuer, ticket board, listener, security log |
//! | [`service`] | [`IdentityService`] and [`AdminService`], one file per use case |
//!
//! To add a use case: 1. give the port one atomic act if it needs one, and a rule in the contract
//! suite; 2. write `service/<use case>.rs`; 3. list it in `service/mod.rs`; 4. expose it at an edge.

pub mod model;
pub mod ports;
pub mod service;

pub use model::{
    AccessClaims, AccessToken, AccountChange, AccountChanged, AccountCounts, AccountFilter, AccountKey, AccountStart,
    AttemptKey, AttemptOutcome, Attempts, Device, DisplayName, Email, GuestUpgrade, Invitation, InvitationNote,
    IssuedInvitation, IssuedTicket, Login, Mail, NewAccount, NewInvitation, NewRefreshToken, NewReset, NewTicket,
    Operator, Password, PasswordChange, PasswordHash, RECOVERY_CODES, RESETS_A_MINUTE, RESETS_AN_HOUR, RecoveryCode,
    Redemption, RefreshDigest, RefreshToken, Registration, RegistrationPolicy, ResetDigest, ResetRules, ResetToken,
    RetryKey, RetryKeyDigest, Role, SecondFactor, SecretDigest, SecretToken, SecurityAct, SecurityEntry, Session,
    SessionInUse, SignedIn, Tally, ThrottleRule, ThrottleRules, Ticket, TicketDigest, TicketHolder, TokenPair, Totp,
    TotpSecret, TotpStart, TotpStep, User, Username,
};
pub use ports::{
    AccessTokenError, AccountAdmin, AccountListener, AttemptBoard, Begun, ChangeAccountError, ChangePasswordStoreError,
    CodeSource, Errand, Errands, HashError, IdentityStore, InsertAccountError, InvitationStore, KnownAddresses,
    MailError, Mailer, PasswordHasher, PasswordStore, Redeemed, SecretSource, SecurityFilter, SecurityLog,
    SessionStore, SessionWatch, SetUpRefusal, SetupStore, TicketBoard, TokenIssuer, TotpStore, UpgradeGuestError,
};
pub use service::{AdminDeps, AdminService, IdentityDeps, IdentityService, TokenLifetimes};
