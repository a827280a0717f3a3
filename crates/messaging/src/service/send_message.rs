use rialto_kernel::{ConversationId, Instant, MessageId, StoreError};

use super::MessagingService;
use super::access::AccessError;
use crate::model::{
    Actor, Event, EventBody, Mentions, Message, MessageContent, NewMessage, Nonce, WantedMentions, WriteRefusal,
};
use crate::ports::{AppendRefusal, Appended};

/// A user says something.
#[derive(Clone, Debug)]
pub struct SendMessage {
    /// Where.
    pub conversation_id: ConversationId,
    /// Who.
    pub sender: Actor,
    /// What.
    pub content: MessageContent,
    /// The sender's mark; one is made up when there is none, and then a retry is a new message.
    pub nonce: Option<Nonce>,
    /// The message it answers.
    pub reply_to: Option<MessageId>,
    /// The first message of the thread it belongs to.
    pub thread_root: Option<MessageId>,
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
    /// The sender may not write: not a member of a public channel, muted, and so on.
    #[error(transparent)]
    Write(WriteRefusal),
    /// The sender must wait.
    #[error("slow mode: your next message may come at {until}")]
    SlowMode {
        /// Until when.
        until: Instant,
    },
    /// There is no such thread in the conversation.
    #[error("the thread is not in this conversation")]
    UnknownThread,
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
            AccessError::NotAMember => Self::Write(WriteRefusal::NotAMember),
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
            sender: input.sender,
            nonce,
            mentions: self.wanted_mentions(&input.content).await,
            content: input.content,
            reply_to: input.reply_to,
            thread_root: input.thread_root,
            at: self.deps.clock.now(),
        };
        match self.deps.store.append_message(new).await {
            Ok(Appended::New(message)) => {
                self.publish(vec![Event::of_message(message.clone())]).await;
                Ok(Sent { message, duplicate: false })
            }
            Ok(Appended::Duplicate(message)) => {
                // The first sender may have been cut off before its hint went out.
                self.publish(vec![Event::of_message(message.clone())]).await;
                Ok(Sent { message, duplicate: true })
            }
            Err(AppendRefusal::Write(WriteRefusal::NotAMember)) => {
                Err(self.refusal_for_stranger(input.conversation_id).await?.into())
            }
            Err(AppendRefusal::Write(refusal)) => Err(SendMessageError::Write(refusal)),
            Err(AppendRefusal::SlowMode { until }) => Err(SendMessageError::SlowMode { until }),
            Err(AppendRefusal::UnknownThread) => Err(SendMessageError::UnknownThread),
            Err(AppendRefusal::NonceConflict) => Err(SendMessageError::NonceConflict),
            Err(AppendRefusal::UnknownReply) => Err(SendMessageError::UnknownReply),
            Err(AppendRefusal::Store(error)) => Err(SendMessageError::Store(error)),
        }
    }

    /// Whom a text wants to mention; who is online is asked only for `@here`.
    pub(super) async fn wanted_mentions(&self, content: &MessageContent) -> WantedMentions {
        let Mentions { usernames, all, here } = Mentions::in_text(content.as_str());
        let here = if here { Some(self.deps.presence.online_users(MAX_HERE).await) } else { None };
        WantedMentions { usernames, all, here }
    }
}

/// How many users `@here` may reach.
const MAX_HERE: usize = 10_000;

impl Event {
    fn of_message(message: Message) -> Self {
        Self {
            stream: message.conversation_id.into(),
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
    use crate::service::fixtures::{Mocks, actor, ann, conversation, message};

    fn send() -> SendMessage {
        SendMessage {
            conversation_id: conversation().id,
            sender: actor(ann()),
            content: MessageContent::parse("hi").unwrap(),
            nonce: Some(Nonce::parse("n1").unwrap()),
            reply_to: None,
            thread_root: None,
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
        for (visibility, expected) in [(Visibility::Private, "NotFound"), (Visibility::Public, "Write(NotAMember)")] {
            let mut mocks = Mocks::default();
            mocks.store.expect_append_message().returning(|_| Err(AppendRefusal::Write(WriteRefusal::NotAMember)));
            let mut known = conversation();
            known.visibility = visibility;
            mocks.store.expect_find_conversation().returning(move |_| Ok(Some(known.clone())));
            let refusal = mocks.service().send_message(send()).await.unwrap_err();
            assert_eq!(format!("{refusal:?}"), expected);
        }
    }
}
