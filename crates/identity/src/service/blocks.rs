use rialto_kernel::{Cursor, Page, PageLimit, StoreError, UserId};

use super::IdentityService;
use crate::model::Block;
use crate::ports::PutBlockRefusal;

/// Why nobody was blocked.
#[derive(Debug, thiserror::Error)]
pub enum BlockUserError {
    /// Nobody blocks themselves.
    #[error("you cannot block yourself")]
    Oneself,
    /// No such user.
    #[error("there is no such user")]
    UnknownUser,
    /// As many are blocked as may be.
    #[error("you may block at most {} users; lift another block first", crate::ports::MAX_BLOCKS)]
    TooMany,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<PutBlockRefusal> for BlockUserError {
    fn from(refusal: PutBlockRefusal) -> Self {
        match refusal {
            PutBlockRefusal::UnknownUser => Self::UnknownUser,
            PutBlockRefusal::TooMany => Self::TooMany,
            PutBlockRefusal::Store(error) => Self::Store(error),
        }
    }
}

impl IdentityService {
    /// Blocks a user; doing it again changes nothing.
    ///
    /// # Errors
    /// See [`BlockUserError`].
    pub async fn block_user(&self, by: UserId, user_id: UserId) -> Result<(), BlockUserError> {
        if by == user_id {
            return Err(BlockUserError::Oneself);
        }
        if self.deps.blocks.put_block(by, user_id, self.deps.clock.now()).await? {
            self.deps.listener.visibility_changed(by, Some(user_id)).await;
        }
        Ok(())
    }

    /// Lifts a block; doing it again changes nothing.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn unblock_user(&self, by: UserId, user_id: UserId) -> Result<(), StoreError> {
        if self.deps.blocks.lift_block(by, user_id).await? {
            self.deps.listener.visibility_changed(by, Some(user_id)).await;
        }
        Ok(())
    }

    /// Whom a user has blocked.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn list_blocks(
        &self,
        by: UserId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Block>, StoreError> {
        self.deps.blocks.list_blocks(by, after, limit).await
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::service::fixtures::{Mocks, user};

    fn bob() -> UserId {
        Uuid::from_u128(9).into()
    }

    #[tokio::test]
    async fn nobody_blocks_themselves() {
        let mut mocks = Mocks::default();
        mocks.blocks.expect_put_block().never();
        let refusal = mocks.service().block_user(user().id, user().id).await;
        assert!(matches!(refusal, Err(BlockUserError::Oneself)));
    }

    #[tokio::test]
    async fn whoever_is_blocked_sees_the_blocker_go_once() {
        let mut mocks = Mocks::default();
        let mut news = vec![false, true];
        mocks.blocks.expect_put_block().times(2).returning(move |_, _, _| Ok(news.pop().unwrap()));
        mocks.listener.expect_visibility_changed().once().withf(|_, to| *to == Some(bob())).return_const(());
        let service = mocks.service();
        service.block_user(user().id, bob()).await.unwrap();
        service.block_user(user().id, bob()).await.unwrap();
    }
}
