use rialto_kernel::{ConversationId, Instant, MessageId, UserId};

/// What a member has read of a conversation, or of one of its threads.
///
/// `unread` counts the messages after the pointer that are neither the reader's own nor deleted. Messages of
/// threads count in their thread alone; `mentions` of a conversation counts those of its threads too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadState {
    /// The read pointer: the highest ordinal that was read; 0 when nothing was.
    pub ordinal: u64,
    /// Messages after it.
    pub unread: u64,
    /// Those of them that mention the reader.
    pub mentions: u64,
}

/// A member read up to here. The pointer only moves forward, and not past the last message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarkRead {
    /// Where.
    pub conversation_id: ConversationId,
    /// The first message of the thread, if it is about a thread.
    pub thread_root: Option<MessageId>,
    /// Who.
    pub user_id: UserId,
    /// Up to which message.
    pub ordinal: u64,
    /// When.
    pub at: Instant,
}

/// How far a member has read, as the others see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Who.
    pub user_id: UserId,
    /// The member's read pointer.
    pub ordinal: u64,
}

/// A thread as one reader sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThreadState {
    /// How many replies it has, deleted ones included.
    pub replies: u64,
    /// When the last one was said.
    pub last_reply_at: Option<Instant>,
    /// What the reader has read of it; `None` if they do not follow it. Whoever starts a thread, replies in it
    /// or is mentioned in it follows it.
    pub read: Option<ReadState>,
}
