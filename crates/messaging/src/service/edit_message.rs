use rialto_kernel::MessageId;

use super::MessagingService;
use crate::model::{Actor, Message, MessageContent};
use crate::ports::{Done, MessageRefusal};

/// A sender says a message differently.
#[derive(Clone, Debug)]
pub struct EditMessage {
    /// Which message.
    pub message_id: MessageId,
    /// Who.
    pub by: Actor,
    /// What it says from now on.
    pub content: MessageContent,
}

impl MessagingService {
    /// Says a message differently; what it said before is kept as a revision.
    ///
    /// # Errors
    /// See [`MessageRefusal`]; nothing is changed then.
    pub async fn edit_message(&self, input: EditMessage) -> Result<Message, MessageRefusal> {
        let mentions = self.wanted_mentions(&input.content).await;
        let at = self.deps.clock.now();
        let edited = self.deps.changes.edit_message(input.message_id, input.by, input.content, mentions, at).await?;
        Ok(self.tell(edited).await)
    }

    /// Hints at what an act logged, and gives what it is about.
    pub(super) async fn tell<T>(&self, done: Done<T>) -> T {
        self.publish(done.events).await;
        done.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::EventBody;
    use crate::service::fixtures::{Mocks, actor, ann, event, message};

    #[tokio::test]
    async fn an_edit_is_told_once_it_is_stored() {
        let mut mocks = Mocks::default();
        let events = vec![event(EventBody::MessageEdited(message()))];
        mocks
            .changes
            .expect_edit_message()
            .returning(move |_, _, _, _, _| Ok(Done { value: message(), events: events.clone() }));
        mocks.bus.expect_publish_event().once().return_const(());
        let content = MessageContent::parse("hello").unwrap();
        let input = EditMessage { message_id: message().id, by: actor(ann()), content };
        assert_eq!(mocks.service().edit_message(input).await.unwrap(), message());
    }

    #[tokio::test]
    async fn a_refused_edit_is_told_to_nobody() {
        let mut mocks = Mocks::default();
        mocks.changes.expect_edit_message().returning(|_, _, _, _, _| Err(MessageRefusal::NotAllowed));
        mocks.bus.expect_publish_event().never();
        let content = MessageContent::parse("hello").unwrap();
        let input = EditMessage { message_id: message().id, by: actor(ann()), content };
        assert!(matches!(mocks.service().edit_message(input).await, Err(MessageRefusal::NotAllowed)));
    }
}
