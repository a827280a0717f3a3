use rialto_kernel::{ConversationId, MessageId, StoreError, UserId};

use super::MessagingService;
use super::access::AccessError;
use crate::model::{Event, EventBody, Message, MessageContent, NewMessage, Nonce};
use crate::ports::{AppendRefusal, Appended};

/// A user says something.
#[derive(Clone, Debug)]
pub struct SendMessage {
    /// Where.
    pub conversation_id: ConversationId,
    /// Who.
    pub sender_id: UserId,
    /// What.
    pub content: MessageContent,
    /// The sender's mark; one is made up when there is none, and then a retry is a new message.
    pub nonce: Option<Nonce>,
    /// The message it answers.
    pub reply_to: Option<MessageId>,
}

/// A message that is in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The message.
    pub message: Message,
    /// Whether an earlier send had put it there.
    pub duplicate: bool,
}

/// Why nothing was said.
#[derive(Debug, thiserror::Error)]
pub enum SendMessageError {
    /// There is no such conversation for this sender.
    #[error("there is no such conversation")]
    NotFound,
    /// The conversation is public, but the sender has not joined.
    #[error("you are not a member of this conversation")]
    NotAMember,
    /// The sender's role may only read.
    #[error("you may only read in this conversation")]
    ReadOnly,
    /// The nonce stands for another message.
    #[error("the nonce was used for another message")]
    NonceConflict,
    /// The message to answer is not in the conversation.
    #[error("the message to reply to is not in this conversation")]
    UnknownReply,
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<AccessError> for SendMessageError {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::NotFound => Self::NotFound,
            AccessError::NotAMember => Self::NotAMember,
            AccessError::Store(error) => Self::Store(error),
        }
    }
}

impl MessagingService {
    /// Says something: once this returns, the message is committed, and on its way to every member.
    ///
    /// # Errors
    /// See [`SendMessageError`]; nothing is stored then.
    pub async fn send_message(&self, input: SendMessage) -> Result<Sent, SendMessageError> {
        let id: MessageId = self.deps.ids.next();
        let nonce = match input.nonce {
            Some(nonce) => nonce,
            None => Nonce::from_id(id),
        };
        let new = NewMessage {
            id,
            conversation_id: input.conversation_id,
            sender_id: input.sender_id,
            nonce,
            content: input.content,
            reply_to: input.reply_to,
            at: self.deps.clock.now(),
        };
        match self.deps.store.append_message(new).await {
            Ok(Appended::New(message)) => {
                self.publish(Event::of_message(message.clone())).await;
                Ok(Sent { message, duplicate: false })
            }
            Ok(Appended::Duplicate(message)) => {
                // The first sender may have been cut off before its hint went out.
                self.publish(Event::of_message(message.clone())).await;
                Ok(Sent { message, duplicate: true })
            }
            Err(AppendRefusal::NotAMember) => Err(self.refusal_for_stranger(input.conversation_id).await?.into()),
            Err(AppendRefusal::ReadOnly) => Err(SendMessageError::ReadOnly),
            Err(AppendRefusal::NonceConflict) => Err(SendMessageError::NonceConflict),
            Err(AppendRefusal::UnknownReply) => Err(SendMessageError::UnknownReply),
            Err(AppendRefusal::Store(error)) => Err(SendMessageError::Store(error)),
        }
    }
}

impl Event {
    fn of_message(message: Message) -> Self {
        Self {
            conversation_id: message.conversation_id,
            seq: message.seq,
            at: message.created_at,
            body: EventBody::MessageCreated(message),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::Visibility;
    use crate::service::fixtures::{Mocks, ann, conversation, message};

    fn send() -> SendMessage {
        SendMessage {
            conversation_id: conversation().id,
            sender_id: ann().id,
            content: MessageContent::parse("hi").unwrap(),
            nonce: Some(Nonce::parse("n1").unwrap()),
            reply_to: None,
        }
    }

    #[tokio::test]
    async fn a_message_is_published_after_it_is_appended() {
        let mut mocks = Mocks::default();
        let mut order = mockall::Sequence::new();
        let append = mocks.store.expect_append_message().once().in_sequence(&mut order);
        append.returning(|_| Ok(Appended::New(message())));
        let publish = mocks.bus.expect_publish_event().once().in_sequence(&mut order);
        publish.withf(|event: &Arc<Event>| event.body == EventBody::MessageCreated(message())).return_const(());
        let sent = mocks.service().send_message(send()).await.unwrap();
        assert_eq!(sent, Sent { message: message(), duplicate: false });
    }

    #[tokio::test]
    async fn a_retry_returns_the_original() {
        let mut mocks = Mocks::default();
        mocks.store.expect_append_message().returning(|_| Ok(Appended::Duplicate(message())));
        mocks.bus.expect_publish_event().return_const(());
        assert!(mocks.service().send_message(send()).await.unwrap().duplicate);
    }

    #[tokio::test]
    async fn a_refused_message_is_never_published() {
        let mut mocks = Mocks::default();
        mocks.store.expect_append_message().returning(|_| Err(AppendRefusal::NonceConflict));
        mocks.bus.expect_publish_event().never();
        let refusal = mocks.service().send_message(send()).await.unwrap_err();
        assert!(matches!(refusal, SendMessageError::NonceConflict));
    }

    #[tokio::test]
    async fn a_stranger_does_not_learn_that_a_private_conversation_exists() {
        for (visibility, expected) in [(Visibility::Private, "NotFound"), (Visibility::Public, "NotAMember")] {
            let mut mocks = Mocks::default();
            mocks.store.expect_append_message().returning(|_| Err(AppendRefusal::NotAMember));
            let mut known = conversation();
            known.visibility = visibility;
            mocks.store.expect_find_conversation().returning(move |_| Ok(Some(known.clone())));
            let refusal = mocks.service().send_message(send()).await.unwrap_err();
            assert_eq!(format!("{refusal:?}"), expected);
        }
    }
}
