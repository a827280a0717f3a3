use rialto_kernel::Instant;

use super::{Actor, Conversation, ConversationKind, Member, MemberRole, Message};

/// Who somebody is in a conversation at the moment an act commits: what they may do follows from it. Stores ask
/// these rules under the conversation's lock, so that nothing is done by a right that is gone.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    /// Where.
    pub conversation: &'a Conversation,
    /// Their membership, if they are in it.
    pub member: Option<&'a Member>,
    /// What stands between the two of a direct conversation; `None` in every other.
    pub block: Option<Block>,
    /// Who.
    pub actor: Actor,
    /// When.
    pub at: Instant,
}

/// That one of two users wants nothing to do with the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Block {
    /// The other has blocked the one who acts; perhaps both have.
    ByOther,
    /// The one who acts has blocked the other.
    ByOneself,
}

impl Block {
    /// What stands between two users for the one who acts.
    #[must_use]
    pub const fn between(by_other: bool, by_oneself: bool) -> Option<Self> {
        match (by_other, by_oneself) {
            (true, _) => Some(Self::ByOther),
            (false, true) => Some(Self::ByOneself),
            (false, false) => None,
        }
    }
}

/// Why somebody may not write in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteRefusal {
    /// Not in it, or there is no such conversation.
    #[error("you are not a member of this conversation")]
    NotAMember,
    /// It is archived.
    #[error("the conversation is archived")]
    Archived,
    /// The role may only read.
    #[error("you may only read in this conversation")]
    ReadOnly,
    /// Guests may only read in this channel.
    #[error("guests may only read in this channel")]
    GuestsReadOnly,
    /// A moderator has silenced the member.
    #[error("you are muted in this conversation until {until}")]
    Muted {
        /// Until when.
        until: Instant,
    },
    /// The other of a direct conversation has blocked them.
    #[error("this user does not take messages from you")]
    Blocked,
    /// They have blocked the other of a direct conversation.
    #[error("you have blocked this user; lift the block first")]
    UnblockFirst,
}

impl Standing<'_> {
    /// Whether they may write: send, edit, react.
    ///
    /// # Errors
    /// See [`WriteRefusal`]; checked in the order of its variants.
    pub fn check_write(&self) -> Result<&Member, WriteRefusal> {
        let member = self.member.ok_or(WriteRefusal::NotAMember)?;
        if self.conversation.archived_at.is_some() {
            return Err(WriteRefusal::Archived);
        }
        if !member.role.may_write() {
            return Err(WriteRefusal::ReadOnly);
        }
        let is_channel = self.conversation.kind == ConversationKind::Channel;
        if self.actor.is_guest && is_channel && !self.conversation.settings.guests_may_write {
            return Err(WriteRefusal::GuestsReadOnly);
        }
        match member.muted_until {
            Some(until) if until > self.at => return Err(WriteRefusal::Muted { until }),
            _ => {}
        }
        match self.block {
            Some(Block::ByOther) => Err(WriteRefusal::Blocked),
            Some(Block::ByOneself) => Err(WriteRefusal::UnblockFirst),
            None => Ok(member),
        }
    }

    /// When they may say the next thing, if slow mode makes them wait. Moderators do not wait.
    #[must_use]
    pub fn slowed_until(&self, last_sent_at: Option<Instant>) -> Option<Instant> {
        let pause = self.conversation.settings.slowmode();
        if self.moderates() || pause.is_zero() {
            return None;
        }
        last_sent_at.map(|at| at + pause).filter(|until| *until > self.at)
    }

    /// Whether they keep order in the conversation: its owner and admins, and nobody between two users.
    #[must_use]
    pub fn moderates(&self) -> bool {
        self.conversation.kind != ConversationKind::Direct && self.role() >= Some(MemberRole::Admin)
    }

    /// Whether they may pin: moderators, and both users of a direct conversation.
    #[must_use]
    pub fn may_pin(&self) -> bool {
        match self.conversation.kind {
            ConversationKind::Direct => self.member.is_some(),
            ConversationKind::Group | ConversationKind::Channel => self.moderates(),
        }
    }

    /// Whether their `@all` and `@here` mention anybody.
    #[must_use]
    pub fn may_mention_everyone(&self) -> bool {
        self.may_pin()
    }

    /// Whether they may take back a message: their own, or any as a moderator or as an admin of the server.
    #[must_use]
    pub fn may_delete(&self, message: &Message) -> bool {
        (self.member.is_some() && message.sender.id == self.actor.id) || self.moderates() || self.actor.is_admin
    }

    fn role(&self) -> Option<MemberRole> {
        self.member.map(|member| member.role)
    }
}
