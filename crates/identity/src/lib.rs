//! Who people are: accounts, guests, sign-in, sessions and their tokens.
//!
//! | where | what |
//! |---|---|
//! | [`model`] | users, names, passwords, sessions, tokens, tickets: values that are valid once they exist |
//! | [`ports`] | what this domain asks of the outside: stores, hasher, token issuer, ticket board, mailer, errands, listener, security log |
//! | [`service`] | [`IdentityService`] and [`AdminService`], one file per use case |
//!
//! To add a use case: 1. give the port one atomic act if it needs one, and a rule in the contract
//! suite; 2. write `service/<use case>.rs`; 3. list it in `service/mod.rs`; 4. expose it at an edge.

pub mod model;
pub mod ports;
pub mod service;

pub use model::{
    AccessClaims, AccessToken, AccountChange, AccountChanged, AccountCounts, AccountDeletion, AccountFilter,
    AccountHere, AccountKey, AccountStart, AccountThere, ApiToken, ApiTokenName, AttemptKey, AttemptOutcome, Attempts,
    AvatarChange, Bio, Block, Credential, Device, DisplayName, Email, GuestUpgrade, ImportRules, Invitation,
    InvitationNote, IssuedApiToken, IssuedInvitation, IssuedTicket, Login, LoginChange, Mail, MemberPage, NewAccount,
    NewApiToken, NewInvitation, NewRefreshToken, NewReset, NewTicket, Operator, Password, PasswordChange, PasswordHash,
    Picture, PictureKind, PictureRefusal, PresenceSetting, ProfileChanges, RECOVERY_CODES, RESETS_A_MINUTE,
    RESETS_AN_HOUR, RecoveryCode, Redemption, RefreshDigest, RefreshToken, Registration, RegistrationPolicy,
    ResetDigest, ResetRules, ResetToken, RetryKey, RetryKeyDigest, Role, Scope, Scopes, SecondFactor, SecretDigest,
    SecretToken, SecurityAct, SecurityEntry, Session, SessionInUse, SessionRecord, SignedIn, Sought, Tally,
    ThrottleRule, ThrottleRules, Ticket, TicketDigest, TicketHolder, TokenAudience, TokenPair, Totp, TotpSecret,
    TotpStart, TotpStep, UnfinishedDeletion, User, Username, avatar_url,
};
pub use ports::{
    AccessTokenError, AccountAdmin, AccountDeletions, AccountImport, AccountListener, ApiTokenStore, AttemptBoard,
    Begun, BlockStore, ChangeAccountError, ChangeLoginRefusal, ChangePasswordStoreError, CodeSource,
    DeleteAccountRefusal, Errand, Errands, FetchPictureError, HashError, IdentityStore, InsertAccountError,
    InsertApiTokenError, InvitationStore, KnownAddresses, MAX_BLOCKS, MailError, Mailer, Newcomer, PasswordHasher,
    PasswordStore, PictureAddress, PictureFetcher, ProfileStore, PutBlockRefusal, Redeemed, SecretSource,
    SecurityFilter, SecurityLog, SessionRecords, SessionStore, SessionWatch, SetUpRefusal, SetupStore, SharedTokens,
    TicketBoard, TokenIssuer, TotpStore, UpgradeGuestError,
};
pub use service::{AccountImporter, AdminDeps, AdminService, IdentityDeps, IdentityService, TokenLifetimes};
