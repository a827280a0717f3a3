use async_trait::async_trait;
use rialto_kernel::{Instant, StoreError, UserId};

use crate::model::{SecretDigest, Totp, TotpSecret, TotpStart, TotpStep};

/// Keeps second factors. Each method is one atomic act.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait TotpStore: Send + Sync {
    /// What a user has of a second factor; `None` if they were never offered one.
    async fn find_totp(&self, user_id: UserId) -> Result<Option<Totp>, StoreError>;

    /// Offers a secret, in place of one that was only offered; `false`, and nothing is stored, if one is on.
    async fn offer_totp(&self, user_id: UserId, secret: TotpSecret, at: Instant) -> Result<bool, StoreError>;

    /// Switches an offered secret on, counts the step as used and stores the recovery codes; `false`, and nothing is
    /// stored, if another was offered by now, or one is on. Of several at once one wins.
    async fn enable_totp(&self, start: TotpStart) -> Result<bool, StoreError>;

    /// Counts a step as used, and all before it; `false` if it was already, or this secret is not on. Of several at once
    /// with one step, one wins.
    async fn use_totp_step(&self, user_id: UserId, secret: TotpSecret, step: TotpStep) -> Result<bool, StoreError>;

    /// Uses a recovery code up; `false` if the user has no such code. Of several at once with one code, one wins.
    async fn use_recovery_code(&self, user_id: UserId, digest: SecretDigest) -> Result<bool, StoreError>;

    /// Puts new recovery codes in the place of those that are left; `false`, and nothing is stored, if no second factor
    /// is on.
    async fn replace_recovery_codes(&self, user_id: UserId, codes: Vec<SecretDigest>) -> Result<bool, StoreError>;

    /// Takes the second factor away, with its recovery codes and what is offered; says whether it was on. Of several at
    /// once one is told so.
    async fn remove_totp(&self, user_id: UserId) -> Result<bool, StoreError>;
}
