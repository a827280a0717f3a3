//! Who people are: accounts, guests, sign-in, sessions and their tokens.
//!
//! | where | what |
//! |---|---|
//! | [`model`] | users, names, passwords, sessions, tokens, tickets: values that are valid once they exist |
//! | [`ports`] | what this domain asks of the outside: stores, hasher, token issuer, ticket board, listener, security log |
//! | [`service`] | [`IdentityService`] and [`AdminService`], one file per use case |
//!
//! To add a use case: 1. give the port one atomic act if it needs one, and a rule in the contract
//! suite; 2. write `service/<use case>.rs`; 3. list it in `service/mod.rs`; 4. expose it at an edge.

pub mod model;
pub mod ports;
pub mod service;

pub use model::{
    AccessClaims, AccessToken, AccountChange, AccountChanged, AccountCounts, AccountFilter, AccountStart, Device,
    DisplayName, Email, GuestUpgrade, Invitation, InvitationNote, IssuedInvitation, IssuedTicket, Login, NewAccount,
    NewInvitation, NewRefreshToken, NewTicket, Operator, Password, PasswordHash, RefreshDigest, RefreshToken,
    Registration, RegistrationPolicy, Role, SecretDigest, SecretToken, SecurityAct, SecurityEntry, Session, SignedIn,
    Ticket, TicketDigest, TicketHolder, TokenPair, User, Username,
};
pub use ports::{
    AccessTokenError, AccountAdmin, AccountListener, ChangeAccountError, HashError, IdentityStore, InsertAccountError,
    InvitationStore, PasswordHasher, Redeemed, SecretSource, SecurityFilter, SecurityLog, SessionWatch, SetUpRefusal,
    SetupStore, TicketBoard, TokenIssuer, UpgradeGuestError,
};
pub use service::{AdminDeps, AdminService, IdentityDeps, IdentityService, TokenLifetimes};
