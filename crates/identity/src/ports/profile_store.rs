use async_trait::async_trait;
use rialto_kernel::{Instant, StoreError, UserId};

use crate::model::{Picture, ProfileChanges, User};

/// Keeps what users show of themselves, their pictures among it. Each method is one atomic act.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait ProfileStore: Send + Sync {
    /// Changes all that is given, or nothing; the user as they are now. A new picture takes the place of the old one,
    /// and [`User::avatar_url`] becomes its [`avatar_url`](crate::model::avatar_url). `None` if there is no such user,
    /// or their account is deleted.
    async fn update_profile(
        &self,
        user_id: UserId,
        changes: ProfileChanges,
        at: Instant,
    ) -> Result<Option<User>, StoreError>;

    /// The picture of a user, byte for byte, if they have one.
    async fn find_avatar(&self, user_id: UserId) -> Result<Option<Picture>, StoreError>;
}
