use rialto_kernel::{ConversationId, StoreError};

use super::MessagingService;
use super::access::AccessError;
use crate::model::{Actor, ConversationChanges, ConversationSummary, Visibility};
use crate::ports::ChangeRefusal;

/// Why a conversation or a member of it stays as they are.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The conversation is closed to the one who asks.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The one who asks may not.
    #[error("your role in this conversation does not allow it")]
    RoleTooLow,
    /// The user is not in it.
    #[error("the user is not a member of this conversation")]
    NoSuchMember,
    /// Another channel has the name.
    #[error("another channel has this name")]
    NameTaken,
    /// The lobby stays, public and open.
    #[error("the lobby cannot be hidden, archived or deleted, and nobody owns it")]
    Permanent,
}

impl From<StoreError> for ChangeError {
    fn from(error: StoreError) -> Self {
        Self::Access(error.into())
    }
}

impl MessagingService {
    /// Makes a conversation different, and says what it is now: to whoever might change it, a server admin who is
    /// not in it too.
    ///
    /// # Errors
    /// See [`ChangeError`]; `NotFound` also when it is gone by the time it is looked at.
    pub async fn change_conversation(
        &self,
        conversation_id: ConversationId,
        by: Actor,
        changes: ConversationChanges,
    ) -> Result<ConversationSummary, ChangeError> {
        let hides = changes.visibility == Some(Visibility::Private) || changes.archived == Some(true);
        if conversation_id == crate::model::LOBBY && hides {
            return Err(ChangeError::Permanent);
        }
        let at = self.deps.clock.now();
        match self.deps.store.change_conversation(conversation_id, by, changes, at).await {
            Ok(changed) => drop(self.tell(changed).await),
            Err(refusal) => return Err(self.change_error(conversation_id, refusal).await),
        }
        // Not by what a reader may see: a stranger to a private conversation would be told that it is not there.
        let summary = self.deps.store.find_summary(conversation_id, by.id).await?;
        Ok(summary.ok_or(AccessError::NotFound)?)
    }

    /// What the one who asks is told of a refusal.
    pub(super) async fn change_error(&self, conversation_id: ConversationId, refusal: ChangeRefusal) -> ChangeError {
        match refusal {
            ChangeRefusal::NotFound => match self.refusal_for_stranger(conversation_id).await {
                Ok(refusal) => refusal.into(),
                Err(error) => error.into(),
            },
            ChangeRefusal::NotAllowed => ChangeError::RoleTooLow,
            ChangeRefusal::NoSuchMember => ChangeError::NoSuchMember,
            ChangeRefusal::NameTaken => ChangeError::NameTaken,
            ChangeRefusal::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::LOBBY;
    use crate::service::fixtures::{Mocks, actor, ann};

    #[tokio::test]
    async fn the_lobby_stays_open() {
        let hidden = ConversationChanges { visibility: Some(Visibility::Private), ..Default::default() };
        let archived = ConversationChanges { archived: Some(true), ..Default::default() };
        for changes in [hidden, archived] {
            let outcome = Mocks::default().service().change_conversation(LOBBY, actor(ann()), changes).await;
            assert!(matches!(outcome, Err(ChangeError::Permanent)));
        }
    }
}
