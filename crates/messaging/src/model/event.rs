use rialto_kernel::{ConversationId, Instant, MessageId};

use super::{Conversation, Emoji, Member, Message, Notice, Profile, ReadState, StreamId};

/// One entry of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Whose log.
    pub stream: StreamId,
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
    /// The sender said it differently.
    MessageEdited(Message),
    /// The sender or a moderator took it back; what is left is the tombstone.
    MessageDeleted(Message),
    /// Somebody reacted to a message.
    ReactionAdded(ReactionChange),
    /// Somebody took a reaction back.
    ReactionRemoved(ReactionChange),
    /// A message was pinned.
    PinAdded(PinChange),
    /// A message was unpinned.
    PinRemoved(PinChange),
    /// Somebody came in, as this member; a mute from before they left is still in force.
    MemberAdded(Member),
    /// Somebody left or was removed.
    MemberRemoved(Profile),
    /// A member's role is another now.
    MemberRoleChanged(Member),
    /// A member was muted, or may write again.
    MemberMuteChanged(Member),
    /// Name, topic, visibility or settings are others now.
    ConversationChanged(Conversation),
    /// The conversation is gone with all that was in it: the last event of its log, told live only.
    ConversationDeleted,
    /// Personal: the user came into a conversation.
    ConversationEntered(ConversationId),
    /// Personal: the user is not in a conversation any more.
    ConversationLeft(ConversationId),
    /// Personal: the user has read on, on whatever device.
    ReadChanged(ReadChange),
    /// Personal: another part of the server has something to say.
    Notified(Notice),
}

/// A reaction that came or went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReactionChange {
    /// To which message.
    pub message_id: MessageId,
    /// Whose.
    pub user: Profile,
    /// Which.
    pub emoji: Emoji,
    /// How many users react to the message so now.
    pub count: u64,
}

/// A pin that came or went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinChange {
    /// Which message.
    pub message_id: MessageId,
    /// Who did it.
    pub user: Profile,
    /// Whether the message is pinned now.
    pub pinned: bool,
}

/// A read pointer that moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadChange {
    /// Where.
    pub conversation_id: ConversationId,
    /// The first message of the thread, if it is about a thread.
    pub thread_root: Option<MessageId>,
    /// The last message of the conversation when the counts were taken: later ones come on top.
    pub last_ordinal: u64,
    /// Pointer and counts as they were when it moved.
    pub read: ReadState,
}

impl EventBody {
    /// The name used in storage and on the wire; a notice goes on the wire under its own.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::MessageCreated(_) => "message.created",
            Self::MessageEdited(_) => "message.edited",
            Self::MessageDeleted(_) => "message.deleted",
            Self::ReactionAdded(_) => "reaction.added",
            Self::ReactionRemoved(_) => "reaction.removed",
            Self::PinAdded(_) => "pin.added",
            Self::PinRemoved(_) => "pin.removed",
            Self::MemberAdded(_) => "member.added",
            Self::MemberRemoved(_) => "member.removed",
            Self::MemberRoleChanged(_) => "member.role_changed",
            Self::MemberMuteChanged(_) => "member.mute_changed",
            Self::ConversationChanged(_) => "conversation.changed",
            Self::ConversationDeleted => "conversation.deleted",
            Self::ConversationEntered(_) => "conversation.entered",
            Self::ConversationLeft(_) => "conversation.left",
            Self::ReadChanged(_) => "read.changed",
            Self::Notified(_) => "notified",
        }
    }
}

impl Event {
    /// The conversation whose log it is in, if it is in one's.
    #[must_use]
    pub const fn conversation_id(&self) -> Option<ConversationId> {
        self.stream.conversation()
    }

    /// Whether a user lost access to the stream by it: their sockets must be out of it before anybody is told
    /// that it is done.
    #[must_use]
    pub const fn closes_access(&self) -> bool {
        matches!(self.body, EventBody::MemberRemoved(_) | EventBody::ConversationDeleted)
    }
}
