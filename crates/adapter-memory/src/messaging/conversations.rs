use rialto_kernel::{ConversationId, Instant, UserId};
use rialto_messaging::{
    Actor, AuditAction, ChangeRefusal, Conversation, ConversationChanges, ConversationKind, CreateConversationRefusal,
    Created, Done, Event, EventBody, MemberRole, NewConversation, NewConversationKind,
};

use super::log::Act;
use super::tables::{Decision, KeptConversation, MessagingTables};
use crate::identity::tables::IdentityTables;
use crate::state::State;

impl State {
    pub fn create_conversation(&mut self, new: NewConversation) -> Result<Created, CreateConversationRefusal> {
        let Self { identity, messaging, .. } = self;
        let pair = pair_of(&new);
        if let Some(kept) = pair.and_then(|pair| messaging.conversations.get(messaging.directs.get(&pair)?)) {
            return Ok(Created::Existing(kept.conversation.clone()));
        }
        if let Some((stranger, _)) = new.members.iter().find(|(user_id, _)| identity.live_user(*user_id).is_none()) {
            return Err(CreateConversationRefusal::UnknownUser(*stranger));
        }
        check_blocks(identity, &new)?;
        let channel_key = match &new.kind {
            NewConversationKind::Channel(name, _) => Some(name.key()),
            NewConversationKind::Direct | NewConversationKind::Group(_) => None,
        };
        if channel_key.as_ref().is_some_and(|key| messaging.channels.contains_key(key)) {
            return Err(CreateConversationRefusal::NameTaken);
        }
        let mut kept = KeptConversation::new(&new, messaging.counter.clone());
        let mut events = Vec::new();
        for (user_id, role) in &new.members {
            kept.admit(*user_id, *role, new.at);
            events.push(kept.append_event(identity, new.at, Act::Came { user: *user_id, role: *role })?);
        }
        for user_id in kept.members.keys() {
            events.push(messaging.personal.append(*user_id, new.at, EventBody::ConversationEntered(new.id)));
        }
        messaging.directs.extend(pair.map(|pair| (pair, new.id)));
        messaging.channels.extend(channel_key.map(|key| (key, new.id)));
        let created = Created::New(kept.conversation.clone(), events);
        messaging.conversations.insert(new.id, kept);
        Ok(created)
    }

    pub fn change_conversation(
        &mut self,
        id: ConversationId,
        by: Actor,
        changes: &ConversationChanges,
        at: Instant,
    ) -> Result<Done<Conversation>, ChangeRefusal> {
        let Self { identity, messaging, .. } = self;
        let MessagingTables { conversations, channels, .. } = messaging;
        let kept = conversations.get_mut(&id).ok_or(ChangeRefusal::NotFound)?;
        kept.check_decides(by, changes.needed_role())?;
        let changed = changes.applied_to(&kept.conversation, at);
        if changed == kept.conversation {
            return Ok(Done { value: changed, events: Vec::new() });
        }
        let (old_key, new_key) = (channel_key(&kept.conversation), channel_key(&changed));
        if new_key.as_ref().is_some_and(|key| channels.get(key).is_some_and(|holder| *holder != id)) {
            return Err(ChangeRefusal::NameTaken);
        }
        if let Some(key) = old_key {
            channels.remove(&key);
        }
        channels.extend(new_key.map(|key| (key, id)));
        kept.conversation = changed;
        let event = kept.append_event(identity, at, Act::Changed)?;
        kept.note(Decision {
            users: identity,
            by: by.id,
            action: AuditAction::ConversationChanged,
            user_id: None,
            message_id: None,
            detail: changes.names(),
            at,
        })?;
        Ok(Done { value: kept.conversation.clone(), events: vec![event] })
    }

    pub fn delete_conversation(
        &mut self,
        id: ConversationId,
        by: Actor,
        at: Instant,
    ) -> Result<Vec<Event>, ChangeRefusal> {
        let tables = &mut self.messaging;
        let kept = tables.conversations.get(&id).ok_or(ChangeRefusal::NotFound)?;
        kept.check_decides(by, MemberRole::Owner)?;
        let seq = kept.conversation.last_seq + 1;
        let mut events = vec![Event { stream: id.into(), seq, at, body: EventBody::ConversationDeleted }];
        for user_id in kept.members.keys() {
            events.push(tables.personal.append(*user_id, at, EventBody::ConversationLeft(id)));
        }
        for message in &kept.messages {
            tables.places.remove(&message.id);
            tables.nonces.remove(&(message.sender, message.nonce.clone()));
        }
        if let Some(key) = channel_key(&kept.conversation) {
            tables.channels.remove(&key);
        }
        tables.conversations.remove(&id);
        Ok(events)
    }
}

impl KeptConversation {
    /// Whether somebody decides over the conversation: by a role of at least this, or as an admin of the server.
    fn check_decides(&self, by: Actor, needed: MemberRole) -> Result<(), ChangeRefusal> {
        let role = self.role_of(by.id);
        if role.is_none() && !by.is_admin {
            return Err(ChangeRefusal::NotFound);
        }
        let may = self.conversation.kind != ConversationKind::Direct && (by.is_admin || role >= Some(needed));
        if may { Ok(()) } else { Err(ChangeRefusal::NotAllowed) }
    }
}

/// Whether all let the first bring them in.
fn check_blocks(identity: &IdentityTables, new: &NewConversation) -> Result<(), CreateConversationRefusal> {
    let Some((&(creator, _), others)) = new.members.split_first() else { return Ok(()) };
    for &(user_id, _) in others {
        if identity.is_blocked(user_id, creator) {
            return Err(CreateConversationRefusal::Blocked(user_id));
        }
        if matches!(new.kind, NewConversationKind::Direct) && identity.is_blocked(creator, user_id) {
            return Err(CreateConversationRefusal::UnblockFirst(user_id));
        }
    }
    Ok(())
}

/// What must be unique among channels, if it is one.
fn channel_key(conversation: &Conversation) -> Option<String> {
    let name = conversation.name.as_ref().filter(|_| conversation.kind == ConversationKind::Channel);
    name.map(rialto_messaging::ConversationName::key)
}

/// The two members of a direct conversation, in order of id.
fn pair_of(new: &NewConversation) -> Option<(UserId, UserId)> {
    match (&new.kind, &*new.members) {
        (NewConversationKind::Direct, [(one, _), (other, _)]) => Some((*one.min(other), *one.max(other))),
        _ => None,
    }
}
