use rialto_kernel::{Arrival, ConversationId, Instant, MessageId, Remark, UserId};

use super::{MemberRole, MessageContent, Nonce, Visibility};

/// A conversation as another server has it; its members are users of this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationThere {
    /// Its id there.
    pub id: String,
    /// What it becomes here.
    pub kind: KindThere,
    /// What it is called.
    pub name: Option<String>,
    /// What it is about.
    pub topic: Option<String>,
    /// When it was made.
    pub created_at: Option<Instant>,
    /// Who is in it.
    pub members: Vec<MemberThere>,
}

/// What a conversation of another server becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KindThere {
    /// That of its two members.
    Direct,
    /// A group.
    Group,
    /// A channel.
    Channel(Visibility),
}

/// Somebody who is in a conversation of another server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemberThere {
    /// Who.
    pub user_id: UserId,
    /// As what.
    pub role: MemberRole,
    /// Since when.
    pub joined_at: Option<Instant>,
}

/// A message as another server has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageThere {
    /// Its id there.
    pub id: String,
    /// Who said it.
    pub sender: UserId,
    /// What.
    pub content: String,
    /// When.
    pub at: Instant,
}

/// What became of a conversation of another server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationHere {
    /// Which it is here; `None` if it was refused.
    pub id: Option<ConversationId>,
    /// Whether it came in.
    pub arrival: Arrival,
    /// What is different here, or why it was refused.
    pub remarks: Vec<Remark>,
}

/// A message that was said before it came here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastMessage {
    /// Its id.
    pub id: MessageId,
    /// Who said it; need not be a member any more.
    pub sender: UserId,
    /// A mark that nobody else has.
    pub nonce: Nonce,
    /// What.
    pub content: MessageContent,
    /// When.
    pub at: Instant,
}
