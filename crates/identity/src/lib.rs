//! Who people are: accounts, guests, sign-in, sessions and their tokens.
//!
//! | where | what |
//! |---|---|
//! | [`model`] | users, names, passwords, sessions, tokens, tickets: values that are valid once they exist |
//! | [`ports`] | what this domain asks of the outside: store, hasher, token issuer, ticket board, listener, security log |
//! | [`service`] | [`IdentityService`], one file per use case |
//!
//! To add a use case: 1. give the port one atomic act if it needs one, and a rule in the contract
//! suite; 2. write `service/<use case>.rs`; 3. list it in `service/mod.rs`; 4. expose it at an edge.

pub mod model;
pub mod ports;
pub mod service;

pub use model::{
    AccessClaims, AccessToken, AccountKey, AttemptKey, AttemptOutcome, Attempts, Device, DisplayName, Email,
    GuestUpgrade, IssuedTicket, Login, NewAccount, NewRefreshToken, NewTicket, Password, PasswordHash, RefreshDigest,
    RefreshToken, Role, SecurityAct, SecurityEntry, Session, SignedIn, Tally, ThrottleRule, ThrottleRules, Ticket,
    TicketDigest, TicketHolder, TokenPair, User, Username,
};
pub use ports::{
    AccessTokenError, AccountListener, AttemptBoard, Begun, HashError, IdentityStore, InsertAccountError,
    KnownAddresses, PasswordHasher, Redeemed, SecurityLog, TicketBoard, TokenIssuer, UpgradeGuestError,
};
pub use service::{IdentityDeps, IdentityService, TokenLifetimes};
