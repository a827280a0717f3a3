use rialto_kernel::{ConversationId, UserId};
use uuid::Uuid;

use super::ReadState;

/// Names an ordered log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StreamId {
    /// What happens in a conversation; followed by its members.
    Conversation(ConversationId),
    /// What concerns one user alone; followed by all their devices.
    Personal(UserId),
}

impl StreamId {
    /// The conversation whose log it is, if it is one's.
    #[must_use]
    pub const fn conversation(self) -> Option<ConversationId> {
        match self {
            Self::Conversation(id) => Some(id),
            Self::Personal(_) => None,
        }
    }
}

impl From<ConversationId> for StreamId {
    fn from(id: ConversationId) -> Self {
        Self::Conversation(id)
    }
}

/// Changes only when a backup is restored: positions of another epoch mean nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Epoch(pub Uuid);

/// How far a log reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamTop {
    /// Which log.
    pub stream: StreamId,
    /// Which history the numbers belong to.
    pub epoch: Epoch,
    /// Number of the last logged event; 0 when there is none.
    pub last_seq: u64,
}

/// How far a log reaches that a user follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FollowedStream {
    /// How far it reaches.
    pub top: StreamTop,
    /// What the user has read; `None` for the personal stream.
    pub read: Option<ReadState>,
}
