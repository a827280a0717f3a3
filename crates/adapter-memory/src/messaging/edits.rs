use rialto_kernel::{Instant, MessageId, StoreError};
use rialto_messaging::{
    Actor, AuditAction, Done, MAX_REVISIONS, Message, MessageContent, MessageRefusal, Revision, Standing,
    WantedMentions,
};

use super::log::Act;
use super::messages::KeptMentions;
use super::tables::{Decision, KeptConversation};
use crate::identity::tables::IdentityTables;
use crate::state::State;

impl State {
    pub fn edit_message(
        &mut self,
        id: MessageId,
        by: Actor,
        content: MessageContent,
        wanted: &WantedMentions,
        at: Instant,
    ) -> Result<Done<Message>, MessageRefusal> {
        let Self { identity, messaging, .. } = self;
        let (kept, ordinal) = messaging.place_of_mut(id).ok_or(MessageRefusal::UnknownMessage)?;
        let member = kept.member(identity, by.id)?.ok_or(MessageRefusal::UnknownMessage)?;
        let block = kept.block_for(identity, by.id);
        let standing = Standing { conversation: &kept.conversation, member: Some(&member), block, actor: by, at };
        standing.check_write()?;
        let message = kept.kept_message(ordinal)?;
        if message.sender != by.id {
            return Err(MessageRefusal::NotAllowed);
        }
        let Some(before) = message.content.clone() else { return Err(MessageRefusal::Deleted) };
        if before == content {
            return Ok(kept.unchanged(identity, ordinal, by)?);
        }
        if message.revisions.len() >= MAX_REVISIONS {
            return Err(MessageRefusal::TooMany);
        }
        let mentions = kept.mentions_of(identity, &standing, wanted);
        let thread = message.thread_root.and_then(|root| kept.threads.get_mut(&root));
        if let Some(thread) = thread {
            mentions.users().for_each(|user_id| thread.follow(user_id, ordinal - 1));
        }
        let message = kept.kept_message_mut(ordinal)?;
        message.revisions.push(Revision { content: before, at: message.edited_at.unwrap_or(message.created_at) });
        message.content = Some(content);
        message.mentions = mentions;
        message.edited_at = Some(at);
        Ok(kept.done(identity, ordinal, by, at, Act::Edited(ordinal))?)
    }

    pub fn delete_message(&mut self, id: MessageId, by: Actor, at: Instant) -> Result<Done<Message>, MessageRefusal> {
        let Self { identity, messaging, .. } = self;
        let (kept, ordinal) = messaging.place_of_mut(id).ok_or(MessageRefusal::UnknownMessage)?;
        let member = kept.member(identity, by.id)?;
        if member.is_none() && !by.is_admin {
            return Err(MessageRefusal::UnknownMessage);
        }
        let (conversation, member) = (&kept.conversation, member.as_ref());
        let standing = Standing { conversation, member, block: None, actor: by, at };
        let shown = kept.message(identity, ordinal, Some(by.id))?;
        if !standing.may_delete(&shown) {
            return Err(MessageRefusal::NotAllowed);
        }
        if shown.deleted_at.is_some() {
            return Ok(Done { value: shown, events: Vec::new() });
        }
        let message = kept.kept_message_mut(ordinal)?;
        message.content = None;
        message.revisions.clear();
        message.reactions.clear();
        message.mentions = KeptMentions::default();
        message.pinned_at = None;
        message.deleted_at = Some(at);
        if shown.sender.id != by.id {
            kept.note(Decision {
                users: identity,
                by: by.id,
                action: AuditAction::MessageDeleted,
                user_id: Some(shown.sender.id),
                message_id: Some(id),
                detail: String::new(),
                at,
            })?;
        }
        Ok(kept.done(identity, ordinal, by, at, Act::Deleted(ordinal))?)
    }
}

impl KeptConversation {
    /// A message to which nothing happened, as the one who asked sees it.
    pub fn unchanged(&self, users: &IdentityTables, ordinal: u64, by: Actor) -> Result<Done<Message>, StoreError> {
        Ok(Done { value: self.message(users, ordinal, Some(by.id))?, events: Vec::new() })
    }

    /// Logs what happened to a message.
    pub fn done(
        &mut self,
        users: &IdentityTables,
        ordinal: u64,
        by: Actor,
        at: Instant,
        act: Act,
    ) -> Result<Done<Message>, StoreError> {
        let event = self.append_event(users, at, act)?;
        Ok(Done { value: self.message(users, ordinal, Some(by.id))?, events: vec![event] })
    }
}
