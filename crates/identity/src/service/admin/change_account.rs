use rialto_kernel::UserId;

use super::AdminService;
use crate::model::{AccountChange, Operator, User};
use crate::ports::ChangeAccountError;

impl AdminService {
    /// Changes role and state of an account. Whoever is disabled, or runs the server no more, is signed out
    /// everywhere before this returns: nothing that is open goes on by a right that is gone.
    ///
    /// # Errors
    /// See [`ChangeAccountError`].
    pub async fn change_account(
        &self,
        by: &Operator,
        id: UserId,
        change: AccountChange,
    ) -> Result<User, ChangeAccountError> {
        let now = self.deps.clock.now();
        let changed = self.deps.accounts.change_account(id, change, now).await?;
        self.close(&changed.ended).await;
        for (act, detail) in changed.acts() {
            self.write_down(by, now, act, Some(id), detail).await;
        }
        Ok(changed.after)
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{Mocks, root};
    use super::*;
    use crate::model::{AccountChanged, Role, SecurityAct};
    use crate::service::fixtures::{now, session, user};

    const DISABLE: AccountChange = AccountChange { admin: None, disabled: Some(true) };

    #[tokio::test]
    async fn what_a_disabled_user_has_open_is_closed_before_it_is_told() {
        let mut mocks = Mocks::default();
        let after = User { disabled_at: Some(now()), ..user() };
        let changed = AccountChanged { before: user(), after, ended: vec![session().id] };
        mocks.accounts.expect_change_account().returning(move |_, _, _| Ok(changed.clone()));
        mocks.listener.expect_sessions_ended().withf(|ended| ended == [session().id]).once().return_const(());
        mocks.expect_entry(SecurityAct::UserDisabled, "");
        let user = mocks.service().change_account(&root(), user().id, DISABLE).await.unwrap();
        assert_eq!(user.disabled_at, Some(now()));
    }

    #[tokio::test]
    async fn a_change_that_changes_nothing_is_not_written_down() {
        let mut mocks = Mocks::default();
        let same = AccountChanged { before: user(), after: user(), ended: Vec::new() };
        mocks.accounts.expect_change_account().returning(move |_, _, _| Ok(same.clone()));
        let member = AccountChange { admin: Some(false), disabled: None };
        assert_eq!(mocks.service().change_account(&root(), user().id, member).await.unwrap().role, Role::Member);
    }

    #[tokio::test]
    async fn a_refused_change_closes_and_tells_nothing() {
        let mut mocks = Mocks::default();
        mocks.accounts.expect_change_account().returning(|_, _, _| Err(ChangeAccountError::LastAdmin));
        let refusal = mocks.service().change_account(&root(), user().id, DISABLE).await;
        assert!(matches!(refusal, Err(ChangeAccountError::LastAdmin)));
    }
}
