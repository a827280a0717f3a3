use async_trait::async_trait;
use rialto_identity::{PresenceSetting, Role};
use rialto_kernel::{ConversationId, Instant, MessageId, StoreError, UserId};
use rialto_messaging::{
    Block, ConversationKind, Discretion, Emoji, Event, Line, MemberRole, Message, Nonce, OwnReaction,
    PresenceVisibility, UserTraces,
};

use super::log::Act;
use super::tables::KeptConversation;
use crate::MemoryStore;
use crate::identity::tables::IdentityTables;
use crate::state::State;

#[async_trait]
impl Discretion for MemoryStore {
    async fn visibility_of(&self, user_id: UserId) -> Result<PresenceVisibility, StoreError> {
        let tables = &self.state()?.identity;
        let hidden_from = tables.blocks.keys().filter(|(by, _)| *by == user_id).map(|(_, of)| *of).collect();
        Ok(PresenceVisibility { hidden: hides(tables, user_id).unwrap_or(true), hidden_from })
    }

    async fn unseen_by(&self, reader: UserId, users: &[UserId]) -> Result<Vec<UserId>, StoreError> {
        let tables = &self.state()?.identity;
        let is_unseen = |user_id: &UserId| {
            *user_id != reader && (hides(tables, *user_id) == Some(true) || tables.is_blocked(*user_id, reader))
        };
        Ok(users.iter().copied().filter(is_unseen).collect())
    }

    async fn line_of(&self, conversation_id: ConversationId, user_id: UserId) -> Result<Line, StoreError> {
        let state = self.state()?;
        let Some(kept) = state.messaging.conversations.get(&conversation_id) else { return Ok(Line::Direct(None)) };
        Ok(match kept.conversation.kind {
            ConversationKind::Direct => Line::Direct(kept.block_for(&state.identity, user_id)),
            ConversationKind::Group | ConversationKind::Channel => Line::Shared,
        })
    }
}

/// `None` for who is no user.
fn hides(tables: &IdentityTables, user_id: UserId) -> Option<bool> {
    tables.users.get(&user_id).map(|user| user.presence == PresenceSetting::Hidden)
}

#[async_trait]
impl UserTraces for MemoryStore {
    async fn list_own_messages(
        &self,
        user_id: UserId,
        after: Option<Nonce>,
        limit: i64,
    ) -> Result<Vec<Message>, StoreError> {
        let State { identity, messaging, .. } = &*self.state()?;
        let mut own: Vec<(&Nonce, MessageId)> = messaging
            .nonces
            .iter()
            .filter(|((sender, nonce), _)| {
                *sender == user_id && Some(nonce.as_str()) > after.as_ref().map(Nonce::as_str)
            })
            .map(|((_, nonce), id)| (nonce, *id))
            .collect();
        own.sort_by_key(|(nonce, _)| nonce.as_str());
        let mut messages = Vec::new();
        for (_, id) in own {
            let Some((kept, ordinal)) = messaging.place_of(id) else { continue };
            let message = kept.message(identity, ordinal, Some(user_id))?;
            if message.deleted_at.is_none() {
                messages.push(message);
            }
        }
        messages.truncate(usize::try_from(limit).unwrap_or_default());
        Ok(messages)
    }

    async fn list_own_reactions(
        &self,
        user_id: UserId,
        after: Option<(MessageId, Emoji)>,
        limit: i64,
    ) -> Result<Vec<OwnReaction>, StoreError> {
        let state = self.state()?;
        let messages = state.messaging.conversations.values().flat_map(|kept| &kept.messages);
        let mut own: Vec<OwnReaction> = messages
            .flat_map(|message| message.reactions.iter().map(|reaction| (message.id, reaction)))
            .filter(|(_, reaction)| reaction.user == user_id)
            .map(|(message_id, reaction)| OwnReaction { message_id, emoji: reaction.emoji.clone(), at: reaction.at })
            .collect();
        let key = |id: MessageId, emoji: &Emoji| (id, emoji.as_str().to_owned());
        own.sort_by_key(|reaction| key(reaction.message_id, &reaction.emoji));
        let after = after.map(|(id, emoji)| key(id, &emoji));
        own.retain(|reaction| Some(key(reaction.message_id, &reaction.emoji)) > after);
        own.truncate(usize::try_from(limit).unwrap_or_default());
        Ok(own)
    }

    async fn withdraw_member(
        &self,
        conversation_id: ConversationId,
        user_id: UserId,
        at: Instant,
    ) -> Result<Vec<Event>, StoreError> {
        let mut state = self.state()?;
        let State { identity, messaging, .. } = &mut *state;
        let kept = messaging.conversations.get_mut(&conversation_id);
        let Some(kept) = kept.filter(|kept| kept.conversation.kind != ConversationKind::Direct) else {
            return Ok(Vec::new());
        };
        let mut events = Vec::new();
        if kept.role_of(user_id) == Some(MemberRole::Owner) {
            let heir = kept.heir_of(identity, user_id);
            if let Some(heir) = heir {
                let act = kept.give_role(heir, MemberRole::Owner);
                events.push(kept.append_event(identity, at, act)?);
            } else if kept.conversation.archived_at.is_none() {
                kept.conversation.archived_at = Some(at);
                events.push(kept.append_event(identity, at, Act::Changed)?);
            }
        }
        events.extend(state.dismiss(conversation_id, user_id, at)?);
        Ok(events)
    }
}

impl KeptConversation {
    /// What is between the two of a direct conversation, for one of them; nothing in others.
    pub fn block_for(&self, users: &IdentityTables, user_id: UserId) -> Option<Block> {
        match self.conversation.kind {
            ConversationKind::Direct => {}
            ConversationKind::Group | ConversationKind::Channel => return None,
        }
        let other = self.members.keys().copied().find(|member| *member != user_id)?;
        Block::between(users.is_blocked(other, user_id), users.is_blocked(user_id, other))
    }

    fn heir_of(&self, users: &IdentityTables, owner: UserId) -> Option<UserId> {
        let has_account = |id: UserId| users.live_user(id).is_some_and(|user| user.role != Role::Guest);
        let others = self.members.iter().filter(|(id, _)| **id != owner && has_account(**id));
        let next = others.min_by_key(|(id, member)| (std::cmp::Reverse(member.role), member.joined_at, **id));
        next.map(|(id, _)| *id)
    }
}
