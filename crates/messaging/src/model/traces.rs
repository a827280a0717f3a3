use rialto_kernel::{Instant, MessageId};

use super::Emoji;

/// A reaction of the one who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnReaction {
    /// To which message.
    pub message_id: MessageId,
    /// Which.
    pub emoji: Emoji,
    /// When.
    pub at: Instant,
}
