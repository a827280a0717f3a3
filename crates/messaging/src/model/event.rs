use rialto_kernel::{ConversationId, Instant};

use super::{Member, Message, Profile};

/// One entry of a conversation's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Whose log.
    pub conversation_id: ConversationId,
    /// Its number: the first is 1, and there are no holes.
    pub seq: u64,
    /// When it was logged.
    pub at: Instant,
    /// What happened.
    pub body: EventBody,
}

/// What happened, in the state of now: a message that was created and later changed shows as it is,
/// so that a replay never reveals what was taken back, and applying an event twice changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventBody {
    /// Somebody said something.
    MessageCreated(Message),
    /// Somebody came in, as this member.
    MemberAdded(Member),
    /// Somebody left or was removed.
    MemberRemoved(Profile),
}

impl EventBody {
    /// The name used in storage and on the wire.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::MessageCreated(_) => "message.created",
            Self::MemberAdded(_) => "member.added",
            Self::MemberRemoved(_) => "member.removed",
        }
    }
}
