//! What happens to messages that are there.

use rialto_convert::messages::message_view;
use rialto_messaging::service::EditMessage;
use rialto_messaging::{Actor, Emoji, Message, MessageContent, MessageRefusal};
use rialto_wire::frame::{EditData, MessageRefData, OkData, ReactData};

use crate::errors;
use crate::frames::Frame;
use crate::session::Session;

impl Session {
    pub(super) async fn edit(&self, id: Option<u64>, data: &EditData, by: Actor) {
        let content = match MessageContent::parse(&data.content) {
            Ok(content) => content,
            Err(why) => return self.refuse(id, errors::invalid_field("content", &why)),
        };
        let input = EditMessage { message_id: data.message_id.into(), by, content };
        self.answer_with_message(id, self.deps.messaging.edit_message(input).await, by);
    }

    pub(super) async fn delete(&self, id: Option<u64>, data: MessageRefData, by: Actor) {
        let deleted = self.deps.messaging.delete_message(data.message_id.into(), by).await;
        self.answer_with_message(id, deleted, by);
    }

    pub(super) async fn set_reaction(&self, id: Option<u64>, data: &ReactData, by: Actor, present: bool) {
        let emoji = match Emoji::parse(&data.emoji) {
            Ok(emoji) => emoji,
            Err(why) => return self.refuse(id, errors::invalid_field("emoji", &why)),
        };
        let reacted = self.deps.messaging.set_reaction(data.message_id.into(), by, emoji, present).await;
        self.answer_with_message(id, reacted, by);
    }

    pub(super) async fn set_pin(&self, id: Option<u64>, data: MessageRefData, by: Actor, pinned: bool) {
        let changed = self.deps.messaging.set_pin(data.message_id.into(), by, pinned).await;
        self.answer_with_message(id, changed, by);
    }

    fn answer_with_message(&self, id: Option<u64>, outcome: Result<Message, MessageRefusal>, by: Actor) {
        match outcome {
            Ok(message) => {
                let message = message_view(&message, Some(by.id));
                self.outbox.push(Frame::ok(id, Some(OkData::Message { message })));
            }
            Err(refusal) => self.refuse(id, errors::of_message(&refusal, self.deps.clock.now())),
        }
    }
}
