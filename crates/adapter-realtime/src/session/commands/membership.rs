//! Coming into channels and going out of conversations.

use rialto_convert::codes;
use rialto_convert::members::member_view;
use rialto_kernel::UserId;
use rialto_wire::frame::OkData;

use crate::errors;
use crate::frames::Frame;
use crate::session::Session;

impl Session {
    pub(super) async fn join(&self, id: Option<u64>, stream: &str, user: UserId) {
        let Some(conversation) = self.conversation(id, stream) else { return };
        match self.deps.messaging.join_channel(conversation, user).await {
            Ok(member) => self.outbox.push(Frame::ok(id, Some(OkData::Joined { member: member_view(&member) }))),
            Err(error) => self.refuse(id, errors::of(codes::of_join(&error), &error)),
        }
    }

    pub(super) async fn leave_conversation(&self, id: Option<u64>, stream: &str, user: UserId) {
        let Some(conversation) = self.conversation(id, stream) else { return };
        match self.deps.messaging.leave_conversation(conversation, user).await {
            Ok(()) => self.outbox.push(Frame::ok(id, None)),
            Err(error) => self.refuse(id, errors::of(codes::of_leave(&error), &error)),
        }
    }
}
