use std::time::Duration;

use rialto_kernel::{Instant, StoreError, UserId};

use super::second_factor::Proof;
use super::{IdentityService, delta};
use crate::model::{
    AccountKey, AttemptKey, AttemptOutcome, Device, Password, PasswordHash, SecurityAct, SecurityEntry, Tally,
};
use crate::ports::{Begun, HashError};

/// A password is tried on an account.
#[derive(Clone, Debug)]
pub struct PasswordTrial<'a> {
    /// Whose it is said to be; `None` when no account can have such a name.
    pub account: Option<AccountKey>,
    /// Whose it is, if there is such an account.
    pub user_id: Option<UserId>,
    /// The password that is claimed.
    pub password: Password,
    /// What it is compared with: of nobody's account a decoy, so that it answers no faster than somebody's.
    pub hash: PasswordHash,
    /// What it was typed on.
    pub device: &'a Device,
}

impl<'a> PasswordTrial<'a> {
    /// Of somebody who is signed in and proves it once more.
    #[must_use]
    pub const fn own(user_id: UserId, password: Password, hash: PasswordHash, device: &'a Device) -> Self {
        Self { account: Some(AccountKey::Proven(user_id)), user_id: Some(user_id), password, hash, device }
    }
}

/// Why nobody knows whether the password is right.
#[derive(Debug, thiserror::Error)]
pub enum TryPasswordError {
    /// Too many were wrong: wait. The same for accounts that there are and that there are not.
    #[error("too many wrong passwords; wait before the next try")]
    Throttled {
        /// For so long.
        retry_after: Duration,
    },
    /// The hasher did not answer.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl IdentityService {
    /// Compares a password with an account's, unless whoever gives it has been wrong too often. Every way to give a
    /// password goes through here, so that all of them are counted together. It must run to its end: an attempt
    /// that is given up half-way counts as wrong for a while.
    ///
    /// # Errors
    /// See [`TryPasswordError`]. Who must wait is told before anything is hashed.
    pub async fn try_password(&self, trial: PasswordTrial<'_>) -> Result<bool, TryPasswordError> {
        Ok(self.try_proof(trial, async { Ok(Proof::Right) }).await? == Proof::Right)
    }

    /// The same, and `second` is looked at once the password is right. A wrong code counts as a wrong password does: the
    /// right password beside it forgives nothing, or codes could be guessed.
    pub(super) async fn try_proof(
        &self,
        trial: PasswordTrial<'_>,
        second: impl Future<Output = Result<Proof, StoreError>> + Send,
    ) -> Result<Proof, TryPasswordError> {
        let PasswordTrial { account, user_id, password, hash, device } = trial;
        let tallies = self.begin_attempt(account, user_id, device).await?;
        let judged = match self.deps.hasher.verify(password, hash).await {
            // Nobody knows the decoy's password, and nobody gets in by it.
            Ok(true) if user_id.is_some() => second.await.map_err(TryPasswordError::from),
            Ok(_) => Ok(Proof::WrongPassword),
            Err(error) => Err(error.into()),
        };
        let outcome = match &judged {
            Ok(Proof::Right) => AttemptOutcome::Right,
            Ok(Proof::WrongPassword | Proof::WrongCode) => AttemptOutcome::Wrong,
            Ok(Proof::CodeMissing) | Err(_) => AttemptOutcome::Unjudged,
        };
        self.settle_attempt(&tallies, outcome, user_id, device).await?;
        judged
    }

    /// Has a code judged of somebody who is signed in, counted with their passwords; `None` is a wrong one.
    pub(super) async fn try_code<T>(
        &self,
        user_id: UserId,
        device: &Device,
        judge: impl FnOnce() -> Option<T>,
    ) -> Result<Option<T>, TryPasswordError> {
        let tallies = self.begin_attempt(Some(AccountKey::Proven(user_id)), Some(user_id), device).await?;
        let judged = judge();
        let outcome = if judged.is_some() { AttemptOutcome::Right } else { AttemptOutcome::Wrong };
        self.settle_attempt(&tallies, outcome, Some(user_id), device).await?;
        Ok(judged)
    }

    async fn begin_attempt(
        &self,
        account: Option<AccountKey>,
        user_id: Option<UserId>,
        device: &Device,
    ) -> Result<Vec<Tally>, TryPasswordError> {
        let now = self.deps.clock.now();
        let tallies = self.tallies(account, user_id, device, now).await?;
        match self.deps.attempts.begin(&tallies, now).await? {
            Begun::Admitted => Ok(tallies),
            Begun::Throttled { retry_after } => Err(TryPasswordError::Throttled { retry_after }),
        }
    }

    async fn settle_attempt(
        &self,
        tallies: &[Tally],
        outcome: AttemptOutcome,
        user_id: Option<UserId>,
        device: &Device,
    ) -> Result<(), StoreError> {
        let now = self.deps.clock.now();
        if let Some(wait) = self.deps.attempts.settle(tallies, outcome, now).await? {
            self.deps.log.record(throttled(user_id, device, wait, now)).await;
        }
        Ok(())
    }

    /// Where an attempt counts. Strangers make nobody wait at a place where the account was signed in: what they do
    /// elsewhere, or beside its owner on other accounts, is counted there and makes only others wait.
    async fn tallies(
        &self,
        account: Option<AccountKey>,
        user_id: Option<UserId>,
        device: &Device,
        now: Instant,
    ) -> Result<Vec<Tally>, StoreError> {
        let rules = &self.deps.throttle;
        let network = device.network();
        // Asked for nobody too: the answer must not come sooner when there is no such account.
        let user_id = user_id.unwrap_or_else(|| self.deps.ids.next());
        let since = now - delta(rules.known_for);
        let known = self.deps.known_addresses.list_addresses_of(user_id, since).await?;
        let is_known = known.iter().any(|address| Device::network_of(Some(address)) == network);
        let mut tallies = vec![Tally { key: AttemptKey::From(network), rule: rules.from, enforced: !is_known }];
        if let Some(account) = account {
            let key = AttemptKey::OnAccountFrom(account.clone(), network);
            tallies.push(Tally { key, rule: rules.account_from, enforced: true });
            if !is_known {
                tallies.push(Tally { key: AttemptKey::OnAccount(account), rule: rules.account, enforced: true });
            }
        }
        Ok(tallies)
    }
}

fn throttled(user_id: Option<UserId>, device: &Device, wait: Duration, at: Instant) -> SecurityEntry {
    SecurityEntry {
        at,
        act: SecurityAct::LogInThrottled,
        actor: None,
        user_id,
        session_id: None,
        address: device.address.clone(),
        detail: format!("the next try waits {} s", wait.as_secs_f64()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Login;
    use crate::service::fixtures::{Mocks, password, user};

    fn device(address: &str) -> Device {
        Device::new("test", Some(address.to_owned()))
    }

    fn hash() -> PasswordHash {
        PasswordHash::new("hash".into())
    }

    fn keys(tallies: &[Tally]) -> Vec<(&'static str, bool)> {
        let name = |key: &AttemptKey| match key {
            AttemptKey::From(_) => "from",
            AttemptKey::OnAccountFrom(..) => "account_from",
            AttemptKey::OnAccount(_) => "account",
        };
        tallies.iter().map(|tally| (name(&tally.key), tally.enforced)).collect()
    }

    #[tokio::test]
    async fn who_must_wait_is_told_before_anything_is_hashed() {
        let mut mocks = Mocks::default();
        let retry_after = Duration::from_secs(7);
        mocks.attempts.expect_begin().returning(move |_, _| Ok(Begun::Throttled { retry_after }));
        mocks.attempts.expect_settle().never();
        mocks.hasher.expect_verify().never();
        let device = device("192.0.2.1");
        let refusal = mocks.service().try_password(PasswordTrial::own(user().id, password(), hash(), &device)).await;
        assert!(matches!(refusal, Err(TryPasswordError::Throttled { retry_after: told }) if told == retry_after));
    }

    #[tokio::test]
    async fn a_known_place_waits_for_its_own_slips_alone() {
        for (address, expected) in [
            ("2001:db8::7", vec![("from", false), ("account_from", true)]),
            ("2001:db8:0:1::7", vec![("from", true), ("account_from", true), ("account", true)]),
        ] {
            let mut mocks = Mocks::default();
            mocks.known_addresses.expect_list_addresses_of().returning(|_, _| Ok(vec!["2001:db8::1".into()]));
            mocks.attempts.expect_begin().once().returning(move |tallies, _| {
                assert_eq!(keys(tallies), expected, "{address}");
                Ok(Begun::Admitted)
            });
            mocks.hasher.expect_verify().returning(|_, _| Ok(true));
            let device = device(address);
            let trial = PasswordTrial::own(user().id, password(), hash(), &device);
            assert!(mocks.service().try_password(trial).await.unwrap());
        }
    }

    #[tokio::test]
    async fn nobody_is_asked_about_and_counted_like_somebody() {
        let mut mocks = Mocks::default();
        mocks.known_addresses.expect_list_addresses_of().once().returning(|_, _| Ok(vec![]));
        mocks.attempts.expect_begin().once().returning(|tallies, _| {
            assert_eq!(keys(tallies), [("from", true), ("account_from", true), ("account", true)]);
            Ok(Begun::Admitted)
        });
        mocks.hasher.expect_verify().returning(|_, _| Ok(true));
        mocks
            .attempts
            .expect_settle()
            .withf(|_, outcome, _| *outcome == AttemptOutcome::Wrong)
            .once()
            .returning(|_, _, _| Ok(None));
        let device = device("192.0.2.1");
        let account = AccountKey::claimed(&Login::parse("nobody").unwrap());
        let trial = PasswordTrial {
            account: Some(account),
            user_id: None,
            ..PasswordTrial::own(user().id, password(), hash(), &device)
        };
        assert!(!mocks.service().try_password(trial).await.unwrap(), "the decoy opened something");
    }

    #[tokio::test]
    async fn a_busy_hasher_is_nobodys_fault() {
        let mut mocks = Mocks::default();
        mocks.hasher.expect_verify().returning(|_, _| Err(HashError::Busy));
        let unjudged = |_: &[Tally], outcome: &AttemptOutcome, _: &Instant| *outcome == AttemptOutcome::Unjudged;
        mocks.attempts.expect_settle().withf(unjudged).once().returning(|_, _, _| Ok(None));
        let device = device("192.0.2.1");
        let outcome = mocks.service().try_password(PasswordTrial::own(user().id, password(), hash(), &device)).await;
        assert!(matches!(outcome, Err(TryPasswordError::Hash(HashError::Busy))));
    }

    #[tokio::test]
    async fn a_longer_wait_is_written_down_once() {
        for (step, entries) in [(Some(Duration::from_secs(4)), 1), (None, 0)] {
            let mut mocks = Mocks::default();
            mocks.hasher.expect_verify().returning(|_, _| Ok(false));
            mocks.attempts.expect_settle().returning(move |_, _, _| Ok(step));
            let throttled = |entry: &SecurityEntry| {
                (entry.act, entry.detail.as_str()) == (SecurityAct::LogInThrottled, "the next try waits 4 s")
            };
            mocks.log.expect_record().withf(throttled).times(entries).return_const(());
            let device = device("192.0.2.1");
            assert!(
                !mocks
                    .service()
                    .try_password(PasswordTrial::own(user().id, password(), hash(), &device))
                    .await
                    .unwrap()
            );
        }
    }
}
