use async_trait::async_trait;
use rialto_kernel::{Instant, StoreError, UserId};

use super::Done;
use crate::model::Notice;

/// Puts what other parts of the server tell users into their personal streams. Each method is one atomic act.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait NoticeBoard: Send + Sync {
    /// Logs `notified` in a user's personal stream, under the next number. A notice whose id the user was told before
    /// is not logged again: the event is the one from then, which may be hinted to the bus once more. The value says
    /// whether it is logged for the first time.
    ///
    /// # Errors
    /// See [`PostNoticeRefusal`].
    async fn post_notice(&self, user_id: UserId, notice: Notice, at: Instant) -> Result<Done<bool>, PostNoticeRefusal>;
}

/// Why a user is told nothing.
#[derive(Debug, thiserror::Error)]
pub enum PostNoticeRefusal {
    /// There is no such user, or they have gone.
    #[error("there is no such user")]
    UnknownUser,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}
