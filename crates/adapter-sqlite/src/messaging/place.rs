//! Where an act happens: what it needs to know of a conversation, its actor and a message to decide by the domain's
//! rules. Read on the writer, so it stays true until the act commits.

use diesel::prelude::*;
use rialto_kernel::{ConversationId, Instant, MessageId, StoreError, UserId};
use rialto_messaging::{
    Actor, Block, ChangeRefusal, Conversation, Member, Message, MessageRefusal, Profile, Standing, WriteRefusal,
};

use super::discretion::block_in;
use super::members::find_member;
use super::rows::{ConversationRow, MemberRow, MessageRow};
use crate::error::store_error;
use crate::schema::{conversations, members, messages, users};
use crate::value::DbId;

/// A conversation, and somebody's membership in it.
pub struct Place {
    pub conversation: Conversation,
    pub member: Option<Member>,
    /// What is between the two of a direct one.
    pub block: Option<Block>,
}

impl Place {
    /// `None` if there is no such conversation.
    pub fn find(
        connection: &mut SqliteConnection,
        conversation_id: ConversationId,
        user_id: UserId,
    ) -> Result<Option<Self>, StoreError> {
        let own = members::conversation_id.eq(conversations::id).and(members::user_id.eq(DbId::from(user_id)));
        let row: Option<(ConversationRow, Option<MemberRow>)> = conversations::table
            .left_join(members::table.on(own))
            .left_join(users::table.on(users::id.eq(members::user_id)))
            .filter(conversations::id.eq(DbId::from(conversation_id)))
            .select((ConversationRow::as_select(), Option::<MemberRow>::as_select()))
            .first(connection)
            .optional()
            .map_err(store_error)?;
        let Some((conversation, member)) = row else { return Ok(None) };
        let member = member.map(Member::try_from).transpose()?;
        let conversation = conversation.try_into()?;
        let block = block_in(connection, &conversation, user_id)?;
        Ok(Some(Self { conversation, member, block }))
    }

    pub fn standing(&self, actor: Actor, at: Instant) -> Standing<'_> {
        Standing { conversation: &self.conversation, member: self.member.as_ref(), block: self.block, actor, at }
    }
}

/// A conversation in which `by` decides over others.
pub struct Office {
    pub conversation: Conversation,
    pub by: Member,
    at: Instant,
}

impl Office {
    /// `NotFound` to who is not in the conversation.
    pub fn find(
        connection: &mut SqliteConnection,
        conversation_id: ConversationId,
        by: UserId,
        at: Instant,
    ) -> Result<Self, ChangeRefusal> {
        let place = Place::find(connection, conversation_id, by)?.ok_or(ChangeRefusal::NotFound)?;
        let by = place.member.ok_or(ChangeRefusal::NotFound)?;
        Ok(Self { conversation: place.conversation, by, at })
    }

    /// `NotAllowed` unless `by` keeps order in it.
    pub fn check_moderates(&self) -> Result<(), ChangeRefusal> {
        let actor = Actor { id: self.by.user.id, is_guest: false, is_admin: false };
        let (conversation, member) = (&self.conversation, Some(&self.by));
        let standing = Standing { conversation, member, block: None, actor, at: self.at };
        if standing.moderates() { Ok(()) } else { Err(ChangeRefusal::NotAllowed) }
    }

    /// Another member; `NoSuchMember` to who is none.
    pub fn member(&self, connection: &mut SqliteConnection, user_id: UserId) -> Result<Member, ChangeRefusal> {
        find_member(connection, self.conversation.id, user_id)?.ok_or(ChangeRefusal::NoSuchMember)
    }
}

/// A message, without what hangs on it, that somebody acts on.
pub struct Target {
    pub message: Message,
    pub place: Place,
    by: Actor,
    at: Instant,
}

impl Target {
    pub fn find(
        connection: &mut SqliteConnection,
        id: MessageId,
        by: Actor,
        at: Instant,
    ) -> Result<Self, MessageRefusal> {
        let message = find_row(connection, id)?.ok_or(MessageRefusal::UnknownMessage)?;
        let message = Message::try_from(message)?;
        let place = Place::find(connection, message.conversation_id, by.id)?;
        Ok(Self { message, place: place.ok_or(MessageRefusal::UnknownMessage)?, by, at })
    }

    pub fn standing(&self) -> Standing<'_> {
        self.place.standing(self.by, self.at)
    }

    /// Who acts, if they may write; `UnknownMessage` if they are not in the conversation.
    pub fn writer(&self) -> Result<Profile, MessageRefusal> {
        match self.standing().check_write() {
            Ok(member) => Ok(member.user.clone()),
            Err(WriteRefusal::NotAMember) => Err(MessageRefusal::UnknownMessage),
            Err(
                refusal @ (WriteRefusal::Archived
                | WriteRefusal::ReadOnly
                | WriteRefusal::GuestsReadOnly
                | WriteRefusal::Muted { .. }
                | WriteRefusal::Blocked
                | WriteRefusal::UnblockFirst),
            ) => Err(refusal.into()),
        }
    }

    pub fn check_not_deleted(&self) -> Result<(), MessageRefusal> {
        if self.message.deleted_at.is_some() { Err(MessageRefusal::Deleted) } else { Ok(()) }
    }
}

pub fn find_row(connection: &mut SqliteConnection, id: MessageId) -> Result<Option<MessageRow>, StoreError> {
    messages::table
        .inner_join(users::table)
        .filter(messages::id.eq(DbId::from(id)))
        .select(MessageRow::as_select())
        .first(connection)
        .optional()
        .map_err(store_error)
}
