use std::cmp::Reverse;
use std::collections::HashSet;

use rialto_kernel::{ConversationId, Instant, MessageId, StoreError, UserId};
use rialto_messaging::{Actor, Done, Emoji, MAX_EMOJI, MAX_PINS, Message, MessageRefusal, Standing};

use super::log::Act;
use super::messages::KeptReaction;
use crate::state::State;

impl State {
    pub fn set_reaction(
        &mut self,
        id: MessageId,
        by: Actor,
        emoji: Emoji,
        present: bool,
        at: Instant,
    ) -> Result<Done<Message>, MessageRefusal> {
        let Self { identity, messaging, .. } = self;
        let (kept, ordinal) = messaging.place_of_mut(id).ok_or(MessageRefusal::UnknownMessage)?;
        let member = kept.member(identity, by.id)?.ok_or(MessageRefusal::UnknownMessage)?;
        let block = kept.block_for(identity, by.id);
        Standing { conversation: &kept.conversation, member: Some(&member), block, actor: by, at }.check_write()?;
        let message = kept.kept_message_mut(ordinal)?;
        if message.deleted_at.is_some() {
            return Err(MessageRefusal::Deleted);
        }
        let is_mine = |reaction: &KeptReaction| reaction.user == by.id && reaction.emoji == emoji;
        if message.reactions.iter().any(is_mine) == present {
            return Ok(kept.unchanged(identity, ordinal, by)?);
        }
        if present {
            let shown: HashSet<&Emoji> = message.reactions.iter().map(|reaction| &reaction.emoji).collect();
            if shown.len() >= MAX_EMOJI && !shown.contains(&emoji) {
                return Err(MessageRefusal::TooMany);
            }
            message.reactions.push(KeptReaction { emoji: emoji.clone(), user: by.id, at });
        } else {
            message.reactions.retain(|reaction| !is_mine(reaction));
        }
        Ok(kept.done(identity, ordinal, by, at, Act::Reacted { ordinal, user: by.id, emoji, present })?)
    }

    pub fn set_pin(
        &mut self,
        id: MessageId,
        by: Actor,
        pinned: bool,
        at: Instant,
    ) -> Result<Done<Message>, MessageRefusal> {
        let Self { identity, messaging, .. } = self;
        let (kept, ordinal) = messaging.place_of_mut(id).ok_or(MessageRefusal::UnknownMessage)?;
        let member = kept.member(identity, by.id)?.ok_or(MessageRefusal::UnknownMessage)?;
        let block = kept.block_for(identity, by.id);
        let standing = Standing { conversation: &kept.conversation, member: Some(&member), block, actor: by, at };
        standing.check_write()?;
        if !standing.may_pin() {
            return Err(MessageRefusal::NotAllowed);
        }
        let message = kept.kept_message(ordinal)?;
        if message.deleted_at.is_some() {
            return Err(MessageRefusal::Deleted);
        }
        if message.pinned_at.is_some() == pinned {
            return Ok(kept.unchanged(identity, ordinal, by)?);
        }
        let pins = kept.messages.iter().filter(|message| message.pinned_at.is_some()).count();
        if pinned && pins >= MAX_PINS {
            return Err(MessageRefusal::TooMany);
        }
        kept.kept_message_mut(ordinal)?.pinned_at = pinned.then_some(at);
        Ok(kept.done(identity, ordinal, by, at, Act::Pinned { ordinal, user: by.id, pinned })?)
    }

    pub fn list_pins(&self, id: ConversationId, reader: UserId) -> Result<Vec<Message>, StoreError> {
        let Some(kept) = self.messaging.conversations.get(&id) else { return Ok(Vec::new()) };
        let mut pinned: Vec<_> = kept.messages.iter().filter(|message| message.pinned_at.is_some()).collect();
        pinned.sort_by_key(|message| Reverse((message.pinned_at, message.seq)));
        pinned.into_iter().map(|message| kept.message(&self.identity, message.ordinal, Some(reader))).collect()
    }
}
