use rialto_kernel::{ConversationId, Instant, UserId};

use super::Receipt;

/// Whether a user is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presence {
    /// Who.
    pub user_id: UserId,
    /// Whether any of their devices is connected.
    pub online: bool,
    /// When the last device left; `None` while online and when never seen by this server.
    pub last_seen_at: Option<Instant>,
}

/// Something that is told once and kept nowhere. It may be dropped; the newest wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// A member is writing.
    Typing {
        /// Where.
        conversation_id: ConversationId,
        /// Who.
        user_id: UserId,
    },
    /// A member has read on, in a conversation whose members see that.
    Read {
        /// Where.
        conversation_id: ConversationId,
        /// Who, and how far.
        receipt: Receipt,
    },
    /// A user came or went.
    Presence(Presence),
}
