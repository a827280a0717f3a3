use std::collections::HashSet;

use rialto_kernel::{StoreError, UserId};

use super::MessagingService;
use crate::model::{
    Actor, Conversation, ConversationName, ConversationSettings, Epoch, MemberRole, NewConversation,
    NewConversationKind, Topic, Visibility,
};
use crate::ports::{CreateConversationRefusal, Created};

/// A user starts a conversation, or opens the direct one that the pair has.
#[derive(Clone, Debug)]
pub struct CreateConversation {
    /// Who.
    pub creator: Actor,
    /// What kind, with whom.
    pub what: RequestedConversation,
    /// What it is about.
    pub topic: Topic,
}

/// What kind of conversation is wanted, with whom.
#[derive(Clone, Debug)]
pub enum RequestedConversation {
    /// With one other user.
    Direct {
        /// The other.
        with: UserId,
    },
    /// A named group.
    Group {
        /// Its name.
        name: ConversationName,
        /// Who is in it from the start, besides the creator.
        participants: Vec<UserId>,
    },
    /// A named channel.
    Channel {
        /// Its name.
        name: ConversationName,
        /// Who may find and join it.
        visibility: Visibility,
        /// Who is in it from the start, besides the creator.
        participants: Vec<UserId>,
    },
}

/// Why no conversation was started.
#[derive(Debug, thiserror::Error)]
pub enum CreateConversationError {
    /// Guests talk where they are.
    #[error("guests cannot start conversations")]
    GuestRefused,
    /// A direct conversation needs another user.
    #[error("a direct conversation needs another user")]
    WithOneself,
    /// More members than a conversation may start with.
    #[error("a conversation starts with at most {} participants", CreateConversation::MAX_PARTICIPANTS)]
    TooManyParticipants,
    /// Somebody named is no user.
    #[error("there is no user {0}")]
    UnknownUser(UserId),
    /// Somebody named has blocked the creator.
    #[error("the user {0} does not take conversations from you")]
    Blocked(UserId),
    /// The creator has blocked the other of a direct conversation.
    #[error("you have blocked this user; lift the block first")]
    UnblockFirst,
    /// Another channel has the name.
    #[error("another channel has this name")]
    NameTaken,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CreateConversation {
    /// How many may be named at the start; more are added later.
    pub const MAX_PARTICIPANTS: usize = 100;
}

impl MessagingService {
    /// Starts a conversation, or opens the direct one that the pair has; `true` if it is new.
    ///
    /// # Errors
    /// See [`CreateConversationError`]; nothing is stored then.
    pub async fn create_conversation(
        &self,
        input: CreateConversation,
    ) -> Result<(Conversation, bool), CreateConversationError> {
        let creator = input.creator;
        if creator.is_guest {
            return Err(CreateConversationError::GuestRefused);
        }
        let (kind, members) = match input.what {
            RequestedConversation::Direct { with } if with == creator.id => {
                return Err(CreateConversationError::WithOneself);
            }
            RequestedConversation::Direct { with } => {
                (NewConversationKind::Direct, vec![(creator.id, MemberRole::Member), (with, MemberRole::Member)])
            }
            RequestedConversation::Group { name, participants } => {
                (NewConversationKind::Group(name), first_members(creator.id, participants)?)
            }
            RequestedConversation::Channel { name, visibility, participants } => {
                (NewConversationKind::Channel(name, visibility), first_members(creator.id, participants)?)
            }
        };
        let new = NewConversation {
            id: self.deps.ids.next(),
            settings: ConversationSettings::of_new(kind.kind()),
            kind,
            topic: input.topic,
            members,
            epoch: Epoch(self.deps.ids.uuid()),
            at: self.deps.clock.now(),
        };
        match self.deps.store.create_conversation(new).await {
            Ok(Created::New(conversation, events)) => {
                self.publish(events).await;
                Ok((conversation, true))
            }
            Ok(Created::Existing(conversation)) => Ok((conversation, false)),
            Err(CreateConversationRefusal::UnknownUser(id)) => Err(CreateConversationError::UnknownUser(id)),
            Err(CreateConversationRefusal::Blocked(id)) => Err(CreateConversationError::Blocked(id)),
            Err(CreateConversationRefusal::UnblockFirst(_)) => Err(CreateConversationError::UnblockFirst),
            Err(CreateConversationRefusal::NameTaken) => Err(CreateConversationError::NameTaken),
            Err(CreateConversationRefusal::Store(error)) => Err(CreateConversationError::Store(error)),
        }
    }
}

/// The creator as owner, then everyone else once.
fn first_members(
    creator: UserId,
    participants: Vec<UserId>,
) -> Result<Vec<(UserId, MemberRole)>, CreateConversationError> {
    if participants.len() > CreateConversation::MAX_PARTICIPANTS {
        return Err(CreateConversationError::TooManyParticipants);
    }
    let mut seen = HashSet::from([creator]);
    let others = participants.into_iter().filter(|id| seen.insert(*id)).map(|id| (id, MemberRole::Member));
    Ok(std::iter::once((creator, MemberRole::Owner)).chain(others).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::fixtures::{Mocks, ann, bob, conversation};

    fn create(what: RequestedConversation) -> CreateConversation {
        CreateConversation {
            creator: Actor { id: ann().id, is_guest: false, is_admin: false },
            what,
            topic: Topic::default(),
        }
    }

    #[tokio::test]
    async fn the_creator_owns_a_group_and_everyone_is_in_it_once() {
        let mut mocks = Mocks::default();
        mocks
            .store
            .expect_create_conversation()
            .withf(|new| new.members == [(ann().id, MemberRole::Owner), (bob().id, MemberRole::Member)])
            .returning(|_| Ok(Created::New(conversation(), vec![])));
        let name = ConversationName::parse("friends").unwrap();
        let participants = vec![bob().id, ann().id, bob().id];
        let outcome =
            mocks.service().create_conversation(create(RequestedConversation::Group { name, participants })).await;
        assert_eq!(outcome.unwrap(), (conversation(), true));
    }

    #[tokio::test]
    async fn opening_a_direct_conversation_again_makes_no_second_one() {
        let mut mocks = Mocks::default();
        mocks.store.expect_create_conversation().returning(|_| Ok(Created::Existing(conversation())));
        mocks.bus.expect_publish_event().never();
        let what = RequestedConversation::Direct { with: bob().id };
        assert_eq!(mocks.service().create_conversation(create(what)).await.unwrap(), (conversation(), false));
    }

    #[tokio::test]
    async fn nobody_talks_directly_to_themselves() {
        let what = RequestedConversation::Direct { with: ann().id };
        let refusal = Mocks::default().service().create_conversation(create(what)).await.unwrap_err();
        assert!(matches!(refusal, CreateConversationError::WithOneself));
    }

    #[tokio::test]
    async fn guests_start_nothing() {
        let mut input = create(RequestedConversation::Direct { with: bob().id });
        input.creator.is_guest = true;
        let refusal = Mocks::default().service().create_conversation(input).await.unwrap_err();
        assert!(matches!(refusal, CreateConversationError::GuestRefused));
    }
}
