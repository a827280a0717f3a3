//! Where something is said, as clients of this surface see it.

use rialto_kernel::{ConversationId, PageLimit, UserId};
use rialto_messaging::service::AccessError;
use rialto_messaging::{Conversation, ConversationKind, LOBBY, Member, Message, MessagingService, Profile};

use crate::pages::gather;

/// One of the three kinds of places.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// For everybody: the lobby.
    Global,
    /// Between two.
    Direct(Vec<Profile>),
    /// In a room: a group or a channel.
    Room,
}

impl Place {
    /// The place that a conversation is, for somebody who is in it.
    pub async fn of(
        conversation: &Conversation,
        reader: UserId,
        messaging: &MessagingService,
    ) -> Result<Self, AccessError> {
        match conversation.kind {
            _ if conversation.id == LOBBY => Ok(Self::Global),
            ConversationKind::Group | ConversationKind::Channel => Ok(Self::Room),
            ConversationKind::Direct => {
                let pair = messaging.list_members(conversation.id, reader, None, PageLimit::default()).await?;
                Ok(Self::Direct(pair.items.into_iter().map(|member| member.user).collect()))
            }
        }
    }

    /// The same, for a conversation that is known by its id alone.
    pub async fn of_id(id: ConversationId, reader: UserId, messaging: &MessagingService) -> Result<Self, AccessError> {
        if id == LOBBY {
            return Ok(Self::Global);
        }
        let summary = messaging.find_conversation(id, reader).await?;
        Self::of(&summary.conversation, reader, messaging).await
    }

    /// The name of the one user whom a message is for.
    pub fn recipient_of(&self, message: &Message) -> Option<&str> {
        let Self::Direct(pair) = self else { return None };
        let other = pair.iter().find(|user| user.id != message.sender.id);
        other.map(|user| user.username.as_str())
    }
}

/// A room that somebody is in.
pub(super) async fn find_room(
    id: ConversationId,
    reader: UserId,
    messaging: &MessagingService,
) -> Result<Conversation, AccessError> {
    let summary = messaging.find_conversation(id, reader).await?;
    let is_room = is_room(&summary.conversation) && summary.role.is_some();
    if is_room { Ok(summary.conversation) } else { Err(AccessError::NotFound) }
}

/// Whether a conversation is a room.
pub(super) fn is_room(conversation: &Conversation) -> bool {
    conversation.kind != ConversationKind::Direct && conversation.id != LOBBY
}

/// All who are in a conversation.
pub(super) async fn members_of(
    id: ConversationId,
    reader: UserId,
    messaging: &MessagingService,
) -> Result<Vec<Member>, AccessError> {
    gather(usize::MAX, async |after| messaging.list_members(id, reader, after, PageLimit::FULL).await).await
}
