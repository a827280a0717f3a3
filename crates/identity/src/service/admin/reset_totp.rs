use rialto_kernel::{StoreError, UserId};

use super::AdminService;
use crate::model::{Operator, SecurityAct};

impl AdminService {
    /// Switches off the second factor of somebody who has lost it, and the recovery codes too; `false` if there is no
    /// such user. Whoever does it has made sure who asks. Sessions go on.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn reset_totp(&self, by: &Operator, id: UserId) -> Result<bool, StoreError> {
        if self.deps.store.find_user(id).await?.is_none() {
            return Ok(false);
        }
        if self.deps.totp.remove_totp(id).await? {
            self.write_down(by, self.deps.clock.now(), SecurityAct::TotpDisabled, Some(id), "").await;
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{Mocks, root};
    use super::*;
    use crate::service::fixtures::user;

    #[tokio::test]
    async fn what_was_on_is_switched_off_and_that_is_written_down() {
        for was_on in [true, false] {
            let mut mocks = Mocks::default();
            mocks.store.expect_find_user().returning(|_| Ok(Some(user())));
            mocks.totp.expect_remove_totp().once().returning(move |_| Ok(was_on));
            if was_on {
                mocks.expect_entry(SecurityAct::TotpDisabled, "");
            }
            assert!(mocks.service().reset_totp(&root(), user().id).await.unwrap());
        }
    }

    #[tokio::test]
    async fn nobody_has_no_second_factor() {
        let mut mocks = Mocks::default();
        mocks.store.expect_find_user().returning(|_| Ok(None));
        mocks.totp.expect_remove_totp().never();
        assert!(!mocks.service().reset_totp(&root(), user().id).await.unwrap());
    }
}
