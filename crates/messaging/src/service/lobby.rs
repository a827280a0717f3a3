use rialto_kernel::{Clock, IdSource, StoreError, UserId};

use super::MessagingService;
use crate::model::{
    ConversationKind, ConversationName, ConversationSettings, Epoch, LOBBY, NewConversation, NewConversationKind,
    Topic, Visibility,
};
use crate::ports::{AddMemberRefusal, CreateConversationRefusal, MessagingStore};

impl MessagingService {
    /// Makes sure that the lobby exists; done at every start.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn open_lobby(&self) -> Result<(), StoreError> {
        open(&*self.deps.store, &*self.deps.clock, &*self.deps.ids).await
    }

    /// Makes sure that a user is in the lobby, unless a moderator keeps them out; done at every sign-in.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn admit_to_lobby(&self, user_id: UserId) -> Result<(), StoreError> {
        if self.deps.store.find_member(LOBBY, user_id).await?.is_some() {
            return Ok(());
        }
        match self.bring_in(LOBBY, user_id, None).await {
            Ok(_) | Err(AddMemberRefusal::Banned) => Ok(()),
            Err(AddMemberRefusal::UnknownUser) => Err(StoreError::corrupt("a user who signed in")),
            Err(
                AddMemberRefusal::UnknownConversation | AddMemberRefusal::InviterMayNot | AddMemberRefusal::Blocked,
            ) => Err(StoreError::corrupt("the lobby")),
            Err(AddMemberRefusal::Store(error)) => Err(error),
        }
    }
}

/// Stores the lobby unless it is there.
pub async fn open(store: &dyn MessagingStore, clock: &dyn Clock, ids: &dyn IdSource) -> Result<(), StoreError> {
    if store.find_conversation(LOBBY).await?.is_some() {
        return Ok(());
    }
    let name = ConversationName::parse("lobby").map_err(|e| StoreError::corrupt(e.to_string()))?;
    let new = NewConversation {
        id: LOBBY,
        kind: NewConversationKind::Channel(name, Visibility::Public),
        topic: Topic::default(),
        settings: ConversationSettings {
            guests_may_write: true,
            ..ConversationSettings::of_new(ConversationKind::Channel)
        },
        members: Vec::new(),
        epoch: Epoch(ids.uuid()),
        at: clock.now(),
    };
    match store.create_conversation(new).await {
        // Another node that starts at the same time may have been first.
        Ok(_) | Err(CreateConversationRefusal::NameTaken) => Ok(()),
        Err(
            CreateConversationRefusal::UnknownUser(_)
            | CreateConversationRefusal::Blocked(_)
            | CreateConversationRefusal::UnblockFirst(_),
        ) => Err(StoreError::corrupt("the lobby's members")),
        Err(CreateConversationRefusal::Store(error)) => Err(error),
    }
}
