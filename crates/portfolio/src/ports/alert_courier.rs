use std::error::Error as StdError;

use async_trait::async_trait;
use rialto_kernel::{ConversationId, UserId};

use crate::model::Firing;

/// Tells people that alerts fired. Telling the same firing to the same target again changes nothing for the reader:
/// whoever tells again because they do not know whether they did does no harm.
#[cfg_attr(any(test, feature = "mocks"), mockall::automock)]
#[async_trait]
pub trait AlertCourier: Send + Sync {
    /// Whether a user may write into a conversation now.
    ///
    /// # Errors
    /// See [`CourierError`].
    async fn may_post(&self, owner: UserId, conversation: ConversationId) -> Result<bool, CourierError>;

    /// Tells the owner of an alert, on all their devices.
    ///
    /// # Errors
    /// See [`CourierError`].
    async fn notify(&self, owner: UserId, firing: &Firing) -> Result<(), CourierError>;

    /// Says it in a conversation, as a message of the owner.
    ///
    /// # Errors
    /// See [`CourierError`]; `Refused` if the owner may not write there.
    async fn post(&self, owner: UserId, conversation: ConversationId, firing: &Firing) -> Result<(), CourierError>;
}

/// Why nobody was told.
#[derive(Debug, thiserror::Error)]
pub enum CourierError {
    /// It will be refused every time.
    #[error("{reason}")]
    Refused {
        /// The stable code of the refusal, such as `not_a_member`.
        reason: String,
    },
    /// It may succeed another time.
    #[error("nobody can be told now")]
    Unavailable {
        /// What went wrong.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
}

impl CourierError {
    /// It will be refused every time, with this code.
    pub fn refused(reason: impl Into<String>) -> Self {
        Self::Refused { reason: reason.into() }
    }

    /// It may succeed another time.
    pub fn unavailable(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Unavailable { source: source.into() }
    }
}
