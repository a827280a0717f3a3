use rialto_kernel::{ConversationId, Cursor, Page, PageLimit, UserId};

use super::MessagingService;
use super::access::AccessError;
use super::change_conversation::ChangeError;
use crate::model::{Actor, AuditEntry, Standing};

impl MessagingService {
    /// What was decided in a conversation, the newest first; for moderators.
    ///
    /// # Errors
    /// See [`ChangeError`].
    pub async fn list_audit(
        &self,
        conversation_id: ConversationId,
        reader: UserId,
        after: Option<Cursor>,
        limit: PageLimit,
    ) -> Result<Page<AuditEntry>, ChangeError> {
        self.check_moderates(conversation_id, reader).await?;
        Ok(self.deps.moderation.list_audit(conversation_id, after, limit).await?)
    }

    /// Refuses who does not keep order in the conversation.
    pub(super) async fn check_moderates(
        &self,
        conversation_id: ConversationId,
        user_id: UserId,
    ) -> Result<(), ChangeError> {
        let member = self.membership(conversation_id, user_id).await?;
        let conversation = self.deps.store.find_conversation(conversation_id).await?.ok_or(AccessError::NotFound)?;
        let actor = Actor { id: user_id, is_guest: false, is_admin: false };
        let at = self.deps.clock.now();
        let standing = Standing { conversation: &conversation, member: Some(&member), block: None, actor, at };
        if standing.moderates() { Ok(()) } else { Err(ChangeError::RoleTooLow) }
    }
}

#[cfg(test)]
mod tests {
    use crate::model::{ConversationKind, MemberRole};
    use crate::service::fixtures::{Mocks, ann, conversation, member};

    async fn check(kind: ConversationKind, role: MemberRole) -> bool {
        let mut mocks = Mocks::default();
        mocks.store.expect_find_member().returning(move |_, _| Ok(Some(member(ann(), role))));
        let mut known = conversation();
        known.kind = kind;
        mocks.store.expect_find_conversation().returning(move |_| Ok(Some(known.clone())));
        mocks.service().check_moderates(conversation().id, ann().id).await.is_ok()
    }

    #[tokio::test]
    async fn owners_and_admins_of_groups_and_channels_keep_order() {
        assert!(check(ConversationKind::Group, MemberRole::Owner).await);
        assert!(check(ConversationKind::Channel, MemberRole::Admin).await);
        assert!(!check(ConversationKind::Channel, MemberRole::Member).await);
        assert!(!check(ConversationKind::Direct, MemberRole::Member).await);
    }
}
