use rialto_kernel::{ConversationId, Instant, UserId};
use rialto_messaging::{AuditAction, ChangeRefusal, ConversationKind, Done, Member, MemberRole};

use super::log::Act;
use super::tables::{Decision, KeptConversation};
use crate::state::State;

impl State {
    pub fn change_role(
        &mut self,
        id: ConversationId,
        by: UserId,
        user_id: UserId,
        role: MemberRole,
        at: Instant,
    ) -> Result<Done<Member>, ChangeRefusal> {
        let Self { identity, messaging, .. } = self;
        let kept = messaging.conversations.get_mut(&id).ok_or(ChangeRefusal::NotFound)?;
        let by_role = kept.role_of(by).ok_or(ChangeRefusal::NotFound)?;
        let old_role = kept.role_of(user_id).ok_or(ChangeRefusal::NoSuchMember)?;
        let hands_over = role == MemberRole::Owner;
        let may = if hands_over { by_role == MemberRole::Owner } else { by_role.may_change(old_role, role) };
        if kept.conversation.kind == ConversationKind::Direct || !may {
            return Err(ChangeRefusal::NotAllowed);
        }
        let mut events = Vec::new();
        if old_role != role {
            if hands_over {
                let act = kept.give_role(by, MemberRole::Admin);
                events.push(kept.append_event(identity, at, act)?);
            }
            let act = kept.give_role(user_id, role);
            events.push(kept.append_event(identity, at, act)?);
            kept.note(Decision {
                users: identity,
                by,
                action: AuditAction::RoleChanged,
                user_id: Some(user_id),
                message_id: None,
                detail: role.as_str().to_owned(),
                at,
            })?;
        }
        let value = kept.member(identity, user_id)?.ok_or(ChangeRefusal::NoSuchMember)?;
        Ok(Done { value, events })
    }
}

impl KeptConversation {
    pub fn give_role(&mut self, user: UserId, role: MemberRole) -> Act {
        if let Some(member) = self.members.get_mut(&user) {
            member.role = role;
        }
        Act::RoleChanged { user, role }
    }
}
