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
    AccessClaims, AccessToken, AccountDeletion, AvatarChange, Bio, Block, Device, DisplayName, Email, GuestUpgrade,
    IssuedTicket, Login, NewAccount, NewRefreshToken, NewTicket, Password, PasswordHash, Picture, PictureKind,
    PictureRefusal, PresenceSetting, ProfileChanges, RefreshDigest, RefreshToken, Role, SecurityAct, SecurityEntry,
    Session, SessionRecord, SignedIn, Sought, Ticket, TicketDigest, TicketHolder, TokenPair, UnfinishedDeletion, User,
    Username, avatar_url,
};
pub use ports::{
    AccessTokenError, AccountDeletions, AccountListener, BlockStore, DeleteAccountRefusal, FetchPictureError,
    HashError, IdentityStore, InsertAccountError, MAX_BLOCKS, PasswordHasher, PictureAddress, PictureFetcher,
    ProfileStore, PutBlockRefusal, Redeemed, SecurityLog, SessionRecords, TicketBoard, TokenIssuer, UpgradeGuestError,
};
pub use service::{IdentityDeps, IdentityService, TokenLifetimes};
