//! What the tests of this service share.

use std::sync::Arc;

use super::{AdminDeps, AdminService};
use crate::model::{Operator, PasswordHash, Role, SecretDigest, SecretToken, SecurityAct, User};
use crate::ports::{
    MockAccountAdmin, MockAccountListener, MockApiTokenStore, MockIdentityStore, MockInvitationStore,
    MockPasswordHasher, MockSecretSource, MockSecurityLog, MockTotpStore,
};
use crate::service::fixtures::{FakeIds, FakeNow, session, user};

/// Whoever is not expected to be asked fails the test, the security log too.
#[derive(Default)]
pub struct Mocks {
    pub store: MockIdentityStore,
    pub accounts: MockAccountAdmin,
    pub invitations: MockInvitationStore,
    pub api_tokens: MockApiTokenStore,
    pub totp: MockTotpStore,
    pub listener: MockAccountListener,
    pub log: MockSecurityLog,
}

impl Mocks {
    /// Somebody of another id who runs the server did this once.
    pub fn expect_entry(&mut self, act: SecurityAct, detail: &'static str) {
        let expected = move |entry: &crate::model::SecurityEntry| {
            (entry.act, entry.actor, entry.detail.as_str()) == (act, root().id(), detail)
        };
        self.log.expect_record().withf(expected).once().return_const(());
    }

    pub fn service(self) -> AdminService {
        let mut hasher = MockPasswordHasher::new();
        hasher.expect_hash().returning(|_| Ok(PasswordHash::new("hash".into())));
        let mut secrets = MockSecretSource::new();
        secrets.expect_fresh_secret().returning(|| SecretToken::new("secret".into()));
        secrets.expect_secret_digest().returning(|_| SecretDigest([9; 32]));
        AdminService::new(AdminDeps {
            store: Arc::new(self.store),
            accounts: Arc::new(self.accounts),
            invitations: Arc::new(self.invitations),
            api_tokens: Arc::new(self.api_tokens),
            totp: Arc::new(self.totp),
            hasher: Arc::new(hasher),
            secrets: Arc::new(secrets),
            listener: Arc::new(self.listener),
            log: Arc::new(self.log),
            clock: Arc::new(FakeNow),
            ids: Arc::new(FakeIds),
        })
    }
}

/// Who acts.
pub fn root() -> Operator {
    let root = User { id: uuid::Uuid::from_u128(77).into(), role: Role::Admin, ..user() };
    Operator::admin(&root, session().id, None).unwrap()
}
