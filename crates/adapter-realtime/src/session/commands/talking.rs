//! Saying something, and being about to.

use std::time::Duration;

use rialto_convert::{codes, inputs};
use rialto_kernel::{ConversationId, RateClass, RateVerdict};
use rialto_messaging::Actor;
use rialto_wire::frame::{OkData, SentData};
use rialto_wire::messaging::SendMessageRequest;
use tokio::time::Instant;

use crate::errors;
use crate::frames::Frame;
use crate::session::{Account, Session};

/// Lets `typing` through once a second per stream, and in few streams at a time: whoever types fast sends
/// it with every key, and nobody types everywhere at once.
#[derive(Default)]
pub(in crate::session) struct TypingThrottle {
    lately: Vec<(ConversationId, Instant)>,
}

impl TypingThrottle {
    const PAUSE: Duration = Duration::from_secs(1);
    const STREAMS: usize = 4;

    fn lets_through(&mut self, conversation: ConversationId) -> bool {
        let now = Instant::now();
        self.lately.retain(|(_, at)| now.duration_since(*at) < Self::PAUSE);
        let lets = self.lately.len() < Self::STREAMS && self.lately.iter().all(|(other, _)| *other != conversation);
        if lets {
            self.lately.push((conversation, now));
        }
        lets
    }
}

impl Session {
    pub(super) async fn send(&self, id: Option<u64>, stream: &str, data: &SendMessageRequest, sender: Actor) {
        let Some(conversation_id) = self.conversation(id, stream) else { return };
        let input = match inputs::send_message(conversation_id, sender, data) {
            Ok(input) => input,
            Err(wrong) => return self.refuse(id, errors::invalid_fields(&wrong)),
        };
        // From the same allowance as messages that come by HTTP.
        let verdict = self.deps.limits.take_from_user(RateClass::Send, sender.id, self.network).await;
        if let Some(RateVerdict { allowed: false, retry_after, .. }) = verdict {
            return self.refuse(id, errors::too_many_messages(retry_after));
        }
        match self.deps.messaging.send_message(input).await {
            Ok(sent) => {
                let data = SentData {
                    message_id: sent.message.id.uuid(),
                    seq: sent.message.seq,
                    ordinal: sent.message.ordinal,
                    at: sent.message.created_at.into(),
                    dup: sent.duplicate,
                };
                self.outbox.push(Frame::ok(id, Some(OkData::Sent(data))));
            }
            Err(error) => self.refuse(id, errors::of_send(&error, self.deps.clock.now())),
        }
    }

    pub(super) async fn typing(&self, id: Option<u64>, stream: &str, account: &mut Account) {
        let Some(conversation) = self.conversation(id, stream) else { return };
        if !account.typing.lets_through(conversation) {
            return;
        }
        let (messaging, user) = (&self.deps.messaging, account.actor.id);
        // The hub follows who is in: to ask the store with every signal would cost more than all the rest of it.
        let told = if self.deps.hub.is_in(conversation.into(), self.connection) {
            messaging.signal_typing_of_member(conversation, user).await
        } else {
            messaging.signal_typing(conversation, user).await
        };
        if let Err(error) = told {
            self.refuse(id, errors::of(codes::of_typing(&error), &error));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::conversation_id;

    #[tokio::test(start_paused = true)]
    async fn typing_is_let_through_once_a_second_per_stream_and_in_few_streams() {
        let mut throttle = TypingThrottle::default();
        let mut let_through =
            |rounds| (0..rounds).flat_map(|_| 1..=10).filter(|n| throttle.lets_through(conversation_id(*n))).count();
        assert_eq!(let_through(5), TypingThrottle::STREAMS);
        tokio::time::advance(TypingThrottle::PAUSE).await;
        assert_eq!(let_through(5), TypingThrottle::STREAMS);
    }
}
