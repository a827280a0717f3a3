use async_trait::async_trait;
use rialto_kernel::{ConversationId, Cursor, Instant, Page, PageLimit, StoreError, UserId};
use rialto_messaging::{
    AddMemberRefusal, Added, AppendRefusal, Appended, ChannelListing, Conversation, ConversationSummary,
    CreateConversationRefusal, Created, Event, HistorySlice, LeaveRefusal, Member, MemberRole, Message, MessagingStore,
    NewConversation, NewConversationKind, NewMember, NewMessage, StreamTop,
};

use super::tables::KeptConversation;
use crate::MemoryStore;
use crate::page::nothing;
use crate::state::State;

#[async_trait]
impl MessagingStore for MemoryStore {
    async fn create_conversation(&self, new: NewConversation) -> Result<Created, CreateConversationRefusal> {
        let State { identity, messaging } = &mut *self.state()?;
        let pair = pair_of(&new);
        if let Some(kept) = pair.and_then(|pair| messaging.conversations.get(messaging.directs.get(&pair)?)) {
            return Ok(Created::Existing(kept.conversation.clone()));
        }
        let channel_key = match &new.kind {
            NewConversationKind::Channel(name, _) => Some(name.key()),
            NewConversationKind::Direct | NewConversationKind::Group(_) => None,
        };
        if channel_key.as_ref().is_some_and(|key| messaging.channels.contains_key(key)) {
            return Err(CreateConversationRefusal::NameTaken);
        }
        let mut kept = KeptConversation::new(&new);
        for (user_id, role) in new.members {
            let user = identity.profile(user_id).ok_or(CreateConversationRefusal::UnknownUser(user_id))?;
            kept.admit(user, role, new.at);
        }
        messaging.directs.extend(pair.map(|pair| (pair, new.id)));
        messaging.channels.extend(channel_key.map(|key| (key, new.id)));
        let created = Created::New(kept.conversation.clone(), kept.log.clone());
        messaging.conversations.insert(new.id, kept);
        Ok(created)
    }

    async fn find_conversation(&self, id: ConversationId) -> Result<Option<Conversation>, StoreError> {
        Ok(self.state()?.messaging.conversations.get(&id).map(|kept| kept.conversation.clone()))
    }

    async fn find_member(
        &self,
        conversation_id: ConversationId,
        user_id: UserId,
    ) -> Result<Option<Member>, StoreError> {
        let tables = &self.state()?.messaging;
        Ok(tables.conversations.get(&conversation_id).and_then(|kept| kept.members.get(&user_id)).cloned())
    }

    async fn find_summary(
        &self,
        conversation_id: ConversationId,
        reader: UserId,
    ) -> Result<Option<ConversationSummary>, StoreError> {
        Ok(self.state()?.messaging.conversations.get(&conversation_id).map(|kept| kept.summary_for(reader)))
    }

    async fn list_summaries(
        &self,
        reader: UserId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<ConversationSummary>, StoreError> {
        Ok(self.state()?.messaging.summary_page(reader, after.as_ref(), limit))
    }

    async fn list_channels(&self, after: Option<Cursor>, limit: PageLimit) -> Result<Page<ChannelListing>, StoreError> {
        Ok(self.state()?.messaging.channel_page(after.as_ref(), limit))
    }

    async fn add_member(&self, new: NewMember) -> Result<Added, AddMemberRefusal> {
        let State { identity, messaging } = &mut *self.state()?;
        let kept =
            messaging.conversations.get_mut(&new.conversation_id).ok_or(AddMemberRefusal::UnknownConversation)?;
        if let Some(member) = kept.members.get(&new.user_id) {
            return Ok(Added::Already(member.clone()));
        }
        let may_invite = |inviter| kept.members.get(&inviter).is_some_and(|member| member.role.may_invite());
        if !new.invited_by.is_none_or(may_invite) {
            return Err(AddMemberRefusal::InviterMayNot);
        }
        let user = identity.profile(new.user_id).ok_or(AddMemberRefusal::UnknownUser)?;
        Ok(Added::New(kept.admit(user, new.role, new.at)))
    }

    async fn leave_conversation(
        &self,
        conversation_id: ConversationId,
        user_id: UserId,
        at: Instant,
    ) -> Result<Option<Event>, LeaveRefusal> {
        let tables = &mut self.state()?.messaging;
        let Some(kept) = tables.conversations.get_mut(&conversation_id) else { return Ok(None) };
        let is_owner = kept.members.get(&user_id).is_some_and(|member| member.role == MemberRole::Owner);
        if is_owner && kept.members.len() > 1 {
            return Err(LeaveRefusal::OwnerMustStay);
        }
        Ok(kept.dismiss(user_id, at))
    }

    async fn remove_member(
        &self,
        conversation_id: ConversationId,
        user_id: UserId,
        at: Instant,
    ) -> Result<Option<Event>, StoreError> {
        let tables = &mut self.state()?.messaging;
        Ok(tables.conversations.get_mut(&conversation_id).and_then(|kept| kept.dismiss(user_id, at)))
    }

    async fn list_members(
        &self,
        conversation_id: ConversationId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<Member>, StoreError> {
        let tables = &self.state()?.messaging;
        Ok(tables
            .conversations
            .get(&conversation_id)
            .map_or_else(nothing, |kept| kept.member_page(after.as_ref(), limit)))
    }

    async fn append_message(&self, new: NewMessage) -> Result<Appended, AppendRefusal> {
        let tables = &mut self.state()?.messaging;
        if let Some(earlier) = tables.message_of_nonce(new.sender_id, &new.nonce) {
            let is_retry = new.is_retry_of(earlier);
            return if is_retry { Ok(Appended::Duplicate(earlier.clone())) } else { Err(AppendRefusal::NonceConflict) };
        }
        let kept = tables.conversations.get_mut(&new.conversation_id).ok_or(AppendRefusal::NotAMember)?;
        let member = kept.members.get(&new.sender_id).ok_or(AppendRefusal::NotAMember)?;
        if !member.role.may_write() {
            return Err(AppendRefusal::ReadOnly);
        }
        if new.reply_to.is_some_and(|id| !kept.holds_message(id)) {
            return Err(AppendRefusal::UnknownReply);
        }
        let sender = member.user.clone();
        let message = kept.say(sender, new);
        let nonce = (message.sender.id, message.nonce.clone());
        tables.nonces.insert(nonce, (message.conversation_id, message.seq));
        Ok(Appended::New(message))
    }

    async fn list_messages(
        &self,
        conversation_id: ConversationId,
        slice: HistorySlice,
        limit: i64,
    ) -> Result<Vec<Message>, StoreError> {
        let tables = &self.state()?.messaging;
        let Some(kept) = tables.conversations.get(&conversation_id) else { return Ok(Vec::new()) };
        let messages = kept.messages();
        let limit = usize::try_from(limit).unwrap_or(0);
        Ok(match slice {
            HistorySlice::Latest => messages.rev().take(limit).cloned().collect(),
            HistorySlice::Before(seq) => messages.rev().filter(|m| m.seq < seq).take(limit).cloned().collect(),
            HistorySlice::After(seq) => messages.filter(|m| m.seq > seq).take(limit).cloned().collect(),
        })
    }

    async fn list_events(
        &self,
        conversation_id: ConversationId,
        after: u64,
        limit: i64,
    ) -> Result<Vec<Event>, StoreError> {
        let tables = &self.state()?.messaging;
        let Some(kept) = tables.conversations.get(&conversation_id) else { return Ok(Vec::new()) };
        let limit = usize::try_from(limit).unwrap_or(0);
        Ok(kept.log.iter().filter(|event| event.seq > after).take(limit).cloned().collect())
    }

    async fn stream_tops_of(&self, user_id: UserId) -> Result<Vec<StreamTop>, StoreError> {
        Ok(self.state()?.messaging.conversations_of(user_id).map(KeptConversation::top).collect())
    }

    async fn stream_tops(&self, conversations: &[ConversationId]) -> Result<Vec<StreamTop>, StoreError> {
        let tables = &self.state()?.messaging;
        Ok(conversations.iter().filter_map(|id| tables.conversations.get(id)).map(KeptConversation::top).collect())
    }
}

/// The two members of a direct conversation, in order of id.
fn pair_of(new: &NewConversation) -> Option<(UserId, UserId)> {
    match (&new.kind, &*new.members) {
        (NewConversationKind::Direct, [(one, _), (other, _)]) => Some((*one.min(other), *one.max(other))),
        _ => None,
    }
}
