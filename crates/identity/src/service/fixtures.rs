//! What the tests of the use cases share.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::DateTime;
use rialto_kernel::{Clock, IdSource, Instant};
use uuid::Uuid;

use super::{IdentityDeps, IdentityService, TokenLifetimes};
use crate::model::{
    AccessClaims, AccessToken, Device, DisplayName, Email, Invitation, InvitationNote, Password, PasswordHash,
    PresenceSetting, RecoveryCode, RefreshDigest, RefreshToken, Registration, RegistrationPolicy, ResetDigest,
    ResetRules, ResetToken, RetryKeyDigest, Role, SecretDigest, SecretToken, Session, ThrottleRule, ThrottleRules,
    Ticket, TicketDigest, TicketHolder, TotpSecret, User, Username,
};
use crate::ports::{
    Begun, Errand, Errands, HashError, MockAccountDeletions, MockAccountListener, MockApiTokenStore, MockAttemptBoard,
    MockBlockStore, MockCodeSource, MockIdentityStore, MockInvitationStore, MockKnownAddresses, MockMailer,
    MockPasswordHasher, MockPasswordStore, MockPictureFetcher, MockProfileStore, MockSecretSource, MockSecurityLog,
    MockSessionRecords, MockSessionStore, MockSessionWatch, MockSetupStore, MockTicketBoard, MockTokenIssuer,
    MockTotpStore,
};

pub struct Mocks {
    pub store: MockIdentityStore,
    pub profiles: MockProfileStore,
    pub blocks: MockBlockStore,
    pub deletions: MockAccountDeletions,
    pub records: MockSessionRecords,
    pub pictures: MockPictureFetcher,
    pub sessions: MockSessionStore,
    pub passwords: MockPasswordStore,
    pub mailer: MockMailer,
    pub hasher: MockPasswordHasher,
    pub tokens: MockTokenIssuer,
    pub tickets: MockTicketBoard,
    pub attempts: MockAttemptBoard,
    pub known_addresses: MockKnownAddresses,
    pub listener: MockAccountListener,
    pub log: MockSecurityLog,
    pub invitations: MockInvitationStore,
    pub setup: MockSetupStore,
    pub api_tokens: MockApiTokenStore,
    pub totp: MockTotpStore,
    pub policy: RegistrationPolicy,
}

impl Mocks {
    fn new(hash: fn() -> Result<PasswordHash, HashError>) -> Self {
        let mut hasher = MockPasswordHasher::new();
        hasher.expect_hash().returning(move |_| hash());
        let mut tokens = MockTokenIssuer::new();
        tokens.expect_sign_access().returning(|_, _| AccessToken::new("access".into()));
        tokens.expect_fresh_refresh_token().returning(|| RefreshToken::new("refresh".into()));
        tokens.expect_digest().returning(|_| RefreshDigest([7; 32]));
        tokens.expect_retry_key_digest().returning(|_| RetryKeyDigest([6; 32]));
        tokens.expect_fresh_reset_token().returning(|| ResetToken::new("reset".into()));
        tokens.expect_reset_digest().returning(|_| ResetDigest([9; 32]));
        tokens.expect_fresh_ticket().returning(|| Ticket::new("ticket".into()));
        tokens.expect_ticket_digest().returning(|_| TicketDigest([8; 32]));
        Self {
            store: MockIdentityStore::new(),
            profiles: MockProfileStore::new(),
            blocks: MockBlockStore::new(),
            deletions: MockAccountDeletions::new(),
            records: MockSessionRecords::new(),
            pictures: MockPictureFetcher::new(),
            sessions: MockSessionStore::new(),
            passwords: MockPasswordStore::new(),
            mailer: MockMailer::new(),
            hasher,
            tokens,
            tickets: MockTicketBoard::new(),
            attempts: MockAttemptBoard::new(),
            known_addresses: MockKnownAddresses::new(),
            listener: MockAccountListener::new(),
            log: MockSecurityLog::new(),
            invitations: MockInvitationStore::new(),
            setup: MockSetupStore::new(),
            api_tokens: MockApiTokenStore::new(),
            totp: MockTotpStore::new(),
            policy: RegistrationPolicy { members: Registration::Open, guests: true },
        }
    }

    pub fn with_busy_hasher() -> Self {
        Self::new(|| Err(HashError::Busy))
    }

    /// Entries nobody expects are let through, nobody has a second factor unless the test says so, and so are passwords that nobody has been wrong about.
    pub fn service(self) -> IdentityService {
        self.service_with_errands().0
    }

    /// With the errands it sends out, which wait until the test runs them.
    pub fn service_with_errands(mut self) -> (IdentityService, Arc<WaitingErrands>) {
        let errands = Arc::new(WaitingErrands::default());
        self.log.expect_record().return_const(());
        self.attempts.expect_begin().returning(|_, _| Ok(Begun::Admitted));
        self.attempts.expect_settle().returning(|_, _, _| Ok(None));
        self.known_addresses.expect_list_addresses_of().returning(|_, _| Ok(Vec::new()));
        self.totp.expect_find_totp().returning(|_| Ok(None));
        let mut codes = MockCodeSource::new();
        codes.expect_fresh_totp_secret().returning(|| TotpSecret::new([1; 20]));
        codes.expect_fresh_recovery_code().returning(|| RecoveryCode::new([2; 10]));
        // The step itself, so that tests can name the code of each.
        codes.expect_totp_code().returning(|_, step| (step.0 % 1_000_000) as u32);
        let mut secrets = MockSecretSource::new();
        secrets.expect_fresh_secret().returning(|| SecretToken::new("secret".into()));
        secrets.expect_secret_digest().returning(|_| SecretDigest([9; 32]));
        let service = IdentityService::new(IdentityDeps {
            store: Arc::new(self.store),
            profiles: Arc::new(self.profiles),
            blocks: Arc::new(self.blocks),
            deletions: Arc::new(self.deletions),
            records: Arc::new(self.records),
            pictures: Arc::new(self.pictures),
            sessions: Arc::new(self.sessions),
            passwords: Arc::new(self.passwords),
            mailer: Arc::new(self.mailer),
            errands: errands.clone(),
            hasher: Arc::new(self.hasher),
            tokens: Arc::new(self.tokens),
            tickets: Arc::new(self.tickets),
            attempts: Arc::new(self.attempts),
            known_addresses: Arc::new(self.known_addresses),
            listener: Arc::new(self.listener),
            log: Arc::new(self.log),
            invitations: Arc::new(self.invitations),
            secrets: Arc::new(secrets),
            setup: Arc::new(self.setup),
            totp: Arc::new(self.totp),
            codes: Arc::new(codes),
            watch: Arc::new(MockSessionWatch::new()),
            api_tokens: Arc::new(self.api_tokens),
            policy: self.policy,
            clock: Arc::new(FakeNow),
            ids: Arc::new(FakeIds),
            lifetimes: TokenLifetimes {
                access: Duration::from_secs(900),
                refresh: Duration::from_secs(604_800),
                ticket: Duration::from_secs(30),
            },
            throttle: throttle(),
            resets: rules(),
        });
        (service, errands)
    }
}

/// Errands that a test runs when it wants.
#[derive(Default)]
pub struct WaitingErrands(Mutex<Vec<Errand>>);

impl Errands for WaitingErrands {
    fn run(&self, errand: Errand) -> bool {
        self.0.lock().unwrap().push(errand);
        true
    }
}

impl WaitingErrands {
    /// Runs what waits and says how many they were; none may fail.
    pub async fn run_all(&self) -> usize {
        let waiting = std::mem::take(&mut *self.0.lock().unwrap());
        let count = waiting.len();
        for errand in waiting {
            errand.await.unwrap();
        }
        count
    }
}

pub fn rules() -> ResetRules {
    ResetRules { lifetime: Duration::from_secs(3_600), page: "https://rialto.example/reset-password".into() }
}

impl Default for Mocks {
    fn default() -> Self {
        Self::new(|| Ok(PasswordHash::new("hash".into())))
    }
}

pub struct FakeNow;

impl Clock for FakeNow {
    fn now(&self) -> Instant {
        now()
    }
}

pub struct FakeIds;

impl IdSource for FakeIds {
    fn uuid(&self) -> Uuid {
        Uuid::from_u128(42)
    }
}

fn throttle() -> ThrottleRules {
    let seconds = Duration::from_secs;
    let rule = ThrottleRule { free: 3, first: seconds(1), longest: seconds(60), forgotten_after: seconds(3_600) };
    ThrottleRules { account_from: rule, from: rule, account: rule, known_for: seconds(86_400) }
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
        disabled_at: None,
    }
}

/// Works for ever, for anybody.
pub fn invitation() -> Invitation {
    Invitation {
        id: Uuid::from_u128(3).into(),
        note: InvitationNote::default(),
        created_by: None,
        created_at: now(),
        expires_at: None,
        max_uses: None,
        uses: 0,
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
