//! A message that somebody wants to change, under its conversation's lock.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::try_join;
use rialto_kernel::{Instant, MessageId, StoreError};
use rialto_messaging::{Actor, Block, Conversation, Done, EventBody, Member, Message, MessageRefusal, Standing};
use uuid::Uuid;

use super::{discretion, history, log, members, message_parts};
use crate::error::ActError;
use crate::schema::messages;

type Refused = ActError<MessageRefusal>;

pub struct Place {
    pub locked: Conversation,
    /// As the one who asks sees it.
    pub message: Message,
    member: Option<Member>,
    block: Option<Block>,
    by: Actor,
}

impl Place {
    /// Locks the conversation of a message for a member of it.
    pub async fn lock(conn: &AsyncPgConnection, id: MessageId, by: Actor) -> Result<Self, Refused> {
        let place = Self::lock_as_admin(conn, id, by).await?;
        match place.member {
            Some(_) => Ok(place),
            None => Err(unknown()),
        }
    }

    /// Locks the conversation of a message for a member of it, or for an admin of the server.
    pub async fn lock_as_admin(mut conn: &AsyncPgConnection, id: MessageId, by: Actor) -> Result<Self, Refused> {
        // A message never moves, so this may be read before the lock.
        let conversation_id: Option<Uuid> = messages::table
            .filter(messages::id.eq(id.uuid()))
            .select(messages::conversation_id)
            .first(&mut conn)
            .await
            .optional()?;
        let conversation_id = conversation_id.ok_or_else(unknown)?.into();
        let locked = log::lock(conn, conversation_id).await?.ok_or_else(unknown)?;
        let (mut message, member, block) = try_join!(
            history::find_messages(conn, [id], Some(by.id)),
            members::find(conn, conversation_id, by.id),
            discretion::block_in(conn, Some(&locked), by.id)
        )?;
        if member.is_none() && !by.is_admin {
            return Err(unknown());
        }
        Ok(Self { locked, message: message.pop().ok_or_else(unknown)?, member, block, by })
    }

    pub fn standing(&self, at: Instant) -> Standing<'_> {
        Standing { conversation: &self.locked, member: self.member.as_ref(), block: self.block, actor: self.by, at }
    }

    pub fn check_write(&self, at: Instant) -> Result<Standing<'_>, Refused> {
        let standing = self.standing(at);
        match standing.check_write() {
            Ok(_) => Ok(standing),
            Err(refusal) => Err(ActError::Refused(refusal.into())),
        }
    }

    pub fn unchanged(self) -> Done<Message> {
        Done { value: self.message, events: Vec::new() }
    }

    /// Logs what happened to the message, as `body` makes it of the message that is there now.
    pub async fn done(
        mut self,
        conn: &AsyncPgConnection,
        at: Instant,
        body: impl FnOnce(Message) -> EventBody,
    ) -> Result<Done<Message>, Refused> {
        let message = history::find_messages(conn, [self.message.id], Some(self.by.id)).await?.pop();
        let value = message.ok_or_else(|| StoreError::corrupt("a message in a locked conversation"))?;
        let event = log::record(conn, &mut self.locked, at, body(message_parts::for_all(&value))).await?;
        Ok(Done { value, events: vec![event] })
    }

    /// The face of the one who asks.
    pub fn actor(&self) -> Result<rialto_messaging::Profile, Refused> {
        self.member.as_ref().map(|member| member.user.clone()).ok_or_else(unknown)
    }
}

fn unknown() -> Refused {
    ActError::Refused(MessageRefusal::UnknownMessage)
}
