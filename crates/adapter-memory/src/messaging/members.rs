use rialto_kernel::{ConversationId, Instant, StoreError, UserId};
use rialto_messaging::{
    AddMemberRefusal, Added, AuditAction, ChangeRefusal, Event, EventBody, LeaveRefusal, MemberRole, NewMember,
};

use super::log::Act;
use super::tables::{Decision, KeptConversation, KeptMember};
use crate::state::State;

impl State {
    pub fn add_member(&mut self, new: NewMember) -> Result<Added, AddMemberRefusal> {
        let Self { identity, messaging, .. } = self;
        let NewMember { conversation_id: id, user_id, role, invited_by, at } = new;
        identity.live_user(user_id).ok_or(AddMemberRefusal::UnknownUser)?;
        let kept = messaging.conversations.get_mut(&id).ok_or(AddMemberRefusal::UnknownConversation)?;
        if kept.bans.contains_key(&user_id) {
            return Err(AddMemberRefusal::Banned);
        }
        if let Some(member) = kept.member(identity, user_id)? {
            return Ok(Added::Already(member));
        }
        let may_invite = |inviter| kept.role_of(inviter).is_some_and(MemberRole::may_invite);
        if !invited_by.is_none_or(may_invite) {
            return Err(AddMemberRefusal::InviterMayNot);
        }
        if invited_by.is_some_and(|inviter| identity.is_blocked(user_id, inviter)) {
            return Err(AddMemberRefusal::Blocked);
        }
        kept.admit(user_id, role, at);
        let came = kept.append_event(identity, at, Act::Came { user: user_id, role })?;
        let entered = messaging.personal.append(user_id, at, EventBody::ConversationEntered(id));
        let member = kept.member(identity, user_id)?.ok_or_else(|| StoreError::corrupt("a new membership"))?;
        Ok(Added::New { member, events: vec![came, entered] })
    }

    pub fn leave_conversation(
        &mut self,
        id: ConversationId,
        user_id: UserId,
        at: Instant,
    ) -> Result<Vec<Event>, LeaveRefusal> {
        let Some(kept) = self.messaging.conversations.get(&id) else { return Ok(Vec::new()) };
        match kept.role_of(user_id) {
            None => Ok(Vec::new()),
            Some(MemberRole::Owner) if kept.members.len() > 1 => Err(LeaveRefusal::OwnerMustStay),
            Some(_) => Ok(self.dismiss(id, user_id, at)?),
        }
    }

    pub fn remove_member(
        &mut self,
        id: ConversationId,
        by: UserId,
        user_id: UserId,
        at: Instant,
    ) -> Result<Vec<Event>, ChangeRefusal> {
        let Self { identity, messaging, .. } = self;
        let kept = messaging.conversations.get_mut(&id).ok_or(ChangeRefusal::NotFound)?;
        let by_role = kept.role_of(by).ok_or(ChangeRefusal::NotFound)?;
        let role = kept.role_of(user_id).ok_or(ChangeRefusal::NoSuchMember)?;
        if !by_role.may_remove(role) {
            return Err(ChangeRefusal::NotAllowed);
        }
        kept.note(Decision {
            users: identity,
            by,
            action: AuditAction::MemberRemoved,
            user_id: Some(user_id),
            message_id: None,
            detail: String::new(),
            at,
        })?;
        Ok(self.dismiss(id, user_id, at)?)
    }

    /// Ends a membership; no events if there is none.
    pub fn dismiss(&mut self, id: ConversationId, user_id: UserId, at: Instant) -> Result<Vec<Event>, StoreError> {
        let Self { identity, messaging, .. } = self;
        let kept = messaging.conversations.get_mut(&id).filter(|kept| kept.members.contains_key(&user_id));
        let Some(kept) = kept else { return Ok(Vec::new()) };
        kept.members.remove(&user_id);
        kept.delivered.retain(|(user, _), _| *user != user_id);
        let went = kept.append_event(identity, at, Act::Went { user: user_id })?;
        let left = messaging.personal.append(user_id, at, EventBody::ConversationLeft(id));
        Ok(vec![went, left])
    }
}

impl KeptConversation {
    /// Lets a user in, who has read all that was said before, in threads too.
    pub fn admit(&mut self, user_id: UserId, role: MemberRole, at: Instant) {
        let read_ordinal = self.conversation.last_ordinal;
        self.members.insert(user_id, KeptMember { role, joined_at: at, read_ordinal });
        for thread in self.threads.values_mut() {
            thread.followers.entry(user_id).and_modify(|read| *read = read_ordinal);
        }
    }
}
