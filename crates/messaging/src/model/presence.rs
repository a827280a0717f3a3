use std::sync::Arc;

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

impl Presence {
    /// What those see to whom a user is not there.
    #[must_use]
    pub const fn unseen(user_id: UserId) -> Self {
        Self { user_id, online: false, last_seen_at: None }
    }
}

/// Who may see whether a user is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// All but these.
    AllBut(Arc<[UserId]>),
    /// This one alone.
    Only(UserId),
}

impl Audience {
    /// Everybody there is.
    #[must_use]
    pub fn everybody() -> Self {
        Self::AllBut(Arc::default())
    }

    /// Whether somebody is among them.
    #[must_use]
    pub fn holds(&self, user_id: UserId) -> bool {
        match self {
            Self::AllBut(others) => !others.contains(&user_id),
            Self::Only(one) => *one == user_id,
        }
    }
}

/// How much of their presence a user shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PresenceVisibility {
    /// Nobody sees it.
    pub hidden: bool,
    /// Those who do not see it even if it is shown.
    pub hidden_from: Vec<UserId>,
}

/// Something that is told once and kept nowhere. It may be dropped; the newest wins.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// A user came or went, as these may see.
    Presence(Presence, Audience),
}
