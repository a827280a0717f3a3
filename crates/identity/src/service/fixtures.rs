//! What the tests of the use cases share.

use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;
use rialto_kernel::{Clock, IdSource, Instant};
use uuid::Uuid;

use super::{IdentityDeps, IdentityService, TokenLifetimes};
use crate::model::{
    AccessClaims, AccessToken, Device, DisplayName, Email, Password, PasswordHash, PresenceSetting, RefreshDigest,
    RefreshToken, Role, Session, Ticket, TicketDigest, TicketHolder, User, Username,
};
use crate::ports::{
    HashError, MockAccountDeletions, MockAccountListener, MockBlockStore, MockIdentityStore, MockPasswordHasher,
    MockPictureFetcher, MockProfileStore, MockSecurityLog, MockSessionRecords, MockTicketBoard, MockTokenIssuer,
};

pub struct Mocks {
    pub store: MockIdentityStore,
    pub profiles: MockProfileStore,
    pub blocks: MockBlockStore,
    pub deletions: MockAccountDeletions,
    pub sessions: MockSessionRecords,
    pub pictures: MockPictureFetcher,
    pub hasher: MockPasswordHasher,
    pub tokens: MockTokenIssuer,
    pub tickets: MockTicketBoard,
    pub listener: MockAccountListener,
    pub log: MockSecurityLog,
}

impl Mocks {
    fn new(hash: fn() -> Result<PasswordHash, HashError>) -> Self {
        let mut hasher = MockPasswordHasher::new();
        hasher.expect_hash().returning(move |_| hash());
        let mut tokens = MockTokenIssuer::new();
        tokens.expect_sign_access().returning(|_| AccessToken::new("access".into()));
        tokens.expect_fresh_refresh_token().returning(|| RefreshToken::new("refresh".into()));
        tokens.expect_digest().returning(|_| RefreshDigest([7; 32]));
        tokens.expect_fresh_ticket().returning(|| Ticket::new("ticket".into()));
        tokens.expect_ticket_digest().returning(|_| TicketDigest([8; 32]));
        Self {
            store: MockIdentityStore::new(),
            profiles: MockProfileStore::new(),
            blocks: MockBlockStore::new(),
            deletions: MockAccountDeletions::new(),
            sessions: MockSessionRecords::new(),
            pictures: MockPictureFetcher::new(),
            hasher,
            tokens,
            tickets: MockTicketBoard::new(),
            listener: MockAccountListener::new(),
            log: MockSecurityLog::new(),
        }
    }

    pub fn with_busy_hasher() -> Self {
        Self::new(|| Err(HashError::Busy))
    }

    /// Entries nobody expects are let through.
    pub fn service(mut self) -> IdentityService {
        self.log.expect_record().return_const(());
        IdentityService::new(IdentityDeps {
            store: Arc::new(self.store),
            profiles: Arc::new(self.profiles),
            blocks: Arc::new(self.blocks),
            deletions: Arc::new(self.deletions),
            sessions: Arc::new(self.sessions),
            pictures: Arc::new(self.pictures),
            hasher: Arc::new(self.hasher),
            tokens: Arc::new(self.tokens),
            tickets: Arc::new(self.tickets),
            listener: Arc::new(self.listener),
            log: Arc::new(self.log),
            clock: Arc::new(FakeNow),
            ids: Arc::new(FakeIds),
            lifetimes: TokenLifetimes {
                access: Duration::from_secs(900),
                refresh: Duration::from_secs(604_800),
                ticket: Duration::from_secs(30),
            },
        })
    }
}

impl Default for Mocks {
    fn default() -> Self {
        Self::new(|| Ok(PasswordHash::new("hash".into())))
    }
}

struct FakeNow;

impl Clock for FakeNow {
    fn now(&self) -> Instant {
        now()
    }
}

struct FakeIds;

impl IdSource for FakeIds {
    fn uuid(&self) -> Uuid {
        Uuid::from_u128(42)
    }
}

pub fn now() -> Instant {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap()
}

pub fn username(text: &str) -> Username {
    Username::parse(text).unwrap()
}

pub fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

pub fn password() -> Password {
    Password::parse("correct horse").unwrap()
}

pub fn user() -> User {
    User {
        id: Uuid::from_u128(1).into(),
        username: username("ann"),
        email: Some(email("ann@example.org")),
        display_name: DisplayName::parse("Ann").unwrap(),
        bio: String::new(),
        avatar_url: None,
        role: Role::Member,
        presence: PresenceSetting::default(),
        created_at: now(),
    }
}

pub fn session() -> Session {
    Session { id: Uuid::from_u128(2).into(), user_id: user().id, device: Device::default(), created_at: now() }
}

pub fn claims() -> AccessClaims {
    AccessClaims {
        user_id: user().id,
        session_id: session().id,
        issued_at: now(),
        expires_at: now() + Duration::from_secs(900),
    }
}

pub fn holder() -> TicketHolder {
    TicketHolder { user_id: user().id, session_id: session().id }
}
