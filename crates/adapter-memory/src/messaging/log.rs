use rialto_kernel::{Instant, StoreError, UserId};
use rialto_messaging::{Emoji, Event, EventBody, Member, MemberRole, PinChange, ReactionChange};

use super::tables::KeptConversation;
use crate::identity::tables::IdentityTables;

/// One event, without what it shows of now.
#[derive(Clone, Debug)]
pub(crate) struct LogEntry {
    pub at: Instant,
    pub act: Act,
}

/// What happened; messages are named by their ordinal.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Said(u64),
    Edited(u64),
    Deleted(u64),
    Reacted { ordinal: u64, user: UserId, emoji: Emoji, present: bool },
    Pinned { ordinal: u64, user: UserId, pinned: bool },
    Came { user: UserId, role: MemberRole },
    Went { user: UserId },
    RoleChanged { user: UserId, role: MemberRole },
    MuteChanged { user: UserId, role: MemberRole },
    Changed,
}

impl KeptConversation {
    /// Logs what happened, and gives its number.
    pub fn append(&mut self, at: Instant, act: Act) -> u64 {
        self.log.push(LogEntry { at, act });
        self.conversation.last_seq += 1;
        self.conversation.last_event_at = at;
        self.change_number = self.counter.next();
        self.conversation.last_seq
    }

    /// Logs what happened, and gives the event.
    pub fn append_event(&mut self, users: &IdentityTables, at: Instant, act: Act) -> Result<Event, StoreError> {
        let entry = LogEntry { at, act };
        let seq = self.append(at, entry.act.clone());
        self.event(users, seq, &entry)
    }

    pub fn events_after(&self, users: &IdentityTables, seq: u64, limit: usize) -> Result<Vec<Event>, StoreError> {
        let entries = (1..).zip(&self.log).filter(|(number, _)| *number > seq).take(limit);
        entries.map(|(number, entry)| self.event(users, number, entry)).collect()
    }

    fn event(&self, users: &IdentityTables, seq: u64, entry: &LogEntry) -> Result<Event, StoreError> {
        let body = self.body(users, entry)?;
        Ok(Event { stream: self.conversation.id.into(), seq, at: entry.at, body })
    }

    fn body(&self, users: &IdentityTables, entry: &LogEntry) -> Result<EventBody, StoreError> {
        Ok(match &entry.act {
            Act::Said(ordinal) => EventBody::MessageCreated(self.message(users, *ordinal, None)?),
            Act::Edited(ordinal) => EventBody::MessageEdited(self.message(users, *ordinal, None)?),
            Act::Deleted(ordinal) => EventBody::MessageDeleted(self.message(users, *ordinal, None)?),
            Act::Reacted { ordinal, user, emoji, present } => {
                let message = self.kept_message(*ordinal)?;
                let count = message.reactions.iter().filter(|reaction| reaction.emoji == *emoji).count() as u64;
                let user = users.face(*user)?;
                let change = ReactionChange { message_id: message.id, user, emoji: emoji.clone(), count };
                if *present { EventBody::ReactionAdded(change) } else { EventBody::ReactionRemoved(change) }
            }
            Act::Pinned { ordinal, user, pinned } => {
                let message = self.kept_message(*ordinal)?;
                let (user, is_pinned) = (users.face(*user)?, message.pinned_at.is_some());
                let change = PinChange { message_id: message.id, user, pinned: is_pinned };
                if *pinned { EventBody::PinAdded(change) } else { EventBody::PinRemoved(change) }
            }
            Act::Came { user, role } => EventBody::MemberAdded(self.member_then(users, *user, *role, entry.at)?),
            Act::Went { user } => EventBody::MemberRemoved(users.face(*user)?),
            Act::RoleChanged { user, role } => {
                EventBody::MemberRoleChanged(self.member_now(users, *user, *role, entry.at)?)
            }
            Act::MuteChanged { user, role } => {
                EventBody::MemberMuteChanged(self.member_now(users, *user, *role, entry.at)?)
            }
            Act::Changed => EventBody::ConversationChanged(self.conversation.clone()),
        })
    }

    /// The member as they are; once they have left, as [`member_then`](Self::member_then).
    fn member_now(
        &self,
        users: &IdentityTables,
        user: UserId,
        role: MemberRole,
        at: Instant,
    ) -> Result<Member, StoreError> {
        self.member(users, user)?.map_or_else(|| self.member_then(users, user, role, at), Ok)
    }

    /// The member as far as the event tells, with the mute of now, which outlasts the membership.
    fn member_then(
        &self,
        users: &IdentityTables,
        user: UserId,
        role: MemberRole,
        at: Instant,
    ) -> Result<Member, StoreError> {
        let muted_until = self.mutes.get(&user).copied();
        Ok(Member { user: users.face(user)?, role, joined_at: at, muted_until })
    }
}
